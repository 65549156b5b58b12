package blocks

import (
	"time"

	"headway/calendar"
)

func onDay(year int, month time.Month, day int) calendar.Date {
	return calendar.Date{Year: year, Month: month, Day: day}
}

func single(d calendar.Date) calendar.Span { return calendar.Span{From: d, To: d} }

var christmas = calendar.Span{From: onDay(2026, 12, 24), To: onDay(2027, 1, 2)}

func calendarSamples() []sample {
	holidays := OffRow{Days: christmas, Label: "Christmas break", Working: 6}
	bridge := OffRow{Days: single(onDay(2027, 5, 7)), Working: 1}
	view := CalendarView{Project: pay, Name: "Payments", Key: "PAY", Now: now, Zone: "Europe/Berlin", Workdays: calendar.MonToFri, Country: "Germany", Known: true, Admin: true,
		Holidays: []OffRow{{Days: single(onDay(2026, 12, 25)), Label: "Weihnachtstag"}, {Days: single(onDay(2027, 1, 1)), Label: "Neujahrstag"}}, Off: []OffRow{holidays, bridge}}
	bare := CalendarView{Project: pay, Name: "Payments", Key: "PAY", Now: now, Zone: "Asia/Kolkata", Workdays: calendar.Sunday | calendar.Monday}
	unknown := bare
	unknown.Country = "XX"
	weekends := bare
	weekends.Country, weekends.Known = "Germany", true
	form := DaysOffView{Ctx: ProjectCtx{string(pay)}, Name: "Payments", Key: "PAY", Now: now, Off: []OffRow{holidays, bridge}}
	first := form
	first.Off, first.Errors = nil, FieldErrors{FieldFrom: "2026-12-25 is off anyway: it is a public holiday, Weihnachtstag."}

	stays := TimeView{Now: now, Command: "/headway", Away: []AwayRow{{"0190f5f0", single(onDay(2026, 11, 24))}, {"0190f5f1", christmas}}, Asked: calendar.MonToFri}
	part := TimeView{Now: now, Asked: calendar.MonToFri, PartTime: calendar.Monday | calendar.Wednesday}
	weekend, never := part, part
	weekend.PartTime, never.PartTime = calendar.Saturday, calendar.EveryDay
	return []sample{
		of("calendar", view, Calendar), of("calendar_bare", bare, Calendar), of("calendar_unknown_country", unknown, Calendar), of("calendar_no_holidays", weekends, Calendar),
		of("days_off_form", form, DaysOffForm), of("days_off_form_wrong", first, DaysOffForm),
		of("days_off_added", DaysOffChangedView{Name: "Payments", Key: "PAY", Now: now, Added: []OffRow{holidays}}, DaysOffChanged),
		of("days_off_removed", DaysOffChangedView{Name: "Payments", Key: "PAY", Now: now, Added: []OffRow{bridge}, Removed: []OffRow{holidays}}, DaysOffChanged),
		of("away_noted", TimeView{Now: now, Command: "/headway"}, Away), of("away_noted_several", stays, Away),
		of("away_confirmed", stays, func(v TimeView) Message { return AwayNoted(AwayRow{"0190f5f1", christmas}, v.Now) }),
		of("away_ended", TimeView{Now: now}, AwayEnded), of("away_ended_one", stays, AwayEnded), fixed("away_none_to_end", NotAway()),
		of("part_time", part, PartTime), of("part_time_none", TimeView{Now: now, Asked: calendar.MonToFri}, PartTime), of("part_time_weekend", weekend, PartTime), of("part_time_never", never, PartTime),
		of("part_time_form", PartTimeView{Input: PartTimeInput{Days: calendar.Wednesday}}, PartTimeForm),
	}
}
