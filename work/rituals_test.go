package work

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"headway/blocks"
	"headway/calendar"
	"headway/metrics"
	"headway/models"
	"headway/models/storetest"
)

// staff are n people.
func staff(n int) (users []string) {
	for i := range n {
		users = append(users, fmt.Sprintf("U%03d", i))
	}
	return users
}

// stage is a company with a check-in, lived through day by day.
type stage struct {
	t *testing.T
	*company
	w       *Worker
	team    models.Team
	project models.Project
	checkin models.Checkin
}

func stageOf(t *testing.T, store *models.Store, people int) *stage {
	t.Helper()
	c := &company{now: at("2026-11-02 08:00"), searchy: true} // a Monday
	w := c.worker(store)
	team := c.settle(t, w)
	p, checkin := ritualOf(t, w, team, blocks.TemplateDaily, staff(people)...)
	return &stage{t, c, w, team, p, checkin}
}

func (s *stage) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *stage) atomically(fn func(tx models.Team) error) {
	s.t.Helper()
	s.must(s.team.Atomically(s.t.Context(), fn))
}

// lives through one working day on which so many answer.
func (s *stage) lives(answered int) {
	s.t.Helper()
	ctx := s.t.Context()
	due, slot := dueOf(s.t, s.team, s.checkin)
	s.later(due.Sub(s.w.Now()))
	s.must(s.w.OpenRounds(ctx))
	round, err := s.team.RoundOn(ctx, s.checkin.ID, day(slot))
	s.must(err)
	for _, user := range staff(answered) {
		s.atomically(func(tx models.Team) error {
			return s.w.Answer(ctx, tx, models.Answer{RoundID: round.ID, User: user, Status: models.OnTrack})
		})
	}
	s.later(5 * time.Hour)
	s.must(s.w.CloseRounds(ctx))
}

func (s *stage) proposals() int {
	s.t.Helper()
	got := told(s.t, s.team, "proposal:")
	if got["UOWNER"] != got["UADMIN"] {
		s.t.Errorf("the admins are not told alike: %v", got)
	}
	for who := range got {
		if who != "UOWNER" && who != "UADMIN" {
			s.t.Errorf("%s is told", who)
		}
	}
	return got["UOWNER"]
}

func TestFewAnswersInThreeRoundsInARowAreToldTheAdminsOnceInFourWeeks(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *models.Store) {
		s := stageOf(t, open(), 6)
		for i, step := range []struct{ answered, proposals int }{
			{2, 0}, {2, 0}, {3, 0}, // half is enough
			{2, 0}, {2, 0}, {2, 1}, {2, 1}, {0, 1},
		} {
			s.lives(step.answered)
			if n := s.proposals(); n != step.proposals {
				t.Fatalf("after day %d: %d proposals, want %d", i+1, n, step.proposals)
			}
		}
		for range 25 { // five weeks later it is time to ask again, once
			s.lives(1)
		}
		if n := s.proposals(); n != 2 {
			t.Errorf("%d proposals in six weeks", n)
		}
	})
}

func TestATeamTooSmallToSayIsNeverProposedAnything(t *testing.T) {
	s := stageOf(t, storetest.SQLite(t), 4)
	for range 10 {
		s.lives(0)
	}
	if n := s.proposals(); n != 0 {
		t.Errorf("%d proposals", n)
	}
}

// proposal is the value of the proposal's buttons.
func (s *stage) proposal() string {
	s.t.Helper()
	c, err := s.team.Checkin(s.t.Context(), s.checkin.ID)
	s.must(err)
	return proposed{c.ProposedAt, fewerDays(c)}.String()
}

func (s *stage) decide(user, value, choice string) error {
	return s.team.Atomically(s.t.Context(), func(tx models.Team) error {
		return s.w.Decide(s.t.Context(), tx, user, s.checkin.ID, value, choice)
	})
}

