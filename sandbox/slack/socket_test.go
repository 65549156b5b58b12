package slack_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

func TestHelloCountsTheConnections(t *testing.T) {
	w := start(t, quick())
	for n := 1; n <= 2; n++ {
		hello := w.dial().next()
		if hello["num_connections"] != float64(n) || dig(hello, "connection_info", "app_id") != "A0HEADWAY1" {
			t.Errorf("hello %d: %v", n, hello)
		}
	}
}

func TestTicketOpensOneConnectionOnly(t *testing.T) {
	w := start(t, quick())
	address := w.ticket()
	conn, _, err := websocket.Dial(t.Context(), address, nil)
	w.must(err)
	defer conn.CloseNow()
	_, resp, err := websocket.Dial(t.Context(), address, nil)
	if err == nil || resp.StatusCode != http.StatusNotFound {
		t.Errorf("second use of a ticket: %v, %v", resp, err)
	}
}

func TestOpeningAConnectionNeedsTheAppToken(t *testing.T) {
	w := start(t, quick())
	for token, want := range map[string]string{
		"":                   "not_authed",
		w.slack.BotToken():   "not_allowed_token_type",
		"xapp-1-A0-somebody": "invalid_auth",
	} {
		_, out := w.request("apps.connections.open", "application/x-www-form-urlencoded", token, strings.NewReader("token="+w.slack.AppToken()))
		if out["error"] != want {
			t.Errorf("token %q: %v, want %s", token, out, want)
		}
	}
}

func TestEleventhConnectionIsTurnedAway(t *testing.T) {
	w := start(t, quick())
	for range 10 {
		w.connect()
	}
	if f := w.dial().next(); f["type"] != "disconnect" || f["reason"] != "too_many_websockets" {
		t.Errorf("eleventh connection got %v", f)
	}
}

func TestPayloadsGoToOneConnectionEach(t *testing.T) {
	w := start(t, quick())
	got := make(chan int, 20)
	for i := range 2 {
		w.connect().answers(func(object) any { got <- i; return nil })
	}
	count := [2]int{}
	for range 10 {
		w.control("slash", slashBy("U03ADA", ""))
		count[<-got]++
	}
	if count != [2]int{5, 5} || len(got) > 0 {
		t.Errorf("payloads by connection: %v, left %d", count, len(got))
	}
}

func TestDisconnectAnnouncesItsReasonAndStillTakesAcks(t *testing.T) {
	timing := quick()
	timing.Warning = 300 * time.Millisecond
	w := start(t, timing)
	b := w.connect()
	w.control("disconnect", object{"reason": "warning"})
	if f := b.next(); f["type"] != "disconnect" || f["reason"] != "warning" {
		t.Fatalf("frame: %v", f)
	}
	done := make(chan object, 1)
	go func() { done <- w.control("slash", slashBy("U03ADA", "")) }()
	b.ack(b.next(), nil)
	if r := <-done; r["acked"] != true {
		t.Errorf("result: %v", r)
	}
	if err := <-b.ended; websocket.CloseStatus(err) != websocket.StatusNormalClosure {
		t.Errorf("closed with %v", err)
	}
}

func TestAckLongerThanSlackTakesClosesTheConnection(t *testing.T) {
	w := start(t, quick())
	b := w.connect()
	go w.tryControl("slash", slashBy("U03ADA", ""))
	b.ack(b.next(), object{"text": strings.Repeat("x", 20_480)})
	var closed websocket.CloseError
	if err := <-b.ended; !errors.As(err, &closed) || closed.Code != websocket.StatusMessageTooBig ||
		closed.Reason != "Max frame length of 20480 has been exceeded." {
		t.Errorf("ended with %v", err)
	}
	if v := w.slack.Violations(); len(v) != 1 || v[0].Kind != "wrong_ack" {
		t.Errorf("violations: %+v", v)
	}
}

func TestAckInPiecesIsIgnored(t *testing.T) {
	w := start(t, quick())
	b := w.connect()
	result := make(chan object, 1)
	go func() { result <- w.control("slash", slashBy("U03ADA", "")) }()
	raw := encode(w, object{"envelope_id": b.next()["envelope_id"]})
	out, err := b.conn.Writer(t.Context(), websocket.MessageText)
	w.must(err)
	for _, part := range [][]byte{raw[:10], raw[10:]} {
		_, err := out.Write(part)
		w.must(err)
	}
	w.must(out.Close())
	if r := <-result; r["acked"] != false {
		t.Errorf("result: %v", r)
	}
	if v := w.slack.Violations(); len(v) != 1 || !strings.Contains(v[0].Detail, "several frames") {
		t.Errorf("violations: %+v", v)
	}
}

