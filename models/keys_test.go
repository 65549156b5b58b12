package models_test

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"headway/models"
	"headway/models/storetest"
)

func TestTheTokenIsSealedInTheDatabase(t *testing.T) {
	each(t, func(t *testing.T, s *models.Store, team models.Team) {
		c := got(team.Connection(t.Context(), "c1"))(t)
		if c.Token.Reveal() != "token-1" || c.ExpiresOn != today.AddDays(30) {
			t.Errorf("%+v", c)
		}
		for table, rows := range dump(t, s, "T1") {
			if strings.Contains(strings.Join(rows, "\n"), "token-1") {
				t.Errorf("%s holds the token", table)
			}
		}
	})
}

func TestASealedTokenOpensOnlyInItsPlace(t *testing.T) {
	each(t, func(t *testing.T, s *models.Store, team models.Team) {
		ctx := t.Context()
		must(t, team.PutConnection(ctx, &models.Connection{ID: "c2", Site: "evil", Token: "token-2"}))
		must(t, s.Plain(ctx).Exec("UPDATE connections SET token = (SELECT token FROM connections WHERE id = 'c1') WHERE id = 'c2'").Error)
		if _, err := team.Connection(ctx, "c2"); !errors.Is(err, models.ErrKey) {
			t.Error(err)
		}
	})
}

func TestATokenFromTheEnvironmentIsNotStored(t *testing.T) {
	each(t, func(t *testing.T, _ *models.Store, team models.Team) {
		must(t, team.PutConnection(t.Context(), &models.Connection{ID: "c1", Site: "acme", Token: "token-3", FromEnv: true}))
		if c := got(team.Connection(t.Context(), "c1"))(t); !c.Token.Empty() || len(c.Sealed) > 0 {
			t.Errorf("%+v", c)
		}
	})
}

func TestTheRingOpensWithAnOldKeyAndSealsWithTheFirst(t *testing.T) {
	path := storetest.SQLiteDSN(t)
	first := models.NewKey()
	second := "2" + strings.TrimPrefix(models.NewKey(), "1")
	with := func(ring string, do func(models.Team)) {
		t.Helper()
		keys, err := models.ParseKeys(ring)
		must(t, err)
		s, err := models.Open(t.Context(), path, keys, slog.New(slog.DiscardHandler))
		must(t, err)
		do(s.Team("T1"))
		must(t, s.Close())
	}
	put := func(id string) func(models.Team) {
		return func(team models.Team) {
			must(t, team.PutConnection(t.Context(), &models.Connection{ID: id, Token: "tok"}))
		}
	}
	opens := func(id string, want bool) func(models.Team) {
		return func(team models.Team) {
			t.Helper()
			c, err := team.Connection(t.Context(), id)
			if ok := err == nil && c.Token.Reveal() == "tok"; ok != want || (!want && !errors.Is(err, models.ErrKey)) {
				t.Errorf("%s: %v", id, err)
			}
		}
	}
	with(first, put("old"))
	with(second+","+first, opens("old", true))
	with(second+","+first, put("new"))
	with(first, opens("new", false))
	with(second, opens("old", false))
	with(second, opens("new", true))
}

func TestABadKeyIsRefusedWithoutShowingIt(t *testing.T) {
	for _, ring := range []string{"", "1", "0:" + strings.Repeat("A", 44), "1:c2hvcnQ=", "300:x", models.NewKey() + "," + models.NewKey(), "1:not base64"} {
		_, err := models.ParseKeys(ring)
		_, body, _ := strings.Cut(ring, ":")
		if err == nil || (len(body) > 5 && strings.Contains(err.Error(), body)) {
			t.Errorf("%q: %v", ring, err)
		}
	}
}

func TestNoSecretIsReadableInTheDatabaseFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "headway.db")
	s := storetest.Open(t, path)
	must(t, s.Migrate(t.Context()))
	seed(t, s.Team("T1"))
	files, err := filepath.Glob(path + "*")
	must(t, err)
	if len(files) == 0 {
		t.Fatal("no file")
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		must(t, err)
		if strings.Contains(string(b), "token-1") {
			t.Errorf("%s holds the token", filepath.Base(file))
		}
	}
}
