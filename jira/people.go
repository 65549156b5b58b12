package jira

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	gojira "github.com/andygrunwald/go-jira"
)

// Account is a Jira account. Email is empty where its owner hides it; Zone is
// an IANA name. Type is "atlassian" for a person, "app" or "customer".
type Account struct {
	ID    string
	Name  string
	Email string
	Zone  string
	Type  string
}

const (
	accountPerson = "atlassian"
	accountApp    = "app"
)

type rawAccount struct {
	ID     string `json:"accountId"`
	Name   string `json:"displayName"`
	Email  string `json:"emailAddress"`
	Zone   string `json:"timeZone"`
	Type   string `json:"accountType"`
	Active bool   `json:"active"`
}

func (r rawAccount) account() Account {
	return Account{ID: r.ID, Name: r.Name, Email: r.Email, Zone: r.Zone, Type: r.Type}
}

func (r rawAccount) isPerson() bool { return r.Active && r.Type == accountPerson }

func (c *Client) myself(ctx context.Context, api *gojira.Client) (Account, error) {
	var raw rawAccount
	if err := c.read(ctx, api, http.MethodGet, "rest/api/3/myself", nil, &raw); err != nil {
		return Account{}, err
	}
	if raw.ID == "" {
		return Account{}, fmt.Errorf("jira: myself: %w: no account", ErrUnavailable)
	}
	return raw.account(), nil
}

// CanBrowse says whether an account may see issues of a project. False also
// means that Jira would not say: ask CanCheckViewers at setup. On any error
// the answer is no. Keep answers a few minutes only: user searches share one
// limit of the whole site.
func (c *Client) CanBrowse(ctx context.Context, accountID, projectKey string) (bool, error) {
	if !accountPattern.MatchString(accountID) || !keyPattern.MatchString(projectKey) {
		return false, fmt.Errorf("jira: viewer: %w", ErrNotFound)
	}
	var list []rawAccount
	ask := url.Values{"accountId": {accountID}, "projectKey": {projectKey}}
	if err := c.get(ctx, "rest/api/3/user/viewissue/search", ask, &list); err != nil {
		return false, err
	}
	for _, found := range list {
		if found.ID == accountID {
			return true, nil
		}
	}
	return false, nil
}

// CanCheckViewers proves that the token is able to ask who may browse a
// project by search: it must find itself. False means that its account lacks the
// global permission "Browse users and groups".
func (c *Client) CanCheckViewers(ctx context.Context, projectKey string) (bool, error) {
	self, err := c.Check(ctx)
	if err != nil {
		return false, err
	}
	return c.CanBrowse(ctx, self.ID, projectKey)
}

// MayBrowse says which of the projects an account may browse, by Jira's ids.
// Only the token of a Jira administrator may ask it of another account; without
// that right the error is ErrForbidden.
func (c *Client) MayBrowse(ctx context.Context, accountID string, projectIDs ...int64) ([]int64, error) {
	if !accountPattern.MatchString(accountID) {
		return nil, fmt.Errorf("jira: viewer: %w", ErrNotFound)
	}
	type permissions struct {
		Permissions []string `json:"permissions"`
		Projects    []int64  `json:"projects"`
	}
	body := struct {
		Account  string        `json:"accountId"`
		Projects []permissions `json:"projectPermissions"`
	}{accountID, []permissions{{[]string{browsePermission}, projectIDs}}}
	var answer struct {
		Projects []struct {
			Permission string  `json:"permission"`
			Projects   []int64 `json:"projects"`
		} `json:"projectPermissions"`
	}
	if err := c.ask(ctx, http.MethodPost, "rest/api/3/permissions/check", body, &answer); err != nil {
		return nil, err
	}
	var may []int64
	for _, granted := range answer.Projects {
		if granted.Permission == browsePermission {
			may = append(may, granted.Projects...)
		}
	}
	return may, nil
}

const browsePermission = "BROWSE_PROJECTS"

// Account reads one active person. ErrNotFound covers an id that nobody has, an
// app and a deactivated account.
func (c *Client) Account(ctx context.Context, accountID string) (Account, error) {
	if !accountPattern.MatchString(accountID) {
		return Account{}, fmt.Errorf("jira: account: %w", ErrNotFound)
	}
	var raw rawAccount
	if err := c.get(ctx, "rest/api/3/user", url.Values{"accountId": {accountID}}, &raw); err != nil {
		return Account{}, err
	}
	if raw.ID != accountID || !raw.isPerson() {
		return Account{}, fmt.Errorf("jira: account: %w", ErrNotFound)
	}
	return raw.account(), nil
}

// FindAccount returns the one active person with this email, in any case.
// ErrNotFound covers none, several, and anyone beside who hides theirs: then an
// admin picks.
func (c *Client) FindAccount(ctx context.Context, email string) (Account, error) {
	people, err := c.SearchAccounts(ctx, email)
	if err != nil {
		return Account{}, err
	}
	// The search goes by beginnings: a longer address is certainly another's.
	candidates := slices.DeleteFunc(people, func(a Account) bool {
		return a.Email != "" && !strings.EqualFold(a.Email, strings.TrimSpace(email))
	})
	if len(candidates) != 1 || candidates[0].Email == "" {
		return Account{}, fmt.Errorf("jira: account by email: %w", ErrNotFound)
	}
	return candidates[0], nil
}

// SearchAccounts lists up to 50 active people whose name or email begins with
// the query. It is empty where the token may not search people.
func (c *Client) SearchAccounts(ctx context.Context, query string) ([]Account, error) {
	query = strings.TrimSpace(query)
	if query == "" {
		return nil, nil
	}
	var list []rawAccount
	ask := url.Values{"query": {query}, "maxResults": {"50"}}
	if err := c.get(ctx, "rest/api/3/user/search", ask, &list); err != nil {
		return nil, err
	}
	people := make([]Account, 0, len(list))
	for _, raw := range list {
		if raw.isPerson() {
			people = append(people, raw.account())
		}
	}
	return people, nil
}
