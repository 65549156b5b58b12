package work

import (
	"context"
	"slices"

	"headway/blocks"
	"headway/calendar"
	"headway/models"
)

// Away notes that a person is away on these days; what overlaps or touches
// becomes one stay, which is returned. Open rounds that fall into it wait for
// them no longer.
func (w *Worker) Away(ctx context.Context, tx models.Team, user string, days calendar.Span) (models.Absence, error) {
	noted, err := tx.AbsencesOf(ctx, user)
	if err != nil {
		return models.Absence{}, err
	}
	stay := models.Absence{ID: models.NewID(), User: user, From: days.From, To: days.To}
	for _, a := range noted { // the earliest first, so that one pass joins all
		if a.To.AddDays(1).Before(stay.From) || stay.To.AddDays(1).Before(a.From) {
			continue
		}
		stay.From, stay.To = earlier(a.From, stay.From), later(a.To, stay.To)
		if err := tx.RemoveAbsence(ctx, user, a.ID); err != nil {
			return stay, err
		}
	}
	if err := tx.PutAbsence(ctx, stay); err != nil {
		return stay, err
	}
	return stay, w.timeChanged(ctx, tx, user)
}

func earlier(a, b calendar.Date) calendar.Date {
	return slices.MinFunc([]calendar.Date{a, b}, calendar.Date.Compare)
}

func later(a, b calendar.Date) calendar.Date {
	return slices.MaxFunc([]calendar.Date{a, b}, calendar.Date.Compare)
}

// EndAway ends one of a person's stays away, or without an id all that are not
// over, as of today in their zone; the days that are past stay noted. ended says
// whether there was one.
func (w *Worker) EndAway(ctx context.Context, tx models.Team, user, id string, today calendar.Date) (ended bool, err error) {
	noted, err := tx.AbsencesOf(ctx, user)
	if err != nil {
		return false, err
	}
	for _, a := range noted {
		if a.To.Before(today) || (id != "" && a.ID != id) {
			continue
		}
		ended = true
		if err := w.cutShort(ctx, tx, a, today); err != nil {
			return ended, err
		}
	}
	if !ended {
		return false, nil
	}
	return true, w.timeChanged(ctx, tx, user)
}

func (w *Worker) cutShort(ctx context.Context, tx models.Team, a models.Absence, today calendar.Date) error {
	if !a.From.Before(today) {
		return tx.RemoveAbsence(ctx, a.User, a.ID)
	}
	a.To = today.AddDays(-1)
	return tx.PutAbsence(ctx, a)
}

// PartTime notes the days of the week on which a person does not work, none for
// someone who works all days.
func (w *Worker) PartTime(ctx context.Context, tx models.Team, user string, days calendar.Weekdays) error {
	asked, err := w.AskedDays(ctx, tx, user)
	if err != nil {
		return err
	}
	if asked&^days == 0 {
		return FieldError{blocks.FieldDays, "That leaves no day on which you are asked. If you are away for a while, note it with `" + w.Command + " away 2w`."}
	}
	if err := tx.SetPartTime(ctx, user, days); err != nil {
		return err
	}
	return w.timeChanged(ctx, tx, user)
}

// AskedDays are the days of the week on which a person's check-ins are held,
// their own part-time days among them; Monday to Friday for someone in none.
func (w *Worker) AskedDays(ctx context.Context, team models.Team, user string) (calendar.Weekdays, error) {
	mine, err := team.ParticipationsOf(ctx, user)
	if err != nil {
		return 0, err
	}
	var days calendar.Weekdays
	for _, m := range mine {
		if m.Observer {
			continue
		}
		p, err := team.Project(ctx, m.ProjectID)
		if err != nil {
			return 0, err
		}
		if p.State != models.ProjectActive && p.State != models.ProjectPaused {
			continue
		}
		all, err := team.Checkins(ctx, m.ProjectID)
		if err != nil {
			return 0, err
		}
		for _, c := range all {
			if !(rhythm{checkin: c, project: p, template: blocks.TemplateOf(c.Template)}).inSprints() {
				days |= c.Days & p.Workdays
			}
		}
	}
	if days == 0 {
		days = calendar.MonToFri
	}
	return days, nil
}

