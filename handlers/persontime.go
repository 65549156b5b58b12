package handlers

import (
	"context"
	"html"
	"strings"

	"headway/blocks"
	"headway/bot"
	"headway/calendar"
	"headway/models"
	"headway/work"
)

func (a *App) registerPersonTime(r *bot.Router) {
	on(a, r, anyone, blocks.TimeAway, workspace, clicked[blocks.None](a.openAway))
	on(a, r, anyone, blocks.TimePart, workspace, clicked[blocks.None](a.openPartTime))
	on(a, r, anyone, blocks.TimeEnd, workspace, a.endAway)
	onSubmit(a, r, anyone, blocks.PartTimeSubmit, workspace, a.submitPartTime)
}

// today is the person's own.
func (a *App) today(c *call) calendar.Date { return calendar.DateOf(a.Work.Now(), c.zone()) }

// typed are the words of a command that concerns no project, where a word in
// capitals is no key.
func (in args) typed() []string {
	if in.project == "" {
		return in.words
	}
	return append(in.words, in.project)
}

// away notes days away, ends them, or shows what is noted.
func (a *App) away(ctx context.Context, c *call, in args) (bot.Reply, error) {
	switch text := strings.ToLower(html.UnescapeString(strings.Join(in.typed(), ""))); text {
	case "":
		view, err := a.timeView(ctx, c)
		return say(blocks.Away(view)), err
	case "off":
		return a.endStays(ctx, c, "")
	default:
		days, err := calendar.ParseSpan(text, a.today(c))
		if err != nil {
			return bot.Reply{}, a.notASpan(err, "away 2026-12-24..2027-01-02")
		}
		if days.To.Before(a.today(c)) {
			return bot.Reply{}, work.Refusal{Say: "These days are over already. Write it like this: `" + a.Command + " away tomorrow`."}
		}
		return a.noteAway(ctx, c, days)
	}
}

func (a *App) noteAway(ctx context.Context, c *call, days calendar.Span) (bot.Reply, error) {
	var stay models.Absence
	_, err := a.once(ctx, c, func(tx models.Team) (err error) {
		stay, err = a.Work.Away(ctx, tx, c.User, days)
		return err
	})
	if err != nil {
		return bot.Reply{}, err
	}
	if stay.ID == "" { // a redelivery, whose answer may be the one that Slack shows
		view, err := a.timeView(ctx, c)
		return say(blocks.Away(view)), err
	}
	return say(blocks.AwayNoted(awayRow(stay), a.here(c))), nil
}

func awayRow(s models.Absence) blocks.AwayRow {
	return blocks.AwayRow{ID: blocks.AbsenceID(s.ID), Days: s.Span()}
}

func (a *App) openAway(ctx context.Context, c *call) (bot.Reply, error) {
	today := a.today(c)
	return a.open(ctx, c, blocks.AwayForm(blocks.AwayView{Input: blocks.AwayInput{From: today, To: today}}))
}

// submitAway serves the form of the prompt's menu and of App Home, which shows
// the days itself, and so does a prompt that falls into them.
func (a *App) submitAway(ctx context.Context, c *call, carried blocks.RoundCtx, in blocks.AwayInput) (bot.Reply, error) {
	if in.To.Before(a.today(c)) {
		return bot.Reply{Errors: blocks.FieldErrors{blocks.FieldTo: "These days are over already."}}, nil
	}
	reply, err := a.noteAway(ctx, c, calendar.Span{From: in.From, To: in.To})
	if err != nil || carried.Round == "" {
		return bot.Reply{}, err
	}
	open, err := c.team.OpenMemberships(ctx, c.User)
	for _, m := range open {
		if m.Round.ID == carried.Round && m.Member.State == models.MemberAway {
			return bot.Reply{}, err
		}
	}
	return reply, err
}

func (a *App) endAway(ctx context.Context, c *call, click bot.Click[blocks.AbsenceID]) (bot.Reply, error) {
	reply, err := a.endStays(ctx, c, string(click.ID))
	if c.ResponseURL == "" { // App Home shows it itself
		reply.Message = nil
	}
	return reply, err
}

// endStays ends one stay of the person's, or all. A redelivery ends nothing
// more, and is told what the first one was.
func (a *App) endStays(ctx context.Context, c *call, id string) (bot.Reply, error) {
	ended := true
	_, err := a.once(ctx, c, func(tx models.Team) (err error) {
		ended, err = a.Work.EndAway(ctx, tx, c.User, id, a.today(c))
		return err
	})
	if err != nil {
		return bot.Reply{}, err
	}
	if !ended {
		return say(blocks.NotAway()), nil
	}
	view, err := a.timeView(ctx, c)
	return say(blocks.AwayEnded(view)), err
}

// partTime notes the days on which the person does not work, or shows them.
func (a *App) partTime(ctx context.Context, c *call, in args) (bot.Reply, error) {
	words := strings.FieldsFunc(strings.ToLower(strings.Join(in.typed(), ",")), func(r rune) bool { return r == ',' })
	switch {
	case len(words) == 0:
		view, err := a.timeView(ctx, c)
		return say(blocks.PartTime(view)), err
	case len(words) == 1 && words[0] == "off":
		return a.setPartTime(ctx, c, 0)
	}
	days, err := calendar.ParseWeekdays(strings.Join(words, ","))
	if err != nil {
		return bot.Reply{}, work.Refusal{Say: "I can't read these days. Name those on which you don't work, like this: `" + a.Command + " parttime mon,wed`."}
	}
	return a.setPartTime(ctx, c, days)
}

func (a *App) setPartTime(ctx context.Context, c *call, days calendar.Weekdays) (bot.Reply, error) {
	if _, err := a.once(ctx, c, func(tx models.Team) error { return a.Work.PartTime(ctx, tx, c.User, days) }); err != nil {
		return bot.Reply{}, err
	}
	view, err := a.timeView(ctx, c)
	return say(blocks.PartTime(view)), err
}

func (a *App) openPartTime(ctx context.Context, c *call) (bot.Reply, error) {
	view, err := a.timeView(ctx, c)
	if err != nil {
		return bot.Reply{}, err
	}
	return a.open(ctx, c, blocks.PartTimeForm(blocks.PartTimeView{Input: blocks.PartTimeInput{Days: view.PartTime}}))
}

func (a *App) submitPartTime(ctx context.Context, c *call, _ struct{}, in blocks.PartTimeInput) (bot.Reply, error) {
	_, err := a.setPartTime(ctx, c, in.Days) // App Home shows it
	return bot.Reply{}, err
}

// timeView is what is noted of the person's time and not over.
func (a *App) timeView(ctx context.Context, c *call) (blocks.TimeView, error) {
	view := blocks.TimeView{Now: a.here(c), Command: a.Command}
	stays, err := c.team.AbsencesOf(ctx, c.User)
	if err != nil {
		return view, err
	}
	for _, s := range stays {
		if !s.To.Before(a.today(c)) {
			view.Away = append(view.Away, awayRow(s))
		}
	}
	times, err := c.team.TimesOf(ctx, c.User)
	if err != nil {
		return view, err
	}
	view.PartTime = times[c.User].PartTime
	mine, err := c.team.ParticipationsOf(ctx, c.User)
	for _, m := range mine {
		view.Shown = view.Shown || !m.Observer
	}
	if err == nil {
		view.Asked, err = a.Work.AskedDays(ctx, c.team, c.User)
	}
	return view, err
}
