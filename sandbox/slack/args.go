package slack

import (
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// maxBody bounds a request; Slack's own largest field is a 250 KB view.
const maxBody = 1 << 20

// args are the arguments of a call, whichever way they were sent. Structured
// ones (blocks, view, metadata) may be JSON or a string that holds JSON.
type args object

// readArgs decodes a form, JSON or multipart body, and the query.
func readArgs(w http.ResponseWriter, r *http.Request) (args, error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if r.Header.Get("Content-Encoding") == "gzip" {
		unpacked, err := gzip.NewReader(r.Body)
		if err != nil {
			return nil, fmt.Errorf("gzip: %w", err)
		}
		r.Body = http.MaxBytesReader(w, unpacked, maxBody)
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil && r.Header.Get("Content-Type") != "" {
		return nil, fmt.Errorf("content type: %w", err)
	}
	if isJSON(r) {
		return jsonArgs(r)
	}
	if kind == "multipart/form-data" {
		err = r.ParseMultipartForm(maxBody)
	} else {
		err = r.ParseForm()
	}
	if err != nil {
		return nil, fmt.Errorf("form: %w", err)
	}
	a := args{}
	for k, v := range r.Form {
		a[k] = v[0]
	}
	return a, nil
}

func queryArgs(r *http.Request) args {
	a := args{}
	for k, v := range r.URL.Query() {
		a[k] = v[0]
	}
	return a
}

func jsonArgs(r *http.Request) (args, error) {
	a := queryArgs(r)
	err := json.NewDecoder(r.Body).Decode(&a)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("json: %w", err)
	}
	// A token in a JSON body is not a credential for Slack.
	delete(a, "token")
	return a, nil
}

func isJSON(r *http.Request) bool {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return kind == "application/json"
}

// bearer takes the token from the header, else from the form.
func bearer(r *http.Request, a args) string {
	if t, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return t
	}
	return a.text("token")
}

func (a args) text(key string) string {
	switch v := a[key].(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

func (a args) number(key string) int {
	n, _ := strconv.Atoi(a.text(key))
	return n
}

func (a args) flag(key string) bool {
	v := a.text(key)
	return v == "true" || v == "1"
}

// has tells whether the argument was sent at all.
func (a args) has(key string) bool {
	v, ok := a[key]
	return ok && v != ""
}

// structured decodes an argument that is JSON, or JSON in a string.
func (a args) structured(key string) (any, error) {
	s, ok := a[key].(string)
	if !ok {
		return a[key], nil
	}
	if s == "" {
		return nil, nil
	}
	var v any
	if err := json.Unmarshal([]byte(s), &v); err != nil {
		return nil, fmt.Errorf("%s: %w", key, err)
	}
	return v, nil
}

func writeCursor(n int) string {
	return base64.URLEncoding.EncodeToString([]byte("next:" + strconv.Itoa(n)))
}

func readCursor(s string) (int, bool) {
	raw, err := base64.URLEncoding.DecodeString(s)
	rest, ok := strings.CutPrefix(string(raw), "next:")
	if err != nil || !ok {
		return 0, false
	}
	n, err := strconv.Atoi(rest)
	return n, err == nil && n >= 0
}
