package models

import (
	"context"

	"gorm.io/gorm"

	"headway/calendar"
)

// PartTime is the days of the week on which a person does not work.
type PartTime struct {
	Tenant
	User string            `gorm:"primaryKey;column:user_id" about:"Slack user who works part-time"`
	Days calendar.Weekdays `gorm:"type:bigint" about:"days the person does not work, one bit each, Monday first"`
}

// TableName keeps GORM from inventing a plural.
func (PartTime) TableName() string { return "part_time" }

// About implements Noun.
func (PartTime) About() Table {
	return Table{Name: "part_time", Zone: CheckIns, Purpose: "keeps people from being asked on days they don't work; kept until they end it"}
}

// SetPartTime makes these the days on which the person does not work; none
// removes the row. It gives ErrErased for somebody whose data were just erased.
func (t Team) SetPartTime(ctx context.Context, user string, days calendar.Weekdays) error {
	return t.change(ctx, func(db *gorm.DB) error {
		if days == 0 {
			return known(db.Where("user_id = ?", user).Delete(&PartTime{}).Error)
		}
		if err := t.notErased(db, user); err != nil {
			return err
		}
		on := conflict([]string{"team_id", "user_id"}, "days")
		return known(db.Clauses(on).Create(&PartTime{User: user, Days: days}).Error)
	})
}

// TimesOf is what is known of the time of each of these people; someone of whom
// nothing is known has the zero value.
func (t Team) TimesOf(ctx context.Context, users ...string) (map[string]calendar.Person, error) {
	times := make(map[string]calendar.Person, len(users))
	part, err := all[PartTime](t.rows(ctx).Where("user_id IN ?", users))
	if err != nil {
		return nil, err
	}
	for _, p := range part {
		times[p.User] = calendar.Person{PartTime: p.Days}
	}
	absences, err := all[Absence](t.rows(ctx).Where("user_id IN ?", users).Order("from_date, id"))
	for _, a := range absences {
		person := times[a.User]
		person.Away = append(person.Away, a.Span())
		times[a.User] = person
	}
	return times, err
}
