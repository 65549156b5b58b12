package main

import (
	"strings"
	"testing"
	"time"

	"headway/calendar"
	"headway/models"
)

func TestStoryPeopleAreLinkedByTheEmailThatSlackAndJiraShare(t *testing.T) {
	t.Parallel()
	c := startFresh(t)
	c.setUpPlatform()
	const told = "as Slack and Jira have the same email of you"

	// Whoever takes part is linked, and told; Lena's report opens at once.
	c.awaitMessage(lena, lena, "", told)
	c.reply(lena, platform, "report OPS", "*Platform · week ")

	// Jonas takes no part: he is linked when he first needs it.
	c.reply(mira, platform, "roles grant @jonas observer OPS", "is now an observer of OPS")
	before := c.latest(jonas, jonas)
	c.reply(jonas, platform, "report OPS", "*Platform · week ")
	c.awaitMessage(jonas, jonas, before, told)

	// An admin takes a link back, and no email makes it again.
	before = c.latest(jonas, jonas)
	c.reply(jonas, platform, "unlink @jonas", "Only an admin can do this.")
	c.reply(mira, platform, "unlink @jonas", "is not linked to a Jira account any more")
	c.awaitMessage(jonas, jonas, before, "An admin took back your link")
	keepsQuietOf(t, c.reply(jonas, platform, "report OPS", "You are not linked to a Jira account yet").Text, "done")
	c.reply(mira, platform, "unlink @jonas", "This person is not linked to a Jira account.")
	c.reply(mira, platform, "unlink", "Whom?")
	c.linkAccount(mira, jonas, "sbx:2")
	c.reply(jonas, platform, "report OPS", "*Platform · week ")

	// Without the right to read emails an admin has to do it.
	c.fault(map[string]any{"fault": "scopes", "scopes": []string{"chat:write", "commands", "im:write", "users:read", "channels:read"}})
	c.reply(mira, platform, "roles grant @anil observer OPS", "is now an observer of OPS")
	c.reply(anil, platform, "report OPS", "You are not linked to a Jira account yet")
	c.noViolations()
}

func TestStoryAChannelsReadersAreLookedAt(t *testing.T) {
	t.Parallel()
	c := startDemo(t, demoCmd{})

	// Jira says that everyone in #payments may see it: nobody has to decide.
	c.reply(mira, payments, "unbind", "Nothing is posted there any more.")
	c.reply(mira, payments, "bind #payments PAY", "Jira lets everyone there see the project.")
	says(t, c.reply(mira, payments, "status", "*Headway is running*").Text, "In <#C01PAY>: everyone in it may see the project, as Jira says")
	before := c.latest(payments, ada)
	c.clockTo("19:31") // the daily look was this morning's; the summary is a full one
	says(t, c.awaitMessage(payments, ada, before, "Payments check-in · ").Text, "on track")

	// A guest reads #general.
	ask := c.reply(mira, general, "bind #general PAY", "a guest or someone from another company is among its members")
	c.click(mira, ask, "bind.safe")
	c.awaitMessage(general, mira, ask.TS, "It gets the safe summary, without issue keys and links")

	// Without the right to see members nobody can tell.
	c.fault(map[string]any{"fault": "scopes", "scopes": []string{"chat:write", "commands", "im:write", "users:read"}})
	c.reply(mira, payments, "bind #payments PAY", "With the scopes channels:read and groups:read it can ask Jira about everyone.")
	c.fault(map[string]any{"fault": "scopes", "on": false})

	// The next daily look finds out again, and a token that may not ask can't.
	c.clockTo("06:05")
	says(t, c.reply(mira, payments, "status", "*Headway is running*").Text, "In <#C01PAY>: everyone in it may see the project, as Jira says")
	c.noViolations()
}

