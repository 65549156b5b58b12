package blocks

import "strings"

// RolesView is who holds which role; the list is public to the team.
type RolesView struct {
	Rows []RoleRow
}

// RoleRow is one grant.
type RoleRow struct {
	User    string // Slack user id
	Role    string // "owner", "admin", "manager", "observer"
	Project string // its key, "" for the workspace
}

// Roles lists the grants.
func Roles(v RolesView) Message {
	var c card
	c.heading("Roles in Headway")
	lines := make([]string, 0, len(v.Rows))
	for _, r := range v.Rows {
		lines = append(lines, Mention(r.User)+" · "+name(r.Role)+r.where())
	}
	if len(lines) == 0 {
		lines = []string{"Nobody holds a role yet. Whoever sets Headway up first becomes its owner."}
	}
	c.say(cutLines(strings.Join(lines, "\n"), 9000))
	c.note("_Members of a project are those its check-in asks._")
	return c.message()
}

func (r RoleRow) where() string {
	if r.Project == "" {
		return ""
	}
	return " of " + name(r.Project)
}

// RoleChangedView is one change.
type RoleChangedView struct {
	RoleRow
	Revoked bool
	ToUser  bool // said to the person whose role changed
}

// RoleChanged confirms it.
func RoleChanged(v RoleChangedView) Message {
	role := article(v.Role) + " " + name(v.Role) + v.where()
	switch {
	case v.ToUser && v.Revoked:
		return said("You are no longer " + role + " in Headway." + v.asking())
	case v.ToUser:
		return said("You are now " + role + " in Headway." + v.asking())
	case v.Revoked:
		return said(Mention(v.User) + " is no longer " + role + "." + v.asking())
	}
	return said(Mention(v.User) + " is now " + role + "." + v.asking())
}

// asking says what being an observer means for check-ins.
func (v RoleChangedView) asking() string {
	switch {
	case v.Role != "observer":
		return ""
	case v.Revoked:
		return " Whoever takes part in the check-in is asked again from the next round on."
	}
	return " Observers see reports and are not asked in check-ins."
}
