package models

import (
	"reflect"
	"sync"
	"time"

	"gorm.io/gorm/schema"
)

// Zone says which of the walled areas a table lies in.
type Zone string

// The zones. Metrics holds no column that could name a person or hold ticket
// text; Checkin is erasable by the person.
const (
	Metrics  Zone = "metrics"
	CheckIns Zone = "checkin"
	Config   Zone = "config"
	Plumbing Zone = "plumbing"
)

// Table is what a noun declares about its rows.
type Table struct {
	Name    string
	Zone    Zone
	Purpose string
	Keep    time.Duration // 0: as long as what it belongs to
	By      string        // column that ages a row; with Keep
	Machine bool          // By is of the machine clock, not the business clock
	Columns []Column      // filled by Inventory
}

// Column is one column and why it is there.
type Column struct{ Name, Purpose string }

// Noun is a struct that is stored.
type Noun interface{ About() Table }

// The lengths of retention.
const (
	day  = 24 * time.Hour
	week = 7 * day
)

// nouns lists every table, children before their parents, so that deleting in
// this order breaks no reference.
var nouns = []Noun{
	Dedupe{}, Erasure{}, Outbox{}, Pace{}, leaseRow{}, Audit{},
	Blocker{},
	AnswerText{}, Answer{}, RoundMember{}, Round{},
	Run{}, Schedule{}, Reading{},
	weekStatus{}, weekClass{}, weekRow{}, Watermark{}, AnswerWeek{}, Report{},
	Participant{}, Checkin{}, Sprint{}, Absence{}, PartTime{}, AccountLink{}, RoleGrant{}, Home{},
	Binding{}, Definition{}, Project{}, Connection{}, Installation{}, Workspace{},
}

var schemas sync.Map // GORM's cache of parsed structs

func schemaOf(n Noun) *schema.Schema {
	s, err := schema.Parse(reflect.New(reflect.TypeOf(n)).Interface(), &schemas, schema.NamingStrategy{})
	if err != nil {
		panic("models: " + err.Error()) // a struct of ours is malformed; the first test sees it
	}
	return s
}

// Inventory lists every table with its columns, what each is for and how long
// rows are kept.
func Inventory() []Table {
	tables := make([]Table, 0, len(nouns))
	for _, n := range nouns {
		t := n.About()
		for _, f := range schemaOf(n).Fields {
			if f.DBName != "" {
				t.Columns = append(t.Columns, Column{f.DBName, f.Tag.Get("about")})
			}
		}
		tables = append(tables, t)
	}
	return tables
}
