package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"headway/blocks"
	"headway/calendar"
	"headway/metrics"
	"headway/models"
	"headway/secret"
	"headway/work"
)

// The demo's people, as the sandbox seeds them; Jonas sees reports and is never
// asked.
const (
	demoOwner   = "U01MIRA"
	demoManager = "U02JONAS"
	demoChannel = "C01PAY"
)

var (
	demoTeam   = []string{"U01MIRA", "U03ADA", "U04TOMAS", "U05PRIYA", "U06LENA", "U07SAM", "U08ANIL", "U09NOOR"}
	demoLinks  = map[string]string{"U01MIRA": "sbx:1", "U02JONAS": "sbx:2", "U03ADA": "sbx:3", "U04TOMAS": "sbx:4", "U05PRIYA": "sbx:5", "U06LENA": "sbx:6", "U07SAM": "sbx:7", "U08ANIL": "sbx:8", "U09NOOR": "sbx:9", "U11IRIS": "sbx:11"}
	demoStages = map[string]metrics.Stage{"In Review": metrics.InReview, "Waiting": metrics.Waiting}
)

// begin sets the first project up by the verbs of the wizard, and lives through
// the first day with the team's answers. A kept database goes on where it was.
func (d *demo) begin(ctx context.Context, today time.Time) error {
	who, err := d.app.join(ctx)
	if err != nil {
		return err
	}
	if err := d.app.bot.Connected(ctx); err != nil {
		return err
	}
	team := d.app.store.Team(who.Team)
	if admins, err := d.app.worker.Admins(ctx, team); err != nil || len(admins) > 0 {
		d.clock.forward(today)
		return err
	}
	p, err := d.setUp(ctx, team)
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	if err := d.app.worker.Refresh(ctx, team, p.ID, true); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	return d.firstDay(ctx, team, p, today)
}

// setUp does what the wizard does, with the wizard's verbs.
func (d *demo) setUp(ctx context.Context, team models.Team) (models.Project, error) {
	w, line := d.app.worker, d.world.Line()
	err := team.Atomically(ctx, func(tx models.Team) error {
		if err := w.Own(ctx, tx, demoOwner); err != nil {
			return err
		}
		return w.Grant(ctx, tx, demoOwner, demoManager, models.Manager, "")
	})
	if err != nil {
		return models.Project{}, err
	}
	conn, err := w.Connect(ctx, team, demoOwner, models.Connection{Site: d.site.Name, Email: line.JiraEmail, Token: secret.Secret(line.JiraToken),
		ExpiresOn: calendar.DateOf(d.clock.Now(), demoZone).AddDays(240)})
	if err != nil {
		return models.Project{}, err
	}
	p, err := w.ChooseProject(ctx, team, demoOwner, work.ProjectInput{ConnectionID: conn.ID, JiraKey: d.site.Projects[0].Key, Kind: "auto", Channel: demoChannel, Zone: demoZone.String()})
	if err != nil {
		return p, err
	}
	proposal, err := w.Mapping(ctx, team, p)
	if err != nil {
		return p, err
	}
	return p, team.Atomically(ctx, func(tx models.Team) error { return d.plan(ctx, tx, conn, &p, proposal) })
}

// plan takes the proposal over, as most admins would, and starts.
func (d *demo) plan(ctx context.Context, tx models.Team, conn models.Connection, p *models.Project, proposal blocks.MappingView) error {
	w, in := d.app.worker, proposal.Input
	for _, s := range proposal.Statuses {
		if stage, ok := demoStages[s.Name]; ok {
			in.Stages[s.ID] = stage
		}
	}
	for user, account := range demoLinks {
		if err := w.Link(ctx, tx, demoOwner, user, conn.ID, account); err != nil {
			return err
		}
	}
	bugs := typesNamed(proposal.Types, "bug")
	rules := metrics.Rules{Stages: in.Stages, Incident: metrics.Match{Types: typesNamed(proposal.Types, "incident")}, Failure: metrics.Match{Types: bugs}, Blocked: in.Blocked}
	if err := w.Map(ctx, tx, demoOwner, p, rules); err != nil {
		return err
	}
	checkin := models.Checkin{Name: p.Name, Days: calendar.MonToFri, Hour: 9, Minute: 30, WindowMinutes: 240, Privacy: models.PrivacyTeam, Confidence: true}
	if err := w.PlanCheckin(ctx, tx, demoOwner, p, checkin, d.people()); err != nil {
		return err
	}
	return w.Start(ctx, tx, demoOwner, *p, true)
}

