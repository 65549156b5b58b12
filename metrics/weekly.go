package metrics

import "headway/calendar"

// Weekly is the aggregate of one project and ISO week under one definition
// version: integers and histograms, no issue key and no person
// (metrics definition page, section 7).
type Weekly struct {
	Week       calendar.Week
	Definition int
	Partial    bool // the week may still change: it settles 30 days after its end

	Deployments       int
	DeploymentsRework int
	DeployDays        uint8 // bit 0 is Monday

	Completed         int
	CompletedAI       int
	Started           int
	Created           int
	FailureNum        int // versions with at least one linked failure
	FailureDen        int // versions
	IncidentsOpened   int
	IncidentsResolved int
	Reopened          int
	ReopenedAI        int
	WIPAtEnd          int

	Excluded  map[Exclusion]int
	CycleDays map[int]int // exact: days (date(done)-date(started)+1) to count
	DoneByDay [7]int      // Monday first
	WIPByDay  [7]int      // started and not done at local day end; -1 for days ahead

	Lead     Histogram // minutes, like all histograms here
	LeadAI   Histogram
	Cycle    Histogram
	Recovery Histogram
	Review   Histogram
	AgeAtEnd Histogram

	Statuses []StatusTime
	Classes  []ClassTime
}

// StatusTime is the child row of one status: visits that ended in the week.
type StatusTime struct {
	Status string
	Visits int
	Time   Histogram
}

// ClassTime is the child row for the comparison of AI and other work.
type ClassTime struct {
	Class  string // issue type id
	Bucket string // size bucket: "none", "s", "m", "l"
	AI     bool
	Count  int
	Lead   Histogram
}

// Exclusion is a reason why an issue or version is not in a figure.
type Exclusion string

// The reasons, as reports print them.
const (
	ExcludedNoDate       Exclusion = "released_without_date"
	ExcludedDateAhead    Exclusion = "release_date_ahead"
	ExcludedNeverStarted Exclusion = "done_never_started"
	ExcludedDoneFirst    Exclusion = "done_before_started"
	ExcludedUnmapped     Exclusion = "unmapped_status"
	ExcludedType         Exclusion = "excluded_type"
	ExcludedLabel        Exclusion = "excluded_label"
	ExcludedResolution   Exclusion = "excluded_resolution"
	ExcludedNoVersion    Exclusion = "failure_without_version"
	ExcludedOpenIncident Exclusion = "incident_not_resolved"
)
