package main

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// fromAnswers are the ways to what people answered: a round's counts, an
// answer's own fields, and the queries that give either.
var fromAnswers = map[string][]string{
	"Round":  {"Answered", "OnTrack", "AtRisk", "Blocked", "Helped", "ConfidenceSum", "ConfidenceN"},
	"Answer": {"Status", "Confidence", "AskedForHelp"},
	"Team":   {"Answers", "AnswerOf", "PreviousAnswer", "OpenBlockers", "BlockersOf", "ProjectBlockers", "Tally", "WeekTally", "Count"},
}

// readsAnswers are the functions that touch them and don't ask metrics.Withhold
// themselves, with what keeps them within bounds.
var readsAnswers = map[string]string{
	// To the person the answer is of.
	"work.Worker.promptView":     "the own plan and blockers",
	"work.Worker.thanksView":     "the own answer just given",
	"work.Worker.standing":       "the own answer so far, for the forms",
	"work.Worker.ClosedPrompt":   "the own answer in a round that is over",
	"work.Worker.BlockedView":    "the own answer, for the form",
	"work.Worker.AnswerView":     "the own answer, for the form",
	"work.Worker.suggestBlocker": "the own blocker, for the form",
	"work.Worker.targets":        "the own answers, to choose one",
	"work.Worker.mineRound":      "the own answers",
	"work.Worker.OpenBlockers":   "the own blockers",
	"work.Worker.openIn":         "the own blockers",
	"work.Worker.sendReminder":   "the own blockers",
	"work.Worker.reminderView":   "the own blockers",
	"handlers.App.store":         "what the person said just before",
	"handlers.App.waiting":       "the own answer, on App Home",
	// Writing, counting, freezing.
	"work.Worker.freeze":          "counts a round for the last time",
	"work.Worker.followBlockers":  "lets the own blockers follow the own answer",
	"work.follow":                 "lets the own blockers follow the own answer",
	"work.namedRow":               "lets the own blockers follow the own answer",
	"work.names":                  "whether an answer is about a blocker",
	"work.Worker.OfferHelp":       "tells who is blocked, and nobody else, who can help",
	"headway.mood":                "makes up what the demo's teammates answer",
	"work.roundContext.line":      "a single answer, called by AnswersView only",
	"work.Worker.AnswersView":     "single answers to those the check-in's privacy names",
	"work.Worker.roundBlockers":   "called by summaryMessage, which drops them where the split is withheld",
	"work.Worker.catchupBlockers": "only of check-ins whose privacy lets the person's own team see",
	// Helped is a count by decision 11; summaryMessage shows it with the split.
}

// A new way for figures from answers to leave must pass metrics.Withhold, or be
// listed above with a reason.
func TestFiguresFromAnswersLeaveOnlyThroughWithhold(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range readers(t) {
		if seen[f.name] = true; !f.withholds && readsAnswers[f.name] == "" {
			t.Errorf("%s reads %s and does not ask metrics.Withhold: does it show a figure to someone outside?", f.name, strings.Join(f.reads, ", "))
		}
	}
	for name := range readsAnswers {
		if !seen[name] {
			t.Errorf("%s is listed and reads no answers any more", name)
		}
	}
	for _, name := range []string{"work.Worker.summaryMessage", "work.Worker.responses", "work.Worker.confidence", "work.Worker.blockedAt"} {
		if !seen[name] {
			t.Errorf("%s is not found: the search finds nothing", name)
		}
	}
}

// reader is a function that touches answers.
type reader struct {
	name      string
	reads     []string
	withholds bool
}

// readers type-checks what lies above models and finds them.
func readers(t *testing.T) (found []reader) {
	t.Helper()
	exports, folders := compiled(t)
	imports := importer.ForCompiler(positions, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })
	for _, path := range []string{"headway/work", "headway/handlers", "headway/jobs", "headway"} {
		var files []*ast.File
		for _, name := range folders[path].GoFiles {
			file, err := parser.ParseFile(positions, filepath.Join(folders[path].Dir, name), nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, file)
		}
		info := types.Info{Selections: map[*ast.SelectorExpr]*types.Selection{}, Uses: map[*ast.Ident]types.Object{}}
		if _, err := (&types.Config{Importer: imports}).Check(path, positions, files, &info); err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			for _, d := range file.Decls {
				if f, ok := d.(*ast.FuncDecl); ok && f.Body != nil {
					if r := look(path, f, &info); len(r.reads) > 0 {
						found = append(found, r)
					}
				}
			}
		}
	}
	return found
}

// goBuilt is what go list tells of a compiled package.
type goBuilt struct {
	ImportPath, Export, Dir string
	GoFiles                 []string
}

// compiled are the compiled packages by path.
func compiled(t *testing.T) (exports map[string]string, packages map[string]goBuilt) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-export", "-deps", "-json=ImportPath,Export,Dir,GoFiles", ".")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	exports, packages = map[string]string{}, map[string]goBuilt{}
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goBuilt
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return exports, packages
		} else if err != nil {
			t.Fatal(err)
		}
		exports[p.ImportPath], packages[p.ImportPath] = p.Export, p
	}
}

// look lists what a function reads of answers, and whether it withholds.
func look(path string, f *ast.FuncDecl, info *types.Info) reader {
	r := reader{name: strings.TrimPrefix(path, "headway/") + "." + receiver(f) + f.Name.Name}
	ast.Inspect(f.Body, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			if o := info.Uses[id]; o != nil && o.Pkg() != nil && o.Pkg().Path() == "headway/metrics" && strings.HasPrefix(o.Name(), "Withhold") {
				r.withholds = true
			}
		}
		s, ok := n.(*ast.SelectorExpr)
		if !ok || info.Selections[s] == nil {
			return true
		}
		of := strings.TrimPrefix(types.TypeString(info.Selections[s].Recv(), nil), "*")
		noun, ours := strings.CutPrefix(of, "headway/models.")
		if ours && slices.Contains(fromAnswers[noun], s.Sel.Name) {
			r.reads = append(r.reads, noun+"."+s.Sel.Name)
		}
		return true
	})
	return r
}

// receiver is "Worker." of a method, "" of a function.
func receiver(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return ""
	}
	of := f.Recv.List[0].Type
	if p, ok := of.(*ast.StarExpr); ok {
		of = p.X
	}
	if id, ok := of.(*ast.Ident); ok {
		return id.Name + "."
	}
	return ""
}
