package main

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"headway/models"
)

// need is what an entry asks of a person, from least to most.
type need int

const (
	anyMember need = iota // every full member of the workspace
	asked                 // who was asked in the round
	inProject             // members, observers, managers and admins of the project
	reading               // those, if Jira lets them browse it
	managers              // managers and admins
	admins
	silent // nothing is said, whoever it is
)

// viewer is one column of the matrix.
type viewer struct {
	name, user                 string
	inProject, asked, mayRead  bool
	admin, foreign, restricted bool
	manager                    bool
}

var viewers = []viewer{
	{name: "owner", user: mira, inProject: true, asked: true, mayRead: true, admin: true},
	{name: "admin", user: tomas, inProject: true, asked: true, mayRead: true, admin: true},
	{name: "manager", user: jonas, inProject: true, mayRead: true, manager: true},
	{name: "member", user: ada, inProject: true, asked: true, mayRead: true},
	{name: "observer", user: lena, inProject: true, mayRead: true},
	{name: "observer without Browse", user: iris, inProject: true},
	{name: "outsider", user: anil, mayRead: true},
	{name: "guest", user: gil, restricted: true},
	{name: "stranger", user: sten, foreign: true},
}

// The ways in which an entry can end.
const (
	open       = "open"
	forMembers = "full members of this workspace"
	elsewhere  = "not set up for this workspace"
	byRole     = "Only a"
	byJira     = "Jira doesn't let you see PAY"
	notAsked   = "not asked in this check-in"
	notYours   = "Only the people this check-in asks see single answers"
)

// expects is how an entry with the need must end for the viewer.
func (v viewer) expects(n need) []string {
	switch {
	case n == silent:
		return []string{open}
	case v.foreign:
		return []string{forMembers, elsewhere}
	case v.restricted:
		return []string{forMembers}
	case n == admins && !v.admin, n == managers && !v.manager && !v.admin, (n == inProject || n == reading) && !v.inProject:
		return []string{byRole}
	case n == reading && !v.mayRead:
		return []string{byJira}
	case n == asked && !v.asked:
		return []string{notAsked, notYours, byRole}
	}
	return []string{open}
}

// ended tells how an entry ended from all that was said.
func ended(words string) string {
	for _, refusal := range []string{forMembers, elsewhere, byJira, notAsked, notYours, byRole} {
		if strings.Contains(words, refusal) {
			return refusal
		}
	}
	return open
}

// entry is one row: how it is used by a person, and what it needs.
type entry struct {
	need need
	use  func(f *forger, user string) string
}

// figures are words that stand beside figures of Jira's and nowhere else.
var figures = regexp.MustCompile(`Cycle time|\d+ done|In progress\W+\d|usual \d`)

func TestEveryEntryIsClosedToThoseWhoLackTheRight(t *testing.T) {
	t.Parallel()
	f, d := startForged(t)
	ids := castOf(t, f, d)
	table := rights(ids)
	cells, shown := 0, 0
	for _, name := range slices.Sorted(maps.Keys(table)) {
		row := table[name]
		for _, v := range viewers {
			cells++
			f.overheard()
			words := row.use(f, v.user)
			if how := ended(words); !slices.Contains(v.expects(row.need), how) {
				t.Errorf("%s by the %s ended %q, not %q: %.300s", name, v.name, how, v.expects(row.need), words)
			}
			// What is said in the ack, at the response URL, in a modal, in App Home or
			// as a message: all of it.
			if said := words + f.overheard(); !v.mayRead && figures.MatchString(said) {
				t.Errorf("%s shows figures to the %s: %.300s", name, v.name, said)
			} else if v.admin && row.need == reading && figures.MatchString(said) {
				shown++
			}
		}
	}
	if shown == 0 {
		t.Error("no entry shows figures to anyone: the search for them finds nothing")
	}
	if cells < 200 {
		t.Errorf("only %d cells were checked", cells)
	}
	t.Logf("%d entries × %d viewers = %d cells", len(table), len(viewers), cells)
	everyEntryHasARow(t, f, table)
}

