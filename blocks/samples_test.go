package blocks

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"headway/calendar"
	"headway/metrics"
)

// sample is one look of one surface: rendered with everyday values, and with
// every text of its value replaced.
type sample struct {
	name   string
	usual  func() any
	filled func(fill) any // nil for surfaces without a value
}

// of makes a sample from a value and the function that renders it.
func of[V, S any](name string, v V, render func(V) S) sample {
	return sample{name, func() any { return render(v) }, func(f fill) any {
		w := v
		f.into(reflect.ValueOf(&w).Elem(), "")
		return render(w)
	}}
}

func fixed(name string, s any) sample { return sample{name: name, usual: func() any { return s }} }

// fill replaces every text by text and every list by n entries. A lifelike one
// leaves alone what is never free text: kinds, states, people, addresses.
type fill struct {
	text     string
	n        int
	lifelike bool
}

// kept are the fields that a lifelike fill leaves as they are.
var kept = map[string]bool{
	"Template": true,
	"Status":   true, "Previous": true, "Kind": true, "State": true, "Privacy": true, "Role": true, "Verb": true, "Command": true, "Database": true, "Version": true, "TextReaders": true,
	"User": true, "By": true, "Helper": true, "Channel": true, "URL": true, "JQL": true, "Country": true, "Zone": true, "Source": true, "Boards": true,
	"Participants": true, "Plan": true, "Expires": true, "Email": true, "DeployedBy": true, "Estimate": true, "Types": true, "Priorities": true, "Week": true,
}

func (f fill) into(v reflect.Value, field string) {
	switch v.Interface().(type) {
	case time.Time, calendar.Date, calendar.Week, calendar.Weekdays, FieldErrors:
		return
	}
	if strings.HasSuffix(v.Type().Name(), "Ctx") || f.lifelike && kept[field] && v.Kind() != reflect.Struct {
		return
	}
	switch v.Kind() {
	case reflect.String:
		f.string(v, field)
	case reflect.Int, reflect.Int64:
		if field != "Number" || !f.lifelike { // of a week
			v.SetInt(1_234_567)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f.into(v.Field(i), v.Type().Field(i).Name)
		}
	case reflect.Slice:
		f.slice(v)
	case reflect.Pointer:
		if !v.IsNil() {
			w := reflect.New(v.Type().Elem())
			w.Elem().Set(v.Elem())
			f.into(w.Elem(), field)
			v.Set(w)
		}
	}
}

// string leaves the enumerations alone; ids are ours and stay short.
func (f fill) string(v reflect.Value, field string) {
	switch v.Interface().(type) {
	case RoundID, CheckinID, ProjectID, ConnectionID, BindingID, ReportRef, LinkRef, SourceRef, AbsenceID:
		v.SetString("0190f5a2-7c1e-7a3b-9d4e-5f6a7b8c9d0e")
	case string:
		switch {
		case field == "ID", field == "Value":
		case f.lifelike && field == "Key" && issueKey.MatchString(v.String()):
			v.SetString("PAYMENTS_AND_BILLING_EUROPE-1234567")
		case f.lifelike && field == "Key":
			v.SetString("PAYMENTS_AND_BILLING_EUROPE")
		default:
			v.SetString(f.text)
		}
	}
}

func (f fill) slice(v reflect.Value) {
	if v.Type().Elem().Kind() == reflect.String {
		v.Set(reflect.ValueOf([]string{f.text}))
		return
	}
	var first reflect.Value
	if v.Len() > 0 {
		first = v.Index(0)
	} else {
		first = reflect.Zero(v.Type().Elem())
	}
	out := reflect.MakeSlice(v.Type(), f.n, f.n)
	for i := range f.n {
		e := out.Index(i)
		e.Set(first)
		f.into(e, "")
		numbered(e, i)
		dated(e, i)
	}
	v.Set(out)
}

