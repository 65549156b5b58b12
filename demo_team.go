package main

import (
	"context"
	"hash/fnv"

	"headway/models"
)

// demoQuiet leave their answers to whoever tries the demo: Mira is the person
// one starts as, and Sam tends to forget.
var demoQuiet = map[string]bool{"U01MIRA": true, "U07SAM": true}

// teammates answers for the rest of the team once their reminder is out, so
// that a newcomer who moves the clock sees a team and not a row of silence.
func (d *demo) teammates(ctx context.Context) error {
	if !d.team {
		return nil
	}
	ids, err := d.app.store.Teams(ctx)
	if err != nil || len(ids) == 0 {
		return err
	}
	team, answered := d.app.store.Team(ids[0]), false
	for _, user := range demoTeam {
		if demoQuiet[user] {
			continue
		}
		open, err := team.OpenMemberships(ctx, user)
		if err != nil {
			return err
		}
		for _, m := range open {
			if m.Member.State != models.MemberAsked || !m.Member.Reminded {
				continue
			}
			if err := d.say(ctx, team, mood(user, m.Round)); err != nil {
				return err
			}
			answered = true
		}
	}
	if !answered {
		return nil
	}
	return d.settle(ctx)
}

// mood is the same for the same person and day: mostly on track.
func mood(user string, r models.Round) models.Answer {
	h := fnv.New32a()
	h.Write([]byte(user + r.Date.String()))
	a := models.Answer{RoundID: r.ID, User: user, Status: models.OnTrack, Confidence: 4}
	switch n := h.Sum32() % 10; {
	case n == 0:
		a.Status, a.Confidence, a.BlockedKind, a.Since = models.Blocked, 2, "dependency", r.Date
	case n <= 2:
		a.Status, a.Confidence = models.AtRisk, 3
	}
	return a
}

// say stores an answer by the verb that a tap uses.
func (d *demo) say(ctx context.Context, team models.Team, a models.Answer) error {
	return team.Atomically(ctx, func(tx models.Team) error { return d.app.worker.Answer(ctx, tx, a) })
}