func TestStoryTheTestSaysWhatToGrant(t *testing.T) {
	t.Parallel()
	c := startDemo(t, demoCmd{})
	test := func() string {
		t.Helper()
		return c.reply(mira, payments, "test PAY", "*Jira (acme): ").Text
	}
	says(t, test(), "all is well", "✓ Reach Jira", "✓ Sign in", "*PAY*", "✓ See the project", "✓ See the board", "✓ Search issues", "✓ Read their history", "✓ Read releases", "✓ Ask who may see it")
	keepsQuietOf(t, test(), "■", "–")
	c.reply(jonas, payments, "test", "Only an admin can do this.")
	c.reply(mira, payments, "test NOPE", "There is no project NOPE to test.")

	for fault, expected := range map[string][]string{
		"no_browse_users":        {"1 thing needs attention", "■ Ask who may see it: Jira does not tell Headway", "global permission Browse users and groups"},
		"no_board_configuration": {"all is well", "✓ See the board: its estimation setting is closed to this token"},
		"forbidden":              {"■ See the project: the token's account can't see it. Give the token's account the permission Browse projects there.", "– Ask who may see it: not tried"},
		"admin":                  {"all is well", "✓ Ask who may see it"},
		"down":                   {"■ Reach Jira: ", "– Sign in: not tried", "– See the project: not tried"},
	} {
		c.fault(map[string]any{"fault": fault, "project": "PAY"})
		says(t, test(), expected...)
		c.fault(map[string]any{"fault": fault, "on": false})
	}

	// A token that is refused is every admin's matter, once; one that works after
	// all goes on without being entered again.
	before := c.latest(mira, mira)
	c.fault(map[string]any{"fault": "unauthorized"})
	refused := c.reply(mira, payments, "test PAY", "*Jira (acme): ")
	says(t, refused.Text, "✓ Reach Jira", "■ Sign in: Jira does not accept the token. Replace the token.", "– See the project: not tried")
	test()
	c.awaitMessage(mira, mira, before, "no longer accepts the token (step: sign in)")
	if n := len(c.posts(mira, mira, before, "no longer accepts the token")); n != 1 {
		t.Errorf("Mira hears %d times of it", n)
	}
	says(t, c.reply(mira, payments, "status", "a Jira token is refused").Text, "token refused")
	c.click(mira, refused, "connect.replace")
	c.closeModal(mira, c.modal(mira, "connect"))
	c.fault(map[string]any{"fault": "unauthorized", "on": false})
	says(t, test(), "all is well")
	says(t, c.reply(mira, payments, "status", "*Headway is running*").Text, "acme connected")
	c.noViolations()
}

func TestStoryNobodyIsShownAnythingWhileJiraDoesNotTellWhoMay(t *testing.T) {
	t.Parallel()
	c := startFresh(t)
	c.fault(map[string]any{"fault": "no_browse_users"})
	c.slash(mira, platform, "setup")
	c.submit(mira, c.modal(mira, "setup.connect"), map[string]any{"site": "acme", "email": c.JiraEmail, "token": c.JiraToken})
	c.submit(mira, c.pickProject(mira, "OPS"), nil)
	c.submit(mira, c.modal(mira, "setup.mapping"), nil)
	c.submit(mira, c.modal(mira, "setup.checkin"), map[string]any{"participants": []string{lena, noor, mira}})
	c.submit(mira, c.modal(mira, "setup.reports"), map[string]any{"declared": []string{"declared"}})
	says(t, c.modalSaying(mira, "", "is set up").words(), "nobody gets its reports on demand yet", "Browse users and groups")
	c.awaitMessage(mira, mira, "", "53 weeks of figures.")
	says(t, c.reply(mira, platform, "status", "*Jira:* acme connected").Text, "■ can't ask who may see what")

	// Even for someone who is linked; and the moment it is granted, it works.
	c.linkAccount(mira, lena, "sbx:6")
	keepsQuietOf(t, c.reply(lena, platform, "report OPS", "Jira does not let Headway ask who may see this project").Text, "done")
	c.fault(map[string]any{"fault": "clear"})
	says(t, c.reply(mira, platform, "test", "*Jira (acme): ").Text, "all is well")
	keepsQuietOf(t, c.reply(mira, platform, "status", "*Jira:* acme connected").Text, "can't ask")
	c.linkAccount(mira, noor, "sbx:9")
	c.reply(noor, platform, "report OPS", "*Platform · week ")
	c.noViolations()
}

