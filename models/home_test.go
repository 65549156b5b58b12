package models_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"headway/models"
	"headway/models/storetest"
)

func TestOnlyWhoOpenedAppHomeIsShownChanges(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *models.Store) {
		s, ctx := open(), t.Context()
		must(t, s.Migrate(ctx))
		team, other := s.Team("T1"), s.Team("T2")
		must(t, team.OpenHome(ctx, "U1", noon))
		must(t, team.OpenHome(ctx, "U2", noon))
		must(t, other.OpenHome(ctx, "U1", noon))
		stale := func(want ...models.StaleHome) {
			t.Helper()
			found := got(s.StaleHomes(ctx, 10))(t)
			if diff := cmp.Diff(want, found); diff != "" && len(want)+len(found) > 0 {
				t.Errorf("stale homes, want (-) got (+):\n%s", diff)
			}
		}
		stale()
		must(t, team.TouchHomes(ctx, "U2", "U9"))
		stale(models.StaleHome{TeamID: "T1", User: "U2", Changes: 1})
		must(t, team.TouchHomes(ctx))
		stale(models.StaleHome{TeamID: "T1", User: "U1", Changes: 1}, models.StaleHome{TeamID: "T1", User: "U2", Changes: 2})

		// What changed while it was published is published again.
		must(t, team.HomeShown(ctx, "U2", 1))
		must(t, team.HomeShown(ctx, "U1", 1))
		stale(models.StaleHome{TeamID: "T1", User: "U2", Changes: 2})
		must(t, team.HomeShown(ctx, "U2", 2))
		must(t, team.HomeShown(ctx, "U2", 1)) // another replica was slower
		stale()

		// Opening shows all there is; who left is forgotten.
		must(t, team.TouchHomes(ctx, "U1", "U2"))
		must(t, team.OpenHome(ctx, "U1", noon))
		must(t, team.ForgetHome(ctx, "U2"))
		stale()
		must(t, team.TouchHomes(ctx, "U1", "U2"))
		stale(models.StaleHome{TeamID: "T1", User: "U1", Changes: 2 + 1})
	})
}