// numbered keeps ids within a list apart.
func numbered(v reflect.Value, i int) {
	if v.Kind() != reflect.Struct {
		return
	}
	for _, name := range []string{"ID", "Value"} {
		if f := v.FieldByName(name); f.IsValid() && f.Kind() == reflect.String {
			f.SetString(fmt.Sprintf("id-%d", i))
		}
	}
}

// dated keeps the weeks of a list apart.
func dated(v reflect.Value, i int) {
	if v.Kind() != reflect.Struct {
		return
	}
	if w := v.FieldByName("Week"); w.IsValid() {
		if week, ok := w.Interface().(calendar.Week); ok {
			w.Set(reflect.ValueOf(week.Add(i)))
		}
	}
}

// extremes are the views that also have a golden file of their extreme look:
// where text or lists from outside decide how large they become.
var extremes = map[string]bool{
	"prompt_carried_blocker": true, "thanks_blocked": true, "answer_form": true, "summary": true, "answers": true, "report_own": true, "report_receipt": true,
	"home": true, "projects": true, "roles": true, "status": true, "delete_receipt": true, "welcome": true, "sync_failed": true, "token_refused": true,
	"link_form": true, "project_edit": true, "ritual_form": true, "ritual_choose": true, "preview": true, "setup_connect_wrong": true, "setup_project": true, "setup_mapping": true, "setup_checkin": true, "setup_done": true,
	"calendar": true, "days_off_form": true, "days_off_added": true, "away_noted_several": true,
}

// extreme is what nobody hopes for and somebody has: names that call a whole
// channel, hold one endless word, and go on for 3,000 characters; forty of each.
var extreme = fill{"<!channel> Überweisungsdienstleistungsrahmenvertragsabschlussbestätigungsschreiben & <b>" + strings.Repeat(" so on", 500), 40, true}

// withExtremes adds the extreme looks to the ordinary ones.
func withExtremes(all []sample) []sample {
	out := all
	for _, s := range all {
		if extremes[s.name] {
			out = append(out, sample{name: s.name + "_extreme", usual: func() any { return s.filled(extreme) }})
		}
	}
	return out
}

var (
	berlin  = mustZone("Europe/Berlin")
	now     = time.Date(2026, 11, 24, 9, 30, 0, 0, berlin) // a Tuesday
	closing = now.Add(4 * time.Hour)
	monday  = time.Date(2026, 11, 23, 9, 0, 0, 0, berlin)
	week47  = calendar.Week{Year: 2026, Number: 47}
	round   = RoundID("0190f5a2")
	pay     = ProjectID("0190f5b0")
	pay871  = Issue{"PAY-871", "https://acme.atlassian.net/browse/PAY-871"}
	blocker = Blocker{Issue: pay871, Kind: KindDecision, Days: 3, Yesterday: true}
)

func mustZone(name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return z
}

func samples() []sample {
	var all []sample
	for _, part := range [][]sample{checkinSamples(), answeringSamples(), summarySamples(), reportSamples(), setupSamples(), adminSamples(), failureSamples(), homeSamples(), refreshSamples(), trustSamples(), calendarSamples(), blockerSamples(), ritualSamples(), dataSamples()} {
		all = append(all, part...)
	}
	return withExtremes(all)
}

