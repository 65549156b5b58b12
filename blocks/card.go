package blocks

import (
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"
)

// card builds a message piece by piece. Each piece gives the block, its
// stand-in for clients without the newer blocks, and the same words as text, so
// that the three can't tell different stories. What doesn't fit into one
// message is left out, and the end says so.
type card struct {
	rich, safe []slack.Block
	text       []string
	used       int  // characters of text so far
	pieces     int  // how many blocks may hold text; 0 for a message's maxPieces
	special    bool // some block has a stand-in
	full       bool // something was left out
}

// Slack refuses a message with more than 50 blocks or about 13,200 characters
// in all, and a Home tab with more than 100 blocks; a few are kept back for
// buttons and the note at the end.
const (
	maxWords      = 11_000
	maxPieces     = 46
	maxHomePieces = 90 // of 100
)

// heading is the first line in bold.
func (c *card) heading(s string) { c.say("*" + s + "*") }

// say adds a paragraph of mrkdwn.
func (c *card) say(s string) {
	if strings.TrimSpace(s) == "" {
		return
	}
	for _, part := range split(s, maxSection) {
		c.both(slack.NewSectionBlock(markup(part), nil, nil), part)
	}
}

// sections are a text of any length as blocks.
func sections(s string) []slack.Block {
	var out []slack.Block
	for _, part := range split(s, maxSection) {
		out = append(out, slack.NewSectionBlock(markup(part), nil, nil))
	}
	return out
}

// sayWith adds a paragraph with one element at its side.
func (c *card) sayWith(s string, e slack.BlockElement) {
	c.both(slack.NewSectionBlock(markup(s), nil, slack.NewAccessory(e)), s)
}

// note adds small print.
func (c *card) note(s string) {
	c.both(slack.NewContextBlock("", markup(s)), s)
}

// add puts a message of ours behind what is said so far.
func (c *card) add(m Message) {
	c.rich, c.safe = append(c.rich, m.Blocks...), append(c.safe, m.Blocks...)
	c.text, c.used = append(c.text, m.Text), c.used+utf8.RuneCountInString(m.Text)
}

// buttons adds a row of elements, none when there are none.
func (c *card) buttons(elements ...slack.BlockElement) {
	if len(elements) > 0 {
		c.both(slack.NewActionBlock("", elements...), "")
	}
}

func (c *card) both(b slack.Block, text string) { c.either(b, b, text) }

// either adds a block that Slack may refuse together with its stand-in.
func (c *card) either(rich, safe slack.Block, text string) {
	c.inPlaceOf([]slack.Block{safe}, rich, text)
}

// inPlaceOf is either with a stand-in of several blocks.
func (c *card) inPlaceOf(safe []slack.Block, rich slack.Block, text string) {
	n := utf8.RuneCountInString(text)
	if n > 0 && (c.used+n > maxWords || len(c.safe)+len(safe) > max(c.pieces, maxPieces)) {
		c.full = true
		return
	}
	c.used += n
	c.rich = append(c.rich, rich)
	c.safe = append(c.safe, safe...)
	c.special = c.special || len(safe) != 1 || rich != safe[0]
	if text != "" {
		c.text = append(c.text, text)
	}
}

func (c *card) message() Message {
	c.end()
	m := Message{Text: cutLines(strings.Join(c.text, "\n"), maxText), Blocks: c.rich}
	if c.special {
		m.Plain = c.safe
	}
	return m
}

func (c *card) home() Home {
	c.end()
	return Home{Blocks: c.safe}
}

// end says when something was left out.
func (c *card) end() {
	if c.full {
		more := slack.NewContextBlock("", markup("_There is more than fits here._"))
		c.rich, c.safe = append(c.rich, more), append(c.safe, more)
	}
}

// said is a message of one paragraph.
func said(s string) Message {
	var c card
	c.say(s)
	return c.message()
}

// split cuts s between lines into parts of at most n characters.
func split(s string, n int) []string {
	var parts []string
	for utf8.RuneCountInString(s) > n {
		head, rest := cutAtLine(s, n)
		if head == "" {
			return append(parts, cut(s, n))
		}
		parts = append(parts, head)
		s = rest
	}
	return append(parts, s)
}

// cutLines keeps whole lines up to n characters.
func cutLines(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	head, _ := cutAtLine(s, n-2)
	if head == "" {
		return cut(s, n)
	}
	return head + "\n…"
}

func cutAtLine(s string, n int) (head, rest string) {
	window := string([]rune(s)[:n])
	i := strings.LastIndexByte(window, '\n')
	if i <= 0 {
		return "", s
	}
	return s[:i], s[i+1:]
}
