package models_test

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"headway/models"
	"headway/models/storetest"
)

// column is what the drift test compares.
type column struct {
	Name, Type string
	Key        bool
}

// kinds folds the names that the dialects give to one type.
var kinds = map[string]string{
	"bigint": "integer", "int8": "integer", "integer": "integer", "smallint": "integer",
	"numeric": "integer", "boolean": "integer", "bool": "integer",
	"bytea": "bytes", "blob": "bytes", "bytes": "bytes", "text": "text",
}

// listColumns asks the database itself: GORM's reader of SQLite stumbles over
// tabs.
var listColumns = map[string]string{
	"sqlite": "SELECT name, type, pk > 0 AS key FROM pragma_table_info(?)",
	"postgres": `SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, i.indrelid IS NOT NULL AS key
		FROM pg_attribute a LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary AND a.attnum = ANY (i.indkey)
		WHERE a.attrelid = (?)::regclass AND a.attnum > 0 AND NOT a.attisdropped`,
}

func columns(t *testing.T, s *models.Store, table string) []column {
	t.Helper()
	var all []column
	must(t, s.Plain(t.Context()).Raw(listColumns[s.Dialect()], table).Scan(&all).Error)
	for i := range all {
		kind, known := kinds[strings.ToLower(all[i].Type)]
		if !known {
			t.Errorf("%s.%s has the type %s", table, all[i].Name, all[i].Type)
		}
		all[i].Type = kind
	}
	slices.SortFunc(all, func(a, b column) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// The only place where AutoMigrate stands: it says what the structs need.
func TestTheMigrationsMakeWhatTheStructsNeed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *models.Store) {
		s := open()
		db := s.Plain(t.Context())
		migrated := map[string][]column{}
		for _, n := range models.Nouns() {
			table := n.About().Name
			migrated[table] = columns(t, s, table)
		}
		for _, n := range models.Nouns() {
			must(t, db.Migrator().DropTable(n.About().Name))
		}
		for _, n := range slices.Backward(models.Nouns()) {
			table := n.About().Name
			must(t, db.AutoMigrate(reflect.New(reflect.TypeOf(n)).Interface()))
			if diff := cmp.Diff(columns(t, s, table), migrated[table]); diff != "" {
				t.Errorf("%s: the struct (-) and the migration (+) differ:\n%s", table, diff)
			}
		}
	})
}

func TestNoColumnTakesNull(t *testing.T) {
	for _, dialect := range []string{"postgres", "sqlite"} {
		for _, line := range sqlLines(t, dialect) {
			if strings.HasPrefix(line, "\t") && !strings.Contains(line, "NOT NULL") && !regexp.MustCompile(`^\t(PRIMARY|UNIQUE|FOREIGN)`).MatchString(line) {
				t.Errorf("%s: %s", dialect, line)
			}
		}
	}
}

func TestEveryKeyOfTheSchemaStartsWithTheTeam(t *testing.T) {
	for _, dialect := range []string{"postgres", "sqlite"} {
		for _, line := range sqlLines(t, dialect) {
			if regexp.MustCompile(`^\t(PRIMARY|UNIQUE|FOREIGN)`).MatchString(line) && !strings.Contains(line, "KEY (team_id") && !strings.Contains(line, "UNIQUE (team_id") {
				t.Errorf("%s: %s", dialect, line)
			}
		}
	}
}

func TestBothDialectsDeclareTheSame(t *testing.T) {
	folded := func(dialect string) []string {
		var lines []string
		for _, line := range sqlLines(t, dialect) {
			line = strings.TrimSuffix(strings.ReplaceAll(line, ") STRICT;", ");"), "\n")
			for from, to := range map[string]string{" bigint ": " integer ", " boolean ": " integer ", " bytea ": " blob "} {
				line = strings.ReplaceAll(line, from, to)
			}
			lines = append(lines, line)
		}
		return lines
	}
	if diff := cmp.Diff(folded("postgres"), folded("sqlite")); diff != "" {
		t.Errorf("postgres (-) and sqlite (+) differ:\n%s", diff)
	}
}

func sqlLines(t *testing.T, dialect string) []string {
	t.Helper()
	files, err := filepath.Glob("migrations/" + dialect + "/*.sql")
	must(t, err)
	if len(files) == 0 {
		t.Fatal("no migrations")
	}
	var lines []string
	for _, f := range files {
		b, err := os.ReadFile(f)
		must(t, err)
		lines = append(lines, strings.Split(string(b), "\n")...)
	}
	return lines
}

func TestEveryTableAndColumnSaysWhatItIsFor(t *testing.T) {
	zones := []models.Zone{models.Metrics, models.CheckIns, models.Config, models.Plumbing}
	for _, table := range models.Inventory() {
		if table.Purpose == "" || !slices.Contains(zones, table.Zone) {
			t.Errorf("%s has no purpose or zone", table.Name)
		}
		if (table.Keep > 0) != (table.By != "") {
			t.Errorf("%s: retention and the column it goes by belong together", table.Name)
		}
		aged := table.By == ""
		for _, c := range table.Columns {
			if c.Purpose == "" {
				t.Errorf("%s.%s has no purpose", table.Name, c.Name)
			}
			aged = aged || c.Name == table.By
		}
		if !aged {
			t.Errorf("%s has no column %s", table.Name, table.By)
		}
	}
}

func TestEveryMigratedTableIsInTheInventory(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *models.Store) {
		tables, err := open().Plain(t.Context()).Migrator().GetTables()
		must(t, err)
		var declared []string
		for _, n := range models.Nouns() {
			about := n.About().Name
			if name := models.SchemaOf(n).Table; name != about {
				t.Errorf("%s says it is %s", name, about)
			}
			declared = append(declared, about)
		}
		for _, name := range tables {
			if name != "schema_migrations" && !strings.HasPrefix(name, "sqlite_") && !slices.Contains(declared, name) {
				t.Errorf("%s is declared by no noun", name)
			}
		}
	})
}

func TestTheMetricsZoneNamesNobody(t *testing.T) {
	for _, table := range models.Inventory() {
		for _, c := range table.Columns {
			if table.Zone == models.Metrics && strings.Contains(c.Name, "user") {
				t.Errorf("%s.%s", table.Name, c.Name)
			}
		}
	}
}

// SQL written by hand stands in these files only, for what GORM can't say.
var byHand = map[string][]string{
	".Raw(":   {"postgres.go", "deliver.go"},
	".Exec(":  {"postgres.go", "migrate.go"},
	".Table(": {"migrate.go", "deliver.go", "due.go"},
	".Save(":  nil,
}

func TestSQLByHandStandsOnlyWhereItIsListed(t *testing.T) {
	files, err := filepath.Glob("*.go")
	must(t, err)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		must(t, err)
		for call, allowed := range byHand {
			if regexp.MustCompile(regexp.QuoteMeta(call)+`[^)]`).Match(source) && !slices.Contains(allowed, file) {
				t.Errorf("%s calls %s...)", file, call)
			}
		}
	}
}
