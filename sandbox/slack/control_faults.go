package slack

import (
	"slices"
	"strings"
)

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
	return reject("unknown_fault", "Slack's faults are %s.", strings.Join(FaultNames(), ", "))
}

// FaultNames are the names that Fault knows.
func FaultNames() []string { return slices.Concat([]string{"clear"}, countedFaults, lastingFaults) }

func (s *Server) lastingFault(f Fault) error {
	ws := s.teams[0]
	switch f.Fault {
	case "tier_limits":
		s.limits.enforceTiers(!f.off())
	case "revoke_token":
		if f.Token != "bot" && f.Token != "app" {
			return reject("invalid_arguments", "token is \"bot\" or \"app\".")
		}
		s.faults.set("revoke_token "+f.Token, !f.off())
	case "scopes":
		ws.mu.Lock()
		defer ws.mu.Unlock()
		ws.scopes = slices.Clone(f.Scopes)
		if f.off() {
			ws.scopes = slices.Clone(grantedScopes)
		}
	case "archive_channel":
		ws.mu.Lock()
		defer ws.mu.Unlock()
		c := ws.channel(f.Channel)
		if c == nil || c.isIM() {
			return reject("channel_not_found", "There is no channel %q.", f.Channel)
		}
		c.Archived = !f.off()
	default:
		s.faults.set(f.Fault, !f.off())
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
