package work

import (
	"testing"
	"time"

	"headway/blocks"
	"headway/calendar"
	"headway/models"
	"headway/models/storetest"
)

func day(s string) calendar.Date {
	d, err := calendar.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, berlin)
	if err != nil {
		panic(err)
	}
	return t
}

// sprint42 is two weeks long, from Monday 16 to Friday 27 November 2026.
func sprint42() models.Sprint {
	return models.Sprint{ID: 42, BoardID: 7, Name: "Sprint 42", State: models.SprintActive, Start: at("2026-11-16 09:00"), End: at("2026-11-27 17:00")}
}

func TestTheDatesOnWhichACheckInIsHeld(t *testing.T) {
	scrum := models.Project{Zone: "Europe/Berlin", Workdays: calendar.MonToFri, Country: "DE", Sprints: true}
	kanban := scrum
	kanban.Sprints = false
	early, future, undated := sprint42(), sprint42(), sprint42()
	early.State, early.Done = models.SprintClosed, at("2026-11-25 11:00")
	future.State = models.SprintFuture
	undated.Start, undated.End = time.Time{}, time.Time{}
	evening := early
	evening.Done = at("2026-11-25 18:00")
	christmas := sprint42()
	christmas.Start, christmas.End = at("2026-12-21 09:00"), at("2027-01-01 17:00") // 25 Dec and 1 Jan are off
	for name, c := range map[string]struct {
		template string
		project  models.Project
		sprints  []models.Sprint
		held     []int64
		last     string
		paused   string // until, "ever" for until resumed
		days     calendar.Weekdays
		after    string
		want     string // "" for none
	}{
		"daily":                               {template: "daily", project: scrum, days: calendar.MonToFri, after: "2026-11-27", want: "2026-11-30"},
		"daily over a holiday":                {template: "daily", project: scrum, days: calendar.MonToFri, after: "2026-12-24", want: "2026-12-28"},
		"weekly":                              {template: "weekly", project: scrum, days: calendar.Wednesday, after: "2026-11-25", want: "2026-12-02"},
		"paused until a date":                 {template: "daily", project: scrum, days: calendar.MonToFri, paused: "2026-12-05", after: "2026-11-24", want: "2026-12-07"},
		"a pause that is over":                {template: "daily", project: scrum, days: calendar.MonToFri, paused: "2026-11-20", after: "2026-11-24", want: "2026-11-25"},
		"paused until resumed":                {template: "daily", project: scrum, days: calendar.MonToFri, paused: "ever", after: "2026-11-24"},
		"midpoint of ten days":                {template: "midpoint", project: scrum, sprints: []models.Sprint{sprint42()}, after: "2026-11-16", want: "2026-11-20"},
		"midpoint without the holidays":       {template: "midpoint", project: scrum, sprints: []models.Sprint{christmas}, after: "2026-12-01", want: "2026-12-24"},
		"midpoint that is past":               {template: "midpoint", project: scrum, sprints: []models.Sprint{sprint42()}, after: "2026-11-20"},
		"midpoint that was held":              {template: "midpoint", project: scrum, sprints: []models.Sprint{sprint42()}, held: []int64{42}, after: "2026-11-16"},
		"midpoint of a sprint without dates":  {template: "midpoint", project: scrum, sprints: []models.Sprint{undated}, after: "2026-11-16"},
		"midpoint of one closed early":        {template: "midpoint", project: scrum, sprints: []models.Sprint{early}, after: "2026-11-16"},
		"midpoint of a planned one":           {template: "midpoint", project: scrum, sprints: []models.Sprint{future}, after: "2026-11-16", want: "2026-11-20"},
		"midpoint without sprints":            {template: "midpoint", project: kanban, after: "2026-11-16"},
		"retro at the end":                    {template: "retro", project: scrum, sprints: []models.Sprint{sprint42()}, after: "2026-11-16", want: "2026-11-27"},
		"retro of one closed in the morning":  {template: "retro", project: scrum, sprints: []models.Sprint{early}, after: "2026-11-16", want: "2026-11-25"},
		"retro of one closed in the evening":  {template: "retro", project: scrum, sprints: []models.Sprint{evening}, after: "2026-11-16", want: "2026-11-26"},
		"retro that ends on a holiday":        {template: "retro", project: scrum, sprints: []models.Sprint{christmas}, after: "2026-12-01", want: "2026-12-31"},
		"retro of a board without sprints":    {template: "retro", project: kanban, days: calendar.Friday, after: "2026-11-24", want: "2026-11-27"},
		"retro two weeks after the last one":  {template: "retro", project: kanban, days: calendar.Friday, last: "2026-11-27", after: "2026-11-27", want: "2026-12-11"},
		"retro two weeks over the year's end": {template: "retro", project: kanban, days: calendar.Thursday, last: "2026-12-24", after: "2026-12-24", want: "2027-01-07"},
	} {
		t.Run(name, func(t *testing.T) {
			r := rhythm{template: blocks.TemplateOf(c.template), project: c.project, sprints: c.sprints, held: map[int64]bool{},
				checkin: models.Checkin{Template: c.template, Days: c.days, Hour: 14, State: models.On}}
			for _, id := range c.held {
				r.held[id] = true
			}
			if c.last != "" {
				r.last = day(c.last)
			}
			if c.paused != "" {
				r.checkin.State = models.Paused
			}
			if c.paused != "" && c.paused != "ever" {
				r.checkin.PausedUntil = day(c.paused)
			}
			got, ok := r.next(day(c.after))
			if ok != (c.want != "") || ok && got != day(c.want) {
				t.Errorf("%v %v, want %q", got, ok, c.want)
			}
		})
	}
}

