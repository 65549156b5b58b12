package models_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headway/models"
	"headway/models/storetest"
)

// each runs the test on a seeded team in each kind of database.
func each(t *testing.T, test func(t *testing.T, s *models.Store, team models.Team)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, open func() *models.Store) {
		s := open()
		team := s.Team("T1")
		seed(t, team)
		test(t, s, team)
	})
}

func TestMigrateTwiceIsHarmless(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *models.Store) {
		s := open()
		must(t, s.Migrate(t.Context()))
		files := got(filepath.Glob("migrations/" + s.Dialect() + "/*.sql"))(t)
		newest := filepath.Base(slices.Max(files))
		if v := got(s.SchemaVersion(t.Context()))(t); !strings.HasPrefix(newest, fmt.Sprintf("%04d_", v)) {
			t.Errorf("version %d, the newest migration is %s", v, newest)
		}
	})
}

func TestManyProcessesMigrateAnEmptyDatabaseAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "headway.db")
	done := make(chan error, 4)
	for range cap(done) {
		go func() {
			s, err := models.Open(t.Context(), path, models.Keys{}, slog.New(slog.DiscardHandler))
			if err == nil {
				err = errors.Join(s.Migrate(t.Context()), s.Close())
			}
			done <- err
		}()
	}
	for range cap(done) {
		must(t, <-done)
	}
}

func TestANewerDatabaseIsRefusedWithTheCure(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *models.Store) {
		s := open()
		must(t, s.Plain(t.Context()).Exec("INSERT INTO schema_migrations (id) VALUES ('0099_later')").Error)
		err := s.Migrate(t.Context())
		if !errors.Is(err, models.ErrNewerSchema) || !strings.Contains(err.Error(), "newer Headway") {
			t.Errorf("%v", err)
		}
		if v := got(s.SchemaVersion(t.Context()))(t); v != 99 {
			t.Errorf("version %d", v)
		}
	})
}

func TestAnEmptyDatabaseHasVersionZero(t *testing.T) {
	s, err := models.Open(t.Context(), filepath.Join(t.TempDir(), "headway.db"), models.Keys{}, slog.New(slog.DiscardHandler))
	must(t, err)
	defer func() { must(t, s.Close()) }()
	if v := got(s.SchemaVersion(t.Context()))(t); v != 0 {
		t.Errorf("version %d", v)
	}
}

func TestADatabaseThatIsNotThereIsAnErrorWithoutThePassword(t *testing.T) {
	for _, dsn := range []string{
		"postgres://headway:hunter2@127.0.0.1:1/headway?connect_timeout=1",
		"postgres://headway:hunter2@127.0.0.1:port/headway",
		filepath.Join(t.TempDir(), "no", "such", "folder.db"),
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		_, err := models.Open(ctx, dsn, models.Keys{}, slog.New(slog.DiscardHandler))
		cancel()
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%v", err)
		}
	}
}

func TestTheDatabaseFileIsItsOwnersOnly(t *testing.T) {
	for _, prefix := range []string{"", "file:", "file://"} {
		path := filepath.Join(t.TempDir(), "head way%.db")
		dsn := path
		if prefix != "" {
			dsn = prefix + (&url.URL{Path: path}).EscapedPath() + "?_pragma=cache_size(-100)"
		}
		s := storetest.Open(t, dsn)
		must(t, s.Migrate(t.Context()))
		info, err := os.Stat(path)
		must(t, err)
		if mode := info.Mode().Perm(); mode != 0o600 || info.Size() == 0 {
			t.Errorf("%s: mode %o, %d bytes", dsn, mode, info.Size())
		}
	}
}

func TestRowsComeBackAsTheyWerePut(t *testing.T) {
	each(t, func(t *testing.T, s *models.Store, team models.Team) {
		ctx := t.Context()
		want := project()
		want.TeamID = "T1"
		if diff := cmp.Diff(*want, got(team.Project(ctx, "p1"))(t)); diff != "" {
			t.Error(diff)
		}
		c := checkin()
		c.TeamID = "T1"
		if diff := cmp.Diff(*c, got(team.CheckinOf(ctx, "p1"))(t)); diff != "" {
			t.Error(diff)
		}
		m := got(team.RoundMember(ctx, "r1", "U2"))(t)
		if !m.AskAt.Equal(noon.Add(anHour)) || m.AskAt.Location() != time.UTC || m.State != models.MemberWaiting {
			t.Errorf("%+v", m)
		}
		if teams := got(s.Teams(ctx))(t); !cmp.Equal(teams, []string{"T1"}) {
			t.Error(teams)
		}
	})
}

func TestInstantsAreCutToMillisecondsInUTC(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		lima := time.FixedZone("Lima", -5*3600)
		at := noon.Add(1234567 * time.Nanosecond).In(lima)
		must(t, team.SetViewers(t.Context(), "c1", models.ViewersSearch, at))
		c := got(team.Connection(t.Context(), "c1"))(t)
		if want := noon.Add(time.Millisecond); c.CheckedAt != want {
			t.Errorf("%v, want %v", c.CheckedAt, want)
		}
	})
}

