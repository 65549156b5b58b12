package slack

// seedNorthwind returns the partner of Acme, a second workspace in which the app
// is not installed. Sten Lund of Acme's #partners is one of its people.
func (s *Server) seedNorthwind() *workspace {
	const stockholm, lisbon = "Europe/Stockholm", "Europe/Lisbon"
	ws := newWorkspace(s, team{ID: northID, Name: "Northwind", Domain: "northwind"})
	ws.bot = botUser("U0HEADNORTH", "B0HEADNORT", northID)
	ws.users = []*user{
		{ID: "U21NORA", Name: "nora", RealName: "Nora Lindqvist", Role: "owner", TZ: stockholm},
		{ID: "U22ERIK", Name: "erik", RealName: "Erik Dahl", Role: "manager", TZ: stockholm},
		{ID: "U23SAGA", Name: "saga", RealName: "Saga Holm", Role: "member", TZ: stockholm},
		{ID: "U24RUI", Name: "rui", RealName: "Rui Costa", Role: "member", TZ: lisbon},
		{ID: "U12STRANGER", Name: "sten", RealName: "Sten Lund", Role: "member", TZ: stockholm},
		{ID: "U25GUS", Name: "gus", RealName: "Gus Berg", Role: "guest", TZ: stockholm},
	}
	for _, u := range ws.users {
		u.Team, u.Email = northID, u.Name+"@northwind.test"
	}
	ws.paint()
	ws.channels = []*channel{
		{ID: "C21SHOP", Name: "webshop", Topic: "The shop and its orders", Members: []string{"U21NORA", "U22ERIK", "U23SAGA", "U24RUI", "U12STRANGER"}},
		{ID: "C22OPS", Name: "ops", Topic: "Stock and shipping", Members: []string{"U22ERIK", "U24RUI", "U25GUS"}},
		{ID: "C23GEN", Name: "general", Topic: "Company-wide news", General: true, Members: []string{"U21NORA", "U22ERIK", "U23SAGA", "U24RUI", "U12STRANGER", "U25GUS"}},
	}
	return ws
}
