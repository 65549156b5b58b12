package metrics_test

import (
	"encoding/json"
	"path/filepath"
	"testing"
	"time"

	"headway/calendar"
	"headway/metrics"
)

// jirametrics, a peer, shows cycle times and ages as days with both ends too;
// its recorded calls must give the same here. Its own zone is that of the
// instants.
func TestDaysAgreeWithJirametrics(t *testing.T) {
	var calls []struct {
		Fn       string
		Start    string
		Stop     string
		Today    string
		Expected json.RawMessage
		Test     string
	}
	if err := json.Unmarshal(readShared(t, filepath.Join("vectors", "jirametrics", "cases.json")), &calls); err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, c := range calls {
		if c.Fn != "cycletime_days" && c.Fn != "age_days" {
			continue
		}
		var want int
		if err := json.Unmarshal(c.Expected, &want); err != nil {
			t.Fatalf("%s: %v", c.Test, err)
		}
		started := rfc3339(t, c.Start)
		var end time.Time
		if c.Fn == "cycletime_days" {
			end = rfc3339(t, c.Stop)
		} else {
			today, err := calendar.ParseDate(c.Today)
			if err != nil {
				t.Fatal(err)
			}
			end = today.At(12, 0, started.Location())
		}
		if got := metrics.CycleDays(started, end, started.Location()); got != want {
			t.Errorf("%s: %s to %v: %d days, want %d", c.Test, c.Start, end, got, want)
		}
		compared++
	}
	if compared != 25 {
		t.Errorf("compared %d calls, want 25", compared)
	}
}

func rfc3339(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}
