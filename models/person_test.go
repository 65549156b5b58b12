package models_test

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"headway/metrics"
	"headway/models"
	"headway/models/storetest"
)

// namesOf finds the rows of a database that hold an id, whatever the column.
func namesOf(t *testing.T, s *models.Store, id string) (found []string) {
	t.Helper()
	whole := regexp.MustCompile(`\b` + id + `\b`)
	tables, err := s.Plain(t.Context()).Migrator().GetTables()
	must(t, err)
	for _, table := range tables {
		if strings.HasPrefix(table, "sqlite_") {
			continue
		}
		var rows []map[string]any
		must(t, s.Plain(t.Context()).Table(table).Find(&rows).Error)
		for _, row := range rows {
			for column, value := range row {
				text := fmt.Sprint(value)
				if b, ok := value.([]byte); ok {
					text = string(b)
				}
				if whole.MatchString(text) {
					found = append(found, table+"."+column+" = "+text)
				}
			}
		}
	}
	slices.Sort(found)
	return found
}

// A new table with a person in it must be of a kind that Forget knows.
func TestEveryColumnThatMayNameSomebodyHasAFate(t *testing.T) {
	suspect := regexp.MustCompile(`(?i)user|person|people|_by$|actor|owner|member|who`)
	about := regexp.MustCompile(`Slack user|who (took|asked|did|has|granted|confirmed|declared)`)
	numbers := regexp.MustCompile(`^(int|int64|bool|float64)$`)
	known := 0
	for _, n := range models.Nouns() {
		for _, f := range models.SchemaOf(n).Fields {
			if f.DBName == "" || numbers.MatchString(f.FieldType.String()) {
				continue
			}
			if models.FateOf(f) != "" {
				known++
			} else if suspect.MatchString(f.DBName) || about.MatchString(f.Tag.Get("about")) {
				t.Errorf("%s.%s may hold a person, and Forget does not know what to do with it: call it user_id or by_user, or give it the tag person", n.About().Name, f.DBName)
			}
		}
	}
	if known < 15 {
		t.Errorf("only %d columns have a fate", known)
	}
}

// No other table than those whose zone is erasable may hold rows of a person's
// own, unless it is listed here.
func TestRowsOfAPersonsOwnLieWhereTheyMayBeErased(t *testing.T) {
	for _, table := range models.Inventory() {
		if table.Zone == models.Metrics && slices.ContainsFunc(table.Columns, func(c models.Column) bool { return c.Name == "user_id" }) {
			t.Errorf("%s names people in the metrics zone", table.Name)
		}
	}
}

// aLife leaves traces of U1 wherever a person can leave any.
func aLife(t *testing.T, team models.Team) {
	t.Helper()
	ctx := t.Context()
	must(t, team.Grant(ctx, models.RoleGrant{User: "U2", Role: models.Admin, By: "U1"}))
	must(t, team.Grant(ctx, models.RoleGrant{User: "U12", Role: models.Observer, ProjectID: "p1", By: "U1"}))
	must(t, team.PutAbsence(ctx, models.Absence{User: "U1", From: today, To: today}))
	must(t, team.AddReport(ctx, &models.Report{ID: "rep2", ProjectID: "p1", Kind: "weekly", Week: week47().Week, Template: 1, Input: `{}`, CreatedBy: "U1"}))
	must(t, team.Audit(ctx, models.Audit{Actor: "U2", Verb: "role.grant", Subject: "manager U1", Detail: `{"user":"U1"}`}))
	must(t, team.Audit(ctx, models.Audit{Actor: "U2", Verb: "role.grant", Subject: "manager U12"}))
	must(t, team.Link(ctx, models.AccountLink{User: "U2", ConnectionID: "c1", AccountID: "a-2", By: "U1"}))
	for _, m := range []models.OutboxMessage{
		{Channel: "U1", Key: "reminder:r1:U1", Payload: []byte("{}")},
		{Channel: "U1", Key: "thanks:prompt:r1:U1:1", Method: models.MethodUpdate, TargetKey: "prompt:r1:U1", Payload: []byte("{}")},
		{Channel: "U2", Key: "help:r1:U2:U1:PAY-1", Payload: []byte(`{"text":"can help"}`)},
		{Channel: "U2", Key: "role:1", Payload: []byte(`{"text":"<@U1> is now an admin."}`)},
		{Channel: "U12", Key: "role:2", Payload: []byte(`{"text":"<@U12> is now an admin."}`)},
	} {
		must(t, team.Enqueue(ctx, m))
	}
}

func TestAfterForgetNoRowNamesThePerson(t *testing.T) {
	each(t, func(t *testing.T, s *models.Store, team models.Team) {
		ctx := t.Context()
		aLife(t, team)
		others := len(namesOf(t, s, "U12"))
		if before := namesOf(t, s, "U1"); len(before) < 20 {
			t.Fatalf("a life leaves %d traces: the test looks for too little", len(before))
		}
		receipt := got(team.Forget(ctx, "U1"))(t)
		if left := namesOf(t, s, "U1"); len(left) > 0 {
			t.Errorf("still there:\n%s", strings.Join(left, "\n"))
		}
		for table, n := range map[string]int{"answers": 1, "round_members": 1, "absences": 1, "participants": 1, "role_grants": 1, "account_links": 1, "homes": 1, "readings": 1, "outbox": 5} {
			if receipt[table] != n {
				t.Errorf("%s: %d rows in the receipt, want %d", table, receipt[table], n)
			}
		}
		if n := len(namesOf(t, s, "U12")); n != others || n == 0 {
			t.Errorf("U12 had %d rows, now %d", others, n)
		}
		lines := got(team.AuditSince(ctx, "p1", time.Time{}, 99))(t)
		if !slices.ContainsFunc(lines, func(a models.Audit) bool { return a.Subject == "manager "+models.FormerMember }) {
			t.Errorf("the log lost a line: %+v", lines)
		}
		if again := got(team.Forget(ctx, "U1"))(t); len(again) != 0 {
			t.Errorf("the second time: %v", again)
		}
	})
}

