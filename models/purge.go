package models

import (
	"context"
	"fmt"
	"reflect"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"

	"headway/calendar"
)

// Purge deletes what is older than its table's retention, of every team, and
// returns how many rows went, by table.
func (s *Store) Purge(ctx context.Context, now time.Time) (map[string]int, error) {
	teams, err := s.Teams(ctx)
	total := map[string]int{}
	for _, id := range teams {
		counts, err := s.Team(id).Purge(ctx, now)
		if err != nil {
			return total, err
		}
		for table, n := range counts {
			total[table] += n
		}
	}
	return total, err
}

// Purge deletes the team's rows that are older than their table's retention
// and returns how many went, by table; tables that lost none are left out.
func (t Team) Purge(ctx context.Context, now time.Time) (map[string]int, error) {
	counts := map[string]int{}
	for _, n := range nouns {
		table := n.About()
		if table.Keep == 0 {
			continue
		}
		at := now
		if table.Machine {
			at = time.Now()
		}
		gone, err := t.purgeTable(ctx, n, table, at.Add(-table.Keep))
		if err != nil {
			return counts, fmt.Errorf("purge %s: %w", table.Name, err)
		}
		if gone > 0 {
			counts[table.Name] = gone
		}
	}
	return counts, nil
}

func (t Team) purgeTable(ctx context.Context, n Noun, table Table, before time.Time) (gone int, err error) {
	field := schemaOf(n).LookUpField(table.By)
	err = t.change(ctx, func(db *gorm.DB) error {
		res := db.Where(table.By+" < ?", cutoff(field, before)).Delete(reflect.New(reflect.TypeOf(n)).Interface())
		gone = int(res.RowsAffected)
		return known(res.Error)
	})
	return gone, err
}

// cutoff is the instant as the aging column writes it.
func cutoff(field *schema.Field, at time.Time) any {
	switch field.FieldType {
	case reflect.TypeFor[calendar.Date]():
		return calendar.DateOf(at, time.UTC).String()
	case reflect.TypeFor[calendar.Week]():
		return calendar.WeekOf(calendar.DateOf(at, time.UTC)).String()
	}
	return ms(at)
}
