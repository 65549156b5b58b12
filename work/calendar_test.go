package work

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"headway/blocks"
	"headway/calendar"
	"headway/calendar/caltest"
	"headway/models"
	"headway/models/storetest"
)

// links is a Jira of which only addresses are asked.
type links struct{ Jira }

func (links) BrowseURL(key string) string { return "https://acme.test/browse/" + key }

// crew is a team on a store whose clock a test moves.
type crew struct {
	*testing.T
	company *company
	worker  *Worker
	team    models.Team
	checkin models.Checkin
	asked   map[string][]time.Time // by user and round date, when a person was asked
}

// crewOf sets up a check-in at half past nine, Monday to Friday, of people by
// their zones.
func crewOf(t *testing.T, store *models.Store, at time.Time, zones map[string]string) *crew {
	t.Helper()
	c := &company{Jira: links{}, now: at, searchy: true}
	k := &crew{T: t, company: c, worker: c.worker(store), asked: map[string][]time.Time{}}
	k.team = c.settle(t, k.worker)
	var people []models.Participant
	for user, zone := range zones {
		people = append(people, models.Participant{User: user, Zone: zone})
	}
	people = append(people, models.Participant{User: "UWATCHER", Zone: "Europe/Berlin", Observer: true})
	p := k.project()
	k.do(k.worker.PlanCheckin(t.Context(), k.team, "UOWNER", &p, models.Checkin{Name: "Pay", Days: calendar.MonToFri, Hour: 9, Minute: 30, WindowMinutes: 240, Privacy: models.PrivacyTeam}, people))
	var err error
	k.checkin, err = k.team.CheckinOf(t.Context(), "pay")
	k.do(err)
	return k
}

func (k *crew) do(err error) {
	k.Helper()
	if err != nil {
		k.Fatal(err)
	}
}

func (k *crew) project() models.Project {
	k.Helper()
	p, err := k.team.Project(k.Context(), "pay")
	k.do(err)
	return p
}

// liveUntil stops at each moment at which something is due, as a demo does.
func (k *crew) liveUntil(until time.Time) {
	k.Helper()
	for {
		k.tick()
		next, ok, err := k.worker.Store.NextDue(k.Context(), k.worker.Now())
		k.do(err)
		if !ok || next.After(until) {
			next = until
		}
		k.company.later(next.Sub(k.worker.Now()))
		if next.Equal(until) {
			k.tick()
			return
		}
	}
}

func (k *crew) tick() {
	k.Helper()
	ctx, w := k.Context(), k.worker
	k.do(errors.Join(w.OpenRounds(ctx), w.AskMembers(ctx), w.RemindMembers(ctx), w.CloseRounds(ctx)))
	rounds, err := k.team.LatestRounds(ctx, "pay", 3)
	k.do(err)
	for _, r := range rounds {
		members, err := k.team.RoundMembers(ctx, r.ID)
		k.do(err)
		for _, m := range members {
			key := m.User + " " + r.Date.String()
			if m.State == models.MemberAsked && len(k.asked[key]) == 0 {
				k.asked[key] = append(k.asked[key], w.Now())
			}
		}
	}
}

// round is the newest round and how its members stand.
func (k *crew) round() (models.Round, map[string]string) {
	k.Helper()
	rounds, err := k.team.LatestRounds(k.Context(), "pay", 1)
	k.do(err)
	if len(rounds) == 0 {
		k.Fatal("there is no round")
	}
	members, err := k.team.RoundMembers(k.Context(), rounds[0].ID)
	k.do(err)
	states := map[string]string{}
	for _, m := range members {
		states[m.User] = m.State
	}
	return rounds[0], states
}

// stand checks the round's date and state, and how its members stand.
func (k *crew) stand(on, state string, want map[string]string) {
	k.Helper()
	r, states := k.round()
	if r.Date.String() != on || r.State != state || fmt.Sprint(states) != fmt.Sprint(want) {
		k.Fatalf("the round of %s is %s with %v; want %s %s %v", r.Date, r.State, states, on, state, want)
	}
}

