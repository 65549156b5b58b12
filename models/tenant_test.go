package models_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"gorm.io/gorm"

	"headway/calendar"
	"headway/metrics"
	"headway/models"
	"headway/models/storetest"
)

// everyMethod calls each method of a seeded Team; those that take things away
// come last.
var everyMethod = []struct {
	name string
	call func(ctx context.Context, t models.Team) error
}{
	{"ID", func(context.Context, models.Team) error { return nil }},
	{"Workspace", ignore(models.Team.Workspace)},
	{"EnsureWorkspace", func(ctx context.Context, t models.Team) error { return t.EnsureWorkspace(ctx, "Other name") }},
	{"SetOwner", func(ctx context.Context, t models.Team) error { return t.SetOwner(ctx, "U9") }},
	{"Installation", ignore(models.Team.Installation)},
	{"Install", func(ctx context.Context, t models.Team) error { return t.Install(ctx, "Other name", installed()) }},
	{"Renewed", func(ctx context.Context, t models.Team) error { return t.Renewed(ctx, "xoxe-1", installed()) }},
	{"Pause", ignore(models.Team.Pause)},
	{"Unpause", ignore(models.Team.Unpause)},
	{"NotRenewed", func(ctx context.Context, t models.Team) error { return t.NotRenewed(ctx, "xoxe-1") }},
	{"Grants", ignore(models.Team.Grants)},
	{"GrantsOf", with(models.Team.GrantsOf, "U1")},
	{"Grant", func(ctx context.Context, t models.Team) error {
		return t.Grant(ctx, models.RoleGrant{User: "U2", Role: models.Admin, By: "U1"})
	}},
	{"Connections", ignore(models.Team.Connections)},
	{"Connection", with(models.Team.Connection, "c1")},
	{"PutConnection", func(ctx context.Context, t models.Team) error {
		return t.PutConnection(ctx, &models.Connection{ID: "c1", Site: "other", Token: "token-2"})
	}},
	{"RefuseConnection", func(ctx context.Context, t models.Team) error {
		_, err := t.RefuseConnection(ctx, "c1", 2, noon)
		return err
	}},
	{"ReviveConnection", func(ctx context.Context, t models.Team) error {
		_, err := t.ReviveConnection(ctx, "c1", noon)
		return err
	}},
	{"SetViewers", func(ctx context.Context, t models.Team) error {
		return t.SetViewers(ctx, "c1", models.ViewersSearch, noon)
	}},
	{"SetWarned", func(ctx context.Context, t models.Team) error { _, err := t.SetWarned(ctx, "c1", 3, 30); return err }},
	{"Projects", func(ctx context.Context, t models.Team) error { _, err := t.Projects(ctx); return err }},
	{"Project", with(models.Team.Project, "p1")},
	{"LockProject", func(ctx context.Context, t models.Team) error {
		return t.Atomically(ctx, func(tx models.Team) error { _, err := tx.LockProject(ctx, "p1"); return err })
	}},
	{"ProjectByKey", with(models.Team.ProjectByKey, "PAY")},
	{"ProjectsOfUser", with(models.Team.ProjectsOfUser, "U1")},
	{"PutProject", func(ctx context.Context, t models.Team) error {
		p := project()
		p.Name = "Other"
		return t.PutProject(ctx, p)
	}},
	{"Bind", func(ctx context.Context, t models.Team) error {
		return t.Bind(ctx, models.Binding{ProjectID: "p1", Channel: "C1", Audience: models.AudienceVerified})
	}},
	{"Bindings", with(models.Team.Bindings, "p1")},
	{"BindingOf", func(ctx context.Context, t models.Team) error { _, _, err := t.BindingOf(ctx, "C1"); return err }},
	{"SetAudience", func(ctx context.Context, t models.Team) error {
		b, _, err := t.BindingOf(ctx, "C1")
		if err == nil {
			_, err = t.SetAudience(ctx, b, models.Audience{Verified: true}, noon)
		}
		return err
	}},
	{"Distrust", func(ctx context.Context, t models.Team) error { return t.Distrust(ctx, "C1", noon) }},
	{"AddDefinition", func(ctx context.Context, t models.Team) error {
		_, err := t.AddDefinition(ctx, "p1", metrics.Rules{}, "U1", "again")
		return err
	}},
	{"Definition", with(models.Team.Definition, "p1")},
	{"Definitions", with(models.Team.Definitions, "p1")},
	{"PutCheckin", func(ctx context.Context, t models.Team) error {
		c := checkin()
		c.Name = "Other"
		return t.PutCheckin(ctx, c)
	}},
	{"Checkin", with(models.Team.Checkin, "k1")},
	{"CheckinOf", with(models.Team.CheckinOf, "p1")},
	{"Checkins", with(models.Team.Checkins, "p1")},
	{"Propose", func(ctx context.Context, t models.Team) error {
		_, err := t.Propose(ctx, "k1", noon, noon)
		return err
	}},
	{"Decide", func(ctx context.Context, t models.Team) error { _, err := t.Decide(ctx, "k1", noon); return err }},
	{"PutSprints", func(ctx context.Context, t models.Team) error {
		return t.PutSprints(ctx, "p1", []models.Sprint{{ID: 43, BoardID: 7, Name: "Sprint 43", State: models.SprintFuture}})
	}},
	{"Sprints", with(models.Team.Sprints, "p1")},
	{"SetBroken", func(ctx context.Context, t models.Team) error {
		_, err := t.SetBroken(ctx, "C1", "is_archived")
		return err
	}},
	{"SetParticipants", func(ctx context.Context, t models.Team) error {
		return t.SetParticipants(ctx, "p1", []models.Participant{{User: "U7"}})
	}},
	{"Participants", with(models.Team.Participants, "p1")},
	{"Participant", func(ctx context.Context, t models.Team) error { _, err := t.Participant(ctx, "p1", "U7"); return err }},
	{"ParticipationsOf", with(models.Team.ParticipationsOf, "U7")},
	{"SetZone", func(ctx context.Context, t models.Team) error { return t.SetZone(ctx, "U7", "Asia/Tokyo") }},
	{"RemoveParticipant", func(ctx context.Context, t models.Team) error { return t.RemoveParticipant(ctx, "U2") }},
	{"Link", func(ctx context.Context, t models.Team) error {
		return t.Link(ctx, models.AccountLink{User: "U1", ConnectionID: "c1", AccountID: "a-other"})
	}},
	{"LinkOf", func(ctx context.Context, t models.Team) error { _, err := t.LinkOf(ctx, "U1", "c1"); return err }},
	{"Links", with(models.Team.Links, "c1")},
	{"LinkUndone", func(ctx context.Context, t models.Team) error { _, err := t.LinkUndone(ctx, "U1", "c1"); return err }},
	{"PutSchedule", func(ctx context.Context, t models.Team) error {
		return t.PutSchedule(ctx, &models.Schedule{Kind: "checkin", SubjectID: "k1", ProjectID: "p1", NextDue: noon, Slot: "other"})
	}},
	{"ScheduleOf", func(ctx context.Context, t models.Team) error {
		_, err := t.ScheduleOf(ctx, "checkin", "k1")
		return err
	}},
	{"RunSlot", func(ctx context.Context, t models.Team) error { _, err := runOnce(ctx, t, noon); return err }},
	{"Schedules", with(models.Team.Schedules, "p1")},
	{"Leased", with(models.Team.Leased, "refresh:p1")},
	{"Runs", func(ctx context.Context, t models.Team) error { _, err := t.Runs(ctx, "p1", 9); return err }},
	{"PauseSchedules", func(ctx context.Context, t models.Team) error { return t.PauseSchedules(ctx, "p1") }},
	{"ResumeSchedules", func(ctx context.Context, t models.Team) error { return t.ResumeSchedules(ctx, "p1") }},
	{"Lease", func(ctx context.Context, t models.Team) error {
		_, _, err := t.Lease(ctx, "other", time.Minute)
		return err
	}},
	{"OpenRound", func(ctx context.Context, t models.Team) error {
		r := round()
		r.ID, r.Date = "r2", today.AddDays(1)
		_, err := t.OpenRound(ctx, r, members())
		return err
	}},
	{"Round", with(models.Team.Round, "r1")},
	{"RoundOn", func(ctx context.Context, t models.Team) error { _, err := t.RoundOn(ctx, "k1", today); return err }},
	{"OpenRounds", with(models.Team.OpenRounds, "p1")},
	{"RoundsOf", func(ctx context.Context, t models.Team) error { _, err := t.RoundsOf(ctx, "k1", 9); return err }},
	{"LatestRounds", func(ctx context.Context, t models.Team) error { _, err := t.LatestRounds(ctx, "p1", 9); return err }},
	{"LockRound", func(ctx context.Context, t models.Team) error {
		return t.Atomically(ctx, func(tx models.Team) error { _, err := tx.LockRound(ctx, "r1"); return err })
	}},
	{"RoundMembers", with(models.Team.RoundMembers, "r1")},
	{"RoundMember", func(ctx context.Context, t models.Team) error { _, err := t.RoundMember(ctx, "r1", "U1"); return err }},
	{"SetMemberState", func(ctx context.Context, t models.Team) error {
		return t.SetMemberState(ctx, "r1", "U2", models.MemberAsked)
	}},
	{"SetReminded", func(ctx context.Context, t models.Team) error { return t.SetReminded(ctx, "r1", "U2") }},
	{"OpenMemberships", with(models.Team.OpenMemberships, "U1")},
	{"Memberships", func(ctx context.Context, t models.Team) error { _, err := t.Memberships(ctx, "U1", 9); return err }},
	{"JoinRound", func(ctx context.Context, t models.Team) error {
		_, err := t.JoinRound(ctx, "r1", []models.RoundMember{{User: "U7", AskAt: noon, CloseAt: noon.Add(9 * anHour), State: models.MemberAway}})
		return err
	}},
	{"Snooze", func(ctx context.Context, t models.Team) error { return t.Snooze(ctx, "r1", "U2", noon.Add(anHour)) }},
	{"PutAnswerText", func(ctx context.Context, t models.Team) error {
		return t.PutAnswerText(ctx, models.AnswerText{RoundID: "r1", User: "U1", Words: "Other words.", At: noon})
	}},
	{"AnswerTexts", with(models.Team.AnswerTexts, "r1")},
	{"AnswerTextOf", func(ctx context.Context, t models.Team) error {
		_, err := t.AnswerTextOf(ctx, "r1", "U1")
		return err
	}},
	{"PutAnswer", func(ctx context.Context, t models.Team) error {
		_, err := t.PutAnswer(ctx, &models.Answer{RoundID: "r1", User: "U1", Status: models.OnTrack, At: noon})
		return err
	}},
	{"AnswerOf", func(ctx context.Context, t models.Team) error { _, err := t.AnswerOf(ctx, "r1", "U1"); return err }},
	{"Answers", with(models.Team.Answers, "r1")},
	{"PreviousAnswer", func(ctx context.Context, t models.Team) error {
		_, err := t.PreviousAnswer(ctx, "k1", "U1", today.AddDays(1))
		return err
	}},
	{"LaterAnswer", func(ctx context.Context, t models.Team) error {
		_, err := t.LaterAnswer(ctx, "k1", "U1", today.AddDays(-1))
		return err
	}},
	{"AttendanceOf", func(ctx context.Context, t models.Team) error {
		_, err := t.AttendanceOf(ctx, "U1", today, today)
		return err
	}},
	{"ClosedRounds", func(ctx context.Context, t models.Team) error {
		_, err := t.ClosedRounds(ctx, "p1", today, today)
		return err
	}},
	{"Checkins", with(models.Team.Checkins, "p1")},
	{"Blocker", with(models.Team.Blocker, "bl1")},
	{"BlockersOf", with(models.Team.BlockersOf, "U1")},
	{"LockBlockers", with(models.Team.LockBlockers, "U1")},
	{"OpenBlockers", with(models.Team.OpenBlockers, "U1")},
	{"ProjectBlockers", with(models.Team.ProjectBlockers, "p1")},
	{"HelpCounted", func(ctx context.Context, t models.Team) error { return t.HelpCounted(ctx, "k1") }},
	{"PutBlocker", func(ctx context.Context, t models.Team) error {
		b := blocker()
		b.Clear(noon, models.ClearedByTap)
		return t.PutBlocker(ctx, b)
	}},
	{"RaiseBlocker", func(ctx context.Context, t models.Team) error {
		b := blocker()
		b.ID = "bl2"
		_, err := t.RaiseBlocker(ctx, b)
		return err
	}},
	{"RemoveBlocker", func(ctx context.Context, t models.Team) error { return t.RemoveBlocker(ctx, "bl2") }},
	{"Schedule", func(ctx context.Context, t models.Team) error {
		s, err := t.ScheduleOf(ctx, "checkin", "k1")
		if err == nil {
			_, err = t.Schedule(ctx, s.ID)
		}
		return err
	}},
	{"WeekTally", func(ctx context.Context, t models.Team) error {
		_, err := t.WeekTally(ctx, "p1", calendar.WeekOf(today).Next(), true)
		return err
	}},
	{"HeldOn", with(models.Team.HeldOn, "U1")},
	{"Erased", with(models.Team.Erased, "U1")},
	{"ReportByID", func(ctx context.Context, t models.Team) error {
		_, err := t.ReportByID(ctx, permit(t), "rep1")
		return err
	}},
	{"ProjectOfReport", with(models.Team.ProjectOfReport, "rep1")},
	{"Enqueued", with(models.Team.Enqueued, "prompt:r1:U1")},
	{"Count", func(ctx context.Context, t models.Team) error { r := round(); return t.Count(ctx, &r) }},
	{"Tally", with(models.Team.Tally, "r1")},
	{"CloseRound", func(ctx context.Context, t models.Team) error {
		r := round()
		r.ClosedAt = noon
		_, err := t.CloseRound(ctx, r)
		return err
	}},
	{"ReplaceWeeks", func(ctx context.Context, t models.Team) error {
		return t.ReplaceWeeks(ctx, "p1", 2, []metrics.Weekly{week47()}, models.Watermark{State: models.RefreshStale})
	}},
	{"Weeks", func(ctx context.Context, t models.Team) error {
		_, err := t.Weeks(ctx, permit(t), calendar.WeekOf(today).Add(-9), calendar.WeekOf(today))
		return err
	}},
	{"Watermark", with(models.Team.Watermark, "p1")},
	{"PutWatermark", func(ctx context.Context, t models.Team) error {
		return t.PutWatermark(ctx, models.Watermark{ProjectID: "p1", State: models.RefreshStale})
	}},
	{"AskReading", func(ctx context.Context, t models.Team) error {
		return t.AskReading(ctx, &models.Reading{ProjectID: "p1", User: "U1", AskedAt: noon})
	}},
	{"Readings", with(models.Team.Readings, "p1")},
	{"LastReading", with(models.Team.LastReading, "p1")},
	{"TellReading", func(ctx context.Context, t models.Team) error { return t.TellReading(ctx, "w1", models.ReadingOver) }},
	{"DeployedBefore", func(ctx context.Context, t models.Team) error {
		_, err := t.DeployedBefore(ctx, "p1", calendar.WeekOf(today))
		return err
	}},
	{"AddReport", func(ctx context.Context, t models.Team) error {
		return t.AddReport(ctx, &models.Report{ProjectID: "p1", Kind: "flow"})
	}},
	{"Report", func(ctx context.Context, t models.Team) error { _, err := t.Report(ctx, permit(t), 1); return err }},
	{"OpenedReport", func(ctx context.Context, t models.Team) error { return t.OpenedReport(ctx, "rep1") }},
	{"ReportsOfWeek", func(ctx context.Context, t models.Team) error {
		_, err := t.ReportsOfWeek(ctx, "p1", week47().Week)
		return err
	}},
	{"LatestReports", func(ctx context.Context, t models.Team) error { _, err := t.LatestReports(ctx, "p1", 9); return err }},
	{"Audit", func(ctx context.Context, t models.Team) error { return t.Audit(ctx, models.Audit{Verb: "x"}) }},
	{"AuditSince", func(ctx context.Context, t models.Team) error {
		_, err := t.AuditSince(ctx, "p1", time.Time{}, 9)
		return err
	}},
	{"PutAbsence", func(ctx context.Context, t models.Team) error {
		return t.PutAbsence(ctx, models.Absence{ID: "ab1", User: "U1", From: today, To: today})
	}},
	{"OpenHome", func(ctx context.Context, t models.Team) error { return t.OpenHome(ctx, "U1", noon) }},
	{"TouchHomes", func(ctx context.Context, t models.Team) error { return t.TouchHomes(ctx) }},
	{"HomeShown", func(ctx context.Context, t models.Team) error { return t.HomeShown(ctx, "U1", 1) }},
	{"ForgetHome", func(ctx context.Context, t models.Team) error { return t.ForgetHome(ctx, "U1") }},
	{"RemoveAbsence", func(ctx context.Context, t models.Team) error {
		if err := t.PutAbsence(ctx, models.Absence{ID: "ab2", User: "U1", From: today, To: today}); err != nil {
			return err
		}
		return t.RemoveAbsence(ctx, "U1", "ab2")
	}},
	{"SetPartTime", func(ctx context.Context, t models.Team) error { return t.SetPartTime(ctx, "U1", calendar.Friday) }},
	{"TimesOf", func(ctx context.Context, t models.Team) error { _, err := t.TimesOf(ctx, "U1", "U2"); return err }},
	{"LockProject", func(ctx context.Context, t models.Team) error {
		return t.Atomically(ctx, func(tx models.Team) error { _, err := tx.LockProject(ctx, "p1"); return err })
	}},
	{"SetDaysOff", func(ctx context.Context, t models.Team) error {
		return t.SetDaysOff(ctx, "p1", []models.DayOff{{Date: today}})
	}},
	{"AbsencesOf", with(models.Team.AbsencesOf, "U1")},
	{"Enqueue", func(ctx context.Context, t models.Team) error {
		return t.Enqueue(ctx, models.OutboxMessage{Channel: "U1", Key: "other", Payload: []byte("{}")})
	}},
	{"SentAs", func(ctx context.Context, t models.Team) error {
		_, _, _, err := t.SentAs(ctx, "prompt:r1:U1")
		return err
	}},
	{"Letters", func(ctx context.Context, t models.Team) error {
		_, err := t.Letters(ctx, models.OutboxDead, 9)
		return err
	}},
	{"OutboxDepth", ignore(models.Team.OutboxDepth)},
	{"Replay", func(ctx context.Context, t models.Team) error {
		if _, err := t.Replay(ctx, "not dead"); !errors.Is(err, models.ErrNotFound) {
			return fmt.Errorf("a message that is not dead: %w", err)
		}
		return nil
	}},
	{"Once", func(ctx context.Context, t models.Team) error {
		_, err := t.Once(ctx, "sl:2", func(models.Team) error { return nil })
		return err
	}},
	{"Atomically", func(ctx context.Context, t models.Team) error {
		return t.Atomically(ctx, func(models.Team) error { return nil })
	}},
	{"ClearAbsences", func(ctx context.Context, t models.Team) error { return t.ClearAbsences(ctx, "U1") }},
	{"Unlink", func(ctx context.Context, t models.Team) error { return t.Unlink(ctx, "U9", "U1", "c1") }},
	{"Unbind", func(ctx context.Context, t models.Team) error { return t.Unbind(ctx, "C1") }},
	{"Revoke", func(ctx context.Context, t models.Team) error { return t.Revoke(ctx, "U1", models.Owner, "") }},
	{"DeleteProject", with(models.Team.DeleteProject, "p1")},
	{"Forget", func(ctx context.Context, t models.Team) error {
		if err := t.Grant(ctx, models.RoleGrant{User: "U2", Role: models.Admin, By: "U1"}); err != nil {
			return err
		}
		_, err := t.Forget(ctx, "U1")
		return err
	}},
	{"Purge", func(ctx context.Context, t models.Team) error {
		_, err := t.Purge(ctx, noon.AddDate(9, 0, 0))
		return err
	}},
	{"Uninstall", func(ctx context.Context, t models.Team) error {
		removed, err := t.Uninstall(ctx, time.Now().Add(anHour), true)
		if err == nil && !removed {
			err = errors.New("nothing was removed")
		}
		return err
	}},
}

