package jira

import (
	"testing"
	"time"
)

func TestBurstsAreCutAtTheLimitOfEachEndpoint(t *testing.T) {
	var l limits
	l.init()
	now := time.Now()
	for n := range burst {
		if _, _, left := l.take("GET /a", now); left != burst-1-n {
			t.Fatalf("call %d: %d left", n, left)
		}
	}
	if _, wait, left := l.take("GET /a", now); left >= 0 || wait != time.Second {
		t.Errorf("the call over the limit: %d left, wait %v", left, wait)
	}
	if _, _, left := l.take("GET /b", now); left != burst-1 {
		t.Errorf("another endpoint: %d left", left)
	}
	if _, _, left := l.take("GET /a", now.Add(time.Second)); left < 0 {
		t.Error("still refused after a second")
	}
}

func TestCallsBeforeRetryAfterIsOverAreEarly(t *testing.T) {
	var l limits
	l.init()
	l.forced, l.wait = 1, 2*time.Second
	now := time.Now()
	l.take("GET /a", now)
	for after, want := range map[time.Duration]bool{
		100 * time.Millisecond: false, // was under way when the 429 came
		time.Second:            true, 1900 * time.Millisecond: true, 2 * time.Second: false,
	} {
		if early, _, _ := l.take("GET /a", now.Add(after)); early != want {
			t.Errorf("%v after the 429: early %v, want %v", after, early, want)
		}
	}
}
