package slack

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"time"
)

// newID returns a random id in Slack's style: a letter and ten of A-Z0-9.
// Random, because a bot remembers ids longer than one run of the sandbox.
func newID(prefix string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	raw := make([]byte, 10)
	rand.Read(raw)
	for i, b := range raw {
		raw[i] = alphabet[int(b)%len(alphabet)]
	}
	return prefix + string(raw)
}

func newHex(n int) string {
	raw := make([]byte, n/2)
	rand.Read(raw)
	return hex.EncodeToString(raw)
}

func newUUID() string {
	h := newHex(32)
	return fmt.Sprintf("%s-%s-%s-%s-%s", h[:8], h[8:12], h[12:16], h[16:20], h[20:])
}

// newViewHash has Slack's form: seconds, a dot, eight characters.
func newViewHash(now time.Time) string {
	return fmt.Sprintf("%d.%s", now.Unix(), newHex(8))
}
