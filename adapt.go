package main

import (
	"context"
	"crypto/sha256"
	"log/slog"
	"sync"

	"headway/blocks"
	"headway/bot"
	"headway/jira"
	"headway/models"
	"headway/secret"
	"headway/work"
)

// slackPort lets the verbs use the bot's sender without knowing it.
type slackPort struct{ *bot.Slack }

func (s slackPort) Post(ctx context.Context, team, channel string, m blocks.Message, key string) (string, string, error) {
	sent, err := s.Slack.Post(ctx, team, channel, m, bot.PostOptions{Key: key})
	return sent.Channel, sent.TS, err
}

func (s slackPort) Reply(ctx context.Context, team, channel, ts string, m blocks.Message, key string) (string, string, error) {
	sent, err := s.Slack.Post(ctx, team, channel, m, bot.PostOptions{Key: key, Thread: ts})
	return sent.Channel, sent.TS, err
}

func (s slackPort) Person(ctx context.Context, team, user string) (work.Person, error) {
	u, err := s.Slack.User(ctx, team, user)
	return personOf(u), err
}

func (s slackPort) People(ctx context.Context, team string) ([]work.Person, error) {
	users, err := s.Slack.Users(ctx, team)
	people := make([]work.Person, len(users))
	for i, u := range users {
		people[i] = personOf(u)
	}
	return people, err
}

func personOf(u bot.User) work.Person {
	p := work.Person{ID: u.ID, Bot: u.Bot, Deleted: u.Deleted, Full: !u.Guest && !u.Stranger && !u.Bot && !u.Deleted}
	if u.Verified {
		p.Email = u.Email
	}
	return p
}

func (s slackPort) Channel(ctx context.Context, team, channel string) (work.Channel, error) {
	c, err := s.Slack.Channel(ctx, team, channel)
	return work.Channel{External: c.External}, err
}

// jiraClients keeps one client per connection and token: it carries the pace
// that Jira asks for and remembers where the token works.
type jiraClients struct {
	base     string        // sandbox address, "" for Atlassian's
	envToken secret.Secret // for connections that take theirs from the environment
	envTeam  func() string // the workspace that may use it
	log      *slog.Logger

	mu sync.Mutex
	m  map[jiraKey]*jira.Client
}

type jiraKey struct {
	team, id, site, email string
	token                 [sha256.Size]byte
}

// open is the client of a connection.
func (j *jiraClients) open(c models.Connection) (work.Jira, error) {
	token := c.Token
	if c.FromEnv {
		if c.TeamID != j.envTeam() {
			return nil, jira.ErrUnauthorized
		}
		token = j.envToken
	}
	key := jiraKey{c.TeamID, c.ID, c.Site, c.Email, sha256.Sum256([]byte(token.Reveal()))}
	j.mu.Lock()
	defer j.mu.Unlock()
	if client, ok := j.m[key]; ok {
		return client, nil
	}
	client, err := jira.Open(jira.Options{Site: c.Site, Base: j.base, Email: c.Email, Token: token, Log: j.log})
	if err != nil {
		return nil, err
	}
	if j.m == nil {
		j.m = map[jiraKey]*jira.Client{}
	}
	j.m[key] = client
	return client, nil
}
