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
	c.inPlaceOf(sections(text), t, text)
}

// maxCell is how many characters of a cell are shown.
const maxCell = 200

// maxTableRows is how many rows a table can have, its head among them.
const maxTableRows = 100

// richCell is a cell of text, mentions and links; one without content holds a
// space, as Slack refuses an empty cell.
func richCell(content []slack.RichTextSectionElement) slack.TableCell {
	if len(content) == 0 {
		return slack.NewTableRawTextCell(" ")
	}
	return slack.NewTableRichTextCell(slack.NewRichTextSection(content...))
}

// column is one column of a table of rows of T.
type column[T any] struct {
	head    string
	cell    func(T) []slack.RichTextSectionElement
	wrapped bool
}

// richTable is a table of rich cells. A column in which nothing stands is left
// out.
func richTable[T any](rows []T, columns []column[T]) *slack.TableBlock {
	t := slack.NewTableBlock("")
	t.Rows = make([][]slack.TableCell, len(rows)+1)
	for _, column := range columns {
		cells, filled := []slack.TableCell{slack.NewTableRawTextCell(column.head)}, false
		for _, row := range rows {
			content := column.cell(row)
			filled = filled || len(content) > 0
			cells = append(cells, richCell(content))
		}
		if !filled {
			continue
		}
		t.ColumnSettings = append(t.ColumnSettings, slack.ColumnSetting{Align: slack.ColumnAlignmentLeft, IsWrapped: column.wrapped})
		for i := range t.Rows {
			t.Rows[i] = append(t.Rows[i], cells[i])
		}
	}
	return t
}

// richText is text as it is, nothing for none: no markup is read in it.
func richText(s string) []slack.RichTextSectionElement {
	if s == "" {
		return nil
	}
	return []slack.RichTextSectionElement{slack.NewRichTextSectionTextElement(s, nil)}
}

// rich is the issue's key, as a link where it has an address.
func (i Issue) rich() []slack.RichTextSectionElement {
	key := cleanCut(i.Key, 80)
	if key == "" || !linkURL.MatchString(i.URL) {
		return richText(key)
	}
	return []slack.RichTextSectionElement{slack.NewRichTextSectionLinkElement(i.URL, key, nil)}
}

func tableRow(row []string) []slack.TableCell {
	cells := make([]slack.TableCell, len(row))
	for i, s := range row {
		if s = cleanCut(s, maxCell); s == "" {
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
			head := ""
			if i > 0 {
				head = escaped(rows[0][i+1], maxCell) + " "
			}
			values = append(values, head+escaped(v, maxCell))
		}
		lines = append(lines, "*"+escaped(row[0], maxCell)+"* "+strings.Join(values, " · "))
	}
	return strings.Join(lines, "\n")
}

// bar is one column of a bar chart.
type bar struct {
	Label string
	Value float64
}

// maxBars is how many columns a chart can have.
const maxBars = 20

// minBars is from how many columns on a chart says more than a sentence.
const minBars = 3

// bars adds a bar chart of the last 20 columns, none of fewer than minBars; say
// says the same in words.
func (c *card) bars(title, series string, columns []bar, say string) {
	if len(columns) < minBars {
		return
	}
	columns = columns[max(0, len(columns)-maxBars):]
	labels := make([]string, len(columns))
	points := make([]slack.DataVisualizationDataPoint, len(columns))
	for i, b := range columns {
		labels[i] = cut(b.Label, 20)
		points[i] = slack.NewDataVisualizationDataPoint(labels[i], b.Value)
	}
	chart := slack.NewDataVisualizationBarChart(slack.NewDataVisualizationAxisConfig(labels...), slack.NewDataVisualizationDataSeries(cleanCut(series, 20), points...))
	c.either(slack.NewDataVisualizationBlock(cleanCut(title, 50), chart), slack.NewSectionBlock(markup(say), nil, nil), say)
}
