package jira

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"headway/sandbox/history"
	"headway/sandbox/jira/jql"
)

var (
	relative    = regexp.MustCompile(`^([+-]?)(\d+)\s*([wdhm])$`)
	epochMillis = regexp.MustCompile(`^-?\d{9,}$`)
	offset      = regexp.MustCompile(`^([+-]?)(\d+)([yMwdhm]?)$`)
)

// instant reads a date of JQL: bare dates and times are in the zone of the
// token's account, to the minute; numbers are UTC milliseconds; "-90m" counts
// from now.
func (c *call) instant(field string, o jql.Operand) (time.Time, error) {
	if o.Func {
		return c.dateFunction(o)
	}
	text := strings.TrimSpace(o.Text)
	if m := relative.FindStringSubmatch(text); m != nil {
		n, _ := strconv.Atoi(m[2])
		unit := map[string]time.Duration{"w": 7 * 24 * time.Hour, "d": 24 * time.Hour, "h": time.Hour, "m": time.Minute}[m[3]]
		if m[1] == "-" {
			n = -n
		}
		return c.now.Add(time.Duration(n) * unit), nil
	}
	if epochMillis.MatchString(text) {
		ms, err := strconv.ParseInt(text, 10, 64)
		return time.UnixMilli(ms), err
	}
	zone := c.s.zone
	if rest, ok := strings.CutSuffix(text, " UTC"); ok {
		text, zone = rest, time.UTC
	}
	for _, layout := range []string{"2006-01-02", "2006/01/02", "2006-01-02 15:04", "2006/01/02 15:04"} {
		if t, err := time.ParseInLocation(layout, text, zone); err == nil {
			return t, nil
		}
	}
	return time.Time{}, badRequest(fmt.Sprintf("Date value '%s' for field '%s' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', "+
		"'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'.", o.Text, field))
}

// dateFunction is now(), startOfDay("-1d") and its like, in the zone of the
// token's account.
func (c *call) dateFunction(o jql.Operand) (time.Time, error) {
	name := strings.ToLower(o.Text)
	if name == "now" {
		return c.now, nil
	}
	unit, end := strings.CutPrefix(name, "endof")
	unit = strings.TrimPrefix(unit, "startof")
	if unit == name {
		return time.Time{}, unknownFunction(o)
	}
	shift := ""
	if len(o.List) > 0 {
		shift = o.List[0].Text
	}
	at, err := c.startOf(unit, shift)
	if err != nil || !end {
		return at, err
	}
	return next(unit, at).Add(-time.Millisecond), nil
}

func (c *call) startOf(unit, shift string) (time.Time, error) {
	t := c.now.In(c.s.zone)
	if shift != "" {
		m := offset.FindStringSubmatch(shift)
		if m == nil {
			return t, badRequest("Invalid date offset '" + shift + "'.")
		}
		n, _ := strconv.Atoi(m[1] + m[2])
		by := m[3]
		if by == "" {
			by = map[string]string{"day": "d", "week": "w", "month": "M", "year": "y"}[unit]
		}
		t = moved(t, n, by)
	}
	midnight := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
	switch unit {
	case "day":
		return midnight, nil
	case "week":
		return history.Monday(t), nil
	case "month":
		return midnight.AddDate(0, 0, 1-t.Day()), nil
	case "year":
		return time.Date(t.Year(), 1, 1, 0, 0, 0, 0, t.Location()), nil
	}
	return t, badRequest("There is no unit '" + unit + "' of time.")
}

func moved(t time.Time, n int, unit string) time.Time {
	switch unit {
	case "y":
		return t.AddDate(n, 0, 0)
	case "M":
		return t.AddDate(0, n, 0)
	case "w":
		return t.AddDate(0, 0, 7*n)
	case "h":
		return t.Add(time.Duration(n) * time.Hour)
	case "m":
		return t.Add(time.Duration(n) * time.Minute)
	}
	return t.AddDate(0, 0, n)
}