func TestOfSeveralActiveSprintsTheOneThatEndsFirstIsNamed(t *testing.T) {
	first, second, undated, future := sprint42(), sprint42(), sprint42(), sprint42()
	second.ID, second.End = 43, second.End.AddDate(0, 0, 7)
	undated.ID, undated.Start, undated.End = 44, time.Time{}, time.Time{}
	future.ID, future.State = 45, models.SprintFuture
	if got := running([]models.Sprint{undated, future, first, second}); got.ID != 42 {
		t.Errorf("sprint %d", got.ID)
	}
	if got := running([]models.Sprint{undated, future}); got.ID != 0 {
		t.Errorf("sprint %d, though none runs with dates", got.ID)
	}
}

// ritualOf gives project PAY a team and a check-in of the template.
func ritualOf(t *testing.T, w *Worker, team models.Team, template string, people ...string) (models.Project, models.Checkin) {
	t.Helper()
	p, err := team.Project(t.Context(), "pay")
	if err != nil {
		t.Fatal(err)
	}
	p.Sprints, p.BoardID = true, 7
	if err := team.PutProject(t.Context(), &p); err != nil {
		t.Fatal(err)
	}
	in := blocks.TemplateOf(template).Defaults("Payments")
	c := models.Checkin{Name: in.Name, Template: template, Days: in.Days, Hour: in.Hour, Minute: in.Minute, WindowMinutes: in.WindowMinutes, Privacy: in.Privacy, Confidence: in.Confidence}
	var members []models.Participant
	for _, user := range people {
		members = append(members, models.Participant{User: user, Zone: "Europe/Berlin"})
	}
	err = team.Atomically(t.Context(), func(tx models.Team) (err error) {
		c, err = w.Configure(t.Context(), tx, "UOWNER", p, c, members)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return p, c
}

func dueOf(t *testing.T, team models.Team, c models.Checkin) (time.Time, string) {
	t.Helper()
	s, err := team.ScheduleOf(t.Context(), ScheduleCheckin, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	return s.NextDue, s.Slot
}

func TestACheckInGoesWithItsSprintWhereverJiraMovesIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *models.Store) {
		c := &company{now: at("2026-11-17 10:00"), searchy: true}
		w := c.worker(open())
		team := c.settle(t, w)
		p, midpoint := ritualOf(t, w, team, blocks.TemplateMidpoint, "U001")
		read := func(sprints ...models.Sprint) string {
			t.Helper()
			err := team.Atomically(t.Context(), func(tx models.Team) error {
				if err := tx.PutSprints(t.Context(), p.ID, sprints); err != nil {
					return err
				}
				return w.followSprints(t.Context(), tx, p.ID)
			})
			if err != nil {
				t.Fatal(err)
			}
			_, slot := dueOf(t, team, midpoint)
			return slot
		}
		if _, slot := dueOf(t, team, midpoint); slot != "" {
			t.Errorf("held on %s, before any sprint is known", slot)
		}
		sprint := sprint42()
		if slot := read(sprint); slot != "2026-11-20" {
			t.Errorf("held on %s", slot)
		}
		sprint.End = at("2026-12-04 17:00") // a week longer
		if slot := read(sprint); slot != "2026-11-25" {
			t.Errorf("of the longer sprint held on %s", slot)
		}
		if slot := read(); slot != "" {
			t.Errorf("of the deleted sprint held on %s", slot)
		}

		// Its middle is learnt an hour and a half late, that of the next sprint two
		// and a half: the grace is two hours.
		sprint = sprint42()
		c.later(at("2026-11-20 11:00").Sub(c.now))
		if slot := read(sprint); slot != "2026-11-20" {
			t.Errorf("learnt within the grace, held on %q", slot)
		}
		if err := w.OpenRounds(t.Context()); err != nil {
			t.Fatal(err)
		}
		c.later(at("2026-11-27 12:00").Sub(c.now))
		next := sprint
		next.ID, next.Start, next.End = sprint.ID+1, at("2026-11-23 09:00"), at("2026-12-04 17:00")
		if slot := read(sprint, next); slot != "" {
			t.Errorf("learnt too late, held on %s", slot)
		}
	})
}