func checkinSamples() []sample {
	prompt := PromptView{Round: round, Name: "Payments", Day: now, Topic: "Sprint 42", CloseAt: closing, Planned: []Issue{pay871}, Privacy: PrivacyTeam, KeepDays: 90}
	carried := prompt
	carried.Blockers = []OpenBlocker{{"0190f5b1", blocker}}
	first := PromptView{Round: round, Name: "Platform", Day: now, CloseAt: closing, Privacy: PrivacyCounts, KeepDays: 90}
	thanks := ThanksView{Round: round, Name: "Payments", Day: now, CloseAt: closing, Now: now, Status: StatusOnTrack}
	blocked, late := thanks, thanks
	blocked.Status, blocked.Blocker, blocked.Previous, blocked.Replaced = StatusBlocked, &blocker, StatusAtRisk, now.Add(-26*time.Minute)
	last := thanks
	last.Last = true
	late.Status, late.Late = StatusAtRisk, true
	away := thanks
	away.AwayFrom, away.AwayTo = calendar.Date{Year: 2026, Month: 12, Day: 24}, calendar.Date{Year: 2027, Month: 1, Day: 2}
	answer := AnswerView{
		Ctx: RoundCtx{Round: string(round)}, Name: "Payments", Topic: "Sprint 42", WithConfidence: true, KeepDays: 90, Privacy: PrivacyTeam,
		Mine:   []Issue{pay871, {Key: "PAY-880"}},
		Answer: AnswerInput{Status: StatusBlocked, Confidence: 4, Plan: []string{"PAY-871"}, Kind: KindDecision, Since: calendar.Date{Year: 2026, Month: 11, Day: 20}, Key: "PAY-871", Help: true},
	}
	return []sample{
		of("prompt", prompt, Prompt), of("prompt_carried_blocker", carried, Prompt), of("prompt_first", first, Prompt), of("reminder", prompt, Reminder),
		of("thanks", thanks, Thanks), of("thanks_blocked", blocked, Thanks), of("thanks_late", late, Thanks), of("thanks_last", last, Thanks),
		of("skipped", thanks, Skipped), of("away_today", thanks, AwayThanks), of("away_long", away, AwayThanks),
		of("prompt_closed", ClosedView{Round: round, Name: "Payments", Day: now, ClosedAt: closing}, PromptClosed), of("prompt_closed_answered", ClosedView{Round: round, Name: "Payments", Day: now, ClosedAt: closing, Status: StatusAtRisk}, PromptClosed),
		of("left", LeftView{"Payments"}, Left), fixed("nothing_open", NothingOpen()),
		of("answer_form", answer, AnswerForm),
		of("answer_form_unlinked", AnswerView{Ctx: RoundCtx{Round: string(round)}, Name: "Payments", Privacy: PrivacyManagers, KeepDays: 90}, AnswerForm),
		of("blocked_form", BlockedView{Ctx: RoundCtx{Round: string(round)}, Name: "Payments", Input: BlockedInput{Since: calendar.Date{Year: 2026, Month: 11, Day: 24}}}, BlockedForm),
		of("away_form", AwayView{Ctx: RoundCtx{Round: string(round)}, Input: AwayInput{From: calendar.Date{Year: 2026, Month: 11, Day: 24}}}, AwayForm),
	}
}

func answeringSamples() []sample {
	snoozed := PromptView{Round: round, Name: "Payments", Day: now, Topic: "Sprint 42", CloseAt: closing, Privacy: PrivacyTeam, KeepDays: 90, Snoozed: true}
	pick := PickView{Verb: PickNow, Value: PickNow, Now: now, Rows: []PickRow{
		{Round: round, Name: "Payments", Day: now, CloseAt: closing},
		{Round: round, Name: "Platform", Day: now, CloseAt: closing.Add(12 * time.Hour), Status: StatusBlocked},
		{Checkin: "0190f5a2", Name: "Web", Day: now, AskAt: closing},
	}}
	yesterday := PickView{Verb: PickYesterday, Value: PickYesterday, Now: now, Rows: []PickRow{
		{Round: round, Name: "Payments", Day: now.AddDate(0, 0, -1), CloseAt: closing, Closed: true, Status: StatusOnTrack}, {Round: round, Name: "Platform", Day: now.AddDate(0, 0, -3), Closed: true}}}
	late := AnswerView{Ctx: RoundCtx{Round: string(round)}, Name: "Payments", Answer: AnswerInput{Status: StatusOnTrack, Text: "Back on Thursday.\nThe keys are with Ben."}, KeepDays: 90, Privacy: PrivacyTeam,
		Day: now.AddDate(0, 0, -1), Closed: true, Answered: now.AddDate(0, 0, -1), Now: now, TextReaders: TextAsked, TextDays: 30}
	worded := BlockedView{Ctx: RoundCtx{Round: string(round)}, Name: "Payments", Input: BlockedInput{Kind: KindPerson, Text: "The vendor answers on Friday."}, TextReaders: TextInThread, TextDays: 30}
	flagged := MismatchView{Round: round, Issue: pay871, Flagged: now.AddDate(0, 0, -4), More: 2, Now: now}
	silent := MismatchView{Round: round, Issue: Issue{Key: "PAY-880"}, Silent: 7, Now: now}
	texts := []AnswerText{{"U01ANA", "The staging database is slow today, I wrote to <@U02BEN> & <https://evil.test|Ops> about it."}, {"U02BEN", "Out from three."}}
	return []sample{
		of("reminder_snoozed", snoozed, Reminder), of("snoozed", SnoozedView{"Payments", now.Add(time.Hour), closing, now}, Snoozed),
		of("pick_now", pick, Pick), of("pick_yesterday", yesterday, Pick),
		of("answer_form_late", late, AnswerForm), of("blocked_form_text", worded, BlockedForm),
		of("mismatch_flagged", flagged, Mismatch), of("mismatch_silent", silent, Mismatch), fixed("mismatch_taken", MismatchTaken()), of("mismatch_to_fix", pay871, MismatchToFix),
		of("summary_texts", texts, SummaryTexts),
	}
}

