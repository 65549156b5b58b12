package bot

import (
	"fmt"

	"github.com/slack-go/slack"

	"headway/blocks"
)

// The few sentences that only the connection itself can say: no handler of the
// program has been reached yet, or none exists.
const (
	oldButton   = "This button belongs to an older version of Headway. Please start again with the command."
	oldForm     = "This form belongs to an older version of Headway; nothing was saved. Please start again with the command."
	oldShortcut = "This shortcut belongs to an older version of Headway. Please use the command instead."
	notMine     = "I don't know %s. Please try %s help."
	elsewhere   = "I am not set up for this workspace yet. Please ask the person who runs Headway."
	wholeOrg    = "I am installed for your whole organisation, and I work in single workspaces only. Please ask the person who runs Headway to install me into this workspace."
	busyNow     = "I have too much to do this moment; nothing was saved. Please try again in a minute."
	restarting  = "I am being restarted; nothing was saved. Please try again in a minute."
	halfDone    = "What you sent was taken, but I have too much to do this moment to finish the rest. If something is missing, please try again in a minute."
	wentWrong   = "Something went wrong on our side. Reference %s."
	oneMoment   = "One moment…"
	tooBig      = "This became too large for Slack to show; nothing was saved."
)

// spoken is an error whose text is for the person, as it stands.
type spoken string

func (s spoken) Error() string { return string(s) }

// defaultWords serve until OnError is given.
func defaultWords(ref string) blocks.Message {
	return blocks.Message{Text: fmt.Sprintf(wentWrong, ref)}
}

// notice is a modal that only says something.
func notice(title, text string) *blocks.View {
	return &blocks.View{
		Title:  title,
		Blocks: []slack.Block{slack.NewSectionBlock(slack.NewTextBlockObject(slack.PlainTextType, text, false, false), nil, nil)},
	}
}
