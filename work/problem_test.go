package work

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"headway/jira"
)

func TestADeadlineOfTheDatabaseIsNotJirasDoing(t *testing.T) {
	for want, err := range map[string]error{
		"":                 fmt.Errorf("models: timeout: %w", context.DeadlineExceeded),
		ProblemUnavailable: fmt.Errorf("jira: search: %w: %w", jira.ErrUnavailable, context.DeadlineExceeded),
	} {
		if code, _ := Problem(err); code != want {
			t.Errorf("%v is told as %q, want %q", err, code, want)
		}
	}
	if code, _ := Problem(errors.New("disk")); code != "" {
		t.Errorf("a full disk is told as %q", code)
	}
}