func summarySamples() []sample {
	tally := metrics.NewTally(8, map[string]int{StatusOnTrack: 4, StatusAtRisk: 2, StatusBlocked: 1})
	view := SummaryView{Round: round, Name: "Payments", Day: now, Now: now, Topic: "Sprint 42", Answers: metrics.Withhold(tally, metrics.OwnTeam),
		Blockers: []Blocker{blocker}, Helped: 1, Confidence: &Confidence{3.9, 7, 3.6}, ShowAnswer: true}
	outside := view
	outside.Answers = metrics.Withhold(tally, metrics.Outside)
	outside.Blockers = []Blocker{{Issue: Issue{Key: "PAY-871"}, Kind: KindPerson, Days: 1}, {Kind: KindOther}, {Issue: Issue{Key: "PAY-9"}}}
	moved := view
	moved.Blockers = []Blocker{blocker, {Issue: Issue{Key: "PAY-902"}, Kind: KindPerson, Days: 6, Carried: true}}
	moved.Cleared, moved.Since = []ClearedView{{Issue: Issue{Key: "PAY-640"}, Days: 2}, {Days: 0}}, now.AddDate(0, 0, -1)
	few := SummaryView{Round: round, Name: "Platform", Day: now, Now: now, Answers: metrics.Withhold(metrics.NewTally(3, map[string]int{StatusOnTrack: 2}), metrics.Outside)}
	answers := AnswersView{Name: "Payments", Day: now, Now: now, Asked: 8, Answered: 7, Lines: []AnswerLine{
		{User: "U01ANA", Status: StatusOnTrack, Confidence: 4, Plan: []Issue{pay871, {Key: "PAY-880"}}},
		{User: "U02BEN", Status: StatusBlocked, Blocker: &blocker, Late: true, Text: "Back on Thursday."},
	}}
	return []sample{
		of("summary", view, Summary), of("summary_cleared", moved, Summary), of("summary_outside", outside, Summary), of("summary_few", few, Summary),
		of("summary_safe", outside, SafeSummary), of("summary_safe_few", few, SafeSummary),
		of("answers", answers, Answers), of("answers_none", AnswersView{Name: "Payments", Day: now, Now: now, Asked: 8}, Answers),
		of("help_offer", HelpOfferView{pay871, "U03CAT"}, HelpOffer), of("help_sent", HelpOfferView{pay871, "U03CAT"}, HelpSent),
	}
}