// next checks on which date the next round is.
func (k *crew) next(on string) {
	k.Helper()
	s, err := k.team.ScheduleOf(k.Context(), ScheduleCheckin, k.checkin.ID)
	k.do(err)
	if s.Slot != on {
		k.Fatalf("the next round is of %s at %v, want %s", s.Slot, s.NextDue, on)
	}
}

// sent counts what waits to be sent, by the beginning of its key.
func (k *crew) sent(prefix string) int {
	k.Helper()
	n := 0
	for _, of := range told(k.T, k.team, prefix) {
		n += of
	}
	return n
}

func (k *crew) at(day string, hour, minute int) time.Time {
	k.Helper()
	return k.day(day).At(hour, minute, berlin)
}

func (k *crew) day(s string) calendar.Date {
	k.Helper()
	d, err := calendar.ParseDate(s)
	k.do(err)
	return d
}

func (k *crew) span(s string) calendar.Span {
	k.Helper()
	span, err := calendar.ParseSpan(s, k.worker.Today(k.project()))
	k.do(err)
	return span
}

func (k *crew) away(user, days string) {
	k.Helper()
	_, err := k.worker.Away(k.Context(), k.team, user, k.span(days))
	k.do(err)
}

func (k *crew) endAway(user string) {
	k.Helper()
	ended, err := k.worker.EndAway(k.Context(), k.team, user, "", k.worker.Today(k.project()))
	if k.do(err); !ended {
		k.Fatalf("%s was not away", user)
	}
}

func (k *crew) off(days string) {
	k.Helper()
	_, err := k.worker.AddDaysOff(k.Context(), k.team, "UOWNER", "pay", k.span(days), "Offsite")
	k.do(err)
}

// onEach runs a story on a crew of Berlin and New York that begins on Monday 23
// November 2026 at eight, on both databases.
func onEach(t *testing.T, story func(k *crew)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, open func() *models.Store) {
		story(crewOf(t, open(), time.Date(2026, 11, 23, 8, 0, 0, 0, berlin),
			map[string]string{"UADA": "Europe/Berlin", "ULENA": "Europe/Berlin", "USAM": "America/New_York"}))
	})
}

func TestWhoeverIsAwayIsNeitherAskedNorRemindedNorCounted(t *testing.T) {
	onEach(t, func(k *crew) {
		k.away("UADA", "2026-11-23..2026-11-24") // before she is asked
		k.liveUntil(k.at("2026-11-23", 9, 30))
		k.stand("2026-11-23", models.RoundOpen, map[string]string{"UADA": "away", "ULENA": "asked", "USAM": "waiting"})
		k.away("ULENA", "today") // after
		k.stand("2026-11-23", models.RoundOpen, map[string]string{"UADA": "away", "ULENA": "away", "USAM": "waiting"})
		if n := k.sent("thanks:"); n != 1 {
			k.Errorf("%d prompts say that their person is away", n)
		}
		k.liveUntil(k.at("2026-11-23", 20, 0))
		k.stand("2026-11-23", models.RoundClosed, map[string]string{"UADA": "away", "ULENA": "away", "USAM": "missed"})
		if r, _ := k.round(); r.Asked != 1 || k.sent("reminder:") != 1 {
			k.Errorf("%d are counted, %d were reminded", r.Asked, k.sent("reminder:"))
		}
		k.liveUntil(k.at("2026-11-24", 9, 30))
		k.stand("2026-11-24", models.RoundOpen, map[string]string{"UADA": "away", "ULENA": "asked", "USAM": "waiting"})
	})
}

func TestWhoeverComesBackWhileTheirWindowIsOpenIsAsked(t *testing.T) {
	onEach(t, func(k *crew) {
		k.away("UADA", "2026-11-20..2026-11-27")
		k.liveUntil(k.at("2026-11-23", 11, 0))
		k.endAway("UADA") // never asked today
		k.tick()
		k.stand("2026-11-23", models.RoundOpen, map[string]string{"UADA": "asked", "ULENA": "asked", "USAM": "waiting"})
		noted, err := k.team.AbsencesOf(k.Context(), "UADA")
		if k.do(err); len(noted) != 1 || noted[0].To.String() != "2026-11-22" {
			k.Errorf("the days that are past are noted as %+v", noted)
		}

		for range 2 { // asked, away, and asked again in the same place
			k.away("ULENA", "today")
			k.endAway("ULENA")
		}
		k.stand("2026-11-23", models.RoundOpen, map[string]string{"UADA": "asked", "ULENA": "asked", "USAM": "waiting"})
		if prompts, edits := k.sent("prompt:"), k.sent("thanks:"); prompts != 2 || edits != 4 {
			k.Errorf("%d prompts, %d edits", prompts, edits)
		}

		k.away("ULENA", "today")
		k.liveUntil(k.at("2026-11-23", 14, 0))
		k.endAway("ULENA") // her window closed at half past one
		k.stand("2026-11-23", models.RoundOpen, map[string]string{"UADA": "asked", "ULENA": "away", "USAM": "waiting"})
	})
}

