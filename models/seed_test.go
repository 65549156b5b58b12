package models_test

import (
	"context"
	"testing"
	"time"

	"headway/calendar"
	"headway/metrics"
	"headway/models"
)

// noon is the business moment of the tests: a Tuesday in UTC.
var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

var today = calendar.Date{Year: 2026, Month: 11, Day: 24}

const anHour = time.Hour

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func got[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		must(t, err)
		return v
	}
}

// permit lets U1 see p1 of the team.
func permit(team models.Team) models.Permit {
	return models.NewPermit(team.ID(), "p1", "U1", time.Now().Add(anHour))
}

func project() *models.Project {
	return &models.Project{
		ID: "p1", ConnectionID: "c1", JiraID: 10001, Key: "PAY", Name: "Payments", BoardID: 7, BoardName: "PAY board",
		Sprints: true, Zone: "Europe/Berlin", Workdays: calendar.MonToFri, Country: "DE",
		EstimateField: "customfield_10016", SprintField: "customfield_10020", FlagField: "customfield_10021",
		ReportChannel: "C1", ReportSlot: calendar.Slot{Hour: 9, Days: calendar.MonToFri},
		NudgePerDay: 1, NudgePerWeek: 3, QuietFrom: 18 * 60, QuietTo: 9 * 60,
		State: models.ProjectActive, Step: 5, CreatedBy: "U1", CreatedAt: noon,
	}
}

func checkin() *models.Checkin {
	return &models.Checkin{ID: "k1", ProjectID: "p1", Name: "Payments check-in", Days: calendar.MonToFri, Hour: 9, Minute: 30,
		WindowMinutes: 240, Privacy: models.PrivacyTeam, Confidence: true, Channel: "C1", State: models.On, Template: "daily"}
}

// installed is an installation whose token is renewed now and then.
func installed() models.Installation {
	return models.Installation{BotUser: "UBOT", BotID: "B1", AppID: "A1", Token: "xoxe.xoxb-1", Scopes: "chat:write,commands",
		Refresh: "xoxe-1", ExpiresAt: noon.Add(12 * anHour)}
}

func round() models.Round {
	return models.Round{ID: "r1", CheckinID: "k1", ProjectID: "p1", Date: today, OpenedAt: noon, CloseAt: noon.Add(4 * anHour)}
}

func blocker() models.Blocker {
	return models.Blocker{ID: "bl1", ProjectID: "p1", CheckinID: "k1", User: "U1", Key: "PAY-871", Kind: "decision", Since: today, RaisedIn: "r1", RaisedOn: today,
		RaisedAt: noon, SaidOn: today, TouchedAt: noon, RemindAt: noon.Add(48 * anHour), Help: true}
}

func members() []models.RoundMember {
	return []models.RoundMember{
		{User: "U1", AskAt: noon, RemindAt: noon.Add(2 * anHour), CloseAt: noon.Add(4 * anHour)},
		{User: "U2", AskAt: noon.Add(anHour), RemindAt: noon.Add(3 * anHour), CloseAt: noon.Add(4 * anHour)},
	}
}

func week47() metrics.Weekly {
	w := metrics.Weekly{
		Week: calendar.WeekOf(today).Prev(), Completed: 12, Started: 11, WIPAtEnd: 4, DeployDays: 5, Partial: true,
		Excluded:  map[metrics.Exclusion]int{metrics.ExcludedType: 2},
		CycleDays: map[int]int{1: 4, 3: 8},
		DoneByDay: [7]int{1, 2, 3, 3, 3, 0, 0},
		WIPByDay:  [7]int{4, 4, 5, 5, 4, -1, -1},
		Statuses:  []metrics.StatusTime{{Status: "10000", Visits: 3}},
		Classes:   []metrics.ClassTime{{Class: "10001", Bucket: "s", AI: true, Count: 2}},
	}
	for _, minutes := range []int64{60, 1440, 90000} {
		w.Cycle.Add(minutes)
		w.Lead.Add(minutes + 1)
	}
	w.Statuses[0].Time.Add(77)
	w.Classes[0].Lead.Add(99)
	return w
}

