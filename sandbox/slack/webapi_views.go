package slack

func viewsOpen(c *call) (object, error) {
	sent, err := c.view("modal")
	if err != nil {
		return nil, err
	}
	t, err := c.trigger()
	if err != nil {
		return nil, err
	}
	if err := c.externalIDIsFree(sent, nil); err != nil {
		return nil, err
	}
	closed := c.ws.clear(t.user)
	v := c.ws.newView(t.user, t.channel, sent)
	c.ws.push(v)
	c.s.notifyClosed(c.ws, closed, true)
	return object{"view": c.ws.render(v)}, nil
}

func viewsPush(c *call) (object, error) {
	sent, err := c.view("modal")
	if err != nil {
		return nil, err
	}
	t, err := c.trigger()
	if err != nil {
		return nil, err
	}
	if t.view == "" || len(c.ws.stacks[t.user]) == 0 {
		return nil, fail("not_found")
	}
	if len(c.ws.stacks[t.user]) >= maxStack {
		return nil, fail("push_limit_reached")
	}
	if err := c.externalIDIsFree(sent, nil); err != nil {
		return nil, err
	}
	v := c.ws.newView(t.user, t.channel, sent)
	c.ws.push(v)
	return object{"view": c.ws.render(v)}, nil
}

func viewsUpdate(c *call) (object, error) {
	sent, err := c.view("modal")
	if err != nil {
		return nil, err
	}
	v := c.ws.views[c.args.text("view_id")]
	switch {
	case c.args.has("external_id"):
		v = c.ws.viewByExternalID(c.args.text("external_id"))
	case !c.args.has("view_id"):
		return nil, missing("view_id")
	}
	if v == nil {
		return nil, fail("not_found")
	}
	if h := c.args.text("hash"); h != "" && h != v.Hash {
		return nil, fail("hash_conflict")
	}
	if err := c.externalIDIsFree(sent, v); err != nil {
		return nil, err
	}
	c.ws.fillView(v, sent)
	c.ws.viewChanged(v)
	return object{"view": c.ws.render(v)}, nil
}

func viewsPublish(c *call) (object, error) {
	u := c.ws.user(c.args.text("user_id"))
	if u == nil || !u.mayAct() {
		return nil, missing("user_id")
	}
	sent, err := c.view("home")
	if err != nil {
		return nil, err
	}
	v := c.ws.homes[u.ID]
	if h := c.args.text("hash"); h != "" && (v == nil || h != v.Hash) {
		return nil, fail("hash_conflict")
	}
	if v == nil {
		v = c.ws.newView(u.ID, "", sent)
		c.ws.homes[u.ID] = v
		delete(c.ws.views, v.ID) // views.update is for modals
	} else {
		c.ws.fillView(v, sent)
	}
	c.ws.viewChanged(v)
	return object{"view": c.ws.render(v)}, nil
}

// view checks the view of a call by Slack's rules.
func (c *call) view(kind string) (object, error) {
	raw, err := c.args.structured("view")
	if err != nil {
		return nil, failWith("invalid_arguments", []problem{{"/view", "must be JSON"}})
	}
	sent, problems := checkView(kind, raw)
	if len(problems) > 0 {
		return nil, failWith("invalid_arguments", problems)
	}
	blocks, _ := sent["blocks"].(list)
	if problems := c.ws.unknownFiles("/view/blocks", blocks); len(problems) > 0 {
		return nil, failWith("invalid_arguments", problems)
	}
	if size(sent) > maxViewBytes {
		return nil, fail("view_too_large")
	}
	if i, kind := c.s.faults.refusedBlock(blocks, c.ws.team.ID); kind != "" {
		refused := problem{pointer("/view/blocks", i), "unsupported type: " + kind}
		return nil, &apiError{code: "invalid_arguments", injected: true, extra: object{
			"response_metadata": object{"messages": []string{"[ERROR] " + refused.String()}},
		}}
	}
	return sent, nil
}

func (c *call) trigger() (*trigger, error) {
	if !c.args.has("trigger_id") {
		return nil, missing("trigger_id")
	}
	return c.ws.useTrigger(c.args.text("trigger_id"))
}

func (c *call) externalIDIsFree(sent object, self *view) error {
	id := text(sent, "external_id")
	if id == "" {
		return nil
	}
	if other := c.ws.viewByExternalID(id); other != nil && other != self {
		return fail("duplicate_external_id")
	}
	return nil
}
