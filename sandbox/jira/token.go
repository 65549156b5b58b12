package jira

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"slices"
	"time"
)

// tokenLife is how long a page token is good.
const tokenLife = 7 * 24 * time.Hour

// position is what a page token stands for. The token is signed, so that a
// client can neither read a meaning into it nor make one up.
type position struct {
	Query  string `json:"q"` // hash of the request it belongs to
	Offset int    `json:"o"`
	Until  int64  `json:"u"` // UTC ms
}

func (s *Server) token(p position) string {
	body, _ := json.Marshal(p)
	mac := hmac.New(sha256.New, s.secret[:])
	mac.Write(body)
	return base64.RawURLEncoding.EncodeToString(append(mac.Sum(nil)[:12], body...))
}

// position reads a page token of this very request.
func (c *call) position(token, query string) (int, error) {
	if token == "" {
		return 0, nil
	}
	invalid := badRequest("The provided next page token is invalid or expired.")
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) < 12 {
		return 0, invalid
	}
	mac := hmac.New(sha256.New, c.s.secret[:])
	mac.Write(raw[12:])
	var p position
	if !slices.Equal(mac.Sum(nil)[:12], raw[:12]) || json.Unmarshal(raw[12:], &p) != nil {
		return 0, invalid
	}
	if p.Query != query || c.now.UnixMilli() > p.Until {
		return 0, invalid
	}
	return p.Offset, nil
}

func (c *call) next(query string, offset int) string {
	if c.s.faults.take("loop_token") != nil {
		offset = 0
	}
	return c.s.token(position{query, offset, c.now.Add(tokenLife).UnixMilli()})
}

func hash(v any) string {
	body, _ := json.Marshal(v)
	sum := sha256.Sum256(body)
	return base64.RawURLEncoding.EncodeToString(sum[:9])
}
