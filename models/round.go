package models

import (
	"context"
	"time"

	"gorm.io/gorm"

	"headway/calendar"
	"headway/metrics"
)

// The states of a round.
const (
	RoundOpen   = "open"
	RoundClosed = "closed"
)

// The states of a member of a round.
const (
	MemberWaiting  = "waiting" // not asked yet
	MemberAsked    = "asked"
	MemberAnswered = "answered"
	MemberSkipped  = "skipped"
	MemberAway     = "away"
	MemberMissed   = "missed" // did not answer before the round closed
)

// Round is one occurrence of a check-in, named by its local date. The counts
// are frozen when it closes.
type Round struct {
	Tenant
	ID        string        `gorm:"primaryKey" about:"id"`
	CheckinID string        `about:"the check-in that was asked"`
	ProjectID string        `about:"the project it is about"`
	Date      calendar.Date `gorm:"type:text;serializer:text" about:"local date that names it"`
	OpenedAt  time.Time     `gorm:"type:bigint;serializer:ms" about:"when it was opened"`
	CloseAt   time.Time     `gorm:"type:bigint;serializer:ms" about:"when the last member's window ends"`
	ClosedAt  time.Time     `gorm:"type:bigint;serializer:ms" about:"when it was closed; 0 while open"`
	State     string        `about:"open or closed"`
	ManualRun bool          `about:"an admin started it by hand"`
	SprintID  int64         `about:"Jira's id of the sprint it is about; 0 for none"`

	Name       string `about:"how the check-in was called when it opened"`
	Template   string `about:"what kind of check-in it was then"`
	Privacy    string `about:"who sees its answers, as it was promised then"`
	Confidence bool   `about:"confidence was asked"`
	FreeText   bool   `about:"a short text was asked"`

	Asked         int `about:"how many were asked and did not skip"`
	Answered      int `about:"how many answered"`
	OnTrack       int `about:"answers: on track"`
	AtRisk        int `about:"answers: at risk"`
	Blocked       int `about:"answers: blocked"`
	Helped        int `about:"answers that asked for help"`
	ConfidenceSum int `about:"sum of the confidences from 1 to 5"`
	ConfidenceN   int `about:"how many gave a confidence"`
}

// About implements Noun.
func (Round) About() Table {
	return Table{Name: "rounds", Zone: CheckIns, Purpose: "the occurrences of check-ins, with counts only", Keep: 104 * week, By: "opened_at"}
}

// AsOpened is the check-in as it was when the round opened: what people were told
// of who reads their answers holds, whatever is configured later.
func (r Round) AsOpened(c Checkin) Checkin {
	c.Name, c.Template, c.Privacy, c.Confidence, c.FreeText = r.Name, r.Template, r.Privacy, r.Confidence, r.FreeText
	return c
}

// RoundMember is a person asked in a round, with the person's own window.
type RoundMember struct {
	Tenant
	RoundID  string    `gorm:"primaryKey" about:"the round"`
	User     string    `gorm:"primaryKey;column:user_id" about:"Slack user who is asked"`
	AskAt    time.Time `gorm:"type:bigint;serializer:ms" about:"when the person is asked"`
	RemindAt time.Time `gorm:"type:bigint;serializer:ms" about:"when the person is reminded; 0 for never"`
	CloseAt  time.Time `gorm:"type:bigint;serializer:ms" about:"when the person's window ends"`
	State    string    `about:"waiting, asked, answered, skipped, away or missed"`
	Reminded bool      `about:"the reminder is out"`
	Snoozes  int       `about:"how often the person put the reminder off"`
}

// About implements Noun.
func (RoundMember) About() Table {
	return Table{Name: "round_members", Zone: CheckIns, Purpose: "who is asked when, and who is done", Keep: 90 * day, By: "close_at"}
}

// Counts says whether the member is one of those of whom an answer is expected.
func (m RoundMember) Counts() bool { return m.State != MemberAway && m.State != MemberSkipped }

