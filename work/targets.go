package work

import (
	"context"
	"errors"

	"headway/calendar"
	"headway/models"
)

// Target is a round that a person's command may mean. Round.ID is "" while it
// is not open yet; Date and Member say then what it will be.
type Target struct {
	Checkin models.Checkin
	Project models.Project
	Round   models.Round
	Member  models.RoundMember
	Date    calendar.Date
	Status  string // what the person said in it, "" for nothing
}

// lookBack is how many of a person's rounds are looked through: some weeks of
// several check-ins.
const lookBack = 60

// Answerable are the rounds that a person can answer now: those that wait and
// those of today that are still to open, else those of today that were answered
// and can be changed, else those of today that are closed. A projectID narrows.
func (w *Worker) Answerable(ctx context.Context, team models.Team, user, projectID string) ([]Target, error) {
	waiting, err := w.Skippable(ctx, team, user, projectID)
	if err != nil || len(waiting) > 0 {
		return waiting, err
	}
	mine, err := w.targets(ctx, team, user, projectID)
	if err != nil {
		return nil, err
	}
	open := filter(mine, func(t Target) bool { return t.Round.State == models.RoundOpen })
	if len(open) > 0 {
		return open, nil
	}
	return w.onDay(ctx, team, mine, user, func(date, today calendar.Date) bool { return date == today })
}

// Skippable are the rounds that wait for a person, open or still to open today.
func (w *Worker) Skippable(ctx context.Context, team models.Team, user, projectID string) ([]Target, error) {
	mine, err := w.Snoozable(ctx, team, user, projectID)
	if err != nil {
		return nil, err
	}
	early, err := w.early(ctx, team, user, projectID)
	return append(mine, early...), err
}

// Snoozable are the open rounds that wait for a person.
func (w *Worker) Snoozable(ctx context.Context, team models.Team, user, projectID string) ([]Target, error) {
	mine, err := w.targets(ctx, team, user, projectID)
	return filter(mine, func(t Target) bool {
		return t.Round.State == models.RoundOpen && (t.Member.State == models.MemberWaiting || t.Member.State == models.MemberAsked)
	}), err
}

// Earlier is each check-in's latest round before today in which the person was
// asked.
func (w *Worker) Earlier(ctx context.Context, team models.Team, user, projectID string) ([]Target, error) {
	mine, err := w.targets(ctx, team, user, projectID)
	if err != nil {
		return nil, err
	}
	asked := filter(mine, func(t Target) bool { return t.Member.State != models.MemberAway })
	before, err := w.onDay(ctx, team, asked, user, func(date, today calendar.Date) bool { return date.Before(today) })
	return newest(before), err
}

// Answered is each check-in's newest round of the person, where an answer
// stands in it.
func (w *Worker) Answered(ctx context.Context, team models.Team, user, projectID string) ([]Target, error) {
	mine, err := w.targets(ctx, team, user, projectID)
	return filter(newest(mine), func(t Target) bool { return t.Status != "" }), err
}

// targets are the person's last rounds, the newest first, of the projects that
// still ask them.
func (w *Worker) targets(ctx context.Context, team models.Team, user, projectID string) ([]Target, error) {
	mine, err := team.Memberships(ctx, user, lookBack)
	if err != nil {
		return nil, err
	}
	var out []Target
	for _, m := range mine {
		if projectID != "" && m.Project.ID != projectID {
			continue
		}
		t := Target{Project: m.Project, Round: m.Round, Member: m.Member, Date: m.Round.Date}
		if _, asked, err := participant(ctx, team, m.Project.ID, user); err != nil || !asked {
			if err != nil {
				return nil, err
			}
			continue
		}
		checkin, err := team.Checkin(ctx, m.Round.CheckinID)
		if err != nil {
			return nil, err
		}
		t.Checkin = m.Round.AsOpened(checkin)
		answer, err := team.AnswerOf(ctx, m.Round.ID, user)
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			return nil, err
		}
		t.Status = answer.Status
		out = append(out, t)
	}
	return out, nil
}

// onDay keeps the targets whose date stands so to the person's own today.
func (w *Worker) onDay(ctx context.Context, team models.Team, targets []Target, user string, keep func(date, today calendar.Date) bool) ([]Target, error) {
	var out []Target
	for _, t := range targets {
		p, _, err := participant(ctx, team, t.Project.ID, user)
		if err != nil {
			return nil, err
		}
		if keep(t.Date, calendar.DateOf(w.Now(), memberZone(t.Checkin, t.Project, p.Zone))) {
			out = append(out, t)
		}
	}
	return out, nil
}

