package blocks

import "github.com/slack-go/slack"

// View is a modal. Form is the name of the form it submits to (its
// callback_id); Carried is the form's context, kept in private_metadata.
type View struct {
	Form    string
	Title   string // at most 24 characters
	Submit  string // label of the submit button, "" without one
	Close   string // label of the close button, "" for Slack's own
	Blocks  []slack.Block
	Carried string
}

// Request is the view as Slack's views.* methods take it.
func (v View) Request() slack.ModalViewRequest {
	r := slack.ModalViewRequest{
		Type:            slack.VTModal,
		CallbackID:      v.Form,
		PrivateMetadata: v.Carried,
		Title:           plainCut(v.Title, maxTitle),
		Blocks:          slack.Blocks{BlockSet: nonNil(v.Blocks)},
	}
	if v.Submit != "" {
		r.Submit = plainCut(v.Submit, maxTitle)
	}
	if v.Close != "" {
		r.Close = plainCut(v.Close, maxTitle)
	}
	return r
}

// Plain is the view without blocks that Slack may still refuse; false when it
// has none. Other than a message's stand-in it follows from the blocks, as only
// an alert in a modal is newer than what every client shows.
func (v View) Plain() (View, bool) {
	plain, changed := plainer(v.Blocks)
	v.Blocks = plain
	return v, changed
}

// InModal shows a message in a modal, for where there is no conversation to
// answer in.
func InModal(title string, m Message) View {
	shown := m.Blocks
	if m.Plain != nil { // a modal takes no tables and charts
		shown = m.Plain
	}
	return View{Title: title, Close: "Close", Blocks: shown}
}

// Home is a person's App Home.
type Home struct {
	Blocks []slack.Block
}

// Request is the home tab as views.publish takes it.
func (h Home) Request() slack.HomeTabViewRequest {
	return slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: nonNil(h.Blocks)}}
}

// Plain is the home tab without blocks that Slack may still refuse; false when
// it has none.
func (h Home) Plain() (Home, bool) {
	plain, changed := plainer(h.Blocks)
	return Home{plain}, changed
}

// plainer puts a section in the place of every alert and leaves out what has no
// older form.
func plainer(bs []slack.Block) (plain []slack.Block, changed bool) {
	for _, b := range bs {
		switch b := b.(type) {
		case *slack.HeaderBlock, *slack.SectionBlock, *slack.ContextBlock, *slack.ActionBlock, *slack.InputBlock, *slack.DividerBlock, *slack.ImageBlock:
			plain = append(plain, b)
			continue
		case *slack.AlertBlock:
			plain = append(plain, slack.NewSectionBlock(markup("■ "+b.Text.Text), nil, nil))
		}
		changed = true
	}
	return plain, changed
}