// OpenRound stores the round with its members unless the check-in has one on
// that date; created says which.
func (t Team) OpenRound(ctx context.Context, r Round, members []RoundMember) (created bool, err error) {
	if r.ID == "" {
		r.ID = NewID()
	}
	if r.State == "" {
		r.State = RoundOpen
	}
	err = t.change(ctx, func(db *gorm.DB) error {
		if created, err = insertNew(db, &r); err != nil || !created || len(members) == 0 {
			return err
		}
		rows := make([]RoundMember, len(members))
		for i, m := range members {
			m.RoundID = r.ID
			if m.State == "" {
				m.State = MemberWaiting
			}
			rows[i] = m
		}
		return known(db.Create(&rows).Error)
	})
	return created && err == nil, err
}

// Round returns one round.
func (t Team) Round(ctx context.Context, id string) (Round, error) {
	return one[Round](t.rows(ctx).Where("id = ?", id))
}

// RoundOn returns the check-in's round of that date.
func (t Team) RoundOn(ctx context.Context, checkinID string, d calendar.Date) (Round, error) {
	return one[Round](t.rows(ctx).Where("checkin_id = ? AND date = ?", checkinID, d.String()))
}

// OpenRounds lists the project's rounds that are not closed.
func (t Team) OpenRounds(ctx context.Context, projectID string) ([]Round, error) {
	return all[Round](t.rows(ctx).Where("project_id = ? AND state = ?", projectID, RoundOpen).Order("date, id"))
}

// RoundsOf lists the check-in's last n rounds, the newest first.
func (t Team) RoundsOf(ctx context.Context, checkinID string, n int) ([]Round, error) {
	return all[Round](t.rows(ctx).Where("checkin_id = ?", checkinID).Order("date DESC").Limit(n))
}

// LatestRounds lists the project's last n rounds, the newest first.
func (t Team) LatestRounds(ctx context.Context, projectID string, n int) ([]Round, error) {
	return all[Round](t.rows(ctx).Where("project_id = ?", projectID).Order("date DESC, id DESC").Limit(n))
}

// LockRound returns the round and keeps it as it is until the transaction
// ends; use it on a Team inside one.
func (t Team) LockRound(ctx context.Context, id string) (Round, error) {
	return one[Round](locked(t.rows(ctx)).Where("id = ?", id))
}

// CloseRound closes the round with its frozen counts and ClosedAt; members
// who were still to answer have missed it. won is false when it was closed
// before, and nothing is changed then.
func (t Team) CloseRound(ctx context.Context, r Round) (won bool, err error) {
	err = t.change(ctx, func(db *gorm.DB) error {
		res := db.Model(&Round{}).Where("id = ? AND state = ?", r.ID, RoundOpen).Updates(map[string]any{
			"state": RoundClosed, "closed_at": ms(r.ClosedAt), "asked": r.Asked, "answered": r.Answered,
			"on_track": r.OnTrack, "at_risk": r.AtRisk, "blocked": r.Blocked, "helped": r.Helped,
			"confidence_sum": r.ConfidenceSum, "confidence_n": r.ConfidenceN,
		})
		if won = res.RowsAffected > 0; res.Error != nil || !won {
			return known(res.Error)
		}
		return known(db.Model(&RoundMember{}).Where("round_id = ? AND state IN ?", r.ID, []string{MemberWaiting, MemberAsked}).
			Update("state", MemberMissed).Error)
	})
	return won && err == nil, err
}

// RoundMembers lists the round's members.
func (t Team) RoundMembers(ctx context.Context, roundID string) ([]RoundMember, error) {
	return all[RoundMember](t.rows(ctx).Where("round_id = ?", roundID).Order("user_id"))
}

// RoundMember returns one member of the round.
func (t Team) RoundMember(ctx context.Context, roundID, user string) (RoundMember, error) {
	return one[RoundMember](t.rows(ctx).Where("round_id = ? AND user_id = ?", roundID, user))
}

// SetMemberState moves a member of the round to a state.
func (t Team) SetMemberState(ctx context.Context, roundID, user, state string) error {
	return t.setMember(ctx, roundID, user, "state", state)
}

