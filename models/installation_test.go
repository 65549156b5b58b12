package models_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headway/models"
	"headway/models/storetest"
	"headway/secret"
)

func TestAnInstallationKeepsItsTokensSealed(t *testing.T) {
	each(t, func(t *testing.T, s *models.Store, team models.Team) {
		ctx := t.Context()
		i := got(team.Installation(ctx))(t)
		if i.Token != "xoxe.xoxb-1" || i.Refresh != "xoxe-1" || i.State != models.InstallationActive || !i.ExpiresAt.Equal(noon.Add(12*anHour)) {
			t.Errorf("stored %+v with token %q and refresh %q", i, i.Token.Reveal(), i.Refresh.Reveal())
		}
		var raw []struct{ Token, RefreshToken []byte }
		must(t, s.Plain(ctx).Table("installations").Find(&raw).Error)
		for _, r := range raw {
			if len(r.Token) == 0 || bytes.Contains(append(r.Token, r.RefreshToken...), []byte("xox")) {
				t.Error("a token lies open in the database")
			}
		}
	})
}

func TestATokenMovedToAnotherTeamOrColumnDoesNotOpen(t *testing.T) {
	each(t, func(t *testing.T, s *models.Store, team models.Team) {
		ctx := t.Context()
		other := s.Team("T2")
		must(t, other.Install(ctx, "Other", models.Installation{Token: "xoxb-other", Refresh: "xoxe-other"}))
		for name, sql := range map[string]string{
			"team":   "UPDATE installations SET token = (SELECT token FROM installations WHERE team_id = 'T2') WHERE team_id = 'T1'",
			"column": "UPDATE installations SET token = refresh_token WHERE team_id = 'T1'",
		} {
			must(t, s.Plain(ctx).Exec(sql).Error)
			if _, err := team.Installation(ctx); !errors.Is(err, models.ErrKey) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestATokenFromTheEnvironmentKeepsTheStoredOneBesideIt(t *testing.T) {
	each(t, func(t *testing.T, s *models.Store, team models.Team) {
		ctx := t.Context()
		before := got(team.Installation(ctx))(t)
		s.SetNow(func() time.Time { return noon.Add(aDay) })
		must(t, team.Install(ctx, "Acme", models.Installation{FromEnv: true, BotUser: "UBOT"}))
		i := got(team.Installation(ctx))(t)
		if !i.FromEnv || i.Token != "xoxe.xoxb-1" || i.Refresh != "xoxe-1" || !i.InstalledAt.Equal(before.InstalledAt) {
			t.Errorf("%+v", i)
		}
	})
}

func TestWhoIsPausedOrRemovedIsNotServed(t *testing.T) {
	each(t, func(t *testing.T, s *models.Store, team models.Team) {
		ctx, later := t.Context(), noon.AddDate(0, 0, 2)
		due := func() int {
			t.Helper()
			n := len(got(s.Due(ctx, "checkin", later, 9))(t)) + len(got(s.DueMembers(ctx, later, 9))(t)) + len(got(s.DueRounds(ctx, later, 9))(t))
			rows := got(s.ClaimOutbox(ctx, 9, time.Minute))(t)
			got(s.ReleaseLeases(ctx))(t)
			return n + len(rows)
		}
		awaits := func() bool {
			t.Helper()
			_, waits, err := s.NextOutboxDue(ctx)
			must(t, err)
			_, due, err := s.NextDue(ctx, noon)
			must(t, err)
			return waits || due
		}
		all := due()
		if all < 4 || !awaits() {
			t.Fatalf("only %d are due: the seed shows nothing", all)
		}
		if !got(team.Pause(ctx))(t) || got(team.Pause(ctx))(t) {
			t.Error("an active installation is paused once")
		}
		if n := due(); n != 0 || awaits() {
			t.Errorf("%d are due in a paused workspace", n)
		}
		if !got(team.Unpause(ctx))(t) || due() != all {
			t.Error("what was paused goes on where it was")
		}
		got(team.Uninstall(ctx, time.Now().Add(anHour), false))(t)
		if n := due(); n != 0 || awaits() || got(team.Unpause(ctx))(t) {
			t.Errorf("%d are due in a removed workspace", n)
		}
	})
}

func TestARenewedTokenTakesThePlaceOfTheOneItCameFrom(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		ctx := t.Context()
		got(team.Pause(ctx))(t) // its token ended before it was renewed
		next := models.Installation{Token: "xoxe.xoxb-2", Refresh: "xoxe-2", ExpiresAt: noon.Add(24 * anHour)}
		must(t, team.Renewed(ctx, "xoxe-1", next))
		i := got(team.Installation(ctx))(t)
		if i.Token != "xoxe.xoxb-2" || i.Refresh != "xoxe-2" || i.State != models.InstallationActive || i.Scopes == "" {
			t.Errorf("%+v", i)
		}
		if err := team.Renewed(ctx, "xoxe-1", models.Installation{Token: "late"}); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("a renewal that comes too late: %v", err)
		}
		must(t, team.NotRenewed(ctx, "xoxe-1"))
		if i := got(team.Installation(ctx))(t); i.State != models.InstallationActive || i.Token != "xoxe.xoxb-2" {
			t.Errorf("the refusal of a token that is no longer stored changed %+v", i)
		}
		must(t, team.NotRenewed(ctx, "xoxe-2"))
		if i := got(team.Installation(ctx))(t); i.State != models.InstallationRevoked || !i.Refresh.Empty() {
			t.Errorf("%+v", i)
		}
	})
}

func TestUninstallWipesTheTokensAndEndsTheMessages(t *testing.T) {
	for name, jira := range map[string]bool{"of Slack": false, "of Jira too": true} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, s *models.Store, team models.Team) {
				ctx := t.Context()
				lease, held, err := team.Lease(ctx, "refresh:p9", time.Hour)
				if err != nil || !held {
					t.Fatal(held, err)
				}
				if !got(team.Uninstall(ctx, time.Now().Add(anHour), jira))(t) || got(team.Uninstall(ctx, time.Now().Add(anHour), jira))(t) {
					t.Error("it is removed once")
				}
				i := got(team.Installation(ctx))(t)
				if i.State != models.InstallationRemoved || !i.Token.Empty() || !i.Refresh.Empty() || i.RemovedAt.IsZero() {
					t.Errorf("%+v", i)
				}
				if err := lease.Renew(ctx); !errors.Is(err, models.ErrLeaseLost) {
					t.Errorf("a refresh may go on: %v", err)
				}
				c := got(team.Connection(ctx, "c1"))(t)
				if c.Token.Empty() != jira || (c.State == models.ConnectionRefused) != jira {
					t.Errorf("jira %v: %+v", jira, c)
				}
				var filled int64
				must(t, s.Plain(ctx).Table("outbox").Where("team_id = ? AND (length(payload) > 0 OR state = 'pending')", team.ID()).Count(&filled).Error)
				if filled != 0 {
					t.Errorf("%d messages are left", filled)
				}
			})
		})
	}
}

func TestARemovalFromBeforeTheInstallationChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		i := got(team.Installation(t.Context()))(t)
		if got(team.Uninstall(t.Context(), i.InstalledAt.Add(-time.Second), true))(t) {
			t.Error("a late event removed what was installed after it")
		}
		if i := got(team.Installation(t.Context()))(t); i.State != models.InstallationActive || i.Token.Empty() {
			t.Errorf("%+v", i)
		}
	})
}

func TestARemovedWorkspaceIsForgottenToItsLastRow(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *models.Store) {
		s, ctx := open(), t.Context()
		one, twin := s.Team("T1"), s.Team("T2")
		seed(t, one)
		seed(t, twin)
		s.SetNow(func() time.Time { return noon })
		got(one.Uninstall(ctx, time.Now().Add(anHour), true))(t)
		before := dump(t, s, twin.ID())

		if gone := got(s.Forget(ctx, noon))(t); len(gone) != 0 {
			t.Errorf("forgotten too early: %v", gone)
		}
		if gone := got(s.Forget(ctx, noon.Add(time.Second)))(t); len(gone) != 1 || gone["T1"] < len(models.Nouns()) {
			t.Errorf("forgotten: %v", gone)
		}
		for _, n := range models.Nouns() {
			var left int64
			must(t, s.Plain(ctx).Table(n.About().Name).Where("team_id = ?", "T1").Count(&left).Error)
			if left != 0 {
				t.Errorf("%s has %d rows left", n.About().Name, left)
			}
		}
		if diff := cmp.Diff(before, dump(t, s, twin.ID())); diff != "" {
			t.Errorf("the other team lost something:\n%s", diff)
		}
		dup, err := one.Once(ctx, "ev:late", func(tx models.Team) error {
			_, err := tx.Uninstall(ctx, time.Now(), true)
			return err
		})
		if dup || !errors.Is(err, models.ErrNotFound) || slices.Contains(got(s.Teams(ctx))(t), "T1") {
			t.Errorf("a late event: dup %v, %v", dup, err)
		}
		var left int64
		must(t, s.Plain(ctx).Table("dedupe").Where("team_id = 'T1'").Count(&left).Error)
		if left != 0 {
			t.Error("a late event left its key")
		}
	})
}

func TestWhoInstallsAgainInTimeKeepsTheData(t *testing.T) {
	each(t, func(t *testing.T, s *models.Store, team models.Team) {
		ctx := t.Context()
		got(team.Uninstall(ctx, time.Now().Add(anHour), true))(t)
		must(t, team.Install(ctx, "Acme", models.Installation{Token: secret.Secret("xoxb-new")}))
		if gone := got(s.Forget(ctx, time.Now().AddDate(1, 0, 0)))(t); len(gone) != 0 {
			t.Errorf("forgotten: %v", gone)
		}
		if i := got(team.Installation(ctx))(t); i.State != models.InstallationActive || i.Token != "xoxb-new" || !i.RemovedAt.IsZero() {
			t.Errorf("%+v", i)
		}
		if p := got(team.Projects(ctx))(t); len(p) != 1 {
			t.Errorf("%d projects", len(p))
		}
	})
}
