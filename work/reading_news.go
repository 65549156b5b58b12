package work

import (
	"context"
	"fmt"
	"time"

	"headway/blocks"
	"headway/models"
)

const (
	editEvery  = 3 * time.Second // progress is edited in place, no faster
	editLimit  = 5 * time.Second
	askedOften = 10 * time.Minute // a project is read on request no more often
)

// AskReading notes that a person wants the project read, tells them that it has
// begun, and makes it due at once. Whichever process reads it then shows them how
// far it is and how it ended.
func (w *Worker) AskReading(ctx context.Context, tx models.Team, user string, p models.Project, full bool) error {
	wish := models.Reading{ProjectID: p.ID, User: user, Full: full, AskedAt: w.Now()}
	if err := tx.AskReading(ctx, &wish); err != nil {
		return err
	}
	if err := w.refreshNow(ctx, tx, p); err != nil {
		return err
	}
	return w.enqueue(ctx, tx, models.OutboxMessage{Channel: user, Kind: kindReading, Key: newsKey(wish)}, blocks.ReadingBegun(p.Name))
}

// AskRefresh is AskReading on request: at most once in ten minutes per project.
func (w *Worker) AskRefresh(ctx context.Context, tx models.Team, user string, p models.Project, full bool) error {
	if p.State != models.ProjectActive {
		return Refusal{p.Key + " is " + p.State + ", so it is not read. An admin can change that: `" + w.Command + " project list`."}
	}
	if err := w.refreshNow(ctx, tx, p); err != nil { // holds the schedule's row: of two who ask at once, one waits here
		return err
	}
	last, err := tx.LastReading(ctx, p.ID)
	if err != nil {
		return err
	}
	if again := last.AskedAt.Add(askedOften); w.Now().Before(again) {
		when := w.shortly(p)
		return Refusal{fmt.Sprintf("%s was read on request %s already. It can be asked for again %s.", p.Key, when(last.AskedAt), when(again))}
	}
	if err := w.AskReading(ctx, tx, user, p, full); err != nil {
		return err
	}
	detail := "open weeks"
	if full {
		detail = "all weeks"
	}
	return w.audit(ctx, tx, user, "project.refresh", p.ID, detail)
}

// shortly says an instant of these days in the project's zone.
func (w *Worker) shortly(p models.Project) func(time.Time) string {
	return func(t time.Time) string { return blocks.When(t.In(p.Location()), w.Now().In(p.Location())) }
}

// newsKey names the message that is edited as a reading goes on.
func newsKey(wish models.Reading) string { return "reading:" + wish.ID }

// show is what a reading needs to show how far it is; machine clock.
type show struct{ began, edited time.Time }

// progress edits the messages of those who wished for the reading, now and then.
// It is no part of the reading: what fails here is only logged.
func (r *reading) progress(ctx context.Context) {
	now := time.Now()
	if r.show.began.IsZero() {
		r.show = show{began: now, edited: now}
	}
	if len(r.wishes) == 0 || now.Sub(r.show.edited) < editEvery {
		return
	}
	r.show.edited = now
	ctx, cancel := context.WithTimeout(ctx, editLimit)
	defer cancel()
	if r.lease.Renew(ctx) != nil {
		return // whoever took over shows it from now on
	}
	view := blocks.SyncView{Project: r.project.Name, Issues: r.seen, Total: max(r.total, r.seen), Weeks: r.weeks, Left: left(r.seen, r.total, now.Sub(r.show.began))}
	for _, wish := range r.wishes {
		if err := r.edit(ctx, wish, blocks.SyncProgress(view)); err != nil {
			r.w.Log.WarnContext(ctx, "progress not shown", "team", r.team.ID(), "code", codeOf(err))
		}
	}
}

func (r *reading) edit(ctx context.Context, wish models.Reading, m blocks.Message) error {
	channel, ts, ok, err := r.team.SentAs(ctx, newsKey(wish))
	if err != nil || !ok || wish.Told != models.ReadingBegun {
		return err
	}
	return r.w.Slack.Update(ctx, r.team.ID(), channel, ts, m)
}

// left is how long the rest takes at the pace so far, 0 while unknown.
func left(seen, total int, spent time.Duration) time.Duration {
	if seen == 0 || total <= seen {
		return 0
	}
	return spent * time.Duration(total-seen) / time.Duration(seen)
}

// tellRead tells those whose wish the reading fulfilled, in the transaction that
// stores its rows.
func (w *Worker) tellRead(ctx context.Context, tx models.Team, r *reading, note string) error {
	wishes, err := tx.Readings(ctx, r.project.ID)
	if err != nil {
		return err
	}
	view := blocks.ReadView{Project: r.project.Name, Issues: r.seen, Weeks: r.weeks, Full: r.full, Unchanged: note == noteUnchanged, Empty: note == noteEmpty}
	for _, wish := range wishes {
		if wish.AskedAt.After(r.now) || wish.Full && !r.full {
			continue // it came while the reading ran and has one of its own
		}
		if err := w.tellWish(ctx, tx, wish, models.ReadingOver, blocks.Read(view)); err != nil {
			return err
		}
	}
	return nil
}

// tellFailed tells those who wait for the reading that it failed. Who set a
// project up waits on until there are figures; others asked once and hear once.
func (w *Worker) tellFailed(ctx context.Context, tx models.Team, r *reading, mark models.Watermark) error {
	wishes, err := tx.Readings(ctx, r.project.ID)
	if err != nil {
		return err
	}
	first := mark.ReadUpTo.IsZero()
	for _, wish := range wishes {
		if wish.Told != models.ReadingBegun {
			continue
		}
		told := models.ReadingOver
		if first {
			told = models.ReadingFailed
		}
		view := blocks.SyncFailedView{Project: r.project.Name, AsOf: mark.ReadUpTo.In(r.project.Location()), Now: w.Now().In(r.project.Location()), Why: blocks.ReadingProblem(mark.Problem), Again: first}
		if mark.ReadUpTo.IsZero() {
			view.AsOf = time.Time{}
		}
		if err := w.tellWish(ctx, tx, wish, told, blocks.SyncFailed(view)); err != nil {
			return err
		}
	}
	return nil
}

// tellWish turns the person's message into the next word. After a failure they
// were told of, success is a message of its own: an edit reaches nobody.
func (w *Worker) tellWish(ctx context.Context, tx models.Team, wish models.Reading, told string, m blocks.Message) error {
	o := models.OutboxMessage{Channel: wish.User, Kind: kindReading, Key: newsKey(wish) + ":" + told}
	if wish.Told == models.ReadingBegun {
		o.Method, o.TargetKey = models.MethodUpdate, newsKey(wish)
	}
	if err := w.enqueue(ctx, tx, o, m); err != nil {
		return err
	}
	return tx.TellReading(ctx, wish.ID, told)
}
