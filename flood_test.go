package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"

	"headway/blocks"
	"headway/calendar"
	"headway/models"
	"headway/models/storetest"
	"headway/secret"
)

const (
	floodTeam = "T0FLOOD"
	floodEach = 10 // answers to each round
)

// floodRounds is a tenth of the envelopes: 1,000, as each costs some
// milliseconds in the handlers, or what HEADWAY_FLOOD says.
var floodRounds = func() int {
	n, err := strconv.Atoi(os.Getenv("HEADWAY_FLOOD"))
	if err != nil {
		n = 1000
	}
	return n / floodEach
}()

// link is one of the bot's connections.
type link = *websocket.Conn

// flood is a Slack that knows anybody, and delivers every envelope on both of
// the bot's connections.
type flood struct {
	*httptest.Server
	t     *testing.T
	links chan link

	mu      sync.Mutex
	waiting map[string]chan string // by envelope: the payloads of its acks
}

func startFlood(t *testing.T) *flood {
	f := &flood{t: t, links: make(chan link, 10), waiting: map[string]chan string{}}
	mux := http.NewServeMux()
	mux.HandleFunc("/api/apps.connections.open", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"ok":true,"url":"ws%s/link"}`, strings.TrimPrefix(f.URL, "http"))
	})
	mux.HandleFunc("/api/users.info", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `{"ok":true,"user":{"id":%q,"team_id":%q,"name":"person","tz":"Europe/Berlin"}}`, r.FormValue("user"), floodTeam)
	})
	mux.HandleFunc("/api/conversations.open", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"ok":true,"channel":{"id":"D1"}}`)
	})
	mux.HandleFunc("/api/chat.postMessage", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"ok":true,"channel":"D1","ts":"1.1"}`)
	})
	mux.HandleFunc("/api/", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"ok":true,"team":"Acme","team_id":%q,"user_id":"U0BOT","bot_id":"B1","view":{"id":"V1"}}`, floodTeam)
	})
	mux.HandleFunc("/link", f.link)
	f.Server = httptest.NewServer(mux)
	t.Cleanup(f.Close)
	return f
}

func (f *flood) link(w http.ResponseWriter, r *http.Request) {
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true})
	if err != nil {
		return
	}
	defer conn.CloseNow()
	if conn.Write(r.Context(), websocket.MessageText, []byte(`{"type":"hello","num_connections":1,"connection_info":{"app_id":"A1"}}`)) != nil {
		return
	}
	f.links <- conn
	go keepAlive(r.Context(), conn)
	for {
		var ack struct {
			ID      string          `json:"envelope_id"`
			Payload json.RawMessage `json:"payload"`
		}
		if wsjson.Read(context.Background(), conn, &ack) != nil {
			return
		}
		f.mu.Lock()
		to := f.waiting[ack.ID]
		f.mu.Unlock()
		if to != nil {
			to <- string(ack.Payload)
		}
	}
}

func (f *flood) connected() link {
	f.t.Helper()
	select {
	case conn := <-f.links:
		return conn
	case <-time.After(30 * time.Second):
		f.t.Fatal("no connection came")
		return nil
	}
}

// forget drops the connections of a bot that is gone.
func (f *flood) forget() {
	for len(f.links) > 0 {
		<-f.links
	}
}

// twice sends one interaction over both connections and waits for both acks;
// where one does not come in time, it goes out again.
func (f *flood) twice(links []link, id, kind string, payload map[string]any) {
	acks := f.expect(id)
	for range 20 {
		for _, l := range links {
			f.deliver(l, id, kind, payload)
		}
		late, stop := context.WithTimeout(f.t.Context(), 5*time.Second)
		one, other := acked(late, acks), acked(late, acks)
		if stop(); one && other {
			return
		}
	}
	f.t.Errorf("%s was not acked", id)
}

// deliver sends one envelope over one connection.
func (f *flood) deliver(l link, id, kind string, payload map[string]any) {
	if err := wsjson.Write(f.t.Context(), l, map[string]any{"envelope_id": id, "type": kind, "payload": payload}); err != nil {
		f.t.Error(err)
	}
}