func TestAnAnswerStandsThoughThePersonGoesAway(t *testing.T) {
	onEach(t, func(k *crew) {
		k.liveUntil(k.at("2026-11-23", 9, 30))
		r, _ := k.round()
		k.do(k.worker.Answer(k.Context(), k.team, models.Answer{RoundID: r.ID, User: "UADA", Status: models.OnTrack}))
		k.do(k.worker.Skip(k.Context(), k.team, r.ID, "ULENA"))
		k.away("UADA", "1w")
		k.away("ULENA", "1w")
		k.stand("2026-11-23", models.RoundOpen, map[string]string{"UADA": "answered", "ULENA": "skipped", "USAM": "waiting"})
		k.away("USAM", "1w") // and nobody is left to wait for
		k.stand("2026-11-23", models.RoundClosed, map[string]string{"UADA": "answered", "ULENA": "skipped", "USAM": "away"})
	})
}

func TestStaysThatTouchBecomeOne(t *testing.T) {
	onEach(t, func(k *crew) {
		for _, days := range []string{"2026-12-24..2026-12-28", "2026-12-29", "2026-12-24..2026-12-28", "2027-01-10", "2026-12-01..2026-12-24"} {
			k.away("UADA", days)
		}
		noted, err := k.team.AbsencesOf(k.Context(), "UADA")
		if k.do(err); len(noted) != 2 || noted[0].Span() != k.span("2026-12-01..2026-12-29") || noted[1].Span() != k.span("2027-01-10") {
			k.Errorf("noted: %+v", noted)
		}
		if ended, err := k.worker.EndAway(k.Context(), k.team, "ULENA", noted[0].ID, k.day("2026-11-23")); ended || err != nil {
			k.Errorf("someone else ended a stay: %v %v", ended, err)
		}
		ended, err := k.worker.EndAway(k.Context(), k.team, "UADA", noted[0].ID, k.day("2026-11-23"))
		if k.do(err); !ended {
			k.Error("the stay has not ended")
		}
		if noted, err = k.team.AbsencesOf(k.Context(), "UADA"); err != nil || len(noted) != 1 || noted[0].From.String() != "2027-01-10" {
			k.Errorf("left: %+v %v", noted, err)
		}
	})
}

func TestPartTimePeopleAreAskedOnTheDaysTheyWork(t *testing.T) {
	onEach(t, func(k *crew) {
		ctx := k.Context()
		k.do(k.worker.PartTime(ctx, k.team, "UADA", calendar.Monday|calendar.Wednesday))
		k.liveUntil(k.at("2026-11-27", 23, 0))
		days := map[string]int{}
		for key := range k.asked {
			user, _, _ := strings.Cut(key, " ")
			days[user]++
		}
		if days["UADA"] != 3 || days["ULENA"] != 5 || days["USAM"] != 5 {
			k.Errorf("asked on %v days of the week", days)
		}
		k.liveUntil(k.at("2026-11-30", 9, 30)) // a Monday
		k.stand("2026-11-30", models.RoundOpen, map[string]string{"UADA": "away", "ULENA": "asked", "USAM": "waiting"})
		k.do(k.worker.PartTime(ctx, k.team, "UADA", 0))
		k.do(k.worker.PartTime(ctx, k.team, "ULENA", calendar.Monday))
		k.tick()
		k.stand("2026-11-30", models.RoundOpen, map[string]string{"UADA": "asked", "ULENA": "away", "USAM": "waiting"})

		var field FieldError
		if err := k.worker.PartTime(ctx, k.team, "UADA", calendar.MonToFri|calendar.Sunday); !errors.As(err, &field) || field.Field != blocks.FieldDays {
			k.Errorf("a person can leave no day at all: %v", err)
		}
	})
}