func TestAProposalIsDecidedOnceAndEveryAdminReadsByWhom(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *models.Store) {
		s := stageOf(t, open(), 6)
		for range 3 {
			s.lives(1)
		}
		value := s.proposal()
		s.must(s.decide("UADMIN", value, DecideFewer))
		c, err := s.team.Checkin(t.Context(), s.checkin.ID)
		s.must(err)
		if c.Days != calendar.Monday|calendar.Wednesday|calendar.Friday {
			t.Errorf("asks on %s", c.Days)
		}
		if _, slot := dueOf(t, s.team, c); slot != "2026-11-06" { // Friday, not Thursday
			t.Errorf("held next on %s", slot)
		}
		var refusal Refusal
		if err := s.decide("UOWNER", value, DecidePause); !errors.As(err, &refusal) || !strings.Contains(refusal.Say, "decided already") {
			t.Errorf("the second click: %v", err)
		}
		if got := told(t, s.team, "decided:proposal:"); got["UOWNER"] != 1 || got["UADMIN"] != 1 || len(got) != 2 {
			t.Errorf("told %v", got)
		}
		log, err := s.team.AuditSince(t.Context(), s.project.ID, time.Time{}, 1)
		s.must(err)
		if len(log) != 1 || log[0].Verb != "checkin.proposal" || log[0].Subject != "fewer Mon, Wed, Fri" || log[0].Actor != "UADMIN" {
			t.Errorf("log %+v", log)
		}
	})
}

func TestAProposedPauseEndsByItself(t *testing.T) {
	s := stageOf(t, storetest.SQLite(t), 6)
	for range 3 {
		s.lives(1)
	}
	s.must(s.decide("UADMIN", s.proposal(), DecidePause)) // on Wednesday 4 November
	if _, slot := dueOf(t, s.team, s.checkin); slot != "2026-11-18" {
		t.Errorf("held next on %s", slot)
	}
	s.lives(1)
	if c, err := s.team.Checkin(t.Context(), s.checkin.ID); err != nil || c.State != models.On || !c.PausedUntil.IsZero() {
		t.Errorf("%+v %v", c, err)
	}
}

func TestAProposalIsOverWhenTheCheckInWasConfiguredMeanwhile(t *testing.T) {
	s := stageOf(t, storetest.SQLite(t), 6)
	for range 3 {
		s.lives(1)
	}
	value := s.proposal()
	s.atomically(func(tx models.Team) error {
		c := s.checkin
		c.Days = calendar.Tuesday
		_, err := s.w.Configure(t.Context(), tx, "UOWNER", s.project, c, []models.Participant{{User: "U001", Zone: "Europe/Berlin"}})
		return err
	})
	var refusal Refusal
	if err := s.decide("UADMIN", value, DecideFewer); !errors.As(err, &refusal) {
		t.Errorf("%v", err)
	}
}

func TestAReportNobodyOpensForThreeWeeksIsToldTheAdmins(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *models.Store) {
		s := stageOf(t, open(), 6)
		week := calendar.WeekOf(day("2026-11-02"))
		posted := func(back int) models.Report {
			r := models.Report{ProjectID: s.project.ID, Kind: "weekly", Week: week.Add(-back), Key: fmt.Sprintf("weekly:%d", back), Input: "{}", CreatedAt: s.w.Now()}
			s.must(s.team.AddReport(t.Context(), &r))
			return r
		}
		look := func(week calendar.Week) {
			t.Helper()
			s.atomically(func(tx models.Team) error { return s.w.lookAtOpens(t.Context(), tx, s.project, week) })
		}
		posted(1)
		posted(2)
		look(week)
		if n := s.proposals(); n != 0 {
			t.Errorf("%d proposals after two weeks", n)
		}
		three := posted(3)
		s.must(s.w.Opened(t.Context(), s.team, blocks.ReportView{Ref: blocks.ReportRef(three.ID)}))
		look(week)
		if n := s.proposals(); n != 0 {
			t.Errorf("%d proposals though somebody looked three weeks ago", n)
		}
		posted(0)
		look(week.Next()) // the three weeks before: 0, 1 and 2
		look(week.Next())
		if n := s.proposals(); n != 1 {
			t.Errorf("%d proposals", n)
		}
		if all, err := s.team.ReportsOfWeek(t.Context(), s.project.ID, three.Week); err != nil || all[0].Opens != 1 {
			t.Errorf("%+v %v", all, err)
		}
	})
}

