package bot

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"headway/blocks"
)

type answerID string

var (
	press  = blocks.Action[answerID]{Name: "press"}
	search = blocks.Action[answerID]{Name: "search"}
	edit   = blocks.Form[string, string]{Name: "edit", Parse: func(v blocks.Values) (string, blocks.FieldErrors) {
		if v.Text("name") == "" {
			return "", blocks.FieldErrors{"name": "Please give a name."}
		}
		return v.Text("name"), nil
	}}
)

func message(text string) *blocks.Message { return &blocks.Message{Text: text} }

func mustContain(t *testing.T, got string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(got, p) {
			t.Errorf("%q is missing in %s", p, got)
		}
	}
}

// errorsOf reads the field errors of an ack.
func errorsOf(t *testing.T, payload string) map[string]string {
	t.Helper()
	var p struct {
		Action string            `json:"response_action"`
		Errors map[string]string `json:"errors"`
	}
	if err := json.Unmarshal([]byte(payload), &p); err != nil || p.Action != "errors" {
		t.Fatalf("want an ack with errors, got %s (%v)", payload, err)
	}
	return p.Errors
}

func TestCommandIsAnsweredInItsAck(t *testing.T) {
	b := newBench(t)
	b.Router().OnCommand(func(_ context.Context, w Who, text string) (Reply, error) {
		want := Who{Team: testTeam, User: testUser, UserTeam: testTeam, Channel: "C1", Trigger: "1.2.abc", ResponseURL: hook, Key: "sl:1.2.abc", At: w.At}
		if diff := cmp.Diff(want, w); diff != "" {
			t.Error(diff)
		}
		return Reply{Message: message("You said " + text)}, nil
	})
	payload, _ := b.send("slash_commands", slash("status"))
	mustContain(t, payload, `"text":"You said status"`, `"response_type":"ephemeral"`)
}

func TestClickReachesItsHandlerWithItsID(t *testing.T) {
	b := newBench(t)
	var got Click[answerID]
	On(b.Router(), press, func(_ context.Context, c Click[answerID]) (Reply, error) {
		got = c
		return Reply{Message: message("Thanks")}, nil
	})
	payload, ok := b.send("interactive", clicked("press:r7", "green"))
	if !ok || payload != "null" {
		t.Errorf("want an empty ack, got %s", payload)
	}
	if got.ID != "r7" || got.Value != "green" || got.Key != "ba:T1:U1:press:r7:9.9" {
		t.Errorf("id %q, value %q, key %q", got.ID, got.Value, got.Key)
	}
	if want := (Ref{Channel: "C1", TS: "1700.1"}); got.Message != want {
		t.Errorf("message %+v", got.Message)
	}
	told := b.api.made("secret-path")
	if len(told) != 1 || told[0].body["text"] != "Thanks" || told[0].body["replace_original"] != nil {
		t.Errorf("the person was told %v", told)
	}
}

func TestClickInAViewCarriesWhatStandsInItsInputs(t *testing.T) {
	b := newBench(t)
	var got Click[answerID]
	On(b.Router(), press, func(_ context.Context, c Click[answerID]) (Reply, error) {
		got = c
		return Reply{Message: message("Look")}, nil
	})
	p := submitted("edit", `"c7"`, map[string]string{"name": "Ada"})
	p["type"] = "block_actions"
	p["actions"] = []any{map[string]any{"type": "static_select", "action_id": "press", "block_id": "x", "action_ts": "1.1",
		"selected_option": map[string]any{"value": "two"}}}
	b.send("interactive", p)
	if got.Value != "two" || got.State.Text("name") != "Ada" || got.View.Form != "edit" || got.View.Carried != `"c7"` {
		t.Errorf("got %+v", got)
	}
	if posted := b.api.made("chat.postMessage"); len(posted) != 1 || posted[0].form.Get("text") != "Look" {
		t.Errorf("without a response URL the words come as a direct message: %v", posted)
	}
}

