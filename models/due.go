package models

import (
	"context"
	"time"

	"gorm.io/gorm"
)

// Due is a schedule that is due.
type Due struct{ TeamID, ScheduleID string }

// DueMember is a member of a round who is to be asked or reminded.
type DueMember struct {
	TeamID  string
	RoundID string
	User    string `gorm:"column:user_id"`
}

// DueRound is a round that is to be closed.
type DueRound struct{ TeamID, RoundID string }

// Due lists up to n schedules of the kind that are due, of all teams, the
// longest due first. RunSlot decides who runs them.
func (s *Store) Due(ctx context.Context, kind string, now time.Time, n int) ([]Due, error) {
	var found []Due
	err := served(s.every(ctx).Model(&Schedule{})).Select("team_id, id AS schedule_id").
		Where("kind = ? AND state = ? AND next_due > 0 AND next_due <= ?", kind, On, ms(now)).
		Order("next_due, id").Limit(n).Find(&found).Error
	return found, known(err)
}

// DueMembers lists up to n members of open rounds who are to be asked now, those
// first who waited longest; a team gets at most a quarter of n, so that a
// large one holds up no other.
func (s *Store) DueMembers(ctx context.Context, now time.Time, n int) ([]DueMember, error) {
	return s.fairly(ctx, s.toAsk(ctx).Where("ask_at <= ?", ms(now)), "ask_at", n)
}

// DueReminders lists up to n members who were asked, did not answer and are
// to be reminded now; not those whose window is over.
func (s *Store) DueReminders(ctx context.Context, now time.Time, n int) ([]DueMember, error) {
	return s.fairly(ctx, s.toRemind(ctx).Where("remind_at <= ? AND close_at > ?", ms(now), ms(now)), "remind_at", n)
}

// DueRounds lists up to n open rounds whose last window is over.
func (s *Store) DueRounds(ctx context.Context, now time.Time, n int) ([]DueRound, error) {
	var found []DueRound
	err := s.toClose(ctx).Select("team_id, id AS round_id").Where("close_at <= ?", ms(now)).
		Order("close_at, id").Limit(n).Find(&found).Error
	return found, known(err)
}

// NextDue is the earliest instant after the given one at which anything is
// due: a schedule, a question, a reminder, the end of a round, a blocker to ask
// about. ok is false
// when nothing is.
func (s *Store) NextDue(ctx context.Context, after time.Time) (next time.Time, ok bool, err error) {
	for _, due := range []struct {
		rows   *gorm.DB
		column string
	}{
		{served(s.every(ctx).Model(&Schedule{})).Where("state = ?", On), "next_due"},
		{s.toAsk(ctx), "ask_at"},
		{s.toRemind(ctx), "remind_at"},
		{s.toClose(ctx), "close_at"},
		{s.toUnblock(ctx), "remind_at"},
	} {
		var at int64
		err := due.rows.Where(due.column+" > ?", ms(after)).Select("COALESCE(MIN(" + due.column + "), 0)").Scan(&at).Error
		if err != nil {
			return time.Time{}, false, known(err)
		}
		if t := fromMillis(at); at > 0 && (next.IsZero() || t.Before(next)) {
			next = t
		}
	}
	return next, !next.IsZero(), nil
}

// every reads the rows of all teams.
func (s *Store) every(ctx context.Context) *gorm.DB {
	return acrossTeams(s.read).WithContext(ctx)
}

func (s *Store) toAsk(ctx context.Context) *gorm.DB {
	return s.inOpenRounds(ctx).Where("state = ?", MemberWaiting)
}

func (s *Store) toRemind(ctx context.Context) *gorm.DB {
	return s.inOpenRounds(ctx).Where("state = ? AND reminded = ? AND remind_at > 0", MemberAsked, false)
}

func (s *Store) toClose(ctx context.Context) *gorm.DB {
	return served(s.every(ctx).Model(&Round{})).Where("state = ?", RoundOpen)
}

func (s *Store) inOpenRounds(ctx context.Context) *gorm.DB {
	db := s.every(ctx)
	return served(db.Model(&RoundMember{})).Where("round_id IN (?)", db.Model(&Round{}).Select("id").Where("state = ?", RoundOpen))
}

// fairly lists up to n of the due members by the column that says since when,
// at most a quarter of n of one team.
func (s *Store) fairly(ctx context.Context, due *gorm.DB, since string, n int) ([]DueMember, error) {
	placed := due.Select("team_id, round_id, user_id, " + since + " AS since, " +
		"ROW_NUMBER() OVER (PARTITION BY team_id ORDER BY " + since + ", round_id, user_id) AS place")
	var found []DueMember
	err := s.every(ctx).Table("(?) AS due", placed).Select("team_id, round_id, user_id").Where("place <= ?", max(n/4, 1)).
		Order("since, round_id, user_id").Limit(n).Find(&found).Error
	return found, known(err)
}
