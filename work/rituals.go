package work

import (
	"context"
	"errors"
	"fmt"
	"time"

	"headway/blocks"
	"headway/calendar"
	"headway/models"
)

// maxCheckins is how many check-ins a project may have: more is no ritual.
const maxCheckins = 5

// Configure stores a check-in, a new one where c has no ID, and who takes part
// in the project. It counts from the next round on: an open one keeps what it
// was asked under.
func (w *Worker) Configure(ctx context.Context, tx models.Team, user string, p models.Project, c models.Checkin, people []models.Participant) (models.Checkin, error) {
	all, err := tx.Checkins(ctx, p.ID)
	if err != nil {
		return c, err
	}
	if c.ID == "" {
		if len(all) >= maxCheckins {
			return c, Refusal{fmt.Sprintf("%s has %d check-ins already. Change one of them instead.", p.Key, len(all))}
		}
		c.ID, c.State = models.NewID(), models.On
	} else {
		old, err := tx.Checkin(ctx, c.ID)
		if err != nil {
			return c, err
		}
		if old.ProjectID != p.ID {
			return c, models.ErrNotFound
		}
		c.State, c.PausedUntil, c.ProposedAt, c.Decided = old.State, old.PausedUntil, old.ProposedAt, true
	}
	c.ProjectID, c.Channel = p.ID, p.ReportChannel
	if err := tx.PutCheckin(ctx, &c); err != nil {
		return c, err
	}
	if err := w.setPeople(ctx, tx, p, people); err != nil {
		return c, err
	}
	if p.State == models.ProjectActive {
		if err := w.scheduleCheckins(ctx, tx, p); err != nil {
			return c, err
		}
	}
	return c, w.audit(ctx, tx, user, "checkin.configure", p.ID, settings(c, len(people)))
}

// settings are a check-in in words, without the name that somebody typed.
func settings(c models.Checkin, people int) string {
	zone := "each member's own time"
	if c.Zone != "" {
		zone = c.Zone
	}
	return fmt.Sprintf("%s, %s %02d:%02d, %s, open for %s, answers seen by %s, %d people",
		blocks.TemplateOf(c.Template).ID, c.Days, c.Hour, c.Minute, zone, window(c), c.Privacy, people)
}

// PauseCheckins stops a project's check-ins, and not its reports, until somebody
// resumes them, or until a date on which they go on by themselves. Open rounds
// end without a summary.
func (w *Worker) PauseCheckins(ctx context.Context, tx models.Team, user string, p models.Project, until calendar.Date) error {
	all, err := w.runningCheckins(ctx, tx, p)
	if err != nil {
		return err
	}
	for _, c := range all {
		if err := w.pauseCheckin(ctx, tx, p, c, until); err != nil {
			return err
		}
	}
	return w.audit(ctx, tx, user, "checkin.pause", p.ID, until.String())
}

// pauseCheckin is PauseCheckins for one of them.
func (w *Worker) pauseCheckin(ctx context.Context, tx models.Team, p models.Project, c models.Checkin, until calendar.Date) error {
	c.State, c.PausedUntil = models.Paused, until
	if err := tx.PutCheckin(ctx, &c); err != nil {
		return err
	}
	if err := w.endRounds(ctx, tx, p.ID, c.ID); err != nil {
		return err
	}
	return w.scheduleCheckin(ctx, tx, p, c)
}

// ResumeCheckins lets a project's paused check-ins go on.
func (w *Worker) ResumeCheckins(ctx context.Context, tx models.Team, user string, p models.Project) error {
	all, err := w.runningCheckins(ctx, tx, p)
	if err != nil {
		return err
	}
	resumed := 0
	for _, c := range all {
		if c.State != models.Paused {
			continue
		}
		if !c.HeldOn(w.Today(p)) { // a pause that is over needs nobody
			resumed++
		}
		c.State, c.PausedUntil = models.On, calendar.Date{}
		if err := tx.PutCheckin(ctx, &c); err != nil {
			return err
		}
		if err := w.scheduleCheckin(ctx, tx, p, c); err != nil {
			return err
		}
	}
	if resumed == 0 {
		return Refusal{"The check-ins of " + p.Key + " are not paused."}
	}
	return w.audit(ctx, tx, user, "checkin.resume", p.ID, "")
}

// runningCheckins are the check-ins of a project that runs.
func (w *Worker) runningCheckins(ctx context.Context, tx models.Team, p models.Project) ([]models.Checkin, error) {
	switch p.State {
	case models.ProjectDraft:
		return nil, Refusal{p.Key + " is not set up yet. Finish the setup first."}
	case models.ProjectActive:
		return tx.Checkins(ctx, p.ID)
	}
	return nil, Refusal{p.Key + " is stopped as a whole, check-ins and reports. `" + w.Command + " project resume " + p.Key + "` starts it again."}
}