func ignore[R any](method func(models.Team, context.Context) (R, error)) func(context.Context, models.Team) error {
	return func(ctx context.Context, t models.Team) error { _, err := method(t, ctx); return err }
}

func with[A, R any](method func(models.Team, context.Context, A) (R, error), arg A) func(context.Context, models.Team) error {
	return func(ctx context.Context, t models.Team) error { _, err := method(t, ctx, arg); return err }
}

func TestNothingDoneForOneTeamTouchesItsTwin(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *models.Store) {
		s := open()
		one, twin := s.Team("T1"), s.Team("T2")
		seed(t, one)
		seed(t, twin)
		before := dump(t, s, twin.ID())
		for _, m := range everyMethod {
			if err := m.call(t.Context(), one); err != nil {
				t.Errorf("%s: %v", m.name, err)
			}
			if diff := cmp.Diff(before, dump(t, s, twin.ID())); diff != "" {
				t.Fatalf("%s changed the other team:\n%s", m.name, diff)
			}
		}
	})
}

func TestTheTwinTestCallsEveryMethodOfTeam(t *testing.T) {
	var called []string
	for _, m := range everyMethod {
		called = append(called, m.name)
	}
	team := reflect.TypeFor[models.Team]()
	for i := range team.NumMethod() {
		if name := team.Method(i).Name; !slices.Contains(called, name) && name != "Rows" {
			t.Errorf("%s is not in everyMethod", name)
		}
	}
}