// everyEntryHasARow compares the table with what is registered.
func everyEntryHasARow(t *testing.T, f *forger, table map[string]entry) {
	t.Helper()
	r := f.app.bot.Router()
	registered := map[string]bool{}
	for kind, names := range map[string][]string{"action": r.Actions(), "form": r.Forms(), "shortcut": r.Shortcuts(), "options": r.Options(), "event": r.Events()} {
		for _, name := range names {
			registered[kind+" "+name] = true
		}
	}
	commands := regexp.MustCompile("`/headway ([a-z ]*[a-z])").FindAllStringSubmatch(f.command(mira, payments, "help"), -1)
	if len(commands) < 15 {
		t.Errorf("help names only %d commands to the owner", len(commands))
	}
	for _, m := range commands {
		name := "command " + m[1]
		if _, ok := table[name]; !ok { // arguments such as "this" begin with a small letter too
			name = "command " + strings.Fields(m[1])[0]
		}
		registered[name] = true
	}
	for name := range registered {
		_, ok := table[name]
		if list, yes := strings.CutPrefix(name, "action "); yes && !ok { // an option list is an action too
			_, ok = table["options "+list]
		}
		if !ok {
			t.Errorf("%s is registered and has no row in the table of rights", name)
		}
	}
	for name := range table {
		if kind, _, _ := strings.Cut(name, " "); kind != "command" && !registered[name] {
			t.Errorf("%s has a row and is not registered", name)
		}
	}
}

// cast are the ids that the entries carry.
type cast struct{ project, connection, round, checkin, report, blocker string }

// castOf sets the project up, gives the viewers their roles, and lives until a
// report is posted and a round is open.
func castOf(t *testing.T, f *forger, d *demo) cast {
	t.Helper()
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err := f.app.join(ctx)
	must(err)
	p, err := d.setUp(ctx, f.team())
	must(err)
	must(f.app.worker.Refresh(ctx, f.team(), p.ID, true))
	must(f.team().Atomically(ctx, func(tx models.Team) error {
		must(f.app.worker.Grant(ctx, tx, mira, tomas, models.Admin, ""))
		must(f.app.worker.Grant(ctx, tx, mira, lena, models.Observer, p.ID))
		must(f.app.worker.Grant(ctx, tx, mira, iris, models.Observer, p.ID))
		var people []models.Participant
		for _, user := range []string{mira, tomas, ada} {
			people = append(people, models.Participant{User: user, Zone: demoZone.String()})
		}
		return tx.SetParticipants(ctx, p.ID, people)
	}))
	must(d.through(ctx, dayBefore(d.site.Anchor).AddDate(0, 0, 1))) // Monday's round and report
	rounds, err := f.team().LatestRounds(ctx, p.ID, 1)
	must(err)
	for _, user := range []string{mira, tomas, ada} {
		f.submit(user, "checkin.blocked", `{"r":"`+rounds[0].ID+`"}`, filled(fillOption("kind", "decision")))
	}
	must(d.through(ctx, d.site.Anchor.Add(10*time.Minute))) // Tuesday's round is open
	if rounds, err = f.team().LatestRounds(ctx, p.ID, 1); err != nil || rounds[0].State != models.RoundOpen {
		t.Fatalf("no round is open: %+v %v", rounds, err)
	}
	c := &control{t: t, Line: d.world.Line()}
	why, _ := find(t, c.awaitMessage(payments, ada, "", "· week ").Blocks, "report.why")
	_, report, _ := strings.Cut(why.ActionID, ":")
	blockers, err := f.team().OpenBlockers(ctx, ada)
	if err != nil || len(blockers) != 1 {
		t.Fatalf("Ada has these blockers: %+v %v", blockers, err)
	}
	return cast{p.ID, p.ConnectionID, rounds[0].ID, rounds[0].CheckinID, report, blockers[0].ID}
}

