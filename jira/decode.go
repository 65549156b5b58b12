package jira

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"headway/calendar"
)

// tolerant are the options under which all of Jira's JSON is read.
var tolerant = json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))

// decode reads one whole answer.
func decode(r io.Reader, out any) error {
	return withoutText(json.UnmarshalDecode(newDecoder(r), out))
}

// valueLimit is how many bytes of an answer may wait for being read: the size of
// the largest single value.
const valueLimit = 4 << 20

var errLargeValue = fmt.Errorf("%w: a single value is larger than %d MiB", ErrIncomplete, valueLimit>>20)

// newDecoder reads JSON in pieces. It holds no more than one value of it.
func newDecoder(r io.Reader) *jsontext.Decoder {
	from := &ahead{from: r}
	from.Decoder = jsontext.NewDecoder(from, tolerant)
	return from.Decoder
}

// ahead feeds a decoder and sees how much of that it has not yet used.
type ahead struct {
	*jsontext.Decoder
	from io.Reader
	n    int64
}

func (a *ahead) Read(p []byte) (int, error) {
	if a.n-a.InputOffset() > valueLimit {
		return 0, errLargeValue
	}
	n, err := a.from.Read(p)
	a.n += int64(n)
	return n, err
}

// withoutText keeps where a value could not be read and drops what stood
// there: it may be a ticket's text.
func withoutText(err error) error {
	if wrong, ok := errors.AsType[*json.SemanticError](err); ok {
		return fmt.Errorf("unexpected %s at %s", wrong.JSONKind, wrong.JSONPointer)
	}
	if _, ok := errors.AsType[*jsontext.SyntacticError](err); ok && !errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("not JSON")
	}
	return err
}

// number is an id that Jira writes as a number here and as a string there.
type number int64

func (n number) String() string { return strconv.FormatInt(int64(n), 10) }

// UnmarshalJSON implements json.Unmarshaler.
func (n *number) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*n = 0
		return nil
	}
	v, err := strconv.ParseInt(strings.Trim(string(b), `"`), 10, 64)
	*n = number(v)
	return err
}

// instant is a moment in any of Jira's forms: text with +0000, +00:00 or Z,
// and numbers, also as text, in milliseconds or seconds. null and "" are the
// zero time.
type instant struct{ time.Time }

// millisFrom tells milliseconds from seconds: 1e11 s is the year 5138.
const millisFrom = 1e11

// UnmarshalJSON implements json.Unmarshaler.
func (t *instant) UnmarshalJSON(b []byte) error {
	if b[0] != '"' {
		return t.fromNumber(string(b))
	}
	return t.fromText(string(b[1 : len(b)-1]))
}

func (t *instant) fromNumber(s string) error {
	if s == "null" {
		t.Time = time.Time{}
		return nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return err
	}
	if n >= millisFrom {
		t.Time = time.UnixMilli(n).UTC()
	} else {
		t.Time = time.Unix(n, 0).UTC()
	}
	return nil
}

func (t *instant) fromText(s string) error {
	layout := "2006-01-02T15:04:05-0700"
	switch n := len(s); {
	case n == 0:
		t.Time = time.Time{}
		return nil
	case strings.Trim(s, "0123456789") == "":
		return t.fromNumber(s)
	case s[n-1] == 'Z', n > 3 && s[n-3] == ':':
		layout = time.RFC3339
	}
	parsed, err := time.Parse(layout, s)
	t.Time = parsed.UTC()
	return err
}

// day is a plain date; null and "" are no date.
type day struct{ calendar.Date }

// UnmarshalJSON implements json.Unmarshaler.
func (d *day) UnmarshalJSON(b []byte) error {
	s := strings.Trim(string(b), `"`)
	if s == "" || s == "null" {
		d.Date = calendar.Date{}
		return nil
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return err
	}
	d.Date = calendar.Date{Year: t.Year(), Month: t.Month(), Day: t.Day()}
	return nil
}
