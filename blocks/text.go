package blocks

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/slack-go/slack"
)

// Slack's limits, counted in characters.
const (
	maxSection     = 3000
	maxText        = 3900 // Slack advises less than 4,000 for a message's text
	maxTitle       = 24
	maxButton      = 75
	maxOption      = 75
	maxPlaceholder = 150
	maxHint        = 2000
)

// Escape makes text from a person or from Jira safe inside mrkdwn: no mention,
// link or invisible character survives, and it stays on one line.
func Escape(s string) string { return escaper.Replace(clean(s)) }

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// clean strips what can hide or reorder text: control characters, bidirectional
// marks, zero-width characters and broken UTF-8. White space becomes one space.
func clean(s string) string {
	visible := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == utf8.RuneError, unicode.IsControl(r), unicode.Is(unicode.Cf, r) && r != zeroWidthJoiner:
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(visible), " ")
}

// zeroWidthJoiner holds emoji and some scripts together, so it stays.
const zeroWidthJoiner = '\u200d'

// cut shortens s to at most n characters and marks the cut.
func cut(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	r := []rune(s)
	return strings.TrimRight(string(r[:n-1]), " ") + "…"
}

// escaped is Escape for text of at most n visible characters: cut before it is
// escaped, so that the cut never splits an entity.
func escaped(s string, n int) string { return escaper.Replace(cleanCut(s, n)) }

// cleanCut is clean and cut, without looking at much more than is kept.
func cleanCut(s string, n int) string {
	if rough := 8 * (n + 16); len(s) > rough {
		s = s[:rough]
	}
	return cut(clean(s), n)
}

// name is a short piece of someone's text inside one of our sentences.
func name(s string) string { return escaped(s, 80) }

func plainCut(s string, n int) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.PlainTextType, cleanCut(s, n), false, false)
}

// markup is a mrkdwn object of our own words; what comes from outside must have
// gone through Escape, Issue, Mention or Channel before.
func markup(s string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.MarkdownType, cut(s, maxSection), false, true)
}

var (
	userID    = regexp.MustCompile(`^[UW][A-Z0-9]{1,20}$`)
	channelID = regexp.MustCompile(`^[CGD][A-Z0-9]{1,20}$`)
	linkURL   = regexp.MustCompile(`^(https://|http://(127\.0\.0\.1|localhost|\[::1\])[:/])[!-;=?-{}~]+$`) // printable ASCII without < > |
)

// Mention is a Slack user in mrkdwn; what is no user id is shown as text.
func Mention(user string) string {
	if userID.MatchString(user) {
		return "<@" + user + ">"
	}
	return name(user)
}

// Channel is a Slack channel in mrkdwn; what is no channel id is shown as text.
func Channel(channel string) string {
	if channelID.MatchString(channel) {
		return "<#" + channel + ">"
	}
	return name(channel)
}

// link is url behind label; only https addresses and loopback become a link.
func link(url, label string) string {
	if !linkURL.MatchString(url) {
		return name(label)
	}
	return "<" + escaper.Replace(url) + "|" + name(label) + ">"
}

// Issue is a Jira issue by its key, never with its title. URL is empty where
// the audience must not follow it or it is unknown.
type Issue struct{ Key, URL string }

// wellFormed says whether the key can be a button's or option's value.
func (i Issue) wellFormed() bool { return issueKey.MatchString(i.Key) }

func (i Issue) mrkdwn() string { return link(i.URL, i.Key) }

// issues lists keys: "PAY-1, PAY-2".
func issues(list []Issue) string {
	parts := make([]string, len(list))
	for i, issue := range list {
		parts[i] = issue.mrkdwn()
	}
	return strings.Join(parts, ", ")
}

// code is text for between backticks.
func code(s string) string { return strings.ReplaceAll(name(s), "`", "'") }
