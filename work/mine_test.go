package work

import (
	"fmt"
	"testing"

	"headway/blocks"
	"headway/calendar"
	"headway/models"
	"headway/models/storetest"
)

// mine is a person's history over the days since the first Monday.
func (b *blockedTeam) mine(user string, days int) blocks.MineView {
	b.t.Helper()
	return got(b.w.Mine(b.t.Context(), b.team, user, calendar.Span{From: monday, To: monday.AddDays(days)}, b.w.Now().In(berlin)))(b.t)
}

func TestMineIsWhatAPersonSaidAndNobodyElse(t *testing.T) {
	eachBlockedTeam(t, func(b *blockedTeam) {
		mon, tue := b.round(0), b.round(1)
		b.say(mon, "U1", blocked, "PAY-1")
		b.say(mon, "U2", blocked, "PAY-99")
		b.must(b.team.Atomically(b.t.Context(), func(tx models.Team) error {
			return b.w.Answer(b.t.Context(), tx, models.Answer{RoundID: tue.ID, User: "U1", Status: onTrack, Plan: "PAY-7,PAY-8"})
		}))
		b.close(mon)
		b.close(tue)
		wed, thu := b.round(2), b.round(3)
		b.must(b.team.Atomically(b.t.Context(), func(tx models.Team) error { return b.w.Skip(b.t.Context(), tx, wed.ID, "U1") }))
		b.close(wed)
		b.close(thu)
		b.at(3, 16)
		b.say(thu, "U1", blocked, "PAY-2") // late
		b.round(4)
		text := blocks.Mine(b.mine("U1", 4)).Text
		contains(b.t, text, "You answered 3 of 3 check-ins, 1 of them late, and were blocked on 2 days. You skipped 1.",
			"*Mon 16 Nov* ■ blocked · <https://acme.test/browse/PAY-1|PAY-1> waits for a decision, day 1; cleared after 1 day",
			"*Tue 17 Nov* ● on track · next <https://acme.test/browse/PAY-7|PAY-7>", "*Wed 18 Nov* skipped", "*Thu 19 Nov* ■ blocked (late)", "*Fri 20 Nov* waits for you",
			"*Still in your way*\n<https://acme.test/browse/PAY-2|PAY-2> waits for a decision, day 2.", "Headway keeps answers 90 days.")
		lacks(b.t, text, "PAY-99", "U2")
		contains(b.t, blocks.Mine(b.mine("UOBS", 4)).Text, "You were not asked in this time.")
	})
}

func TestMineEndsWhereAnswersAreNoLongerKept(t *testing.T) {
	b := newBlockedTeam(t, storetest.SQLite(t))
	now := b.w.Now().In(berlin)
	view := got(b.w.Mine(t.Context(), b.team, "U1", calendar.Span{From: monday.AddDays(-400), To: monday}, now))(t)
	if view.From != monday.AddDays(1-AnswerDays) || !view.Cut {
		t.Errorf("it begins on %s, cut %t", view.From, view.Cut)
	}
	if _, err := b.w.Mine(t.Context(), b.team, "U1", calendar.Span{From: monday.AddDays(-400), To: monday.AddDays(-300)}, now); err == nil {
		t.Error("answers that are gone are shown as none")
	}
}

func (b *blockedTeam) catchup(user string, since calendar.Date) blocks.CatchupView {
	b.t.Helper()
	return got(b.w.Catchup(b.t.Context(), b.team, user, since, b.w.Now().In(berlin)))(b.t)
}

