package main

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"headway/bot"
	"headway/handlers"
)

// layers is the house: each package with the packages of ours that it may
// import. What is not listed here does not belong here.
var layers = map[string][]string{
	"calendar": nil,
	"secret":   nil,
	"metrics":  {"calendar"},
	"forecast": {"calendar"},
	"jira":     {"metrics", "calendar", "secret"},
	"models":   {"metrics", "calendar", "secret"},
	"blocks":   {"metrics", "calendar", "secret"},
	"bot":      {"blocks", "secret"},
	"work":     {"models", "metrics", "calendar", "blocks", "jira", "secret"},
	"handlers": {"bot", "work", "blocks", "models", "metrics", "calendar"},
	"jobs":     {"work"},

	"calendar/caltest": nil,        // zones for tests
	"models/storetest": {"models"}, // databases for tests
	"bench":            nil,        // measures; only its tests import

	// The sandbox speaks wire formats and knows nothing of the bot, so that it
	// can't share the bot's mistakes.
	"sandbox":               {"sandbox/slack", "sandbox/jira", "sandbox/history", "sandbox/page"},
	"sandbox/slack":         nil,
	"sandbox/jira":          {"sandbox/history", "sandbox/jira/jql"},
	"sandbox/jira/jql":      nil,
	"sandbox/jira/contract": nil, // for tests: answers as Atlassian describes them
	"sandbox/history":       nil,
	"sandbox/page":          nil,
}

// guarded are imports from outside that only some packages may have; one that
// ends with a slash stands for all below it. main wires everything and is free.
var guarded = map[string][]string{
	"net":                            {"bot", "jira", "sandbox", "sandbox/slack", "sandbox/jira"},
	"net/http":                       {"bot", "jira", "sandbox", "sandbox/slack", "sandbox/jira", "sandbox/jira/contract", "sandbox/page"},
	"os/exec":                        {"models/storetest"},
	"testing":                        {"models/storetest", "calendar/caltest"},
	"database/sql":                   {"models"},
	"gorm.io/":                       {"models"},
	"github.com/go-gormigrate/":      {"models"},
	"github.com/jackc/pgx/":          {"models", "models/storetest"},
	"github.com/ncruces/":            {"models"},
	"github.com/slack-go/":           {"blocks", "bot"},
	"github.com/gorilla/":            {"bot"},
	"github.com/prometheus/":         {"bot"},
	"github.com/andygrunwald/":       {"jira"},
	"github.com/go-json-experiment/": {"jira"},
	"github.com/go-co-op/gocron/":    {"jobs"},
	"github.com/rickar/cal/":         {"calendar"},
	"github.com/coder/websocket":     {"sandbox/slack"},
}

func TestPackagesImportOnlyWhatTheirLayerMay(t *testing.T) {
	packages := listed(t)
	for _, p := range packages {
		own, inside := strings.CutPrefix(p.ImportPath, "headway/")
		if !inside {
			continue // main
		}
		may, known := layers[own]
		if !known {
			t.Errorf("%s has no place in the house: add it to the table and to docs/architecture.md", own)
		}
		for _, path := range p.Imports {
			if ours, yes := strings.CutPrefix(path, "headway/"); yes && !slices.Contains(may, ours) {
				t.Errorf("%s must not import %s", own, ours)
			}
			for begin, who := range guarded {
				below := strings.HasSuffix(begin, "/") && strings.HasPrefix(path, begin)
				if (below || path == begin) && !slices.Contains(who, own) {
					t.Errorf("%s must not import %s: that is for %s", own, path, append([]string{"main"}, who...))
				}
			}
		}
	}
	for own := range layers {
		if !slices.ContainsFunc(packages, func(p goPackage) bool { return p.ImportPath == "headway/"+own }) {
			t.Errorf("the table names %s, which is gone", own)
		}
	}
}

type goPackage struct {
	ImportPath string
	Imports    []string
}

// listed is every package of ours; imports of tests don't count.
func listed(t *testing.T) []goPackage {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", "./...")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var packages []goPackage
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}

// source is one parsed file that is no test; Folder is "." for main.
type source struct {
	Folder, Path string
	*ast.File
}

var positions = token.NewFileSet()

