package jira

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"headway/sandbox/history"
	"headway/sandbox/jira/jql"
)

// matcher decides whether an issue fulfils a condition.
type matcher func(*history.State) bool

// compile turns a condition into a matcher. Unknown fields, values and
// functions are refused with Jira's words.
func (c *call) compile(e jql.Expr) (matcher, error) {
	switch e := e.(type) {
	case jql.And:
		return c.compileAll(e, func(n, of int) bool { return n == of })
	case jql.Or:
		return c.compileAll(e, func(n, _ int) bool { return n > 0 })
	case jql.Not:
		m, err := c.compile(e.Expr)
		return func(st *history.State) bool { return !m(st) }, err
	case jql.Clause:
		return c.compileClause(e)
	}
	return nil, badRequest("The query cannot be read.")
}

func (c *call) compileAll(list []jql.Expr, enough func(n, of int) bool) (matcher, error) {
	var all []matcher
	for _, e := range list {
		m, err := c.compile(e)
		if err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return func(st *history.State) bool {
		n := 0
		for _, m := range all {
			if m(st) {
				n++
			}
		}
		return enough(n, len(all))
	}, nil
}

// values are what an issue has in a field that is compared by id.
type values func(*history.State) []string

func one(get func(*history.State) string) values {
	return func(st *history.State) []string {
		if v := get(st); v != "" {
			return []string{v}
		}
		return nil
	}
}

// setField is a field compared by id, and how an operand becomes ids.
type setField struct {
	of      values
	resolve func(*call, jql.Operand) ([]string, error)
}

func (c *call) compileClause(cl jql.Clause) (matcher, error) {
	name := fieldName(cl.Field)
	if strings.HasPrefix(cl.Op, "was") || cl.Op == "changed" {
		return c.compileHistory(name, cl)
	}
	if get := instants[name]; get != nil {
		return c.compileInstant(cl, get)
	}
	if f, ok := setFields(c)[name]; ok {
		return c.compileSet(cl, f)
	}
	switch name {
	case "duedate":
		return c.compileDay(cl)
	case "story points":
		return compileNumber(cl)
	case "summary":
		return compileText(cl)
	}
	return nil, badRequest(fmt.Sprintf("Field '%s' does not exist or you do not have permission to view it.", cl.Field))
}

// fieldName is a field's name in this file, for any of its names in JQL.
func fieldName(s string) string {
	s = strings.ToLower(s)
	switch s {
	case "type":
		return "issuetype"
	case "id", "issue", "issuekey":
		return "key"
	case "resolutiondate":
		return "resolved"
	case "due":
		return "duedate"
	case "epic link", "cf[10014]":
		return "parent"
	case "cf[10016]", "story point estimate":
		return "story points"
	case "cf[10020]":
		return "sprint"
	case "cf[10021]":
		return "flagged"
	case "createddate":
		return "created"
	case "updateddate":
		return "updated"
	}
	return s
}

func (c *call) compileSet(cl jql.Clause, f setField) (matcher, error) {
	empty := func(st *history.State) bool { return len(f.of(st)) == 0 }
	negated := cl.Op == "!=" || cl.Op == "not in" || cl.Op == "is not"
	if cl.Operand.Empty {
		if !slices.Contains([]string{"is", "is not", "=", "!="}, cl.Op) {
			return nil, operatorError(cl)
		}
		return func(st *history.State) bool { return empty(st) != negated }, nil
	}
	isList := cl.Operand.Many || cl.Operand.Func && !single[strings.ToLower(cl.Operand.Text)]
	if wantsList := cl.Op == "in" || cl.Op == "not in"; wantsList != isList || !slices.Contains([]string{"=", "!=", "in", "not in"}, cl.Op) {
		return nil, operatorError(cl)
	}
	wanted, wantsEmpty := map[string]bool{}, false
	for _, o := range cl.Operand.Values() {
		if o.Empty {
			wantsEmpty = true
			continue
		}
		ids, err := f.resolve(c, o)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			wanted[id] = true
		}
	}
	return func(st *history.State) bool {
		have := f.of(st)
		if len(have) == 0 { // nothing is neither in nor not in a list
			return wantsEmpty && !negated
		}
		return slices.ContainsFunc(have, func(v string) bool { return wanted[v] }) != negated
	}, nil
}