func TestARoundIsHeldOnceInASprintAndNamesIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *models.Store) {
		c := &company{now: at("2026-11-17 10:00"), searchy: true}
		w := c.worker(open())
		team := c.settle(t, w)
		p, midpoint := ritualOf(t, w, team, blocks.TemplateMidpoint, "U001")
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(team.PutSprints(t.Context(), p.ID, []models.Sprint{sprint42()}))
		must(w.followSprints(t.Context(), team, p.ID))
		c.later(at("2026-11-20 09:30").Sub(c.now))
		must(w.OpenRounds(t.Context()))
		rounds, err := team.RoundsOf(t.Context(), midpoint.ID, 9)
		must(err)
		if len(rounds) != 1 || rounds[0].SprintID != 42 {
			t.Fatalf("%+v", rounds)
		}
		view, err := w.promptView(t.Context(), team, rounds[0].ID, models.RoundMember{User: "U001"})
		must(err)
		if view.Topic != "Sprint 42" || view.Template != blocks.TemplateMidpoint {
			t.Errorf("%+v", view)
		}

		// The sprint becomes longer, and its middle lies ahead again: it was held.
		longer := sprint42()
		longer.End = at("2026-12-11 17:00")
		must(team.PutSprints(t.Context(), p.ID, []models.Sprint{longer}))
		must(w.followSprints(t.Context(), team, p.ID))
		if _, slot := dueOf(t, team, midpoint); slot != "" {
			t.Errorf("held again on %s", slot)
		}
	})
}

func TestAMidpointOfASprintThatNobodyStartedIsNotHeld(t *testing.T) {
	c := &company{now: at("2026-11-17 10:00"), searchy: true}
	w := c.worker(storetest.SQLite(t))
	team := c.settle(t, w)
	p, midpoint := ritualOf(t, w, team, blocks.TemplateMidpoint, "U001")
	planned := sprint42()
	planned.State = models.SprintFuture
	if err := team.PutSprints(t.Context(), p.ID, []models.Sprint{planned}); err != nil {
		t.Fatal(err)
	}
	if err := w.followSprints(t.Context(), team, p.ID); err != nil {
		t.Fatal(err)
	}
	c.later(at("2026-11-20 09:30").Sub(c.now))
	if err := w.OpenRounds(t.Context()); err != nil {
		t.Fatal(err)
	}
	rounds, err := team.RoundsOf(t.Context(), midpoint.ID, 9)
	runs, errRuns := team.Runs(t.Context(), p.ID, 9)
	if err != nil || errRuns != nil || len(rounds) != 0 || len(runs) != 1 || runs[0].State != models.RunMissed || runs[0].Note != noteNotBegun {
		t.Errorf("rounds %+v, runs %+v, %v %v", rounds, runs, err, errRuns)
	}
}
