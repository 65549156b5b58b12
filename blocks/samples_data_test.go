package blocks

import (
	"strings"
	"testing"
)

// dataSamples are what a person reads of the data on them.
func dataSamples() []sample {
	held := DataView{Now: now, Command: "/headway", Rows: []DataRow{
		{"answers", "what a person said in a check-in, for the team's summary", 12, now.AddDate(0, 0, -22), 90},
		{"round_members", "who is asked when, and who is done", 14, now.AddDate(0, 0, -22), 90},
		{Table: "participants", About: "who is asked in a project's check-in", Rows: 1},
	}}
	return []sample{
		of("data_held", held, DataHeld), of("data_none", DataView{Now: now, Command: "/headway"}, DataHeld),
		fixed("export_coming", ExportComing()), fixed("export_part", ExportParts(exportText)[0]),
		of("erase_form", held, func(v DataView) View { return EraseForm(v, "U01ANA") }),
		of("erased", ErasedView{map[string]int{"answers": 12, "round_members": 14, "pace": 0}}, Erased), of("erased_none", ErasedView{}, Erased),
	}
}

var exportText = func() string {
	text := "[\n"
	for range 60 {
		text += `{"table":"answers","status":"on_track","plan":"PAY-871","note":"<@U1> & ` + "```" + `"},` + "\n"
	}
	return text + "]"
}()

func TestALongLineOfAnExportIsWrapped(t *testing.T) {
	got := 0
	for _, p := range ExportParts(strings.Repeat("ä", 7000)) {
		got += strings.Count(p.Text, "ä")
	}
	if got != 7000 {
		t.Errorf("%d of 7000 characters are left", got)
	}
}

func TestAnExportInPartsLosesNothing(t *testing.T) {
	parts := ExportParts(exportText)
	if len(parts) < 2 {
		t.Fatalf("%d parts", len(parts))
	}
	whole := 0
	for _, p := range parts {
		if len(p.Blocks) != 2 {
			t.Errorf("a part has %d blocks", len(p.Blocks))
		}
		for _, b := range surfaceOf(t, p).blocks {
			if b["type"] == "section" {
				whole += len([]rune(b["text"].(map[string]any)["text"].(string))) - len("```\n\n```")
			}
		}
	}
	// Between two parts the line's end is dropped.
	if want := len([]rune(escaper.Replace(exportText))) - (len(parts) - 1); whole != want {
		t.Errorf("%d characters in all, want %d", whole, want)
	}
}