func TestAckOnAnotherConnectionIsIgnored(t *testing.T) {
	w := start(t, quick())
	a, b := w.connect(), w.connect()
	result := make(chan object, 1)
	go func() { result <- w.control("slash", slashBy("U03ADA", "")) }()
	select {
	case f := <-a.frames:
		b.ack(f, nil)
	case f := <-b.frames:
		a.ack(f, nil)
	}
	if r := <-result; r["acked"] != false {
		t.Errorf("result: %v", r)
	}
}

func TestUnackedEventComesBackThreeTimes(t *testing.T) {
	w := start(t, quick())
	b := w.connect()
	w.control("home", object{"user": "U03ADA"})
	var first any
	for attempt := range 4 {
		f := b.next()
		id := dig(f, "payload", "event_id")
		if attempt == 0 {
			first = id
		}
		if f["retry_attempt"] != float64(attempt) || id != first {
			t.Errorf("delivery %d: attempt %v, event %v", attempt, f["retry_attempt"], id)
		}
		if want := map[bool]string{true: "", false: "timeout"}[attempt == 0]; f["retry_reason"] != want {
			t.Errorf("delivery %d: reason %v", attempt, f["retry_reason"])
		}
	}
}

func TestEventWaitsForAConnection(t *testing.T) {
	w := start(t, quick())
	if r := w.control("home", object{"user": "U03ADA"}); r["error"] != "dispatch_failed" {
		t.Fatalf("result: %v", r)
	}
	f := w.connect().next()
	if dig(f, "payload", "event", "type") != "app_home_opened" || f["retry_attempt"] != 1.0 {
		t.Errorf("first frame after hello: %v", f)
	}
}

func TestSocketFaults(t *testing.T) {
	t.Run("a dropped ack counts as none", func(t *testing.T) {
		w := start(t, quick())
		w.connect().answers(func(object) any { return nil })
		w.control("fault", object{"fault": "drop_ack"})
		if r := w.control("slash", slashBy("U03ADA", "")); r["error"] != "operation_timeout" {
			t.Errorf("first: %v", r)
		}
		if r := w.control("slash", slashBy("U03ADA", "")); r["acked"] != true {
			t.Errorf("second: %v", r)
		}
	})
	t.Run("a duplicate has the same envelope id", func(t *testing.T) {
		w := start(t, quick())
		b := w.connect()
		w.control("fault", object{"fault": "duplicate"})
		go w.tryControl("slash", slashBy("U03ADA", ""))
		if one, two := b.next(), b.next(); one["envelope_id"] != two["envelope_id"] {
			t.Errorf("%v and %v", one["envelope_id"], two["envelope_id"])
		}
	})
	t.Run("a killed socket ends without a close frame", func(t *testing.T) {
		w := start(t, quick())
		b := w.connect()
		w.control("fault", object{"fault": "kill_socket"})
		w.control("slash", slashBy("U03ADA", ""))
		if err := <-b.ended; websocket.CloseStatus(err) != -1 {
			t.Errorf("ended with %v", err)
		}
	})
	t.Run("a half-open socket neither delivers nor pongs", func(t *testing.T) {
		w := start(t, quick())
		b := w.connect()
		w.control("fault", object{"fault": "half_open"})
		if r := w.control("slash", slashBy("U03ADA", "")); r["acked"] != false {
			t.Errorf("result: %v", r)
		}
		if len(b.frames) > 0 {
			t.Errorf("delivered %v", <-b.frames)
		}
	})
	t.Run("link_disabled also ends the connections that follow", func(t *testing.T) {
		w := start(t, quick())
		b := w.connect()
		w.control("fault", object{"fault": "link_disabled", "times": 2})
		for _, conn := range []*bot{b, w.dial(), w.dial()} {
			if f := conn.next(); f["reason"] != "link_disabled" {
				t.Errorf("frame: %v", f)
			}
		}
		w.connect()
	})
	t.Run("a delayed envelope arrives late", func(t *testing.T) {
		w := start(t, quick())
		w.connect().answers(func(object) any { return nil })
		w.control("fault", object{"fault": "delay", "ms": 60})
		if r := w.control("slash", slashBy("U03ADA", "")); r["acked"] != true || r["ms"].(float64) < 60 {
			t.Errorf("result: %v", r)
		}
	})
}
