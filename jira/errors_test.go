package jira

import (
	"context"
	"errors"
	"testing"
	"time"
)

func TestADeadlineThatPassedMeansThatJiraDidNotAnswer(t *testing.T) {
	late, stop := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer stop()
	if err := unreadable(late, "search", errors.New("read")); !errors.Is(err, ErrUnavailable) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a deadline that passed gives %v", err)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if err := unreadable(ended, "search", errors.New("read")); errors.Is(err, ErrUnavailable) || !errors.Is(err, context.Canceled) {
		t.Errorf("a cancellation gives %v", err)
	}
}