func operatorError(cl jql.Clause) error {
	return badRequest(fmt.Sprintf("The operator '%s' is not supported by the '%s' field.", cl.Op, cl.Field))
}

var instants = map[string]func(*history.State) time.Time{
	"created":                   func(st *history.State) time.Time { return st.Created },
	"updated":                   func(st *history.State) time.Time { return st.Updated },
	"resolved":                  func(st *history.State) time.Time { return st.Resolved },
	"statuscategorychangeddate": func(st *history.State) time.Time { return st.CategoryChanged },
}

func (c *call) compileInstant(cl jql.Clause, get func(*history.State) time.Time) (matcher, error) {
	if cl.Operand.Empty {
		return func(st *history.State) bool { return get(st).IsZero() == (cl.Op == "is" || cl.Op == "=") }, nil
	}
	at, err := c.instant(cl.Field, cl.Operand)
	if err != nil {
		return nil, err
	}
	compare, err := comparison(cl)
	if err != nil {
		return nil, err
	}
	return func(st *history.State) bool {
		t := get(st)
		return !t.IsZero() && compare(t.Compare(at))
	}, nil
}

// comparison tells by the sign of a comparison whether the operator holds.
func comparison(cl jql.Clause) (func(sign int) bool, error) {
	switch cl.Op {
	case "=":
		return func(n int) bool { return n == 0 }, nil
	case "!=":
		return func(n int) bool { return n != 0 }, nil
	case ">":
		return func(n int) bool { return n > 0 }, nil
	case ">=":
		return func(n int) bool { return n >= 0 }, nil
	case "<":
		return func(n int) bool { return n < 0 }, nil
	case "<=":
		return func(n int) bool { return n <= 0 }, nil
	}
	return nil, operatorError(cl)
}

func (c *call) compileDay(cl jql.Clause) (matcher, error) {
	if cl.Operand.Empty {
		return func(st *history.State) bool { return (st.Due == "") == (cl.Op == "is" || cl.Op == "=") }, nil
	}
	at, err := c.instant(cl.Field, cl.Operand)
	if err != nil {
		return nil, err
	}
	compare, err := comparison(cl)
	day := at.In(c.s.zone).Format(history.DateLayout)
	return func(st *history.State) bool { return st.Due != "" && compare(strings.Compare(st.Due, day)) }, err
}

func compileNumber(cl jql.Clause) (matcher, error) {
	if cl.Operand.Empty {
		return func(st *history.State) bool { return (st.Points == nil) == (cl.Op == "is" || cl.Op == "=") }, nil
	}
	n, err := strconv.ParseFloat(cl.Operand.Text, 64)
	if err != nil {
		return nil, badRequest(fmt.Sprintf("'%s' is an invalid number.", cl.Operand.Text))
	}
	compare, err := comparison(cl)
	return func(st *history.State) bool {
		if st.Points == nil {
			return false
		}
		sign := 0
		if *st.Points < n {
			sign = -1
		} else if *st.Points > n {
			sign = 1
		}
		return compare(sign)
	}, err
}

func compileText(cl jql.Clause) (matcher, error) {
	if cl.Op != "~" && cl.Op != "!~" {
		return nil, operatorError(cl)
	}
	words := strings.Fields(strings.ToLower(strings.Trim(cl.Operand.Text, `"*`)))
	return func(st *history.State) bool {
		have := strings.ToLower(st.Summary)
		missing := slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(have, w) })
		return missing == (cl.Op == "!~")
	}, nil
}
