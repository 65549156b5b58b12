package blocks

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"headway/calendar"
	"headway/metrics"
)

// entered is what Slack would send if somebody opened the view and submitted it
// as it is.
func entered(t *testing.T, v View) Values {
	t.Helper()
	values := Values{}
	for _, b := range surfaceOf(t, v).blocks {
		if b["type"] != "input" {
			continue
		}
		e := b["element"].(map[string]any)
		values[b["block_id"].(string)] = map[string]slack.BlockAction{e["action_id"].(string): submitted(t, e)}
	}
	return values
}

func submitted(t *testing.T, e map[string]any) slack.BlockAction {
	t.Helper()
	out := map[string]any{"type": e["type"]}
	for from, to := range map[string]string{
		"initial_value": "value", "initial_option": "selected_option", "initial_options": "selected_options", "initial_date": "selected_date",
		"initial_time": "selected_time", "initial_user": "selected_user", "initial_users": "selected_users", "initial_conversation": "selected_conversation",
	} {
		if v, ok := e[from]; ok {
			out[to] = v
		}
	}
	var a slack.BlockAction
	if err := json.Unmarshal([]byte(jsonOf(out)), &a); err != nil {
		t.Fatal(err)
	}
	return a
}

// resubmit checks that a form gives back what it was filled with.
func resubmit[C, V any](t *testing.T, f Form[C, V], view View, ctx C, want V) {
	t.Helper()
	if view.Form != f.Name {
		t.Errorf("the view submits to %q, not to %q", view.Form, f.Name)
	}
	got, errs := f.Parse(entered(t, view))
	if errs != nil {
		t.Errorf("%s: %v", f.Name, errs)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s gave back\n%#v, not\n%#v", f.Name, got, want)
	}
	carried, err := f.Carried(view.Carried)
	if err != nil || !reflect.DeepEqual(carried, ctx) {
		t.Errorf("%s carried %#v, not %#v: %v", f.Name, carried, ctx, err)
	}
}

func TestAFormGivesBackWhatItWasFilledWith(t *testing.T) {
	date := calendar.Date{Year: 2026, Month: 12, Day: 24}
	ctx := SetupCtx{Project: "p", Connection: "c", Channel: "C01PAY", Step: 3, Token: "h"}

	connect := ConnectInput{Site: "acme", Email: "ana@example.com", Expires: date, FromEnv: true}
	resubmit(t, SetupConnectSubmit, SetupConnect(ConnectView{Ctx: ctx, Input: connect, EnvToken: true}), ctx, connect)
	resubmit(t, ConnectSubmit, ConnectForm(ConnectView{Ctx: ctx, Input: connect, EnvToken: true}), ctx, connect)

	project := ProjectInput{JiraID: 10000, BoardID: 7, Kind: BoardKanban, Channel: "C01PAY", Zone: "America/Boise", Project: "Payments (PAY)", Board: "PAY board"}
	resubmit(t, SetupProjectSubmit, SetupProject(ProjectView{Ctx: ctx, Source: "c", Boards: "c.10000", Input: project}), ctx, project)

	mapping := MappingInput{
		Stages:     map[string]metrics.Stage{"1": metrics.ToDo, "2": metrics.Waiting, "3": metrics.Done},
		Incident:   metrics.Match{Types: []string{"20"}, Labels: []string{"incident", "outage"}, Priorities: []string{"1"}},
		Failure:    metrics.Match{Types: []string{"20"}},
		DeployedBy: "3", Estimate: "customfield_1",
		Blocked: metrics.BlockedRule{Flag: true, Links: true, Statuses: []string{"2"}, Labels: []string{"blocked"}},
	}
	mapped := MappingView{Ctx: ctx, Input: mapping, Types: []Option{{"20", "Bug", "A fault"}}, Priorities: []Option{{"1", "High", ""}}, Estimates: []Option{{"customfield_1", "Points", ""}},
		Statuses: []StatusChoice{{"1", "Open", "", metrics.ToDo}, {"2", "Ready", "", metrics.InProgress}, {"3", "Closed", "", metrics.Done}}}
	resubmit(t, SetupMappingSubmit, SetupMapping(mapped), ctx, mapping)

	checkin := CheckinInput{Participants: []string{"U01", "U02"}, Days: calendar.Monday | calendar.Sunday, Hour: 9, Minute: 5, WindowMinutes: 120, Confidence: true, Text: true, Privacy: PrivacyManagers}
	resubmit(t, SetupCheckinSubmit, SetupCheckin(CheckinView{Ctx: ctx, Input: checkin}), ctx, checkin)

	reports := ReportsInput{Day: calendar.Friday, Hour: 16, Minute: 45, Channel: "C01PAY", NudgePerDay: 0, NudgePerWeek: 3, QuietFrom: 18*60 + 30, QuietTo: 8 * 60, Declared: true}
	resubmit(t, SetupReportsSubmit, SetupReports(ReportsView{Ctx: ctx, Input: reports}), ctx, reports)

	edit := ProjectEditInput{"UTC", calendar.MonToFri, "DE"}
	resubmit(t, ProjectEditSubmit, ProjectEdit(ProjectEditView{Ctx: ProjectCtx{"p"}, Input: edit, Countries: []Option{{"DE", "Germany", ""}}}), ProjectCtx{"p"}, edit)

	answer := AnswerInput{Status: StatusBlocked, Confidence: 5, Plan: []string{"PAY-1", "PAY-2"}, Kind: KindOther, Since: date, Key: "PAY-3", Help: true, Text: "Two lines,\nas written."}
	resubmit(t, AnswerSubmit, AnswerForm(AnswerView{Ctx: RoundCtx{Round: "r"}, Answer: answer, WithConfidence: true, TextReaders: TextInThread}), RoundCtx{Round: "r"}, answer)
	resubmit(t, AnswerSubmit, AnswerForm(AnswerView{Ctx: RoundCtx{Round: "r"}, Answer: answer, Mine: []Issue{{Key: "PAY-2"}}, WithConfidence: true, TextReaders: TextManagers, Closed: true}), RoundCtx{Round: "r"}, answer)

	blocked := BlockedInput{KindDependency, date, "PAY-3", true, "Ask Ben."}
	resubmit(t, BlockedSubmit, BlockedForm(BlockedView{Ctx: RoundCtx{Round: "r"}, Input: blocked, TextReaders: TextAsked}), RoundCtx{Round: "r"}, blocked)
	away := AwayInput{date, date.AddDays(9)}
	resubmit(t, AwaySubmit, AwayForm(AwayView{Ctx: RoundCtx{Round: "r"}, Input: away}), RoundCtx{Round: "r"}, away)
	link := LinkInput{"U01", "5b10ac8d82e05b22cc7d4ef5"}
	resubmit(t, LinkSubmit, LinkForm(LinkView{Ctx: LinkCtx{"c", "U01"}, Input: link}), LinkCtx{"c", "U01"}, link)
}

