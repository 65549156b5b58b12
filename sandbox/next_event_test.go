package sandbox_test

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"headway/sandbox"
)

// planned is a bot with a list of things to do; it posts at the last one only.
type planned struct {
	now   atomic.Int64 // Unix seconds
	moves []time.Time
	post  func()
}

func (p *planned) clock() time.Time { return time.Unix(p.now.Load(), 0).UTC() }

func (p *planned) next(context.Context) (time.Time, bool, error) {
	for _, at := range p.moves {
		if at.After(p.clock()) {
			return at, true, nil
		}
	}
	return time.Time{}, false, nil
}

func (p *planned) advance(_ context.Context, to time.Time) error {
	p.now.Store(to.Unix())
	if to.Equal(p.moves[len(p.moves)-1]) {
		p.post()
	}
	return nil
}

func TestTheClockGoesToWhatIsSeenNext(t *testing.T) {
	at := func(hours int) time.Time { return tuesday.Add(time.Duration(hours) * time.Hour) }
	p := &planned{moves: []time.Time{at(1), at(2), at(30)}}
	p.now.Store(tuesday.Unix())
	var line sandbox.Line
	p.post = func() { post(t, line.ControlURL+"/say", object{"channel": "C01PAY", "user": "U03ADA", "text": "seen"}) }
	line = start(t, sandbox.Options{Now: p.clock, Advance: p.advance, Next: p.next})

	if status, out := post(t, line.ControlURL+"/clock", object{"advance": "next_event"}); status != http.StatusOK || !p.clock().Equal(at(30)) {
		t.Errorf("the clock went to %s, want %s: %d %v", p.clock(), at(30), status, out)
	}
	if status, out := post(t, line.ControlURL+"/clock", object{"advance": "next_event"}); status != http.StatusBadRequest || !strings.Contains(out["message"].(string), "nothing is planned") {
		t.Errorf("with nothing to do: %d %v", status, out)
	}
}

func TestWithoutABotNothingHappensNext(t *testing.T) {
	line := start(t, sandbox.Options{})
	if status, out := post(t, line.ControlURL+"/clock", object{"advance": "next_event"}); status != http.StatusBadRequest || !strings.Contains(out["message"].(string), "no bot") {
		t.Errorf("answer = %d %v", status, out)
	}
}
