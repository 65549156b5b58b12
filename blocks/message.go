// Package blocks holds every word and view a person sees in Slack, the ids of
// actions and forms, and the reading of what was submitted. A view is a
// function from plain values: no clock, no store, no error.
package blocks

import (
	"encoding/json"
	"fmt"

	"github.com/slack-go/slack"
)

// Message is a Slack message. Text is what notifications and screen readers
// give and says the same as the blocks. Plain is sent in place of Blocks when
// Slack refuses one of them (native charts and tables are still rolled out);
// nil means Text alone.
type Message struct {
	Text   string
	Blocks []slack.Block
	Plain  []slack.Block
}

// codecVersion is the version of the stored form of a message.
const codecVersion = 1

type storedMessage struct {
	Version int          `json:"v"`
	Text    string       `json:"text"`
	Blocks  slack.Blocks `json:"blocks"`
	Plain   slack.Blocks `json:"plain"`
}

// MarshalJSON writes the versioned form that the outbox and reports keep.
func (m Message) MarshalJSON() ([]byte, error) {
	return json.Marshal(storedMessage{codecVersion, m.Text, slack.Blocks{BlockSet: nonNil(m.Blocks)}, slack.Blocks{BlockSet: nonNil(m.Plain)}})
}

// UnmarshalJSON reads a stored message; a version it does not know is an error.
func (m *Message) UnmarshalJSON(data []byte) error {
	var s storedMessage
	if err := json.Unmarshal(data, &s); err != nil {
		return fmt.Errorf("blocks: stored message: %w", err)
	}
	if s.Version != codecVersion {
		return fmt.Errorf("blocks: stored message has version %d, this program reads %d", s.Version, codecVersion)
	}
	*m = Message{Text: s.Text, Blocks: s.Blocks.BlockSet, Plain: s.Plain.BlockSet}
	return nil
}

// nonNil keeps Slack from seeing "blocks": null, which it refuses.
func nonNil(b []slack.Block) []slack.Block {
	if b == nil {
		return []slack.Block{}
	}
	return b
}
