package main

import (
	"encoding/json"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTheGalleryHoldsEveryGoldenFileOfTheViews(t *testing.T) {
	handler, err := galleryPage()
	if err != nil {
		t.Fatal(err)
	}
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, httptest.NewRequest("GET", "/goldens.json", nil))
	var shown map[string]json.RawMessage
	if err := json.Unmarshal(answer.Body.Bytes(), &shown); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("blocks/testdata/*.json")
	if err != nil || len(files) < 100 || len(files) != len(shown) {
		t.Errorf("%d golden files, %d shown: %v", len(files), len(shown), err)
	}
	for _, file := range files {
		if _, ok := shown[strings.TrimSuffix(filepath.Base(file), ".json")]; !ok {
			t.Errorf("%s is not shown", file)
		}
	}
	page := httptest.NewRecorder()
	handler.ServeHTTP(page, httptest.NewRequest("GET", "/", nil))
	if !strings.Contains(page.Body.String(), "gallery.js") {
		t.Errorf("the page is %s", page.Body)
	}
}

func TestTheGalleryListensOnThisMachineOnly(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:0", ":0", "192.0.2.1:0", "nonsense"} {
		if listener, err := listenLoopback(t.Context(), addr); err == nil {
			_ = listener.Close()
			t.Errorf("%q is listened on", addr)
		} else if !strings.Contains(err.Error(), "127.0.0.1:8090") {
			t.Errorf("%q: %v does not say what to do", addr, err)
		}
	}
	listener, err := listenLoopback(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = listener.Close()
}

// What the image is built from must hold what is embedded.
func TestTheImageIsBuiltWithTheGoldenFiles(t *testing.T) {
	ignored, err := os.ReadFile(".dockerignore")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(ignored), "testdata") && !strings.Contains(string(ignored), "**/testdata\n!blocks/testdata/*.json\n") {
		t.Error(".dockerignore leaves out the golden files that the program embeds")
	}
}
