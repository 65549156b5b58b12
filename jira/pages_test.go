package jira

import (
	"errors"
	"testing"
)

func TestTokensDecideWhenAListEnds(t *testing.T) {
	at := tokens{}
	if more, err := at.next("a", 3); !more || err != nil || at.now != "a" {
		t.Fatal(more, err, at.now)
	}
	if more, err := at.next("b", 1); !more || err != nil || at.now != "b" {
		t.Fatal(more, err, at.now)
	}
	if more, err := at.next("", 0); more || err != nil {
		t.Fatal(more, err)
	}
}

func TestALoopOfTokensIsIncomplete(t *testing.T) {
	at := tokens{}
	for _, token := range []string{"a", "b"} {
		if _, err := at.next(token, 1); err != nil {
			t.Fatal(err)
		}
	}
	if more, err := at.next("a", 1); more || !errors.Is(err, ErrIncomplete) {
		t.Error(more, err)
	}
}

func TestAnEmptyPageWithATokenIsIncomplete(t *testing.T) {
	at := tokens{}
	if more, err := at.next("a", 0); more || !errors.Is(err, ErrIncomplete) {
		t.Error(more, err)
	}
}

func TestAListWithoutEndIsIncomplete(t *testing.T) {
	pages := 0
	err := offsets(func(int) (int, bool, error) { pages++; return 1, false, nil })
	if !errors.Is(err, ErrIncomplete) || pages != maxPages {
		t.Error(pages, err)
	}
	at := tokens{pages: maxPages}
	if _, err := at.next("a", 1); !errors.Is(err, ErrIncomplete) {
		t.Error(err)
	}
}

func TestOffsetsGrowByWhatCame(t *testing.T) {
	var starts []int
	err := offsets(func(start int) (int, bool, error) {
		starts = append(starts, start)
		return 50 - start/10, start >= 90, nil
	})
	if err != nil || len(starts) != 3 || starts[1] != 50 || starts[2] != 95 {
		t.Error(starts, err)
	}
}
