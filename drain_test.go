package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"headway/blocks"
	"headway/bot"
	"headway/calendar"
	"headway/models"
	"headway/models/storetest"
	"headway/sandbox"
	"headway/secret"
)

// replica is one bot of several on the same database and sandbox.
type replica struct {
	*app
	stop func() error
}

// beginReplica starts one and returns once Slack reaches it.
func beginReplica(t *testing.T, line sandbox.Line, dsn, key string) *replica {
	t.Helper()
	ctx, end := context.WithCancel(context.Background())
	a, err := newApp(ctx, Config{AppToken: secret.Secret(line.AppToken), BotToken: secret.Secret(line.BotToken), DatabaseURL: secret.Secret(dsn), Keys: secret.Secret(key),
		Command: "/headway", SlackURL: line.SlackAPIURL, JiraURL: line.JiraURL}, time.Now, slog.New(slog.NewTextHandler(testLog{t}, &slog.HandlerOptions{Level: slog.LevelWarn})))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.join(ctx); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- a.serve(ctx) }()
	r := &replica{app: a, stop: sync.OnceValue(func() error {
		end()
		return <-ended
	})}
	t.Cleanup(func() {
		if err := r.stop(); err != nil {
			t.Error(err)
		}
		if err := a.store.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := a.bot.Connected(t.Context()); err != nil {
		t.Fatal(err)
	}
	return r
}

// openSandbox is a Slack and a Jira on real time.
func openSandbox(t *testing.T) sandbox.Line {
	t.Helper()
	world, err := sandbox.Start(t.Context(), sandbox.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = world.Close(context.Background()) })
	return world.Line()
}

func TestAPostUnderWayAtShutdownIsFinishedAndMarked(t *testing.T) {
	t.Parallel()
	line := openSandbox(t)
	c := &control{t: t, Line: line}
	r := beginReplica(t, line, storetest.SQLiteDSN(t), models.NewKey())
	var out map[string]any
	c.post("/fault", map[string]any{"fault": "slow_api", "method": "chat.postMessage", "ms": 1500}, &out)
	team := r.store.Team(acmeID)
	payload, err := json.Marshal(blocks.Message{Text: "Half way"})
	if err == nil {
		err = team.Enqueue(t.Context(), models.OutboxMessage{Channel: payments, Kind: "report", Key: "report:1", Payload: payload})
	}
	if err != nil {
		t.Fatal(err)
	}
	r.wake()
	for deadline := time.Now().Add(20 * time.Second); ; beat(t.Context()) {
		under, err := team.Letters(t.Context(), models.OutboxSending, 1)
		if err != nil || time.Now().After(deadline) {
			t.Fatalf("the post does not begin: %v", err)
		}
		if len(under) == 1 {
			break
		}
	}
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}
	row, err := team.Letters(t.Context(), models.OutboxSent, 1)
	if err != nil || len(row) != 1 || row[0].Attempts != 0 {
		t.Errorf("the row is not marked as sent: %+v, %v", row, err)
	}
	if found, err := (&crowd{Line: line}).messages(t.Context(), payments); err != nil || len(found) != 1 {
		t.Errorf("%d messages stand in the channel (%v)", len(found), err)
	}
}

// tapper is one person who presses the same button again and again.
type tapper struct {
	user         string
	acked, tried int
}

// TestRollingRestartsKeepWhatWasAcked replaces the bots of one installation one
// after another, each new one before an old one goes, while people answer their
// check-in 50 times a second.
func TestRollingRestartsKeepWhatWasAcked(t *testing.T) {
	t.Parallel()
	for name, dsn := range map[string]func(*testing.T) string{"sqlite": storetest.SQLiteDSN, "postgres": storetest.PostgresDSN} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			line, address, key := openSandbox(t), dsn(t), models.NewKey()
			running := []*replica{beginReplica(t, line, address, key), beginReplica(t, line, address, key)}
			team := running[0].store.Team(acmeID)
			ts := askEveryone(t, team, running[0].bot.Slack())

			people := make([]*tapper, 0, 10)
			over, taps := make(chan struct{}), sync.WaitGroup{}
			for i, user := range tapping {
				p := &tapper{user: user}
				people = append(people, p)
				taps.Go(func() { p.tap(t, line, ts, time.Duration(i)*tapPace/time.Duration(len(tapping)), over) })
			}
			for range 10 {
				running = append(running, beginReplica(t, line, address, key))
				if err := running[0].stop(); err != nil {
					t.Error(err)
				}
				running = running[1:]
			}
			close(over)
			taps.Wait()
			for _, r := range running { // words may still be on their way
				if err := r.bot.Idle(t.Context()); err != nil {
					t.Error(err)
				}
			}
			checkTaps(t, line, team, people)
			var out struct{ Violations []json.RawMessage }
			if err := (&crowd{Line: line}).ask(t.Context(), http.MethodGet, "/violations", nil, &out); err != nil || len(out.Violations) > 0 {
				t.Errorf("violations: %s (%v)", out.Violations, err)
			}
		})
	}
}

