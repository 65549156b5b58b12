package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"headway/blocks"
	"headway/bot"
	"headway/models"
	"headway/models/storetest"
)

// brief is a bot whose handlers store one line each, and report the outcome to
// stored before they reply.
func brief(t *testing.T, f *flood, team models.Team, stored func(key string, dup bool, err error)) (stop func()) {
	t.Helper()
	b, err := bot.New(bot.Options{AppToken: "xapp-1", BotToken: "xoxb-1", APIURL: f.URL + "/api/", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	once := func(ctx context.Context, w bot.Who) (bot.Reply, error) {
		dup, err := team.Once(ctx, w.Key, func(tx models.Team) error { return tx.Audit(ctx, models.Audit{Verb: w.Key}) })
		stored(w.Key, dup, err)
		return bot.Reply{}, err
	}
	r := b.Router()
	r.OnCommand(func(ctx context.Context, w bot.Who, _ string) (bot.Reply, error) { return once(ctx, w) })
	r.OnEvent("member_joined_channel", func(ctx context.Context, w bot.Who, _ json.RawMessage) (bot.Reply, error) { return once(ctx, w) })
	bot.On(r, blocks.Action[string]{Name: "press"}, func(ctx context.Context, c bot.Click[string]) (bot.Reply, error) { return once(ctx, c.Who) })
	bot.OnSubmit(r, blocks.Form[string, string]{Name: "edit", Parse: func(v blocks.Values) (string, blocks.FieldErrors) { return v.Text("name"), nil }},
		func(ctx context.Context, w bot.Who, _, _ string) (bot.Reply, error) { return once(ctx, w) })
	ctx, end := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- b.Run(ctx) }()
	return func() {
		end()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

// numbered is the ith interaction, the kinds in turn, with the key that the bot
// gives it.
func numbered(i int) (kind, key string, payload map[string]any) {
	id := fmt.Sprint(i)
	person := map[string]any{"id": "U1", "team_id": floodTeam}
	payload = map[string]any{"api_app_id": "A1", "team_id": floodTeam, "team": map[string]any{"id": floodTeam}, "user": person, "trigger_id": "t" + id}
	switch i % 4 {
	case 0:
		payload["command"], payload["user_id"] = "/headway", "U1"
		return "slash_commands", "sl:t" + id, payload
	case 1:
		payload["event_id"], payload["event"] = "Ev"+id, map[string]any{"type": "member_joined_channel", "user": "U1", "channel": "C1"}
		return "events_api", "ev:Ev" + id, payload
	case 2:
		payload["type"], payload["actions"] = "block_actions", []any{map[string]any{"type": "button", "action_id": "press", "action_ts": id}}
		return "interactive", "ba:" + floodTeam + ":U1:press:" + id, payload
	}
	payload["type"], payload["view"] = "view_submission", map[string]any{"id": "V1", "hash": id, "callback_id": "edit", "private_metadata": `""`, "team_id": floodTeam}
	return "interactive", "vs:V1:" + id, payload
}

// storedLines is how often the effect of each key is in the database.
func storedLines(t *testing.T, team models.Team) map[string]int {
	t.Helper()
	all, err := team.AuditSince(t.Context(), "", time.Now().Add(-time.Hour), 100_000)
	if err != nil {
		t.Fatal(err)
	}
	n := map[string]int{}
	for _, line := range all {
		n[line.Verb]++
	}
	for key, times := range n {
		if times != 1 {
			t.Errorf("%s is stored %d times", key, times)
		}
	}
	return n
}

func eachBriefTeam(t *testing.T, test func(t *testing.T, f *flood, team models.Team)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, open func() *models.Store) {
		team := open().Team(floodTeam)
		if err := team.EnsureWorkspace(t.Context(), "Acme"); err != nil {
			t.Fatal(err)
		}
		test(t, startFlood(t), team)
	})
}

func TestTenThousandDoubledEnvelopesHaveOneEffectEach(t *testing.T) {
	const envelopes = 10_000
	eachBriefTeam(t, func(t *testing.T, f *flood, team models.Team) {
		defer brief(t, f, team, func(string, bool, error) {})()
		links, begun := []link{f.connected(), f.connected()}, time.Now()
		missing := upTo(envelopes)
		for try := 0; len(missing) > 0 && try < 5; try++ { // what a busy machine let fail is delivered again
			spread8(missing, func(i int) {
				kind, _, payload := numbered(i)
				f.twice(links, fmt.Sprint("E", i, ".", try), kind, payload)
			})
			in := storedLines(t, team)
			missing = nil
			for i := range envelopes {
				if _, key, _ := numbered(i); in[key] == 0 {
					missing = append(missing, i)
				}
			}
			t.Logf("%d envelopes, each twice, in %v, %d effects", envelopes, time.Since(begun).Round(time.Millisecond), len(in))
		}
		if len(missing) > 0 {
			t.Errorf("%d took no effect", len(missing))
		}
	})
}

// TestDeathBetweenCommitAndAckLeavesOneEffect cuts the connections when all is
// committed and nothing acked, and delivers everything to the next process.
func TestDeathBetweenCommitAndAckLeavesOneEffect(t *testing.T) {
	eachBriefTeam(t, func(t *testing.T, f *flood, team models.Team) {
		committed, dead := make(chan error, 10), make(chan struct{})
		stop := brief(t, f, team, func(_ string, _ bool, err error) { committed <- err; <-dead })
		l := f.connected()
		for i := range 4 {
			kind, _, payload := numbered(i)
			f.deliver(l, fmt.Sprint("E", i), kind, payload)
		}
		for range 4 {
			if err := <-committed; err != nil {
				t.Fatal(err)
			}
		}
		_ = l.CloseNow() // what is acked from here on reaches nobody
		close(dead)
		stop()
		f.forget()

		dups := make(chan bool, 10)
		defer brief(t, f, team, func(_ string, dup bool, _ error) { dups <- dup })()
		l = f.connected()
		for _, prefix := range []string{"E", "R"} { // Slack keeps the envelope's id or makes a new one
			for i := range 4 {
				kind, _, payload := numbered(i)
				acks := f.expect(fmt.Sprint(prefix, i))
				f.deliver(l, fmt.Sprint(prefix, i), kind, payload)
				late, stop := context.WithTimeout(t.Context(), 20*time.Second)
				if !acked(late, acks) {
					t.Errorf("%s is not acked when it comes again", kind)
				}
				stop()
				if !<-dups {
					t.Errorf("%s that came again was taken for a new one", kind)
				}
			}
		}
		if in := storedLines(t, team); len(in) != 4 {
			t.Errorf("stored: %v", in)
		}
	})
}
