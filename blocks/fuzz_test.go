package blocks

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/slack-go/slack"
)

// awkward are texts that have broken bots before: the seeds of every target.
var awkward = []string{
	"", " ", "Payments", hostile, "a < b && c > d", "&lt;!channel&gt;", "`code` *bold* _it_ ~no~", "```", "\n\n\n", "\t\u2028\u2029",
	strings.Repeat("long text ", 300), strings.Repeat("ü", 3000), strings.Repeat("<&>", 1000), strings.Repeat("\u0301", 300), "\xff\xfe", "\u200d\u200d",
	"👩‍👩‍👧‍👦", "\u202eevil", "<https://evil.example|click>", "<mailto:a@b|c>", "https://a|b", "https://acme.atlassian.net/browse/PAY-1", "PAY-871", "U01ANA", "C01PAY", "U01ANA> <!here",
	"name:id#2", "{\"a\":1}", "-1", "2026-W47", "=cmd()", "\u00a0", strings.Repeat("x", 76), strings.Repeat("PAY-1, ", 40),
}

func FuzzEscapeLeavesNothingThatSlackReads(f *testing.F) {
	for _, s := range awkward {
		f.Add(s, uint(40))
	}
	f.Fuzz(func(t *testing.T, s string, most uint) {
		n := 1 + int(most%3000)
		for helper, got := range map[string]string{"Escape": Escape(s), "escaped": escaped(s, n), "name": name(s), "code": code(s)} {
			checkEscaped(t, helper, s, got)
		}
		if got := code(s); strings.Contains(got, "`") {
			t.Errorf("code(%q) ends its own span: %q", s, got)
		}
		if got := clean(s); utf8.RuneCountInString(got) > utf8.RuneCountInString(s) {
			t.Errorf("clean(%q) grows: %q", s, got)
		}
	})
}

// checkEscaped wants text that is one visible line and holds no markup.
func checkEscaped(t *testing.T, helper, s, got string) {
	t.Helper()
	if strings.ContainsAny(got, "<>") || strings.ContainsFunc(got, hidden) || !utf8.ValidString(got) {
		t.Errorf("%s(%q) = %q", helper, s, got)
	}
	for i := range len(got) {
		if got[i] == '&' && !strings.HasPrefix(got[i:], "&amp;") && !strings.HasPrefix(got[i:], "&lt;") && !strings.HasPrefix(got[i:], "&gt;") {
			t.Errorf("%s(%q) has a bare ampersand: %q", helper, s, got)
		}
	}
}

func hidden(r rune) bool {
	return r == utf8.RuneError || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) && r != zeroWidthJoiner
}

func FuzzLinksAndMentionsPointOnlyWhereTheyMay(f *testing.F) {
	for _, s := range awkward {
		f.Add(s, "PAY-871")
		f.Add("https://acme.atlassian.net/browse/PAY-871", s)
	}
	f.Fuzz(func(t *testing.T, url, label string) {
		checkReference(t, Mention(url), "<@", userID.MatchString(url))
		checkReference(t, Channel(url), "<#", channelID.MatchString(url))
		checkReference(t, link(url, label), "<http", linkURL.MatchString(url))
		checkReference(t, Issue{Key: label, URL: url}.mrkdwn(), "<http", linkURL.MatchString(url))
	})
}

// checkReference wants one reference of the kind where it may be, else none of
// any kind.
func checkReference(t *testing.T, got, begin string, may bool) {
	t.Helper()
	inside, opened := strings.CutPrefix(got, begin)
	if opened != may {
		t.Errorf("%q is a reference: %v, may be: %v", got, opened, may)
		return
	}
	if opened {
		inside = strings.TrimSuffix(inside, ">")
	}
	if strings.ContainsAny(inside, "<>") || strings.ContainsFunc(inside, hidden) {
		t.Errorf("%q holds more than one reference", got)
	}
}

func FuzzPlainTextStaysWithinItsField(f *testing.F) {
	for _, s := range awkward {
		f.Add(s, uint(75))
		f.Add(s, uint(1))
	}
	f.Fuzz(func(t *testing.T, s string, most uint) {
		n := 1 + int(most%3000)
		label := plainCut(s, n)
		if count := utf8.RuneCountInString(label.Text); count > n || strings.ContainsFunc(label.Text, hidden) || label.Type != slack.PlainTextType {
			t.Errorf("plainCut(%q, %d) has %d characters: %q", s, n, count, label.Text)
		}
		o := Option{Value: "v", Label: s, Detail: s}.Object()
		c := &checker{}
		c.options("option", objects(decoded(t, []*slack.OptionBlockObject{o})))
		c.element("button", decoded(t, CheckinOnTrack.Button(round, "x"+s, "")).(map[string]any))
		for _, problem := range c.found {
			t.Errorf("%q: %s", s, problem)
		}
	})
}

func FuzzTablesAndChartsSayTheSameInWords(f *testing.F) {
	for _, s := range awkward {
		f.Add(s, "12", 3.5)
	}
	f.Add("x", "y", 1e300)
	f.Fuzz(func(t *testing.T, head, cell string, value float64) {
		if math.IsNaN(value) || math.IsInf(value, 0) {
			return // counts and days are finite
		}
		var c card
		c.table([][]string{{"", head, "usual"}, {cell, cell, head}, {head, cell, ""}})
		c.bars("Done by "+head, "Done "+head, []bar{{"W46", value}, {"W47", 1}, {"W48", -1}}, name(head)+" in words")
		s := surfaceOf(t, c.message())
		for _, problem := range s.problems() {
			t.Errorf("%q, %q, %v: %s", head, cell, value, problem)
		}
		checkHarmless(t, "table", s.doc["text"].(string))
	})
}

// FuzzNoTextBreaksALimitOfSlack fills one view with arbitrary text and any
// number of entries.
func FuzzNoTextBreaksALimitOfSlack(f *testing.F) {
	var filled []sample
	for _, s := range samples() {
		if s.filled != nil {
			filled = append(filled, s)
		}
	}
	for i := range filled {
		f.Add(uint(i), awkward[i%len(awkward)], uint8(i%60))
		f.Add(uint(i), hostile, uint8(40))
	}
	f.Fuzz(func(t *testing.T, which uint, text string, n uint8) {
		s := filled[which%uint(len(filled))]
		surface := surfaceOf(t, s.filled(fill{text: text, n: int(n % 128)})) // Slack's own ends are at 100
		for _, problem := range surface.problems() {
			t.Errorf("%s with %d of %q: %s", s.name, n%128, text, problem)
		}
		if userID.MatchString(text) || channelID.MatchString(text) || linkURL.MatchString(text) {
			return // then a reference is right
		}
		walk(surface.doc, func(key string, v any) {
			if m, ok := v.(map[string]any); ok && m["type"] == "mrkdwn" {
				checkHarmless(t, s.name, m["text"].(string))
			}
		})
		if text, ok := surface.doc["text"].(string); ok {
			checkHarmless(t, s.name, text)
		}
	})
}

// decoded is v as Slack reads it.
func decoded(t *testing.T, v any) (out any) {
	t.Helper()
	data, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(data, &out)
	}
	if err != nil {
		t.Fatalf("%v: %v", reflect.TypeOf(v), err)
	}
	return out
}
