package work

import (
	"context"
	"errors"
	"slices"
	"time"

	"headway/blocks"
	"headway/calendar"
	"headway/metrics"
	"headway/models"
)

// When a person is asked whether a blocker is still in the way: first after two
// working days without a word on it, then every five, in the afternoon of their
// own day, when the day's check-in has had its turn, and never outside of
// working hours.
const (
	blockerQuietDays = 2
	blockerAgainDays = 5
	blockerHour      = 15
	workFromHour     = 9
	workToHour       = 18
)

// blockerChanges are what an answer does to its person's blockers.
type blockerChanges struct {
	put    []models.Blocker
	remove []string
	raise  *models.Blocker
}

// followBlockers lets the person's blockers follow an answer that was stored.
func (w *Worker) followBlockers(ctx context.Context, tx models.Team, round models.Round, a models.Answer) error {
	if blocks.TemplateOf(round.Template).Reflects {
		return nil
	}
	rows, err := tx.LockBlockers(ctx, a.User)
	if err != nil {
		return err
	}
	rows = slices.DeleteFunc(rows, func(b models.Blocker) bool { return b.CheckinID != round.CheckinID })
	if len(rows) == 0 && a.Status != models.Blocked {
		return nil
	}
	over := false
	if a.Status == models.Blocked {
		later, err := tx.LaterAnswer(ctx, round.CheckinID, a.User, round.Date)
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			return err
		}
		over = err == nil && later.Status != models.Blocked
	}
	remindAt, err := w.remindIn(ctx, tx, round.CheckinID, a.User, blockerQuietDays)
	if err != nil {
		return err
	}
	return follow(rows, round, a, over, remindAt).store(ctx, tx)
}

func (c blockerChanges) store(ctx context.Context, tx models.Team) error {
	for _, id := range c.remove {
		if err := tx.RemoveBlocker(ctx, id); err != nil {
			return err
		}
	}
	for _, b := range c.put {
		if err := tx.PutBlocker(ctx, b); err != nil {
			return err
		}
	}
	if c.raise == nil {
		return nil
	}
	_, err := tx.RaiseBlocker(ctx, *c.raise)
	return err
}

// follow is the rule of a blocker's life. rows are the person's in the check-in;
// over says that the person said something else than blocked in a later round.
//
// While the round is open the answer is changed as a whole: what its earlier
// version raised or cleared is taken back. Afterwards an answer counts as of its
// round: it neither opens what was cleared since nor clears what was said since.
func follow(rows []models.Blocker, round models.Round, a models.Answer, over bool, remindAt time.Time) blockerChanges {
	var c blockerChanges
	stands := namedRow(rows, round, a)
	for i, b := range rows {
		said := a.Status == models.Blocked && b.Key == a.BlockedKey
		current := !b.SaidOn.After(round.Date)
		switch {
		case i == stands:
			if !b.Open() {
				b.Reopen()
			}
			c.put = append(c.put, carried(b, round, a, remindAt))
		case b.Open() && current && round.State == models.RoundOpen && b.RaisedIn == round.ID:
			c.remove = append(c.remove, b.ID)
		case b.Open() && current && a.Status != models.Blocked:
			b.Clear(a.At, models.ClearedByAnswer)
			b.ClearedIn = round.ID
			c.put = append(c.put, b)
		case !b.Open() && !said && a.Status == models.Blocked && round.State == models.RoundOpen && b.ClearedIn == round.ID:
			b.Reopen()
			b.RemindAt = remindAt
			c.put = append(c.put, b)
		case !b.Open() && said && round.State != models.RoundOpen && !b.ClearedAt.Before(round.OpenedAt):
			over = true
		}
	}
	if a.Status == models.Blocked && stands < 0 && !over {
		c.raise = raised(round, a, remindAt)
	}
	return c
}

// namedRow is the row that a blocked answer is about: the open one of its key,
// else, while the round is open, the one that was cleared in it last; -1 for
// none.
func namedRow(rows []models.Blocker, round models.Round, a models.Answer) int {
	found := -1
	for i, b := range rows {
		if a.Status != models.Blocked || b.Key != a.BlockedKey {
			continue
		}
		if b.Open() {
			return i
		}
		back := round.State == models.RoundOpen && !b.ClearedAt.Before(round.OpenedAt) && b.ClearedBy != models.ClearedByLeft
		if back && (found < 0 || b.ClearedAt.After(rows[found].ClearedAt)) {
			found = i
		}
	}
	return found
}

