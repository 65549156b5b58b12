package jira

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func zipped(t *testing.T, s []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(s); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// serving answers every request with one body, packed or not.
func serving(body io.Reader, encoding string) http.RoundTripper {
	return roundTrip(func(r *http.Request) (*http.Response, error) {
		h := http.Header{}
		if encoding != "" {
			h.Set("Content-Encoding", encoding)
		}
		return &http.Response{StatusCode: 200, Header: h, Body: io.NopCloser(body), Request: r}, nil
	})
}

func readAll(t *testing.T, next http.RoundTripper) (int, error) {
	t.Helper()
	resp, err := limited(next, requestFor(t))
	if err != nil {
		return 0, err
	}
	defer func() { _ = resp.Body.Close() }()
	n, err := io.Copy(io.Discard, resp.Body)
	return int(n), err
}

func requestFor(t *testing.T) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://acme.atlassian.net/rest/api/3/field", nil)
	if err != nil {
		t.Fatal(err)
	}
	return req
}

// mixed is text that packs about as well as JSON does.
func mixed(n int) []byte {
	b := make([]byte, n)
	for i, x := 0, uint32(1); i < n; i++ {
		x = x*1664525 + 1013904223
		b[i] = "abcdefghijklmnop"[x>>28]
	}
	return b
}

func TestPackedAnswersAreReadWhole(t *testing.T) {
	text := mixed(3 << 20)
	if n, err := readAll(t, serving(bytes.NewReader(zipped(t, text)), "gzip")); n != len(text) || err != nil {
		t.Errorf("%d of %d bytes, %v", n, len(text), err)
	}
	if n, err := readAll(t, serving(strings.NewReader(""), "gzip")); n != 0 || err != nil {
		t.Errorf("an empty answer: %d, %v", n, err)
	}
}

func TestAnswersEndAtSixteenMebibytesAfterGzip(t *testing.T) {
	if n, err := readAll(t, serving(bytes.NewReader(mixed(bodyLimit)), "")); n != bodyLimit || err != nil {
		t.Errorf("at the limit: %d, %v", n, err)
	}
	for encoding, body := range map[string][]byte{"": mixed(bodyLimit + 1), "gzip": zipped(t, mixed(bodyLimit+1))} {
		if n, err := readAll(t, serving(bytes.NewReader(body), encoding)); n > bodyLimit || !errors.Is(err, errTooLarge) || !errors.Is(err, ErrIncomplete) {
			t.Errorf("%q over the limit: %d, %v", encoding, n, err)
		}
	}
}

func TestAGzipBombIsStoppedEarly(t *testing.T) {
	n, err := readAll(t, serving(bytes.NewReader(zipped(t, make([]byte, 15<<20))), "gzip"))
	if n > 2<<20 || !errors.Is(err, errBomb) {
		t.Errorf("%d bytes unpacked, %v", n, err)
	}
}

func TestABrokenGzipIsAnError(t *testing.T) {
	if _, err := readAll(t, serving(strings.NewReader("no gzip at all"), "gzip")); err == nil {
		t.Error("no error")
	}
}

// drip gives a byte a second, until its request is given up.
type drip struct{ r *http.Request }

func (d drip) Read(p []byte) (int, error) {
	select {
	case <-time.After(time.Second):
		return copy(p[:1], "x"), nil
	case <-d.r.Context().Done():
		return 0, d.r.Context().Err()
	}
}

func TestASlowAnswerEndsAfterThirtySeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		_, err := readAll(t, roundTrip(func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(drip{r})}, nil
		}))
		if !errors.Is(err, ErrUnavailable) || !errors.Is(err, errTooSlow) || time.Since(start) != callLimit {
			t.Errorf("%v after %s", err, time.Since(start))
		}
	})
}

func TestNoAnswerEndsAfterThirtySeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		_, err := readAll(t, roundTrip(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		}))
		if !errors.Is(err, errTooSlow) || time.Since(start) != callLimit {
			t.Errorf("%v after %s", err, time.Since(start))
		}
	})
}

func TestCloseDoesNotWaitForASlowRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		resp, err := limited(roundTrip(func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(drip{r})}, nil
		}), requestFor(t))
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		_ = resp.Body.Close()
		if waited := time.Since(start); waited > drainTime {
			t.Errorf("Close took %s", waited)
		}
	})
}
