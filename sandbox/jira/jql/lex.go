// Package jql parses the subset of Jira's query language that the sandbox
// answers. It knows no fields and no values: whoever evaluates a query does.
package jql

import (
	"fmt"
	"strings"
)

type kind int

const (
	end kind = iota
	word
	text // quoted
	mark // operator, parenthesis or comma
)

type token struct {
	kind kind
	text string
	at   int // of its first character in the query, 1-based
}

// is tells whether the token is this keyword or mark; quoted text never is.
func (t token) is(s string) bool {
	return t.kind != text && t.kind != end && strings.EqualFold(t.text, s)
}

// A SyntaxError is a query that Jira refuses to read.
type SyntaxError struct {
	At   int // character, 1-based
	What string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("Error in the JQL Query: %s (line 1, character %d).", e.What, e.At)
}

const breaks = " \t\r\n()=!<>~,'\"&|"

// lex splits a query into tokens; the last one is always of kind end.
func lex(query string) ([]token, error) {
	var tokens []token
	for i := 0; i < len(query); {
		t, next, err := lexOne(query, i)
		if err != nil {
			return nil, err
		}
		if next > i && t.text != "" || t.kind == text {
			t.at = i + 1
			tokens = append(tokens, t)
		}
		i = next
	}
	return append(tokens, token{kind: end, at: len(query) + 1}), nil
}

func lexOne(query string, i int) (token, int, error) {
	switch c := query[i]; {
	case strings.IndexByte(" \t\r\n", c) >= 0:
		return token{}, i + 1, nil
	case c == '"' || c == '\'':
		return lexQuoted(query, i)
	case strings.IndexByte("(),", c) >= 0:
		return token{kind: mark, text: string(c)}, i + 1, nil
	case strings.IndexByte("=!<>~&|", c) >= 0:
		for _, m := range []string{"!=", "!~", "<=", ">=", "&&", "||"} {
			if strings.HasPrefix(query[i:], m) {
				return token{kind: mark, text: m}, i + 2, nil
			}
		}
		return token{kind: mark, text: string(c)}, i + 1, nil
	}
	n := strings.IndexAny(query[i:], breaks)
	if n < 0 {
		n = len(query) - i
	}
	return token{kind: word, text: query[i : i+n]}, i + n, nil
}

func lexQuoted(query string, i int) (token, int, error) {
	var b strings.Builder
	for j := i + 1; j < len(query); j++ {
		switch query[j] {
		case query[i]:
			return token{kind: text, text: b.String()}, j + 1, nil
		case '\\':
			if j++; j == len(query) {
				break
			}
			b.WriteByte(query[j])
		default:
			b.WriteByte(query[j])
		}
	}
	return token{}, 0, &SyntaxError{i + 1, "The quoted string has not been completed"}
}