// expect is where the acks of an envelope come.
func (f *flood) expect(id string) chan string {
	acks := make(chan string, 100)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.waiting[id] = acks
	return acks
}

func acked(late context.Context, acks <-chan string) bool {
	select {
	case <-acks:
		return true
	case <-late.Done():
		return false
	}
}

// TestDoubledEnvelopesHaveOneEffectEach answers check-ins by the
// prompt's button and by the form, each envelope twice and at the same time,
// through the handlers as they are.
func TestDoubledEnvelopesHaveOneEffectEach(t *testing.T) {
	t.Parallel()
	for name, dsn := range map[string]func(*testing.T) string{"sqlite": storetest.SQLiteDSN, "postgres": storetest.PostgresDSN} {
		t.Run(name, func(t *testing.T) {
			f := startFlood(t)
			a, err := newApp(t.Context(), Config{AppToken: "xapp-1", BotToken: "xoxb-1", DatabaseURL: secret.Secret(dsn(t)), Keys: secret.Secret(models.NewKey()), Command: "/headway", SlackURL: f.URL + "/api/"},
				time.Now, slog.New(slog.NewTextHandler(testLog{t}, &slog.HandlerOptions{Level: slog.LevelWarn})))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := a.join(t.Context()); err != nil {
				t.Fatal(err)
			}
			ctx, stop := context.WithCancel(context.Background())
			ended := make(chan error, 1)
			go func() { ended <- a.bot.Run(ctx) }()
			t.Cleanup(func() {
				stop()
				if err := <-ended; err != nil {
					t.Error(err)
				}
				if err := a.store.Close(); err != nil {
					t.Error(err)
				}
			})
			team := a.store.Team(floodTeam)
			openFloodRounds(t, team)
			links := []link{f.connected(), f.connected()}
			begun, missing := time.Now(), upTo(floodRounds*floodEach)
			for try := 0; len(missing) > 0 && try < 5; try++ { // what a busy machine let fail is tapped again
				spread8(missing, func(i int) { f.twice(links, fmt.Sprint("E", i, ".", try), "interactive", floodPayload(i, try)) })
				missing = checkFlood(t, a)
			}
			t.Logf("%d envelopes, each twice, in %v: %+v", floodRounds*floodEach, time.Since(begun).Round(time.Millisecond), a.bot.Health().Totals)
			if len(missing) > 0 {
				t.Errorf("%d took no effect", len(missing))
			}
		})
	}
}

// floodUser is the person who answers as the nth in a round; everyone is in ten
// rounds.
func floodUser(round, n int) string { return fmt.Sprintf("U%04d", (round%100)*floodEach+n) }

func floodPeople() (people []models.Participant) {
	for i := range 100 * floodEach {
		people = append(people, models.Participant{User: fmt.Sprintf("U%04d", i)})
	}
	return people
}