func typesNamed(types []blocks.Option, name string) []string {
	var ids []string
	for _, t := range types {
		if strings.EqualFold(t.Label, name) {
			ids = append(ids, t.Value)
		}
	}
	return ids
}

func (d *demo) people() []models.Participant {
	zones := map[string]string{"U04TOMAS": "America/New_York", "U07SAM": "America/New_York", "U05PRIYA": "Asia/Kolkata", "U08ANIL": "Asia/Kolkata"}
	people := []models.Participant{{User: demoManager, Zone: demoZone.String(), Observer: true}}
	for _, u := range demoTeam {
		zone := zones[u]
		if zone == "" {
			zone = demoZone.String()
		}
		people = append(people, models.Participant{User: u, Zone: zone})
	}
	return people
}

// firstDay lives through yesterday: everyone but one answers, somebody is
// blocked, and this morning those who are early have answered already.
func (d *demo) firstDay(ctx context.Context, team models.Team, p models.Project, today time.Time) error {
	yesterday := today.AddDate(0, 0, -1)
	// Each in their own zone: how far those are apart changes with the seasons.
	pastNine := func(day time.Time, zone string, minutes int) time.Time {
		return calendar.DateOf(day, demoZone).At(9, minutes, mustZone(zone))
	}
	blocked := models.Answer{User: "U06LENA", Status: models.Blocked, Confidence: 2, BlockedKind: "decision", BlockedKey: d.openIssue(ctx, team, p), Since: calendar.DateOf(yesterday, demoZone).AddDays(-3)}
	for _, step := range []struct {
		at      time.Time
		answers []models.Answer
	}{
		{pastNine(yesterday, "Asia/Kolkata", 50), []models.Answer{{User: "U05PRIYA", Status: models.OnTrack, Confidence: 4}, {User: "U08ANIL", Status: models.OnTrack, Confidence: 4}}},
		{pastNine(yesterday, "Europe/Berlin", 45), []models.Answer{{User: "U01MIRA", Status: models.OnTrack, Confidence: 4}, {User: "U03ADA", Status: models.AtRisk, Confidence: 3}, blocked, {User: "U09NOOR", Status: models.OnTrack, Confidence: 5}}},
		{pastNine(yesterday, "America/New_York", 45), []models.Answer{{User: "U04TOMAS", Status: models.OnTrack, Confidence: 4}}},
		{pastNine(today, "Asia/Kolkata", 50), []models.Answer{{User: "U05PRIYA", Status: models.OnTrack, Confidence: 4}, {User: "U08ANIL", Status: models.AtRisk, Confidence: 3}}},
		{today, nil},
	} {
		if err := d.through(ctx, step.at); err != nil {
			return err
		}
		if err := d.answers(ctx, team, step.answers); err != nil {
			return err
		}
	}
	return nil
}

// answers stores what people say in the round that is open to them.
func (d *demo) answers(ctx context.Context, team models.Team, answers []models.Answer) error {
	for _, a := range answers {
		open, err := team.OpenMemberships(ctx, a.User)
		if err != nil {
			return err
		}
		if len(open) == 0 {
			return fmt.Errorf("no round is open to %s", a.User)
		}
		a.RoundID = open[0].Round.ID
		if err := d.say(ctx, team, a); err != nil {
			return err
		}
	}
	return nil
}

// openIssue is the key of one of Lena's items in progress, as she would choose
// it in the form; none is no harm.
func (d *demo) openIssue(ctx context.Context, team models.Team, p models.Project) string {
	mine, err := d.app.worker.MyItems(ctx, team, "U06LENA", p)
	if err != nil || len(mine) == 0 {
		return ""
	}
	return mine[0].Key
}
