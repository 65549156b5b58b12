package jira

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
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
	Issue     number       `json:"issueId"`
	Histories []rawHistory `json:"changeHistories"`
}

type rawHistory struct {
	Created instant   `json:"created"`
	Author  rawAuthor `json:"author"`
	Items   []rawItem `json:"items"`
}

type rawAuthor struct {
	ID   string `json:"accountId"`
	Type string `json:"accountType"`
}

type rawItem struct {
	Field    string `json:"field"`
	FieldID  string `json:"fieldId"` // missing on some kinds of field
	From     string `json:"from"`
	To       string `json:"to"`
	ToString string `json:"toString"`
}

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
		ask.Issues = append(ask.Issues, strconv.FormatInt(int64(raw.ID), 10))
	}
	at := tokens{}
	for more := true; more; {
		ask.Token = at.now
		token, items, err := c.changesPage(ctx, ask, byID)
		if err != nil {
			return err
		}
		if more, err = at.next(token, items); err != nil {
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

func (c *Client) changesPage(ctx context.Context, ask changelogQuery, byID map[number]*rawIssue) (token string, items int, err error) {
	token, err = c.walk(ctx, changelogPath, ask, "issueChangeLogs", func(item jsontext.Value) error {
		var part rawChangelog
		if err := decodeItem(item, &part); err != nil {
			return err
		}
		items++
		if raw := byID[part.Issue]; raw != nil {
			raw.histories = append(raw.histories, part.Histories...)
		}
		return nil
	})
	return token, items, err
}

// settle turns an issue's histories into changes: authors become bits here.
func (c *Client) settle(ctx context.Context, q Query, raw *rawIssue) error {
	for _, h := range raw.histories {
		if h.Created.IsZero() {
			return fmt.Errorf("%w: a change of issue %d has no time", ErrIncomplete, raw.ID)
		}
		app, err := c.isApp(ctx, h.Author)
		if err != nil {
			return err
		}
		agent := slices.Contains(q.Agents, h.Author.ID)
		raw.byAgent = raw.byAgent || agent
		for _, item := range h.Items {
			raw.changes = append(raw.changes, change{at: h.Created.Time, byApp: app || agent, rawItem: item})
		}
	}
	raw.histories = nil
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