// RunCheckin asks everyone now, by hand. A date has one round, whoever opens it.
func (w *Worker) RunCheckin(ctx context.Context, tx models.Team, user string, p models.Project, c models.Checkin) (models.Round, error) {
	if _, err := w.runningCheckins(ctx, tx, p); err != nil {
		return models.Round{}, err
	}
	today := w.Today(p)
	if !c.HeldOn(today) {
		return models.Round{}, Refusal{"This check-in is paused. `" + w.Command + " checkin resume` lets it go on; then it can be run."}
	}
	if err := w.notToday(ctx, tx, p, c, today); err != nil {
		return models.Round{}, err
	}
	round, err := w.openRound(ctx, tx, c, today, true)
	if err != nil {
		return round, err
	}
	if round.Asked == 0 {
		return round, Refusal{"Nobody can be asked today: everyone in this check-in is away."}
	}
	return round, w.audit(ctx, tx, user, "checkin.run", p.ID, today.String())
}

// notToday refuses a second round on a date.
func (w *Worker) notToday(ctx context.Context, tx models.Team, p models.Project, c models.Checkin, today calendar.Date) error {
	round, err := tx.RoundOn(ctx, c.ID, today)
	if errors.Is(err, models.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if round.State == models.RoundOpen {
		return Refusal{"Today's check-in is open already, until " + blocks.Clock(round.CloseAt.In(p.Location())) + "."}
	}
	return Refusal{"Today's check-in was held already and closed at " + blocks.Clock(round.ClosedAt.In(p.Location())) + ". The next one can be run tomorrow."}
}

// RitualView fills the form of one of a project's check-ins with what stands.
func (w *Worker) RitualView(ctx context.Context, team models.Team, p models.Project, checkinID string) (blocks.RitualView, error) {
	c, err := team.Checkin(ctx, checkinID)
	if err == nil && c.ProjectID != p.ID {
		err = models.ErrNotFound
	}
	if err != nil {
		return blocks.RitualView{}, err
	}
	view := blocks.RitualView{Ctx: blocks.RitualCtx{Project: p.ID, Checkin: c.ID}, Name: p.Name, Key: p.Key, Input: blocks.CheckinInput{
		Name: c.Name, Template: c.Template, Days: c.Days, Hour: c.Hour, Minute: c.Minute, WindowMinutes: c.WindowMinutes,
		MemberZone: c.Zone == "", Confidence: c.Confidence, Text: c.FreeText, Privacy: c.Privacy}}
	view.Input.Participants, err = askedIn(ctx, team, p.ID)
	return view, err
}

// NewRitual fills the form of a further check-in with what its template begins
// with.
func (w *Worker) NewRitual(ctx context.Context, team models.Team, p models.Project, template string) (view blocks.RitualView, err error) {
	view = blocks.RitualView{Ctx: blocks.RitualCtx{Project: p.ID}, Name: p.Name, Key: p.Key, Input: blocks.TemplateOf(template).Defaults(p.Name)}
	view.Input.Participants, err = askedIn(ctx, team, p.ID)
	return view, err
}

// askedIn are the people whom a project's check-ins ask.
func askedIn(ctx context.Context, team models.Team, projectID string) (users []string, err error) {
	people, err := team.Participants(ctx, projectID)
	for _, m := range people {
		if !m.Observer {
			users = append(users, m.User)
		}
	}
	return users, err
}

// RitualChoices lists a project's check-ins for choosing one.
func (w *Worker) RitualChoices(ctx context.Context, team models.Team, p models.Project) (blocks.RitualChooseView, error) {
	view := blocks.RitualChooseView{Ctx: blocks.RitualCtx{Project: p.ID}, Name: p.Name, Key: p.Key}
	if p.State == models.ProjectDraft {
		return view, Refusal{p.Key + " is not set up yet. Finish the setup first."}
	}
	all, err := team.Checkins(ctx, p.ID)
	for _, c := range all {
		view.Checkins = append(view.Checkins, blocks.Option{Value: c.ID, Label: c.Name, Detail: w.inShort(p, c)})
	}
	view.Full = len(all) >= maxCheckins
	return view, err
}

// inShort is a check-in as a line below its name: "Daily · Mon-Fri 09:30".
func (w *Worker) inShort(p models.Project, c models.Checkin) string {
	t := blocks.TemplateOf(c.Template)
	s := t.Label
	if !(rhythm{checkin: c, project: p, template: t}).inSprints() {
		s += " · " + c.Days.String()
	}
	s += fmt.Sprintf(" %02d:%02d", c.Hour, c.Minute)
	if !c.HeldOn(w.Today(p)) {
		s += " · paused"
	}
	return s
}

// NextOf is when a check-in is held next, in words.
func (w *Worker) NextOf(ctx context.Context, team models.Team, p models.Project, checkinID string) (string, error) {
	m, err := w.NextMoments(ctx, team, p)
	m.rounds = m.only(checkinID)
	return m.CheckinWords(w.when(p)), err
}

// NextWords is when a project's next check-in is held, in words.
func (w *Worker) NextWords(ctx context.Context, team models.Team, p models.Project) (string, error) {
	m, err := w.NextMoments(ctx, team, p)
	return m.CheckinWords(w.when(p)), err
}

// only are the rounds to come of one check-in.
func (m Moments) only(checkinID string) (mine []upcoming) {
	for _, u := range m.rounds {
		if u.checkin.ID == checkinID {
			mine = append(mine, u)
		}
	}
	return mine
}

// UntilDate reads how long a pause lasts: "2026-12-24", "24d" or "2w" from
// today; zero for no words.
func UntilDate(words []string, today calendar.Date) (calendar.Date, error) {
	if len(words) > 0 && words[0] == "until" {
		words = words[1:]
		if len(words) == 0 {
			return calendar.Date{}, errUntil
		}
	}
	if len(words) == 0 {
		return calendar.Date{}, nil
	}
	date, err := calendar.ParseDate(words[0])
	if days, ok := calendar.ParseLength(words[0]); ok {
		date, err = today.AddDays(days), nil
	}
	if err != nil || len(words) > 1 || !date.After(today) || date.Sub(today) > 366 {
		return date, errUntil
	}
	return date, nil
}

var errUntil = Refusal{"Until when? Write a day to come within a year, such as `checkin pause until 2026-12-24`, or a length, such as `checkin pause 2w`."}

// previewDates is how many dates a preview shows, and previewSkips how many that
// are skipped between two of them.
const (
	previewDates = 5
	previewSkips = 10
)

// Preview is what a check-in will do next, and how it will look.
func (w *Worker) Preview(ctx context.Context, team models.Team, p models.Project, c models.Checkin) (blocks.RitualPreviewView, error) {
	now := w.Now().In(p.Location())
	r, err := w.rhythm(ctx, team, p, c)
	if err != nil {
		return blocks.RitualPreviewView{}, err
	}
	people, err := team.Participants(ctx, p.ID)
	if err != nil {
		return blocks.RitualPreviewView{}, err
	}
	today := w.Today(p)
	view := blocks.RitualPreviewView{Name: c.Name, Template: c.Template, Now: now}
	if view.Paused = c.State == models.Paused && c.PausedUntil.IsZero(); !c.HeldOn(today) {
		view.Until = c.PausedUntil
	}
	date := today.AddDays(-1)
	if !firstAsk(c, p, people, today).After(w.Now()) {
		date = today
	}
	example := today
	for n := 0; n < previewDates; n++ {
		held, ok := r.next(date)
		if !ok {
			break
		}
		view.Days = append(view.Days, r.skipped(date, held, previewSkips)...)
		day, err := w.previewDay(ctx, team, r, people, held)
		if err != nil {
			return view, err
		}
		if n == 0 {
			example = held
		}
		view.Days, date, r.last = append(view.Days, day), held, held
	}
	view.Prompt = r.example(example, now)
	return view, nil
}

// skipped are the days between two dates on which the check-in would be held if
// they were working days.
func (r rhythm) skipped(after, before calendar.Date, most int) (days []blocks.PreviewDay) {
	if r.template.Rhythm != blocks.RhythmDays {
		return nil
	}
	cal := r.project.Calendar()
	for d := after.AddDays(1); d.Before(before) && len(days) < most; d = d.AddDays(1) {
		if r.checkin.HeldOn(d) && r.checkin.Days.Has(d.Weekday()) && !cal.Working(d) {
			days = append(days, blocks.PreviewDay{Date: d, Skipped: dayOffWords(cal, d)})
		}
	}
	return days
}

// dayOffWords says why a day is no working day.
func dayOffWords(cal calendar.Calendar, d calendar.Date) string {
	switch {
	case cal.Off[d]:
		return "a day off of the team"
	case calendar.Holiday(cal.Country, d):
		return calendar.HolidayName(cal.Country, d)
	case d.Weekday() == time.Saturday || d.Weekday() == time.Sunday:
		return "a weekend"
	}
	return "no working day of the project"
}

// previewDay is who will be asked on a date, and where.
func (w *Worker) previewDay(ctx context.Context, team models.Team, r rhythm, people []models.Participant, date calendar.Date) (blocks.PreviewDay, error) {
	day := blocks.PreviewDay{Date: date, At: fmt.Sprintf("%02d:%02d", r.checkin.Hour, r.checkin.Minute), Sprint: r.sprintOn(date).Name}
	times, err := team.TimesOf(ctx, users(people)...)
	if err != nil {
		return day, err
	}
	at := map[string]int{}
	for _, who := range people {
		if who.Observer {
			continue
		}
		if !asked(r.project, models.Round{Date: date}, times[who.User]) {
			day.Away++
			continue
		}
		zone := memberZone(r.checkin, r.project, who.Zone).String()
		if _, known := at[zone]; !known {
			at[zone] = len(day.Zones)
			day.Zones = append(day.Zones, blocks.PreviewZone{Zone: zone})
		}
		day.Zones[at[zone]].People++
	}
	return day, nil
}

// example is the prompt of a date as a member of the project's zone sees it.
func (r rhythm) example(date calendar.Date, now time.Time) blocks.PromptView {
	at := date.At(r.checkin.Hour, r.checkin.Minute, now.Location())
	return blocks.PromptView{Name: r.checkin.Name, Template: r.checkin.Template, Day: date.At(12, 0, now.Location()), Topic: r.sprintOn(date).Name,
		CloseAt: at.Add(window(r.checkin)), Privacy: r.checkin.Privacy, KeepDays: AnswerDays}
}
