package slack

import "strings"

// blocksValidate checks blocks, a message or a view without showing it. What it
// finds is an ordinary answer, no mistake of the app.
func blocksValidate(c *call) (object, error) {
	sent := map[string]any{}
	for _, name := range []string{"blocks", "message", "view"} {
		v, err := c.args.structured(name)
		if err != nil {
			return nil, failWith("invalid_arguments", []problem{{"/" + name, "must be JSON"}})
		}
		if v != nil {
			sent[name] = v
		}
	}
	if len(sent) != 1 {
		return nil, failWith("invalid_arguments", []problem{{"", "must provide exactly one of blocks, message and view"}})
	}
	for name, v := range sent {
		if problems := problemsOf(name, v); len(problems) > 0 {
			return nil, invalid(name, problems)
		}
	}
	return nil, nil
}

// problemsOf points from the root of what was sent.
func problemsOf(name string, v any) []problem {
	switch name {
	case "blocks":
		_, problems := checkBlocks("message", "", v)
		return problems
	case "message":
		o, _ := v.(object)
		_, problems := checkBlocks("message", "/blocks", o["blocks"])
		return problems
	}
	o, _ := v.(object)
	kind := "modal"
	if text(o, "type") == "home" {
		kind = "home"
	}
	_, problems := checkView(kind, v)
	for i := range problems {
		problems[i].at = strings.TrimPrefix(problems[i].at, "/view")
	}
	return problems
}

func invalid(name string, problems []problem) error {
	errors := list{}
	for _, p := range problems {
		errors = append(errors, object{"pointer": p.at, "code": "failed_constraint", "message": p.say})
	}
	return &apiError{code: "invalid_" + name, injected: true, extra: object{"errors": errors}}
}
