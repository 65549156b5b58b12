package models

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
)

// Schedule says when something is due next. The row is the scheduler: a tick
// only looks for due rows.
type Schedule struct {
	Tenant
	ID        string    `gorm:"primaryKey" about:"id"`
	Kind      string    `about:"what is due: checkin, report, refresh, watch or audience"`
	SubjectID string    `about:"id of the check-in, project, connection or channel it is for"`
	ProjectID string    `about:"the project it belongs to; empty for the workspace"`
	NextDue   time.Time `gorm:"type:bigint;serializer:ms" about:"when it is due next; 0 for never"`
	Slot      string    `about:"local date or hour that names the next occurrence"`
	State     string    `about:"on or paused"`
	Version   int       `about:"counts up with each change"`
}

// About implements Noun.
func (Schedule) About() Table {
	return Table{Name: "schedules", Zone: Plumbing, Purpose: "when check-ins, reports and refreshes are due"}
}

// The states of a run.
const (
	RunRunning = "running"
	RunDone    = "done"
	RunMissed  = "missed" // too late to catch up
	RunFailed  = "failed"
)

// Run is one occurrence of a schedule. One slot has one run, whatever clocks,
// replicas and daylight saving do.
type Run struct {
	Tenant
	ID         string    `gorm:"primaryKey" about:"id"`
	ScheduleID string    `about:"the schedule that ran"`
	Slot       string    `about:"local date or hour that names the occurrence"`
	Due        time.Time `gorm:"type:bigint;serializer:ms" about:"when it was due"`
	StartedAt  time.Time `gorm:"type:bigint;serializer:ms" about:"when it started"`
	EndedAt    time.Time `gorm:"type:bigint;serializer:ms" about:"when it ended"`
	State      string    `about:"running, done, missed or failed"`
	Note       string    `about:"why it was missed or failed, no text of others"`
}

// About implements Noun.
func (Run) About() Table {
	return Table{Name: "runs", Zone: Plumbing, Purpose: "makes each occurrence of a schedule happen once, and shows what ran", Keep: 30 * day, By: "due"}
}

// PutSchedule inserts the schedule or moves the one of its kind and subject.
// On return s has the id and version that are stored.
func (t Team) PutSchedule(ctx context.Context, s *Schedule) error {
	return t.change(ctx, func(db *gorm.DB) error {
		was, err := one[Schedule](locked(db).Where("kind = ? AND subject_id = ?", s.Kind, s.SubjectID))
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		if s.ID = was.ID; s.ID == "" {
			s.ID = NewID()
		}
		if s.State == "" {
			s.State = On
		}
		s.Version = was.Version + 1
		return upsert(db, s)
	})
}

// ScheduleOf returns the schedule of that kind and subject.
func (t Team) ScheduleOf(ctx context.Context, kind, subjectID string) (Schedule, error) {
	return one[Schedule](t.rows(ctx).Where("kind = ? AND subject_id = ?", kind, subjectID))
}

// Schedules lists all that belongs to the project, by kind.
func (t Team) Schedules(ctx context.Context, projectID string) ([]Schedule, error) {
	return all[Schedule](t.rows(ctx).Where("project_id = ?", projectID).Order("kind, id"))
}

// PauseSchedules keeps all that belongs to the project from becoming due.
func (t Team) PauseSchedules(ctx context.Context, projectID string) error {
	return t.setSchedules(ctx, projectID, Paused)
}

// ResumeSchedules lets it become due again.
func (t Team) ResumeSchedules(ctx context.Context, projectID string) error {
	return t.setSchedules(ctx, projectID, On)
}

func (t Team) setSchedules(ctx context.Context, projectID, state string) error {
	return t.change(ctx, func(db *gorm.DB) error {
		return known(db.Model(&Schedule{}).Where("project_id = ?", projectID).
			Updates(map[string]any{"state": state, "version": gorm.Expr("version + 1")}).Error)
	})
}

// Runs lists the last n runs of the project's schedules, the newest first.
func (t Team) Runs(ctx context.Context, projectID string, n int) ([]Run, error) {
	db := t.rows(ctx)
	mine := db.Model(&Schedule{}).Select("id").Where("project_id = ?", projectID)
	return all[Run](db.Where("schedule_id IN (?)", mine).Order("due DESC, id DESC").Limit(n))
}

// SlotFunc does what a due slot is for. It returns when the schedule is due
// next (zero: never, which pauses it), the name of that slot, and how the run
// ended: "" is done, else RunMissed or RunFailed with a note.
type SlotFunc func(tx Team, s Schedule) (next time.Time, nextSlot, state, note string, err error)

// occurrence is what a SlotFunc returned.
type occurrence struct {
	next              time.Time
	slot, state, note string
}

// errDiscard takes back what a repeated slot's function wrote.
var errDiscard = errors.New("models: this slot ran before")

// RunSlot runs the schedule's due slot in one transaction: it locks the
// schedule, notes the run, calls fn and moves the schedule on. ran is false
// when there was nothing to do: not due, paused, gone, or run before. A slot
// that ran before is only moved past: fn is asked for the next slot and what
// it writes is taken back. An error of fn rolls everything back and leaves the
// schedule due.
func (t Team) RunSlot(ctx context.Context, scheduleID string, now time.Time, fn SlotFunc) (ran bool, err error) {
	err = t.Atomically(ctx, func(tx Team) error {
		ran = false
		s, err := one[Schedule](locked(tx.rows(ctx)).Where("id = ?", scheduleID))
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		if err != nil || s.State != On || s.NextDue.IsZero() || s.NextDue.After(now) {
			return err
		}
		run := Run{ID: NewID(), ScheduleID: s.ID, Slot: s.Slot, Due: s.NextDue, StartedAt: now, State: RunRunning}
		if ran, err = insertNew(tx.rows(ctx), &run); err != nil {
			return err
		}
		return tx.occur(ctx, s, run, ran, fn)
	})
	return ran && err == nil, err
}

// occur calls fn for the slot, ends its run and moves the schedule on.
func (t Team) occur(ctx context.Context, s Schedule, run Run, first bool, fn SlotFunc) error {
	var o occurrence
	err := acrossTeams(t.tx).WithContext(ctx).Transaction(func(inner *gorm.DB) (err error) {
		o.next, o.slot, o.state, o.note, err = fn(Team{store: t.store, id: t.id, tx: ofTeam(inner, t.id)}, s)
		if err == nil && !first {
			return errDiscard
		}
		return err
	})
	if err != nil && !errors.Is(err, errDiscard) {
		return err
	}
	if o.slot == s.Slot && !o.next.IsZero() {
		return fmt.Errorf("models: schedule %s does not move on from slot %s", s.ID, s.Slot)
	}
	if first {
		if err := t.endRun(ctx, run, o); err != nil {
			return err
		}
	}
	return t.moveOn(ctx, s, o)
}

func (t Team) endRun(ctx context.Context, run Run, o occurrence) error {
	if o.state == "" {
		o.state = RunDone
	}
	return touched(t.rows(ctx).Model(&Run{}).Where("id = ?", run.ID).
		Updates(map[string]any{"state": o.state, "note": clean(o.note), "ended_at": ms(t.store.now())}))
}

func (t Team) moveOn(ctx context.Context, s Schedule, o occurrence) error {
	state := On
	if o.next.IsZero() {
		state = Paused
	}
	return touched(t.rows(ctx).Model(&Schedule{}).Where("id = ?", s.ID).
		Updates(map[string]any{"next_due": ms(o.next), "slot": o.slot, "state": state, "version": s.Version + 1}))
}
