package models_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"headway/models"
	"headway/models/storetest"
)

func TestRolesReadAsTheyAreWritten(t *testing.T) {
	for _, r := range []models.Role{models.Anyone, models.Member, models.Observer, models.Manager, models.Admin, models.Owner} {
		if back, err := models.ParseRole(r.String()); err != nil || back != r {
			t.Errorf("%v: %v %v", r, back, err)
		}
	}
	if _, err := models.ParseRole("king"); err == nil {
		t.Error("there is no king")
	}
}

func TestARoleIsGrantedOnceAndRevoked(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		ctx := t.Context()
		for range 2 {
			must(t, team.Grant(ctx, models.RoleGrant{User: "U2", Role: models.Manager, ProjectID: "p1", By: "U1", At: noon}))
		}
		grants := got(team.GrantsOf(ctx, "U2"))(t)
		if len(grants) != 1 || grants[0].Role != models.Manager || grants[0].ProjectID != "p1" {
			t.Errorf("%+v", grants)
		}
		must(t, team.Revoke(ctx, "U2", models.Manager, "p1"))
		if err := team.Revoke(ctx, "U2", models.Manager, "p1"); !errors.Is(err, models.ErrNotFound) {
			t.Error(err)
		}
	})
}

func TestTheLastAdminStays(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		ctx := t.Context()
		must(t, team.Grant(ctx, models.RoleGrant{User: "U2", Role: models.Admin, ProjectID: "p1"})) // of one project only
		if err := team.Revoke(ctx, "U1", models.Owner, ""); !errors.Is(err, models.ErrLastAdmin) {
			t.Error(err)
		}
		must(t, team.Grant(ctx, models.RoleGrant{User: "U2", Role: models.Admin}))
		must(t, team.Revoke(ctx, "U1", models.Owner, ""))
		if err := team.Revoke(ctx, "U2", models.Admin, ""); !errors.Is(err, models.ErrLastAdmin) {
			t.Error(err)
		}
	})
}

func TestTwoAdminsCannotRevokeEachOtherAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *models.Store) {
		ctx, team, peer := t.Context(), open().Team("T1"), open().Team("T1")
		must(t, team.EnsureWorkspace(ctx, "Acme"))
		for _, user := range []string{"U1", "U2"} {
			must(t, team.Grant(ctx, models.RoleGrant{User: user, Role: models.Admin}))
		}
		second := make(chan error, 1)
		must(t, team.Atomically(ctx, func(tx models.Team) error {
			must(t, tx.Revoke(ctx, "U1", models.Admin, ""))
			go func() { second <- peer.Revoke(ctx, "U2", models.Admin, "") }()
			select {
			case err := <-second:
				t.Errorf("did not wait: %v", err)
				second <- err
			case <-time.After(100 * time.Millisecond): // it waits for us
			}
			return nil
		}))
		if err := <-second; !errors.Is(err, models.ErrLastAdmin) {
			t.Error(err)
		}
		if left := got(team.Grants(ctx))(t); len(left) != 1 || left[0].User != "U2" {
			t.Errorf("%+v", left)
		}
	})
}

func TestParticipantsAreReplacedAsAWhole(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		ctx := t.Context()
		must(t, team.SetParticipants(ctx, "p1", []models.Participant{{User: "U2", Observer: true}, {User: "U3", Zone: "Asia/Tokyo"}}))
		var users []string
		for _, p := range got(team.Participants(ctx, "p1"))(t) {
			users = append(users, p.User)
		}
		if !cmp.Equal(users, []string{"U2", "U3"}) {
			t.Error(users)
		}
		if mine := got(team.ProjectsOfUser(ctx, "U3"))(t); len(mine) != 1 || mine[0].ID != "p1" {
			t.Errorf("%+v", mine)
		}
		if mine := got(team.ProjectsOfUser(ctx, "U1"))(t); len(mine) != 0 {
			t.Errorf("%+v", mine)
		}
		must(t, team.SetParticipants(ctx, "p1", nil))
	})
}

func TestALinkIsReplacedByTheNextOne(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		ctx := t.Context()
		must(t, team.Link(ctx, models.AccountLink{User: "U1", ConnectionID: "c1", AccountID: "a-10", By: "U2"}))
		if l := got(team.LinkOf(ctx, "U1", "c1"))(t); l.AccountID != "a-10" || l.By != "U2" {
			t.Errorf("%+v", l)
		}
		must(t, team.Unlink(ctx, "U9", "U1", "c1"))
		if _, err := team.LinkOf(ctx, "U1", "c1"); !errors.Is(err, models.ErrNotFound) {
			t.Error(err)
		}
	})
}