func reportSamples() []sample {
	full := ReportView{Ref: "2041", Number: 2041, Project: "Payments", AsOf: monday, Posted: true, Blockers: []Blocker{blocker},
		Summary: weeklySummary(), Responses: metrics.Shown{Responded: true, Asked: 40, Answered: 36}, ResponsesUsual: metrics.Shown{Responded: true, Asked: 80, Answered: 70}}
	own := full
	own.Posted, own.Stale, own.Summary.Running, own.Summary.Failures = false, true, true, metrics.Ratio{Num: 1, Den: 2}
	counted := full
	counted.Blockers = make([]Blocker, 4)
	thin := ReportView{Ref: "2042", Number: 2042, Project: "Platform", AsOf: monday, Summary: metrics.Summary{
		Week: week47, Definition: 1, Done: 2, WIP: 3, CycleHalf: metrics.Figure{N: 2}, AgeHalf: metrics.Figure{N: 3}, Weeks: []metrics.WeekPoint{{Week: week47, Done: 2, WIP: 3}}}}
	receipt := ReceiptView{Number: 2041, Project: "Payments", Week: week47, AsOf: monday, Definitions: 3, Lines: []ReceiptLine{
		{"Done", 12, -1, "Mon 16 - Sun 22 Nov", "Items whose last move into a done status lies in the week and that are still done.", "https://acme.atlassian.net/issues/?jql=project%20%3D%2010"},
		{"Check-ins answered", 36, 40, "Mon 16 - Sun 22 Nov", "Answers of all who were asked.", ""},
	}}
	return []sample{
		of("report", full, Report), of("report_own", own, Report), of("report_thin", thin, Report),
		of("report_safe", full, SafeReport), of("report_safe_thin", thin, SafeReport), of("report_quiet", full, QuietReport),
		of("report_blocked_counts", counted, Report), fixed("report_shared", ReportShared("C01PAY")),
		of("report_receipt", receipt, ReportReceipt),
		of("no_report", NoReportView{Project: "Payments", Weeks: 2, Needed: 4, Next: monday.AddDate(0, 0, 7), Now: now}, NoReport),
		of("no_report_yet", NoReportView{Project: "Payments", Syncing: true, Now: now}, NoReport),
	}
}

func weeklySummary() metrics.Summary {
	s := metrics.Summary{
		Week: week47, Definition: 3, Done: 12, DoneUsual: metrics.Range{Low: 9, High: 14, N: 12, OK: true},
		CycleHalf: metrics.Figure{Value: 3, N: 12, OK: true}, Cycle85: metrics.Figure{Value: 8, N: 12, OK: true},
		CycleHalfUsual: metrics.Figure{Value: 3.5, N: 90, OK: true}, Cycle85Usual: metrics.Figure{Value: 7, N: 90, OK: true},
		WIP: 14, WIPUsual: metrics.Range{Low: 10, High: 12, N: 12, OK: true},
		AgeHalf: metrics.Figure{Value: 4, N: 14, OK: true}, Age85: metrics.Figure{Value: 11, N: 14, OK: true},
		OlderThan85: 4, OlderOK: true, Deployments: 2, DeploymentsUsual: metrics.Figure{Value: 1.8, N: 12, OK: true}, Failures: metrics.Ratio{Den: 2},
		Excluded: map[metrics.Exclusion]int{metrics.ExcludedNoDate: 2, metrics.ExcludedNeverStarted: 1},
	}
	for i, done := range []int{9, 11, 14, 10, 12, 8, 13, 12} {
		s.Weeks = append(s.Weeks, metrics.WeekPoint{Week: week47.Add(i - 7), Done: done, WIP: 10 + i%3})
	}
	return s
}

