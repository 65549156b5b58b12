package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// traps are the numbered traps of Slack and slack-go, each with a test of its
// own somewhere in the program; bugs are those of slack-go's own tracker.
const traps = 25

var bugs = []string{"1093", "1125", "1196", "1585", "1608"}

var trapTest = regexp.MustCompile(`^Test(T\d\d|Upstream\d+)_`)

func TestEveryTrapHasATest(t *testing.T) {
	found := trapTests(t)
	want := make([]string, 0, traps+len(bugs))
	for n := 1; n <= traps; n++ {
		want = append(want, fmt.Sprintf("T%02d", n))
	}
	for _, bug := range bugs {
		want = append(want, "Upstream"+bug)
	}
	for _, trap := range want {
		if len(found[trap]) == 0 {
			t.Errorf("no test is named Test%s_…", trap)
		}
		delete(found, trap)
	}
	for trap, tests := range found {
		t.Errorf("there is no trap %s: %v", trap, tests)
	}
}

// trapTests finds the tests by the trap in their names, and complains about
// those that test nothing.
func trapTests(t *testing.T) map[string][]string {
	t.Helper()
	found, files := map[string][]string{}, token.NewFileSet()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv != nil {
				continue
			}
			if name := trapTest.FindStringSubmatch(f.Name.Name); name != nil {
				found[name[1]] = append(found[name[1]], f.Name.Name)
				if why := testsNothing(f); why != "" {
					t.Errorf("%s: %s %s", files.Position(f.Pos()), f.Name.Name, why)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// testsNothing says why a test can't fail: it is empty, it skips whatever
// happens, or nothing in it has the test at hand to fail it.
func testsNothing(f *ast.FuncDecl) string {
	if len(f.Body.List) == 0 {
		return "is empty"
	}
	for _, s := range f.Body.List {
		e, ok := s.(*ast.ExprStmt)
		if !ok {
			continue
		}
		if call, ok := e.X.(*ast.CallExpr); ok && method(call, "Skip", "Skipf", "SkipNow") {
			return "always skips"
		}
	}
	fails := false
	ast.Inspect(f.Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		fails = fails || ok && (method(call, "Error", "Errorf", "Fatal", "Fatalf") || hands(call, "t"))
		return !fails
	})
	if !fails {
		return "can't fail"
	}
	return ""
}

// method says whether a call is of a method with one of these names.
func method(call *ast.CallExpr, names ...string) bool {
	s, ok := call.Fun.(*ast.SelectorExpr)
	for _, name := range names {
		if ok && s.Sel.Name == name {
			return true
		}
	}
	return false
}

// hands says whether a call hands the variable on.
func hands(call *ast.CallExpr, variable string) bool {
	for _, arg := range call.Args {
		if id, ok := arg.(*ast.Ident); ok && id.Name == variable {
			return true
		}
	}
	return false
}

func TestATrapTestThatTestsNothingIsFound(t *testing.T) {
	for body, want := range map[string]string{
		"":                           "is empty",
		`t.Skip("later"); t.Error()`: "always skips",
		`x := 1; _ = x`:              "can't fail",
		`if testing.Short() { t.Skip() }; t.Error()`: "",
		`check(t)`: "",
	} {
		file, err := parser.ParseFile(token.NewFileSet(), "", "package p; func TestT01_X(t *testing.T) {"+body+"}", 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := testsNothing(file.Decls[0].(*ast.FuncDecl)); got != want {
			t.Errorf("%q: %q, want %q", body, got, want)
		}
	}
}