func TestStoryAScopedTokenPassesTheTestBehindTheGateway(t *testing.T) {
	t.Parallel()
	c := startFresh(t)
	c.fault(map[string]any{"fault": "scoped_token"})
	c.fault(map[string]any{"fault": "no_board_configuration"})
	c.setUpPlatform()
	says(t, c.reply(mira, platform, "test", "*Jira (acme): ").Text, "all is well", "*OPS*", "✓ See the board", "✓ Ask who may see it")
	c.noViolations()
}

func TestStoryTheAdminsAreWarnedBeforeTheTokenEnds(t *testing.T) {
	t.Parallel()
	c := startDemo(t, demoCmd{})
	c.reply(mira, payments, "roles grant @ada admin", "is now an admin")
	c.reply(mira, payments, "project pause PAY", "is paused") // time passes faster without check-ins
	says(t, c.reply(mira, payments, "status", "*Headway is running*").Text, "token until ")

	// Nobody knows when a token ends that was entered without a date.
	renew := func(ends string) {
		t.Helper()
		c.slash(mira, payments, "connect")
		c.submit(mira, c.modal(mira, "connect"), map[string]any{"token": c.JiraToken, "expires": ends})
		c.closeModal(mira, c.modalSaying(mira, "", "Connected to acme"))
	}
	renew("")
	says(t, c.reply(mira, payments, "status", "*Headway is running*").Text, "end of the token not entered")

	today := calendar.DateOf(c.clock("0s"), demoZone)
	renew(today.AddDays(32).String())
	before := map[string]string{mira: c.latest(mira, mira), ada: c.latest(ada, ada), jonas: c.latest(jonas, jonas)}
	for left := 32; left >= 0; left-- { // the first is still today
		c.clockTo("09:30")
		for user := range before {
			got := c.posts(user, user, before[user], "The Jira token of acme ends on ")
			before[user] = c.latest(user, user)
			want := 0
			if user != jonas && (left == 30 || left == 14 || left == 7 || left == 1) {
				want = 1
			}
			if len(got) != want {
				t.Errorf("%d days ahead %s hears %d times of it, not %d: %+v", left, user, len(got), want, got)
			}
		}
	}

	// The button renews it, and the new one's warnings begin anew.
	warning := c.posts(mira, mira, "", "ends on ")
	c.click(mira, warning[0], "connect.replace")
	c.closeModal(mira, c.modal(mira, "connect"))
	renew(today.AddDays(32 + 6).String())
	c.clock("5m")
	c.awaitMessage(ada, ada, before[ada], ", in 6 days.")
	c.noViolations()
}

// look makes the bot look at a channel's members now.
func (f *forger) look(channel string) models.Binding {
	f.t.Helper()
	_, p, err := f.team().BindingOf(f.t.Context(), channel)
	if err != nil {
		f.t.Fatal(err)
	}
	if _, err := f.app.worker.LookAtChannel(f.t.Context(), f.team(), p, channel); err != nil {
		f.t.Fatal(err)
	}
	return f.binding(channel)
}

func (f *forger) binding(channel string) models.Binding {
	f.t.Helper()
	b, _, err := f.team().BindingOf(f.t.Context(), channel)
	if err != nil {
		f.t.Fatal(err)
	}
	return b
}

