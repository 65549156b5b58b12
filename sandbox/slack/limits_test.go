package slack

import (
	"runtime"
	"testing"
	"time"
)

func TestCallBeforeRetryAfterIsAViolation(t *testing.T) {
	l := newLimiter()
	l.plan("T1", "users.info", 1, 2*time.Second)
	start := time.Now()
	for _, c := range []struct {
		after time.Duration
		wait  time.Duration
		why   string
	}{
		{0, 2 * time.Second, refusedCall},
		{20 * time.Millisecond, 1980 * time.Millisecond, refusedCall}, // under way when the 429 went out
		{time.Second, time.Second, beforeRetryAfter},
		{2 * time.Second, 0, ""},
	} {
		wait, why := l.check("T1", "users.info", "", 0, start.Add(c.after))
		if wait != c.wait || why != c.why {
			t.Errorf("after %v: wait %v %q, want %v %q", c.after, wait, why, c.wait, c.why)
		}
	}
}

func TestOnePostASecondIsAlwaysAllowed(t *testing.T) {
	l := newLimiter()
	now := time.Now()
	for i := range 300 {
		if wait, why := l.check("T1", "chat.postMessage", "C1", 0, now); wait != 0 {
			t.Fatalf("post %d waits %v: %s", i, wait, why)
		}
		now = now.Add(time.Second)
	}
}

func TestTierLimiterIsOffUntilAskedFor(t *testing.T) {
	l := newLimiter()
	now := time.Now()
	calls := func(n int) (refused int) {
		for range n {
			if wait, _ := l.check("T1", "users.list", "", 20, now); wait != 0 {
				refused++
			}
		}
		return refused
	}
	if got := calls(100); got != 0 {
		t.Errorf("%d refused without limits", got)
	}
	l.enforceTiers(true)
	if got := calls(25); got != 5 {
		t.Errorf("%d of 25 refused, want 5", got)
	}
}

func TestAHeldEnvelopeIsOvertaken(t *testing.T) {
	f := newFaults()
	f.plan(Fault{Fault: "out_of_order", Team: "T1"})
	f.swap(t.Context(), "interactive", "T2") // of another team: goes at once
	released := make(chan struct{})
	go func() {
		f.swap(t.Context(), "interactive", "T1")
		close(released)
	}()
	for held := false; !held; runtime.Gosched() {
		f.mu.Lock()
		held = len(f.pending) == 0
		f.mu.Unlock()
	}
	select {
	case <-released:
		t.Fatal("nothing has overtaken it yet")
	default:
	}
	// The holder reads the channel just after its strike: pass until it is free.
	for {
		f.passed()
		select {
		case <-released:
			return
		case <-time.After(10 * time.Millisecond):
		}
	}
}