// deaf is a Slack that refuses posts to some channels and people.
type deaf struct {
	*company
	codes map[string]string // by channel or user
}

type refusedBy string

func (e refusedBy) Error() string   { return string(e) }
func (e refusedBy) Code() string    { return string(e) }
func (e refusedBy) Permanent() bool { return true }

func (d deaf) Post(_ context.Context, _, channel string, _ blocks.Message, _ string) (string, string, error) {
	if code := d.codes[channel]; code != "" {
		return "", "", refusedBy(code)
	}
	return channel, "1.1", nil
}

func (d deaf) DM(_ context.Context, _, user string) (string, error) {
	if code := d.codes[user]; code != "" {
		return "", refusedBy(code)
	}
	return "D" + user, nil
}

func (d deaf) Update(context.Context, string, string, string, blocks.Message) error { return nil }

// delivered sends what waits, whatever the pace.
func (s *stage) delivered() {
	s.t.Helper()
	deadline := time.Now().Add(time.Minute)
	for {
		_, err := s.w.Deliver(s.t.Context())
		s.must(err)
		next, waiting, err := s.w.Store.NextOutboxDue(s.t.Context())
		s.must(err)
		if !waiting {
			return
		}
		if time.Now().After(deadline) {
			s.t.Fatal("messages still wait")
		}
		timer := time.NewTimer(time.Until(next))
		<-timer.C
	}
}

func (s *stage) sentNotices(prefix string) (n int) {
	s.t.Helper()
	sent, err := s.team.Letters(s.t.Context(), models.OutboxSent, 1000)
	s.must(err)
	for _, o := range sent {
		if strings.HasPrefix(o.Key, prefix) {
			n++
		}
	}
	return n
}

func TestAChannelThatTakesNoPostsIsToldTheAdminsOncePerIncident(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *models.Store) {
		s := stageOf(t, open(), 2)
		slack := deaf{s.company, map[string]string{"C1": "is_archived"}}
		s.w.Slack = slack
		for range 2 {
			s.lives(1)
			s.delivered()
		}
		if n := s.sentNotices("broken:"); n != 2 { // two admins, one incident
			t.Errorf("%d messages of one incident", n)
		}
		rounds, err := s.team.RoundsOf(t.Context(), s.checkin.ID, 9)
		s.must(err)
		for _, r := range rounds {
			if r.State != models.RoundClosed || r.Answered != 1 {
				t.Errorf("%+v", r)
			}
		}
		delete(slack.codes, "C1")
		s.lives(1)
		s.delivered()
		slack.codes["C1"] = "not_in_channel"
		s.lives(1)
		s.delivered()
		if n := s.sentNotices("broken:"); n != 4 {
			t.Errorf("%d messages of two incidents", n)
		}
	})
}

func TestWhoCannotBeWrittenToLeavesTheRoundAsIfAway(t *testing.T) {
	s := stageOf(t, storetest.SQLite(t), 2)
	s.w.Slack = deaf{s.company, map[string]string{"U001": "user_disabled"}}
	due, slot := dueOf(t, s.team, s.checkin)
	s.later(due.Sub(s.w.Now()))
	s.must(s.w.OpenRounds(t.Context()))
	s.must(s.w.AskMembers(t.Context()))
	s.delivered()
	round, err := s.team.RoundOn(t.Context(), s.checkin.ID, day(slot))
	s.must(err)
	m, err := s.team.RoundMember(t.Context(), round.ID, "U001")
	s.must(err)
	if m.State != models.MemberAway {
		t.Errorf("%+v", m)
	}
	s.atomically(func(tx models.Team) error {
		return s.w.Answer(t.Context(), tx, models.Answer{RoundID: round.ID, User: "U000", Status: models.AtRisk})
	})
	if round, err = s.team.Round(t.Context(), round.ID); err != nil || round.State != models.RoundClosed || round.Asked != 1 {
		t.Errorf("%+v %v", round, err)
	}
}