// SetReminded notes that the member's one reminder is out.
func (t Team) SetReminded(ctx context.Context, roundID, user string) error {
	return t.setMember(ctx, roundID, user, "reminded", true)
}

func (t Team) setMember(ctx context.Context, roundID, user, column string, value any) error {
	return t.change(ctx, func(db *gorm.DB) error {
		return touched(db.Model(&RoundMember{}).Where("round_id = ? AND user_id = ?", roundID, user).Update(column, value))
	})
}

// Membership is an open round that waits for a person, with its project.
type Membership struct {
	Member  RoundMember
	Round   Round
	Project Project
}

// OpenMemberships lists the open rounds that the person is part of, the one
// that closes first in front.
func (t Team) OpenMemberships(ctx context.Context, user string) ([]Membership, error) {
	db := t.rows(ctx)
	open := db.Model(&Round{}).Select("id").Where("state = ?", RoundOpen)
	members, err := all[RoundMember](db.Where("user_id = ? AND round_id IN (?)", user, open).Order("close_at, round_id"))
	if err != nil {
		return nil, err
	}
	found := make([]Membership, 0, len(members))
	for _, m := range members {
		r, err := t.Round(ctx, m.RoundID)
		if err != nil {
			return nil, err
		}
		p, err := t.Project(ctx, r.ProjectID)
		if err != nil {
			return nil, err
		}
		found = append(found, Membership{Member: m, Round: r, Project: p})
	}
	return found, nil
}

// Tally counts the round's answers for metrics.Withhold. It is the only count
// of answers that leaves for people other than the round's own. A closed
// round gives its frozen counts.
func (t Team) Tally(ctx context.Context, roundID string) (metrics.Tally, error) {
	r, err := t.Round(ctx, roundID)
	if err != nil {
		return metrics.Tally{}, err
	}
	if r.State == RoundOpen {
		if err := t.Count(ctx, &r); err != nil {
			return metrics.Tally{}, err
		}
	}
	return r.Tally(), nil
}

// Count fills the round's counts from its members and answers as they are
// now.
func (t Team) Count(ctx context.Context, r *Round) error {
	members, err := t.RoundMembers(ctx, r.ID)
	if err != nil {
		return err
	}
	answers, err := t.Answers(ctx, r.ID)
	if err != nil {
		return err
	}
	r.count(members, answers)
	return t.countHelp(ctx, r, answers)
}

// countHelp counts those, too, who asked for help with a blocker since the last
// summary and said nothing of it in the answer.
func (t Team) countHelp(ctx context.Context, r *Round, answers []Answer) error {
	people, err := t.askedForHelp(ctx, r.CheckinID)
	for _, a := range answers {
		if a.AskedForHelp {
			delete(people, a.User)
		}
	}
	r.Helped += len(people)
	return err
}

// count fills in the counts; a person who is away or skips is not missing, so
// neither counts as asked.
func (r *Round) count(members []RoundMember, answers []Answer) {
	r.Asked, r.Answered = 0, len(answers)
	r.OnTrack, r.AtRisk, r.Blocked, r.Helped, r.ConfidenceSum, r.ConfidenceN = 0, 0, 0, 0, 0, 0
	for _, m := range members {
		if m.Counts() {
			r.Asked++
		}
	}
	for _, a := range answers {
		r.add(a)
	}
}

func (r *Round) add(a Answer) {
	switch a.Status {
	case OnTrack:
		r.OnTrack++
	case AtRisk:
		r.AtRisk++
	case Blocked:
		r.Blocked++
	}
	if a.AskedForHelp {
		r.Helped++
	}
	if a.Confidence > 0 {
		r.ConfidenceSum += a.Confidence
		r.ConfidenceN++
	}
}

// Tally is the round's cell as it was counted; its choices are OnTrack, AtRisk
// and Blocked.
func (r Round) Tally() metrics.Tally {
	return metrics.NewTally(r.Asked, map[string]int{OnTrack: r.OnTrack, AtRisk: r.AtRisk, Blocked: r.Blocked})
}
