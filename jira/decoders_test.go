package jira

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// halves gives an answer in two parts with a wait in between.
func halves(wait time.Duration) http.RoundTripper {
	return roundTrip(func(r *http.Request) (*http.Response, error) {
		from, to := io.Pipe()
		go func() {
			_, _ = io.WriteString(to, `{"issues":[],`)
			time.Sleep(wait)
			_, _ = io.WriteString(to, `"isLast":true}`)
			_ = to.Close()
		}()
		return &http.Response{StatusCode: 200, Header: http.Header{}, Body: from, Request: r}, nil
	})
}

func TestADecoderHoldsItsPlaceOnlyWhileItHasSomethingToDo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		resp, err := limited(halves(time.Second), requestFor(t))
		if err != nil {
			t.Fatal(err)
		}
		read := make(chan error)
		go func() {
			_, err := page(resp.Body, "issues", (*scanner).skip)
			read <- err
		}()
		synctest.Wait() // for the second half
		if n := len(decoding); n != 0 {
			t.Errorf("%d places are held while nothing comes", n)
		}
		if err := <-read; err != nil {
			t.Fatal(err)
		}
		if n := len(decoding); n != 1 {
			t.Errorf("%d places are held before Close, want 1", n)
		}
		_ = resp.Body.Close()
		if n := len(decoding); n != 0 {
			t.Errorf("%d places are held after Close", n)
		}
	})
}

func TestADecoderWaitsForAPlace(t *testing.T) {
	for range cap(decoding) { // other clients of the process are at work
		decoding <- struct{}{}
	}
	free := func() {
		for len(decoding) > 0 {
			<-decoding
		}
	}
	defer free()
	ctx, cancel := context.WithCancel(t.Context())
	resp, err := limited(serving(strings.NewReader(`{}`), ""), requestFor(t).WithContext(ctx))
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := page(resp.Body, "issues", (*scanner).skip); !errors.Is(err, context.Canceled) {
		t.Errorf("without a free place: %v", err)
	}
	_ = resp.Body.Close()
	if len(decoding) != cap(decoding) {
		t.Error("a place was given back that was never taken")
	}
	free()
	if n, err := readAll(t, serving(strings.NewReader(`{}`), "")); n != 2 || err != nil {
		t.Errorf("with a free place: %d, %v", n, err)
	}
}

func TestEveryCallGivesItsPlaceBack(t *testing.T) {
	jira := newFake(t, describedAnswers(""))
	callEverything(t, jira.client(t))
	for _, status := range []int{302, 400, 401, 404, 500} {
		jira := newFake(t, nil)
		for pattern := range describedAnswers("") {
			if pattern != "GET /rest/api/3/myself" {
				jira.status(pattern, status)
			}
		}
		c := jira.client(t)
		_, _ = c.Fields(t.Context())
		_, _ = c.Boards(t.Context(), 1)
		_, _ = c.Sprints(t.Context(), 1)
		_, _ = collect(t, c, query)
	}
	if n := len(decoding); n != 0 {
		t.Errorf("%d places are held after all calls", n)
	}
}
