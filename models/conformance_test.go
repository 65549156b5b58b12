package models_test

import (
	"testing"

	"headway/models"
	"headway/models/storetest"
)

func TestMigrateTwiceIsHarmless(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *models.Store) {
		s := open()
		if err := s.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		v, err := s.SchemaVersion(t.Context())
		if err != nil || v != 1 {
			t.Fatalf("version %d, %v", v, err)
		}
		if err := s.Team("T1").EnsureWorkspace(t.Context(), "Acme"); err != nil {
			t.Fatal(err)
		}
		w, err := s.Team("T1").Workspace(t.Context())
		if err != nil || w.Name != "Acme" {
			t.Fatal(w, err)
		}
	})
}
