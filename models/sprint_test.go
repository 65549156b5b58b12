package models_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"headway/models"
)

func TestTheSprintsAreThoseThatJiraListedLast(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		ctx := t.Context()
		later := models.Sprint{ProjectID: "p1", ID: 43, BoardID: 7, Name: "Sprint 43", State: models.SprintFuture}
		moved := models.Sprint{ProjectID: "p1", ID: 42, BoardID: 7, Name: "Sprint 42, longer", State: models.SprintActive, Start: noon, End: noon.AddDate(0, 0, 21), SeenAt: noon}
		for _, want := range [][]models.Sprint{{later, moved}, {later}, nil} { // without an end first
			must(t, team.PutSprints(ctx, "p1", append([]models.Sprint{}, want...)))
			if diff := cmp.Diff(want, got(team.Sprints(ctx, "p1"))(t), cmpopts.IgnoreFields(models.Sprint{}, "Tenant"), cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
		}
		if later.Planned() || !moved.Planned() {
			t.Error("a sprint is planned when it has both ends")
		}
	})
}

func TestAProposalIsMadeOnceAndAnsweredOnce(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		ctx, month := t.Context(), 28*24*time.Hour
		for i, step := range []struct {
			at       time.Time
			proposed bool
			answered bool // the one of noon
		}{
			{noon, true, true}, {noon, false, false}, {noon.Add(month - time.Hour), false, false}, {noon.Add(month), true, false},
		} {
			if won := got(team.Propose(ctx, "k1", step.at, step.at.Add(-month)))(t); won != step.proposed {
				t.Errorf("step %d: proposed %v", i, won)
			}
			if won := got(team.Decide(ctx, "k1", noon))(t); won != step.answered {
				t.Errorf("step %d: answered %v", i, won)
			}
		}
	})
}

func TestAChannelIsNotedAsBrokenOncePerIncident(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		for i, step := range []struct {
			code string
			won  bool
		}{{"", false}, {"is_archived", true}, {"not_in_channel", false}, {"", true}, {"not_in_channel", true}} {
			if won := got(team.SetBroken(t.Context(), "C1", step.code))(t); won != step.won {
				t.Errorf("step %d: %v", i, won)
			}
		}
		must(t, team.Bind(t.Context(), models.Binding{ProjectID: "p1", Channel: "C1"}))
		if b, _, err := team.BindingOf(t.Context(), "C1"); err != nil || b.Broken != "" {
			t.Errorf("bound anew: %+v %v", b, err)
		}
	})
}
