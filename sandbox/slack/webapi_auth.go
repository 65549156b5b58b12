package slack

func apiTest(c *call) (object, error) {
	return object{"args": object(c.args)}, nil
}

func authTest(c *call) (object, error) {
	ws := c.ws
	out := object{
		"url": "https://" + ws.team.Domain + ".slack.com/", "team": ws.team.Name, "team_id": ws.team.ID,
		"user": ws.bot.Name, "user_id": ws.bot.ID, "bot_id": ws.bot.BotID, "is_enterprise_install": false,
	}
	if ws.ofOrganisation() {
		out["enterprise_id"], out["is_enterprise_install"] = organisation, true
	}
	return out, nil
}

// authRevoke ends the token it is called with.
func authRevoke(c *call) (object, error) {
	if c.args.flag("test") {
		return object{"revoked": false}, nil
	}
	c.ws.install.tokens[c.token].dead = "token_revoked"
	events := c.ws.tokensRevoked()
	c.s.spawn(func() { c.s.emit(events) })
	return object{"revoked": true}, nil
}

// appsUninstall takes the app out of the token's workspace.
func appsUninstall(c *call) (object, error) {
	switch {
	case c.args.text("client_id") != clientID:
		return nil, fail("invalid_client_id")
	case c.args.text("client_secret") != clientSecret:
		return nil, fail("bad_client_secret")
	}
	events := c.ws.removed()
	c.ws.uninstall()
	c.s.spawn(func() { c.s.emit(events) })
	return nil, nil
}

func teamInfo(c *call) (object, error) {
	t := c.ws.team
	return object{"team": object{
		"id": t.ID, "name": t.Name, "domain": t.Domain, "email_domain": t.Domain + ".test",
		"url": "https://" + t.Domain + ".slack.com/", "icon": object{"image_default": true},
	}}, nil
}

func botsInfo(c *call) (object, error) {
	bot := c.ws.bot
	if id := c.args.text("bot"); id != "" && id != bot.BotID {
		return nil, fail("bot_not_found")
	}
	return object{"bot": object{
		"id": bot.BotID, "deleted": false, "name": bot.RealName, "updated": c.s.now().Unix(),
		"app_id": appID, "user_id": bot.ID, "icons": object{},
	}}, nil
}