func TestSeveralCheckInsGoTogether(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *models.Store) {
		s := stageOf(t, open(), 3)
		ctx := t.Context()
		_, weekly := ritualOf(t, s.w, s.team, blocks.TemplateWeekly, staff(3)...)

		// The next one is whichever comes first.
		m, err := s.w.NextMoments(ctx, s.team, s.project)
		s.must(err)
		if got := m.Checkin(berlin); !got.Equal(at("2026-11-02 09:30")) {
			t.Errorf("next at %v", got)
		}
		s.later(at("2026-11-04 12:00").Sub(s.w.Now())) // too late for the daily ones, not for this week's
		for range 3 {
			s.must(s.w.OpenRounds(ctx))
		}
		rounds, err := s.team.OpenRounds(ctx, s.project.ID)
		s.must(err)
		if len(rounds) != 1 || rounds[0].CheckinID != weekly.ID {
			t.Fatalf("open: %+v", rounds)
		}

		// Where the project posts, both do.
		s.atomically(func(tx models.Team) error { return s.w.postTo(ctx, tx, s.project, "C9") })
		all, err := s.team.Checkins(ctx, s.project.ID)
		s.must(err)
		for _, c := range all {
			if c.Channel != "C9" {
				t.Errorf("%s posts to %s", c.Name, c.Channel)
			}
		}

		// Somebody's zone moves both; who is taken off leaves the open round.
		s.atomically(func(tx models.Team) error { return s.w.PersonChanged(ctx, tx, "U001", "Asia/Kolkata", true) })
		for _, c := range all {
			if due, slot := dueOf(t, s.team, c); !due.Equal(day(slot).At(c.Hour, c.Minute, time.FixedZone("IST", 19800))) {
				t.Errorf("%s is due at %v", c.Name, due)
			}
		}
		s.atomically(func(tx models.Team) error {
			_, err := s.w.Configure(ctx, tx, "UOWNER", s.project, weekly, []models.Participant{{User: "U000", Zone: "Europe/Berlin"}, {User: "U009", Zone: "Europe/Berlin"}})
			return err
		})
		members, err := s.team.RoundMembers(ctx, rounds[0].ID)
		s.must(err)
		states := map[string]string{}
		for _, m := range members {
			states[m.User] = m.State
		}
		if states["U000"] != models.MemberWaiting || states["U001"] != models.MemberAway || states["U009"] != "" {
			t.Errorf("%v", states)
		}

		// A pause ends what is open and stops both; reports go on.
		s.atomically(func(tx models.Team) error {
			return s.w.PauseCheckins(ctx, tx, "UOWNER", s.project, calendar.Date{})
		})
		if open, err := s.team.OpenRounds(ctx, s.project.ID); err != nil || len(open) != 0 {
			t.Errorf("open: %+v %v", open, err)
		}
		if m, err = s.w.NextMoments(ctx, s.team, s.project); err != nil || !m.Checkin(berlin).IsZero() {
			t.Errorf("next at %v %v", m.Checkin(berlin), err)
		}
		if got := told(t, s.team, "summary:"); len(got) != 0 {
			t.Errorf("summaries %v", got)
		}
		s.atomically(func(tx models.Team) error { return s.w.ResumeCheckins(ctx, tx, "UOWNER", s.project) })
		if m, err = s.w.NextMoments(ctx, s.team, s.project); err != nil || !m.Checkin(berlin).Equal(at("2026-11-05 09:30")) {
			t.Errorf("next at %v %v", m.Checkin(berlin), err)
		}
	})
}

func TestAnOpenRoundKeepsWhatItPromised(t *testing.T) {
	s := stageOf(t, storetest.SQLite(t), 2)
	ctx := t.Context()
	due, slot := dueOf(t, s.team, s.checkin)
	s.later(due.Sub(s.w.Now()))
	s.must(s.w.OpenRounds(ctx))
	round, err := s.team.RoundOn(ctx, s.checkin.ID, day(slot))
	s.must(err)
	s.atomically(func(tx models.Team) error {
		c := s.checkin
		c.Name, c.Template, c.Privacy = "Other", blocks.TemplateRetro, models.PrivacyManagers
		_, err := s.w.Configure(ctx, tx, "UOWNER", s.project, c, []models.Participant{{User: "U000"}, {User: "U001"}})
		return err
	})
	rc, err := s.w.roundContext(ctx, s.team, round.ID)
	s.must(err)
	if rc.checkin.Name != "Payments" || rc.checkin.Template != blocks.TemplateDaily || rc.checkin.Privacy != models.PrivacyTeam {
		t.Errorf("%+v", rc.checkin)
	}
}

