package slack

import (
	"slices"
	"strings"
	"time"
)

// Fault throws a switch. "clear" takes back all of them.
func (s *Server) Fault(f Fault) error {
	ws, ok := s.team(f.Team)
	switch {
	case !ok:
		return reject("team_not_found", "There is no team %q.", f.Team)
	case f.Fault == "clear":
		s.clearFaults()
		return nil
	case f.Fault == "error" && f.Error == "":
		return reject("invalid_arguments", "error is one of Slack's, such as restricted_action.")
	case slices.Contains(countedFaults, f.Fault):
		s.faults.plan(f)
		if f.Fault == "link_disabled" || f.Fault == "too_many_websockets" {
			s.Disconnect(f.Fault)
		}
		return nil
	case slices.Contains(lastingFaults, f.Fault):
		return s.lastingFault(ws, f)
	}
	return reject("unknown_fault", "Slack's faults are %s.", strings.Join(FaultNames(), ", "))
}

// FaultNames are the names that Fault knows.
func FaultNames() []string { return slices.Concat([]string{"clear"}, countedFaults, lastingFaults) }

func (s *Server) lastingFault(ws *workspace, f Fault) error {
	switch f.Fault {
	case "tier_limits":
		s.limits.enforceTiers(!f.off())
	case "revoke_token":
		return s.revokeToken(ws, f)
	case "scopes":
		ws.mu.Lock()
		defer ws.mu.Unlock()
		ws.install.scopes = slices.Clone(f.Scopes)
		if f.off() {
			ws.install.scopes = slices.Clone(ws.install.granted)
		}
	case "archive_channel":
		return ws.archive(f.Channel, !f.off())
	case "edit_window":
		return ws.limitEdits(f)
	case "token_rotation":
		s.oauth.rotateTokens(!f.off(), f.Seconds)
	case "org_install":
		s.faults.set("org_install "+ws.team.ID, !f.off())
	default:
		s.faults.set(f.Fault, !f.off())
	}
	return nil
}

func (s *Server) revokeToken(ws *workspace, f Fault) error {
	switch f.Token {
	case "bot":
		s.faults.set("revoke_token bot"+ws.team.ID, !f.off())
	case "app":
		s.faults.set("revoke_token app", !f.off())
	default:
		return reject("invalid_arguments", "token is \"bot\" or \"app\".")
	}
	return nil
}

// limitEdits lets messages be edited for some seconds of the business clock only.
func (ws *workspace) limitEdits(f Fault) error {
	if f.Seconds <= 0 && !f.off() {
		return reject("invalid_arguments", "seconds is how long a message may be edited.")
	}
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.editWindow = time.Duration(f.Seconds) * time.Second
	if f.off() {
		ws.editWindow = 0
	}
	return nil
}

func (ws *workspace) archive(channelID string, archived bool) error {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	c := ws.channel(channelID)
	if c == nil || c.isIM() {
		return reject("channel_not_found", "There is no channel %q.", channelID)
	}
	c.Archived = archived
	return nil
}

func (s *Server) clearFaults() {
	s.faults.clear()
	s.limits.clear()
	s.oauth.rotateTokens(false, 0)
	for _, ws := range s.teams {
		ws.restore()
	}
}

// restore takes back what lasting faults changed.
func (ws *workspace) restore() {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.install.scopes, ws.editWindow = slices.Clone(ws.install.granted), 0
	for _, c := range ws.channels {
		c.Archived = false
	}
}
