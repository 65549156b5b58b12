package models

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"headway/calendar"
	"headway/metrics"
)

// weekRow is a metrics.Weekly of a project: integers and histograms, no issue
// key and no person.
type weekRow struct {
	Tenant
	ProjectID string      `gorm:"primaryKey" about:"the project"`
	Columns   weekColumns `gorm:"embedded"`
}

// TableName implements schema.Tabler.
func (weekRow) TableName() string { return "weeks" }

// About implements Noun.
func (weekRow) About() Table {
	return Table{Name: "weeks", Zone: Metrics, Purpose: "a project's weekly figures", Keep: 104 * week, By: "week"}
}

// weekColumns is metrics.Weekly, field by field, with what the database needs
// to know. The conversion between the two fails to compile when they differ.
type weekColumns struct {
	Week       calendar.Week `gorm:"primaryKey;type:text;serializer:text" about:"ISO week, in the project's zone"`
	Definition int           `gorm:"primaryKey;autoIncrement:false" about:"version of the definitions it was made under"`
	Partial    bool          `about:"the week may still change"`

	Deployments       int   `about:"deployments"`
	DeploymentsRework int   `about:"deployments that repaired an earlier one"`
	DeployDays        uint8 `gorm:"type:bigint" about:"days with a deployment, one bit each, Monday first"`

	Completed         int `about:"items done"`
	CompletedAI       int `about:"items done that an AI agent touched"`
	Started           int `about:"items started"`
	Created           int `about:"items created"`
	FailureNum        int `about:"versions with a failure"`
	FailureDen        int `about:"versions"`
	IncidentsOpened   int `about:"incidents opened"`
	IncidentsResolved int `about:"incidents resolved"`
	Reopened          int `about:"done items that were re-opened"`
	ReopenedAI        int `about:"re-opened items that an AI agent touched"`
	WIPAtEnd          int `gorm:"column:wip_at_end" about:"items in progress at the end of the week"`

	Excluded  map[metrics.Exclusion]int `gorm:"type:text;serializer:doc" about:"what was left out, count by reason"`
	CycleDays map[int]int               `gorm:"type:text;serializer:doc" about:"cycle times in days, count by days"`
	DoneByDay [7]int                    `gorm:"type:text;serializer:doc" about:"items done on each day"`
	WIPByDay  [7]int                    `gorm:"column:wip_by_day;type:text;serializer:doc" about:"items in progress at the end of each day"`

	Lead     metrics.Histogram `gorm:"type:bytes;serializer:histogram" about:"lead times in minutes"`
	LeadAI   metrics.Histogram `gorm:"type:bytes;serializer:histogram" about:"lead times of items that an AI agent touched"`
	Cycle    metrics.Histogram `gorm:"type:bytes;serializer:histogram" about:"cycle times in minutes"`
	Recovery metrics.Histogram `gorm:"type:bytes;serializer:histogram" about:"times to recover from an incident"`
	Review   metrics.Histogram `gorm:"type:bytes;serializer:histogram" about:"times in review"`
	AgeAtEnd metrics.Histogram `gorm:"type:bytes;serializer:histogram" about:"ages of items in progress at the end of the week"`

	Statuses []metrics.StatusTime `gorm:"-"`
	Classes  []metrics.ClassTime  `gorm:"-"`
}

// weekStatus is a metrics.StatusTime of a week.
type weekStatus struct {
	Tenant
	ProjectID  string        `gorm:"primaryKey" about:"the project"`
	Week       calendar.Week `gorm:"primaryKey;type:text;serializer:text" about:"ISO week"`
	Definition int           `gorm:"primaryKey;autoIncrement:false" about:"version of the definitions"`
	Columns    statusColumns `gorm:"embedded"`
}

type statusColumns struct {
	Status string            `gorm:"primaryKey" about:"Jira's id of the status"`
	Visits int               `about:"stays in the status that ended in the week"`
	Time   metrics.Histogram `gorm:"type:bytes;serializer:histogram" about:"how long they lasted, in minutes"`
}

// TableName implements schema.Tabler.
func (weekStatus) TableName() string { return "week_statuses" }

// About implements Noun.
func (weekStatus) About() Table {
	return Table{Name: "week_statuses", Zone: Metrics, Purpose: "where a project's time goes, by status", Keep: 104 * week, By: "week"}
}

// weekClass is a metrics.ClassTime of a week.
type weekClass struct {
	Tenant
	ProjectID  string        `gorm:"primaryKey" about:"the project"`
	Week       calendar.Week `gorm:"primaryKey;type:text;serializer:text" about:"ISO week"`
	Definition int           `gorm:"primaryKey;autoIncrement:false" about:"version of the definitions"`
	Columns    classColumns  `gorm:"embedded"`
}

