package blocks

import (
	"bytes"
	"encoding/json"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestEveryViewLooksAsItsGoldenFile(t *testing.T) {
	for _, s := range samples() {
		t.Run(s.name, func(t *testing.T) {
			got := golden(t, surfaceOf(t, s.usual()).doc)
			path := filepath.Join("testdata", s.name+".json")
			if *update {
				if err := os.WriteFile(path, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s changed; look at it and run go test ./blocks -update\ngot:\n%s", path, got)
			}
		})
	}
}

func TestNoGoldenFileIsLeftOver(t *testing.T) {
	known := map[string]bool{}
	for _, s := range samples() {
		known[s.name+".json"] = true
	}
	files, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if strings.HasSuffix(f.Name(), ".json") && !known[f.Name()] {
			t.Errorf("testdata/%s belongs to no view", f.Name())
		}
	}
}

func golden(t *testing.T, doc any) []byte {
	t.Helper()
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(doc); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func TestNoViewBreaksALimitOfSlack(t *testing.T) {
	for _, s := range samples() {
		t.Run(s.name, func(t *testing.T) {
			for look, rendered := range looks(s) {
				for _, problem := range surfaceOf(t, rendered).problems() {
					t.Errorf("%s: %s", look, problem)
				}
			}
		})
	}
}

// looks renders a sample with everyday and with extreme values.
func looks(s sample) map[string]any {
	all := map[string]any{"usual": s.usual()}
	if s.filled == nil {
		return all
	}
	all["3,000 characters"] = s.filled(fill{text: strings.Repeat("long text ", 300), n: 40})
	all["one word of 3,000"] = s.filled(fill{text: strings.Repeat("ü", 3000), n: 3})
	all["entities"] = s.filled(fill{text: strings.Repeat("<&>", 1000), n: 40})
	all["empty"] = s.filled(fill{text: "", n: 0})
	all["issue keys"] = s.filled(fill{text: "PAY-871", n: 150})
	return all
}

// hostile is text that would mention, link or reorder if it came through.
const hostile = "<!channel> <@U123> <#C123> <https://evil.example|click> \u202e\u200b\x00&amp;"

func TestTextFromOutsideNeverMentionsLinksOrHides(t *testing.T) {
	for _, s := range samples() {
		if s.filled == nil {
			continue
		}
		surface := surfaceOf(t, s.filled(fill{text: hostile, n: 2}))
		walk(surface.doc, func(key string, v any) {
			m, ok := v.(map[string]any)
			if ok && m["type"] == "mrkdwn" {
				checkHarmless(t, s.name, m["text"].(string))
			}
			if text, ok := v.(string); ok && key == "text" {
				checkVisible(t, s.name, text)
			}
		})
		if text, ok := surface.doc["text"].(string); ok {
			checkHarmless(t, s.name, text)
		}
	}
}

func checkHarmless(t *testing.T, where, text string) {
	t.Helper()
	for _, bad := range []string{"<!", "<@", "<#", "<http"} {
		if strings.Contains(text, bad) {
			t.Errorf("%s lets %q through: %s", where, bad, text)
		}
	}
}

func checkVisible(t *testing.T, where, text string) {
	t.Helper()
	if strings.ContainsAny(text, "\u202e\u200b\x00") {
		t.Errorf("%s lets an invisible character through: %q", where, text)
	}
}

func TestEveryMessageSurvivesTheOutbox(t *testing.T) {
	for _, s := range samples() {
		m, ok := s.usual().(Message)
		if !ok {
			continue
		}
		stored, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		var back Message
		if err := json.Unmarshal(stored, &back); err != nil {
			t.Fatalf("%s: %v", s.name, err)
		}
		again, err := json.Marshal(back)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(stored, again) {
			t.Errorf("%s changed in the outbox:\n%s\n%s", s.name, stored, again)
		}
	}
}

func TestEveryWordKeepsTheVoice(t *testing.T) {
	for _, s := range samples() {
		if strings.HasSuffix(s.name, "_extreme") {
			continue // its words are other people's
		}
		walk(surfaceOf(t, s.usual()).doc, func(key string, v any) {
			text, ok := v.(string)
			if ok && (key == "text" || key == "title") && strings.Contains(text, "!") {
				t.Errorf("%s exclaims: %s", s.name, text)
			}
		})
	}
}

func TestFallbackTextSaysWhatTheBlocksSay(t *testing.T) {
	for _, s := range samples() {
		m, ok := s.usual().(Message)
		if !ok || strings.HasSuffix(m.Text, "\n…") { // more than a notification holds
			continue
		}
		for _, set := range []string{"blocks", "plain"} {
			for _, b := range surfaceOf(t, m).list(set) {
				for _, said := range paragraphs(b) {
					if !strings.Contains(m.Text, said) {
						t.Errorf("%s: the text lacks %q:\n%s", s.name, said, m.Text)
					}
				}
			}
		}
	}
}

// paragraphs are the texts of a section or context, or the values of a table.
func paragraphs(b map[string]any) []string {
	var out []string
	switch b["type"] {
	case "section":
		out = append(out, text(b["text"]).(string))
	case "context":
		for _, e := range objects(b["elements"]) {
			out = append(out, e["text"].(string))
		}
	case "table":
		walk(b["rows"].([]any)[1:], func(key string, v any) {
			if key == "text" {
				out = append(out, strings.TrimSpace(v.(string)))
			}
		})
	}
	return out
}

// declarations are the names in this package's source of actions, of forms and
// of fields.
func declarations(t *testing.T) (actions, fields map[string]bool) {
	t.Helper()
	actions, fields = map[string]bool{}, map[string]bool{}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if ok {
				declared(spec, actions, fields)
			}
			return true
		})
	}
	return actions, fields
}

func declared(spec *ast.ValueSpec, actions, fields map[string]bool) {
	for i, value := range spec.Values {
		switch value := value.(type) {
		case *ast.BasicLit:
			if strings.HasPrefix(spec.Names[i].Name, "Field") {
				fields[unquoted(value)] = true
			}
		case *ast.CompositeLit:
			index, ok := value.Type.(*ast.IndexExpr)
			if !ok || len(value.Elts) == 0 {
				continue
			}
			if kind, ok := index.X.(*ast.Ident); ok && kind.Name == "Action" {
				actions[unquoted(value.Elts[0].(*ast.BasicLit))] = true
			}
		}
	}
}

func unquoted(lit *ast.BasicLit) string {
	s, err := strconv.Unquote(lit.Value)
	if err != nil {
		panic(err)
	}
	return s
}

func TestEveryIDIsDeclaredAndEveryDeclarationIsUsed(t *testing.T) {
	actions, fields := declarations(t)
	usedActions, usedFields := map[string]bool{}, map[string]bool{}
	for _, s := range samples() {
		for _, b := range surfaceOf(t, s.usual()).blocks {
			isInput := b["type"] == "input"
			if isInput {
				name, _ := SplitActionID(b["block_id"].(string))
				usedFields[name] = true
				if !fields[name] {
					t.Errorf("%s has the undeclared field %q", s.name, name)
				}
			}
			walk(b, func(key string, v any) {
				if key != "action_id" {
					return
				}
				name, _ := SplitActionID(v.(string))
				usedActions[name] = true
				if !actions[name] && !(isInput && fields[name]) {
					t.Errorf("%s has the undeclared action %q", s.name, name)
				}
			})
		}
	}
	for name := range actions {
		if !usedActions[name] {
			t.Errorf("no view offers the action %q", name)
		}
	}
	for name := range fields {
		if !usedFields[name] {
			t.Errorf("no view has the field %q", name)
		}
	}
}