func setupSamples() []sample {
	ctx := SetupCtx{Project: string(pay), Connection: "0190f5c0", Channel: "C01PAY", Step: 2}
	connect := ConnectView{Ctx: SetupCtx{Step: StepConnect}}
	wrong := ConnectView{Ctx: SetupCtx{Step: StepConnect, Token: "h1"}, EnvToken: true, HasToken: true,
		Input:  ConnectInput{Site: "acme", Email: "ana@example.com", Expires: calendar.Date{Year: 2027, Month: 6, Day: 30}},
		Errors: FieldErrors{FieldSite: "There is no Jira at acme.atlassian.net.", FieldToken: "Jira refused this email and token."}}
	project := ProjectView{Ctx: ctx, Site: "acme.atlassian.net", Source: "0190f5c0", Boards: "0190f5c0.10000",
		Input: ProjectInput{JiraID: 10000, BoardID: 7, Channel: "C01PAY", Zone: "Europe/Berlin", Project: "Payments (PAY)", Board: "PAY board"}}
	empty := ProjectView{Ctx: ctx, Site: "acme.atlassian.net", Source: "0190f5c0", Input: ProjectInput{Zone: "America/Boise"}, Problem: "Jira did not answer. Please try again."}
	mapping := MappingView{Ctx: ctx, Name: "Payments", Key: "PAY",
		Statuses:   []StatusChoice{{"10001", "To Do", "To Do", metrics.ToDo}, {"10002", "In Progress", "In Progress", metrics.InProgress}, {"10003", "Done", "Done", metrics.Done}},
		Types:      []Option{{"10100", "Story", ""}, {"10101", "Bug", ""}},
		Priorities: []Option{{"1", "Highest", ""}},
		Estimates:  []Option{{"customfield_10016", "Story points", ""}},
		Input:      MappingInput{Failure: metrics.Match{Types: []string{"10101"}, Labels: []string{"regression"}}, Blocked: metrics.BlockedRule{Flag: true, Statuses: []string{"10002"}}, DeployedBy: "10003", Estimate: "customfield_10016"},
		Preview:    &Preview{12, 9, 143, 6}}
	checkin := CheckinView{Ctx: ctx, Name: "Payments", Key: "PAY", Input: CheckinInput{Participants: []string{"U01ANA", "U02BEN"}, Days: calendar.MonToFri, Hour: 9, Minute: 30, WindowMinutes: 240, MemberZone: true, Confidence: true, Privacy: PrivacyTeam}}
	reports := ReportsView{Ctx: ctx, Name: "Payments", Key: "PAY", KeepDays: 90, Input: ReportsInput{Day: calendar.Monday, Hour: 9, Channel: "C01PAY", NudgePerDay: 1, NudgePerWeek: 3, QuietFrom: 18 * 60, QuietTo: 9 * 60, Declared: true}}
	done := SetupDoneView{"Payments", "PAY", "Wed 25 Nov 09:30, in each member's own time", "Mon 30 Nov 09:00", "C01PAY", "/headway", false}
	return []sample{
		of("setup_connect", connect, SetupConnect), of("setup_connect_wrong", wrong, SetupConnect), of("connect", connect, ConnectForm),
		of("setup_project", project, SetupProject), of("setup_project_first", empty, SetupProject),
		of("setup_mapping", mapping, SetupMapping), of("setup_mapping_bare", MappingView{Ctx: ctx, Name: "Payments", Key: "PAY"}, SetupMapping),
		of("setup_checkin", checkin, SetupCheckin), of("setup_reports", reports, SetupReports),
		fixed("checking", Checking("Set up Headway", "acme")), of("setup_done", done, SetupDone),
		of("welcome", WelcomeView{"Payments", "PAY", "/headway", "Wed 25 Nov 09:30", "Mon 30 Nov 09:00"}, Welcome),
		of("connected", ConnectedView{"acme.atlassian.net", "Reporting", false, 1}, Connected),
	}
}