func raised(round models.Round, a models.Answer, remindAt time.Time) *models.Blocker {
	since := a.Since
	if since.IsZero() || since.After(round.Date) {
		since = round.Date
	}
	return &models.Blocker{ID: models.NewID(), ProjectID: round.ProjectID, CheckinID: round.CheckinID, User: a.User, Key: a.BlockedKey, Kind: a.BlockedKind,
		Since: since, RaisedIn: round.ID, RaisedOn: round.Date, RaisedAt: a.At, SaidOn: round.Date, TouchedAt: a.At, RemindAt: remindAt}
}

// carried is a blocker that an answer names again. It grows no younger by that,
// except by a change of the answer that raised it.
func carried(b models.Blocker, round models.Round, a models.Answer, remindAt time.Time) models.Blocker {
	said := a.Since
	if round.Date.Before(b.RaisedOn) { // it was there before the day it was raised on
		b.RaisedOn = round.Date
		if said.IsZero() {
			said = round.Date
		}
	}
	if !said.IsZero() && (said.Before(b.Since) || b.RaisedIn == round.ID) && !said.After(round.Date) {
		b.Since = said
	}
	if !round.Date.Before(b.SaidOn) {
		b.SaidOn = round.Date
		if a.BlockedKind != "" {
			b.Kind = a.BlockedKind
		}
	}
	b.TouchedAt, b.RemindAt = a.At, remindAt
	return b
}

// remindIn is the moment, that many working days from the person's own today, at
// which they are asked about a blocker.
func (w *Worker) remindIn(ctx context.Context, tx models.Team, checkinID, user string, days int) (time.Time, error) {
	rc, err := w.checkinContext(ctx, tx, checkinID)
	if err != nil {
		return time.Time{}, err
	}
	zone, err := w.zoneOf(ctx, tx, rc, user)
	if err != nil {
		return time.Time{}, err
	}
	day := rc.project.Calendar().AddWorking(calendar.DateOf(w.Now(), zone), days)
	if day.IsZero() {
		return time.Time{}, nil
	}
	return day.At(blockerHour, 0, zone), nil
}

// ClearBlocker is the tap on "It is cleared". Clearing twice clears once.
func (w *Worker) ClearBlocker(ctx context.Context, tx models.Team, id, user string) (blocks.ClearedView, error) {
	b, rc, err := w.ownBlocker(ctx, tx, id, user)
	if err != nil {
		return blocks.ClearedView{}, err
	}
	v := blocks.ClearedView{Issue: rc.issue(b.Key), Before: !b.Open()}
	if v.Before {
		return v, nil
	}
	b.Clear(w.Now(), models.ClearedByTap)
	v.Days = rc.stood(b)
	v.Edited, err = w.told(ctx, tx, b)
	return v, err
}

// KeepBlocker notes that a blocker is still in the way, and that the person asks
// for help. It returns what to say where the message that asked can't: the
// blocker is over, or the message too old to be edited.
func (w *Worker) KeepBlocker(ctx context.Context, tx models.Team, id, user string, help bool) (*blocks.Message, error) {
	b, rc, err := w.ownBlocker(ctx, tx, id, user)
	if err != nil {
		return nil, err
	}
	if !b.Open() {
		over := blocks.BlockerOver(blocks.ClearedView{Issue: rc.issue(b.Key)})
		return &over, nil
	}
	zone, err := w.zoneOf(ctx, tx, rc, user)
	if err != nil {
		return nil, err
	}
	if b.RemindAt, err = w.remindIn(ctx, tx, b.CheckinID, user, blockerAgainDays); err != nil {
		return nil, err
	}
	b.TouchedAt, b.Help = w.Now(), b.Help || help
	if today := calendar.DateOf(w.Now(), zone); today.After(b.SaidOn) {
		b.SaidOn = today
	}
	edited, err := w.told(ctx, tx, b)
	if err != nil || edited {
		return nil, err
	}
	view, err := w.reminderView(ctx, tx, user, b.Reminder)
	if err != nil {
		return nil, err
	}
	noted := blocks.BlockerReminder(view)
	return &noted, nil
}

