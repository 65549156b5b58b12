package models_test

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"headway/models"
)

func TestARefusedTokenIsOneIncident(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		ctx := t.Context()
		c := got(team.Connection(ctx, "c1"))(t)
		if !got(team.RefuseConnection(ctx, "c1", c.Version, noon))(t) || got(team.RefuseConnection(ctx, "c1", c.Version, noon))(t) {
			t.Error("the first to notice wins, and nobody else")
		}
		refused := got(team.Connection(ctx, "c1"))(t)
		refused.State = models.ConnectionOK
		must(t, team.PutConnection(ctx, &refused))
		if refused.Version != c.Version+1 {
			t.Errorf("version %d after %d", refused.Version, c.Version)
		}
		if got(team.RefuseConnection(ctx, "c1", c.Version, noon))(t) {
			t.Error("a late answer to the old token refuses the new one")
		}
		if got(team.ReviveConnection(ctx, "c1", noon))(t) {
			t.Error("what works was revived")
		}
		got(team.RefuseConnection(ctx, "c1", c.Version+1, noon))(t)
		if !got(team.ReviveConnection(ctx, "c1", noon))(t) {
			t.Error("not revived")
		}
		if again := got(team.Connection(ctx, "c1"))(t); again.State != models.ConnectionOK || again.Version != c.Version+2 || again.Token.Reveal() != "token-1" {
			t.Errorf("%+v", again)
		}
	})
}

func TestEachWarningComesOnceAndAnewForANewToken(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		ctx := t.Context()
		c := got(team.Connection(ctx, "c1"))(t)
		for _, step := range []struct {
			days int
			won  bool
		}{{30, true}, {30, false}, {7, true}, {14, false}, {1, true}, {1, false}} {
			if won := got(team.SetWarned(ctx, "c1", c.Version, step.days))(t); won != step.won {
				t.Errorf("%d days: %v", step.days, won)
			}
		}
		must(t, team.PutConnection(ctx, &c))
		if got(team.SetWarned(ctx, "c1", c.Version-1, 1))(t) || !got(team.SetWarned(ctx, "c1", c.Version, 30))(t) {
			t.Error("the new token's warnings do not begin anew")
		}
	})
}

func TestALookAtAChannelThatChangedMeanwhileIsThrownAway(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		ctx := t.Context()
		binding := func() models.Binding {
			b, _, err := team.BindingOf(ctx, "C1")
			must(t, err)
			return b
		}
		must(t, team.Bind(ctx, models.Binding{ProjectID: "p1", Channel: "C1", Audience: models.AudienceUnknown}))
		if !got(team.SetAudience(ctx, binding(), models.Audience{Verified: true}, noon))(t) || !binding().Trusted(noon.Add(24*time.Hour)) {
			t.Error("not verified")
		}
		if binding().Trusted(noon.Add(26 * time.Hour)) {
			t.Error("a verdict of the day before yesterday is believed")
		}
		before := binding()
		must(t, team.Distrust(ctx, "C1", noon.Add(time.Minute)))
		if b := binding(); b.Trusted(noon.Add(time.Minute)) || b.Reason != "changed" {
			t.Errorf("%+v", b)
		}
		if got(team.SetAudience(ctx, before, models.Audience{Verified: true}, noon.Add(time.Hour)))(t) || binding().Audience != models.AudienceUnknown {
			t.Error("a look from before someone joined counts")
		}
	})
}

func TestWhatAnAdminDeclaredStaysAndSharingIsNoted(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		ctx := t.Context()
		b, _, err := team.BindingOf(ctx, "C1")
		must(t, err)
		got(team.SetAudience(ctx, b, models.Audience{Reason: "shared", External: true}, noon))(t)
		must(t, team.Distrust(ctx, "C1", noon))
		if b, _, err = team.BindingOf(ctx, "C1"); err != nil || b.Audience != models.AudienceDeclared || !b.External || !b.Trusted(noon.AddDate(1, 0, 0)) {
			t.Errorf("%+v %v", b, err)
		}
	})
}

func TestALinkThatAnAdminTookBackIsRemembered(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		ctx := t.Context()
		must(t, team.Unlink(ctx, "U9", "U1", "c1"))
		if !got(team.LinkUndone(ctx, "U1", "c1"))(t) || len(got(team.Links(ctx, "c1"))(t)) != 0 {
			t.Error("the link is there, or nobody knows that it was")
		}
		if err := team.Unlink(ctx, "U9", "U1", "c1"); !errors.Is(err, models.ErrNotFound) {
			t.Error(err)
		}
		must(t, team.Link(ctx, models.AccountLink{User: "U1", ConnectionID: "c1", AccountID: "a-11", By: "U9"}))
		if l := got(team.LinkOf(ctx, "U1", "c1"))(t); l.AccountID != "a-11" || got(team.LinkUndone(ctx, "U1", "c1"))(t) {
			t.Errorf("%+v", l)
		}
	})
}

func TestAPersonsZoneFollowsAndAGoneOneTakesNoPart(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		ctx := t.Context()
		must(t, team.SetZone(ctx, "U2", "Asia/Tokyo"))
		if p := got(team.ParticipationsOf(ctx, "U2"))(t); len(p) != 1 || p[0].Zone != "Asia/Tokyo" {
			t.Errorf("%+v", p)
		}
		must(t, team.RemoveParticipant(ctx, "U2"))
		if p := got(team.Participants(ctx, "p1"))(t); len(p) != 1 || p[0].User != "U1" {
			t.Errorf("%+v", p)
		}
	})
}

func TestAnUpgradeGivesWhatIsThereItsDailyLookAtOnce(t *testing.T) {
	ctx := t.Context()
	s := got(models.Open(ctx, filepath.Join(t.TempDir(), "headway.db"), models.Keys{}, slog.New(slog.DiscardHandler)))(t)
	defer func() { must(t, s.Close()) }()
	db := s.Plain(ctx)
	before := string(got(os.ReadFile("migrations/sqlite/0001_foundation.sql"))(t))
	for _, sql := range []string{
		before,
		"CREATE TABLE schema_migrations (id varchar(255) PRIMARY KEY)",
		"INSERT INTO schema_migrations (id) VALUES ('0001_foundation')",
		"INSERT INTO teams VALUES ('T1', 'Acme', 'U1', 0, 0)",
		"INSERT INTO connections VALUES ('T1', 'c1', 'acme', '', 'a@acme.test', x'', 0, 'a-1', '', 'ok', 0)",
		"INSERT INTO projects VALUES ('T1', 'p1', 'c1', 1, 'PAY', 'Payments', 1, 'b', 1, 'UTC', 1, '', '', '', '', 'C1', '', 1, 1, 1, 1, 'active', 6, 'U1', 0)",
		"INSERT INTO bindings VALUES ('T1', 'b1', 'p1', 'C1', 1, 'declared', 'U1', 0)",
	} {
		must(t, db.Exec(sql).Error)
	}
	must(t, s.Migrate(ctx))
	for kind, subject := range map[string]string{"watch": "c1", "audience": "C1"} {
		due := got(s.Due(ctx, kind, noon, 9))(t)
		if len(due) != 1 || got(s.Team("T1").ScheduleOf(ctx, kind, subject))(t).ID != due[0].ScheduleID {
			t.Errorf("%s: %+v", kind, due)
		}
	}
	if b, _, err := s.Team("T1").BindingOf(ctx, "C1"); err != nil || b.External || !b.Trusted(noon) {
		t.Errorf("%+v %v", b, err)
	}
}
