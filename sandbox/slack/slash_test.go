package slack_test

import (
	"testing"
)

func slashBy(user, text string) object {
	return object{"channel": "C01PAY", "user": user, "command": "/headway", "text": text}
}

func TestSlashCommandIsAckedWithAnEphemeralMessage(t *testing.T) {
	w := start(t, quick())
	w.connect().answers(func(object) any { return object{"text": "hello"} })

	r := w.control("slash", slashBy("U03ADA", "help"))

	if r["acked"] != true || dig(r, "payload", "text") != "hello" {
		t.Fatalf("result: %v", r)
	}
	m := w.messages("channel=C01PAY&user=U03ADA")
	if len(m) != 1 || m[0]["ephemeral_to"] != "U03ADA" || m[0]["text"] != "hello" {
		t.Errorf("messages: %v", m)
	}
	if others := w.messages("channel=C01PAY&user=U01MIRA"); len(others) != 0 {
		t.Errorf("another user sees %v", others)
	}
	w.noViolations()
}

func TestSlashCommandWithoutConnectionFails(t *testing.T) {
	w := start(t, quick())
	r := w.control("slash", slashBy("U03ADA", ""))
	if r["acked"] != false || r["error"] != "dispatch_failed" {
		t.Errorf("result: %v", r)
	}
}

func TestUnackedSlashCommandTimesOutAndIsNotRepeated(t *testing.T) {
	w := start(t, quick())
	b := w.connect()
	r := w.control("slash", slashBy("U03ADA", ""))
	if r["acked"] != false || r["error"] != "operation_timeout" {
		t.Errorf("result: %v", r)
	}
	frame := b.next()
	b.ack(frame, nil)
	w.control("home", object{"user": "U03ADA"})
	if next := b.next(); next["type"] != "events_api" {
		t.Errorf("the command came again: %v", next)
	}
	if r := w.slack.Refusals(); len(r) != 1 || r[0].Detail != "late ack" {
		t.Errorf("refusals: %+v", r)
	}
}

func TestTypedTextReachesTheAppEscaped(t *testing.T) {
	w := start(t, quick())
	texts := make(chan any, 1)
	w.connect().answers(func(p object) any { texts <- p["text"]; return nil })
	for typed, want := range map[string]string{
		"roles add @ada in #payments":  "roles add <@U03ADA|ada> in <#C01PAY|payments>",
		"a < b & c > d":                "a &lt; b &amp; c &gt; d",
		"see https://acme.test/x?y=1":  "see <https://acme.test/x?y=1>",
		"already <@U03ADA|ada>":        "already <@U03ADA|ada>",
		"<!channel> @nobody x@ada.com": "&lt;!channel&gt; @nobody x@ada.com",
	} {
		w.control("slash", slashBy("U01MIRA", typed))
		if got := <-texts; got != want {
			t.Errorf("%q became %q, want %q", typed, got, want)
		}
	}
}