// ownBlocker locks a blocker of the person; another's is not found.
func (w *Worker) ownBlocker(ctx context.Context, tx models.Team, id, user string) (models.Blocker, roundContext, error) {
	rows, err := tx.LockBlockers(ctx, user)
	if err != nil {
		return models.Blocker{}, roundContext{}, err
	}
	i := slices.IndexFunc(rows, func(b models.Blocker) bool { return b.ID == id })
	if i < 0 {
		return models.Blocker{}, roundContext{}, models.ErrNotFound
	}
	rc, err := w.checkinContext(ctx, tx, rows[i].CheckinID)
	return rows[i], rc, err
}

// told stores what a person said of a blocker, and shows it in App Home and in
// the message that asked, while the outbox knows where that stands.
func (w *Worker) told(ctx context.Context, tx models.Team, b models.Blocker) (edited bool, err error) {
	if err := tx.PutBlocker(ctx, b); err != nil {
		return false, err
	}
	if err := tx.TouchHomes(ctx, b.User); err != nil || b.Reminder == "" {
		return false, err
	}
	if known, err := tx.Enqueued(ctx, b.Reminder); err != nil || !known {
		return false, err
	}
	view, err := w.reminderView(ctx, tx, b.User, b.Reminder)
	if err != nil {
		return false, err
	}
	edit := models.OutboxMessage{Channel: b.User, Kind: kindThanks, Method: models.MethodUpdate, TargetKey: b.Reminder, Key: "told:" + models.NewID()}
	return true, w.enqueue(ctx, tx, edit, blocks.BlockerReminder(view))
}

// checkinContext is a roundContext outside of a round.
func (w *Worker) checkinContext(ctx context.Context, tx models.Team, checkinID string) (roundContext, error) {
	var rc roundContext
	var err error
	if rc.checkin, err = tx.Checkin(ctx, checkinID); err != nil {
		return rc, err
	}
	if rc.project, err = tx.Project(ctx, rc.checkin.ProjectID); err != nil {
		return rc, err
	}
	links, err := w.links(ctx, tx, rc.project)
	if err != nil {
		return rc, err
	}
	rc.link = links.BrowseURL
	return rc, nil
}

// aged is a blocker as of a date, its age in working days of the project.
func (rc roundContext) aged(b models.Blocker, on calendar.Date) blocks.Blocker {
	return blocks.Blocker{Issue: rc.issue(b.Key), Kind: b.Kind, Days: max(rc.project.Calendar().WorkingBetween(b.Since, on), 1)}
}

// stood is how many working days a cleared blocker stood, 0 for less than one.
func (rc roundContext) stood(b models.Blocker) int {
	return max(rc.project.Calendar().WorkingBetween(b.Since, calendar.DateOf(b.ClearedAt, rc.project.Location()))-1, 0)
}

// blocker is what an answer says of a blocker, as of its round. rows are the
// project's.
func (rc roundContext) blocker(a models.Answer, rows []models.Blocker) blocks.Blocker {
	row, ok := rc.rowOf(a, rows)
	if !ok {
		row = models.Blocker{Key: a.BlockedKey, Since: a.Since}
	}
	row.Kind = a.BlockedKind
	if row.Since.IsZero() {
		return blocks.Blocker{Issue: rc.issue(a.BlockedKey), Kind: a.BlockedKind}
	}
	return rc.aged(row, rc.round.Date)
}

// rowOf is the row of the blocker that an answer of the round names.
func (rc roundContext) rowOf(a models.Answer, rows []models.Blocker) (row models.Blocker, ok bool) {
	for _, b := range rows {
		stood := !b.RaisedOn.After(rc.round.Date) && (b.Open() || !b.ClearedAt.Before(rc.round.OpenedAt))
		if stood && b.CheckinID == rc.checkin.ID && b.User == a.User && b.Key == a.BlockedKey {
			row, ok = b, true
		}
	}
	return row, ok
}

// OpenBlockers are what is in a person's way now, everywhere.
func (w *Worker) OpenBlockers(ctx context.Context, tx models.Team, user string) ([]blocks.OpenBlocker, error) {
	rows, err := tx.OpenBlockers(ctx, user)
	if err != nil {
		return nil, err
	}
	var open []blocks.OpenBlocker
	for _, b := range rows {
		rc, err := w.checkinContext(ctx, tx, b.CheckinID)
		if err != nil {
			return nil, err
		}
		open = append(open, blocks.OpenBlocker{ID: blocks.BlockerID(b.ID), Blocker: rc.aged(b, w.Today(rc.project))})
	}
	return open, nil
}

