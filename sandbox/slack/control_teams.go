package slack

import "net/http"

// listTeams names the workspaces, the first one first.
func (s *Server) listTeams(w http.ResponseWriter, _ *http.Request) {
	teams := list{}
	for _, ws := range s.teams {
		teams = append(teams, ws.summary())
	}
	writeJSON(w, http.StatusOK, object{"teams": teams})
}

func (ws *workspace) summary() object {
	return object{"id": ws.team.ID, "name": ws.team.Name, "domain": ws.team.Domain}
}

// Stamped is the last stamp given in any workspace, in µs of Unix time; 0 before
// the first. It grows with each message that is posted or edited.
func (s *Server) Stamped() int64 {
	var last int64
	for _, ws := range s.teams {
		ws.mu.Lock()
		last = max(last, ws.lastMicro)
		ws.mu.Unlock()
	}
	return last
}
