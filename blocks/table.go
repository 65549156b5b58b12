package blocks

import (
	"strings"

	"github.com/slack-go/slack"
)

// table adds rows of text cells; the first row is the head. Cells are plain
// text. Without native tables it reads line by line: "Done: 12 · 9-14".
func (c *card) table(rows [][]string) {
	t := slack.NewTableBlock("")
	settings := make([]slack.ColumnSetting, len(rows[0]))
	for i := range settings {
		settings[i] = slack.ColumnSetting{Align: slack.ColumnAlignmentRight}
	}
	settings[0] = slack.ColumnSetting{Align: slack.ColumnAlignmentLeft, IsWrapped: true}
	t.WithColumnSettings(settings...)
	for _, row := range rows {
		t.Rows = append(t.Rows, tableRow(row))
	}
	text := tableText(rows)
	c.either(t, slack.NewSectionBlock(markup(text), nil, nil), text)
}

func tableRow(row []string) []slack.TableCell {
	cells := make([]slack.TableCell, len(row))
	for i, s := range row {
		if s = cleanCut(s, 200); s == "" {
			s = " " // Slack refuses an empty cell
		}
		cells[i] = slack.NewTableRawTextCell(s)
	}
	return cells
}

// tableText is a table in lines, the head's words set before the values.
func tableText(rows [][]string) string {
	lines := make([]string, 0, len(rows))
	for _, row := range rows[1:] {
		values := make([]string, 0, len(row))
		for i, v := range row[1:] {
			if v == "" {
				continue
			}
			if i > 0 {
				v = rows[0][i+1] + " " + v
			}
			values = append(values, Escape(v))
		}
		lines = append(lines, "*"+Escape(row[0])+"* "+strings.Join(values, " · "))
	}
	return strings.Join(lines, "\n")
}

// bar is one column of a bar chart.
type bar struct {
	Label string
	Value float64
}

// bars adds a bar chart of 1 to 20 columns; say says the same in words.
func (c *card) bars(title, series string, columns []bar, say string) {
	if len(columns) == 0 {
		return
	}
	columns = columns[max(0, len(columns)-20):]
	labels := make([]string, len(columns))
	points := make([]slack.DataVisualizationDataPoint, len(columns))
	for i, b := range columns {
		labels[i] = cut(b.Label, 20)
		points[i] = slack.NewDataVisualizationDataPoint(labels[i], b.Value)
	}
	chart := slack.NewDataVisualizationBarChart(slack.NewDataVisualizationAxisConfig(labels...), slack.NewDataVisualizationDataSeries(cleanCut(series, 20), points...))
	c.either(slack.NewDataVisualizationBlock(cleanCut(title, 50), chart), slack.NewSectionBlock(markup(say), nil, nil), say)
}
