package handlers

import (
	"context"
	"strconv"
	"strings"

	"headway/blocks"
	"headway/bot"
	"headway/calendar"
	"headway/models"
	"headway/work"
)

func (a *App) registerReport(r *bot.Router) {
	on(a, r, reader, blocks.ReportDetails, ofReport, a.reportDetails)
	on(a, r, reader, blocks.ReportWhy, ofReport, a.reportWhy)
	on(a, r, reader, blocks.ReportShare, ofReport, a.reportShare)
	on(a, r, reader, blocks.HomeReport, ofProject, func(ctx context.Context, c *call, _ bot.Click[blocks.ProjectID]) (bot.Reply, error) {
		return a.report(ctx, c, args{})
	})
}

func ofReport(ctx context.Context, team models.Team, id blocks.ReportRef) (models.Project, error) {
	return team.ProjectOfReport(ctx, string(id))
}

func ofProject(ctx context.Context, team models.Team, id blocks.ProjectID) (models.Project, error) {
	return team.Project(ctx, string(id))
}

// report answers with the figures of a week, the last full one by default.
func (a *App) report(ctx context.Context, c *call, in args) (bot.Reply, error) {
	week, err := a.week(c.project, in.words)
	if err != nil {
		return bot.Reply{}, err
	}
	view, err := a.Work.Report(ctx, c.team, c.permit, c.User, c.project, week)
	if err != nil {
		return bot.Reply{}, err
	}
	return say(blocks.Report(view)), nil
}

// week reads "this", "last", "2026-W47" or nothing.
func (a *App) week(p models.Project, words []string) (calendar.Week, error) {
	now := calendar.WeekOf(a.Work.Today(p))
	period := ""
	for _, w := range words {
		if w = strings.ToLower(w); w != "weekly" && w != "week" {
			period = w
		}
	}
	switch period {
	case "", "last":
		return now.Prev(), nil
	case "this":
		return now, nil
	}
	week, err := calendar.ParseWeek(strings.ToUpper(period))
	if err != nil || week.Compare(now) > 0 {
		return week, work.Refusal{Say: "I can't read that week. Use `this`, `last` or a past week such as `" + now.Prev().String() + "`."}
	}
	return week, nil
}

// reportShow renders a stored report again.
func (a *App) reportShow(ctx context.Context, c *call, in args) (bot.Reply, error) {
	number := 0
	for _, w := range in.words {
		if n, err := strconv.Atoi(strings.TrimPrefix(strings.ToUpper(w), "R-")); err == nil {
			number = n
		}
	}
	if number == 0 {
		return bot.Reply{}, work.Refusal{Say: "Which report? Its number is at its foot, for example `R-12`."}
	}
	view, err := a.Work.ReportNumber(ctx, c.team, c.permit, number)
	if err != nil {
		return bot.Reply{}, orSay(err, "There is no report R-"+strconv.Itoa(number)+" of "+c.project.Key+".")
	}
	return a.opened(ctx, c, view)
}

// reportDetails opens a posted report for whoever clicked, if Jira lets them.
func (a *App) reportDetails(ctx context.Context, c *call, click bot.Click[blocks.ReportRef]) (bot.Reply, error) {
	view, err := a.Work.ReportByID(ctx, c.team, c.permit, string(click.ID))
	if err != nil {
		return bot.Reply{}, err
	}
	return a.opened(ctx, c, view)
}

// opened shows a stored report and counts that somebody looked.
func (a *App) opened(ctx context.Context, c *call, view blocks.ReportView) (bot.Reply, error) {
	if err := a.Work.Opened(ctx, c.team, view); err != nil {
		return bot.Reply{}, err
	}
	return say(blocks.Report(view)), a.Work.Audit(ctx, c.team, c.User, "report.view", c.project.ID, "R-"+strconv.Itoa(view.Number))
}

// reportWhy shows where the figures come from.
func (a *App) reportWhy(ctx context.Context, c *call, click bot.Click[blocks.ReportRef]) (bot.Reply, error) {
	receipt, err := a.Work.Receipt(ctx, c.team, c.permit, string(click.ID))
	if err != nil {
		return bot.Reply{}, err
	}
	return say(blocks.ReportReceipt(receipt)), nil
}

// reportShare posts a report to the project's channel, as its audience allows.
func (a *App) reportShare(ctx context.Context, c *call, click bot.Click[blocks.ReportRef]) (bot.Reply, error) {
	channel, err := a.Work.Share(ctx, c.team, c.permit, c.Key, c.User, c.project, string(click.ID))
	if err != nil {
		return bot.Reply{}, err
	}
	return say(blocks.ReportShared(channel)), nil
}
