package blocks

// RefreshAll reads a project again from the start, after it was confirmed.
var RefreshAll = Action[ProjectID]{"refresh.all"}

// RefreshBegun answers who asked for a reading.
func RefreshBegun(project string) Message {
	return said("Jira is read for " + name(project) + " now. How far it is stands in our direct messages.")
}

// RefreshAskView is a reading of all weeks before it is confirmed.
type RefreshAskView struct {
	Project      ProjectID
	Name         string
	Weeks        int
	Command, Key string // of the way without a full reading
}

// RefreshAsk says what a reading of all weeks means and asks for a word.
func RefreshAsk(v RefreshAskView) Message {
	var c card
	c.say("This reads the last " + count(v.Weeks, "week", "weeks") + " of *" + name(v.Name) + "* from Jira again and recomputes each of them, settled ones too. Figures of past weeks may change; reports that were posted keep their numbers. It can take some minutes.")
	c.buttons(RefreshAll.Primary(v.Project, "Read all weeks again", ""))
	c.note("_`" + code(v.Command) + " refresh " + code(v.Key) + "` reads only what may still change._")
	return c.message()
}