// timeChanged lets a person's open rounds and App Home follow what is noted of
// their time.
func (w *Worker) timeChanged(ctx context.Context, tx models.Team, user string) error {
	mine, err := tx.ParticipationsOf(ctx, user)
	if err != nil {
		return err
	}
	for _, m := range mine {
		if m.Observer {
			continue
		}
		// Who opens a round of the project now does so before or after.
		p, err := tx.LockProject(ctx, m.ProjectID)
		if err != nil {
			return err
		}
		if err := w.followRounds(ctx, tx, p, user); err != nil {
			return err
		}
	}
	return tx.TouchHomes(ctx, user)
}

// followRounds lets the project's open rounds follow the calendar and the time
// of these people: a round on a day that became one off ends quietly, whoever
// does not work that day is not waited for, and whoever does again is asked
// while their window is open.
func (w *Worker) followRounds(ctx context.Context, tx models.Team, p models.Project, users ...string) error {
	times, err := tx.TimesOf(ctx, users...)
	if err != nil {
		return err
	}
	open, err := tx.OpenRounds(ctx, p.ID)
	if err != nil {
		return err
	}
	for _, r := range open {
		switch {
		case !r.ManualRun && !p.Calendar().Working(r.Date):
			err = w.endRound(ctx, tx, r.ID)
		default:
			err = w.followRound(ctx, tx, p, r.ID, users, times)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (w *Worker) followRound(ctx context.Context, tx models.Team, p models.Project, roundID string, users []string, times map[string]calendar.Person) error {
	round, err := tx.LockRound(ctx, roundID)
	if err != nil {
		return err
	}
	members, err := tx.RoundMembers(ctx, roundID)
	if err != nil {
		return err
	}
	for _, m := range members {
		if !slices.Contains(users, m.User) {
			continue
		}
		if err := w.followMember(ctx, tx, p, round, m, times[m.User]); err != nil {
			return err
		}
	}
	return w.closeIfComplete(ctx, tx, round)
}

// followMember takes one member out of the round or back in. Who has answered
// or skipped has had the last word.
func (w *Worker) followMember(ctx context.Context, tx models.Team, p models.Project, round models.Round, m models.RoundMember, who calendar.Person) error {
	works := asked(p, round, who)
	switch m.State {
	case models.MemberWaiting, models.MemberAsked:
		if !works {
			return w.takeOut(ctx, tx, round, m, who)
		}
	case models.MemberAway:
		if works && w.Now().Before(m.CloseAt) {
			return w.takeBack(ctx, tx, round, m)
		}
	}
	return nil
}

// takeOut excuses a member; a prompt that is out says so.
func (w *Worker) takeOut(ctx context.Context, tx models.Team, round models.Round, m models.RoundMember, who calendar.Person) error {
	if err := tx.SetMemberState(ctx, round.ID, m.User, models.MemberAway); err != nil {
		return err
	}
	if m.State != models.MemberAsked {
		return nil
	}
	view, err := w.thanksView(ctx, tx, round, m, nil, nil)
	if err != nil {
		return err
	}
	for _, stay := range who.Away {
		if stay.Has(round.Date) {
			view.AwayFrom, view.AwayTo = stay.From, stay.To
		}
	}
	return w.confirm(ctx, tx, m, models.NewID(), blocks.AwayThanks(view))
}

// takeBack waits for a member again. Whoever was asked before finds the question
// in its place; whoever was not will be asked.
func (w *Worker) takeBack(ctx context.Context, tx models.Team, round models.Round, m models.RoundMember) error {
	before, err := tx.Enqueued(ctx, promptKey(round.ID, m.User))
	if err != nil {
		return err
	}
	if !before {
		return tx.SetMemberState(ctx, round.ID, m.User, models.MemberWaiting)
	}
	if err := tx.SetMemberState(ctx, round.ID, m.User, models.MemberAsked); err != nil {
		return err
	}
	view, err := w.promptView(ctx, tx, round.ID, m)
	if err != nil {
		return err
	}
	return w.confirm(ctx, tx, m, models.NewID(), blocks.Prompt(view))
}
