package blocks

// The ids that buttons, menus and option lists carry. Each is opaque: a handler
// looks it up among the team's rows and trusts nothing else.
type (
	// None is carried by an action that needs no id.
	None string
	// RoundID is a check-in's round.
	RoundID string
	// CheckinID is a project's check-in.
	CheckinID string
	// ProjectID is a Headway project.
	ProjectID string
	// ConnectionID is a connection to a Jira site.
	ConnectionID string
	// BindingID is a binding of a project to a channel.
	BindingID string
	// ReportRef is a report.
	ReportRef string
	// LetterID is a message in the outbox.
	LetterID string
	// LinkRef is a request to link a Slack user to a Jira account.
	LinkRef string
	// SourceRef is what an option list of the wizard needs: a connection, or a
	// connection and a Jira project.
	SourceRef string
)
