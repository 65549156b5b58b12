package jql_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"headway/sandbox/jira/jql"
)

// written is a condition with all its parentheses.
func written(e jql.Expr) string {
	switch e := e.(type) {
	case jql.And:
		return joined(e, " and ")
	case jql.Or:
		return joined(e, " or ")
	case jql.Not:
		return "not " + written(e.Expr)
	case jql.Clause:
		s := e.Field + " " + e.Op
		if e.Op != "changed" {
			s += " " + operand(e.Operand)
		}
		for _, p := range e.Predicates {
			s += " " + p.Word + " " + operand(p.Operand)
		}
		return s
	}
	return "nothing"
}

func joined(list []jql.Expr, by string) string {
	var parts []string
	for _, e := range list {
		parts = append(parts, written(e))
	}
	return "(" + strings.Join(parts, by) + ")"
}

func operand(o jql.Operand) string {
	var parts []string
	for _, v := range o.List {
		parts = append(parts, operand(v))
	}
	switch {
	case o.Empty:
		return "EMPTY"
	case o.Func:
		return o.Text + "(" + strings.Join(parts, ",") + ")"
	case o.Many:
		return "[" + strings.Join(parts, ",") + "]"
	}
	return "<" + o.Text + ">"
}

func TestQueriesAreRead(t *testing.T) {
	for query, want := range map[string]string{
		`project = PAY`:                     `project = <PAY>`,
		`project=PAY AND status!="To Do"`:   `(project = <PAY> and status != <To Do>)`,
		`a = 1 OR b = 2 AND c = 3`:          `(a = <1> or (b = <2> and c = <3>))`,
		`(a = 1 or b = 2) and not c = 3`:    `((a = <1> or b = <2>) and not c = <3>)`,
		`key in (PAY-1, 'PAY-2')`:           `key in [<PAY-1>,<PAY-2>]`,
		`sprint not in closedSprints()`:     `sprint not in closedSprints()`,
		`labels is not EMPTY`:               `labels is not EMPTY`,
		`resolution = null`:                 `resolution = EMPTY`,
		`updated >= -90m`:                   `updated >= <-90m>`,
		`updated >= 1732877091000`:          `updated >= <1732877091000>`,
		`created > startOfWeek("-1w")`:      `created > startOfWeek(<-1w>)`,
		`cf[10016] > 3`:                     `cf[10016] > <3>`,
		`"Story Points" is empty`:           `Story Points is EMPTY`,
		`summary ~ "it's \"quoted\""`:       `summary ~ <it's "quoted">`,
		`status changed after -2w to Done`:  `status changed after <-2w> to <Done>`,
		`status was not in ("To Do", Done)`: `status was not in [<To Do>,<Done>]`,
		`!(a = 1) && b = 2 || c = 3`:        `((not a = <1> and b = <2>) or c = <3>)`,
		`project = "PAY" ORDER BY created`:  `project = <PAY>`,
		`ORDER BY created`:                  `nothing`,
		``:                                  `nothing`,
	} {
		q, err := jql.Parse(query)
		if err != nil {
			t.Errorf("%s: %v", query, err)
			continue
		}
		if got := written(q.Where); got != want {
			t.Errorf("%s: read as %s, want %s", query, got, want)
		}
	}
}

func TestOrderIsRead(t *testing.T) {
	q, err := jql.Parse("project = 1 order by created ASC, key desc, updated")
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(q.OrderBy); got != "[{created false} {key true} {updated false}]" {
		t.Error(got)
	}
}

func TestBrokenQueriesNameThePlace(t *testing.T) {
	for query, at := range map[string]int{
		`project`: 8, `project =`: 10, `project = PAY AND`: 18, `(a = 1`: 7, `a = 1 b = 2`: 7, `a in (1, 2`: 11,
		`a in 1,`: 7, `summary ~ "open`: 11, `a not 3`: 7, `= 3`: 1, `a = and`: 5, `a = 1 order created`: 13,
		`a = 1 order by b,c,d,e,f,g,h,i`: 30, `a = 'x\`: 5,
	} {
		_, err := jql.Parse(query)
		var syntax *jql.SyntaxError
		if !errors.As(err, &syntax) {
			t.Errorf("%s: %v, want a syntax error", query, err)
		} else if syntax.At != at {
			t.Errorf("%s: error at %d, want %d: %v", query, syntax.At, at, err)
		}
	}
}

func TestQueriesThatNestWithoutEndAreRefused(t *testing.T) {
	for _, part := range []string{"(", "not ", "!", "a in ("} {
		_, err := jql.Parse(strings.Repeat(part, 1<<14))
		var syntax *jql.SyntaxError
		if !errors.As(err, &syntax) || !strings.Contains(syntax.What, "nests") && part != "a in (" {
			t.Errorf("%q again and again: %v", part, err)
		}
	}
	if _, err := jql.Parse("a = " + strings.Repeat("f(", 1<<14)); err == nil {
		t.Error("functions in functions passed")
	}
	if _, err := jql.Parse(strings.Repeat("(", 50) + "a = 1" + strings.Repeat(")", 50)); err != nil {
		t.Errorf("50 levels: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{`a = 1`, `a in (1, "2") ORDER BY b`, `not (x is empty)`, `s changed during ("a", b)`, `"`, `\`, `((((`, `a=f(g(h()))`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, query string) {
		if _, err := jql.Parse(query); err != nil {
			var syntax *jql.SyntaxError
			if !errors.As(err, &syntax) {
				t.Errorf("%q: error of another kind: %v", query, err)
			}
		}
	})
}
