package slack

import (
	"strings"
	"time"
)

func usersInfo(c *call) (object, error) {
	if !c.args.has("user") {
		return nil, missing("user")
	}
	u := c.ws.user(c.args.text("user"))
	if u == nil {
		return nil, fail("user_not_found")
	}
	return object{"user": c.ws.userObject(u)}, nil
}

func usersList(c *call) (object, error) {
	var own []*user
	for _, u := range c.ws.users {
		if u.Team == c.ws.team.ID {
			own = append(own, u)
		}
	}
	some, next, err := page(c, own)
	if err != nil {
		return nil, err
	}
	members := list{}
	for _, u := range some {
		members = append(members, c.ws.userObject(u))
	}
	return object{
		"members": members, "cache_ts": c.s.now().Unix(), "offset": "",
		"response_metadata": object{"next_cursor": next},
	}, nil
}

func usersLookupByEmail(c *call) (object, error) {
	if !c.args.has("email") {
		return nil, missing("email")
	}
	for _, u := range c.ws.users {
		if u.Email != "" && strings.EqualFold(u.Email, c.args.text("email")) && !u.Deleted {
			return object{"user": c.ws.userObject(u)}, nil
		}
	}
	return nil, fail("users_not_found")
}

// userObject is a user as users.info shows it to this app: the email address
// only with users:read.email.
func (ws *workspace) userObject(u *user) object {
	zone, offset := ws.s.now().In(u.zone()).Zone()
	o := object{
		"id": u.ID, "team_id": u.Team, "name": u.Name, "deleted": u.Deleted, "color": u.Color,
		"real_name": u.RealName, "tz": u.TZ, "tz_label": zone, "tz_offset": offset,
		"profile": ws.profile(u), "updated": ws.lastChange(u).Unix(),
		"is_admin": u.Role == "owner", "is_owner": u.Role == "owner", "is_primary_owner": u.Role == "owner",
		"is_restricted": u.Role == "guest", "is_ultra_restricted": false,
		"is_bot": u.IsBot, "is_app_user": false, "is_email_confirmed": u.Email != "",
		"who_can_share_contact_card": "EVERYONE",
	}
	if u.Role == "stranger" {
		o["is_stranger"] = true
	}
	return o
}

func (ws *workspace) lastChange(u *user) time.Time {
	if u.changed.IsZero() {
		return ws.s.now().Add(-24 * time.Hour)
	}
	return u.changed
}

func (ws *workspace) profile(u *user) object {
	first, last, _ := strings.Cut(u.RealName, " ")
	p := object{
		"title": "", "phone": "", "skype": "", "real_name": u.RealName, "real_name_normalized": u.RealName,
		"display_name": first, "display_name_normalized": first, "first_name": first, "last_name": last,
		"status_text": "", "status_emoji": "", "status_expiration": 0, "avatar_hash": "g" + strings.ToLower(u.ID),
		"team": u.Team,
	}
	if u.Email != "" && ws.granted("users:read.email") {
		p["email"] = u.Email
	}
	if u.IsBot {
		p["bot_id"], p["api_app_id"], p["always_active"] = u.BotID, appID, true
	}
	return p
}