func TestSubmission(t *testing.T) {
	next := blocks.View{Form: "edit", Title: "Next"}
	for name, c := range map[string]struct {
		reply Reply
		err   error
		want  string
	}{
		"an empty ack closes":           {want: "null"},
		"clear closes all":              {reply: Reply{Clear: true}, want: `"response_action":"clear"`},
		"update replaces":               {reply: Reply{Update: &next}, want: `"response_action":"update","view":{"type":"modal"`},
		"push lays over":                {reply: Reply{Push: &next}, want: `"response_action":"push","view":{"type":"modal"`},
		"errors stay under their field": {reply: Reply{Errors: blocks.FieldErrors{"name": "Taken."}}, want: `"errors":{"name":"Taken."}`},
		"errors of a field that is not there stand under the first": {
			reply: Reply{Errors: blocks.FieldErrors{"other": "Taken."}}, want: `"errors":{"name":"Taken."}`},
		"a failure is never acked as success": {reply: Reply{Clear: true}, err: errors.New("disk"), want: `"errors":{"name":"Something went wrong on our side. Reference `},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			OnSubmit(b.Router(), edit, func(_ context.Context, w Who, carried, entered string) (Reply, error) {
				if carried != "c7" || entered != "Ada" || w.Key != "vs:V1:h1" {
					t.Errorf("carried %q, entered %q, key %q", carried, entered, w.Key)
				}
				return c.reply, c.err
			})
			payload, ok := b.send("interactive", submitted("edit", `"c7"`, map[string]string{"name": "Ada"}))
			if !ok {
				t.Fatal("no ack")
			}
			mustContain(t, payload, c.want)
		})
	}
}

func TestErrorsOfAModalWithoutFieldsTakeItsPlace(t *testing.T) {
	b := newBench(t)
	OnSubmit(b.Router(), edit, func(context.Context, Who, string, string) (Reply, error) { return Reply{}, nil })
	payload, _ := b.send("interactive", submitted("edit", `"c7"`, nil))
	mustContain(t, payload, `"response_action":"update"`, "Please give a name.", `"text":"A form"`)
}

func TestEntriesThatDoNotParseAreAnsweredWithoutTheHandler(t *testing.T) {
	b := newBench(t)
	OnSubmit(b.Router(), edit, func(context.Context, Who, string, string) (Reply, error) {
		t.Error("the handler was called")
		return Reply{}, nil
	})
	payload, _ := b.send("interactive", submitted("edit", `"c7"`, map[string]string{"name": ""}))
	if got := errorsOf(t, payload)["name"]; got != "Please give a name." {
		t.Errorf("under the field: %q", got)
	}
}

func TestWhatAnOlderVersionShowedIsAnsweredKindly(t *testing.T) {
	b := newBench(t)
	OnSubmit(b.Router(), edit, func(context.Context, Who, string, string) (Reply, error) { return Reply{}, nil })
	for name, c := range map[string]struct {
		kind    string
		payload map[string]any
		told    string // in the ack; "" for a notice behind it
	}{
		"command":              {"slash_commands", slash("x"), "I don't know /headway. Please try /headway help."},
		"form":                 {"interactive", submitted("gone", "", map[string]string{"a": "b"}), oldForm},
		"form without a field": {"interactive", submitted("gone", "", nil), oldForm},
		"context of a form":    {"interactive", submitted("edit", "{not json", map[string]string{"name": "b"}), oldForm},
		"button":               {"interactive", clicked("gone:1", ""), ""},
		"shortcut":             {"interactive", with(map[string]any{"type": "shortcut", "callback_id": "gone"}), ""},
	} {
		t.Run(name, func(t *testing.T) {
			before := len(b.api.made("secret-path")) + len(b.api.made("chat.postMessage"))
			payload, ok := b.send(c.kind, c.payload)
			if !ok {
				t.Fatal("no ack")
			}
			mustContain(t, payload, c.told)
			if told := len(b.api.made("secret-path")) + len(b.api.made("chat.postMessage")) - before; c.told == "" && told != 1 {
				t.Errorf("the person got %d notices", told)
			}
		})
	}
}

