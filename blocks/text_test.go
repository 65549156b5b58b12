package blocks

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"headway/calendar"
	"headway/metrics"
)

func TestOnlyOurOwnAddressesBecomeLinks(t *testing.T) {
	for url, linked := range map[string]bool{
		"https://acme.atlassian.net/browse/PAY-1": true,
		"http://127.0.0.1:8080/browse/PAY-1":      true,
		"http://acme.atlassian.net/browse/PAY-1":  false,
		"http://127.0.0.1.evil.example/":          false,
		"javascript:alert(1)":                     false,
		"https://a|b":                             false,
		"https://a> <!channel":                    false,
		"":                                        false,
	} {
		if got := (Issue{"PAY-1", url}).mrkdwn(); (got != "PAY-1") != linked {
			t.Errorf("%q gave %s", url, got)
		}
	}
}

func TestOnlyIDsBecomeMentions(t *testing.T) {
	for got, want := range map[string]string{
		Mention("U01ABC"): "<@U01ABC>", Mention("here"): "here", Mention("U1> <!here"): "U1&gt; &lt;!here",
		Channel("C01ABC"): "<#C01ABC>", Channel("general"): "general",
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestACutIsCountedInCharactersAndNeverInsideAnEntity(t *testing.T) {
	if got := cut("äöüäöü", 4); got != "äöü…" || utf8.RuneCountInString(got) != 4 {
		t.Errorf("cut gave %q", got)
	}
	if got := escaped("a&b&c&d", 4); got != "a&amp;b…" {
		t.Errorf("escaped gave %q", got)
	}
}

func TestNumbersReadAsPeopleWriteThem(t *testing.T) {
	for got, want := range map[string]string{
		number(1234567): "1,234,567", number(-1234): "-1,234", number(999): "999",
		count(0, "week", "weeks"): "no weeks", count(1, "week", "weeks"): "1 week", count(1200, "week", "weeks"): "1,200 weeks",
		percent(1, 3): "33 %", percent(999, 1000): "99 %", percent(1, 1000): "1 %", percent(3, 3): "100 %", percent(0, 0): "none",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestMomentsAreSaidAsShortAsTheyAreClear(t *testing.T) {
	for want, at := range map[string]time.Time{
		"today 13:30":           now.Add(4 * time.Hour),
		"tomorrow 09:30":        now.AddDate(0, 0, 1),
		"yesterday 09:30":       now.AddDate(0, 0, -1),
		"Mon 09:30":             now.AddDate(0, 0, 6),
		"Tue 1 Dec 09:30":       now.AddDate(0, 0, 7),
		"Mon 24 Nov 2025 09:30": now.AddDate(-1, 0, 0),
		"not yet":               {},
		"tomorrow 00:15":        time.Date(2026, 11, 24, 23, 15, 0, 0, time.UTC),
		"Wed 24 Nov 2027 09:30": now.AddDate(1, 0, 0),
		"Tue 17 Nov 09:30":      now.AddDate(0, 0, -7),
		"Wed 09:30":             now.AddDate(0, 0, -6),
		"Thu 31 Dec 09:30":      now.AddDate(0, 0, 37),
		"Fri 1 Jan 2027 09:30":  now.AddDate(0, 0, 38),
		"Sun 28 Mar 2027 03:00": time.Date(2027, 3, 28, 1, 0, 0, 0, time.UTC),
	} {
		if got := When(at, now); got != want {
			t.Errorf("%v: got %q, want %q", at, got, want)
		}
	}
}

func TestAWeekIsNamedByItsDays(t *testing.T) {
	for week, want := range map[calendar.Week]string{
		{Year: 2026, Number: 47}: "16-22 Nov",
		{Year: 2026, Number: 49}: "30 Nov - 6 Dec",
		{Year: 2026, Number: 53}: "28 Dec - 3 Jan",
	} {
		if got := weekSpan(week); got != want {
			t.Errorf("%v: got %q, want %q", week, got, want)
		}
	}
}

func TestVerdictsAreOneSentence(t *testing.T) {
	for want, v := range map[string]metrics.Verdict{
		"Steady.":                            {Pace: metrics.PaceSteady},
		"Steady, with older work piling up.": {Pace: metrics.PaceSteady, Older: true, Crowded: true},
		"Less finished than usual, with more in progress than usual.": {Pace: metrics.PaceSlow, Crowded: true},
		"More finished than usual.":                                   {Pace: metrics.PaceFast},
		"Not over yet.":                                               {Pace: metrics.PaceOpen},
		"Too little history yet for a verdict.":                       {Pace: metrics.PaceUnknown},
	} {
		if got := verdict(v); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestAWithheldSummaryGivesNoCellAway(t *testing.T) {
	tally := metrics.NewTally(8, map[string]int{StatusOnTrack: 6, StatusBlocked: 1})
	v := SummaryView{Name: "Payments", Day: now, Now: now, Answers: metrics.Withhold(tally, metrics.Outside), Blockers: []Blocker{blocker}, Helped: 1, Confidence: &Confidence{Mean: 2, N: 7}}
	for _, m := range []Message{Summary(v), SafeSummary(v)} {
		for _, secret := range []string{"PAY-871", "blocked", "asked for help", "Confidence", " 6 ", " 1 "} {
			if got := jsonOf(m); strings.Contains(got, secret) {
				t.Errorf("a withheld summary says %q: %s", secret, got)
			}
		}
	}
}

func TestReleasesAndTheirFailuresReadNaturally(t *testing.T) {
	for want, f := range map[string]metrics.Ratio{
		"1, not followed by a failure.":             {Num: 0, Den: 1},
		"1, followed by a failure.":                 {Num: 1, Den: 1},
		"2, none followed by a failure.":            {Num: 0, Den: 2},
		"3; 1 of them was followed by a failure.":   {Num: 1, Den: 3},
		"12; 2 of them were followed by a failure.": {Num: 2, Den: 12},
		"2, each followed by a failure.":            {Num: 2, Den: 2},
	} {
		if got := failures(f); got != want {
			t.Errorf("%d of %d: %q, want %q", f.Num, f.Den, got, want)
		}
	}
}
