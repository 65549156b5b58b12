package slack

import (
	"errors"
	"slices"
	"strings"
)

// IsUnknownFault tells whether another part of the sandbox may know the switch.
func IsUnknownFault(err error) bool {
	var bad *badRequest
	return errors.As(err, &bad) && bad.Code == "unknown_fault"
}

// Fault throws a switch. "clear" takes back all of them.
func (s *Server) Fault(f Fault) error {
	switch {
	case f.Fault == "clear":
		s.clearFaults()
		return nil
	case slices.Contains(countedFaults, f.Fault):
		s.faults.plan(f)
		if f.Fault == "link_disabled" || f.Fault == "too_many_websockets" {
			s.Disconnect(f.Fault)
		}
		return nil
	case slices.Contains(lastingFaults, f.Fault):
		return s.lastingFault(f)
	}
	all := append(slices.Clone(countedFaults), lastingFaults...)
	return reject("unknown_fault", "Known faults: clear, %s.", strings.Join(all, ", "))
}

func (s *Server) lastingFault(f Fault) error {
	ws := s.teams[0]
	switch f.Fault {
	case "tier_limits":
		s.limits.enforceTiers(!f.Off)
	case "revoke_token":
		if f.Token != "bot" && f.Token != "app" {
			return reject("invalid_arguments", "token is \"bot\" or \"app\".")
		}
		s.faults.set("revoke_token "+f.Token, !f.Off)
	case "scopes":
		ws.mu.Lock()
		defer ws.mu.Unlock()
		ws.scopes = slices.Clone(f.Scopes)
		if f.Off {
			ws.scopes = slices.Clone(grantedScopes)
		}
	case "archive_channel":
		ws.mu.Lock()
		defer ws.mu.Unlock()
		c := ws.channel(f.Channel)
		if c == nil || c.isIM() {
			return reject("channel_not_found", "There is no channel %q.", f.Channel)
		}
		c.Archived = !f.Off
	default:
		s.faults.set(f.Fault, !f.Off)
	}
	return nil
}

func (s *Server) clearFaults() {
	s.faults.clear()
	s.limits.clear()
	ws := s.teams[0]
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.scopes = slices.Clone(grantedScopes)
	for _, c := range ws.channels {
		c.Archived = false
	}
}