func TestTextThatPostgreSQLRefusesIsCleaned(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		ctx := t.Context()
		p := project()
		p.Name = "Pay\x00ments\xff"
		must(t, team.PutProject(ctx, p))
		must(t, team.EnsureWorkspace(ctx, "Ac\x00me"))
		if p := got(team.Project(ctx, "p1"))(t); p.Name != "Payments" {
			t.Errorf("%q", p.Name)
		}
		if _, err := team.ProjectByKey(ctx, "PA\x00Y"); err != nil {
			t.Error(err)
		}
	})
}

func TestAMissingRowIsNotFound(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		ctx := t.Context()
		_, project := team.Project(ctx, "none")
		_, _, binding := team.BindingOf(ctx, "C9")
		_, deleted := team.DeleteProject(ctx, "none")
		_, definition := team.AddDefinition(ctx, "none", rules(), "U1", "")
		for name, err := range map[string]error{"project": project, "binding": binding, "delete": deleted, "definition": definition,
			"unbind": team.Unbind(ctx, "C9"), "member": team.SetMemberState(ctx, "r1", "U9", models.MemberAsked)} {
			if !errors.Is(err, models.ErrNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestAJiraProjectIsFollowedOnce(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		p := project()
		p.ID = "p2"
		if err := team.PutProject(t.Context(), p); !errors.Is(err, models.ErrConflict) {
			t.Error(err)
		}
	})
}

func TestAChannelIsAboutOneProject(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		ctx := t.Context()
		p := project()
		p.ID, p.JiraID = "p2", 10002
		must(t, team.PutProject(ctx, p))
		if err := team.Bind(ctx, models.Binding{ProjectID: "p2", Channel: "C1"}); !errors.Is(err, models.ErrConflict) {
			t.Error(err)
		}
		must(t, team.Unbind(ctx, "C1"))
		must(t, team.Bind(ctx, models.Binding{ProjectID: "p2", Channel: "C1", Audience: models.AudienceUnknown}))
		b, bound, err := team.BindingOf(ctx, "C1")
		must(t, err)
		if bound.ID != "p2" || b.Audience != models.AudienceUnknown {
			t.Errorf("%+v %+v", b, bound)
		}
	})
}

func TestDefinitionsCountUp(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		ctx := t.Context()
		r := rules()
		r.ExcludeTypes = []string{"10003"}
		d := got(team.AddDefinition(ctx, "p1", r, "U2", "no spikes"))(t)
		last := got(team.Definition(ctx, "p1"))(t)
		if d.Version != 2 || last.Version != 2 || last.Rules.Version != 2 || !cmp.Equal(last.Rules.ExcludeTypes, r.ExcludeTypes) {
			t.Errorf("%+v", last)
		}
		if all := got(team.Definitions(ctx, "p1"))(t); len(all) != 2 || all[1].Version != 1 {
			t.Errorf("%+v", all)
		}
	})
}

func TestADeletedProjectLeavesAReceiptAndNothingElse(t *testing.T) {
	each(t, func(t *testing.T, s *models.Store, team models.Team) {
		receipt := got(team.DeleteProject(t.Context(), "p1"))(t)
		want := models.Receipt{"answer_texts": 1, "answers": 1, "blockers": 1, "round_members": 2, "rounds": 1, "runs": 1, "schedules": 1, "week_statuses": 1,
			"week_classes": 1, "weeks": 1, "answer_weeks": 1, "refreshes": 1, "readings": 1, "reports": 1, "participants": 2, "checkins": 1, "sprints": 1, "bindings": 1,
			"definitions": 1, "role_grants": 0, "projects": 1}
		if diff := cmp.Diff(want, receipt); diff != "" {
			t.Error(diff)
		}
		for _, n := range models.Nouns() {
			if models.SchemaOf(n).LookUpField("project_id") == nil || n.About().Name == "audit" {
				continue
			}
			var left int64
			must(t, s.Plain(t.Context()).Table(n.About().Name).Where("project_id = 'p1'").Count(&left).Error)
			if left > 0 {
				t.Errorf("%d rows are left in %s", left, n.About().Name)
			}
		}
	})
}

func TestAuditShowsTheProjectAndTheWorkspaceNewestFirst(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		ctx := t.Context()
		must(t, team.Audit(ctx, models.Audit{At: noon.Add(anHour), Verb: "role.grant"}))
		must(t, team.Audit(ctx, models.Audit{At: noon.Add(2 * anHour), Verb: "bind", ProjectID: "p2"}))
		var verbs []string
		for _, a := range got(team.AuditSince(ctx, "p1", noon, 9))(t) {
			verbs = append(verbs, a.Verb)
		}
		if !cmp.Equal(verbs, []string{"role.grant", "project.create"}) {
			t.Error(verbs)
		}
	})
}
