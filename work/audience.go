package work

import (
	"context"
	"errors"
	"strings"
	"time"

	"headway/blocks"
	"headway/jira"
	"headway/models"
)

// How many members of a channel are asked about, one by one. User searches share
// one limit of the whole site, so beyond a few the token must be allowed to ask
// for permissions.
const (
	searchedMembers = 50
	checkedMembers  = 500
)

const (
	audienceHour  = 6                // the daily look, before anyone's report
	audienceLimit = 5 * time.Minute  // of one look
	audienceRetry = 15 * time.Minute // after one that failed
	settleTime    = 5 * time.Second  // people who join together are looked at together
)

// LookAtChannel finds out whether everyone in a channel may see the project, and
// notes it. A look that fails leaves what was known; the error is Slack's or
// Jira's.
func (w *Worker) LookAtChannel(ctx context.Context, team models.Team, p models.Project, channel string) (models.Audience, error) {
	ctx, cancel := context.WithTimeout(ctx, audienceLimit)
	defer cancel()
	b, _, err := team.BindingOf(ctx, channel)
	if err != nil {
		return models.Audience{}, err
	}
	found, err := w.audience(ctx, team, p, b)
	w.notice(ctx, team, p.ConnectionID, blocks.RungViewers, err)
	if err != nil {
		return found, err
	}
	won, err := team.SetAudience(ctx, b, found, w.Now())
	if err == nil && !won { // somebody joined meanwhile; that look is due already
		found = models.Audience{Reason: blocks.ReadersChanged, External: found.External}
	}
	return found, err
}

// audience asks Slack who is in the channel, and Jira about each of them. Where
// an admin vouches for them, nobody is asked.
func (w *Worker) audience(ctx context.Context, team models.Team, p models.Project, b models.Binding) (models.Audience, error) {
	because := func(reason string) (models.Audience, error) { return models.Audience{Reason: reason}, nil }
	info, err := w.Slack.Channel(ctx, team.ID(), b.Channel)
	switch {
	case codeOf(err) == missingScope:
		return because(blocks.ReadersUnseen)
	case err != nil:
		return models.Audience{}, err
	case info.External:
		return models.Audience{Reason: blocks.ReadersShared, External: true}, nil
	case b.Audience == models.AudienceDeclared:
		return because("")
	}
	people, guests, err := w.membersOf(ctx, team, b.Channel)
	switch {
	case codeOf(err) == missingScope:
		return because(blocks.ReadersUnseen)
	case err != nil:
		return models.Audience{}, err
	case guests:
		return because(blocks.ReadersGuests)
	}
	c, err := team.Connection(ctx, p.ConnectionID)
	if err != nil {
		return models.Audience{}, err
	}
	if len(people) > checkedMembers || len(people) > searchedMembers && c.Viewers != models.ViewersCheck {
		return because(blocks.ReadersMany)
	}
	return w.allBrowse(ctx, team, p, people)
}

const missingScope = "missing_scope"

// membersOf are the people in a channel; guests says that somebody among them is
// no full member of the workspace.
func (w *Worker) membersOf(ctx context.Context, team models.Team, channel string) (people []string, guests bool, err error) {
	members, err := w.Slack.Members(ctx, team.ID(), channel)
	if err != nil {
		return nil, false, err
	}
	if len(members) > 2*checkedMembers { // too many, whoever they are
		return members, false, nil
	}
	known, err := w.peopleAmong(ctx, team, members)
	if err != nil {
		return nil, false, err
	}
	for _, id := range members {
		switch person := known[id]; {
		case person.Bot || person.Deleted:
		case !person.Full:
			return nil, true, nil
		default:
			people = append(people, id)
		}
	}
	return people, false, nil
}

// peopleAmong looks up who the members are: few one by one, many from the list
// of the workspace, in which strangers are missing.
func (w *Worker) peopleAmong(ctx context.Context, team models.Team, members []string) (map[string]Person, error) {
	known := map[string]Person{}
	if len(members) > searchedMembers {
		all, err := w.Slack.People(ctx, team.ID())
		for _, person := range all {
			known[person.ID] = person
		}
		return known, err
	}
	for _, id := range members {
		person, err := w.Slack.Person(ctx, team.ID(), id)
		if err != nil {
			return nil, err
		}
		known[id] = person
	}
	return known, nil
}

// allBrowse says whether Jira lets each of the people see the project.
func (w *Worker) allBrowse(ctx context.Context, team models.Team, p models.Project, people []string) (models.Audience, error) {
	for _, user := range people {
		account, err := w.accountUnlinked(ctx, team, user, p.ConnectionID)
		if errors.Is(err, ErrNotLinked) {
			return models.Audience{Reason: blocks.ReadersUnlinked}, nil
		}
		if err != nil {
			return models.Audience{}, err
		}
		ok, err := w.browses(ctx, team, account, p)
		switch {
		case errors.Is(err, ErrCannotAsk):
			return models.Audience{Reason: blocks.ReadersCannotAsk}, nil
		case err != nil:
			return models.Audience{}, err
		case !ok:
			return models.Audience{Reason: blocks.ReadersRefused}, nil
		}
	}
	return models.Audience{Verified: true}, nil
}

// accountUnlinked is account without linking anyone: being in a channel is no
// wish to be known.
func (w *Worker) accountUnlinked(ctx context.Context, team models.Team, user, connectionID string) (string, error) {
	link, err := team.LinkOf(ctx, user, connectionID)
	if errors.Is(err, models.ErrNotFound) {
		return w.accountByEmail(ctx, team, user, connectionID)
	}
	return link.AccountID, err
}