func TestWhoJoinsTakesTheVerdictOnAChannelBack(t *testing.T) {
	t.Parallel()
	f, d := startForged(t)
	ids := castOf(t, f, d)
	if _, err := f.app.worker.Unbind(t.Context(), f.team(), mira, payments); err != nil {
		t.Fatal(err)
	}
	p, err := f.team().Project(t.Context(), ids.project)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.app.worker.Bind(t.Context(), f.team(), mira, p, payments, false); err != nil {
		t.Fatal(err)
	}
	if b := f.look(payments); b.Audience != models.AudienceVerified {
		t.Fatalf("#payments is %+v", b)
	}
	joins := map[string]any{"type": "member_joined_channel", "user": gil, "channel": payments, "channel_type": "C", "team": acmeID, "inviter": ada}
	f.event("EvJOIN1", f.app.worker.Now(), joins)
	if b := f.binding(payments); b.Trusted(d.clock.Now()) || b.Reason != "changed" {
		t.Errorf("after somebody joined it is %+v", b)
	}
	// Those who are in it are looked at again within a minute.
	if err := d.through(t.Context(), d.clock.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if b := f.binding(payments); b.Audience != models.AudienceVerified || !b.Trusted(d.clock.Now()) {
		t.Errorf("a minute later it is %+v", b)
	}
	// The same event again, and one of a channel that is bound to nothing, change nothing.
	f.event("EvJOIN1", f.app.worker.Now(), joins)
	joins["channel"] = general
	f.event("EvJOIN2", f.app.worker.Now(), joins)
	if b := f.binding(payments); !b.Trusted(d.clock.Now()) {
		t.Errorf("a redelivered event took the verdict back: %+v", b)
	}
}

func TestAnInvitationIsAnsweredOnceAndToTheInviterAlone(t *testing.T) {
	t.Parallel()
	f, d := startForged(t)
	castOf(t, f, d)
	c := &control{t: t, Line: d.world.Line()}
	joined := func(id, channel, who, inviter string) {
		f.event(id, f.app.worker.Now(), map[string]any{"type": "member_joined_channel", "user": who, "channel": channel, "team": acmeID, "inviter": inviter})
	}
	answers := func(channel, user string) []string {
		var all []string
		for _, m := range c.messages(channel, user, "", 0) {
			if m.EphemeralTo == user && strings.HasPrefix(m.Text, "Thanks for the invitation.") {
				all = append(all, m.Text)
			}
		}
		return all
	}
	joined("EvBOT1", platform, "U0HEADWAY", mira)
	joined("EvBOT1", platform, "U0HEADWAY", mira) // redelivered
	if got := answers(platform, mira); len(got) != 1 || !strings.Contains(got[0], "`/headway setup` sets a project up") {
		t.Errorf("Mira reads %q", got)
	}
	joined("EvBOT2", general, "U0HEADWAY", ada)
	if got := answers(general, ada); len(got) != 1 || !strings.Contains(got[0], "An admin of Headway can set a project up") {
		t.Errorf("Ada reads %q", got)
	}
	joined("EvBOT3", payments, "U0HEADWAY", ada)
	if got := answers(payments, ada); len(got) != 1 || !strings.Contains(got[0], "I post the check-ins and reports of Payments here.") {
		t.Errorf("Ada reads %q", got)
	}
	joined("EvBOT4", partners, "U0HEADWAY", mira)
	if got := answers(partners, mira); len(got) != 1 || !strings.Contains(got[0], "shared with another company") {
		t.Errorf("Mira reads %q", got)
	}
	// Nobody else's joining is answered, nor one without an inviter.
	joined("EvBOT5", leads, noor, mira)
	joined("EvBOT6", general, "U0HEADWAY", "")
	if got := append(answers(leads, mira), answers(general, mira)...); len(got) != 0 {
		t.Errorf("Mira reads %q", got)
	}
}

func TestAPersonsAccountIsFollowed(t *testing.T) {
	t.Parallel()
	f, d := startForged(t)
	ids := castOf(t, f, d)
	ctx := t.Context()
	changed := func(id, user string, profile map[string]any) {
		t.Helper()
		profile["id"] = user
		f.event(id, f.app.worker.Now(), map[string]any{"type": "user_change", "user": profile, "cache_ts": 1})
	}
	zones := func() map[string]string {
		t.Helper()
		people, err := f.team().Participants(ctx, ids.project)
		if err != nil {
			t.Fatal(err)
		}
		all := map[string]string{}
		for _, p := range people {
			all[p.User] = p.Zone
		}
		return all
	}
	nextRound := func() time.Time {
		t.Helper()
		c, err := f.team().CheckinOf(ctx, ids.project)
		if err != nil {
			t.Fatal(err)
		}
		s, err := f.team().ScheduleOf(ctx, "checkin", c.ID)
		if err != nil {
			t.Fatal(err)
		}
		return s.NextDue
	}
	before := nextRound()

	// Ada moves east: the next round begins by her morning.
	changed("EvU1", ada, map[string]any{"tz": "Asia/Tokyo", "deleted": false})
	if z := zones(); z[ada] != "Asia/Tokyo" || z[tomas] != demoZone.String() {
		t.Errorf("zones %v", z)
	}
	if got := before.Sub(nextRound()); got < 7*time.Hour || got > 8*time.Hour {
		t.Errorf("the next round moved by %v", got)
	}
	// What is no zone, or a change of someone who takes no part, changes nothing.
	changed("EvU2", ada, map[string]any{"tz": "Mars/Olympus"})
	changed("EvU3", gil, map[string]any{"tz": "Asia/Tokyo", "deleted": true})
	if z := zones(); z[ada] != "Asia/Tokyo" || len(z) != 3 {
		t.Errorf("zones %v", z)
	}

	// Tomás leaves the company, and becomes one less to wait for.
	changed("EvU4", tomas, map[string]any{"tz": demoZone.String(), "deleted": true})
	changed("EvU4", tomas, map[string]any{"tz": demoZone.String(), "deleted": true}) // redelivered
	if z := zones(); len(z) != 2 || z[tomas] != "" {
		t.Errorf("zones %v", z)
	}
	if m, err := f.team().RoundMember(ctx, ids.round, tomas); err != nil || m.State != models.MemberAway {
		t.Errorf("%+v %v", m, err)
	}
	c := &control{t: t, Line: d.world.Line()}
	asked := c.latest(tomas, tomas)
	if err := d.through(ctx, d.clock.Now().Add(26*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if news := c.posts(tomas, tomas, asked, ""); len(news) > 0 {
		t.Errorf("Tomás still reads %+v", news)
	}
	// A guest may not use Headway, so is not asked either.
	changed("EvU5", ada, map[string]any{"tz": "Asia/Tokyo", "is_restricted": true})
	if z := zones(); len(z) != 1 {
		t.Errorf("zones %v", z)
	}
}

func TestNothingIsPostedWhereAnotherCompanyReadsAndTheAdminsHearWhy(t *testing.T) {
	t.Parallel()
	f, d := startForged(t)
	ids := castOf(t, f, d)
	ctx, c := t.Context(), &control{t: t, Line: d.world.Line()}
	public, toMira, toTomas := c.latest(payments, ada), c.latest(mira, mira), c.latest(tomas, tomas)
	f.share(payments)

	// The round's summary and, days later, the weekly report stay away.
	if err := d.through(ctx, d.clock.Now().Add(6*time.Hour)); err != nil {
		t.Fatal(err)
	}
	const why = "I did not post on Payments (PAY) in <#C01PAY>: the channel is shared with another company now"
	for user, after := range map[string]string{mira: toMira, tomas: toTomas} {
		if n := len(c.posts(user, user, after, why)); n != 1 {
			t.Errorf("%s hears %d times why", user, n)
		}
	}
	now := d.clock.Now().In(demoZone)
	monday := time.Date(now.Year(), now.Month(), now.Day()+6, 9, 5, 0, 0, demoZone)
	if err := f.app.worker.Pause(ctx, f.team(), mira, project(t, f, ids.project)); err != nil { // no check-ins on the way
		t.Fatal(err)
	}
	d.clock.forward(monday.Add(-10 * time.Minute))
	if err := f.app.worker.Resume(ctx, f.team(), mira, project(t, f, ids.project)); err != nil {
		t.Fatal(err)
	}
	if err := d.through(ctx, monday); err != nil {
		t.Fatal(err)
	}
	if n := len(c.posts(mira, mira, toMira, why)); n != 2 {
		t.Errorf("Mira hears %d times why, not of Monday's report", n)
	}
	if leaked := c.posts(payments, ada, public, ""); len(leaked) > 0 {
		t.Errorf("the shared channel got %+v", leaked)
	}
	// Sharing by hand is refused with the same reason, and status says it.
	says(t, f.click(jonas, payments, "report.share:"+ids.report, ""), "This channel is shared with another company")
	says(t, f.command(mira, payments, "status"), "safe summaries, as the channel is shared with another company")
}

func project(t *testing.T, f *forger, id string) models.Project {
	t.Helper()
	p, err := f.team().Project(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
