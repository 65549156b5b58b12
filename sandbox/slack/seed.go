package slack

import "strings"

// The seeded app and its credentials.
const (
	appID        = "A0HEADWAY1"
	appToken     = "xapp-1-A0HEADWAY1-sandbox"
	acmeToken    = "xoxb-0HEADWAY1-sandbox"
	clientID     = "10000.20000"
	clientSecret = "sandbox-client-secret"
)

const (
	acmeID  = "T0HEADWAY1"
	northID = "T0NORTH01"
)

// grantedScopes are those of Headway's manifest, optional ones included.
var grantedScopes = []string{
	"chat:write", "commands", "im:write", "users:read",
	"users:read.email", "files:write", "channels:read", "groups:read",
}

// seedAcme returns the team Acme: people of every role in four time zones, and
// channels of every kind a bot can meet. The app is installed.
func (s *Server) seedAcme() *workspace {
	ws := newWorkspace(s, team{ID: acmeID, Name: "Acme", Domain: "acme"})
	ws.bot = botUser("U0HEADWAY", "B0HEADWAY1", acmeID)
	ws.users = seedPeople(acmeID)
	ws.grant(grantedScopes)
	ws.install.tokens[acmeToken] = &botToken{}
	ws.channels = seedChannels(ws.bot.ID)
	ws.paint()
	return ws
}

func botUser(id, botID, teamID string) *user {
	return &user{
		ID: id, Name: "headway", RealName: "Headway", TZ: "America/Los_Angeles",
		Role: "bot", Team: teamID, IsBot: true, BotID: botID,
	}
}

// paint gives each person a colour.
func (ws *workspace) paint() {
	for i, u := range append(ws.users[:len(ws.users):len(ws.users)], ws.bot) {
		u.Color = palette[i%len(palette)]
	}
}

var palette = []string{
	"9f69e7", "4bbe2e", "e7392d", "3c989f", "674b1b", "e96699",
	"e0a729", "684b6c", "5b89d5", "2b6836", "99a949", "df3dc0",
}

func seedPeople(teamID string) []*user {
	const berlin, york, kolkata = "Europe/Berlin", "America/New_York", "Asia/Kolkata"
	people := []*user{
		{ID: "U01MIRA", RealName: "Mira Kowalski", Role: "owner", TZ: berlin},
		{ID: "U02JONAS", RealName: "Jonas Weber", Role: "manager", TZ: berlin},
		{ID: "U03ADA", RealName: "Ada Okafor", Role: "member", TZ: berlin},
		{ID: "U04TOMAS", RealName: "Tomás Silva", Role: "member", TZ: york},
		{ID: "U05PRIYA", RealName: "Priya Raman", Role: "member", TZ: kolkata},
		{ID: "U06LENA", RealName: "Lena Fischer", Role: "member", TZ: berlin},
		{ID: "U07SAM", RealName: "Sam Carter", Role: "member", TZ: york},
		{ID: "U08ANIL", RealName: "Anil Gupta", Role: "member", TZ: kolkata},
		{ID: "U09NOOR", RealName: "Noor Haddad", Role: "member", TZ: berlin},
		{ID: "U10GIL", RealName: "Gil Brandt", Role: "guest", TZ: berlin, Email: "gil@agency.test"},
		{ID: "U11IRIS", RealName: "Iris Novak", Role: "outsider", TZ: berlin},
		{ID: "U12STRANGER", RealName: "Sten Lund", Role: "stranger", TZ: "Europe/Stockholm", Team: northID},
	}
	for _, u := range people {
		u.Name = strings.ToLower(u.ID[3:])
		if u.Role == "stranger" {
			u.Name = "sten"
			continue
		}
		u.Team = teamID
		if u.Email == "" {
			u.Email = u.Name + "@acme.test"
		}
	}
	return people
}

func seedChannels(botID string) []*channel {
	everyone := []string{
		"U01MIRA", "U02JONAS", "U03ADA", "U04TOMAS", "U05PRIYA", "U06LENA",
		"U07SAM", "U08ANIL", "U09NOOR", "U10GIL", "U11IRIS",
	}
	with := func(bot bool, ids ...string) []string {
		members := append([]string(nil), ids...)
		if bot {
			members = append(members, botID)
		}
		return members
	}
	return []*channel{
		{ID: "C01PAY", Name: "payments", Topic: "Checkout, invoices and refunds", Members: with(true, everyone[:9]...)},
		{ID: "C02PLAT", Name: "platform", Topic: "Build, deploy, on-call", Members: with(true, "U01MIRA", "U02JONAS", "U06LENA", "U07SAM", "U08ANIL", "U09NOOR")},
		{ID: "C03GEN", Name: "general", Topic: "Company-wide news", General: true, Members: with(true, everyone...)},
		{ID: "C04PART", Name: "partners", Topic: "Shared with Northwind", ExtShared: true, Members: with(true, "U01MIRA", "U02JONAS", "U12STRANGER")},
		{ID: "C05LEAD", Name: "leads", Topic: "Planning", Members: with(false, "U01MIRA", "U02JONAS")},
	}
}