func TestTheNextRoundMovesWithTheCalendar(t *testing.T) {
	onEach(t, func(k *crew) {
		ctx := k.Context()
		k.next("2026-11-23")
		k.off("2026-11-23..2026-11-24")
		k.next("2026-11-25")
		_, err := k.worker.RemoveDaysOff(ctx, k.team, "UOWNER", "pay", k.span("2026-11-23"))
		k.do(err)
		k.next("2026-11-23")
		k.liveUntil(k.at("2026-11-23", 23, 0))
		k.next("2026-11-25")

		p := k.project() // Thanksgiving is on Thursday
		p.Country = "US"
		k.do(k.worker.EditProject(ctx, k.team, "UOWNER", p))
		k.next("2026-11-25")
		k.liveUntil(k.at("2026-11-25", 23, 0))
		k.next("2026-11-27")
		p = k.project()
		p.Country, p.Workdays = "", calendar.Monday
		k.do(k.worker.EditProject(ctx, k.team, "UOWNER", p))
		k.next("2026-11-30")
		if lines, err := k.team.AuditSince(ctx, "pay", time.Time{}, 50); err != nil || !slices.ContainsFunc(lines, func(a models.Audit) bool {
			return a.Verb == "calendar.add" && a.Actor == "UOWNER" && a.Subject == "2026-11-23..2026-11-24"
		}) {
			k.Errorf("the log has no word of it: %+v %v", lines, err)
		}
	})
}

func TestARoundDueOnADayThatBecameOffIsNotHeld(t *testing.T) {
	onEach(t, func(k *crew) {
		k.company.later(k.at("2026-11-23", 9, 30).Sub(k.worker.Now())) // due this moment, and not opened yet
		k.off("today")
		k.next("2026-11-23") // left to its run
		k.tick()
		k.next("2026-11-24")
		if rounds, err := k.team.LatestRounds(k.Context(), "pay", 1); err != nil || len(rounds) != 0 {
			k.Fatalf("it was held: %+v %v", rounds, err)
		}
		runs, err := k.team.Runs(k.Context(), "pay", 1)
		if k.do(err); len(runs) != 1 || runs[0].State != models.RunDone || blocks.RunNote(runs[0].Note) != "the team is off that day" {
			k.Errorf("the run says %+v", runs)
		}
	})
}

func TestAnOpenRoundEndsQuietlyWhenItsDayBecomesOff(t *testing.T) {
	for name, change := range map[string]func(k *crew){
		"a day off": func(k *crew) { k.off("today") },
		"a country": func(k *crew) { // 23 November is Japan's Labour Thanksgiving Day
			p := k.project()
			p.Country = "JP"
			k.do(k.worker.EditProject(k.Context(), k.team, "UOWNER", p))
		},
		"working days": func(k *crew) {
			p := k.project()
			p.Workdays = calendar.Tuesday
			k.do(k.worker.EditProject(k.Context(), k.team, "UOWNER", p))
		},
		"a pause": func(k *crew) { k.do(k.worker.Pause(k.Context(), k.team, "UOWNER", k.project())) },
	} {
		t.Run(name, func(t *testing.T) {
			onEach(t, func(k *crew) {
				k.liveUntil(k.at("2026-11-23", 9, 30))
				r, _ := k.round()
				k.do(k.worker.Answer(k.Context(), k.team, models.Answer{RoundID: r.ID, User: "UADA", Status: models.OnTrack}))
				change(k)
				k.stand("2026-11-23", models.RoundClosed, map[string]string{"UADA": "answered", "ULENA": "away", "USAM": "away"})
				prompts := k.sent("prompt:")
				k.liveUntil(k.at("2026-11-23", 23, 0))
				if r, _ = k.round(); r.Asked != 1 || k.sent("summary:") != 0 || k.sent("reminder:") != 0 || k.sent("prompt:") != prompts {
					k.Errorf("%d counted, %d summaries, %d reminders, %d new prompts", r.Asked, k.sent("summary:"), k.sent("reminder:"), k.sent("prompt:")-prompts)
				}
			})
		})
	}
}