// rights is the table. What an allowed use changes is undone by a later row, or
// harms nothing.
func rights(ids cast) map[string]entry {
	table := map[string]entry{}
	command := func(n need, name, arguments string) {
		table["command "+name] = entry{n, func(f *forger, user string) string {
			return f.command(user, payments, strings.TrimSpace(name+" "+arguments))
		}}
	}
	click := func(n need, action, id, value string) {
		table["action "+action] = entry{n, func(f *forger, user string) string {
			return f.click(user, payments, strings.TrimSuffix(action+":"+id, ":"), value)
		}}
	}
	submit := func(n need, form, carried string, inputs ...fill) {
		table["form "+form] = entry{n, func(f *forger, user string) string { return f.submit(user, form, carried, filled(inputs...)) }}
	}
	for name, arguments := range map[string]string{"help": "", "checkin": "", "checkin now": "", "checkin yesterday": "", "checkin edit": "", "checkin skip": "--project NOPE", "checkin snooze": "30m", "status": "", "project list": "", "roles list": "", "away": "", "parttime": "", "calendar": "PAY", "mine": "", "catchup": "", "data me": "", "data export": "", "data erase": ""} {
		command(anyMember, name, arguments)
	}
	command(reading, "report", "")
	command(reading, "report show", "R-1")
	command(managers, "jobs", "")
	command(managers, "refresh", "PAY")
	for name, arguments := range map[string]string{
		"setup": "", "connect": "", "project add": "", "project edit": "PAY", "project pause": "PAY", "project archive": "PAY", "project resume": "PAY",
		"project delete": "PAY", "bind": "PAY", "unbind": "<#" + leads + ">", "roles grant": "", "roles revoke": "", "link": "<@" + ada + ">", "unlink": "", "test": "PAY",
		"calendar add": "2031-01-01", "calendar remove": "2031-01-01",
	} {
		command(admins, name, arguments)
	}
	for name, arguments := range map[string]string{
		"checkin configure": "PAY", "checkin preview": "PAY", "checkin run": "PAY", "checkin pause": "PAY until yesterday", "checkin resume": "PAY",
	} {
		command(admins, name, arguments)
	}

	for _, action := range []string{"checkin.on_track", "checkin.at_risk", "checkin.blocked", "checkin.full", "checkin.change", "home.answer"} {
		click(asked, action, ids.round, "")
	}
	for _, action := range []string{"blocker.cleared", "blocker.kept", "blocker.help"} { // anyone else hears that the button is old
		click(anyMember, action, ids.blocker, "")
	}
	click(asked, "checkin.more", ids.round, "skip")
	click(asked, "checkin.pick", ids.round, "edit")
	click(asked, "checkin.early", ids.checkin, "now")
	click(asked, "mismatch.blocked", ids.round, "PAY-1")
	click(anyMember, "mismatch.fine", ids.round, "") // they only take the question away
	click(anyMember, "mismatch.fix", ids.round, "PAY-1")
	click(asked, "summary.show", ids.round, "")
	click(inProject, "summary.help", ids.round, "PAY-1")
	for _, action := range []string{"report.details", "report.why", "report.share"} {
		click(reading, action, ids.report, "")
	}
	click(reading, "home.report", ids.project, "")
	click(anyMember, "home.status", "", "")
	click(anyMember, "home.roles", "", "")
	click(managers, "refresh.all", ids.project, "")
	click(anyMember, "time.away", "", "")
	click(anyMember, "time.part", "", "")
	click(anyMember, "time.end", "0190f5a3-0000-7000-8000-000000000000", "")
	click(anyMember, "home.calendar", ids.project, "")
	click(admins, "calendar.days_off", ids.project, "")
	click(admins, "calendar.settings", ids.project, "")
	click(admins, "jobs.replay", "0190f5a3-0000-7000-8000-000000000000", "")
	click(anyMember, "link.request", "", "")
	for action, id := range map[string]string{
		"setup.start": "", "home.setup": "", "home.resume": ids.project, "setup.project": ids.connection, "connect.replace": ids.connection,
		"project.more": ids.project, "bind.declare": payments, "bind.safe": payments, "link.confirm": ids.connection + "." + ada,
	} {
		click(admins, action, id, "edit")
	}
	click(admins, "checkin.example", "", "")
	for _, action := range []string{"ritual.fewer", "ritual.pause", "ritual.keep"} {
		click(admins, action, ids.checkin, "1.1")
	}

	round, setup := `{"r":"`+ids.round+`"}`, `{"p":"`+ids.project+`","c":"`+ids.connection+`"}`
	submit(asked, "checkin.answer", round, fillOption("status", "on_track"))
	submit(asked, "checkin.blocked", round, fillOption("kind", "person"))
	submit(anyMember, "away", round, fillDate("from", "2031-01-01"), fillDate("to", "2031-01-02"))
	submit(anyMember, "parttime", "{}", fillBoxes("days", "sun"))
	submit(admins, "calendar.days_off", `{"p":"`+ids.project+`"}`, fillDate("from", "2031-01-02"))
	submit(anyMember, "data.erase", "{}") // opened by nobody, so nothing goes
	connect := []fill{fillText("site", "acme"), fillText("email", "a@acme.test"), fillText("token", "wrong")}
	submit(admins, "setup.connect", "{}", connect...)
	submit(admins, "connect", "{}", connect...)
	submit(admins, "setup.project", setup, fillOption("project", "99999"), fillChannel(payments), fillOption("zone", "Europe/Berlin"))
	submit(admins, "setup.mapping", setup)
	submit(admins, "setup.checkin", setup, fillUsers(gil), fillBoxes("days", "mon"), fillTime("time"), fillOption("window", "240"))
	submit(admins, "setup.reports", setup, fillOption("report_day", "mon"), fillTime("report_time"), fillChannel(payments), fillText("nudges_day", "1"), fillText("nudges_week", "3"), fillTime("quiet_from"), fillTime("quiet_to"))
	submit(admins, "project.edit", `{"p":"`+ids.project+`"}`, fillOption("zone", "Europe/Berlin"), fillBoxes("workdays", "mon"), fillOption("country", "none"))
	submit(admins, "checkin.choose", `{"p":"`+ids.project+`"}`, fillOption("checkin", "add.retro"))
	submit(admins, "checkin.configure", `{"p":"`+ids.project+`","k":"`+ids.checkin+`"}`, fillUsers(gil), fillText("checkin_name", "Payments"), fillOption("template", "daily"), fillBoxes("days", "mon"), fillTime("time"), fillOption("window", "240"))
	submit(admins, "project.delete", `{"p":"`+ids.project+`"}`, fillText("typed_key", "OPS"))
	submit(admins, "link", `{"c":"`+ids.connection+`"}`, fillUser("user", ada), fillText("account", "sbx:3"))

	// An option list refuses by being empty: nobody reads why.
	for list, id := range map[string]string{"setup.project": ids.connection, "setup.board": ids.connection + ".10001"} {
		table["options "+list] = entry{silent, func(f *forger, user string) string { return f.options(user, list+":"+id, "pay") }}
	}
	// What Slack tells by itself is answered to nobody, or in the person's App Home.
	event := func(n need, kind string, age time.Duration, inner func(user string) map[string]any) {
		table["event "+kind] = entry{n, func(f *forger, user string) string {
			f.events++
			e := inner(user)
			e["type"] = kind
			f.event(fmt.Sprintf("EvROW%d", f.events), f.app.worker.Now().Add(-age), e)
			return f.overheard()
		}}
	}
	event(anyMember, "app_home_opened", 0, func(user string) map[string]any { return map[string]any{"user": user, "tab": "home"} })
	event(silent, "member_joined_channel", 0, func(user string) map[string]any {
		return map[string]any{"user": "U0HEADWAY", "channel": payments, "inviter": user}
	})
	event(silent, "user_change", 0, func(user string) map[string]any {
		return map[string]any{"user": map[string]any{"id": user, "tz": demoZone.String()}}
	})
	// From before the app was installed, so that the next rows have a workspace.
	event(silent, "app_uninstalled", 48*time.Hour, func(string) map[string]any { return map[string]any{} })
	event(silent, "tokens_revoked", 48*time.Hour, func(string) map[string]any {
		return map[string]any{"tokens": map[string]any{"bot": []string{"U0HEADWAY"}}}
	})

	table["shortcut checkin_answer"] = entry{anyMember, func(f *forger, user string) string {
		return f.interaction(user, "shortcut", map[string]any{"callback_id": "checkin_answer"})
	}}
	return table
}

