package bot

import (
	"context"
	"time"

	"headway/blocks"
)

// Who says who interacted, where, and with what; it is the first argument of
// every handler.
type Who struct {
	Team        string    // the installed workspace
	User        string    // the person
	UserTeam    string    // the person's own workspace; differs from Team for a stranger from Slack Connect; Team where Slack says nothing
	UserName    string    // their handle, "" where Slack does not tell
	Channel     string    // "" in a modal and in App Home
	Trigger     string    // opens a modal once, within 3 s of the interaction
	ResponseURL string    // answers in place, 5 times within 30 min; "" in a modal and in App Home
	Key         string    // names the interaction, the same on every redelivery
	At          time.Time // receipt, machine clock
	Happened    time.Time // when an event happened, by Slack's clock; zero for what a person does
	Message     Ref       // the message that was clicked
	View        ViewRef   // the modal or App Home that was used
}

// Ref names a message. An ephemeral one can only be changed by its response URL.
type Ref struct {
	Channel, TS string
	Ephemeral   bool
}

// ViewRef names an open modal in one of its versions.
type ViewRef struct {
	ID       string
	Hash     string // changes with every update; "" updates whichever version is open
	Form     string // name of its form
	Carried  string // what its form carries
	Root     string
	Previous string
}

// Reply is what is acked and what follows the ack. The zero Reply is an empty
// ack: the modal closes, the click is taken.
type Reply struct {
	// Message is the ephemeral answer to a command; after a click, a shortcut
	// or a submission it goes to the person alone, behind the ack.
	Message *blocks.Message
	// Errors keep a submitted modal open with words under its fields.
	Errors blocks.FieldErrors
	// Update replaces the submitted modal, Push lays another over it, Clear
	// closes them all.
	Update, Push *blocks.View
	Clear        bool
	// After runs behind the ack, for two minutes at most. Shutdown waits ten
	// seconds for it; a crash loses it, so nothing durable belongs here.
	After func(ctx context.Context) error

	options []blocks.Option
}

// Click is a use of an interactive element: a button, a select, a date picker.
type Click[T ~string] struct {
	Who
	ID    T             // the opaque id the element carries
	Value string        // the button's value, or the chosen option, person, channel, date or time
	State blocks.Values // what stands in the inputs around the element
}
