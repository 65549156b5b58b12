package page

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

// Gallery serves the catalogue of views: gallery.html at "/" and the golden
// files, one JSON document each, below the page's own policy. A message's file
// has the keys text, blocks and plain; a modal's and a Home tab's are views as
// Slack gets them.
func Gallery(goldens fs.FS) (http.Handler, error) {
	files, err := fs.Glob(goldens, "*.json")
	if err != nil {
		return nil, err
	}
	all := make(map[string]json.RawMessage, len(files))
	for _, file := range files {
		body, err := fs.ReadFile(goldens, file)
		if err != nil {
			return nil, err
		}
		all[strings.TrimSuffix(path.Base(file), ".json")] = body
	}
	body, err := json.Marshal(all)
	if err != nil {
		return nil, fmt.Errorf("page: golden files: %w", err)
	}
	assets := load()
	assets["goldens.json"] = newAsset("goldens.json", body)
	return serve("gallery.html", assets), nil
}
