package handlers

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"headway/blocks"
	"headway/bot"
	"headway/calendar"
	"headway/models"
	"headway/work"
)

func ofCheckin(ctx context.Context, team models.Team, id blocks.CheckinID) (models.Project, error) {
	checkin, err := team.Checkin(ctx, string(id))
	if err != nil {
		return models.Project{}, err
	}
	return team.Project(ctx, checkin.ProjectID)
}

// store saves an answer once; the person hears of it by the edited prompt. An
// "on track" is compared with Jira behind the ack.
func (a *App) store(ctx context.Context, c *call, carried blocks.RoundCtx, answer models.Answer, text string) (bot.Reply, error) {
	answer.User, answer.RoundID = c.User, carried.Round
	words := work.Words{Text: text, InThread: carried.Readers == blocks.TextInThread}
	said := "" // before
	dup, err := c.team.Once(ctx, c.Key, func(tx models.Team) error {
		if answer.RoundID == "" {
			round, err := a.openEarly(ctx, tx, c, carried)
			if err != nil {
				return err
			}
			answer.RoundID = round.ID
		}
		if before, err := tx.AnswerOf(ctx, answer.RoundID, c.User); err == nil {
			said = before.Status
		}
		return a.Work.AnswerInWords(ctx, tx, answer, words)
	})
	a.Work.Wake()
	if err != nil || dup || answer.Status != models.OnTrack || said == models.OnTrack {
		return bot.Reply{}, err
	}
	return bot.Reply{After: func(ctx context.Context) error { return a.askMismatch(ctx, c, answer.RoundID) }}, nil
}

func (a *App) openEarly(ctx context.Context, tx models.Team, c *call, carried blocks.RoundCtx) (models.Round, error) {
	date, err := calendar.ParseDate(carried.Date)
	if err != nil {
		return models.Round{}, models.ErrNotFound
	}
	return a.Work.OpenEarly(ctx, tx, carried.Checkin, date, c.User)
}

// finder lists the rounds that a command may mean.
type finder = func(ctx context.Context, team models.Team, user, projectID string) ([]work.Target, error)

// aimed serves a command about one of the person's rounds: the only one there
// is, else the one that they choose from a list.
func (a *App) aimed(ctx context.Context, c *call, in args, verb, value string, find finder) (bot.Reply, error) {
	projectID := ""
	if in = a.smallKey(ctx, c.team, in); in.project != "" {
		p, err := c.team.ProjectByKey(ctx, in.project)
		if err != nil {
			return bot.Reply{}, orSay(err, "There is no project "+in.project+" here. `"+a.Command+" project list` shows what is set up.")
		}
		projectID = p.ID
	}
	targets, err := find(ctx, c.team, c.User, projectID)
	switch {
	case err != nil:
		return bot.Reply{}, err
	case len(targets) == 0:
		return say(blocks.NothingMeant(a.Command, verb)), nil
	case len(targets) == 1:
		return a.meant(ctx, c, targets[0], value)
	}
	view := blocks.PickView{Verb: verb, Value: value, Now: a.here(c)}
	for _, t := range targets {
		view.Rows = append(view.Rows, pickRow(t, c.zone()))
	}
	return say(blocks.Pick(view)), nil
}

func pickRow(t work.Target, zone *time.Location) blocks.PickRow {
	return blocks.PickRow{
		Round: blocks.RoundID(t.Round.ID), Checkin: blocks.CheckinID(t.Checkin.ID), Name: t.Checkin.Name, Day: t.Date.At(12, 0, zone),
		AskAt: t.Member.AskAt.In(zone), CloseAt: t.Member.CloseAt.In(zone), Closed: t.Round.State == models.RoundClosed, Status: t.Status, Template: t.Checkin.Template,
	}
}

// meant does with a round what the value of a command or button says.
func (a *App) meant(ctx context.Context, c *call, t work.Target, value string) (bot.Reply, error) {
	c.project = t.Project
	verb, minutes, _ := strings.Cut(value, ":")
	switch verb {
	case blocks.PickSkip:
		return a.skipRound(ctx, c, t)
	case blocks.PickSnooze:
		n, err := strconv.Atoi(minutes)
		if err != nil {
			return say(blocks.OldButton()), nil
		}
		return a.snoozeRound(ctx, c, t.Round.ID, time.Duration(n)*time.Minute)
	case blocks.PickNow:
		if t.Round.State == models.RoundClosed {
			closed, err := a.Work.ClosedPrompt(ctx, c.team, t.Round.ID, c.User)
			return bot.Reply{Message: closed}, err
		}
	}
	if t.Round.ID != "" {
		return a.openAnswerOf(ctx, c, t.Round.ID)
	}
	view, err := a.Work.EarlyView(ctx, c.team, t, c.User)
	if err != nil {
		return bot.Reply{}, err
	}
	return a.openForm(ctx, c, view)
}

// checkinNow serves the command and the shortcut.
func (a *App) checkinNow(ctx context.Context, c *call, in args) (bot.Reply, error) {
	if in = a.smallKey(ctx, c.team, in); len(in.words) > 0 {
		return bot.Reply{}, work.Refusal{Say: "I don't know what to do with that. `" + a.Command + " help checkin` shows what there is."}
	}
	return a.aimed(ctx, c, in, blocks.PickNow, blocks.PickNow, a.Work.Answerable)
}

func (a *App) checkinYesterday(ctx context.Context, c *call, in args) (bot.Reply, error) {
	return a.aimed(ctx, c, in, blocks.PickYesterday, blocks.PickYesterday, a.Work.Earlier)
}

func (a *App) checkinEdit(ctx context.Context, c *call, in args) (bot.Reply, error) {
	return a.aimed(ctx, c, in, blocks.PickEdit, blocks.PickEdit, a.Work.Answered)
}

