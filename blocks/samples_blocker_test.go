package blocks

import (
	"fmt"
	"time"

	"headway/calendar"
	"headway/metrics"
)

func blockerSamples() []sample {
	open := OpenBlocker{"0190f5b1", blocker}
	unnamed := OpenBlocker{"0190f5b2", Blocker{Kind: KindPerson, Days: 1}}
	asked := BlockerReminderView{Now: now, Blockers: []RemindedBlocker{{OpenBlocker: open, Checkin: "Payments", Next: now.AddDate(0, 0, 7)}}}
	several := asked
	several.Blockers = append(several.Blockers, RemindedBlocker{OpenBlocker: unnamed, Checkin: "Platform", Next: now.AddDate(0, 0, 7)})
	said := asked
	said.Blockers = []RemindedBlocker{
		{OpenBlocker: open, Checkin: "Payments", Kept: true, Next: now.AddDate(0, 0, 7)},
		{OpenBlocker: unnamed, Checkin: "Platform", Kept: true, Help: true, Next: now.AddDate(0, 0, 7)},
		{OpenBlocker: OpenBlocker{"0190f5b3", Blocker{Issue: Issue{Key: "PAY-640"}}}, Checkin: "Payments", Cleared: true, After: 2},
	}
	home := HomeView{Now: now, Command: "/headway", Linked: true, Blockers: []OpenBlocker{open, unnamed}}
	return append([]sample{
		of("blocker_reminder", asked, BlockerReminder), of("blocker_reminder_several", several, BlockerReminder), of("blocker_reminder_said", said, BlockerReminder),
		of("cleared", ClearedView{Issue: pay871, Days: 3, Where: TappedPrompt}, Cleared), of("cleared_unnamed", ClearedView{Where: TappedMine}, Cleared),
		of("cleared_before", ClearedView{Issue: pay871, Before: true}, Cleared), of("blocker_over", ClearedView{Issue: pay871, Before: true}, BlockerOver),
		of("home_blocked", home, HomeTab),
	}, append(mineSamples(), catchupSamples()...)...)
}

func mineSamples() []sample {
	day := func(n int) calendar.Date { return calendar.Date{Year: 2026, Month: 11, Day: n} }
	earlier := blocker
	earlier.Days, earlier.Yesterday = 2, false
	view := MineView{Now: now, Command: "/headway", From: calendar.Date{Year: 2026, Month: 10, Day: 28}, To: day(24), KeepDays: 90, Open: []OpenBlocker{{"0190f5b1", blocker}},
		Rounds: []MineRound{
			{Day: day(24), Checkin: "Payments", Status: MineWaiting},
			{Day: day(23), Checkin: "Payments", Status: StatusBlocked, Plan: []Issue{pay871}, Blocker: &blocker},
			{Day: day(20), Checkin: "Payments", Status: StatusBlocked, Late: true, Blocker: &earlier, Cleared: true, Stood: 2},
			{Day: day(19), Checkin: "Payments", Status: StatusOnTrack, Plan: []Issue{pay871, {Key: "PAY-880"}}},
			{Day: day(18), Checkin: "Payments", Status: MineSkipped}, {Day: day(17), Checkin: "Payments", Status: MineAway}, {Day: day(16), Checkin: "Payments", Status: MineMissed},
		}}
	two := view
	two.Open, two.Cut = nil, true
	two.Rounds = []MineRound{{Day: day(24), Checkin: "Payments", Status: StatusAtRisk}, {Day: day(24), Checkin: "Platform", Status: StatusBlocked, Blocker: &Blocker{Kind: KindOther}, Cleared: true}}
	year := view
	year.Rounds = nil
	for i := range 120 {
		year.Rounds = append(year.Rounds, MineRound{Day: day(24).AddDays(-i), Checkin: "Payments", Status: StatusOnTrack, Plan: []Issue{pay871}})
	}
	empty := MineView{Now: now, Command: "/headway", From: day(1), To: day(24), KeepDays: 90}
	away := empty
	away.Rounds = []MineRound{{Day: day(23), Checkin: "Payments", Status: MineAway}}
	return []sample{of("mine", view, Mine), of("mine_two", two, Mine), of("mine_many", year, Mine), of("mine_none", empty, Mine), of("mine_away", away, Mine)}
}

func catchupSamples() []sample {
	full := CatchupProject{Name: "Payments", Rounds: 9, Response: metrics.Shown{Responded: true, Asked: 72, Answered: 61}, Team: true, Raised: 5,
		Cleared: []Issue{{Key: "PAY-640"}, {Key: "PAY-612"}}, Open: []Issue{pay871, {}}, Planned: []Issue{pay871, {Key: "PAY-880"}},
		Reports: []CatchupReport{{"0190f5c1", week47}, {"0190f5c0", week47.Prev()}}, From: week47.Prev(), To: week47.Next(), Done: 34, Releases: 3}
	view := CatchupView{Now: now, Since: calendar.Date{Year: 2026, Month: 11, Day: 10}, Weeks: 6, Projects: []CatchupProject{full}}
	unlinked, hidden, quiet := full, full, CatchupProject{Name: "Quiet", From: week47, To: week47}
	unlinked.Name, unlinked.Figures = "Platform", CatchupUnlinked
	hidden.Name, hidden.Figures, hidden.Team = "Slow lane", CatchupHidden, false
	four := view
	four.Projects, four.Cut, four.Unlinked = []CatchupProject{full, unlinked, hidden, quiet}, true, true
	many := four
	for i := range 5 {
		p := full
		p.Name = fmt.Sprintf("Team %d", i)
		many.Projects = append(many.Projects, p)
	}
	return []sample{of("catchup", view, Catchup), of("catchup_four", four, Catchup), of("catchup_many", many, Catchup),
		of("catchup_none", CatchupView{Now: now, Since: calendar.DateOf(now.Add(-24*time.Hour), now.Location()), Weeks: 6}, Catchup)}
}