func openFloodRounds(t *testing.T, team models.Team) {
	t.Helper()
	now := time.Now()
	first := calendar.DateOf(now, time.UTC)
	err := team.EnsureWorkspace(t.Context(), "Acme")
	for _, put := range []func() error{
		func() error {
			return team.PutConnection(t.Context(), &models.Connection{ID: "c1", Site: "acme", Email: "bot@acme.test", Token: "token", State: models.ConnectionOK, CheckedAt: now})
		},
		func() error {
			return team.PutProject(t.Context(), &models.Project{ID: "p1", ConnectionID: "c1", JiraID: 10000, Key: "PAY", Name: "Payments", Zone: "Europe/Berlin", Workdays: calendar.MonToFri, State: models.ProjectActive, CreatedAt: now})
		},
		func() error {
			return team.PutCheckin(t.Context(), &models.Checkin{ID: "k1", ProjectID: "p1", Name: "Payments check-in", Days: calendar.MonToFri, Hour: 9, WindowMinutes: 240, Privacy: models.PrivacyTeam, Channel: "C1", State: models.On})
		},
		func() error {
			return team.Atomically(t.Context(), func(tx models.Team) error {
				if err := tx.SetParticipants(t.Context(), "p1", floodPeople()); err != nil {
					return err
				}
				for r := range floodRounds {
					members := []models.RoundMember{{User: "U0SILENT", AskAt: now, CloseAt: now.Add(time.Hour)}} // keeps the round open
					for n := range floodEach {
						members = append(members, models.RoundMember{User: floodUser(r, n), AskAt: now, CloseAt: now.Add(time.Hour)})
					}
					round := models.Round{ID: fmt.Sprint("r", r), CheckinID: "k1", ProjectID: "p1", Date: first.AddDays(r), OpenedAt: now, CloseAt: now.Add(time.Hour)}
					if _, err := tx.OpenRound(t.Context(), round, members); err != nil {
						return err
					}
				}
				return nil
			})
		},
	} {
		if err == nil {
			err = put()
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

// spread8 calls do for each of the numbers, eight at a time.
func spread8(numbers []int, do func(int)) {
	work := make(chan int)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for i := range work {
				do(i)
			}
		})
	}
	for _, i := range numbers {
		work <- i
	}
	close(work)
	group.Wait()
}

// upTo are the numbers from 0 to n-1.
func upTo(n int) []int {
	numbers := make([]int, n)
	for i := range numbers {
		numbers[i] = i
	}
	return numbers
}

// floodPayload is the ith answer: most by the button, each fourth by the form.
func floodPayload(i, try int) map[string]any {
	round := fmt.Sprint("r", i/floodEach)
	p := map[string]any{
		"api_app_id": "A1", "trigger_id": fmt.Sprint("1.2.", i, try), "team": map[string]any{"id": floodTeam},
		"user": map[string]any{"id": floodUser(i/floodEach, i%floodEach), "team_id": floodTeam},
	}
	if i%4 > 0 {
		p["type"] = "block_actions"
		p["actions"] = []any{map[string]any{"type": "button", "action_id": blocks.CheckinOnTrack.ID(blocks.RoundID(round)), "action_ts": fmt.Sprintf("%d.%d", i, try)}}
		return p
	}
	p["type"] = "view_submission"
	p["view"] = map[string]any{
		"id": fmt.Sprint("V", i), "hash": fmt.Sprint("h", try), "team_id": floodTeam, "callback_id": blocks.AnswerSubmit.Name, "private_metadata": blocks.AnswerSubmit.Carry(blocks.RoundCtx{Round: round}),
		"blocks": []any{map[string]any{"type": "input", "block_id": blocks.FieldStatus}},
		"state":  map[string]any{"values": map[string]any{blocks.FieldStatus: map[string]any{"x": map[string]any{"type": "radio_buttons", "selected_option": map[string]any{"value": models.AtRisk}}}}},
	}
	return p
}

// checkFlood wants at most one version of each answer and one message from each,
// and tells which answers are missing.
func checkFlood(t *testing.T, a *app) (missing []int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := a.bot.Idle(ctx); err != nil {
		t.Fatal(err)
	}
	team, answers := a.store.Team(floodTeam), 0
	for i := range floodRounds * floodEach {
		given, err := team.AnswerOf(ctx, fmt.Sprint("r", i/floodEach), floodUser(i/floodEach, i%floodEach))
		switch {
		case errors.Is(err, models.ErrNotFound):
			missing = append(missing, i)
			continue
		case err != nil:
			t.Fatal(err)
		case given.Version != 1:
			t.Errorf("the answer of %s in %s was stored %d times", given.User, given.RoundID, given.Version)
		}
		answers++
	}
	letters, err := team.Letters(ctx, models.OutboxPending, 2*floodRounds*floodEach)
	if err != nil || len(letters) != answers {
		t.Errorf("%d answers and %d messages are stored (%v)", answers, len(letters), err)
	}
	return missing
}