func adminSamples() []sample {
	rows := []HelpRow{{"checkin", "", "answer the check-in that waits for you", false}, {"report", "[this | last | 2026-W47]", "the week in figures", false}, {"setup", "", "set up a project in five steps", true}, {"project delete", "KEY", "remove a project and its figures", true}}
	projects := ProjectsView{Admin: true, Rows: []ProjectRow{{pay, "PAY", "Payments", "active", "Scrum", "C01PAY"}, {"2", "PLT", "Platform", "draft", "", ""}, {"3", "OLD", "Old one", "archived", "Kanban", "C02OLD"}, {"4", "SLO", "Slow lane", "paused", "Kanban", "C03SLO"}}}
	bind := BindView{Binding: "0190f5d0", Project: "Payments", Key: "PAY", Channel: "C01PAY", By: "U01ANA", Members: 9}
	declared := bind
	declared.Declared = true
	edit := ProjectEditView{Ctx: ProjectCtx{string(pay)}, Name: "Payments", Key: "PAY", Input: ProjectEditInput{"Europe/Berlin", calendar.MonToFri, "DE"}, Countries: []Option{{"DE", "Germany", ""}}}
	return []sample{
		of("help", HelpView{"/headway", "admin", rows, false}, Help), of("help_first", HelpView{"/headway", "", rows, true}, Help),
		of("projects", projects, Projects), of("projects_none", ProjectsView{}, Projects),
		of("project_paused", ProjectChangedView{"Payments", "PAY", "paused"}, ProjectChanged),
		of("project_edit", edit, ProjectEdit), of("project_delete", ProjectDeleteView{Ctx: ProjectCtx{string(pay)}, Name: "Payments", Key: "PAY"}, ProjectDelete),
		of("delete_receipt", DeleteReceiptView{"Payments", "PAY", map[string]int{"weeks": 104, "answers": 1, "bindings": 0}}, DeleteReceipt),
		of("bind_ask", bind, BindAsk), of("bound_safe", bind, Bound), of("bound_declared", declared, Bound), of("unbound", bind, Unbound),
		of("roles", RolesView{[]RoleRow{{"U01ANA", "owner", ""}, {"U02BEN", "manager", "PAY"}}}, Roles), of("roles_none", RolesView{}, Roles),
		of("role_granted", RoleChangedView{RoleRow: RoleRow{"U02BEN", "admin", ""}}, RoleChanged),
		of("role_observer", RoleChangedView{RoleRow: RoleRow{"U02BEN", "observer", "PAY"}, ToUser: true}, RoleChanged), of("role_observer_revoked", RoleChangedView{RoleRow: RoleRow{"U02BEN", "observer", "PAY"}, Revoked: true}, RoleChanged), of("role_revoked", RoleChangedView{RoleRow: RoleRow{"U02BEN", "manager", "PAY"}, Revoked: true, ToUser: true}, RoleChanged),
		of("link_ask", LinkAskView{"PAY"}, LinkAsk), fixed("link_asked", LinkAsked(2)), of("link_requested", LinkRequestView{"0190f5e0", "U02BEN", "acme.atlassian.net"}, LinkRequested),
		of("linked", LinkedView{"U02BEN", "acme.atlassian.net", false, ""}, Linked), of("linked_admin", LinkedView{"U02BEN", "acme.atlassian.net", true, "Ben Okri"}, Linked),
		of("link_form", LinkView{Ctx: LinkCtx{"0190f5c0", "U02BEN"}, Site: "acme.atlassian.net", Input: LinkInput{User: "U02BEN", Account: "5b10ac8d82e05b22cc7d4ef5"}}, LinkForm),
		of("status", statusSample(), Status), of("status_fresh", StatusView{Now: now, Version: "dev", Database: "SQLite"}, Status),
	}
}

func statusSample() StatusView {
	return StatusView{Now: now, Version: "0.1.0", Database: "PostgreSQL", Sockets: 2, LastHello: now.Add(-3 * time.Hour), Pending: 4, Uncertain: 1, Dead: 1,
		Connections: []ConnectionStatus{{Site: "acme.atlassian.net", OK: true, ExpiresOn: calendar.Date{Year: 2027, Month: 6, Day: 30}, CheckedAt: now}},
		Projects: []ProjectStatus{{Key: "PAY", Name: "Payments", State: "active", ReadUpTo: now.Add(-25 * time.Minute), NextRefresh: now.Add(35 * time.Minute), NextCheckin: now.AddDate(0, 0, 1), NextReport: monday.AddDate(0, 0, 7)},
			{Key: "PLT", Name: "Platform", State: "paused", Problem: "the token is refused"}}}
}