func (a *App) checkinSkip(ctx context.Context, c *call, in args) (bot.Reply, error) {
	return a.aimed(ctx, c, in, blocks.PickSkip, blocks.PickSkip, a.Work.Skippable)
}

// usualSnooze is how long the prompt's menu puts a reminder off.
const usualSnooze = time.Hour

func (a *App) checkinSnooze(ctx context.Context, c *call, in args) (bot.Reply, error) {
	wait := usualSnooze
	if in = a.smallKey(ctx, c.team, in); len(in.words) > 0 {
		var err error
		if wait, err = time.ParseDuration(strings.ToLower(in.words[0])); err != nil || len(in.words) > 1 {
			return bot.Reply{}, work.Refusal{Say: "Say for how long, for example `" + a.Command + " checkin snooze 1h` or `30m`."}
		}
	}
	value := blocks.PickSnooze + ":" + strconv.Itoa(int(wait/time.Minute))
	return a.aimed(ctx, c, in, blocks.PickSnooze, value, a.Work.Snoozable)
}

func (a *App) skipRound(ctx context.Context, c *call, t work.Target) (bot.Reply, error) {
	return a.once(ctx, c, func(tx models.Team) error {
		round := t.Round.ID
		if round == "" {
			opened, err := a.Work.OpenEarly(ctx, tx, t.Checkin.ID, t.Date, c.User)
			if err != nil {
				return err
			}
			round = opened.ID
		}
		return a.Work.Skip(ctx, tx, round, c.User)
	})
}

func (a *App) snoozeRound(ctx context.Context, c *call, roundID string, wait time.Duration) (bot.Reply, error) {
	var view blocks.SnoozedView
	dup, err := c.team.Once(ctx, c.Key, func(tx models.Team) (err error) {
		view, err = a.Work.Snooze(ctx, tx, roundID, c.User, wait)
		return err
	})
	if err != nil || dup {
		return bot.Reply{}, err
	}
	return say(blocks.Snoozed(view)), nil
}

// picked serves a choice from the list.
func (a *App) picked(ctx context.Context, c *call, click bot.Click[blocks.RoundID]) (bot.Reply, error) {
	round, err := c.team.Round(ctx, string(click.ID))
	if err != nil {
		return bot.Reply{}, err
	}
	checkin, err := c.team.Checkin(ctx, round.CheckinID)
	if err != nil {
		return bot.Reply{}, err
	}
	return a.meant(ctx, c, work.Target{Project: c.project, Checkin: round.AsOpened(checkin), Round: round, Date: round.Date}, click.Value)
}

// pickedEarly is picked for a round that was still to open; by now it may be.
func (a *App) pickedEarly(ctx context.Context, c *call, click bot.Click[blocks.CheckinID]) (bot.Reply, error) {
	t, err := a.Work.EarlyTarget(ctx, c.team, string(click.ID), c.User)
	if err == nil {
		return a.meant(ctx, c, t, click.Value)
	}
	if !errors.Is(err, models.ErrNotFound) {
		return bot.Reply{}, err
	}
	again := a.checkinNow
	if click.Value == blocks.PickSkip {
		again = a.checkinSkip
	}
	return again(ctx, c, args{project: c.project.Key})
}

// askMismatch asks a person about an item of theirs of which Jira says something
// else than "on track": that person alone, and only if Jira answers soon.
// Whatever goes wrong, nothing is said.
func (a *App) askMismatch(ctx context.Context, c *call, roundID string) error {
	view, ok := a.Work.Mismatch(ctx, c.team, c.User, roundID)
	if !ok {
		return nil
	}
	if err := a.whisper(ctx, c, blocks.Mismatch(view)); err != nil {
		a.Log.WarnContext(ctx, "a question to one person was not shown", "team", c.Team, "error", err)
	}
	return nil
}

// whisper shows a message to the person alone, which is gone with their next
// look: in their messages after a modal, which has no response URL.
func (a *App) whisper(ctx context.Context, c *call, m blocks.Message) error {
	if c.ResponseURL != "" {
		return a.Slack.Respond(ctx, c.ResponseURL, m, false)
	}
	channel, err := a.Slack.DM(ctx, c.Team, c.User)
	if err != nil {
		return err
	}
	return a.Slack.Ephemeral(ctx, c.Team, channel, c.User, m)
}

func (a *App) mismatchFine(_ context.Context, c *call, _ bot.Click[blocks.RoundID]) (bot.Reply, error) {
	return a.inPlace(c, blocks.MismatchTaken()), nil
}

func (a *App) mismatchFix(ctx context.Context, c *call, click bot.Click[blocks.RoundID]) (bot.Reply, error) {
	issue, err := a.Work.IssueOf(ctx, c.team, c.project, click.Value)
	return a.inPlace(c, blocks.MismatchToFix(issue)), err
}

// inPlace lets a message take the place of the one that was clicked.
func (a *App) inPlace(c *call, m blocks.Message) bot.Reply {
	return bot.Reply{After: func(ctx context.Context) error {
		if c.ResponseURL == "" {
			return a.tell(ctx, c, m)
		}
		return a.Slack.Respond(ctx, c.ResponseURL, m, true)
	}}
}

// mismatchBlocked opens the follow-up of a blocked answer with the item filled
// in.
func (a *App) mismatchBlocked(ctx context.Context, c *call, click bot.Click[blocks.RoundID]) (bot.Reply, error) {
	view, err := a.Work.BlockedView(ctx, c.team, string(click.ID), c.User)
	if err != nil {
		return bot.Reply{}, err
	}
	view.Input.Key = click.Value
	return a.open(ctx, c, blocks.BlockedForm(view))
}
