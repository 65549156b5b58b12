package slack

import (
	"regexp"
	"strings"
)

// What a person types in Slack's client reaches an app in its own notation:
// the command has should_escape set.
var (
	mention  = regexp.MustCompile(`(^|[\s(])@([\p{L}\d._-]+)`)
	hashtag  = regexp.MustCompile(`(^|[\s(])#([\p{L}\d_-]+)`)
	webLink  = regexp.MustCompile(`(^|\s)(https?://[^\s<>|]+)`)
	notation = regexp.MustCompile(`&lt;([@#][A-Z0-9]+(?:\|[^&|]*)?)&gt;`)
	entities = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
)

// escapeTyped writes @name as <@U…|name>, #name as <#C…|name>, links in angle
// brackets, and & < > as entities. Mentions already in Slack's notation stay.
func (ws *workspace) escapeTyped(typed string) string {
	s := notation.ReplaceAllString(entities.Replace(typed), "<$1>")
	s = webLink.ReplaceAllString(s, "$1<$2>")
	s = mention.ReplaceAllStringFunc(s, func(m string) string {
		parts := mention.FindStringSubmatch(m)
		if u := ws.userByName(parts[2]); u != nil {
			return parts[1] + "<@" + u.ID + "|" + u.Name + ">"
		}
		return m
	})
	return hashtag.ReplaceAllStringFunc(s, func(m string) string {
		parts := hashtag.FindStringSubmatch(m)
		for _, c := range ws.channels {
			if c.Name != "" && strings.EqualFold(c.Name, parts[2]) {
				return parts[1] + "<#" + c.ID + "|" + c.Name + ">"
			}
		}
		return m
	})
}

func (ws *workspace) userByName(name string) *user {
	for _, u := range ws.users {
		if strings.EqualFold(u.Name, name) {
			return u
		}
	}
	return nil
}
