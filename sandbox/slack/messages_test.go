package slack_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

func section(text string) object {
	return object{"type": "section", "text": object{"type": "mrkdwn", "text": text}}
}

func (w *world) post(form ...string) object {
	w.Helper()
	return w.call("chat.postMessage", form...)
}

func TestPostIsShownUpdatedAndDeleted(t *testing.T) {
	w := start(t, quick())
	posted := w.post("channel", "C01PAY", "text", "one", "blocks", blocksOf(w, section("*one*")))
	ts, _ := posted["ts"].(string)
	if posted["ok"] != true || dig(posted, "message", "blocks", 0, "block_id") == nil {
		t.Fatalf("posted: %v", posted)
	}

	updated := w.call("chat.update", "channel", "C01PAY", "ts", ts, "text", "two")
	if updated["ok"] != true || dig(updated, "message", "edited", "ts") == nil {
		t.Errorf("updated: %v", updated)
	}
	m := w.messages("channel=C01PAY&after=" + ts)
	if len(m) != 1 || m[0]["text"] != "two" || m[0]["bot_id"] != "B0HEADWAY1" || len(objects(m[0]["blocks"])) != 1 {
		t.Errorf("edited message: %v", m)
	}

	if out := w.call("chat.delete", "channel", "C01PAY", "ts", ts); out["ok"] != true {
		t.Errorf("deleted: %v", out)
	}
	if m := w.messages("channel=C01PAY"); len(m) != 0 {
		t.Errorf("left: %v", m)
	}
	w.noViolations()
}

func TestChannelsRefuseTheBot(t *testing.T) {
	w := start(t, quick())
	w.control("fault", object{"fault": "archive_channel", "channel": "C02PLAT"})
	for channel, want := range map[string]string{
		"C05LEAD": "not_in_channel", "C0NONE": "channel_not_found", "C02PLAT": "is_archived",
	} {
		if out := w.post("channel", channel, "text", "x"); out["error"] != want {
			t.Errorf("%s: %v, want %s", channel, out, want)
		}
	}
	w.noViolations()
	if got := len(w.slack.Refusals()); got != 3 {
		t.Errorf("%d refusals", got)
	}
}

func TestDirectMessageOpensByUserID(t *testing.T) {
	w := start(t, quick())
	if m := w.look("messages?channel=D03ADA"); m["error"] != nil {
		t.Errorf("before it is open: %v", m)
	}
	opened := w.call("conversations.open", "users", "U03ADA")
	if dig(opened, "channel", "id") != "D03ADA" {
		t.Fatalf("opened: %v", opened)
	}
	if out := w.post("channel", "U03ADA", "text", "hi"); out["channel"] != "D03ADA" {
		t.Errorf("posted: %v", out)
	}
	if m := w.messages("channel=U03ADA"); len(m) != 1 {
		t.Errorf("messages: %v", m)
	}
}

func TestEphemeralMessageNeedsAMember(t *testing.T) {
	w := start(t, quick())
	if out := w.call("chat.postEphemeral", "channel", "C02PLAT", "user", "U03ADA", "text", "x"); out["error"] != "user_not_in_channel" {
		t.Errorf("outsider: %v", out)
	}
	if out := w.call("chat.postEphemeral", "channel", "C01PAY", "user", "U03ADA", "text", "x"); out["message_ts"] == nil {
		t.Errorf("member: %v", out)
	}
}

func TestMessagesWaitForOneToCome(t *testing.T) {
	w := start(t, quick())
	got := make(chan []object, 1)
	go func() { got <- w.messages("channel=C01PAY&wait_ms=5000") }()
	w.post("channel", "C01PAY", "text", "at last")
	if m := <-got; len(m) != 1 || m[0]["text"] != "at last" {
		t.Errorf("messages: %v", m)
	}
	if m := w.messages("channel=C02PLAT&wait_ms=20"); len(m) != 0 {
		t.Errorf("messages: %v", m)
	}
}