// sources parses the program below folder.
func sources(t *testing.T, folder string) []source {
	t.Helper()
	var out []source
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(positions, path, nil, parser.SkipObjectResolution)
		out = append(out, source{filepath.ToSlash(filepath.Dir(path)), path, file})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// uses visits every pkg.Name in the files.
func uses(files []source, pkg string, visit func(f source, name string, at token.Position)) {
	for _, f := range files {
		ast.Inspect(f.File, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := s.X.(*ast.Ident); ok && x.Name == pkg {
					visit(f, s.Sel.Name, positions.Position(s.Pos()))
				}
			}
			return true
		})
	}
}

func TestOnlyTheVerbsMakePermits(t *testing.T) {
	made := 0
	uses(sources(t, "."), "models", func(f source, name string, at token.Position) {
		if name != "NewPermit" {
			return
		}
		if made++; f.Folder != "work" {
			t.Errorf("%s: only work makes a permit, after Jira was asked", at)
		}
	})
	if made == 0 {
		t.Error("nothing makes a permit, so nothing was checked")
	}
}

func TestArithmeticAndWordsKnowNoClock(t *testing.T) {
	for _, folder := range []string{"calendar", "metrics", "forecast", "blocks"} {
		uses(sources(t, folder), "time", func(_ source, name string, at token.Position) {
			if slices.Contains([]string{"Now", "Since", "Until", "Sleep", "After", "Tick"}, name) {
				t.Errorf("%s: time.%s in a package that takes the time as a value", at, name)
			}
		})
	}
}

func TestEveryRegistrationDeclaresItsNeed(t *testing.T) {
	through := map[string]int{}
	uses(sources(t, "handlers"), "bot", func(f source, name string, at token.Position) {
		if name != "On" && name != "OnSubmit" && name != "OnOptions" {
			return
		}
		through[name]++
		if f.Path != filepath.Join("handlers", "register.go") {
			t.Errorf("%s: register through on, onSubmit or onOptions with a Need, not through bot.%s", at, name)
		}
	})
	if len(through) != 3 {
		t.Errorf("register.go holds %v, not one call of each", through)
	}
}

func TestEveryActionAndFormIsDeclaredAndHandled(t *testing.T) {
	b, err := bot.New(bot.Options{AppToken: "xapp-test", BotToken: "xoxb-test"})
	if err != nil {
		t.Fatal(err)
	}
	(&handlers.App{Command: "/headway"}).Register(b.Router())
	for kind, handled := range map[string][]string{"Action": b.Router().Actions(), "Form": b.Router().Forms()} {
		declared := declarations(t, kind)
		if len(declared) == 0 {
			t.Fatalf("blocks declares no %s: the declarations look different now", kind)
		}
		for _, name := range declared {
			if !slices.Contains(handled, name) {
				t.Errorf("%s %q is declared in blocks and handled nowhere", kind, name)
			}
		}
		for _, name := range handled {
			if !slices.Contains(declared, name) {
				t.Errorf("%s %q is handled and declared nowhere in blocks", kind, name)
			}
		}
	}
}

// declarations are the names in literals such as Action[RoundID]{"checkin.full"}.
func declarations(t *testing.T, kind string) []string {
	t.Helper()
	var names []string
	for _, f := range sources(t, "blocks") {
		ast.Inspect(f.File, func(n ast.Node) bool {
			lit, ok := n.(*ast.CompositeLit)
			if !ok || generic(lit.Type) != kind || len(lit.Elts) == 0 {
				return true
			}
			if first, ok := lit.Elts[0].(*ast.BasicLit); ok {
				name, err := strconv.Unquote(first.Value)
				if err != nil || slices.Contains(names, name) {
					t.Errorf("%s: %s %s is declared twice or has no name", positions.Position(lit.Pos()), kind, first.Value)
				}
				names = append(names, name)
			}
			return true
		})
	}
	return names
}

// generic is the name of a generic type in T[A] or T[A, B].
func generic(e ast.Expr) string {
	switch x := e.(type) {
	case *ast.IndexExpr:
		e = x.X
	case *ast.IndexListExpr:
		e = x.X
	}
	if id, ok := e.(*ast.Ident); ok {
		return id.Name
	}
	return ""
}