// typed is a submission of text fields and choices.
func typed(fields map[string]string) Values {
	v := Values{}
	for id, s := range fields {
		v[id] = map[string]slack.BlockAction{id: {Value: s, SelectedOption: slack.OptionBlockObject{Value: s}, SelectedUser: s}}
	}
	return v
}

func TestAnEmptyFormSaysWhatIsMissing(t *testing.T) {
	empty := Values{}
	for name, c := range map[string]struct {
		got  FieldErrors
		want []string
	}{
		"connect":  {second(parseConnect(empty)), []string{FieldSite, FieldEmail, FieldToken}},
		"project":  {second(parseProject(empty)), []string{FieldProject, FieldChannel, FieldZone}},
		"checkin":  {second(parseCheckin(empty)), []string{FieldParticipants, FieldDays, FieldTime, FieldWindow}},
		"reports":  {second(parseReports(empty)), []string{FieldReportDay, FieldReportTime, FieldChannel, FieldNudgePerDay, FieldNudgePerWeek, FieldQuietFrom, FieldQuietTo}},
		"edit":     {second(parseProjectEdit(empty)), []string{FieldZone, FieldWorkdays}},
		"delete":   {second(parseProjectDelete(empty)), []string{FieldTypedKey}},
		"answer":   {second(parseAnswer(empty)), []string{FieldStatus}},
		"blocked":  {second(parseBlocked(empty)), []string{FieldKind}},
		"away":     {second(parseAway(empty)), []string{FieldFrom, FieldTo}},
		"link":     {second(parseLink(empty)), []string{FieldUser, FieldAccount}},
		"unmapped": {second(parseMapping(typed(map[string]string{StageField("1"): ""}))), []string{StageField("1")}},
	} {
		if len(c.got) != len(c.want) {
			t.Errorf("%s: %v, want exactly %v", name, c.got, c.want)
		}
		for _, field := range c.want {
			if c.got[field] == "" {
				t.Errorf("%s says nothing of %s: %v", name, field, c.got)
			}
		}
	}
}

func second[V any](_ V, errs FieldErrors) FieldErrors { return errs }

func TestASiteIsReadFromWhatPeoplePaste(t *testing.T) {
	for text, want := range map[string]string{
		"acme":                              "acme",
		" Acme ":                            "acme",
		"acme.atlassian.net":                "acme",
		"https://acme.atlassian.net/":       "acme",
		"https://acme.atlassian.net@evil.x": "",
		"https://evil.x#.atlassian.net":     "",
		"acme.atlassian.net.":               "",
		"acme.atlassian.net:8443":           "",
		"http://acme.atlassian.net":         "",
		"acme.atlassian.net/jira":           "",
		"":                                  "",
	} {
		in, errs := parseConnect(typed(map[string]string{FieldSite: text, FieldEmail: "a@b.cd", FieldToken: "t"}))
		if refused := errs[FieldSite] != ""; refused != (want == "") || !refused && in.Site != want {
			t.Errorf("%q gave %q and %v, want %q", text, in.Site, errs, want)
		}
	}
}

