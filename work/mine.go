package work

import (
	"context"
	"fmt"
	"time"

	"headway/blocks"
	"headway/calendar"
	"headway/models"
)

// Mine is a person's own history over a stretch of days, as far back as answers
// are kept. now is in the person's zone.
func (w *Worker) Mine(ctx context.Context, team models.Team, user string, span calendar.Span, now time.Time) (blocks.MineView, error) {
	v := blocks.MineView{Now: now, Command: w.Command, From: span.From, To: span.To, KeepDays: AnswerDays}
	if first := calendar.DateOf(now, now.Location()).AddDays(1 - AnswerDays); v.From.Before(first) {
		v.From, v.Cut = first, true
	}
	if v.To.Before(v.From) {
		return v, Refusal{fmt.Sprintf("Headway keeps answers %d days, so nothing is left of that time.", AnswerDays)}
	}
	rounds, err := team.AttendanceOf(ctx, user, v.From, v.To)
	if err != nil {
		return v, err
	}
	if v.Open, err = w.OpenBlockers(ctx, team, user); err != nil {
		return v, err
	}
	contexts := map[string]roundContext{}
	for _, at := range rounds {
		rc, known := contexts[at.Round.CheckinID]
		if !known {
			if rc, err = w.checkinContext(ctx, team, at.Round.CheckinID); err != nil {
				return v, err
			}
			contexts[at.Round.CheckinID] = rc
		}
		rc.round = at.Round
		row, err := w.mineRound(ctx, team, rc, at)
		if err != nil {
			return v, err
		}
		v.Rounds = append(v.Rounds, row)
	}
	return v, nil
}

func (w *Worker) mineRound(ctx context.Context, team models.Team, rc roundContext, at models.Attendance) (blocks.MineRound, error) {
	r := blocks.MineRound{Day: at.Round.Date, Checkin: rc.checkin.Name, Template: rc.checkin.Template}
	if at.Answer == nil {
		r.Status = silence(at)
		return r, nil
	}
	r.Status, r.Late, r.Plan = at.Answer.Status, at.Answer.Late, rc.issues(splitKeys(at.Answer.Plan))
	if r.Status != models.Blocked {
		return r, nil
	}
	rows, err := team.BlockersOf(ctx, at.Answer.User)
	if err != nil {
		return r, err
	}
	b := rc.blocker(*at.Answer, rows)
	r.Blocker = &b
	if row, ok := rc.rowOf(*at.Answer, rows); ok && !row.Open() {
		r.Cleared, r.Stood = true, rc.stood(row)
	}
	return r, nil
}

// silence is what a person without an answer did.
func silence(at models.Attendance) string {
	switch at.Member.State {
	case models.MemberSkipped:
		return blocks.MineSkipped
	case models.MemberAway:
		return blocks.MineAway
	case models.MemberMissed:
		return blocks.MineMissed
	}
	if at.Round.State == models.RoundOpen {
		return blocks.MineWaiting
	}
	return blocks.MineMissed
}