func TestOneRoundADateHoweverItIsOpened(t *testing.T) {
	s := stageOf(t, storetest.SQLite(t), 2)
	ctx := t.Context()
	run := func() error {
		return s.team.Atomically(ctx, func(tx models.Team) error {
			c, err := tx.Checkin(ctx, s.checkin.ID)
			if err != nil {
				return err
			}
			_, err = s.w.RunCheckin(ctx, tx, "UOWNER", s.project, c)
			return err
		})
	}
	refuses := func(words string) {
		t.Helper()
		var refusal Refusal
		if err := run(); !errors.As(err, &refusal) || !strings.Contains(refusal.Say, words) {
			t.Errorf("%v, want %q", err, words)
		}
	}
	s.must(run()) // at eight, before its time
	refuses("open already, until 12:00")
	s.later(2 * time.Hour)
	s.must(s.w.OpenRounds(ctx)) // half past nine came: the same round
	s.later(3 * time.Hour)
	s.must(s.w.CloseRounds(ctx))
	refuses("held already and closed at 13:00")
	s.later(24 * time.Hour)
	s.atomically(func(tx models.Team) error {
		return s.w.PauseCheckins(ctx, tx, "UOWNER", s.project, calendar.Date{})
	})
	refuses("is paused")
	s.atomically(func(tx models.Team) error { return s.w.ResumeCheckins(ctx, tx, "UOWNER", s.project) })
	s.project.State = models.ProjectPaused
	refuses("is stopped as a whole")
	rounds, err := s.team.RoundsOf(ctx, s.checkin.ID, 9)
	if err != nil || len(rounds) != 1 || !rounds[0].ManualRun {
		t.Errorf("%+v %v", rounds, err)
	}
}

func TestHowLongAPauseLasts(t *testing.T) {
	today := day("2026-11-24")
	for words, want := range map[string]string{
		"": "", "until 2026-12-24": "2026-12-24", "2026-12-24": "2026-12-24", "2w": "2026-12-08", "until 3d": "2026-11-27",
		"until": "?", "2026-11-24": "?", "2026-11-01": "?", "2028-01-01": "?", "tomorrow": "?", "0d": "?", "2x": "?", "2w more": "?", "9999w": "?",
	} {
		got, err := UntilDate(strings.Fields(words), today)
		if (err != nil) != (want == "?") || err == nil && got.String() != want {
			t.Errorf("%q: %v %v, want %q", words, got, err, want)
		}
	}
}

// sprintBoard is a Jira that tells a board's sprints.
type sprintBoard struct {
	Jira
	open, closed []metrics.Sprint
	asked        [][]string
	err          error
}

func (b *sprintBoard) Sprints(_ context.Context, _ int64, states ...string) ([]metrics.Sprint, error) {
	b.asked = append(b.asked, states)
	if len(states) == 1 {
		return b.closed, b.err
	}
	return b.open, b.err
}

func TestAReadingTellsAClosedSprintFromADeletedOne(t *testing.T) {
	s := stageOf(t, storetest.SQLite(t), 1)
	ctx := t.Context()
	s.must(s.team.PutSprints(ctx, s.project.ID, []models.Sprint{
		{ID: 40, BoardID: 7, State: models.SprintClosed}, {ID: 41, BoardID: 7, State: models.SprintActive}, {ID: 42, BoardID: 7, State: models.SprintFuture}, {ID: 9, BoardID: 3, State: models.SprintActive}}))
	board := &sprintBoard{open: []metrics.Sprint{{ID: 43, Name: "Sprint 43", State: "active"}}, closed: []metrics.Sprint{{ID: 41, State: "closed"}, {ID: 39, State: "closed"}}}
	r := &reading{w: s.w, team: s.team, project: s.project, now: s.w.Now()}
	read := func() map[int64]string {
		t.Helper()
		r.sprints, r.sprintsRead = r.readSprints(ctx, board)
		s.atomically(func(tx models.Team) error { return r.storeSprints(ctx, tx) })
		all, err := s.team.Sprints(ctx, s.project.ID)
		s.must(err)
		states := map[int64]string{}
		for _, sprint := range all {
			states[sprint.ID] = sprint.State
		}
		return states
	}
	want := map[int64]string{40: "closed", 41: "closed", 43: "active"}
	if got := read(); fmt.Sprint(got) != fmt.Sprint(want) || len(board.asked) != 2 {
		t.Errorf("%v after %v", got, board.asked)
	}
	if got := read(); fmt.Sprint(got) != fmt.Sprint(want) || len(board.asked) != 3 { // nothing is gone: one question
		t.Errorf("%v after %v", got, board.asked)
	}
	board.err = errors.New("on purpose")
	if got := read(); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("a board that does not answer leaves %v", got)
	}
}