func TestACatchupBeginsWhereThePersonLeft(t *testing.T) {
	away := func(from, to int) func(*blockedTeam) {
		return func(b *blockedTeam) {
			b.must(b.team.PutAbsence(b.t.Context(), models.Absence{User: "U1", From: monday.AddDays(from), To: monday.AddDays(to)}))
		}
	}
	for name, c := range map[string]struct {
		before func(*blockedTeam)
		since  calendar.Date
		want   calendar.Date
	}{
		"an absence that ended":         {away(-7, 1), calendar.Date{}, monday.AddDays(-7)},
		"an absence that lasts":         {away(-7, 20), calendar.Date{}, monday.AddDays(-7)},
		"one that is only ahead":        {away(10, 20), calendar.Date{}, monday}, // the last answer
		"one that is long over":         {away(-20, -10), calendar.Date{}, monday},
		"a year":                        {away(-300, 1), calendar.Date{}, monday.AddDays(4 - 42)},
		"the last answer":               {func(*blockedTeam) {}, calendar.Date{}, monday},
		"a day that is named":           {away(-7, 1), monday.AddDays(2), monday.AddDays(2)},
		"a day too far back to be kept": {func(*blockedTeam) {}, monday.AddDays(-100), monday.AddDays(4 - 42)},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBlockedTeam(t, storetest.SQLite(t))
			b.say(b.round(0), "U1", onTrack)
			b.at(4, 10)
			c.before(b)
			view := b.catchup("U1", c.since)
			if view.Since != c.want || view.Cut != (!c.since.IsZero() && c.since != c.want) {
				t.Errorf("since %s, cut %t; want %s", view.Since, view.Cut, c.want)
			}
		})
	}
	b := newBlockedTeam(t, storetest.SQLite(t))
	if view := b.catchup("U1", calendar.Date{}); view.Since != monday.AddDays(-14) {
		t.Errorf("someone who never answered catches up since %s", view.Since)
	}
}

func TestACatchupTellsWhatThePersonMaySee(t *testing.T) {
	eachBlockedTeam(t, func(b *blockedTeam) {
		ctx := b.t.Context()
		mon := b.round(0)
		b.must(b.team.Atomically(ctx, func(tx models.Team) error {
			return b.w.Answer(ctx, tx, models.Answer{RoundID: mon.ID, User: "U1", Status: onTrack, Plan: "PAY-7"})
		}))
		b.say(mon, "U2", blocked, "PAY-1")
		b.close(mon)
		tue := b.round(1)
		b.say(tue, "U2", blocked, "PAY-2")
		b.tap("U2", "PAY-1")
		b.close(tue)
		b.at(2, 10)
		since := monday
		b.must(b.team.Link(ctx, models.AccountLink{User: "U1", ConnectionID: b.project.ConnectionID, AccountID: "sbx:u1"}))
		b.c.browse = append(b.c.browse, "sbx:u1")
		text := blocks.Catchup(b.catchup("U1", since)).Text
		contains(b.t, text, "*Since Mon 16 Nov*", "*PAY* · 2 check-ins, 19 % answered.", "2 new blockers; cleared: <https://acme.test/browse/PAY-1|PAY-1>; still open: <https://acme.test/browse/PAY-2|PAY-2>.",
			"You had planned <https://acme.test/browse/PAY-7|PAY-7>.")

		// Without Browse no figure, without a link the way to one.
		b.c.mu.Lock()
		b.c.browse = nil
		b.c.mu.Unlock()
		b.w.verdicts = verdicts{}
		contains(b.t, blocks.Catchup(b.catchup("U1", since)).Text, "Jira doesn't let you see this project, so its figures are left out.")
		view := b.catchup("U2", since)
		contains(b.t, blocks.Catchup(view).Text, "Figures from Jira show once your account is linked.")
		lacks(b.t, blocks.Catchup(view).Text, "done")
		if !view.Unlinked {
			b.t.Error("there is no way to link")
		}

		// An observer is outside, and so is everyone where the privacy says counts.
		lacks(b.t, blocks.Catchup(b.catchup("UOBS", since)).Text, "PAY-1", "PAY-2", "blocker")
		b.checkin.Privacy = models.PrivacyCounts
		b.must(b.team.PutCheckin(ctx, &b.checkin))
		lacks(b.t, blocks.Catchup(b.catchup("U1", since)).Text, "PAY-1", "PAY-2", "blocker")
	})
}

func TestACatchupOfASmallTeamOutsideShowsNoRate(t *testing.T) {
	b := newBlockedTeam(t, storetest.SQLite(t))
	b.checkin.Privacy = models.PrivacyManagers
	b.must(b.team.PutCheckin(t.Context(), &b.checkin))
	b.must(b.team.SetParticipants(t.Context(), "pay", []models.Participant{{User: "U1", Zone: "Europe/Berlin"}, {User: "U2", Zone: "Europe/Berlin"}}))
	mon := b.round(0)
	b.say(mon, "U1", onTrack)
	b.close(mon)
	text := blocks.Catchup(b.catchup("U2", monday)).Text
	contains(t, text, fmt.Sprintf("%d check-in.", 1))
	lacks(t, text, "answered", "%")
}
