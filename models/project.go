package models

import (
	"context"
	"regexp"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"headway/calendar"
)

// The states of a project.
const (
	ProjectDraft    = "draft" // set up in part
	ProjectActive   = "active"
	ProjectPaused   = "paused"
	ProjectArchived = "archived"
)

// Project is one Jira project with its board, and how Headway treats it.
type Project struct {
	Tenant
	ID           string `gorm:"primaryKey" about:"id"`
	ConnectionID string `about:"the Jira connection it is read through"`
	JiraID       int64  `about:"Jira's id of the project"`
	Key          string `about:"Jira's key of the project"`
	Name         string `about:"Jira's name of the project"`
	BoardID      int64  `about:"Jira's id of the board"`
	BoardName    string `about:"Jira's name of the board"`
	Sprints      bool   `about:"the board works in sprints"`

	Zone     string            `about:"IANA time zone that days and weeks are cut in"`
	Workdays calendar.Weekdays `gorm:"type:bigint" about:"working days, one bit each, Monday first"`
	Country  string            `about:"country whose holidays are off; empty for none"`
	DaysOff  []DayOff          `gorm:"type:text;serializer:doc" about:"days off of the team with a short label each, as JSON; only SetDaysOff writes them"`

	EstimateField string `about:"id of the Jira field with the estimate; empty to count items"`
	SprintField   string `about:"id of the Jira field with the sprint"`
	FlagField     string `about:"id of the Jira field with the flag"`

	ReportChannel string        `about:"Slack channel of the weekly report"`
	ReportSlot    calendar.Slot `gorm:"type:text;serializer:doc" about:"weekday and local time of the weekly report"`
	NudgePerDay   int           `about:"most nudges a channel gets a day"`
	NudgePerWeek  int           `about:"most nudges a channel gets a week"`
	QuietFrom     int           `about:"local minute of the day from which nothing is nudged"`
	QuietTo       int           `about:"local minute of the day until which nothing is nudged"`

	State     string    `about:"draft, active, paused or archived"`
	Step      int       `about:"step of the setup that is done"`
	CreatedBy string    `about:"Slack user who set it up"`
	CreatedAt time.Time `gorm:"type:bigint;serializer:ms;autoCreateTime:false" about:"when it was set up"`
}

// About implements Noun.
func (Project) About() Table {
	return Table{Name: "projects", Zone: Config, Purpose: "the Jira projects that Headway follows"}
}

// Location is the project's zone, UTC while it is unset or unknown here.
func (p Project) Location() *time.Location {
	z, err := calendar.LoadZone(p.Zone)
	if err != nil {
		return time.UTC
	}
	return z
}

// Calendar is the project's working calendar.
func (p Project) Calendar() calendar.Calendar {
	off := make(map[calendar.Date]bool, len(p.DaysOff))
	for _, d := range p.DaysOff {
		off[d.Date] = true
	}
	return calendar.Calendar{Zone: p.Location(), Days: p.Workdays, Country: p.Country, Off: off}
}

var projectKey = regexp.MustCompile(`^[A-Z][A-Z0-9_]{1,31}$`)

// Validate returns what is wrong, by field name as in Slack's forms; nil when
// all is well.
func (p Project) Validate() map[string]string {
	v := violations{}
	v.unless(projectKey.MatchString(p.Key), "project", "Choose a Jira project.")
	v.unless(p.JiraID > 0, "project", "Choose a Jira project.")
	v.unless(validZone(p.Zone), "zone", "Choose a time zone.")
	v.unless(p.Workdays != 0, "workdays", "Choose at least one working day.")
	v.unless(p.Country == "" || knownCountry(p.Country), "country", "Headway does not know the holidays of this country.")
	v.unless(clockTime(p.ReportSlot.Hour, p.ReportSlot.Minute), "report_time", "Choose a time of day.")
	v.unless(p.NudgePerDay >= 0 && p.NudgePerDay <= 10, "nudge_per_day", "Choose a number from 0 to 10.")
	v.unless(p.NudgePerWeek >= 0 && p.NudgePerWeek <= 50, "nudge_per_week", "Choose a number from 0 to 50.")
	v.unless(clockTime(p.QuietFrom/60, p.QuietFrom%60), "quiet_from", "Choose a time of day.")
	v.unless(clockTime(p.QuietTo/60, p.QuietTo%60), "quiet_to", "Choose a time of day.")
	return v.found()
}