func failureSamples() []sample {
	refused := TokenRefusedView{"0190f5c0", "acme.atlassian.net", "project", monday, now, true}
	reader := refused
	reader.CanReplace = false
	return []sample{
		fixed("refusal", Refusal("This round is closed already, so there is nothing to skip.")), fixed("fault", Fault("7F3K")),
		of("token_refused", refused, TokenRefused), of("token_refused_reader", reader, TokenRefused),
		fixed("busy", Busy(2*time.Minute)), fixed("storage_down", StorageDown()), fixed("old_button", OldButton()), fixed("not_allowed", NotAllowed("/headway", "an admin")),
		of("no_browse", NoBrowseView{"PAY", false}, NoBrowse), of("no_browse_unknown", NoBrowseView{"PAY", true}, NoBrowse),
		fixed("unknown_command", UnknownCommand("/headway", "reprot", "report")), fixed("notice", Notice("Headway", "This is only a note.")),
	}
}

func homeSamples() []sample {
	payments := HomeProjectRow{ID: pay, Key: "PAY", Name: "Payments", State: "active", Step: 5, AsOf: now.Add(-time.Hour), NextCheckin: now.AddDate(0, 0, 1), NextReport: monday.AddDate(0, 0, 7), ReportWeek: week47}
	mine := payments
	mine.CanReport = true
	own := mine
	own.CanEdit = true
	paused := HomeProjectRow{ID: "3", Key: "SLO", Name: "Slow lane", State: "paused", AsOf: monday, ReportWeek: week47, CanReport: true, CanEdit: true}
	jira := ConnectionStatus{ID: "0190f5c0", Site: "acme.atlassian.net", OK: true, ExpiresOn: calendar.Date{Year: 2027, Month: 6, Day: 30}}
	view := HomeView{Now: now, Command: "/headway", Admin: true, Linked: true, Connections: []ConnectionStatus{jira},
		Waiting:  []HomeRound{{Round: round, Name: "Payments", Day: now, CloseAt: closing}, {Round: "0190f5a3", Name: "Platform", Day: now, CloseAt: closing, Status: StatusAtRisk}, {Round: "0190f5a4", Name: "Slow lane", Day: now, CloseAt: closing, Skipped: true}},
		Projects: []HomeProjectRow{own, paused, {ID: "2", Key: "PLT", Name: "Platform", State: "draft", Step: 3, CanEdit: true}}}
	answered := HomeView{Now: now, Command: "/headway", Linked: true, Projects: []HomeProjectRow{mine}, Waiting: []HomeRound{{Round: round, Name: "Payments", Day: now, CloseAt: closing, Status: StatusOnTrack}}}
	member := HomeView{Now: now, Command: "/headway", Projects: []HomeProjectRow{payments}}
	answered.Time = TimeView{Now: now, Asked: calendar.MonToFri, PartTime: calendar.Wednesday, Shown: true, Away: []AwayRow{{"0190f5f0", christmas}}}
	refused := view
	old := own
	old.AsOf, old.Problem = monday, "Jira no longer accepts the token."
	jira.OK = false
	refused.Waiting, refused.Projects, refused.Connections = nil, []HomeProjectRow{old}, []ConnectionStatus{jira}
	return []sample{
		of("home", view, HomeTab), of("home_member", member, HomeTab), of("home_stranger", HomeView{Now: now, Command: "/headway", Linked: true}, HomeTab),
		of("home_fresh", HomeView{Now: now, Command: "/headway", Fresh: true, MayOwn: true}, HomeTab), of("home_fresh_member", HomeView{Now: now, Command: "/headway", Fresh: true}, HomeTab),
		of("home_answered", answered, HomeTab), of("home_token_refused", refused, HomeTab),
		of("home_no_project", HomeView{Now: now, Command: "/headway", Admin: true, Connections: []ConnectionStatus{{Site: "acme.atlassian.net", OK: true}}}, HomeTab),
	}
}
