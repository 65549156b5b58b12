// Package page is the browser workspace of the sandbox: a page that looks and
// works like a Slack workspace and speaks only to the sandbox's own control
// surface. The bundle in dist is built from src and committed, so neither
// building nor running needs Node.
package page

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"
)

//go:generate go tool esbuild src/app.tsx src/app.css src/index.html src/gallery.tsx src/gallery.css src/gallery.html src/favicon.svg src/licenses.txt --bundle --minify --format=iife --target=es2022 --charset=utf8 --jsx=automatic --alias:preact=./src/vendor/preact/src/index.js --alias:preact/hooks=./src/vendor/preact/hooks/src/index.js --alias:preact/jsx-runtime=./src/vendor/preact/jsx-runtime/src/index.js --jsx-import-source=preact --loader:.html=copy --loader:.svg=copy --loader:.txt=copy --loader:.woff2=file --asset-names=[name] --entry-names=[name] --legal-comments=none --log-level=warning --outdir=dist

//go:embed dist
var bundle embed.FS

// policy keeps the page to its own origin: no foreign script, style, font,
// picture or connection, no frame around it and no form that leaves it.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; " +
	"img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

var contentTypes = map[string]string{
	".html":  "text/html; charset=utf-8",
	".js":    "text/javascript; charset=utf-8",
	".css":   "text/css; charset=utf-8",
	".svg":   "image/svg+xml",
	".json":  "application/json; charset=utf-8",
	".txt":   "text/plain; charset=utf-8",
	".woff2": "font/woff2",
}

type asset struct {
	body        []byte
	contentType string
	etag        string
}

// Handler serves the page: index.html at "/", its script, style, icon, fonts
// and licences beside it, and 404 for every other path. Only GET and HEAD are
// answered; anything else is 405.
func Handler() http.Handler { return serve("index.html", load()) }

// serve answers for the assets by their names, with the one called first at "/".
func serve(first string, assets map[string]asset) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		secure(w.Header())
		name := strings.TrimPrefix(r.URL.Path, "/")
		if name == "" {
			name = first
		}
		file, ok := assets[name]
		if !ok {
			http.NotFound(w, r)
			return
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "Only GET and HEAD are answered here.", http.StatusMethodNotAllowed)
			return
		}
		w.Header().Set("Content-Type", file.contentType)
		w.Header().Set("ETag", file.etag)
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(file.body))
	})
}

func secure(h http.Header) {
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cache-Control", "no-cache")
}

// load reads the embedded bundle once. It is part of the program, so a missing
// file is a broken build and not an error to handle.
func load() map[string]asset {
	entries, err := fs.ReadDir(bundle, "dist")
	if err != nil {
		panic(err)
	}
	assets := make(map[string]asset, len(entries))
	for _, entry := range entries {
		body, err := bundle.ReadFile(path.Join("dist", entry.Name()))
		if err != nil {
			panic(err)
		}
		assets[entry.Name()] = newAsset(entry.Name(), body)
	}
	return assets
}

func newAsset(name string, body []byte) asset {
	sum := sha256.Sum256(body)
	return asset{body: body, contentType: contentTypes[path.Ext(name)], etag: `"` + hex.EncodeToString(sum[:8]) + `"`}
}