func TestAPreviewSaysWhenWhoAndWhyNot(t *testing.T) {
	s := stageOf(t, storetest.SQLite(t), 3)
	ctx := t.Context()
	s.later(at("2026-12-23 12:00").Sub(s.w.Now())) // a Wednesday, after today's time
	s.project.Country = "DE"
	s.must(s.team.PutProject(ctx, &s.project))
	s.must(s.team.SetZone(ctx, "U002", "Asia/Kolkata"))
	s.must(s.team.PutAbsence(ctx, models.Absence{User: "U001", From: day("2026-12-28"), To: day("2026-12-28")}))
	c := s.checkin
	c.Days |= calendar.Saturday
	view, err := s.w.Preview(ctx, s.team, s.project, c)
	s.must(err)
	var got []string
	for _, d := range view.Days {
		line := d.Date.String() + " " + d.Skipped
		for _, z := range d.Zones {
			line += fmt.Sprintf("%s %d ", z.Zone, z.People)
		}
		got = append(got, fmt.Sprintf("%s%d", line, d.Away))
	}
	want := []string{
		"2026-12-24 Europe/Berlin 2 Asia/Kolkata 1 0",
		"2026-12-25 Weihnachtstag0",
		"2026-12-26 Zweiter Weihnachtsfeiertag0",
		"2026-12-28 Europe/Berlin 1 Asia/Kolkata 1 1",
		"2026-12-29 Europe/Berlin 2 Asia/Kolkata 1 0", "2026-12-30 Europe/Berlin 2 Asia/Kolkata 1 0", "2026-12-31 Europe/Berlin 2 Asia/Kolkata 1 0",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if view.Prompt.CloseAt.Format("2006-01-02 15:04") != "2026-12-24 13:30" {
		t.Errorf("%v", view.Prompt.CloseAt)
	}
	c.State, c.PausedUntil = models.Paused, day("2027-01-04")
	view, err = s.w.Preview(ctx, s.team, s.project, c)
	s.must(err)
	if view.Paused || view.Until != c.PausedUntil || view.Days[0].Date != c.PausedUntil {
		t.Errorf("%+v", view)
	}
}

func TestInARetroTheThirdAnswerIsHardAndNothingIsBlocked(t *testing.T) {
	s := stageOf(t, storetest.SQLite(t), 3)
	ctx := t.Context()
	_, retro := ritualOf(t, s.w, s.team, blocks.TemplateRetro, staff(3)...)
	var round models.Round
	s.atomically(func(tx models.Team) (err error) {
		round, err = s.w.RunCheckin(ctx, tx, "UOWNER", s.project, retro)
		return err
	})
	for _, user := range staff(2) {
		s.atomically(func(tx models.Team) error {
			return s.w.Answer(ctx, tx, models.Answer{RoundID: round.ID, User: user, Status: models.Blocked})
		})
	}
	m, err := s.w.summaryMessage(ctx, s.team, round, false)
	s.must(err)
	if !strings.Contains(m.Text, "■ 2 hard") || strings.Contains(m.Text, "locked") {
		t.Errorf("%s", m.Text)
	}
	if rows, err := s.team.ProjectBlockers(ctx, s.project.ID); err != nil || len(rows) != 0 {
		t.Errorf("a hard sprint is no blocker: %+v, %v", rows, err)
	}
}
