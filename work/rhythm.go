package work

import (
	"context"
	"time"

	"headway/blocks"
	"headway/calendar"
	"headway/models"
)

// rhythm knows on which dates a check-in is held: on days of the week, or once
// in each sprint. It is a value as of one reading of the rows.
type rhythm struct {
	checkin  models.Checkin
	project  models.Project
	template blocks.Template
	sprints  []models.Sprint // by their end
	held     map[int64]bool  // sprints that a round of the check-in was about
	last     calendar.Date   // of its newest round, zero for none
}

// heldBack is among how many rounds a sprint that had its own is looked for.
const heldBack = 60

func (w *Worker) rhythm(ctx context.Context, tx models.Team, p models.Project, c models.Checkin) (rhythm, error) {
	r := rhythm{checkin: c, project: p, template: blocks.TemplateOf(c.Template), held: map[int64]bool{}}
	var err error
	if p.Sprints {
		if r.sprints, err = tx.Sprints(ctx, p.ID); err != nil {
			return r, err
		}
	}
	if r.template.Rhythm == blocks.RhythmDays {
		return r, nil
	}
	rounds, err := tx.RoundsOf(ctx, c.ID, heldBack)
	for _, round := range rounds {
		r.held[round.SprintID] = true
	}
	if len(rounds) > 0 {
		r.last = rounds[0].Date
	}
	return r, err
}

// inSprints says whether sprints decide when the check-in is held.
func (r rhythm) inSprints() bool {
	return r.template.Rhythm == blocks.RhythmMidpoint || r.template.Rhythm == blocks.RhythmSprint && r.project.Sprints
}

// next is the first date after d on which the check-in is held; false while
// none is known, or it is paused until somebody resumes it.
func (r rhythm) next(d calendar.Date) (calendar.Date, bool) {
	if r.checkin.State == models.Paused {
		if r.checkin.PausedUntil.IsZero() {
			return calendar.Date{}, false
		}
		if before := r.checkin.PausedUntil.AddDays(-1); before.After(d) {
			d = before
		}
	}
	switch {
	case r.inSprints():
		return r.nextInSprints(d)
	case r.template.Rhythm == blocks.RhythmSprint:
		return r.nextFortnight(d), true
	default:
		return firstDate(r.project.Calendar(), r.checkin.Days, d), true
	}
}

// availableFrom is the first date from d on that is held and on which the person
// works; false where a year has none.
func (r rhythm) availableFrom(d calendar.Date, who calendar.Person) (calendar.Date, bool) {
	cal, ok := r.project.Calendar(), true
	for last := d.AddDays(366); ok && d.Before(last); d, ok = r.next(d) {
		if cal.Available(d, who) {
			return d, true
		}
	}
	return calendar.Date{}, false
}

// nextInSprints is the earliest date after d that belongs to a sprint.
func (r rhythm) nextInSprints(d calendar.Date) (next calendar.Date, ok bool) {
	for _, s := range r.sprints {
		if at := r.dateIn(s); !at.IsZero() && at.After(d) && (!ok || at.Before(next)) {
			next, ok = at, true
		}
	}
	return next, ok
}

// nextFortnight keeps one week free after the last round.
func (r rhythm) nextFortnight(d calendar.Date) calendar.Date {
	for {
		d = firstDate(r.project.Calendar(), r.checkin.Days, d)
		if r.last.IsZero() || calendar.WeekOf(d).Sub(calendar.WeekOf(r.last)) >= 2 {
			return d
		}
	}
}

// dateIn is the date on which the check-in is held in a sprint, zero for a
// sprint that had its round, has no dates, or is over too early.
func (r rhythm) dateIn(s models.Sprint) calendar.Date {
	if r.held[s.ID] || !s.Planned() {
		return calendar.Date{}
	}
	if r.template.Rhythm == blocks.RhythmSprint {
		return r.endOf(s)
	}
	if s.State == models.SprintClosed {
		return calendar.Date{}
	}
	return r.middleOf(s)
}

// middleOf is the middle one of a sprint's working days, the earlier of two.
func (r rhythm) middleOf(s models.Sprint) calendar.Date {
	cal, zone := r.project.Calendar(), r.project.Location()
	from, to := calendar.DateOf(s.Start, zone), calendar.DateOf(s.End, zone)
	days := cal.WorkingBetween(from, to)
	if days == 0 {
		return calendar.Date{}
	}
	return cal.AddWorking(from.AddDays(-1), (days+1)/2)
}

// endOf is the last working day of a sprint. One that was closed earlier is
// looked back on at the first time of day after that.
func (r rhythm) endOf(s models.Sprint) calendar.Date {
	cal, zone := r.project.Calendar(), r.project.Location()
	if s.State == models.SprintClosed && s.Done.Before(s.End) {
		day := calendar.DateOf(s.Done, zone)
		if !day.At(r.checkin.Hour, r.checkin.Minute, zone).Before(s.Done) && cal.Working(day) {
			return day
		}
		return cal.AddWorking(day, 1)
	}
	return cal.AddWorking(calendar.DateOf(s.End, zone).AddDays(1), -1)
}