func TestOnErrorChoosesWordsAndField(t *testing.T) {
	b := newBench(t)
	disk := errors.New("disk")
	b.Router().OnError(func(_ context.Context, w Who, err error) (blocks.Message, string) {
		if !errors.Is(err, disk) || w.User != testUser {
			t.Errorf("%v for %v", err, w)
		}
		return *message("Not saved."), "board"
	})
	OnSubmit(b.Router(), edit, func(context.Context, Who, string, string) (Reply, error) { return Reply{}, disk })
	payload, _ := b.send("interactive", submitted("edit", `"c"`, map[string]string{"name": "Ada", "board:7": "x"}))
	if got := errorsOf(t, payload); got["board:7"] != "Not saved." {
		t.Errorf("got %v", got)
	}
	b.Router().OnCommand(func(context.Context, Who, string) (Reply, error) { return Reply{}, disk })
	payload, _ = b.send("slash_commands", slash(""))
	mustContain(t, payload, `"text":"Not saved."`)
}

func TestFailedEventIsNotAcked(t *testing.T) {
	b := newBench(t)
	b.Router().OnEvent("member_joined_channel", func(_ context.Context, w Who, event json.RawMessage) (Reply, error) {
		if w.Key != "ev:Ev1" || w.Channel != "C1" || w.User != testUser || !strings.Contains(string(event), "member_joined") {
			t.Errorf("who %+v, event %s", w, event)
		}
		return Reply{}, errors.New("disk")
	})
	if payload, ok := b.send("events_api", occurred(map[string]any{"type": "member_joined_channel", "user": testUser, "channel": "C1"})); ok {
		t.Errorf("acked with %s: Slack would not send it again", payload)
	}
	if _, ok := b.send("events_api", occurred(map[string]any{"type": "channel_rename", "channel": map[string]any{"id": "C1"}})); !ok {
		t.Error("an event nobody waits for was not acked")
	}
}

func TestHomeIsServedForItsTabOnly(t *testing.T) {
	b := newBench(t)
	opened := 0
	b.Router().OnHome(func(context.Context, Who) (Reply, error) { opened++; return Reply{}, nil })
	for _, tab := range []string{"messages", "home"} {
		if _, ok := b.send("events_api", occurred(map[string]any{"type": "app_home_opened", "tab": tab, "user": testUser, "channel": "D1"})); !ok {
			t.Error("no ack")
		}
	}
	if opened != 1 {
		t.Errorf("served %d times", opened)
	}
}

func TestOptions(t *testing.T) {
	suggestion := with(map[string]any{"type": "block_suggestion", "action_id": "search:p1", "value": "pay"})
	t.Run("are offered", func(t *testing.T) {
		b := newBench(t)
		OnOptions(b.Router(), search, func(_ context.Context, _ Who, id answerID, query string) ([]blocks.Option, error) {
			return []blocks.Option{{Value: string(id), Label: query}}, nil
		})
		payload, _ := b.send("interactive", suggestion)
		mustContain(t, payload, `{"options":[{"text":{"type":"plain_text","text":"pay"`, `"value":"p1"`)
	})
	t.Run("stay empty when they take longer than 1.5 s", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t)
			OnOptions(b.Router(), search, func(ctx context.Context, _ Who, _ answerID, _ string) ([]blocks.Option, error) {
				<-ctx.Done()
				return nil, ctx.Err()
			})
			start := time.Now()
			payload, _ := b.send("interactive", suggestion)
			if payload != `{"options":[]}` || time.Since(start) != 1500*time.Millisecond {
				t.Errorf("%s after %v", payload, time.Since(start))
			}
		})
	})
	t.Run("are as many as an ack can hold", func(t *testing.T) {
		b := newBench(t)
		OnOptions(b.Router(), search, func(context.Context, Who, answerID, string) ([]blocks.Option, error) {
			var all []blocks.Option
			for i := range 100 {
				all = append(all, blocks.Option{Value: strconv.Itoa(i) + strings.Repeat("v", 70), Label: strings.Repeat("ü", 75), Detail: strings.Repeat("d", 75)})
			}
			return all, nil
		})
		payload, _ := b.send("interactive", suggestion)
		if n := strings.Count(payload, `"value"`); n < 30 || len(payload) > ackSize {
			t.Errorf("%d options in %d bytes", n, len(payload))
		}
	})
}

