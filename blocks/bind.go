package blocks

// What a channel's binding can ask: declared means that an admin confirms that
// everyone in the channel may see the project.
var (
	BindDeclare = Action[BindingID]{"bind.declare"}
	BindSafe    = Action[BindingID]{"bind.safe"}
)

// BindView is a project and a channel.
type BindView struct {
	Binding  BindingID
	Project  string // its name
	Key      string
	Channel  string // Slack channel id
	Declared bool   // else the channel gets the safe summary
	By       string // Slack user id of who declared it
	Members  int    // of the channel, 0 when unknown
	Verified bool   // Jira says that everyone there may see the project
	Reason   string // why that is not known, as a code
}

// BindAsk asks an admin who reads the channel, before anything is posted there.
func BindAsk(v BindView) Message {
	var c card
	who := "everyone in " + Channel(v.Channel)
	if v.Members > 0 {
		who = "all " + count(v.Members, "member", "members") + " of " + Channel(v.Channel)
	}
	why := "I can't tell it from Jira"
	if words := readersWords[v.Reason]; words != "" {
		why += ": " + words
	}
	c.say("May " + who + " see " + name(v.Project) + " (" + name(v.Key) + ")?\n" + why + ". So you decide. Your answer is kept in the project's log.")
	c.buttons(
		BindDeclare.Button(v.Binding, "Yes, post everything", ""),
		BindSafe.Button(v.Binding, "Not sure, post the safe summary", ""))
	c.note("_The safe summary has no issue keys, epics or links; a button shows the details to those who may see them._")
	return c.message()
}

// Bound confirms what the channel gets.
func Bound(v BindView) Message {
	what := "the safe summary, without issue keys and links"
	switch {
	case v.Verified:
		what = "full posts: Jira lets everyone there see the project. I look again every day and when somebody joins"
	case v.Declared:
		what = "full posts, because " + Mention(v.By) + " declared that everyone there may see the project"
	}
	return said(Channel(v.Channel) + " is bound to " + name(v.Project) + " (" + name(v.Key) + "). It gets " + what + ".")
}

// Unbound confirms that a channel gets nothing any more.
func Unbound(v BindView) Message {
	return said(Channel(v.Channel) + " is no longer bound to " + name(v.Project) + " (" + name(v.Key) + "). Nothing is posted there any more.")
}
