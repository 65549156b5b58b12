package blocks

// Why not everyone in a channel is known to see its project, as codes.
const (
	ReadersUnseen    = "unseen"     // Slack does not tell who is in the channel
	ReadersShared    = "shared"     // with another company
	ReadersGuests    = "guests"     // somebody is no full member of the workspace
	ReadersMany      = "many"       // more than Jira can be asked about
	ReadersUnlinked  = "unlinked"   // somebody's Jira account is not known
	ReadersRefused   = "refused"    // Jira does not let somebody see the project
	ReadersCannotAsk = "cannot_ask" // Jira does not let Headway ask
	ReadersChanged   = "changed"    // somebody joined a moment ago
)

var readersWords = map[string]string{
	ReadersUnseen:    "Headway may not see who is in the channel. With the scopes channels:read and groups:read it can ask Jira about everyone",
	ReadersShared:    "the channel is shared with another company",
	ReadersGuests:    "a guest or someone from another company is among its members",
	ReadersMany:      "the channel has more members than Jira can be asked about",
	ReadersUnlinked:  "not everyone in it has a Jira account that Headway knows",
	ReadersRefused:   "not everyone in it may see the project in Jira",
	ReadersCannotAsk: "Jira does not let Headway ask who may see the project",
	ReadersChanged:   "somebody has just joined",
}

// SharedOutside refuses to post where another company reads.
const SharedOutside = "This channel is shared with another company, so no project data goes there. Bind the project to an internal channel."

// NotPostedView is a post that was held back.
type NotPostedView struct {
	Channel string
	Project string
	Key     string
	Command string
}

// NotPostedShared tells an admin why something was not posted.
func NotPostedShared(v NotPostedView) Message {
	return said("I did not post on " + name(v.Project) + " (" + name(v.Key) + ") in " + Channel(v.Channel) + ": the channel is shared with another company now, and project data stays inside this workspace. " +
		"To go on, end the sharing, or choose an internal channel with `" + code(v.Command) + " bind #channel " + code(v.Key) + "`.")
}

// InvitedView is a channel that Headway was just invited to.
type InvitedView struct {
	Channel  string
	Command  string
	Project  string // bound to the channel, "" for none
	External bool
	Admin    bool // whoever invited it may set up
}

// Invited is one line for whoever invited Headway, and for nobody else.
func Invited(v InvitedView) Message {
	s := "Thanks for the invitation. "
	switch {
	case v.External:
		return said(s + "This channel is shared with another company, so I post no project data here.")
	case v.Project != "":
		return said(s + "I post the check-ins and reports of " + name(v.Project) + " here.")
	case v.Admin:
		return said(s + "`" + code(v.Command) + " setup` sets a project up for this channel, `" + code(v.Command) + " bind` gives it one that is there.")
	default:
		return said(s + "An admin of Headway can set a project up here with `" + code(v.Command) + " setup`; `" + code(v.Command) + " roles list` shows who that is.")
	}
}

// readers says who reads a channel, and how that is known.
func readers(audience, reason string) string {
	switch audience {
	case "verified":
		return "everyone in it may see the project, as Jira says"
	case "declared":
		return "full posts, as an admin declared"
	}
	if why := readersWords[reason]; why != "" {
		return "safe summaries, as " + why
	}
	return "safe summaries, as its readers are not looked at yet"
}
