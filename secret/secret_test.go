package secret_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"headway/secret"
)

const text = "xoxb-canary-8231"

type holder struct {
	Name  string
	Token secret.Secret
	Keys  []secret.Secret
	ByID  map[string]secret.Secret
}

func held() holder {
	s := secret.Secret(text)
	return holder{Name: "acme", Token: s, Keys: []secret.Secret{s}, ByID: map[string]secret.Secret{"k": s}}
}

// hides fails when out shows the text, in plain or in hexadecimal.
func hides(t *testing.T, way, out string) {
	t.Helper()
	lower := strings.ToLower(out)
	if strings.Contains(lower, text) || strings.Contains(lower, hex.EncodeToString([]byte(text))) {
		t.Errorf("%s shows the secret: %s", way, out)
	}
}

func TestNoVerbShowsTheText(t *testing.T) {
	for _, verb := range []string{"v", "+v", "#v", "s", "q", "x", "X", "# x", "d", "c", "o", "b", "e", "g", "t", "U", "20s", "-20.3v"} {
		format := "%" + verb
		hides(t, format, fmt.Sprintf(format, secret.Secret(text)))
		hides(t, format+" of a struct", fmt.Sprintf(format, held()))
		hides(t, format+" of a pointer", fmt.Sprintf(format, &holder{Token: text}))
	}
}

func TestLogsErrorsAndDocumentsHideTheText(t *testing.T) {
	s := secret.Secret(text)
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("m", "token", s, "all", held())
	slog.New(slog.NewTextHandler(&log, nil)).Info("m", "token", s, "all", held(), slog.Group("g", "t", s))
	hides(t, "slog", log.String())

	hides(t, "an error", errors.Join(fmt.Errorf("refused: %w: %v", errors.New("x"), s)).Error())
	hides(t, "string concatenation", s.String()+fmt.Sprint(s)+fmt.Sprintln(s))

	document, err := json.Marshal(held())
	if err != nil {
		t.Fatal(err)
	}
	hides(t, "JSON", string(document))
	document, err = xml.Marshal(struct {
		XMLName xml.Name `xml:"a"`
		Token   secret.Secret
	}{Token: s})
	if err != nil {
		t.Fatal(err)
	}
	hides(t, "XML", string(document))
}

func TestRevealGivesTheTextBack(t *testing.T) {
	if got := secret.Secret(text).Reveal(); got != text {
		t.Errorf("Reveal() = %q, want %q", got, text)
	}
	if secret.Secret(text).Empty() || !secret.Secret("").Empty() {
		t.Error("Empty() is wrong")
	}
}