func TestStampsStayUniqueWhileTheClockStands(t *testing.T) {
	w := start(t, quick())
	seen := map[any]bool{}
	for _, channel := range []string{"C01PAY", "C02PLAT", "C03GEN", "C01PAY"} {
		ts := w.post("channel", channel, "text", "x")["ts"]
		if seen[ts] {
			t.Errorf("ts %v came twice", ts)
		}
		seen[ts] = true
	}
}

func TestClientMsgIDIsHonouredOnlyBySwitch(t *testing.T) {
	w := start(t, quick())
	post := func() any { return w.post("channel", "C01PAY", "text", "x", "client_msg_id", "id-1")["ts"] }
	if post() == post() {
		t.Error("honoured without the switch")
	}
	w.control("fault", object{"fault": "client_msg_id"})
	if post() != post() {
		t.Error("not honoured with the switch")
	}
	if m := w.messages("channel=C01PAY"); len(m) != 2 || m[0]["client_msg_id"] != "id-1" {
		t.Errorf("messages: %v", m)
	}
}

func TestMalformedMessagesAreViolations(t *testing.T) {
	long := strings.Repeat("é", 3000)
	chart := object{"type": "data_visualization", "title": "Done", "chart": object{
		"type": "pie", "segments": []object{{"label": "a", "value": 1}},
	}}
	for name, c := range map[string]struct {
		form        []string
		err, detail string
	}{
		"nothing to say":      {[]string{"text", ""}, "no_text", ""},
		"blocks is no JSON":   {[]string{"blocks", "["}, "invalid_blocks_format", ""},
		"null blocks":         {[]string{"text", "x", "blocks", "null"}, "invalid_blocks", "[json-pointer:/blocks]"},
		"text too long":       {[]string{"blocks", blocksOf(t, section(long+"é"))}, "invalid_blocks", "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"},
		"all text too long":   {[]string{"blocks", blocksOf(t, section(long), section(long), section(long), section(long), section(long))}, "msg_blocks_too_long", ""},
		"three charts":        {[]string{"blocks", blocksOf(t, chart, chart, chart)}, "invalid_blocks", "[json-pointer:/blocks/2]"},
		"fifty-one blocks":    {[]string{"blocks", blocksOf(t, slices.Repeat([]object{{"type": "divider"}}, 51)...)}, "invalid_blocks", "no more than 50 items allowed"},
		"markdown and text":   {[]string{"text", "x", "markdown_text", "y"}, "markdown_text_conflict", ""},
		"an argument missing": {[]string{"channel", ""}, "invalid_arguments", "missing required field: channel"},
	} {
		t.Run(name, func(t *testing.T) {
			w := start(t, quick())
			out := w.post(append([]string{"channel", "C01PAY"}, c.form...)...)
			if out["error"] != c.err {
				t.Fatalf("answer: %v, want %s", out, c.err)
			}
			v := w.slack.Violations()
			if len(v) != 1 || v[0].Kind != "malformed_call" || !strings.Contains(v[0].Detail, c.detail) {
				t.Errorf("violations: %+v, want %q", v, c.detail)
			}
		})
	}
}

func TestThreeThousandCharactersAreCountedNotBytes(t *testing.T) {
	w := start(t, quick())
	if out := w.post("channel", "C01PAY", "text", "x", "blocks", blocksOf(w, section(strings.Repeat("é", 3000)))); out["ok"] != true {
		t.Errorf("answer: %v", out)
	}
}

func TestPostsAboveTheRateAreViolations(t *testing.T) {
	w := start(t, quick())
	for i := range 5 {
		if out := w.post("channel", "C01PAY", "text", fmt.Sprint(i)); out["ok"] != true {
			t.Fatalf("post %d of a burst: %v", i, out)
		}
	}
	w.noViolations()
	if out := w.post("channel", "C01PAY", "text", "too many"); out["error"] != "ratelimited" {
		t.Errorf("sixth post: %v", out)
	}
	if out := w.post("channel", "C02PLAT", "text", "elsewhere"); out["ok"] != true {
		t.Errorf("other channel: %v", out)
	}
	if v := w.slack.Violations(); len(v) != 1 || v[0].Kind != "above_rate" {
		t.Errorf("violations: %+v", v)
	}
}

