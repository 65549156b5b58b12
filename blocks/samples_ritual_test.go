package blocks

import (
	"time"

	"headway/calendar"
)

func ritualSamples() []sample {
	day := func(n int) calendar.Date { return calendar.Date{Year: 2026, Month: 11, Day: 24}.AddDays(n) }
	prompt := func(template, topic string) PromptView {
		return PromptView{Round: round, Name: "Payments" + TemplateOf(template).Suffix, Template: template, Day: now, Topic: topic, CloseAt: closing, Privacy: PrivacyTeam, KeepDays: 90}
	}
	form := func(template, topic string) AnswerView {
		return AnswerView{Ctx: RoundCtx{Round: string(round)}, Name: "Payments", Template: template, Topic: topic, WithConfidence: TemplateOf(template).Confidence, KeepDays: 90, Privacy: PrivacyTeam}
	}
	zones := []PreviewZone{{"Europe/Berlin", 4}, {"Asia/Kolkata", 2}, {"America/New_York", 1}}
	preview := RitualPreviewView{Name: "Payments", Template: TemplateDaily, Now: now, Prompt: prompt(TemplateDaily, "Sprint 42"), Days: []PreviewDay{
		{Date: day(1), At: "09:30", Zones: zones, Away: 1, Sprint: "Sprint 42"},
		{Date: day(31), Skipped: "public holiday"},
		{Date: day(34), At: "09:30", Zones: zones[:1]},
	}}
	paused, unknown := preview, preview
	paused.Paused, paused.Days = true, nil
	unknown.Days, unknown.Prompt = nil, prompt(TemplateMidpoint, "")
	proposal := ProposalView{Checkin: "0190f5d0", Value: "1795509000000.21", Name: "Payments", Reason: ReasonResponse, Days: calendar.MonToFri, Fewer: calendar.Monday | calendar.Wednesday | calendar.Friday}
	unread := proposal
	unread.Reason, unread.Days, unread.Fewer = ReasonReport, calendar.Wednesday, 0
	input := TemplateOf(TemplateWeekly).Defaults("Payments")
	input.Participants = []string{"U01ANA", "U02BEN"}
	ctx := RitualCtx{Project: string(pay), Checkin: "0190f5d0"}
	thanks := ThanksView{Round: round, Name: "Payments retro pulse", Template: TemplateRetro, Day: now, CloseAt: closing, Status: StatusBlocked, Previous: StatusOnTrack}
	return []sample{
		of("prompt_midpoint", prompt(TemplateMidpoint, "Sprint 42"), Prompt), of("prompt_weekly", prompt(TemplateWeekly, ""), Prompt),
		of("prompt_retro", prompt(TemplateRetro, "Sprint 42"), Prompt), of("reminder_retro", prompt(TemplateRetro, ""), Reminder),
		of("answer_form_midpoint", form(TemplateMidpoint, "Sprint 42"), AnswerForm), of("answer_form_retro", form(TemplateRetro, "Sprint 42"), AnswerForm),
		of("thanks_retro", thanks, Thanks),
		of("preview", preview, RitualPreview), of("preview_paused", paused, RitualPreview), of("preview_no_date", unknown, RitualPreview), fixed("preview_click", ExampleButton()),
		of("proposal_response", proposal, Proposal), of("proposal_report", unread, Proposal),
		of("decided_fewer", DecidedView{Name: "Payments", By: "U01ANA", Fewer: proposal.Fewer, Now: now}, Decided),
		of("decided_pause", DecidedView{Name: "Payments", By: "U01ANA", Until: day(14), Now: now}, Decided),
		of("decided_keep", DecidedView{Name: "Payments", By: "U01ANA", Now: now}, Decided),
		of("checkin_run", CheckinRunView{"Payments", 8, now.Add(4 * time.Hour)}, CheckinRun),
		of("checkins_paused", CheckinsPausedView{Project: "Payments", Command: "/headway", Now: now}, CheckinsPaused),
		of("checkins_paused_until", CheckinsPausedView{Project: "Payments", Until: day(30), Command: "/headway", Now: now}, CheckinsPaused),
		of("checkins_resumed", CheckinsPausedView{Project: "Payments", Resumed: true, Next: "Wed 25 Nov 09:30 in each member's own time", Now: now}, CheckinsPaused),
		of("channel_archived", ChannelBrokenView{"C01PAY", "is_archived", "summary", "Payments", "PAY", "/headway"}, ChannelBroken),
		of("channel_left", ChannelBrokenView{"C01PAY", "not_in_channel", "weekly report", "Payments", "PAY", "/headway"}, ChannelBroken),
		of("ritual_choose", RitualChooseView{Ctx: RitualCtx{Project: string(pay)}, Name: "Payments", Key: "PAY", Checkins: []Option{{Value: "0190f5d0", Label: "Payments", Detail: "Daily · Mon-Fri 09:30"}}}, RitualChoose),
		of("ritual_form", RitualView{Ctx: ctx, Name: "Payments", Key: "PAY", Input: input}, Ritual),
		of("ritual_form_midpoint", RitualView{Ctx: ctx, Name: "Payments", Key: "PAY", Input: TemplateOf(TemplateMidpoint).Defaults("Payments"), Errors: FieldErrors{FieldCheckinName: "Give it a name, such as the project's."}}, Ritual),
		of("ritual_saved", RitualSavedView{"Payments", "Wed 25 Nov 09:30 in each member's own time", true}, RitualSaved),
	}
}