// participant is a person's part in a project; asked is false for observers and
// those who take no part.
func participant(ctx context.Context, team models.Team, projectID, user string) (p models.Participant, asked bool, err error) {
	p, err = team.Participant(ctx, projectID, user)
	if errors.Is(err, models.ErrNotFound) {
		return models.Participant{User: user}, false, nil
	}
	return p, err == nil && !p.Observer, err
}

// early are the rounds of today that are still to open and will ask the person.
func (w *Worker) early(ctx context.Context, team models.Team, user, projectID string) ([]Target, error) {
	mine, err := team.ParticipationsOf(ctx, user)
	if err != nil {
		return nil, err
	}
	var out []Target
	for _, who := range mine {
		if who.Observer || projectID != "" && who.ProjectID != projectID {
			continue
		}
		project, err := team.Project(ctx, who.ProjectID)
		if err != nil {
			return nil, err
		}
		found, err := w.earlyIn(ctx, team, project, who)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

func (w *Worker) earlyIn(ctx context.Context, team models.Team, project models.Project, who models.Participant) ([]Target, error) {
	if project.State != models.ProjectActive {
		return nil, nil
	}
	schedules, err := team.Schedules(ctx, project.ID)
	if err != nil {
		return nil, err
	}
	time, err := timeOf(ctx, team, who.User)
	if err != nil {
		return nil, err
	}
	var out []Target
	for _, s := range schedules {
		if s.Kind != ScheduleCheckin || s.State != models.On {
			continue
		}
		c, err := team.Checkin(ctx, s.SubjectID)
		if err != nil {
			return nil, err
		}
		today := calendar.DateOf(w.Now(), memberZone(c, project, who.Zone))
		if c.State != models.On || s.Slot != today.String() {
			continue
		}
		m := member(c, who.User, askAt(c, project, who, today))
		_, err = team.RoundOn(ctx, c.ID, today)
		if errors.Is(err, models.ErrNotFound) && asked(project, models.Round{Date: today}, time) && m.AskAt.After(w.Now()) {
			out = append(out, Target{Checkin: c, Project: project, Member: m, Date: today})
		} else if err != nil && !errors.Is(err, models.ErrNotFound) {
			return nil, err
		}
	}
	return out, nil
}

// OpenEarly is the round of a day that is still to open, opened as scheduled:
// everybody keeps their own moments, and the schedule finds it there.
func (w *Worker) OpenEarly(ctx context.Context, tx models.Team, checkinID string, date calendar.Date, user string) (models.Round, error) {
	c, err := tx.Checkin(ctx, checkinID)
	if err != nil {
		return models.Round{}, err
	}
	if err := w.mayOpenEarly(ctx, tx, c, user); err != nil {
		return models.Round{}, err
	}
	there, err := tx.RoundOn(ctx, c.ID, date)
	if !errors.Is(err, models.ErrNotFound) {
		return there, err
	}
	next, err := nextSlot(ctx, tx, ScheduleCheckin, c.ID)
	if err != nil {
		return models.Round{}, err
	}
	if next.Slot != date.String() || w.Now().Sub(next.NextDue) > checkinGrace {
		return models.Round{}, Refusal{"That check-in can't be opened any more. `" + w.Command + " checkin` shows what waits for you."}
	}
	return w.openRound(ctx, tx, c, date, false)
}

// joinRound takes into a round that somebody opened early whoever joined since;
// nobody who is in it already is changed.
func (w *Worker) joinRound(ctx context.Context, tx models.Team, c models.Checkin, date calendar.Date, members []models.RoundMember) (models.Round, error) {
	round, err := tx.RoundOn(ctx, c.ID, date)
	if err != nil {
		return round, err
	}
	added, err := tx.JoinRound(ctx, round.ID, members)
	if err != nil {
		return round, err
	}
	return round, homesOf(ctx, tx, added)
}

func filter(targets []Target, keep func(Target) bool) []Target {
	var out []Target
	for _, t := range targets {
		if keep(t) {
			out = append(out, t)
		}
	}
	return out
}

// newest keeps the first target of each check-in.
func newest(targets []Target) []Target {
	seen := map[string]bool{}
	return filter(targets, func(t Target) bool {
		first := !seen[t.Checkin.ID]
		seen[t.Checkin.ID] = true
		return first
	})
}
