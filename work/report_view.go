package work

import (
	"fmt"
	"time"

	"headway/blocks"
	"headway/calendar"
	"headway/models"
)

// reportView turns a stored report into the values of its view; nothing else
// goes in, so the same report always reads the same.
func reportView(r models.Report, in ReportInput) blocks.ReportView {
	zone, err := time.LoadLocation(in.Zone)
	if err != nil {
		zone = time.UTC
	}
	return blocks.ReportView{
		Ref: blocks.ReportRef(r.ID), Number: r.Number, Project: in.Project, Summary: in.Summary,
		Responses: in.Summary.Responses, ResponsesUsual: in.Summary.ResponsesUsual,
		AsOf: in.ReadUpTo.In(zone), Stale: in.Stale, Blockers: make([]blocks.Blocker, in.Blockers),
	}
}

// receipt says of each figure where it comes from: numerator, denominator,
// window, rule and the search in Jira.
func receipt(r models.Report, in ReportInput) blocks.ReceiptView {
	v, s := reportView(r, in), in.Summary
	week := fmt.Sprintf("week %d, %s to %s", s.Week.Number, dayOf(s.Week.Monday()), dayOf(s.Week.Monday().AddDays(6)))
	receipt := blocks.ReceiptView{
		Number: r.Number, Project: in.Project, Week: s.Week, AsOf: v.AsOf, Definitions: s.Definition,
		Lines: []blocks.ReceiptLine{
			{Name: "Done", Num: s.Done, Den: -1, Window: week, Rule: "Items whose last move into a done status fell in the week, if they are still done. Subtasks and epics don't count.", JQL: in.JQL.Done},
			{Name: "Cycle time", Num: s.CycleHalf.N, Den: s.Done, Window: week, Rule: "Local days from the first move into progress to the move into done, both counted. Half and 85 % by rank; at least 5 items."},
			{Name: "Usual range", Num: s.DoneUsual.N, Den: usualWeeks, Window: "the weeks before", Rule: "From the 10th to the 90th percentile of the full weeks before; at least 4 weeks."},
			{Name: "In progress", Num: s.WIP, Den: -1, Window: "at the end of the week", Rule: "Items that were started and not done.", JQL: in.JQL.Open},
			{Name: "Older work", Num: s.OlderThan85, Den: s.WIP, Window: "at the end of the week", Rule: "Items in progress for longer than 85 % of the cycle times of the 12 weeks before; at least 20 of those."},
			{Name: "Releases followed by a failure", Num: s.Failures.Num, Den: s.Failures.Den, Window: week, Rule: "Released versions with a date in the week, and those with at least one linked failure."},
		},
	}
	if s.Responses.Responded && s.Responses.Asked > 0 {
		receipt.Lines = append(receipt.Lines, blocks.ReceiptLine{Name: "Check-ins answered", Num: s.Responses.Answered, Den: s.Responses.Asked, Window: week, Rule: "Answers of people asked, frozen when each round closed; shown from 5 people asked."})
	}
	return receipt
}

func dayOf(d calendar.Date) string { return d.Start(time.UTC).Format("Mon 2 Jan") }