func next(unit string, t time.Time) time.Time {
	return moved(t, 1, map[string]string{"day": "d", "week": "w", "month": "M", "year": "y"}[unit])
}

func unknownFunction(o jql.Operand) error {
	return badRequest(fmt.Sprintf("Unable to find JQL function '%s()'.", o.Text))
}

// compileHistory answers "status changed" and "status was", the latter for
// single statuses.
func (c *call) compileHistory(name string, cl jql.Clause) (matcher, error) {
	if name != "status" && name != "statuscategory" {
		return nil, badRequest(fmt.Sprintf("History searches do not support the '%s' field.", cl.Field))
	}
	w, err := c.changeWindow(name, cl)
	if err != nil {
		return nil, err
	}
	if cl.Op == "changed" {
		return w.changed, nil
	}
	wanted, err := c.changeValues(name, cl.Operand)
	if err != nil {
		return nil, err
	}
	negated := strings.Contains(cl.Op, "not")
	return func(st *history.State) bool { return w.was(st, wanted) != negated }, nil
}

// changeWindow is what the predicates of a history search allow.
type changeWindow struct {
	c        *call
	value    func(status string) string
	after    time.Time
	before   time.Time
	from, to map[string]bool // nil: any
}

func (c *call) changeWindow(name string, cl jql.Clause) (*changeWindow, error) {
	w := &changeWindow{c: c, value: func(s string) string { return s }}
	if name == "statuscategory" {
		w.value = func(s string) string { return c.s.site.Status(s).Category }
	}
	for _, p := range cl.Predicates {
		if err := w.narrow(name, p); err != nil {
			return nil, err
		}
	}
	return w, nil
}

func (w *changeWindow) narrow(name string, p jql.Predicate) error {
	var err error
	switch p.Word {
	case "after":
		w.after, err = w.c.instant(name, p.Operand)
	case "before":
		w.before, err = w.c.instant(name, p.Operand)
	case "on":
		if w.after, err = w.c.instant(name, p.Operand); err == nil {
			w.before = w.after.AddDate(0, 0, 1)
		}
	case "during":
		if len(p.Operand.List) != 2 {
			return badRequest("DURING needs two dates.")
		}
		if w.after, err = w.c.instant(name, p.Operand.List[0]); err == nil {
			w.before, err = w.c.instant(name, p.Operand.List[1])
		}
	case "from":
		w.from, err = w.c.changeValues(name, p.Operand)
	case "to":
		w.to, err = w.c.changeValues(name, p.Operand)
	default:
		return badRequest("The predicate '" + p.Word + "' is not supported.")
	}
	return err
}

func (c *call) changeValues(name string, o jql.Operand) (map[string]bool, error) {
	wanted := map[string]bool{}
	for _, v := range o.Values() {
		ids, err := setFields(c)[name].resolve(c, v)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			wanted[id] = true
		}
	}
	return wanted, nil
}

func (w *changeWindow) holds(at time.Time) bool {
	return (w.after.IsZero() || at.After(w.after)) && (w.before.IsZero() || at.Before(w.before))
}

func (w *changeWindow) changed(st *history.State) bool {
	for _, h := range st.History() {
		for _, it := range h.Items {
			if it.Field != "status" || !w.holds(h.At) {
				continue
			}
			from, to := w.value(*it.From), w.value(*it.To)
			if from != to && (w.from == nil || w.from[from]) && (w.to == nil || w.to[to]) {
				return true
			}
		}
	}
	return false
}

// was tells whether the issue ever had one of the values within the window.
func (w *changeWindow) was(st *history.State, wanted map[string]bool) bool {
	status, since := st.First.Status, st.Created
	had := func(until time.Time) bool {
		return wanted[w.value(status)] && (w.before.IsZero() || since.Before(w.before)) && (w.after.IsZero() || until.After(w.after))
	}
	for _, h := range st.History() {
		for _, it := range h.Items {
			if it.Field == "status" {
				if had(h.At) {
					return true
				}
				status, since = *it.To, h.At
			}
		}
	}
	return had(w.c.now)
}
