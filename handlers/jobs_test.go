package handlers

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"
)

func TestEveryKindOfScheduleHasAWord(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "../work/kinds.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	kinds := 0
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || !strings.HasPrefix(spec.Names[0].Name, "Schedule") {
			return true
		}
		kind, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		if kinds++; jobWords[kind] == "" {
			t.Errorf("jobs would list a %s without a name", kind)
		}
		return true
	})
	if kinds == 0 {
		t.Error("work declares no kind of schedule")
	}
}
