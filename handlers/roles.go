package handlers

import (
	"context"

	"headway/blocks"
	"headway/bot"
	"headway/models"
	"headway/work"
)

// rolesList is public: everyone may know who can change what.
func (a *App) rolesList(ctx context.Context, c *call, _ args) (bot.Reply, error) {
	grants, err := c.team.Grants(ctx)
	if err != nil {
		return bot.Reply{}, err
	}
	keys, err := projectKeys(ctx, c.team)
	if err != nil {
		return bot.Reply{}, err
	}
	var view blocks.RolesView
	for _, g := range grants {
		view.Rows = append(view.Rows, blocks.RoleRow{User: g.User, Role: g.Role.String(), Project: keys[g.ProjectID]})
	}
	return say(blocks.Roles(view)), nil
}

func projectKeys(ctx context.Context, team models.Team) (map[string]string, error) {
	projects, err := team.Projects(ctx)
	keys := map[string]string{}
	for _, p := range projects {
		keys[p.ID] = p.Key
	}
	return keys, err
}

func (a *App) rolesGrant(ctx context.Context, c *call, in args) (bot.Reply, error) {
	user, role, project, err := a.roleWords(ctx, c, in)
	if err != nil {
		return bot.Reply{}, err
	}
	person, err := a.Slack.User(ctx, c.Team, user)
	if err != nil {
		return bot.Reply{}, err
	}
	if person.Guest || person.Stranger || person.Bot || person.Deleted {
		return bot.Reply{}, work.Refusal{Say: "Only full members of this workspace can have a role."}
	}
	return a.changeRole(ctx, c, blocks.RoleChangedView{RoleRow: blocks.RoleRow{User: user, Role: role.String(), Project: project.Key}}, func(tx models.Team) error {
		return a.Work.Grant(ctx, tx, c.User, user, role, project.ID)
	})
}

func (a *App) rolesRevoke(ctx context.Context, c *call, in args) (bot.Reply, error) {
	user, role, project, err := a.roleWords(ctx, c, in)
	if err != nil {
		return bot.Reply{}, err
	}
	return a.changeRole(ctx, c, blocks.RoleChangedView{RoleRow: blocks.RoleRow{User: user, Role: role.String(), Project: project.Key}, Revoked: true}, func(tx models.Team) error {
		return a.Work.Revoke(ctx, tx, c.User, user, role, project.ID)
	})
}

// changeRole changes a role and tells the person whose role it is.
func (a *App) changeRole(ctx context.Context, c *call, view blocks.RoleChangedView, change func(tx models.Team) error) (bot.Reply, error) {
	_, err := a.once(ctx, c, func(tx models.Team) error {
		if err := change(tx); err != nil || view.User == c.User {
			return err
		}
		theirs := view
		theirs.ToUser = true
		return a.Work.Notify(ctx, tx, view.User, "role:"+c.Key, blocks.RoleChanged(theirs))
	})
	return say(blocks.RoleChanged(view)), err
}

const rolesUsage = "Write it like this: `roles grant @someone manager PAY`. The roles are admin, manager and observer; a project is optional for admin."

// roleWords reads "@user manager PAY".
func (a *App) roleWords(ctx context.Context, c *call, in args) (user string, role models.Role, project models.Project, err error) {
	user = in.mentioned(userMention)
	for _, w := range in.words {
		if parsed, err := models.ParseRole(w); err == nil {
			role = parsed
		}
	}
	if user == "" || role < models.Observer {
		return user, role, project, work.Refusal{Say: rolesUsage}
	}
	if role == models.Owner && c.role < models.Owner {
		return user, role, project, work.Refusal{Say: "Only the owner can hand over ownership."}
	}
	if in.project == "" || role >= models.Admin {
		return user, role, project, nil
	}
	project, err = c.team.ProjectByKey(ctx, in.project)
	return user, role, project, orSay(err, "There is no project "+in.project+" here.")
}