const rollingRound = "round-1"

var tapping = []string{mira, jonas, ada, tomas, priya, lena, sam, anil, noor}

// askEveryone opens a round and posts a message with its buttons. One member
// never answers, so that the round stays open.
func askEveryone(t *testing.T, team models.Team, slack *bot.Slack) (ts string) {
	t.Helper()
	now := time.Now()
	var members []models.RoundMember
	var people []models.Participant
	for _, user := range append([]string{gil}, tapping...) {
		people = append(people, models.Participant{User: user})
		members = append(members, models.RoundMember{User: user, AskAt: now.Add(time.Hour), CloseAt: now.Add(2 * time.Hour)})
	}
	for _, err := range []error{
		team.PutConnection(t.Context(), &models.Connection{ID: "c1", Site: "acme", Email: "bot@acme.test", Token: "token", State: models.ConnectionOK, CheckedAt: now}),
		team.PutProject(t.Context(), &models.Project{ID: "p1", ConnectionID: "c1", JiraID: 10000, Key: "PAY", Name: "Payments", Zone: "Europe/Berlin", Workdays: calendar.MonToFri, State: models.ProjectActive, CreatedAt: now}),
		team.SetParticipants(t.Context(), "p1", people),
		team.PutCheckin(t.Context(), &models.Checkin{ID: "k1", ProjectID: "p1", Name: "Payments check-in", Days: calendar.MonToFri, Hour: 9, WindowMinutes: 240, Privacy: models.PrivacyTeam, Channel: payments, State: models.On}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	r := models.Round{ID: rollingRound, CheckinID: "k1", ProjectID: "p1", Date: calendar.DateOf(now, time.UTC), OpenedAt: now, CloseAt: now.Add(2 * time.Hour)}
	if _, err := team.OpenRound(t.Context(), r, members); err != nil {
		t.Fatal(err)
	}
	m := blocks.Prompt(blocks.PromptView{Round: rollingRound, Name: "Payments", Day: now, CloseAt: r.CloseAt})
	sent, err := slack.Post(t.Context(), team.ID(), payments, m, bot.PostOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return sent.TS
}

// tapPace makes 50 taps a second of all together.
const tapPace = 180 * time.Millisecond

// tap presses at that pace until it is over.
func (p *tapper) tap(t *testing.T, line sandbox.Line, ts string, offset time.Duration, over <-chan struct{}) {
	<-time.After(offset)
	pace := time.NewTicker(tapPace)
	defer pace.Stop()
	for {
		select {
		case <-pace.C:
			p.tried++
			if pressed(t, line, ts, p.user) {
				p.acked++
			}
		case <-over:
			return
		}
	}
}

func pressed(t *testing.T, line sandbox.Line, ts, user string) bool {
	body, err := json.Marshal(map[string]any{"channel": payments, "ts": ts, "user": user, "action": map[string]any{"action_id": blocks.CheckinOnTrack.ID(rollingRound)}})
	if err != nil {
		t.Error(err)
	}
	resp, err := http.Post(line.ControlURL+"/click", "application/json", bytes.NewReader(body))
	if err != nil {
		t.Error(err)
		return false
	}
	defer resp.Body.Close()
	said, err := io.ReadAll(resp.Body)
	var a answer
	if err != nil || resp.StatusCode != http.StatusOK || json.Unmarshal(said, &a) != nil {
		t.Errorf("%s could not press: %s, %v", user, said, err)
	}
	return a.Acked
}

// checkTaps wants each tap that was acked to be stored, as one version of the
// person's answer, or the person to have been told that nothing was saved.
func checkTaps(t *testing.T, line sandbox.Line, team models.Team, people []*tapper) {
	t.Helper()
	acked, tried, stored, refused := 0, 0, 0, 0
	for _, p := range people {
		a, err := team.AnswerOf(t.Context(), rollingRound, p.user)
		if err != nil {
			t.Error(err)
		}
		told, words := 0, []string(nil)
		c := &control{t: t, Line: line}
		for _, m := range c.messages(payments, p.user, "", 0) {
			if m.EphemeralTo != p.user {
				continue
			}
			words = append(words, m.Text)
			if strings.Contains(m.Text, "nothing was saved") {
				told++
			}
		}
		if a.Version+told < p.acked || a.Version > p.tried {
			t.Errorf("%s tapped %d times, %d were acked, %d are stored, %d times the person was told that nothing was: %q", p.user, p.tried, p.acked, a.Version, told, words)
		}
		acked, tried, stored, refused = acked+p.acked, tried+p.tried, stored+a.Version, refused+told
	}
	t.Logf("%d taps, %d acked, %d stored, %d refused with words", tried, acked, stored, refused)
	if stored < tried/2 { // how many depends on the machine: each restart turns some away, with words
		t.Error("people were kept from answering")
	}
}
