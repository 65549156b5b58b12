package blocks

import "time"

// Refusal says a sentence that is meant for the person, as it is.
func Refusal(text string) Message { return said(escaped(text, 600)) }

// Fault says that we failed; reference is also in the log.
func Fault(reference string) Message { return said(FaultText(reference)) }

// FaultText is Fault's sentence, for a place under a field.
func FaultText(reference string) string {
	return "Something went wrong on our side; nothing was saved. Reference " + name(reference) + "."
}

// TokenRefusedView is a connection whose token Jira refuses.
type TokenRefusedView struct {
	Connection ConnectionID
	Site       string    // "acme.atlassian.net"
	Step       string    // what was being done: "project"
	AsOf       time.Time // when Jira was last read, in the reader's zone; zero for never
	Now        time.Time
	CanReplace bool // the reader is an admin
}

// TokenRefused says what is wrong and how to mend it.
func TokenRefused(v TokenRefusedView) Message {
	s := "Jira no longer accepts the token"
	if v.Site != "" {
		s = "Jira (" + name(v.Site) + ") no longer accepts the token"
	}
	if v.Step != "" {
		s += " (step: " + name(v.Step) + ")"
	}
	s += ". An admin can renew it."
	if !v.AsOf.IsZero() {
		s += " Reports stay available, as of " + When(v.AsOf, v.Now) + "."
	}
	var c card
	if !v.CanReplace {
		c.say(s)
		return c.message()
	}
	c.sayWith(s, ConnectReplace.Primary(v.Connection, "Replace token", ""))
	return c.message()
}

// Busy says that Jira asks us to wait.
func Busy(after time.Duration) Message {
	return said("Jira asks us to wait " + span(after) + ". Please try again then.")
}

// StorageDown says that nothing can be stored at the moment.
func StorageDown() Message {
	return said("Headway can't reach its database at the moment; nothing was saved. Please try again in a minute.")
}

// OldButton answers a click on what this version does not know.
func OldButton() Message {
	return said("This button belongs to an older version of the message. The newest one has buttons that work.")
}

// NotAllowed says who may do what was asked for: "an admin", "a member of the
// project".
func NotAllowed(command, need string) Message {
	return said("Only " + name(need) + " can do this. `" + code(command) + " roles list` shows whom you can ask.")
}

// NoBrowseView is a project that Jira does not let the reader see.
type NoBrowseView struct {
	Key     string
	Unknown bool // Jira could not be asked just now
}

// NoBrowse refuses figures of a project.
func NoBrowse(v NoBrowseView) Message {
	if v.Unknown {
		return said("Jira could not confirm just now that you may see " + name(v.Key) + ", so nothing is shown. Please try again in a minute.")
	}
	return said("Jira doesn't let you see " + name(v.Key) + ". A Jira admin can give you the permission to browse it.")
}

// UnknownCommand names the subcommand that is nearest to what was typed; ""
// where none is near.
func UnknownCommand(command, got, nearest string) Message {
	s := "I don't know `" + code(got) + "`."
	if nearest != "" {
		s += " Did you mean `" + code(command+" "+nearest) + "`?"
	}
	return said(s + " `" + code(command) + " help` lists everything.")
}

// Notice is a modal that only says something.
func Notice(title, text string) View {
	s := newSheet("", nil)
	s.say(escaped(text, 600))
	return View{Title: title, Close: "Close", Blocks: s.blocks}
}