func TestOptionListsAreEmptyForThoseWhoLackTheRight(t *testing.T) {
	t.Parallel()
	f, d := startForged(t)
	ids := castOf(t, f, d)
	for list, id := range map[string]string{"setup.project": ids.connection, "setup.board": ids.connection + ".10001"} {
		for _, v := range viewers {
			words := f.options(v.user, list+":"+id, "pay")
			if shown := strings.Contains(words, "PAY"); shown != v.admin {
				t.Errorf("%s for the %s: %s", list, v.name, words)
			}
		}
	}
}

// fill is a field as a form's state holds it.
type fill struct {
	block string
	value map[string]any
}

func filled(inputs ...fill) map[string]any {
	state := map[string]any{}
	for _, in := range inputs {
		state[in.block] = map[string]any{in.block: in.value}
	}
	return state
}

func fillText(block, text string) fill { return fill{block, map[string]any{"value": text}} }
func fillDate(block, day string) fill {
	return fill{block, map[string]any{"type": "datepicker", "selected_date": day}}
}
func fillTime(block string) fill {
	return fill{block, map[string]any{"type": "timepicker", "selected_time": "09:00"}}
}
func fillOption(block, value string) fill {
	return fill{block, map[string]any{"type": "static_select", "selected_option": map[string]any{"value": value}}}
}
func fillBoxes(block string, value string) fill {
	return fill{block, map[string]any{"type": "checkboxes", "selected_options": []any{map[string]any{"value": value}}}}
}
func fillChannel(id string) fill {
	return fill{"channel", map[string]any{"type": "conversations_select", "selected_conversation": id}}
}
func fillUser(block, user string) fill {
	return fill{block, map[string]any{"type": "users_select", "selected_user": user}}
}
func fillUsers(user string) fill {
	return fill{"participants", map[string]any{"type": "multi_users_select", "selected_users": []string{user}}}
}