func TestT05_AckThatWouldComeTooLateIsNotSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.Router().OnCommand(func(context.Context, Who, string) (Reply, error) {
			<-time.After(2600 * time.Millisecond) // deaf to its context
			return Reply{Message: message("Here it is")}, nil
		})
		if payload, ok := b.send("slash_commands", slash("")); ok {
			t.Errorf("acked with %s", payload)
		}
		if told := b.api.made("secret-path"); len(told) != 1 || told[0].body["text"] != "Here it is" {
			t.Errorf("the answer must come by the response URL, got %v", told)
		}
	})
}

func TestT04_AckOnADeadConnectionGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.acks.held = make(chan struct{})
		b.Router().OnCommand(func(context.Context, Who, string) (Reply, error) { return Reply{}, nil })
		start := time.Now()
		for range 30 {
			b.take(t.Context(), b.envelope("slash_commands", slash("")))
		}
		if err := b.Idle(t.Context()); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took != ackWithin {
			t.Errorf("blocked for %v", took)
		}
	})
}

func TestT06_AckTooLargeForTheSocketTakesAnotherWay(t *testing.T) {
	long := make([]slack.Block, 0, 40)
	for range 40 {
		long = append(long, slack.NewSectionBlock(slack.NewTextBlockObject(slack.PlainTextType, strings.Repeat("x", 500), false, false), nil, nil))
	}
	t.Run("command", func(t *testing.T) {
		b := newBench(t)
		b.Router().OnCommand(func(context.Context, Who, string) (Reply, error) {
			return Reply{Message: &blocks.Message{Text: "Long", Blocks: long}}, nil
		})
		payload, _ := b.send("slash_commands", slash(""))
		if told := b.api.made("secret-path"); payload != "null" || len(told) != 1 || len(told[0].body["blocks"].([]any)) != 40 {
			t.Errorf("ack %.60s, by response URL %d", payload, len(told))
		}
	})
	t.Run("update", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t)
			OnSubmit(b.Router(), edit, func(context.Context, Who, string, string) (Reply, error) {
				return Reply{Update: &blocks.View{Title: "Mapping", Blocks: long}}, nil
			})
			payload, _ := b.send("interactive", submitted("edit", `""`, map[string]string{"name": "x"}))
			mustContain(t, payload, `"response_action":"update"`, oneMoment, "Mapping")
			updates := b.api.made("views.update")
			if len(payload) > ackSize || len(updates) != 1 || updates[0].body["view_id"] != "V1" {
				t.Errorf("ack of %d bytes, %d updates", len(payload), len(updates))
			}
		})
	})
	t.Run("errors", func(t *testing.T) {
		b := newBench(t)
		OnSubmit(b.Router(), edit, func(context.Context, Who, string, string) (Reply, error) {
			return Reply{Errors: blocks.FieldErrors{"name": strings.Repeat("x", 21_000)}}, nil
		})
		payload, _ := b.send("interactive", submitted("edit", `""`, map[string]string{"name": "x"}))
		if errorsOf(t, payload)["name"] != tooBig {
			t.Errorf("got %.80s", payload)
		}
	})
	t.Run("push", func(t *testing.T) {
		b := newBench(t)
		OnSubmit(b.Router(), edit, func(context.Context, Who, string, string) (Reply, error) {
			return Reply{Push: &blocks.View{Title: "Details", Blocks: long}}, nil
		})
		payload, _ := b.send("interactive", submitted("edit", `""`, map[string]string{"name": "x"}))
		if errorsOf(t, payload)["name"] != tooBig {
			t.Errorf("got %.80s", payload)
		}
	})
}

