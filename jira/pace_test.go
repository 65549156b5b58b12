package jira

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

var quiet = slog.New(slog.DiscardHandler)

// answer is one answer of a scripted Jira.
type answer struct {
	status int
	header map[string]string
	body   string
}

// scripted answers in turn, the last one for ever, and notes when it was asked.
type scripted struct {
	mu      sync.Mutex
	answers []answer
	asked   []time.Time
}

func (s *scripted) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.answers[0]
	if len(s.answers) > 1 {
		s.answers = s.answers[1:]
	}
	s.asked = append(s.asked, time.Now())
	h := http.Header{}
	for k, v := range a.header {
		h.Set(k, v)
	}
	return &http.Response{StatusCode: a.status, Header: h, Body: io.NopCloser(strings.NewReader(a.body)), Request: r}, nil
}

// send asks for the account through our transport with a scripted network.
func send(ctx context.Context, t *testing.T, s *scripted, tr *transport) (*http.Response, error) {
	t.Helper()
	if tr == nil {
		tr = paced(s)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://acme.atlassian.net/rest/api/3/myself", nil)
	if err != nil {
		t.Fatal(err)
	}
	return tr.RoundTrip(req)
}

func paced(next http.RoundTripper) *transport {
	return &transport{site: acme, pace: newPace(siteRate), log: quiet, next: next}
}

func TestRetryAfterIsAMinimum(t *testing.T) {
	for _, c := range []struct {
		name   string
		header map[string]string
		least  time.Duration
	}{
		{"seconds", map[string]string{"Retry-After": "7"}, 7 * time.Second},
		{"nothing is still a second", map[string]string{"Retry-After": "0"}, time.Second},
		{"the moment of the reset", map[string]string{"X-RateLimit-Reset": "2000-01-01T00:01Z"}, time.Minute},
		{"no hint", nil, 1400 * time.Millisecond},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &scripted{answers: []answer{{status: 429, header: c.header}, {status: 200}}}
				resp, err := send(t.Context(), t, s, nil)
				if err != nil || resp.StatusCode != 200 {
					t.Fatal(resp, err)
				}
				if waited := s.asked[1].Sub(s.asked[0]); waited < c.least || waited > c.least+2*time.Second {
					t.Errorf("asked again after %s, want at least %s", waited, c.least)
				}
			})
		})
	}
}

func TestEveryCallerObservesTheWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &scripted{answers: []answer{{status: 429, header: map[string]string{"Retry-After": "20"}}, {status: 200}}}
		tr := paced(s)
		var all sync.WaitGroup
		for range 5 {
			all.Go(func() {
				time.Sleep(time.Second) // virtual: all but the first come while the wait lasts
				_, _ = send(t.Context(), t, s, tr)
			})
		}
		_, _ = send(t.Context(), t, s, tr)
		all.Wait()
		for _, at := range s.asked[1:] {
			if early := at.Sub(s.asked[0]); early < 20*time.Second {
				t.Errorf("asked %s after Jira wanted 20 s", early)
			}
		}
	})
}

func TestLongWaitsAndQuotasEndTheRun(t *testing.T) {
	for name, header := range map[string]map[string]string{
		"over a minute": {"Retry-After": "90"},
		"out of quota":  {"Retry-After": "5", "RateLimit-Reason": "jira-quota-tenant-based"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &scripted{answers: []answer{{status: 429, header: header}}}
				resp, err := send(t.Context(), t, s, nil)
				if err != nil || resp.StatusCode != 429 || len(s.asked) != 1 {
					t.Errorf("%v, %v, asked %d times", resp, err, len(s.asked))
				}
			})
		})
	}
}

func TestABusyEndpointIsNotAskedAgainTooEarly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &scripted{answers: []answer{{status: 429, header: map[string]string{"Retry-After": "90"}}}}
		tr := paced(s)
		_, _ = send(t.Context(), t, s, tr)
		_, err := send(t.Context(), t, s, tr)
		busy, ok := errors.AsType[Busy](err)
		if !ok || busy.After != 90*time.Second || len(s.asked) != 1 {
			t.Errorf("err %v, asked %d times", err, len(s.asked))
		}
	})
}

func TestACallerInAHurryIsToldAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &scripted{answers: []answer{{status: 503, header: map[string]string{"Retry-After": "10"}}}}
		ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
		defer cancel()
		start := time.Now()
		_, err := send(ctx, t, s, nil)
		if busy, ok := errors.AsType[Busy](err); !ok || busy.After != 10*time.Second || time.Since(start) != 0 {
			t.Errorf("err %v after %s", err, time.Since(start))
		}
	})
}

func TestRetriesEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &scripted{answers: []answer{{status: 502, body: "<html>"}}}
		resp, err := send(t.Context(), t, s, nil)
		if err != nil || resp.StatusCode != 502 || len(s.asked) != 1+retries {
			t.Errorf("%v, %v, asked %d times", resp, err, len(s.asked))
		}
		for i := 1; i < len(s.asked); i++ {
			if gap := s.asked[i].Sub(s.asked[i-1]); gap < 1400*time.Millisecond || gap > 39*time.Second {
				t.Errorf("pause %d was %s", i, gap)
			}
		}
	})
}

func TestOtherRefusalsAreNotRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, status := range []int{400, 401, 403, 404, 410, 500} {
			s := &scripted{answers: []answer{{status: status}}}
			if _, err := send(t.Context(), t, s, nil); err != nil || len(s.asked) != 1 {
				t.Errorf("%d: %v, asked %d times", status, err, len(s.asked))
			}
		}
	})
}

func TestCallsKeepToTheRateAndHalveNearTheLimit(t *testing.T) {
	elapsed := func(t *testing.T, header map[string]string) (d time.Duration) {
		synctest.Test(t, func(t *testing.T) {
			s := &scripted{answers: []answer{{status: 200, header: header}}}
			tr, start := paced(s), time.Now()
			for range 30 {
				if _, err := send(t.Context(), t, s, tr); err != nil {
					t.Fatal(err)
				}
			}
			d = time.Since(start)
		})
		return d
	}
	usual := elapsed(t, nil)
	if usual < 4*time.Second || usual > 6*time.Second {
		t.Errorf("30 calls took %s, want about 5 s at 5 a second", usual)
	}
	if near := elapsed(t, map[string]string{"X-RateLimit-NearLimit": "true"}); near < 9*time.Second {
		t.Errorf("30 calls near the limit took %s, want about 10 s", near)
	}
}

func TestCancellationEndsEveryWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &scripted{answers: []answer{{status: 429, header: map[string]string{"Retry-After": "50"}}}}
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			time.Sleep(3 * time.Second)
			cancel()
		}()
		start := time.Now()
		if _, err := send(ctx, t, s, nil); !errors.Is(err, context.Canceled) || time.Since(start) != 3*time.Second {
			t.Errorf("err %v after %s", err, time.Since(start))
		}
	})
}
