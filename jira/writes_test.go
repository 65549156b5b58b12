package jira

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	gojira "github.com/andygrunwald/go-jira"

	"headway/sandbox/history"
	sandbox "headway/sandbox/jira"
)

// attempt is what go-jira tried to send.
type attempt struct {
	method, path string
	err          error
}

// watched is a client before a sandbox, with go-jira as the client uses it, and
// all that is tried through it.
func watched(t *testing.T) (api *gojira.Client, server *sandbox.Server, tried *[]attempt) {
	t.Helper()
	now := time.Date(2026, 11, 24, 8, 25, 0, 0, time.UTC)
	server = sandbox.New(sandbox.Config{Now: func() time.Time { return now }, Site: history.Demo(now), Email: fakeEmail, Token: fakeToken.Reveal(), Log: quiet})
	listener := httptest.NewServer(server)
	t.Cleanup(listener.Close)
	c, err := Open(Options{Base: listener.URL, Email: fakeEmail, Token: fakeToken, Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	tried = &[]attempt{}
	next := c.http.Transport
	c.http.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		resp, err := next.RoundTrip(r)
		*tried = append(*tried, attempt{r.Method, r.URL.Path, err})
		return resp, err
	})
	if api, err = c.api(t.Context()); err != nil {
		t.Fatal(err)
	}
	*tried = nil
	return api, server, tried
}

// TestGoJiraCannotWrite calls every method of every service of the client's own
// go-jira. Whatever is not one of the listed reads must end before the network,
// so the sandbox sees nothing that it would have to forgive.
func TestGoJiraCannotWrite(t *testing.T) {
	api, server, tried := watched(t)
	writers, refused := map[string]bool{}, 0
	eachMethod(api, func(name string, call func()) {
		before := len(*tried)
		call()
		for _, a := range (*tried)[before:] {
			if a.method == http.MethodGet {
				continue
			}
			writers[name] = true
			if refused++; a.err == nil {
				t.Errorf("%s: %s %s was sent", name, a.method, a.path)
			}
		}
	})
	for _, v := range server.Violations() {
		t.Errorf("the sandbox saw %s %s: %s", v.Method, v.Path, v.What)
	}
	for _, name := range []string{"Issue.CreateWithContext", "Issue.DeleteWithContext", "Issue.DoTransitionWithContext", "Issue.UpdateWithContext", "Issue.AddCommentWithContext",
		"Board.CreateBoardWithContext", "Sprint.MoveIssuesToSprintWithContext", "Version.CreateWithContext", "User.DeleteWithContext", "Issue.PostAttachmentWithContext"} {
		if !writers[name] {
			t.Errorf("%s was not seen to write: the enumeration misses methods", name)
		}
	}
	if len(writers) < 80 {
		t.Errorf("only %d writing methods of go-jira were tried", len(writers))
	}
	t.Logf("%d writing methods of go-jira, %d calls refused of %d", len(writers), refused, len(*tried))
}

// TestEveryMethodNamedLikeAWriteWasTried keeps a new release of go-jira from
// adding one that the made-up arguments don't get to the wire.
func TestEveryMethodNamedLikeAWriteWasTried(t *testing.T) {
	api, _, tried := watched(t)
	eachMethod(api, func(name string, call func()) {
		_, method, _ := strings.Cut(name, ".")
		if !strings.HasSuffix(method, "WithContext") || !writesByName(method) {
			return
		}
		before := len(*tried)
		call()
		if len(*tried) == before {
			t.Errorf("%s sent nothing, so nothing was proved of it", name)
		}
	})
}

func writesByName(method string) bool {
	for _, verb := range []string{"Create", "Update", "Delete", "Add", "Remove", "Move", "Set", "Do", "Post", "Transition"} {
		if strings.HasPrefix(method, verb) {
			return true
		}
	}
	return false
}

func TestNoOtherMethodPassesOnAPathThatMayBeRead(t *testing.T) {
	api, server, tried := watched(t)
	for _, e := range allowed {
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodHead, http.MethodOptions} {
			path := strings.ReplaceAll(strings.TrimPrefix(e.path, "/"), "{}", "1")
			if listed := endpointOf(method, "/"+path); listed {
				continue
			}
			req, err := api.NewRequestWithContext(t.Context(), method, path, map[string]string{"summary": "x"})
			if err != nil {
				t.Fatal(err)
			}
			if resp, err := api.Do(req, nil); err == nil || resp != nil {
				t.Errorf("%s %s was sent", method, path)
			}
		}
	}
	if n := len(server.Violations()); n != 0 || len(*tried) < 80 {
		t.Errorf("%d violations, %d calls tried", n, len(*tried))
	}
}

func endpointOf(method, path string) bool {
	for _, e := range allowed {
		if e.matches(method, path) {
			return true
		}
	}
	return false
}

// eachMethod offers every method of every service with made-up arguments.
func eachMethod(api *gojira.Client, try func(name string, call func())) {
	services := reflect.ValueOf(api).Elem()
	for i := range services.NumField() {
		service, name := services.Field(i), services.Type().Field(i).Name
		if !services.Type().Field(i).IsExported() || service.Kind() != reflect.Pointer {
			continue
		}
		for m := range service.NumMethod() {
			method := service.Method(m)
			try(name+"."+service.Type().Method(m).Name, func() {
				defer func() { _ = recover() }() // go-jira trips over answers that are missing
				method.Call(madeUp(method.Type()))
			})
		}
	}
}

func madeUp(f reflect.Type) []reflect.Value {
	var args []reflect.Value
	for i := range f.NumIn() {
		if f.IsVariadic() && i == f.NumIn()-1 {
			break
		}
		args = append(args, madeUpValue(f.In(i)))
	}
	return args
}

func madeUpValue(t reflect.Type) reflect.Value {
	switch {
	case t == reflect.TypeFor[context.Context]():
		return reflect.ValueOf(context.Background())
	case t == reflect.TypeFor[io.Reader]():
		return reflect.ValueOf(bytes.NewBufferString("x")).Convert(t)
	case t.Kind() == reflect.String:
		return reflect.ValueOf("1").Convert(t)
	case t.Kind() == reflect.Int:
		return reflect.ValueOf(1).Convert(t)
	case t.Kind() == reflect.Pointer:
		v := reflect.New(t.Elem())
		if t.Elem() == reflect.TypeFor[gojira.Issue]() {
			v.Elem().FieldByName("Key").SetString("PAY-1")
		}
		return v
	case t.Kind() == reflect.Func:
		return reflect.MakeFunc(t, func([]reflect.Value) []reflect.Value {
			return []reflect.Value{reflect.Zero(t.Out(0))}
		})
	case t.Kind() == reflect.Interface:
		return reflect.ValueOf(map[string]any{}).Convert(t)
	}
	return reflect.Zero(t)
}
