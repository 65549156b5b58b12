package blocks

import (
	"reflect"
	"strings"
	"testing"

	"github.com/slack-go/slack"
)

func TestACatchupHasTwelveLinesAtMostWhateverHappened(t *testing.T) {
	for _, s := range catchupSamples() {
		cards := map[string]Message{"usual": s.usual().(Message)}
		for name, f := range map[string]fill{"long": {text: strings.Repeat("long ", 60), n: 9, lifelike: true}, "none": {text: "x", n: 0}} {
			cards[name] = s.filled(f).(Message)
		}
		for name, m := range cards {
			lines := 0
			for _, b := range m.Blocks {
				switch b := b.(type) {
				case *slack.SectionBlock:
					lines += strings.Count(b.Text.Text, "\n") + 1
				case *slack.ContextBlock:
					lines++
				}
			}
			if lines == 0 || lines > catchupLines {
				t.Errorf("%s, %s: %d lines in\n%s", s.name, name, lines, m.Text)
			}
		}
	}
}

func TestAReminderHasNothingToTapForWhatIsOver(t *testing.T) {
	view := BlockerReminderView{Now: now, Blockers: []RemindedBlocker{{OpenBlocker: OpenBlocker{"1", blocker}, Cleared: true, After: 1}}}
	for _, b := range BlockerReminder(view).Blocks {
		if b.BlockType() == slack.MBTAction {
			t.Errorf("%+v", b)
		}
	}
}

func TestAColumnInWhichNothingStandsIsLeftOut(t *testing.T) {
	table := richTable([]int{1, 2}, []column[int]{
		{"Full", func(int) []slack.RichTextSectionElement { return richText("x") }, false},
		{"Empty", func(int) []slack.RichTextSectionElement { return nil }, false},
	})
	if len(table.Rows) != 3 || len(table.Rows[0]) != 1 || len(table.ColumnSettings) != 1 || reflect.DeepEqual(table.Rows[0], table.Rows[1]) {
		t.Errorf("%+v", table.Rows)
	}
}
