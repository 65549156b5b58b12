package jira

import (
	"errors"
	"strconv"
	"testing"
)

func TestTokensDecideWhenAListEnds(t *testing.T) {
	at := tokens{}
	if more, err := at.next("a", "1"); !more || err != nil || at.now != "a" {
		t.Fatal(more, err, at.now)
	}
	if more, err := at.next("b", "4"); !more || err != nil || at.now != "b" {
		t.Fatal(more, err, at.now)
	}
	if more, err := at.next("", ""); more || err != nil {
		t.Fatal(more, err)
	}
}

func TestALoopOfTokensIsIncomplete(t *testing.T) {
	at := tokens{}
	for i, token := range []string{"a", "b"} {
		if _, err := at.next(token, strconv.Itoa(i)); err != nil {
			t.Fatal(err)
		}
	}
	if more, err := at.next("a", "9"); more || !errors.Is(err, ErrIncomplete) {
		t.Error(more, err)
	}
}

func TestAnEmptyPageWithATokenIsIncomplete(t *testing.T) {
	at := tokens{}
	if more, err := at.next("a", ""); more || !errors.Is(err, ErrIncomplete) {
		t.Error(more, err)
	}
}

func TestAListWithoutEndIsIncomplete(t *testing.T) {
	pages := 0
	err := offsets(func(start int) ([]int64, bool, error) { pages++; return []int64{int64(start) + 1}, false, nil })
	if !errors.Is(err, ErrIncomplete) || pages != maxPages {
		t.Error(pages, err)
	}
	at := tokens{pages: maxPages}
	if _, err := at.next("a", "1"); !errors.Is(err, ErrIncomplete) {
		t.Error(err)
	}
}

func TestTheSamePageUnderANewTokenIsIncomplete(t *testing.T) {
	at := tokens{}
	for token, first := range map[string]string{"a": "1", "b": "4"} {
		if _, err := at.next(token, first); err != nil {
			t.Fatal(err)
		}
	}
	if more, err := at.next("c", "1"); more || !errors.Is(err, ErrIncomplete) {
		t.Error(more, err)
	}
}

func TestAListThatStartsAgainIsIncomplete(t *testing.T) {
	pages := 0
	err := offsets(func(int) ([]int64, bool, error) { pages++; return []int64{int64(pages % 3), 9}, false, nil })
	if !errors.Is(err, ErrIncomplete) || pages != 4 {
		t.Error(pages, err)
	}
}

func TestOffsetsGrowByWhatCame(t *testing.T) {
	var starts []int
	err := offsets(func(start int) ([]int64, bool, error) {
		starts = append(starts, start)
		ids := make([]int64, 50-start/10)
		ids[0] = int64(start)
		return ids, start >= 90, nil
	})
	if err != nil || len(starts) != 3 || starts[1] != 50 || starts[2] != 95 {
		t.Error(starts, err)
	}
}