// seed gives the team one row of everything, with the same ids in each team.
func seed(t *testing.T, team models.Team) {
	t.Helper()
	ctx := t.Context()
	must(t, team.Install(ctx, "Acme", installed()))
	must(t, team.SetOwner(ctx, "U1"))
	must(t, team.PutConnection(ctx, &models.Connection{ID: "c1", Site: "acme", Email: "bot@acme.test", Token: "token-1",
		AccountID: "a-1", ExpiresOn: today.AddDays(30), State: models.ConnectionOK, CheckedAt: noon}))
	must(t, team.PutProject(ctx, project()))
	must(t, team.Grant(ctx, models.RoleGrant{ID: "g1", User: "U1", Role: models.Owner, By: "U1", At: noon}))
	must(t, team.Bind(ctx, models.Binding{ID: "b1", ProjectID: "p1", Channel: "C1", Default: true, Audience: models.AudienceDeclared, DeclaredBy: "U1", At: noon}))
	got(team.AddDefinition(ctx, "p1", metrics.Rules{Stages: map[string]metrics.Stage{"1": metrics.Done}}, "U1", "setup"))(t)
	must(t, team.PutCheckin(ctx, checkin()))
	must(t, team.PutSprints(ctx, "p1", []models.Sprint{{ID: 42, BoardID: 7, Name: "Sprint 42", State: models.SprintActive, Start: noon.AddDate(0, 0, -8), End: noon.AddDate(0, 0, 6), SeenAt: noon}}))
	must(t, team.SetParticipants(ctx, "p1", []models.Participant{{User: "U1", Zone: "Europe/Berlin"}, {User: "U2", Zone: "America/New_York"}}))
	must(t, team.Link(ctx, models.AccountLink{ID: "l1", User: "U1", ConnectionID: "c1", AccountID: "a-9", By: models.LinkedByEmail, At: noon}))
	must(t, team.PutSchedule(ctx, &models.Schedule{Kind: "checkin", SubjectID: "k1", ProjectID: "p1", NextDue: noon, Slot: today.String()}))
	got(team.OpenRound(ctx, round(), members()))(t)
	got(team.PutAnswer(ctx, &models.Answer{RoundID: "r1", User: "U1", Status: models.Blocked, Confidence: 2, BlockedKind: "decision", BlockedKey: "PAY-871", AskedForHelp: true, At: noon}))(t)
	got(team.RaiseBlocker(ctx, blocker()))(t)
	must(t, team.PutAnswerText(t.Context(), models.AnswerText{RoundID: "r1", User: "U1", Words: "Out from three.", At: noon}))
	must(t, team.ReplaceWeeks(ctx, "p1", 1, []metrics.Weekly{week47()}, models.Watermark{State: models.RefreshOK, ReadUpTo: noon, Issues: 12}))
	must(t, team.AskReading(ctx, &models.Reading{ID: "w1", ProjectID: "p1", User: "U1", Full: true, AskedAt: noon}))
	must(t, team.AddReport(ctx, &models.Report{ID: "rep1", Key: "report:p1:2026-W47", ProjectID: "p1", Kind: "weekly", Week: week47().Week, Template: 1, Input: `{"done":12}`, CreatedAt: noon}))
	must(t, team.Audit(ctx, models.Audit{ID: "au1", At: noon, Actor: "U1", Verb: "project.create", ProjectID: "p1", Subject: "p1", Detail: "{}"}))
	must(t, team.PutAbsence(ctx, models.Absence{ID: "ab1", User: "U2", From: today, To: today.AddDays(3)}))
	must(t, team.SetPartTime(ctx, "U2", calendar.Friday))
	must(t, team.OpenHome(ctx, "U1", noon))
	must(t, team.Enqueue(ctx, models.OutboxMessage{Channel: "U1", Kind: "prompt", Key: "prompt:r1:U1", Payload: []byte(`{"text":"hi"}`)}))
	got(team.Once(ctx, "sl:1", func(models.Team) error { return nil }))(t)
	_, ok, err := team.Lease(ctx, "refresh:p1", anHour)
	must(t, err)
	if !ok {
		t.Fatal("the lease is not free")
	}
	got(runOnce(ctx, team, noon))(t)
	got(team.WeekTally(ctx, "p1", week47().Week, true))(t)
	got(team.Forget(ctx, "U99"))(t)
}

// runOnce runs the seeded schedule's due slot and moves it a day on.
func runOnce(ctx context.Context, team models.Team, now time.Time) (bool, error) {
	s, err := team.ScheduleOf(ctx, "checkin", "k1")
	if err != nil {
		return false, err
	}
	return team.RunSlot(ctx, s.ID, now, func(_ models.Team, s models.Schedule) (time.Time, string, string, string, error) {
		next := s.NextDue.AddDate(0, 0, 1)
		return next, calendar.DateOf(next, time.UTC).String(), "", "", nil
	})
}
