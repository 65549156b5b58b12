package jira

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// fault is a switched-on misbehaviour and its arguments.
type fault struct {
	On      *bool    `json:"on"`      // false switches it off
	Times   int      `json:"times"`   // calls it lasts; 0: until switched off
	Project string   `json:"project"` // key
	Key     string   `json:"key"`     // of an issue
	Size    int      `json:"size"`
	Seconds int      `json:"seconds"`
	MS      int      `json:"ms"`
	To      string   `json:"to"`
	Status  string   `json:"status"` // id
	Flagged *bool    `json:"flagged"`
	Points  *float64 `json:"points"`
	Path    string   `json:"path"` // only calls whose path contains it
}

// knownFaults says what each name does.
var knownFaults = map[string]string{
	"unauthorized":           "401",
	"no_licence":             "403",
	"anonymous":              "a bad token told by nothing but a header: 200 and no data",
	"forbidden":              "project: hidden from the token's account",
	"down":                   "503 in JSON with Retry-After",
	"http_500":               "500",
	"gone":                   "410, as where Jira removed a path",
	"quota":                  "429 of a quota; seconds: Retry-After",
	"near_limit":             "a good answer says that the limit is near",
	"html_429":               "429 as a web page",
	"html_502":               "502 as a web page",
	"slow":                   "ms: answers late",
	"drip":                   "ms: an answer comes byte by byte, one each so often",
	"cut_body":               "the connection ends in the middle of the answer",
	"wrong_types":            "the first issue's fields, or its changes, have other types",
	"null_fields":            "the first issue's fields, or its changes, are all null",
	"gzip_bomb":              "a small answer that unpacks to size MiB",
	"huge_page":              "an answer of size MiB",
	"redirect":               "to: 302 to another host",
	"loop_token":             "the page token leads back to the first page",
	"repeat_token":           "the same page token again",
	"no_islast":              "search answers without isLast",
	"wrong_islast":           "search answers with the opposite isLast",
	"endless_lists":          "boards, sprints and versions have no last page and start over",
	"empty_page":             "a search page without issues but with a token",
	"shrink":                 "size: so many issues a page at most",
	"split":                  "size: so many histories a page at most",
	"stale":                  "seconds: search lags behind",
	"scoped_token":           "the token works by the gateway address only",
	"no_board_configuration": "401 on a board's configuration",
	"no_browse_users":        "user searches come back empty",
	"hidden_emails":          "accounts show no address",
	"admin":                  "the token's account administers Jira",
	"no_parent_history":      "bulkfetch by \"parent\" misses parent changes",
	"foreign_sprints":        "boards list other boards' sprints too",
	"several_active":         "boards have a second active sprint",
	"undated_releases":       "released versions have no date",
	"epoch_seconds":          "bulkfetch tells times in seconds",
	"text_times":             "bulkfetch tells times as text",
	"no_account_types":       "bulkfetch does not tell the kind of an author",
	"localised":              "names in another language",
	"team_managed":           "projects in the style next-gen, without resolutions",
	"delete_issue":           "key: deleted now",
	"edit_issue":             "key and status, flagged, points or to (a project): changed or moved now",
}

// faults are those switched on.
type faults struct {
	mu     sync.Mutex
	active map[string]*fault
}

// Fault switches a misbehaviour on, or off with {"on":false}. args may be
// empty. {"times":n} ends it after n calls that it concerned.
func (s *Server) Fault(name string, args json.RawMessage) error {
	if knownFaults[name] == "" {
		return fmt.Errorf("there is no fault %q; there are: %s", name, strings.Join(FaultNames(), ", "))
	}
	f := &fault{}
	if len(args) > 0 {
		if err := json.Unmarshal(args, f); err != nil {
			return fmt.Errorf("arguments of fault %q: %w", name, err)
		}
	}
	if name == "delete_issue" || name == "edit_issue" {
		return s.edit(name, f)
	}
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	if f.On != nil && !*f.On {
		delete(s.faults.active, name)
		return nil
	}
	if s.faults.active == nil {
		s.faults.active = map[string]*fault{}
	}
	s.faults.active[name] = f
	return nil
}

// FaultNames are the names that Fault knows, sorted.
func FaultNames() []string { return slices.Sorted(maps.Keys(knownFaults)) }

// ClearFaults switches all misbehaviours off. Edited issues stay as they are.
func (s *Server) ClearFaults() {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.active = nil
}

// on tells whether a fault is switched on, without counting it.
func (f *faults) on(name string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.active[name] != nil
}

// take is the fault if it is on, counting one of its times; nil if it is not.
func (f *faults) take(name string) *fault { return f.takeAt(name, "") }

// takeAt is take for a fault that may be bound to some paths.
func (f *faults) takeAt(name, path string) *fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	one := f.active[name]
	if one == nil || !strings.Contains(path, one.Path) {
		return nil
	}
	if one.Times == 1 {
		delete(f.active, name)
	}
	one.Times--
	return one
}

func (f *faults) hides(project string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	one := f.active["forbidden"]
	return one != nil && (one.Project == "" || one.Project == project)
}

func (f *fault) wait() time.Duration { return time.Duration(f.MS) * time.Millisecond }
