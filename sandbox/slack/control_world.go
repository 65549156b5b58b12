package slack

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

func showModals(ws *workspace, r *http.Request) (any, error) {
	u, err := ws.person(r.FormValue("user"))
	if err != nil {
		return nil, err
	}
	views := list{}
	for _, v := range ws.stacks[u.ID] {
		o := ws.render(v)
		if len(v.errors) > 0 {
			o["errors"] = v.errors
		}
		views = append(views, o)
	}
	return object{"views": views}, nil
}

func showHome(ws *workspace, r *http.Request) (any, error) {
	u, err := ws.person(r.FormValue("user"))
	if err != nil {
		return nil, err
	}
	if v := ws.homes[u.ID]; v != nil {
		return object{"view": ws.render(v)}, nil
	}
	return object{"view": nil}, nil
}

func listUsers(ws *workspace, _ *http.Request) (any, error) {
	users := list{}
	for _, u := range ws.users {
		users = append(users, userSummary(u))
	}
	return object{"users": users}, nil
}

func userSummary(u *user) object {
	return object{
		"id": u.ID, "name": u.Name, "real_name": u.RealName, "display_name": u.RealName, "tz": u.TZ,
		"role": u.Role, "email": u.Email, "color": u.Color, "is_bot": u.IsBot, "deleted": u.Deleted, "team": u.Team,
	}
}

func listChannels(ws *workspace, _ *http.Request) (any, error) {
	channels := list{}
	for _, c := range ws.channels {
		channels = append(channels, ws.channelSummary(c, ""))
	}
	return object{"channels": channels}, nil
}

// channelSummary describes a channel; last_ts is that of the last message the
// reader can see.
func (ws *workspace) channelSummary(c *channel, reader string) object {
	o := object{
		"id": c.ID, "name": c.Name, "kind": "channel", "topic": c.Topic, "members": c.Members,
		"is_ext_shared": c.ExtShared, "is_archived": c.Archived, "has_bot": c.has(ws.bot.ID), "last_ts": "",
	}
	if c.isIM() {
		o["kind"], o["user"], o["name"] = "im", ws.bot.ID, ws.bot.RealName
		if reader == "" {
			o["user"] = c.User
		}
	}
	for _, m := range c.Messages {
		if reader == "" || m.visibleTo(c, reader) {
			o["last_ts"] = m.TS
		}
	}
	return o
}

// showState is what one person's client loads at its start.
func showState(ws *workspace, r *http.Request) (any, error) {
	u, err := ws.person(r.FormValue("user"))
	if err != nil {
		return nil, err
	}
	ws.openIM(u)
	users, channels := list{}, list{}
	for _, other := range ws.users {
		users = append(users, userSummary(other))
	}
	for _, c := range ws.channels {
		if c.has(u.ID) {
			channels = append(channels, ws.channelSummary(c, u.ID))
		}
	}
	return object{
		"team": ws.summary(),
		"now":  ws.s.now().Format(time.RFC3339), "me": u.ID, "users": users, "channels": channels,
		"app": object{"id": appID, "name": ws.bot.RealName, "bot_user_id": ws.bot.ID, "bot_id": ws.bot.BotID},
		"commands": list{object{
			"command": ws.s.command, "description": "Check-ins, reports and setup",
			"usage_hint": "help | report | checkin | setup | status | project | roles | connect | link",
		}},
		"shortcuts": shortcuts, "files": ws.fileSummaries(u.ID),
	}, nil
}

// streamEvents is the Server-Sent Events feed of one person's client.
func (s *Server) streamEvents(w http.ResponseWriter, r *http.Request) {
	ws, ok := s.team(r.FormValue("team"))
	if !ok {
		answerControl(w, nil, reject("team_not_found", "There is no team %q.", r.FormValue("team")))
		return
	}
	reader := s.feed.subscribe(ws.team.ID, r.FormValue("user"))
	defer s.feed.unsubscribe(reader)
	out := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	alive := time.NewTicker(15 * time.Second)
	defer alive.Stop()
	fmt.Fprint(w, ": connected\n\n")
	for out.Flush() == nil {
		select {
		case change, open := <-reader.changes:
			if !open {
				return // too slow; the browser connects again and reloads
			}
			writeEvent(w, change)
		case <-alive.C:
			fmt.Fprint(w, ": alive\n\n")
		case <-r.Context().Done():
			return
		case <-s.ctx.Done():
			return
		}
	}
}

func writeEvent(w http.ResponseWriter, change object) {
	raw, err := json.Marshal(change)
	if err != nil {
		return // strings and maps of strings always marshal
	}
	fmt.Fprintf(w, "event: change\ndata: %s\n\n", raw)
}
