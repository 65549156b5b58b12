package jira

import "fmt"

// maxPages ends a list that never ends: 2,500,000 issues, more than a project
// has.
const maxPages = 5000

// tokens follows the page tokens of one list and knows when to stop. Jira has
// been seen to give a wrong isLast, an empty page with a token and the same
// token twice; the token alone decides.
type tokens struct {
	now   string
	seen  map[string]bool // tokens, and what the pages began with
	pages int
}

// next takes the token that came with a page and what the page began with, ""
// for an empty one. It says whether to ask for another page.
func (t *tokens) next(token, first string) (more bool, err error) {
	if t.seen == nil {
		t.seen = map[string]bool{}
	}
	t.pages++
	switch {
	case token == "":
		return false, nil
	case first == "":
		return false, fmt.Errorf("%w: an empty page that is not the last", ErrIncomplete)
	case t.seen["token "+token]:
		return false, fmt.Errorf("%w: the same page token came twice", ErrIncomplete)
	case t.seen[first]:
		return false, fmt.Errorf("%w: the same page came twice", ErrIncomplete)
	case t.pages >= maxPages:
		return false, fmt.Errorf("%w: the list does not end", ErrIncomplete)
	}
	t.seen["token "+token], t.seen[first] = true, true
	t.now = token
	return true, nil
}

// offsets reads a list by growing offsets until its last page. page returns the
// ids of what came.
func offsets(page func(start int) (ids []int64, last bool, err error)) error {
	start, begun := 0, map[int64]bool{}
	for range maxPages {
		ids, last, err := page(start)
		switch {
		case err != nil || last || len(ids) == 0:
			return err
		case begun[ids[0]]:
			return fmt.Errorf("%w: the same page came twice", ErrIncomplete)
		}
		begun[ids[0]] = true
		start += len(ids)
	}
	return fmt.Errorf("%w: the list does not end", ErrIncomplete)
}