func TestARoundRunByHandIsHeldOnADayOff(t *testing.T) {
	onEach(t, func(k *crew) {
		k.off("today")
		k.away("ULENA", "today")
		_, err := k.worker.openRound(k.Context(), k.team, k.checkin, k.day("2026-11-23"), true)
		k.do(err)
		k.tick()
		k.stand("2026-11-23", models.RoundOpen, map[string]string{"UADA": "asked", "ULENA": "away", "USAM": "asked"})
		k.off("2026-11-24") // another change leaves it
		k.stand("2026-11-23", models.RoundOpen, map[string]string{"UADA": "asked", "ULENA": "away", "USAM": "asked"})
	})
}

func TestAnAbsenceAndARoundThatMeetLeaveNobodyAsked(t *testing.T) {
	storetest.Each(t, func(t *testing.T, open func() *models.Store) {
		k := crewOf(t, open(), time.Date(2026, 11, 22, 8, 0, 0, 0, berlin), map[string]string{"UADA": "Europe/Berlin", "ULENA": "Europe/Berlin"})
		other := k.company.worker(open())
		for range 20 {
			s, err := k.team.ScheduleOf(t.Context(), ScheduleCheckin, k.checkin.ID)
			k.do(err)
			k.company.later(s.NextDue.Sub(k.worker.Now()))
			today := k.worker.Today(k.project())
			var both sync.WaitGroup
			both.Go(func() {
				if err := errors.Join(k.worker.OpenRounds(t.Context()), k.worker.AskMembers(t.Context())); err != nil {
					t.Error(err)
				}
			})
			both.Go(func() {
				err := other.Store.Team("T1").Atomically(t.Context(), func(tx models.Team) error {
					_, err := other.Away(t.Context(), tx, "UADA", calendar.Span{From: today, To: today})
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
			both.Wait()
			k.do(k.worker.AskMembers(t.Context()))
			k.stand(today.String(), models.RoundOpen, map[string]string{"UADA": "away", "ULENA": "asked"})
			r, _ := k.round()
			if asked, edited := k.sent(promptKey(r.ID, "UADA")), k.sent("thanks:"+promptKey(r.ID, "UADA")); asked != edited {
				t.Errorf("on %s %d questions are out, %d of them say that she is away", today, asked, edited)
			}
		}
	})
}

func TestTheNextCheckinOfAPersonIsOnADayTheyWork(t *testing.T) {
	onEach(t, func(k *crew) {
		k.liveUntil(k.at("2026-11-23", 20, 0)) // the next round is on Tuesday
		k.off("2026-11-30")
		m, err := k.worker.NextMoments(k.Context(), k.team, k.project())
		k.do(err)
		for want, who := range map[string]calendar.Person{
			"2026-11-24 09:30": {PartTime: calendar.Monday},
			"2026-11-25 09:30": {PartTime: calendar.Tuesday},
			"2026-12-03 09:30": {PartTime: calendar.Tuesday | calendar.Wednesday, Away: []calendar.Span{k.span("2026-11-20..2026-11-30")}},
			"0001-01-01 00:00": {PartTime: calendar.MonToFri},
		} {
			if got := m.CheckinOf(berlin, who).Format("2006-01-02 15:04"); got != want {
				k.Errorf("%+v is asked next at %s, want %s", who, got, want)
			}
		}
	})
}

func TestDaysThatCanNotBeOffEachHaveTheirWords(t *testing.T) {
	onEach(t, func(k *crew) {
		p := k.project()
		p.Country = "DE"
		k.do(k.worker.EditProject(k.Context(), k.team, "UOWNER", p))
		k.off("2026-11-25")
		k.off("2026-12-24..2026-12-31") // five working days
		if n := len(k.project().DaysOff); n != 6 {
			k.Errorf("%d days off", n)
		}
		for days, words := range map[string]string{
			"2026-11-22":             "is past",
			"2026-11-28":             "it is a Saturday, and PAY works Mon-Fri",
			"2026-12-25":             "it is a public holiday, Weihnachtstag",
			"2026-11-25":             "is a day off of the team already",
			"2026-12-25..2026-12-27": "off on all of these days anyway",
		} {
			_, err := k.worker.AddDaysOff(k.Context(), k.team, "UOWNER", "pay", k.span(days), "")
			if field := (FieldError{}); !errors.As(err, &field) || field.Field != blocks.FieldFrom || !strings.Contains(field.Say, words) {
				k.Errorf("adding %s says %v, not %q", days, err, words)
			}
		}
		for days, words := range map[string]string{
			"2026-11-26":             "is a working day already",
			"2026-11-28":             "is no working day in any case",
			"2026-12-25":             "is a public holiday, Weihnachtstag",
			"2026-11-26..2026-11-27": "None of these days",
		} {
			_, err := k.worker.RemoveDaysOff(k.Context(), k.team, "UOWNER", "pay", k.span(days))
			if field := (FieldError{}); !errors.As(err, &field) || field.Field != blocks.FieldRemove || !strings.Contains(field.Say, words) {
				k.Errorf("removing %s says %v, not %q", days, err, words)
			}
		}
		k.off("2027-01-01..2027-12-31")
		_, err := k.worker.AddDaysOff(k.Context(), k.team, "UOWNER", "pay", k.span("2028-01-01..2028-12-30"), "")
		if field := (FieldError{}); !errors.As(err, &field) || !strings.Contains(field.Say, "At most 400 days off fit") {
			k.Errorf("%d and a year more: %v", len(k.project().DaysOff), err)
		}
		k.company.later(500 * 24 * time.Hour)
		k.off("2028-06-01") // and what was a year before is forgotten
		if first := k.project().DaysOff[0].Date; first.String() < "2027-04-01" {
			k.Errorf("the first day off is %s", first)
		}
	})
}

func TestABlockerAgesByWorkingDays(t *testing.T) {
	p := models.Project{Zone: "Europe/Berlin", Workdays: calendar.MonToFri, Country: "DE"}
	date := func(day int) calendar.Date { return calendar.Date{Year: 2026, Month: time.December, Day: day} }
	p.DaysOff = []models.DayOff{{Date: date(24)}}
	rc := roundContext{project: p, link: func(string) string { return "" }}
	for since, want := range map[int]int{29: 1, 28: 2, 27: 2, 24: 2, 23: 3, 31: 1} {
		if got := rc.aged(models.Blocker{Since: date(since)}, date(29)); got.Days != want {
			t.Errorf("since the %dth it is day %d, want %d", since, got.Days, want)
		}
	}
}

// The clocks of New York change on 14 March and 7 November 2027, those of Berlin
// on 28 March and 31 October; Almaty's changed their rules in 2024, Asunción's in
// 2024 too, and Kolkata's never do.
func TestEveryoneIsAskedAtTheirOwnMorningWhateverTheClocksDo(t *testing.T) {
	zones := map[string]string{"UBERLIN": "Europe/Berlin", "UNEWYORK": "America/New_York", "UKOLKATA": "Asia/Kolkata",
		"UALMATY": "Asia/Almaty", "UASUNCION": "America/Asuncion", "UNOZONE": "", "UGONE": "Mars/Olympus"}
	for season, days := range map[string]calendar.Span{
		"spring": {From: calendar.Date{Year: 2027, Month: 3, Day: 8}, To: calendar.Date{Year: 2027, Month: 4, Day: 2}},
		"autumn": {From: calendar.Date{Year: 2027, Month: 10, Day: 25}, To: calendar.Date{Year: 2027, Month: 11, Day: 12}},
	} {
		t.Run(season, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, open func() *models.Store) {
				k := crewOf(t, open(), days.From.AddDays(-1).At(12, 0, berlin), zones)
				k.off(days.From.AddDays(1).String())
				k.liveUntil(days.To.At(23, 59, berlin))
				working := 0
				for d := days.From; !d.After(days.To); d = d.AddDays(1) {
					if k.project().Calendar().Working(d) {
						working++
						k.askedOnce(d, zones)
					}
				}
				if len(k.asked) != working*len(zones) {
					t.Errorf("%d questions on %d working days to %d people", len(k.asked), working, len(zones))
				}
				t.Logf("%d working days, %d questions", working, len(k.asked))
			})
		})
	}
}

func (k *crew) askedOnce(d calendar.Date, zones map[string]string) {
	k.Helper()
	for user, name := range zones {
		zone, err := time.LoadLocation(name)
		if err != nil || name == "" {
			zone = berlin // the project's
		}
		at := k.asked[user+" "+d.String()]
		if len(at) != 1 || at[0].In(zone).Format("2006-01-02 15:04") != d.String()+" 09:30" {
			k.Errorf("%s was asked on %s at %v", user, d, at)
		}
	}
}

func TestAlmatyAndAsuncionFollowTheirNewRules(t *testing.T) {
	for name, hours := range map[string]int{"Asia/Almaty": 5, "America/Asuncion": -3} {
		z, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, month := range []time.Month{time.January, time.July} {
			if _, offset := time.Date(2027, month, 1, 12, 0, 0, 0, z).Zone(); offset != hours*3600 {
				t.Errorf("%s is %d s off UTC in %s: the zone database is old, and the test above shows less than it says", name, offset, month)
			}
		}
	}
}

// Over all zones of the IANA database: each working weekday has exactly one
// round, and a member exactly one moment to be asked, at the own wall time or,
// where the clocks skip that, right after the gap.
func TestEveryZoneHasOneRoundPerWorkingDay(t *testing.T) {
	t.Parallel()
	until := map[calendar.Slot]int{{Hour: 9, Minute: 30}: 2037, {Minute: 15}: 2023, {Hour: 23, Minute: 45}: 2023}
	rounds := 0
	for _, name := range caltest.Zones(t) {
		for clock, last := range until {
			if testing.Short() || caltest.UnderRaceDetector() { // one goroutine has no races
				last = 2020
			}
			rounds += liveThrough(t, name, clock, 2020, last)
		}
	}
	t.Logf("%d rounds", rounds)
}

// liveThrough goes from round to round of a check-in that has one moment for
// all, in a zone far from its project's, and of one at the members' own time.
func liveThrough(t *testing.T, zone string, clock calendar.Slot, from, until int) (rounds int) {
	t.Helper()
	z, err := calendar.LoadZone(zone)
	if err != nil {
		t.Fatal(err)
	}
	own := models.Checkin{Days: calendar.MonToFri, Hour: clock.Hour, Minute: clock.Minute}
	shared := own
	shared.Zone = zone
	p := models.Project{Zone: "Pacific/Kiritimati", Workdays: calendar.MonToFri}
	who := models.Participant{User: "U1", Zone: zone}
	want := calendar.Date{Year: from, Month: time.January, Day: 1}
	now := want.Start(z).Add(-time.Nanosecond)
	for {
		for !calendar.MonToFri.Has(want.Weekday()) {
			want = want.AddDays(1)
		}
		if want.Year > until {
			return rounds
		}
		date, at, _ := rhythm{checkin: shared, project: p}.firstRound([]models.Participant{who}, now)
		if date != want || !at.After(now) || !at.Equal(askAt(own, p, who, want)) {
			t.Fatalf("%s: after %v the round of %v comes at %v, want %v; the member is asked at %v", zone, now, date, at, want, askAt(own, p, who, want))
		}
		if !onTime(clock, date, at) {
			t.Fatalf("%s: the round of %v comes at %v", zone, date, at)
		}
		if early, _, _ := (rhythm{checkin: shared, project: p}).firstRound(nil, at.Add(-time.Nanosecond)); early != date {
			t.Fatalf("%s: just before its time the round of %v gives way to that of %v", zone, date, early)
		}
		now, want, rounds = at, want.AddDays(1), rounds+1
	}
}

// onTime accepts the wall time and, after a gap, the first instant after it.
func onTime(clock calendar.Slot, d calendar.Date, at time.Time) bool {
	want := time.Date(d.Year, d.Month, d.Day, clock.Hour, clock.Minute, 0, 0, time.UTC)
	shown := wall(at)
	return shown.Equal(want) || shown.After(want) && wall(at.Add(-time.Second)).Before(want)
}

// wall is what a clock on the wall shows.
func wall(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}
