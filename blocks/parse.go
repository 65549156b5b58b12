package blocks

import (
	"fmt"
	"regexp"
	"strings"
)

var issueKey = regexp.MustCompile(`^[A-Z][A-Z0-9_]{1,31}-[1-9][0-9]{0,9}$`)

// issueKeys reads keys separated by commas or spaces; bad is the first word
// that is none.
func issueKeys(s string) (keys []string, bad string) {
	for _, word := range strings.FieldsFunc(clean(s), func(r rune) bool { return r == ',' || r == ';' || r == ' ' }) {
		key := strings.ToUpper(word)
		if !issueKey.MatchString(key) {
			return nil, word
		}
		keys = append(keys, key)
	}
	return keys, ""
}

func notAKey(word string) string {
	return fmt.Sprintf("%q is not an issue key. Keys look like PAY-871.", cut(word, 40))
}

// words are the parts of a comma-separated text.
func words(s string) []string {
	var out []string
	for part := range strings.SplitSeq(s, ",") {
		if part = clean(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// orNil is nil when nothing is wrong.
func (e FieldErrors) orNil() FieldErrors {
	if len(e) == 0 {
		return nil
	}
	return e
}

// when is the list with value, or none.
func when(yes bool, value string) []string {
	if yes {
		return []string{value}
	}
	return nil
}

// digit is n as the value of a select, "" for 0.
func digit(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}