// violations collects what is wrong with a noun; the first word on a field
// stays.
type violations map[string]string

func (v violations) unless(ok bool, field, say string) {
	if _, said := v[field]; !ok && !said {
		v[field] = say
	}
}

func (v violations) found() map[string]string {
	if len(v) == 0 {
		return nil
	}
	return v
}

func validZone(name string) bool {
	_, err := time.LoadLocation(name)
	return name != "" && name != "Local" && err == nil
}

func knownCountry(code string) bool {
	for _, c := range calendar.Countries() {
		if c.Code == code {
			return true
		}
	}
	return false
}

func clockTime(hour, minute int) bool {
	return hour >= 0 && hour < 24 && minute >= 0 && minute < 60
}

// PutProject inserts the project or replaces the one with its id. It gives
// ErrConflict when the Jira project is followed already. Days off are left as
// they are.
func (t Team) PutProject(ctx context.Context, p *Project) error {
	if p.ID == "" {
		p.ID = NewID()
	}
	if p.CreatedAt.IsZero() {
		p.CreatedAt = t.store.now()
	}
	return t.change(ctx, func(db *gorm.DB) error { return upsert(db.Omit("DaysOff"), p) })
}

// upsert inserts a row or replaces the team's one with its id.
func upsert(db *gorm.DB, row any) error {
	return known(db.Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "team_id"}, {Name: "id"}},
		UpdateAll: true,
	}).Create(row).Error)
}

// Projects lists the projects in any of these states, all without a state, by
// key.
func (t Team) Projects(ctx context.Context, states ...string) ([]Project, error) {
	q := t.rows(ctx).Order("key, id")
	if len(states) > 0 {
		q = q.Where("state IN ?", states)
	}
	return all[Project](q)
}

// Project returns one project.
func (t Team) Project(ctx context.Context, id string) (Project, error) {
	return one[Project](t.rows(ctx).Where("id = ?", id))
}

// ProjectByKey returns the project with Jira's key.
func (t Team) ProjectByKey(ctx context.Context, key string) (Project, error) {
	return one[Project](t.rows(ctx).Where("key = ?", clean(key)).Order("id"))
}

// Receipt counts the rows that were deleted, by table.
type Receipt map[string]int

// DeleteProject deletes the project and all that belongs to it. Audit rows
// stay until their time is over.
func (t Team) DeleteProject(ctx context.Context, id string) (Receipt, error) {
	receipt := Receipt{}
	err := t.change(ctx, func(db *gorm.DB) error {
		clear(receipt)
		if _, err := one[Project](locked(db).Where("id = ?", id)); err != nil {
			return err
		}
		for _, d := range belongings(db, id) {
			res := d.where.Delete(d.noun)
			if res.Error != nil {
				return known(res.Error)
			}
			receipt[d.noun.About().Name] = int(res.RowsAffected)
		}
		return nil
	})
	return receipt, err
}

type belonging struct {
	noun  Noun
	where *gorm.DB
}

// belongings lists what goes with a project, children first.
func belongings(db *gorm.DB, id string) []belonging {
	rounds := db.Model(&Round{}).Select("id").Where("project_id = ?", id)
	schedules := db.Model(&Schedule{}).Select("id").Where("project_id = ?", id)
	of := func(column string, value any) *gorm.DB { return db.Where(column+" IN (?)", value) }
	return []belonging{
		{&Blocker{}, of("project_id", id)},
		{&AnswerText{}, of("round_id", rounds)},
		{&Answer{}, of("round_id", rounds)},
		{&RoundMember{}, of("round_id", rounds)},
		{&Round{}, of("project_id", id)},
		{&Run{}, of("schedule_id", schedules)},
		{&Schedule{}, of("project_id", id)},
		{&Reading{}, of("project_id", id)},
		{&weekStatus{}, of("project_id", id)},
		{&weekClass{}, of("project_id", id)},
		{&weekRow{}, of("project_id", id)},
		{&Watermark{}, of("project_id", id)},
		{&AnswerWeek{}, of("project_id", id)},
		{&Report{}, of("project_id", id)},
		{&Participant{}, of("project_id", id)},
		{&Checkin{}, of("project_id", id)},
		{&Sprint{}, of("project_id", id)},
		{&Binding{}, of("project_id", id)},
		{&Definition{}, of("project_id", id)},
		{&RoleGrant{}, of("project_id", id)},
		{&Project{}, of("id", id)},
	}
}