func TestPlannedRateLimitSaysHowLongToWait(t *testing.T) {
	w := start(t, quick())
	w.control("rate-limit", object{"method": "users.info", "times": 1, "retry_after": 7})
	resp, out := w.request("users.info", "application/x-www-form-urlencoded", w.slack.BotToken(), strings.NewReader("user=U03ADA"))
	if resp.StatusCode != http.StatusTooManyRequests || resp.Header.Get("Retry-After") != "7" || out["error"] != "ratelimited" {
		t.Errorf("answer: %d, Retry-After %q, %v", resp.StatusCode, resp.Header.Get("Retry-After"), out)
	}
	if out := w.call("auth.test"); out["ok"] != true {
		t.Errorf("another method: %v", out)
	}
	w.noViolations()
}

func TestHTTPFaults(t *testing.T) {
	w := start(t, quick())
	form := url.Values{"channel": {"C01PAY"}, "text": {"x"}}.Encode()
	try := func() int {
		resp, _ := w.request("chat.postMessage", "application/x-www-form-urlencoded", w.slack.BotToken(), strings.NewReader(form))
		return resp.StatusCode
	}
	w.control("fault", object{"fault": "http_500", "method": "chat.postMessage"})
	if got := try(); got != 500 || len(w.messages("channel=C01PAY")) != 0 {
		t.Errorf("http_500: %d", got)
	}
	w.control("fault", object{"fault": "post_then_500"})
	if got := try(); got != 500 || len(w.messages("channel=C01PAY")) != 1 {
		t.Errorf("post_then_500: %d", got)
	}
	w.control("fault", object{"fault": "invalid_blocks", "block": "table"})
	table := object{"type": "table", "rows": [][]object{{{"type": "raw_text", "text": "x"}}}}
	if out := w.post("channel", "C01PAY", "text", "x", "blocks", blocksOf(w, table)); out["error"] != "invalid_blocks" {
		t.Errorf("invalid_blocks: %v", out)
	}
	if out := w.post("channel", "C01PAY", "text", "x", "blocks", blocksOf(w, table)); out["ok"] != true {
		t.Errorf("after it: %v", out)
	}
	w.control("fault", object{"fault": "revoke_token", "token": "bot"})
	if out := w.call("auth.test"); out["error"] != "token_revoked" {
		t.Errorf("revoked: %v", out)
	}
	w.control("fault", object{"fault": "clear"})
	if out := w.call("auth.test"); out["user_id"] != "U0HEADWAY" {
		t.Errorf("cleared: %v", out)
	}
	w.noViolations()
}

func TestScopesAreChecked(t *testing.T) {
	w := start(t, quick())
	w.control("fault", object{"fault": "scopes", "scopes": []string{"chat:write", "users:read"}})
	out := w.call("conversations.info", "channel", "C01PAY")
	if out["error"] != "missing_scope" || out["needed"] != "channels:read" || out["provided"] != "chat:write,users:read" {
		t.Errorf("answer: %v", out)
	}
	if out := w.call("users.info", "user", "U03ADA"); out["ok"] != true || dig(out, "user", "profile", "email") != nil {
		t.Errorf("user: %v", out)
	}
	resp, _ := w.request("auth.test", "application/x-www-form-urlencoded", w.slack.BotToken(), nil)
	if got := resp.Header.Get("X-OAuth-Scopes"); got != "chat:write,users:read" {
		t.Errorf("X-OAuth-Scopes: %q", got)
	}
}

func TestListsComeInPages(t *testing.T) {
	w := start(t, quick())
	var names []any
	cursor := ""
	for {
		out := w.call("users.list", "limit", "5", "cursor", cursor)
		for _, u := range objects(out["members"]) {
			names = append(names, u["id"])
		}
		cursor, _ = dig(out, "response_metadata", "next_cursor").(string)
		if cursor == "" {
			break
		}
	}
	if len(names) != 12 { // eleven people of the team and the bot
		t.Errorf("%d users: %v", len(names), names)
	}
}

func blocksOf(t testing.TB, blocks ...object) string { return string(encode(t, blocks)) }
