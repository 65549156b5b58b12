package handlers

import (
	"context"
	"encoding/json"
	"errors"

	"headway/blocks"
	"headway/bot"
	"headway/models"
)

// registerAudience registers what Slack tells of people and channels by itself.
// Nobody asked for anything here, so there is no need to declare: what follows
// is told to nobody, or to the one person named.
func (a *App) registerAudience(r *bot.Router) {
	r.OnEvent("member_joined_channel", a.memberJoined)
	r.OnEvent("user_change", a.userChanged)
}

// memberJoined takes the channel's verdict back before anything is posted there.
// When it was Headway that joined, whoever invited it hears one line.
func (a *App) memberJoined(ctx context.Context, w bot.Who, event json.RawMessage) (bot.Reply, error) {
	var in struct {
		Inviter string `json:"inviter"`
	}
	if err := json.Unmarshal(event, &in); err != nil {
		return bot.Reply{}, err
	}
	dup, err := a.Store.Team(w.Team).Once(ctx, w.Key, func(tx models.Team) error { return a.Work.Joined(ctx, tx, w.Channel) })
	if err != nil || dup || in.Inviter == "" {
		return bot.Reply{}, err
	}
	return bot.Reply{After: func(ctx context.Context) error { return a.greet(ctx, w, in.Inviter) }}, nil
}

// greet answers an invitation, if it was Headway's own.
func (a *App) greet(ctx context.Context, w bot.Who, inviter string) error {
	joined, err := a.Slack.User(ctx, w.Team, w.User)
	if err != nil || !joined.Bot {
		return err
	}
	self, err := a.Slack.Auth(ctx, w.Team)
	if err != nil || self.BotUser != w.User {
		return err
	}
	view, err := a.invitation(ctx, w, inviter)
	if err != nil {
		return err
	}
	return a.Slack.Ephemeral(ctx, w.Team, w.Channel, inviter, blocks.Invited(view))
}

func (a *App) invitation(ctx context.Context, w bot.Who, inviter string) (blocks.InvitedView, error) {
	team := a.Store.Team(w.Team)
	view := blocks.InvitedView{Channel: w.Channel, Command: a.Command}
	role, err := standing(ctx, team, inviter, "")
	if err != nil {
		return view, err
	}
	admins, err := a.Work.Admins(ctx, team)
	if err != nil {
		return view, err
	}
	view.Admin = role >= models.Admin || len(admins) == 0
	_, p, err := team.BindingOf(ctx, w.Channel)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return view, err
	}
	view.Project = p.Name
	if info, err := a.Slack.Channel(ctx, w.Team, w.Channel); err == nil { // without the scope nobody knows
		view.External = info.External
	}
	return view, nil
}

// userChanged follows a person's zone, and lets whoever is gone go.
func (a *App) userChanged(ctx context.Context, w bot.Who, event json.RawMessage) (bot.Reply, error) {
	var in struct {
		User struct {
			TZ         string `json:"tz"`
			Deleted    bool   `json:"deleted"`
			Guest      bool   `json:"is_restricted"`
			UltraGuest bool   `json:"is_ultra_restricted"`
		} `json:"user"`
	}
	if err := json.Unmarshal(event, &in); err != nil {
		return bot.Reply{}, err
	}
	team := a.Store.Team(w.Team)
	full := !in.User.Deleted && !in.User.Guest && !in.User.UltraGuest
	// Every new status line is such an event: most change nothing here.
	concerns, err := a.Work.Concerns(ctx, team, w.User, in.User.TZ, full)
	if err != nil || !concerns {
		return bot.Reply{}, err
	}
	_, err = team.Once(ctx, w.Key, func(tx models.Team) error { return a.Work.PersonChanged(ctx, tx, w.User, in.User.TZ, full) })
	a.Work.Wake()
	return bot.Reply{}, err
}