func TestT09_EveryEnvelopeIsAcked(t *testing.T) {
	b := newBench(t)
	for name, e := range map[string]struct{ kind, payload string }{
		"unknown type":        {"future_thing", `{}`},
		"unknown interaction": {"interactive", `{"type":"dialog_submission"}`},
		"no action inside":    {"interactive", `{"type":"block_actions"}`},
		"closed modal":        {"interactive", `{"type":"view_closed","api_app_id":"A1","team":{"id":"T1"},"view":{"id":"V1"}}`},
		"wrong JSON type":     {"interactive", `[1]`},
		"no inner event":      {"events_api", `{"team_id":"T1"}`},
	} {
		t.Run(name, func(t *testing.T) {
			b.take(t.Context(), envelope{conn: b.acks, id: name, kind: e.kind, payload: json.RawMessage(e.payload), received: time.Now()})
			if err := b.Idle(t.Context()); err != nil {
				t.Fatal(err)
			}
			if payload, ok := b.acks.of(name); !ok || payload != "null" {
				t.Errorf("acked: %v, with %s", ok, payload)
			}
		})
	}
}

func TestT10_PanicIsSurvivedAndTold(t *testing.T) {
	b := newBench(t)
	b.Router().OnCommand(func(_ context.Context, _ Who, text string) (Reply, error) { panic("about " + text) })
	payload, ok := b.send("slash_commands", slash("my salary"))
	if !ok {
		t.Fatal("no ack")
	}
	mustContain(t, payload, "Something went wrong on our side. Reference ")
	mustContain(t, b.log.String(), "handler panicked", "serve_test.go")
	if strings.Contains(b.log.String(), "salary") {
		t.Error("the log quotes what the person wrote")
	}
}

func TestT10_PanicBehindTheAckIsTold(t *testing.T) {
	b := newBench(t)
	On(b.Router(), press, func(context.Context, Click[answerID]) (Reply, error) {
		return Reply{After: func(context.Context) error { var m map[string]int; m["x"] = 1; return nil }}, nil
	})
	b.send("interactive", clicked("press", ""))
	told := b.api.made("secret-path")
	if len(told) != 1 {
		t.Fatalf("%d notices", len(told))
	}
	mustContain(t, told[0].body["text"].(string), "Something went wrong on our side.")
}

func TestT11_OneActionServesAllItsIDs(t *testing.T) {
	b := newBench(t)
	var ids []answerID
	On(b.Router(), press, func(_ context.Context, c Click[answerID]) (Reply, error) {
		ids = append(ids, c.ID)
		return Reply{}, nil
	})
	for _, id := range []string{"press", "press:a", "press:a:b"} {
		b.send("interactive", clicked(id, ""))
	}
	if diff := cmp.Diff([]answerID{"", "a", "a:b"}, ids); diff != "" {
		t.Error(diff)
	}
}

func TestFollowerRunsBehindTheAckAndItsErrorIsTold(t *testing.T) {
	b := newBench(t)
	b.Router().OnCommand(func(context.Context, Who, string) (Reply, error) {
		return Reply{Message: message("Working"), After: func(context.Context) error {
			if len(b.acks.sent) == 0 {
				t.Error("it ran before the ack")
			}
			return errors.New("jira")
		}}, nil
	})
	b.send("slash_commands", slash("report"))
	if told := b.api.made("secret-path"); len(told) != 1 || !strings.Contains(told[0].body["text"].(string), "Reference") {
		t.Errorf("told %v", told)
	}
}