type classColumns struct {
	Class  string            `gorm:"primaryKey" about:"Jira's id of the issue type"`
	Bucket string            `gorm:"primaryKey" about:"size of the items: none, s, m or l"`
	AI     bool              `gorm:"primaryKey;column:ai" about:"items that an AI agent touched"`
	Count  int               `about:"items done"`
	Lead   metrics.Histogram `gorm:"type:bytes;serializer:histogram" about:"their lead times in minutes"`
}

// TableName implements schema.Tabler.
func (weekClass) TableName() string { return "week_classes" }

// About implements Noun.
func (weekClass) About() Table {
	return Table{Name: "week_classes", Zone: Metrics, Purpose: "compares like with like, with and without AI", Keep: 104 * week, By: "week"}
}

// batch keeps an insert below SQLite's 32,766 values.
const batch = 500

// ReplaceWeeks stores the project's rows and its watermark in one transaction.
// Exactly the weeks of the rows are replaced, whatever definition they had
// been made under. Earlier weeks stay as they are; later ones, left by a clock
// that went back, go.
func (t Team) ReplaceWeeks(ctx context.Context, projectID string, definition int, rows []metrics.Weekly, mark Watermark) error {
	return t.Atomically(ctx, func(tx Team) error {
		db := tx.rows(ctx)
		if err := dropWeeks(db, projectID, rows); err != nil {
			return err
		}
		if err := insertWeeks(db, projectID, definition, rows); err != nil {
			return err
		}
		mark.ProjectID = projectID
		return tx.PutWatermark(ctx, mark)
	})
}

func dropWeeks(db *gorm.DB, projectID string, rows []metrics.Weekly) error {
	names := make([]string, len(rows))
	for i, w := range rows {
		names[i] = w.Week.String()
	}
	if len(names) == 0 {
		return nil
	}
	for _, noun := range []Noun{&weekStatus{}, &weekClass{}, &weekRow{}} {
		if err := db.Where("project_id = ? AND (week IN ? OR week > ?)", projectID, names, slices.Max(names)).Delete(noun).Error; err != nil {
			return known(err)
		}
	}
	return nil
}

func insertWeeks(db *gorm.DB, projectID string, definition int, rows []metrics.Weekly) error {
	var weeks []weekRow
	var statuses []weekStatus
	var classes []weekClass
	for _, w := range rows {
		w.Definition = definition
		weeks = append(weeks, weekRow{ProjectID: projectID, Columns: weekColumns(w)})
		for _, s := range w.Statuses {
			statuses = append(statuses, weekStatus{ProjectID: projectID, Week: w.Week, Definition: definition, Columns: statusColumns(s)})
		}
		for _, c := range w.Classes {
			classes = append(classes, weekClass{ProjectID: projectID, Week: w.Week, Definition: definition, Columns: classColumns(c)})
		}
	}
	if err := insertAll(db, weeks); err != nil {
		return err
	}
	if err := insertAll(db, statuses); err != nil {
		return err
	}
	return insertAll(db, classes)
}

func insertAll[T any](db *gorm.DB, rows []T) error {
	if len(rows) == 0 {
		return nil
	}
	return known(db.CreateInBatches(&rows, batch).Error)
}

// DeployedBefore says whether a stored week before the given one counts a
// deployment of the project.
func (t Team) DeployedBefore(ctx context.Context, projectID string, week calendar.Week) (bool, error) {
	found, err := all[weekRow](t.rows(ctx).Select("team_id", "project_id", "week", "definition").
		Where("project_id = ? AND week < ? AND deployments > 0", projectID, week.String()).Limit(1))
	return len(found) > 0, err
}

// Weeks lists the stored weeks of the permit's project from one week to
// another, both included, the oldest first. Weeks that were never read are
// missing.
func (t Team) Weeks(ctx context.Context, p Permit, from, to calendar.Week) ([]metrics.Weekly, error) {
	if err := p.check(t); err != nil {
		return nil, err
	}
	of := func() *gorm.DB {
		return t.rows(ctx).Where("project_id = ? AND week BETWEEN ? AND ?", p.project, from.String(), to.String())
	}
	rows, err := all[weekRow](of().Order("week, definition"))
	if err != nil {
		return nil, err
	}
	statuses, err := all[weekStatus](of().Order("week, status"))
	if err != nil {
		return nil, err
	}
	classes, err := all[weekClass](of().Order("week, class, bucket, ai"))
	if err != nil {
		return nil, err
	}
	return assemble(rows, statuses, classes), nil
}

func assemble(rows []weekRow, statuses []weekStatus, classes []weekClass) []metrics.Weekly {
	weeks := make([]metrics.Weekly, len(rows))
	at := map[calendar.Week]*metrics.Weekly{}
	for i, r := range rows {
		weeks[i] = metrics.Weekly(r.Columns)
		at[r.Columns.Week] = &weeks[i]
	}
	for _, s := range statuses {
		w := at[s.Week]
		w.Statuses = append(w.Statuses, metrics.StatusTime(s.Columns))
	}
	for _, c := range classes {
		w := at[c.Week]
		w.Classes = append(w.Classes, metrics.ClassTime(c.Columns))
	}
	return weeks
}
