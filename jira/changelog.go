package jira

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"sync"
	"time"
)

const (
	changelogPath = "rest/api/3/changelog/bulkfetch"
	// historiesPerPage is below the 10000 that Jira allows: with the authors'
	// avatars a full page would come close to the size limit of an answer.
	historiesPerPage = 5000
)

// changelogQuery is the body of changelog/bulkfetch.
type changelogQuery struct {
	Issues     []string `json:"issueIdsOrKeys"`
	Fields     []string `json:"fieldIds"`
	MaxResults int      `json:"maxResults"`
	Token      string   `json:"nextPageToken,omitempty"`
}

// rawChangelog holds changes of one issue; an issue may come in several parts.
type rawChangelog struct {
	Issue   number
	changes []change
	byAgent bool
	first   time.Time // of its histories
}

type rawAuthor struct{ ID, Type string }

type rawItem struct{ Field, FieldID, From, To, ToString string } // FieldID is missing on some kinds of field

// of says whether the item changes a field. The name is Jira's own and not
// localised.
func (i rawItem) of(id, name string) bool {
	if i.FieldID != "" {
		return i.FieldID == id
	}
	return i.Field == name
}

// readChanges fetches the changes of a page of issues and sorts them, oldest
// first. expand=changelog would be one call less, but loses the oldest ones.
func (c *Client) readChanges(ctx context.Context, q Query, page []*rawIssue) error {
	if len(page) == 0 {
		return nil
	}
	byID := make(map[number]*rawIssue, len(page))
	ask := changelogQuery{Fields: q.touches(), MaxResults: historiesPerPage}
	for _, raw := range page {
		byID[raw.ID] = raw
		ask.Issues = append(ask.Issues, raw.ID.String())
	}
	at := tokens{}
	for more := true; more; {
		ask.Token = at.now
		token, first, err := c.changesPage(ctx, q, ask, byID)
		if err != nil {
			return err
		}
		if more, err = at.next(token, first); err != nil {
			return fmt.Errorf("jira: changelog: %w", err)
		}
	}
	for _, raw := range page {
		if err := c.settle(ctx, q, raw); err != nil {
			return err
		}
	}
	return nil
}

// changesPage adds one page of changes to their issues. first names what the
// page begins with, "" for an empty one.
func (c *Client) changesPage(ctx context.Context, q Query, ask changelogQuery, byID map[number]*rawIssue) (token, first string, err error) {
	var part rawChangelog // memory is used again for each issue
	token, err = c.page(ctx, changelogPath, ask, "issueChangeLogs", func(s *scanner) error {
		part = rawChangelog{changes: part.changes[:0]}
		if err := s.changelog(&part, q); err != nil {
			return err
		}
		if first == "" {
			first = fmt.Sprint(part.Issue, part.first)
		}
		if raw := byID[part.Issue]; raw != nil {
			raw.changes = append(raw.changes, part.changes...)
			raw.byAgent = raw.byAgent || part.byAgent
		}
		return nil
	})
	return token, first, err
}

// settle sorts an issue's changes and turns their authors into bits.
func (c *Client) settle(ctx context.Context, q Query, raw *rawIssue) error {
	for i := range raw.changes {
		change := &raw.changes[i]
		app, err := c.isApp(ctx, change.author)
		if err != nil {
			return err
		}
		change.byApp = app || slices.Contains(q.Agents, change.author.ID)
	}
	slices.SortStableFunc(raw.changes, func(a, b change) int { return a.at.Compare(b.at) })
	return nil
}

// accountKinds remembers, in memory only, which accounts are apps. The zero
// value is ready to use.
type accountKinds struct{ known sync.Map } // account id to bool

// isApp says whether an author is an app. Where the changelog does not tell,
// the account is asked for once; one that can't be seen counts as a person.
func (c *Client) isApp(ctx context.Context, author rawAuthor) (bool, error) {
	if author.Type != "" || author.ID == "" {
		return author.Type == accountApp, nil
	}
	if app, ok := c.kinds.known.Load(author.ID); ok {
		return app.(bool), nil
	}
	var account rawAccount
	err := c.get(ctx, "rest/api/3/user", url.Values{"accountId": {author.ID}}, &account)
	if err != nil && !errors.Is(err, ErrNotFound) && !errors.Is(err, ErrForbidden) {
		return false, err
	}
	c.kinds.known.Store(author.ID, account.Type == accountApp)
	return account.Type == accountApp, nil
}
