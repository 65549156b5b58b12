package blocks

import (
	"encoding/json"
	"hash/fnv"
	"maps"
	"slices"
	"strings"
	"testing"
)

// submission reads what a form carries and what was entered, as the router does.
type submission func(carried string, v Values) FieldErrors

func submissionOf[C, V any](f Form[C, V]) submission {
	return func(carried string, v Values) FieldErrors {
		if c, err := f.Carried(carried); err == nil {
			f.Carry(c) // what was read can be written again
		}
		_, wrong := f.Parse(v)
		return wrong
	}
}

// submissions are all forms by their names.
var submissions = map[string]submission{
	AnswerSubmit.Name:        submissionOf(AnswerSubmit),
	BlockedSubmit.Name:       submissionOf(BlockedSubmit),
	AwaySubmit.Name:          submissionOf(AwaySubmit),
	PartTimeSubmit.Name:      submissionOf(PartTimeSubmit),
	DaysOffSubmit.Name:       submissionOf(DaysOffSubmit),
	EraseSubmit.Name:         submissionOf(EraseSubmit),
	LinkSubmit.Name:          submissionOf(LinkSubmit),
	ProjectEditSubmit.Name:   submissionOf(ProjectEditSubmit),
	ProjectDeleteSubmit.Name: submissionOf(ProjectDeleteSubmit),
	SetupConnectSubmit.Name:  submissionOf(SetupConnectSubmit),
	ConnectSubmit.Name:       submissionOf(ConnectSubmit),
	SetupProjectSubmit.Name:  submissionOf(SetupProjectSubmit),
	SetupMappingSubmit.Name:  submissionOf(SetupMappingSubmit),
	SetupCheckinSubmit.Name:  submissionOf(SetupCheckinSubmit),
	SetupReportsSubmit.Name:  submissionOf(SetupReportsSubmit),
	RitualChooseSubmit.Name:  submissionOf(RitualChooseSubmit),
	RitualSubmit.Name:        submissionOf(RitualSubmit),
}

// fieldsOf are the inputs that the samples of a form show, without the ids that
// follow some names ("board:7").
func fieldsOf() map[string]map[string]bool {
	fields := map[string]map[string]bool{}
	for _, s := range samples() {
		v, ok := s.usual().(View)
		if !ok || v.Form == "" {
			continue
		}
		if fields[v.Form] == nil {
			fields[v.Form] = map[string]bool{}
		}
		var blocks []struct {
			Type string `json:"type"`
			ID   string `json:"block_id"`
		}
		if err := json.Unmarshal([]byte(jsonOf(v.Blocks)), &blocks); err != nil {
			panic(err)
		}
		for _, b := range blocks {
			if b.Type == "input" {
				fields[v.Form][baseOf(b.ID)] = true
			}
		}
	}
	return fields
}

func baseOf(id string) string {
	base, _, _ := strings.Cut(id, ":")
	return base
}

func TestEveryFormIsFuzzed(t *testing.T) {
	for form := range fieldsOf() {
		if submissions[form] == nil {
			t.Errorf("form %q is missing in submissions, where FuzzForm finds it", form)
		}
	}
}

// FuzzForm submits each form with any context and any state: nothing panics, and
// what is wrong stands under a field of the form.
func FuzzForm(f *testing.F) {
	names := slices.Sorted(maps.Keys(submissions))
	fields := fieldsOf()
	f.Add(AnswerSubmit.Name, `{"round":"r1"}`, []byte(`{"status":{"x":{"type":"radio_buttons","selected_option":{"value":"on_track"}}}}`))
	f.Add("", "null", []byte(`{"stage:1":{"x":{"type":"static_select","selected_option":{"value":"9"}}},"board:-1":{},"":{"":{}}}`))
	f.Add("", "[]", []byte(`{"from":{"x":{"type":"datepicker","selected_date":"9999-99-99"}},"to":{"x":{"selected_date":"0000-00-00"}},"time":{"x":{"selected_time":"24:60"}}}`))
	f.Fuzz(func(t *testing.T, form, carried string, state []byte) {
		var v Values
		if json.Unmarshal(state, &v) != nil {
			return // such a payload is refused as a whole
		}
		submit, known := submissions[form]
		if !known {
			h := fnv.New32()
			h.Write([]byte(form))
			form = names[int(h.Sum32()%uint32(len(names)))]
			submit = submissions[form]
		}
		for field, text := range submit(carried, v) {
			if !fields[form][baseOf(field)] || text == "" {
				t.Errorf("%s: %q under %q, which is no field of it", form, text, field)
			}
		}
	})
}
