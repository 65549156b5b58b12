package jira

import "fmt"

// maxPages ends a list that never ends; a site has fewer.
const maxPages = 5000

// tokens follows the page tokens of one list and knows when to stop. Jira has
// been seen to give a wrong isLast, an empty page with a token and the same
// token twice; the token alone decides.
type tokens struct {
	now   string
	seen  map[string]bool
	pages int
}

// next takes the token that came with a page and says whether to ask for
// another page.
func (t *tokens) next(token string, items int) (more bool, err error) {
	t.pages++
	switch {
	case token == "":
		return false, nil
	case t.seen[token]:
		return false, fmt.Errorf("%w: the same page token came twice", ErrIncomplete)
	case items == 0:
		return false, fmt.Errorf("%w: an empty page that is not the last", ErrIncomplete)
	case t.pages >= maxPages:
		return false, fmt.Errorf("%w: the list does not end", ErrIncomplete)
	}
	if t.seen == nil {
		t.seen = map[string]bool{}
	}
	t.seen[token] = true
	t.now = token
	return true, nil
}

// offsets reads a list by growing offsets until its last page.
func offsets(page func(start int) (items int, last bool, err error)) error {
	start := 0
	for range maxPages {
		items, last, err := page(start)
		if err != nil || last || items == 0 {
			return err
		}
		start += items
	}
	return fmt.Errorf("%w: the list does not end", ErrIncomplete)
}