func TestATokenMayStayEmptyOnlyWhereOneIsKept(t *testing.T) {
	fields := map[string]string{FieldSite: "acme", FieldEmail: "a@b.cd", keptToken: ""}
	if _, errs := parseConnect(typed(fields)); errs != nil {
		t.Errorf("a kept token was asked for again: %v", errs)
	}
	fields[keptToken] = " new "
	if in, _ := parseConnect(typed(fields)); in.Token.Reveal() != "new" {
		t.Errorf("the new token was read as %q", in.Token.Reveal())
	}
}

func TestATokenNeverComesBackInAView(t *testing.T) {
	in := ConnectInput{Site: "acme", Email: "a@b.cd", Token: "very-secret"}
	for _, v := range []View{SetupConnect(ConnectView{Input: in, HasToken: true}), ConnectForm(ConnectView{Input: in})} {
		if strings.Contains(jsonOf(v.Request()), "very-secret") {
			t.Error("the token stands in the view")
		}
	}
}

func TestAnAnswerTakesOnlyIssueKeys(t *testing.T) {
	in, errs := parseAnswer(typed(map[string]string{FieldStatus: StatusOnTrack, FieldPlan: "pay-1, PAY-22;ops_2-3"}))
	if errs != nil || !reflect.DeepEqual(in.Plan, []string{"PAY-1", "PAY-22", "OPS_2-3"}) {
		t.Errorf("plan %v, errors %v", in.Plan, errs)
	}
	for _, bad := range []string{"PAY", "PAY-0", "fix the login", "PAY-1 OR 1=1", "PAY-1, PAY-2, PAY-3, PAY-4, PAY-5, PAY-6"} {
		if _, errs := parseAnswer(typed(map[string]string{FieldStatus: StatusOnTrack, FieldPlan: bad})); errs[FieldPlan] == "" {
			t.Errorf("%q passed as a plan", bad)
		}
	}
}

func TestWhatIsBlockedCountsOnlyForABlockedAnswer(t *testing.T) {
	in, errs := parseAnswer(typed(map[string]string{FieldStatus: StatusOnTrack, FieldKind: KindPerson, FieldKey: "PAY-1"}))
	if errs != nil || in.Kind != "" || in.Key != "" {
		t.Errorf("on track, but blocked by %q at %q: %v", in.Kind, in.Key, errs)
	}
}

func TestAwayEndsAfterItBegins(t *testing.T) {
	_, errs := parseAway(typed(map[string]string{FieldFrom: "2026-12-24", FieldTo: "2026-12-23"}))
	if errs[FieldTo] == "" {
		t.Error("a stay away ended before it began")
	}
}

func TestAMappingNeedsWorkUnderWayAndDone(t *testing.T) {
	for stages, ok := range map[[2]string]bool{{"2", "5"}: true, {"1", "5"}: false, {"2", "3"}: false, {"0", "5"}: false, {"6", "5"}: false, {"x", "5"}: false} {
		_, errs := parseMapping(typed(map[string]string{StageField("1"): stages[0], StageField("2"): stages[1]}))
		if (errs == nil) != ok {
			t.Errorf("stages %v: %v", stages, errs)
		}
	}
}

func TestAnAccountIsReadFromAProfileAddress(t *testing.T) {
	for text, want := range map[string]string{
		"5b10ac8d82e05b22cc7d4ef5": "5b10ac8d82e05b22cc7d4ef5",
		"https://acme.atlassian.net/jira/people/557058:f58131cb-b67d?ref=x": "557058:f58131cb-b67d",
		"https://acme.atlassian.net/jira/people/557058%3Af58131cb/work":     "557058:f58131cb",
		"ana@example.com": "",
	} {
		in, errs := parseLink(typed(map[string]string{FieldUser: "U01", FieldAccount: text}))
		if refused := errs[FieldAccount] != ""; refused != (want == "") || !refused && in.Account != want {
			t.Errorf("%q gave %q and %v, want %q", text, in.Account, errs, want)
		}
	}
}

func TestABrokenContextIsAnError(t *testing.T) {
	if _, err := AnswerSubmit.Carried("{"); err == nil {
		t.Error("a broken context was read")
	}
}

func TestALongListKeepsWhatWasChosenAndItsOrder(t *testing.T) {
	var long []Option
	for i := range 250 {
		long = append(long, Option{Value: strconv.Itoa(i), Label: strconv.Itoa(i)})
	}
	kept := within(100, long, []string{"249", "3", "gone"})
	if len(kept) != 100 || kept[0].Value != "0" || kept[97].Value != "97" || kept[98].Value != "98" || kept[99].Value != "249" {
		t.Errorf("%d kept, from %v to %v", len(kept), kept[0], kept[len(kept)-1])
	}
	var all []string
	for _, o := range long {
		all = append(all, o.Value)
	}
	if kept := within(100, long, all); len(kept) != 100 {
		t.Errorf("%d kept where all were chosen", len(kept))
	}
	m := multiSelect("f", "", long, []string{"249"})
	if len(m.Options) != 100 || m.InitialOptions[0].Value != m.Options[99].Value {
		t.Errorf("%d offered, %v chosen", len(m.Options), m.InitialOptions[0])
	}
}