// dump writes down every row of a team.
func dump(t *testing.T, s *models.Store, team string) map[string][]string {
	t.Helper()
	rows := map[string][]string{}
	for _, n := range models.Nouns() {
		table := n.About().Name
		var found []map[string]any
		must(t, s.Plain(t.Context()).Table(table).Where("team_id = ?", team).Find(&found).Error)
		if len(found) == 0 && table != "pace" {
			t.Fatalf("the seed leaves %s empty", table)
		}
		for _, row := range found {
			rows[table] = append(rows[table], fmt.Sprint(row))
		}
		slices.Sort(rows[table])
	}
	return rows
}

func TestEveryNounIsATenants(t *testing.T) {
	for _, n := range models.Nouns() {
		s := models.SchemaOf(n)
		field, ok := reflect.TypeOf(n).FieldByName("Tenant")
		if !ok || !field.Anonymous {
			t.Errorf("%s does not embed Tenant", s.Name)
		}
		if len(s.PrimaryFields) == 0 || s.PrimaryFields[0].DBName != "team_id" {
			t.Errorf("the key of %s does not start with team_id", s.Table)
		}
	}
}

func TestAQueryWithoutItsTeamFails(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *models.Store) {
		s := open()
		seed(t, s.Team("T1"))
		seed(t, s.Team("T2"))
		db := s.Unbound(t.Context())
		mine := s.Team("T1").Rows(t.Context())
		for name, err := range map[string]error{
			"find":              db.Find(&[]models.Project{}).Error,
			"update":            db.Model(&models.Project{}).Where("1 = 1").Update("name", "x").Error,
			"delete":            db.Where("1 = 1").Delete(&models.Answer{}).Error,
			"create":            db.Create(&models.Audit{ID: "x"}).Error,
			"create for a team": db.Create(&models.Audit{Tenant: models.Tenant{TeamID: "T2"}, ID: "x"}).Error,
			"raw":               db.Raw("SELECT 1").Scan(new(int)).Error,
			"exec":              db.Exec("DELETE FROM answers").Error,
			"raw of a team":     mine.Raw("SELECT 1").Scan(new(int)).Error,
			"exec of a team":    mine.Exec("DELETE FROM answers").Error,
			"table of a team":   mine.Table("projects").Find(&[]map[string]any{}).Error,
			"another's row":     mine.Create(&models.Audit{Tenant: models.Tenant{TeamID: "T2"}, ID: "x"}).Error,
		} {
			if !errors.Is(err, models.ErrTenant) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestAnOrCannotReachPastTheTeam(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *models.Store) {
		s := open()
		seed(t, s.Team("T1"))
		seed(t, s.Team("T2"))
		mine := s.Team("T1").Rows(t.Context())
		for name, q := range map[string]*gorm.DB{
			"or alone":        mine.Or("1 = 1"),
			"where and or":    mine.Where("id = ?", "p1").Or("1 = 1"),
			"or inside where": mine.Where("id = 'x' OR 1 = 1"),
			"team asked for":  mine.Where("team_id = ?", "T2").Or("team_id = ?", "T2"),
		} {
			var found []models.Project
			must(t, q.Find(&found).Error)
			for _, p := range found {
				if p.TeamID != "T1" {
					t.Errorf("%s reads team %s", name, p.TeamID)
				}
			}
		}
	})
}

func TestTheDatabaseRefusesARowThatPointsIntoAnotherTeam(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *models.Store) {
		s := open()
		seed(t, s.Team("T1"))
		other := s.Team("T2")
		must(t, other.EnsureWorkspace(t.Context(), "Other"))
		for name, err := range map[string]error{
			"project":  other.PutProject(t.Context(), project()),
			"check-in": other.PutCheckin(t.Context(), checkin()),
			"binding":  other.Bind(t.Context(), models.Binding{ProjectID: "p1", Channel: "C1"}),
		} {
			if !errors.Is(err, models.ErrOrphan) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}