// sprintOn is the sprint that a round of that date is about, the zero one for
// none: the one whose date it is, else the active one that ends first.
func (r rhythm) sprintOn(d calendar.Date) models.Sprint {
	if r.inSprints() {
		for _, s := range r.sprints {
			if r.dateIn(s) == d {
				return s
			}
		}
	}
	return running(r.sprints)
}

// running is the active sprint that ends first, the zero one for none.
func running(sprints []models.Sprint) models.Sprint {
	for _, s := range sprints {
		if s.State == models.SprintActive && s.Planned() {
			return s
		}
	}
	return models.Sprint{}
}

// notBegun says that the round of that date would be about a sprint that the
// team has not started. Once they do, Jira moves its dates, and the round with
// them.
func (r rhythm) notBegun(d calendar.Date) bool {
	return r.template.Rhythm == blocks.RhythmMidpoint && r.sprintOn(d).State != models.SprintActive
}

// noteNotBegun is what the run of such a round says.
const noteNotBegun = "sprint_not_begun"

// mayHold says whether a round may still be held on the date: the calendar may
// have changed since it was planned.
func (r rhythm) mayHold(d calendar.Date) bool {
	if r.inSprints() {
		return r.project.Calendar().Working(d)
	}
	return held(r.project.Calendar(), r.checkin.Days, d)
}

// firstRound is the first round whose first member's time is after an instant;
// false while none is known.
func (r rhythm) firstRound(people []models.Participant, after time.Time) (date calendar.Date, at time.Time, ok bool) {
	// Where all members live on the other side of the date line, the project's
	// today is two days ahead of theirs.
	date = calendar.DateOf(after, r.project.Location()).AddDays(-3)
	for {
		if date, ok = r.next(date); !ok {
			return calendar.Date{}, time.Time{}, false
		}
		if at = firstAsk(r.checkin, r.project, people, date); at.After(after) {
			return date, at, true
		}
	}
}

// scheduleCheckin sets the next round: today's when the first member's time is
// still to come, else the next date's. One that is due this moment is left to
// open first. Of a sprint, a date that was learnt late counts within the grace.
func (w *Worker) scheduleCheckin(ctx context.Context, tx models.Team, p models.Project, c models.Checkin) error {
	was, err := nextSlot(ctx, tx, ScheduleCheckin, c.ID)
	if err != nil || !was.NextDue.IsZero() && !was.NextDue.After(w.Now()) {
		return err
	}
	r, err := w.rhythm(ctx, tx, p, c)
	if err != nil {
		return err
	}
	people, err := tx.Participants(ctx, p.ID)
	if err != nil {
		return err
	}
	after := w.Now()
	if r.inSprints() {
		after = after.Add(-checkinGrace)
	}
	next := models.Schedule{Kind: ScheduleCheckin, SubjectID: c.ID, ProjectID: p.ID, State: models.On}
	if date, at, ok := r.firstRound(people, after); ok {
		next.NextDue, next.Slot = at, date.String()
	}
	if was.ID != "" && was.NextDue.Equal(next.NextDue) && was.Slot == next.Slot {
		return nil
	}
	return tx.PutSchedule(ctx, &next)
}

// scheduleCheckins sets the next round of each of a project's check-ins.
func (w *Worker) scheduleCheckins(ctx context.Context, tx models.Team, p models.Project) error {
	all, err := tx.Checkins(ctx, p.ID)
	if err != nil {
		return err
	}
	for _, c := range all {
		if err := w.scheduleCheckin(ctx, tx, p, c); err != nil {
			return err
		}
	}
	return nil
}

// followSprints moves the rounds that go by sprints to where those are now.
func (w *Worker) followSprints(ctx context.Context, tx models.Team, projectID string) error {
	p, err := tx.Project(ctx, projectID)
	if err != nil || p.State != models.ProjectActive {
		return err
	}
	all, err := tx.Checkins(ctx, p.ID)
	if err != nil {
		return err
	}
	for _, c := range all {
		if (rhythm{checkin: c, project: p, template: blocks.TemplateOf(c.Template)}).inSprints() {
			if err := w.scheduleCheckin(ctx, tx, p, c); err != nil {
				return err
			}
		}
	}
	return nil
}

// afterDate is when a check-in is held next after a date, as a run's outcome;
// the zero one where nothing is known yet.
func (w *Worker) afterDate(ctx context.Context, tx models.Team, r rhythm, date calendar.Date) (outcome, error) {
	people, err := tx.Participants(ctx, r.project.ID)
	if err != nil {
		return outcome{}, err
	}
	next, ok := r.next(date)
	if !ok {
		return outcome{}, nil
	}
	return outcome{next: firstAsk(r.checkin, r.project, people, next), slot: next.String()}, nil
}

// firstDate is the first date after d on which a check-in of these days is held.
func firstDate(cal calendar.Calendar, days calendar.Weekdays, d calendar.Date) calendar.Date {
	for i := 1; i <= 366; i++ {
		day := d.AddDays(i)
		if held(cal, days, day) {
			return day
		}
	}
	return d.AddDays(366)
}

// firstAsk is when the first member's local time comes on date.
func firstAsk(c models.Checkin, p models.Project, people []models.Participant, date calendar.Date) time.Time {
	first := askAt(c, p, models.Participant{}, date)
	for _, m := range people {
		if at := askAt(c, p, m, date); !m.Observer && at.Before(first) {
			first = at
		}
	}
	return first
}