// LookAtChannels looks at every channel whose daily moment has come, or that
// somebody joined.
func (w *Worker) LookAtChannels(ctx context.Context) error {
	return w.eachDue(ctx, ScheduleAudience, w.lookScheduled)
}

func (w *Worker) lookScheduled(ctx context.Context, team models.Team, scheduleID string, now time.Time) error {
	s, err := team.Schedule(ctx, scheduleID)
	if err != nil {
		return err
	}
	b, p, err := team.BindingOf(ctx, s.SubjectID)
	bound := err == nil && b.ProjectID == s.ProjectID
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return err
	}
	if bound {
		_, err = w.LookAtChannel(ctx, team, p, b.Channel)
	}
	_, runErr := runSlot(ctx, team, scheduleID, now, func(_ models.Team, s models.Schedule) (out outcome, _ error) {
		if !bound {
			return out, nil // taken off the channel: nothing to look at
		}
		out.next, out.slot = nextDaily(now, audienceHour, s.Slot, p.Location())
		if err != nil {
			out.state, out.note = models.RunFailed, lookProblem(err)
			if !errors.Is(err, jira.ErrUnauthorized) { // that one ends by a new token
				out.next, out.slot = now.Add(audienceRetry), soon(now.Add(audienceRetry))
			}
		}
		return out, nil
	})
	return runErr
}

// lookIfOld looks at the project's report channel before a report where the
// daily look is missing, so that a report need not be safe for want of it.
func (w *Worker) lookIfOld(ctx context.Context, team models.Team, p models.Project) {
	b, _, err := team.BindingOf(ctx, p.ReportChannel)
	if err != nil || b.ProjectID != p.ID || b.Trusted(w.Now()) || b.Audience != models.AudienceVerified {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, beforeReport)
	defer cancel()
	if _, err := w.LookAtChannel(ctx, team, p, p.ReportChannel); err != nil {
		w.Log.WarnContext(ctx, "report without a look at its readers", "team", team.ID(), "project", p.ID, "problem", lookProblem(err))
	}
}

// lookProblem is a code for the log of runs: Jira's, else Slack's.
func lookProblem(err error) string {
	if code, _ := Problem(err); code != "" {
		return code
	}
	return codeOf(err)
}

// lookSoon makes the look at a channel due.
func (w *Worker) lookSoon(ctx context.Context, tx models.Team, p models.Project, channel string) error {
	at := w.Now().Add(settleTime)
	return w.schedule(ctx, tx, ScheduleAudience, p, channel, at, soon(at))
}

// lookAtChannels makes the look at all of a project's channels due.
func (w *Worker) lookAtChannels(ctx context.Context, tx models.Team, p models.Project) error {
	bindings, err := tx.Bindings(ctx, p.ID)
	for _, b := range bindings {
		if err := w.lookSoon(ctx, tx, p, b.Channel); err != nil {
			return err
		}
	}
	return err
}

// Joined takes a channel's verdict back, as somebody joined whom nobody has
// asked about, and has it looked at again.
func (w *Worker) Joined(ctx context.Context, tx models.Team, channel string) error {
	_, p, err := tx.BindingOf(ctx, channel)
	if errors.Is(err, models.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := tx.Distrust(ctx, channel, w.Now()); err != nil || p.State != models.ProjectActive {
		return err
	}
	return w.lookSoon(ctx, tx, p, channel)
}

// sharedOutside says whether another company reads a channel: as Slack says now,
// else as of the last look. Direct messages and people are never shared.
func (w *Worker) sharedOutside(ctx context.Context, team models.Team, channel string) (bool, error) {
	if !strings.HasPrefix(channel, "C") && !strings.HasPrefix(channel, "G") {
		return false, nil
	}
	unseen := verdictKey{team: team.ID(), account: "channels:read"}
	if _, known := w.verdicts.get(unseen, time.Now()); !known {
		info, err := w.Slack.Channel(ctx, team.ID(), channel)
		if err == nil {
			return info.External, nil
		}
		if codeOf(err) == missingScope { // don't try before every post
			w.verdicts.put(unseen, false, time.Now())
		}
	}
	b, _, err := team.BindingOf(ctx, channel)
	if errors.Is(err, models.ErrNotFound) {
		return false, nil
	}
	return b.External, err
}

// divert gives up a post into a channel that another company reads, and tells
// the admins why instead, once a day.
func (w *Worker) divert(ctx context.Context, row models.Outbox) error {
	team := w.Store.Team(row.TeamID)
	_, p, err := team.BindingOf(ctx, row.Channel)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return err
	}
	if err == nil {
		m := blocks.NotPostedShared(blocks.NotPostedView{Channel: row.Channel, Project: p.Name, Key: p.Key, Command: w.Command})
		key := "shared:" + row.Channel + ":" + w.Now().UTC().Format(time.DateOnly)
		if err := team.Atomically(ctx, func(tx models.Team) error { return w.tellAdmins(ctx, tx, key, m) }); err != nil {
			return err
		}
	}
	w.Log.WarnContext(ctx, "not posted: another company reads the channel", "team", row.TeamID, "channel", row.Channel, "kind", row.Kind)
	return w.Store.Drop(ctx, row, "shared_outside")
}
