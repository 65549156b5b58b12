// Package work holds the verbs that people and the clock both start: ask,
// answer, close, refresh, report, deliver, forget. A file per verb; maths is in
// metrics, queries in models, words in blocks.
package work

import (
	"context"
	"iter"
	"log/slog"
	"time"

	"headway/blocks"
	"headway/jira"
	"headway/metrics"
	"headway/models"
	"headway/secret"
)

// Slack is what the verbs ask of Slack. Failures are told apart by behaviour,
// see deliver.go.
type Slack interface {
	// Post sends m to a channel id. key is the same for every attempt of one
	// message. It returns where the message stands.
	Post(ctx context.Context, team, channel string, m blocks.Message, key string) (channelID, ts string, err error)
	// Reply is Post in the thread of the message ts.
	Reply(ctx context.Context, team, channel, ts string, m blocks.Message, key string) (channelID, replyTS string, err error)
	Update(ctx context.Context, team, channel, ts string, m blocks.Message) error
	DM(ctx context.Context, team, user string) (channel string, err error)
	Person(ctx context.Context, team, user string) (Person, error)
	People(ctx context.Context, team string) ([]Person, error)
	Channel(ctx context.Context, team, channel string) (Channel, error)
	Members(ctx context.Context, team, channel string) ([]string, error)
}

// Person is a Slack account as the verbs see it.
type Person struct {
	ID      string
	Email   string // "" where Slack does not tell it or has not verified it
	Full    bool   // an active full member of the workspace: no guest, no stranger, no app
	Bot     bool
	Deleted bool
}

// Channel is what the verbs ask about a conversation.
type Channel struct {
	External bool // shared with another company, or about to be
}

// Jira is what the verbs ask of one Jira connection; *jira.Client is one.
type Jira interface {
	Check(ctx context.Context) (jira.Account, error)
	Gateway() string
	Projects(ctx context.Context, query string) ([]jira.Project, error)
	Project(ctx context.Context, key string) (jira.Project, error)
	Boards(ctx context.Context, projectID int64) ([]jira.Board, error)
	HasSprints(ctx context.Context, board int64) (bool, error)
	Sprints(ctx context.Context, board int64, states ...string) ([]metrics.Sprint, error)
	Statuses(ctx context.Context, projectID int64) ([]jira.Status, error)
	SiteStatuses(ctx context.Context) ([]jira.Status, error)
	Fields(ctx context.Context) (jira.Fields, error)
	Estimation(ctx context.Context, board int64) (jira.Field, bool, error)
	Releases(ctx context.Context, projectID int64) ([]metrics.Release, error)
	Issues(ctx context.Context, q jira.Query) iter.Seq2[metrics.Issue, error]
	Count(ctx context.Context, q jira.Query) (int, error)
	Changed(ctx context.Context, projectID int64, since time.Time) (bool, error)
	CanBrowse(ctx context.Context, accountID, projectKey string) (bool, error)
	MayBrowse(ctx context.Context, accountID string, projectIDs ...int64) ([]int64, error)
	CanCheckViewers(ctx context.Context, projectKey string) (bool, error)
	Account(ctx context.Context, accountID string) (jira.Account, error)
	FindAccount(ctx context.Context, email string) (jira.Account, error)
	NewestIssue(ctx context.Context, projectID int64) (int64, error)
	ReadsChanges(ctx context.Context, issueID int64) error
	ReadsBoardSettings(ctx context.Context, board int64) (bool, error)
	InProgressOf(ctx context.Context, accountID string, projectID int64) ([]string, error)
	InProgressIssues(ctx context.Context, accountID string, q jira.Query) ([]metrics.Issue, error)
	BrowseURL(key string) string
	SearchURL(jql string) string
}

// Worker carries what every verb needs. Now is the business clock; Wake tells
// the deliverer that something was enqueued.
type Worker struct {
	Store *models.Store
	Slack Slack
	Open  func(models.Connection) (Jira, error)
	Now   func() time.Time
	Wake  func()
	Log   *slog.Logger

	Command string // "/headway", as people type it

	// Renew exchanges a Slack refresh token; nil where that can't be done.
	// CheckToken asks Slack whether it takes the token of an installation.
	Renew      func(ctx context.Context, refresh secret.Secret) (Renewal, error)
	CheckToken func(ctx context.Context, i models.Installation) error

	// ShowHome publishes a person's App Home as it is now.
	ShowHome func(ctx context.Context, team, user string) error

	verdicts verdicts
	pending  pending
}

// Refusal is an error whose text is for the person who asked.
type Refusal struct{ Say string }

func (r Refusal) Error() string { return r.Say }
