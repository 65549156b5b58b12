// Package secret holds a string that can't be printed: tokens and keys travel
// in it so that no log line, error, JSON document or %#v shows them.
package secret

import (
	"fmt"
	"io"
	"log/slog"
)

// Secret is a token or key. Every way of formatting it gives "[secret]";
// Reveal is the only way to the text and easy to search for.
//
// Keep it in exported fields: fmt can't call methods on unexported ones and
// prints their text when the whole struct is formatted.
type Secret string

const mask = "[secret]"

// Reveal returns the text. Call it only where the text leaves for its owner:
// an Authorization header, the cipher, a Slack client.
func (s Secret) Reveal() string { return string(s) }

// Empty says whether there is no secret at all.
func (s Secret) Empty() bool { return s == "" }

// Format answers every verb, %d and %x too, with the mask.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, mask) }

// String is the mask.
func (s Secret) String() string { return mask }

// GoString is the mask.
func (s Secret) GoString() string { return mask }

// LogValue is the mask.
func (s Secret) LogValue() slog.Value { return slog.StringValue(mask) }

// MarshalJSON writes the mask.
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + mask + `"`), nil }

// MarshalText writes the mask.
func (s Secret) MarshalText() ([]byte, error) { return []byte(mask), nil }
