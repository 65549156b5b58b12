package handlers

import (
	"context"
	"errors"
	"html"
	"slices"
	"strings"

	"headway/blocks"
	"headway/bot"
	"headway/calendar"
	"headway/models"
	"headway/work"
)

// nextHolidays is how many public holidays the calendar lists.
const nextHolidays = 5

func (a *App) registerCalendar(r *bot.Router) {
	on(a, r, anyone, blocks.HomeCalendar, ofProject, a.homeCalendar)
	on(a, r, admin, blocks.CalendarDaysOff, ofProject, func(ctx context.Context, c *call, _ bot.Click[blocks.ProjectID]) (bot.Reply, error) {
		return a.openDaysOff(ctx, c)
	})
	on(a, r, admin, blocks.CalendarSettings, ofProject, func(ctx context.Context, c *call, _ bot.Click[blocks.ProjectID]) (bot.Reply, error) {
		return a.openProjectEdit(ctx, c)
	})
	onSubmit(a, r, admin, blocks.DaysOffSubmit, ofProjectCtx, a.submitDaysOff)
}

// calendar shows when a project works.
func (a *App) calendar(_ context.Context, c *call, in args) (bot.Reply, error) {
	if words := strings.ToLower(strings.Join(in.words, " ")); words != "" && words != "show" {
		return say(blocks.UnknownCommand(a.Command, "calendar "+html.UnescapeString(words), "calendar show")), nil
	}
	view := a.calendarView(c)
	view.Admin = c.role >= models.Admin
	return say(blocks.Calendar(view)), nil
}

// homeCalendar shows it on App Home, in a modal over which no other one opens.
func (a *App) homeCalendar(ctx context.Context, c *call, _ bot.Click[blocks.ProjectID]) (bot.Reply, error) {
	return a.open(ctx, c, blocks.InModal("Calendar", blocks.Calendar(a.calendarView(c))))
}

func (a *App) calendarView(c *call) blocks.CalendarView {
	p, today := c.project, a.Work.Today(c.project)
	view := blocks.CalendarView{Project: blocks.ProjectID(p.ID), Name: p.Name, Key: p.Key, Now: a.here(c), Zone: p.Location().String(), Workdays: p.Workdays, Country: p.Country, Off: offToCome(a, p)}
	for _, country := range calendar.Countries() {
		if country.Code == p.Country {
			view.Country, view.Known = country.Name, true
		}
	}
	for _, h := range p.Calendar().NextHolidays(today, nextHolidays) {
		view.Holidays = append(view.Holidays, blocks.OffRow{Days: calendar.Span{From: h.Date, To: h.Date}, Label: h.Name})
	}
	return view
}

// offToCome are the days off of the team that are not over.
func offToCome(a *App, p models.Project) []blocks.OffRow {
	today := a.Work.Today(p)
	return offRows(p, slices.DeleteFunc(slices.Clone(p.DaysOff), func(d models.DayOff) bool { return d.Date.Before(today) }))
}

// offRows joins days off of one label between which nobody works anyway.
func offRows(p models.Project, days []models.DayOff) []blocks.OffRow {
	week := p.Calendar()
	week.Off = nil
	var rows []blocks.OffRow
	for _, d := range days {
		if n := len(rows); n > 0 && rows[n-1].Label == d.Label && week.WorkingBetween(rows[n-1].Days.To.AddDays(1), d.Date.AddDays(-1)) == 0 {
			rows[n-1].Days.To = d.Date
			rows[n-1].Working++
			continue
		}
		rows = append(rows, blocks.OffRow{Days: calendar.Span{From: d.Date, To: d.Date}, Label: d.Label, Working: 1})
	}
	return rows
}

func (a *App) openDaysOff(ctx context.Context, c *call) (bot.Reply, error) {
	return a.open(ctx, c, blocks.DaysOffForm(blocks.DaysOffView{Ctx: blocks.ProjectCtx{Project: c.project.ID}, Name: c.project.Name, Key: c.project.Key, Now: a.here(c), Off: offToCome(a, c.project)}))
}

func (a *App) submitDaysOff(ctx context.Context, c *call, _ blocks.ProjectCtx, in blocks.DaysOffInput) (bot.Reply, error) {
	return a.changeDaysOff(ctx, c, in)
}

// changeDaysOff takes days back and adds others, all of it or nothing.
func (a *App) changeDaysOff(ctx context.Context, c *call, in blocks.DaysOffInput) (bot.Reply, error) {
	view := blocks.DaysOffChangedView{Name: c.project.Name, Key: c.project.Key, Now: a.here(c)}
	_, err := a.once(ctx, c, func(tx models.Team) error {
		var added, removed []models.DayOff
		for _, days := range in.Remove {
			gone, err := a.Work.RemoveDaysOff(ctx, tx, c.User, c.project.ID, days)
			if err != nil {
				return err
			}
			removed = append(removed, gone...)
		}
		if !in.Add.From.IsZero() {
			var err error
			if added, err = a.Work.AddDaysOff(ctx, tx, c.User, c.project.ID, in.Add, in.Label); err != nil {
				return err
			}
		}
		view.Added, view.Removed = offRows(c.project, added), offRows(c.project, removed)
		return nil
	})
	if err != nil {
		return bot.Reply{}, err
	}
	if len(view.Added)+len(view.Removed) == 0 { // a redelivery, whose answer may be the one that Slack shows
		c.project, err = c.team.Project(ctx, c.project.ID)
		return say(blocks.Calendar(a.calendarView(c))), err
	}
	return say(blocks.DaysOffChanged(view)), nil
}

// textual are the commands whose words may be any text: only --project names a
// project there.
var textual = map[string]bool{"calendar add": true}

// calendarAdd takes "2026-12-24..2026-12-31 Christmas break", or opens the form.
func (a *App) calendarAdd(ctx context.Context, c *call, in args) (bot.Reply, error) {
	if len(in.words) == 0 {
		return a.openDaysOff(ctx, c)
	}
	days, err := calendar.ParseSpan(in.words[0], a.Work.Today(c.project))
	if err != nil {
		return bot.Reply{}, a.notASpan(err, "calendar add 2026-12-24..2026-12-31 Christmas break")
	}
	label := html.UnescapeString(strings.Join(in.words[1:], " "))
	if blocks.LabelTooLong(label) {
		return bot.Reply{}, work.Refusal{Say: "At most 40 characters fit as the name of a day off."}
	}
	return a.changeDaysOff(ctx, c, blocks.DaysOffInput{Add: days, Label: label})
}

// calendarRemove takes "2026-12-24", or opens the form.
func (a *App) calendarRemove(ctx context.Context, c *call, in args) (bot.Reply, error) {
	if len(in.words) == 0 {
		return a.openDaysOff(ctx, c)
	}
	days, err := calendar.ParseSpan(strings.Join(in.words, ""), a.Work.Today(c.project))
	if err != nil {
		return bot.Reply{}, a.notASpan(err, "calendar remove 2026-12-24")
	}
	return a.changeDaysOff(ctx, c, blocks.DaysOffInput{Remove: []calendar.Span{days}})
}

// notASpan says in one sentence why typed days are none, with an example.
func (a *App) notASpan(err error, example string) error {
	words := "I can't read these days."
	switch {
	case errors.Is(err, calendar.ErrBackwards):
		words = "The last day can't come before the first."
	case errors.Is(err, calendar.ErrTooLong):
		words = "At most one year at a time."
	}
	return work.Refusal{Say: words + " Write it like this: `" + a.Command + " " + example + "`."}
}