func TestIdleWaitsForFollowers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		release := make(chan struct{})
		b.Router().OnCommand(func(context.Context, Who, string) (Reply, error) {
			return Reply{After: func(context.Context) error { <-release; return nil }}, nil
		})
		b.take(t.Context(), b.envelope("slash_commands", slash("")))
		synctest.Wait()
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := b.Idle(short); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("idle while a follower runs: %v", err)
		}
		close(release)
		if err := b.Idle(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestT03_FullPoolRefusesVisibly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		release := make(chan struct{})
		b.Router().OnCommand(func(context.Context, Who, string) (Reply, error) { <-release; return Reply{}, nil })
		for range turnSlots {
			b.take(t.Context(), b.envelope("slash_commands", slash("")))
		}
		refused := map[string]envelope{
			"command": b.envelope("slash_commands", slash("")),
			"form":    b.envelope("interactive", submitted("edit", `""`, map[string]string{"name": "x"})),
			"options": b.envelope("interactive", with(map[string]any{"type": "block_suggestion", "action_id": "search"})),
			"click":   b.envelope("interactive", clicked("press", "")),
			"event":   b.envelope("events_api", occurred(map[string]any{"type": "user_change", "user": map[string]any{"id": testUser}})),
		}
		for _, e := range refused {
			b.take(t.Context(), e)
		}
		synctest.Wait()
		for name, want := range map[string]string{"command": busyNow, "form": busyNow, "options": `{"options":[]}`, "click": "null"} {
			payload, ok := b.acks.of(refused[name].id)
			if !ok {
				t.Errorf("%s: no ack", name)
			}
			mustContain(t, payload, want)
		}
		if _, ok := b.acks.of(refused["event"].id); ok {
			t.Error("an event that was not served must come again")
		}
		if told := b.api.made("secret-path"); len(told) != 1 || told[0].body["text"] != busyNow {
			t.Errorf("the one who clicked was told %v", told)
		}
		if got := b.Health().Refused; got != 5 {
			t.Errorf("%d refused in health", got)
		}
		close(release)
		if err := b.Idle(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
}

func TestFollowerForWhichThereIsNoRoomIsToldWithoutDenyingTheEffect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		release := make(chan struct{})
		b.Router().OnCommand(func(context.Context, Who, string) (Reply, error) {
			return Reply{After: func(context.Context) error { <-release; return nil }}, nil
		})
		for range afterSlots {
			b.take(t.Context(), b.envelope("slash_commands", slash("")))
		}
		synctest.Wait()
		e := b.envelope("slash_commands", slash(""))
		b.take(t.Context(), e)
		synctest.Wait()
		if payload, ok := b.acks.of(e.id); !ok || payload != "null" {
			t.Errorf("acked %v with %s", ok, payload)
		}
		if told := b.api.made("secret-path"); len(told) != 1 || told[0].body["text"] != halfDone {
			t.Errorf("told %v", told)
		}
		close(release)
		if err := b.Idle(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestForeignEnvelopesAreRefused(t *testing.T) {
	change := func(p map[string]any, field string, value any) map[string]any {
		p[field] = value
		return p
	}
	for name, c := range map[string]struct {
		kind    string
		payload map[string]any
		want    string
	}{
		"command from another workspace":  {"slash_commands", change(slash(""), "team_id", "T9"), elsewhere},
		"command of another app":          {"slash_commands", change(slash(""), "api_app_id", "A9"), elsewhere},
		"click from another workspace":    {"interactive", change(clicked("press", ""), "team", map[string]any{"id": "T9"}), "null"},
		"click of an organisation":        {"interactive", change(change(clicked("press", ""), "team", nil), "is_enterprise_install", true), "null"},
		"event of another workspace":      {"events_api", change(occurred(map[string]any{"type": "joined"}), "team_id", "T9"), "null"},
		"shortcut from another workspace": {"interactive", change(with(map[string]any{"type": "shortcut", "callback_id": "s"}), "team", map[string]any{"id": "T9"}), "null"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			never := func() (Reply, error) { t.Error("it was served"); return Reply{}, nil }
			b.Router().OnCommand(func(context.Context, Who, string) (Reply, error) { return never() })
			b.Router().OnShortcut("s", func(context.Context, Who) (Reply, error) { return never() })
			b.Router().OnEvent("joined", func(context.Context, Who, json.RawMessage) (Reply, error) { return never() })
			On(b.Router(), press, func(context.Context, Click[answerID]) (Reply, error) { return never() })
			payload, ok := b.send(c.kind, c.payload)
			if !ok {
				t.Fatal("no ack")
			}
			mustContain(t, payload, c.want)
			if posted := b.api.made("chat.postMessage"); len(posted) != 0 {
				t.Error("our token was used for another workspace")
			}
		})
	}
}

func TestStrangerIsPassedOnAsSuch(t *testing.T) {
	b := newBench(t)
	var who Who
	On(b.Router(), press, func(_ context.Context, c Click[answerID]) (Reply, error) { who = c.Who; return Reply{}, nil })
	p := clicked("press", "")
	p["user"] = map[string]any{"id": "U9", "team_id": "T9"}
	b.send("interactive", p)
	if who.Team != testTeam || who.UserTeam != "T9" {
		t.Errorf("team %q, the person's %q", who.Team, who.UserTeam)
	}
}

func TestForgedResponseURLIsNotCalled(t *testing.T) {
	b := newBench(t)
	On(b.Router(), press, func(context.Context, Click[answerID]) (Reply, error) { return Reply{Message: message("x")}, nil })
	p := clicked("press", "")
	p["response_url"] = "http://127.0.0.1:2/hook/elsewhere"
	b.send("interactive", p)
	if len(b.api.made("elsewhere")) != 0 {
		t.Error("it was called")
	}
}

func TestT16_BlockThatNobodyKnowsDoesNotSpoilAClick(t *testing.T) {
	b := newBench(t)
	served := false
	On(b.Router(), press, func(context.Context, Click[answerID]) (Reply, error) { served = true; return Reply{}, nil })
	p := clicked("press", "")
	p["message"] = map[string]any{"ts": "1.1", "blocks": []any{map[string]any{"type": 7}}}
	if _, ok := b.send("interactive", p); !ok || !served {
		t.Errorf("acked %v, served %v", ok, served)
	}
}

func TestSecretsAndWordsOfPeopleStayOutOfTheLog(t *testing.T) {
	b := newBench(t)
	b.Router().OnCommand(func(context.Context, Who, string) (Reply, error) {
		return Reply{After: func(context.Context) error { return errors.New("jira") }}, nil
	})
	b.api.on("secret-path", func(call) *http.Response { return nil }) // the connection breaks
	b.send("slash_commands", slash("my salary"))
	b.send("interactive", clicked("gone", "my salary"))
	b.send("interactive", with(map[string]any{"type": "block_actions", "actions": "my salary"}))
	mustContain(t, b.log.String(), "words did not reach the person", "envelope not understood")
	for _, secret := range []string{appText, botText, "secret-path", "my salary"} {
		if strings.Contains(b.log.String(), secret) {
			t.Errorf("%q is in the log:\n%s", secret, b.log.String())
		}
	}
}

func TestRouterTellsWhatIsRegistered(t *testing.T) {
	r := newRouter()
	On(r, press, func(context.Context, Click[answerID]) (Reply, error) { return Reply{}, nil })
	OnOptions(r, search, func(context.Context, Who, answerID, string) ([]blocks.Option, error) { return nil, nil })
	OnSubmit(r, edit, func(context.Context, Who, string, string) (Reply, error) { return Reply{}, nil })
	r.OnShortcut("checkin_answer", func(context.Context, Who) (Reply, error) { return Reply{}, nil })
	r.OnEvent("user_change", func(context.Context, Who, json.RawMessage) (Reply, error) { return Reply{}, nil })
	r.OnHome(func(context.Context, Who) (Reply, error) { return Reply{}, nil })
	want := [][]string{{"press", "search"}, {"edit"}, {"checkin_answer"}, {"app_home_opened", "user_change"}}
	if diff := cmp.Diff(want, [][]string{r.Actions(), r.Forms(), r.Shortcuts(), r.Events()}); diff != "" {
		t.Error(diff)
	}
	defer func() {
		if recover() == nil {
			t.Error("a second owner of an action was accepted")
		}
	}()
	On(r, press, func(context.Context, Click[answerID]) (Reply, error) { return Reply{}, nil })
}