func TestForgetLeavesWhatRoundsCounted(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		ctx := t.Context()
		must(t, team.Grant(ctx, models.RoleGrant{User: "U2", Role: models.Admin, By: "U1"}))
		closedRound(t, team, today.AddDays(-1), 8, 5, 2)
		got(team.Forget(ctx, "U1"))(t)
		r := got(team.Round(ctx, "r-"+today.AddDays(-1).String()))(t)
		if r.Asked != 8 || r.Answered != 7 || r.OnTrack != 5 {
			t.Errorf("%+v", r)
		}
		s := metrics.Withhold(got(team.Tally(ctx, r.ID))(t), metrics.Outside)
		if s.Answered != 7 {
			t.Errorf("%+v", s)
		}
	})
}

func TestTheLastAdminHandsOverFirst(t *testing.T) {
	each(t, func(t *testing.T, s *models.Store, team models.Team) {
		ctx := t.Context()
		before := namesOf(t, s, "U1")
		if _, err := team.Forget(ctx, "U1"); !errors.Is(err, models.ErrLastAdmin) {
			t.Fatal(err)
		}
		if after := namesOf(t, s, "U1"); !reflect.DeepEqual(before, after) {
			t.Error("a refused erasure erased something")
		}
		must(t, team.Grant(ctx, models.RoleGrant{User: "U2", Role: models.Admin, By: "U1"}))
		got(team.Forget(ctx, "U1"))(t)
		if _, err := team.Forget(ctx, "U2"); !errors.Is(err, models.ErrLastAdmin) {
			t.Error("nobody is left to administer:", err)
		}
	})
}

func TestNothingLateStoresAnErasedPersonAgain(t *testing.T) {
	each(t, func(t *testing.T, s *models.Store, team models.Team) {
		ctx := t.Context()
		must(t, team.Grant(ctx, models.RoleGrant{User: "U2", Role: models.Admin, By: "U1"}))
		got(team.Forget(ctx, "U1"))(t)
		_, answered := team.PutAnswer(ctx, &models.Answer{RoundID: "r1", User: "U1", Status: models.OnTrack, At: noon})
		for name, err := range map[string]error{
			"answer":  answered,
			"absence": team.PutAbsence(ctx, models.Absence{User: "U1", From: today, To: today}),
			"link":    team.Link(ctx, models.AccountLink{User: "U1", ConnectionID: "c1", AccountID: "a-1", By: models.LinkedByEmail}),
		} {
			if !errors.Is(err, models.ErrErased) {
				t.Errorf("%s: %v", name, err)
			}
		}
		must(t, team.OpenHome(ctx, "U1", noon))
		if left := namesOf(t, s, "U1"); len(left) > 0 {
			t.Errorf("%v", left)
		}
		if !got(team.Erased(ctx, "U1"))(t) || got(team.Erased(ctx, "U2"))(t) {
			t.Error("who was erased is not known")
		}

		// Whoever is added by an admin is back at once, anyone a day later.
		must(t, team.SetParticipants(ctx, "p1", []models.Participant{{User: "U1"}, {User: "U2"}}))
		must(t, team.PutAbsence(ctx, models.Absence{User: "U1", From: today, To: today}))
		got(team.Forget(ctx, "U1"))(t)
		must(t, s.Plain(ctx).Exec("UPDATE erasures SET at = ?", time.Now().Add(-25*anHour).UnixMilli()).Error)
		must(t, team.PutAbsence(ctx, models.Absence{User: "U1", From: today, To: today}))
		if gone := got(team.Purge(ctx, noon))(t); gone["erasures"] == 0 {
			t.Errorf("%v", gone)
		}
	})
}

func TestHeldOnListsThePersonsOwnRowsOnly(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		aLife(t, team)
		tables := map[string]models.Holding{}
		for _, h := range got(team.HeldOn(t.Context(), "U1"))(t) {
			tables[h.Table] = h
			if h.About == "" || len(h.Rows) == 0 {
				t.Errorf("%+v", h)
			}
			for _, row := range h.Rows {
				if !strings.Contains(fmt.Sprint(row), "U1") || strings.Contains(fmt.Sprint(row["user_id"]), "U12") && h.Table != "role_grants" {
					t.Errorf("%s: %v", h.Table, row)
				}
			}
		}
		answers := tables["answers"]
		if len(answers.Rows) != 1 || answers.Rows[0]["blocked_key"] != "PAY-871" || !answers.Oldest.Equal(noon) || answers.Keep != 90*24*time.Hour {
			t.Errorf("%+v", answers)
		}
		if absences := tables["absences"]; absences.Rows[0]["from_date"] != today.String() {
			t.Errorf("%+v", absences)
		}
		if len(got(team.HeldOn(t.Context(), "U99"))(t)) != 0 {
			t.Error("something is held on somebody unknown")
		}
	})
}

func TestAnotherProcessForgetsToo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *models.Store) {
		one, other := open(), open()
		seed(t, one.Team("T1"))
		must(t, one.Team("T1").Grant(t.Context(), models.RoleGrant{User: "U2", Role: models.Admin}))
		got(one.Team("T1").Forget(t.Context(), "U1"))(t)
		if err := other.Team("T1").PutAbsence(t.Context(), models.Absence{User: "U1"}); !errors.Is(err, models.ErrErased) {
			t.Error(err)
		}
	})
}