// openIn are those of one check-in, as of a date.
func (w *Worker) openIn(ctx context.Context, tx models.Team, rc roundContext, user string, on calendar.Date) ([]blocks.OpenBlocker, error) {
	rows, err := tx.OpenBlockers(ctx, user)
	var open []blocks.OpenBlocker
	for _, b := range rows {
		if b.CheckinID == rc.checkin.ID {
			open = append(open, blocks.OpenBlocker{ID: blocks.BlockerID(b.ID), Blocker: rc.aged(b, on)})
		}
	}
	return open, err
}

// roundBlockers are what a round's summary may say of blockers: those of its
// answers, oldest first. The own team also reads which ones are carried without
// a word, and what was cleared since the summary before.
func (w *Worker) roundBlockers(ctx context.Context, tx models.Team, rc roundContext, own bool, v *blocks.SummaryView) error {
	if rc.reflects() {
		return nil
	}
	rows, err := tx.ProjectBlockers(ctx, rc.project.ID)
	if err != nil {
		return err
	}
	rows = slices.DeleteFunc(rows, func(b models.Blocker) bool { return b.CheckinID != rc.checkin.ID })
	answers, err := tx.Answers(ctx, rc.round.ID)
	if err != nil {
		return err
	}
	var quiet []blocks.Blocker
	for _, row := range rows {
		if !row.Open() || row.RaisedOn.After(rc.round.Date) {
			continue
		}
		b := rc.aged(row, rc.round.Date)
		if slices.ContainsFunc(answers, func(a models.Answer) bool { return names(a, row) }) {
			b.Yesterday = row.RaisedOn.Before(rc.round.Date)
			v.Blockers = append(v.Blockers, b)
		} else if b.Carried = true; own {
			quiet = append(quiet, b)
		}
	}
	if !own {
		return nil
	}
	v.Blockers = append(v.Blockers, quiet...)
	return w.clearedSince(ctx, tx, rc, rows, v)
}

// names says whether an answer of the round names the blocker.
func names(a models.Answer, b models.Blocker) bool {
	return a.User == b.User && a.Status == models.Blocked && !a.Late && a.BlockedKey == b.Key
}

// latestRounds is among how many rounds the one before the present is.
const latestRounds = 10

// clearedSince adds what was cleared since the check-in's round before was
// closed.
func (w *Worker) clearedSince(ctx context.Context, tx models.Team, rc roundContext, rows []models.Blocker, v *blocks.SummaryView) error {
	latest, err := tx.RoundsOf(ctx, rc.checkin.ID, latestRounds)
	if err != nil {
		return err
	}
	from := rc.round.OpenedAt
	for _, r := range latest {
		if r.State == models.RoundClosed && r.Date.Before(rc.round.Date) {
			from, v.Since = r.ClosedAt, r.Date.At(12, 0, rc.project.Location())
			break
		}
	}
	for _, b := range rows {
		if !b.Open() && b.ClearedBy != models.ClearedByLeft && b.ClearedAt.After(from) {
			v.Cleared = append(v.Cleared, blocks.ClearedView{Issue: rc.issue(b.Key), Days: rc.stood(b)})
		}
	}
	return nil
}

// blockedAt is how many blockers were open at the end of the week, or now while
// it runs; 0 where so few people have one, or all but a few, that the number
// would point at them.
func (w *Worker) blockedAt(ctx context.Context, tx models.Team, p models.Project, week calendar.Week) (int, error) {
	rows, err := tx.ProjectBlockers(ctx, p.ID)
	if err != nil {
		return 0, err
	}
	asked, err := tx.Participants(ctx, p.ID)
	if err != nil {
		return 0, err
	}
	asked = slices.DeleteFunc(asked, func(p models.Participant) bool { return p.Observer })
	at := week.Next().Monday().Start(p.Location()).Add(-time.Millisecond)
	if now := w.Now(); now.Before(at) {
		at = now
	}
	people, open := map[string]bool{}, 0
	for _, b := range rows {
		if b.OpenAt(at) {
			people[b.User] = true
			open++
		}
	}
	cell := metrics.NewTally(len(asked), map[string]int{metrics.Blocked: len(people), metrics.OnTrack: max(0, len(asked)-len(people))})
	if metrics.Withhold(cell, metrics.Outside).Gate != metrics.GateOpen {
		return 0, nil
	}
	return open, nil
}
