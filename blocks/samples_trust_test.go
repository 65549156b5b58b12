package blocks

import "headway/calendar"

// trustSamples are the looks of who may see what, and of tokens that end.
func trustSamples() []sample {
	ladder := LadderView{Connection: "0190f5c0", Site: "acme", Now: now, Lines: climbed("PAY")}
	broken := LadderView{Connection: "0190f5c0", Site: "acme", Now: now, Lines: []LadderLine{
		{"", RungReach, RungOK, ""}, {"", RungAuth, RungFailed, "unauthorized"},
		{"PAY", RungProject, RungUntried, ""}, {"PAY", RungBoard, RungUntried, ""}}}
	mixed := LadderView{Connection: "0190f5c0", Site: "acme", Now: now, Lines: append(climbed("PAY"), []LadderLine{
		{"OPS", RungProject, RungOK, ""}, {"OPS", RungBoard, RungOK, NoteNoSettings}, {"OPS", RungSearch, RungOK, ""}, {"OPS", RungChangelog, RungUntried, NoteNoIssue},
		{"OPS", RungVersions, RungFailed, "busy"}, {"OPS", RungViewers, RungFailed, NoteCannotAsk}}...)}
	ends := TokenEndsView{"0190f5c0", "acme", calendar.Date{Year: 2026, Month: 12, Day: 24}, 30, now}
	tomorrow, over := ends, ends
	tomorrow.On, tomorrow.Left = calendar.Date{Year: 2026, Month: 11, Day: 25}, 1
	over.On, over.Left = calendar.Date{Year: 2026, Month: 11, Day: 22}, -2
	bind := BindView{Binding: "0190f5d0", Project: "Payments", Key: "PAY", Channel: "C01PAY", By: "U01ANA", Members: 9}
	guests, verified := bind, bind
	guests.Reason, verified.Verified = ReadersGuests, true
	done := SetupDoneView{"Payments", "PAY", "Wed 25 Nov 09:30, in each member's own time", "Mon 30 Nov 09:00", "C01PAY", "/headway", true}
	status := statusSample()
	status.Connections = []ConnectionStatus{{Site: "acme", OK: true, EndsUnset: true, Viewers: "none"}}
	status.Projects[0].Channel, status.Projects[0].Audience = "C01PAY", "verified"
	status.Projects[1].Channel, status.Projects[1].Audience, status.Projects[1].Reason = "C02PLT", "unknown", ReadersUnlinked
	return []sample{
		of("ladder", ladder, Ladder), of("ladder_unauthorized", broken, Ladder), of("ladder_mixed", mixed, Ladder), fixed("ladder_testing", Testing("acme")),
		of("token_ends", ends, TokenEnds), of("token_ends_tomorrow", tomorrow, TokenEnds), of("token_ends_over", over, TokenEnds),
		fixed("cannot_ask", CannotAsk()), of("setup_done_cannot_ask", done, SetupDone), of("status_readers", status, Status),
		of("bind_ask_guests", guests, BindAsk), of("bound_verified", verified, Bound),
		of("not_posted_shared", NotPostedView{"C01PAY", "Payments", "PAY", "/headway"}, NotPostedShared),
		of("invited_admin", InvitedView{Channel: "C01PAY", Command: "/headway", Admin: true}, Invited), of("invited_member", InvitedView{Channel: "C01PAY", Command: "/headway"}, Invited),
		of("invited_bound", InvitedView{Channel: "C01PAY", Command: "/headway", Project: "Payments"}, Invited), of("invited_shared", InvitedView{Channel: "C04PAR", Command: "/headway", External: true}, Invited),
		of("linked_by_email", LinkedView{Site: "acme"}, LinkedByEmail), of("linked_notice", LinkedView{User: "U02BEN", Site: "acme", Account: "Ben Okri"}, LinkedNotice),
		of("unlinked", LinkedView{Site: "acme"}, Unlinked), of("unlinked_admin", LinkedView{User: "U02BEN", ToAdmin: true}, Unlinked),
	}
}

// climbed is a ladder on which every rung holds.
func climbed(project string) []LadderLine {
	lines := []LadderLine{{"", RungReach, RungOK, ""}, {"", RungAuth, RungOK, ""}}
	for _, rung := range ProjectRungs {
		lines = append(lines, LadderLine{project, rung, RungOK, ""})
	}
	return lines
}
