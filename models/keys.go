package models

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"headway/secret"
)

// sealVersion leads every sealed value: ver(1) | key id(1) | nonce(12) |
// ciphertext and tag.
const sealVersion = 1

// Keys is the ring that seals secrets at rest. The first key seals, every key
// opens.
type Keys struct {
	active byte
	ring   map[byte]cipher.AEAD
	hashes map[byte][]byte // keys of marks, derived from those of the ring
}

// ParseKeys reads "2:base64,1:base64": key ids 1..255, each with 32 random
// bytes. The first one is the active one. Errors never show a key.
func ParseKeys(s string) (Keys, error) {
	keys := Keys{ring: map[byte]cipher.AEAD{}, hashes: map[byte][]byte{}}
	for part := range strings.SplitSeq(strings.TrimSpace(s), ",") {
		id, raw, err := parseKey(strings.TrimSpace(part))
		if err != nil {
			return Keys{}, err
		}
		if _, twice := keys.ring[id]; twice {
			return Keys{}, fmt.Errorf("models: key id %d is given twice", id)
		}
		if len(keys.ring) == 0 {
			keys.active = id
		}
		if keys.ring[id], err = newAEAD(raw); err != nil {
			return Keys{}, err
		}
		keys.hashes[id] = keyedHash(raw, "headway marks")
	}
	return keys, nil
}

func parseKey(s string) (byte, []byte, error) {
	number, encoded, ok := strings.Cut(s, ":")
	id, err := strconv.ParseUint(number, 10, 8)
	if !ok || err != nil || id == 0 {
		return 0, nil, errors.New("models: a key reads like 1:BASE64, with an id from 1 to 255")
	}
	raw, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || len(raw) != 32 {
		return 0, nil, fmt.Errorf("models: key %d is not 32 bytes in base64", id)
	}
	return byte(id), raw, nil
}

func newAEAD(raw []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(raw)
	if err != nil {
		return nil, fmt.Errorf("models: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("models: %w", err)
	}
	return aead, nil
}

func keyedHash(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

// mark stands for a text of a team where the text itself, which names a person,
// may not stand.
func (k Keys) mark(team, text string) string {
	return hex.EncodeToString(keyedHash(k.hashes[k.active], team+"|"+text))
}

// marks are the marks by each key of the ring.
func (k Keys) marks(team, text string) []string {
	marks := make([]string, 0, len(k.hashes))
	for _, key := range k.hashes {
		marks = append(marks, hex.EncodeToString(keyedHash(key, team+"|"+text)))
	}
	return marks
}

// NewKey makes the text of a fresh key ring with one key.
func NewKey() string {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // never fails: crypto/rand ends the program instead
	return "1:" + base64.StdEncoding.EncodeToString(raw)
}

// place is where a sealed value lives. It is sealed along with the value, so a
// sealed value copied elsewhere does not open.
type place struct{ team, table, column, row string }

func (p place) bytes() []byte {
	return []byte(strings.Join([]string{p.team, p.table, p.column, p.row}, "|"))
}

// seal encrypts a secret for its place; an empty secret stays empty.
func (k Keys) seal(s secret.Secret, at place) ([]byte, error) {
	if s.Empty() {
		return nil, nil
	}
	aead, ok := k.ring[k.active]
	if !ok {
		return nil, fmt.Errorf("models: %w: there is no key", ErrKey)
	}
	head := []byte{sealVersion, k.active}
	return aead.Seal(head, nil, []byte(s.Reveal()), at.bytes()), nil //nolint:gosec // the AEAD makes its own random nonce
}

// open decrypts what seal made for the same place.
func (k Keys) open(sealed []byte, at place) (secret.Secret, error) {
	if len(sealed) == 0 {
		return "", nil
	}
	if len(sealed) < 2 || sealed[0] != sealVersion {
		return "", fmt.Errorf("models: %w: unknown form", ErrKey)
	}
	aead, ok := k.ring[sealed[1]]
	if !ok {
		return "", fmt.Errorf("models: %w: key %d is missing", ErrKey, sealed[1])
	}
	plain, err := aead.Open(nil, nil, sealed[2:], at.bytes())
	if err != nil {
		return "", fmt.Errorf("models: %w", ErrKey)
	}
	return secret.Secret(plain), nil
}
