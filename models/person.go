package models

import (
	"context"
	"encoding"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"
)

// FormerMember stands where a person was who had their data erased.
const FormerMember = "a former member"

// fate is what becomes of a column when the person in it is erased.
type fate string

// The fates. A column's name decides, so that a new table is never forgotten;
// the tag person:"…" speaks for columns with another name.
const (
	fateNone   fate = ""
	fateRow    fate = "row"    // the row is the person's own and goes
	fateFormer fate = "former" // the person did something: FormerMember stands there instead
	fateWithin fate = "within" // an id may stand among other words: replaced there
	fateNaming fate = "naming" // a row that names the person goes
	fateApp    fate = "app"    // the app's own user, no person
)

func fateOf(f *schema.Field) fate {
	if tag := f.Tag.Get("person"); tag != "" {
		return fate(tag)
	}
	switch name := f.DBName; {
	case name == "user_id":
		return fateRow
	case name == "actor", name == "owner", name == "by_user", strings.HasSuffix(name, "_by"):
		return fateFormer
	}
	return fateNone
}

// personal are the columns of a noun that have one of the fates.
func personal(n Noun, fates ...fate) (found []*schema.Field) {
	for _, f := range schemaOf(n).Fields {
		if slices.Contains(fates, fateOf(f)) && f.DBName != "" {
			found = append(found, f)
		}
	}
	return found
}

func blank(n Noun) any { return reflect.New(reflect.TypeOf(n)).Interface() }

// Forget erases a person in one transaction: rows of their own and messages to
// them or naming them go, with a count by table; where they did something, a
// former member did. What rounds counted when they closed stays. For 24 hours a
// keyed hash keeps a late redelivery from storing something new. It gives
// ErrLastAdmin while nobody else administers the workspace.
func (t Team) Forget(ctx context.Context, user string) (Receipt, error) {
	receipt := Receipt{}
	err := t.change(ctx, func(db *gorm.DB) error {
		clear(receipt)
		if err := lockPerson(db, user); err != nil {
			return err
		}
		for _, n := range nouns {
			gone, err := forgetIn(db, n, user)
			if err != nil {
				return err
			}
			if gone > 0 {
				receipt[n.About().Name] = gone
			}
		}
		return t.markErased(db, user)
	})
	return receipt, err
}

// lockPerson holds what others would write of the person meanwhile: the roles,
// the projects that a round may open for, and the person's places in rounds.
func lockPerson(db *gorm.DB, user string) error {
	if err := lockWorkspace(db); err != nil {
		return err
	}
	if err := someoneElseAdministers(db, user); err != nil {
		return err
	}
	if _, err := all[Project](locked(db).Order("id")); err != nil {
		return err
	}
	_, err := all[RoundMember](locked(db).Where("user_id = ?", user).Order("round_id"))
	return err
}

func someoneElseAdministers(db *gorm.DB, user string) error {
	grants, err := all[RoleGrant](db.Where("project_id = '' AND role IN ?", []Role{Admin, Owner}))
	if err != nil || !slices.ContainsFunc(grants, func(g RoleGrant) bool { return g.User == user }) {
		return err
	}
	if slices.ContainsFunc(grants, func(g RoleGrant) bool { return g.User != user }) {
		return nil
	}
	return ErrLastAdmin
}

// forgetIn erases the person in one table and returns how many rows went.
func forgetIn(db *gorm.DB, n Noun, user string) (gone int, err error) {
	for _, f := range personal(n, fateRow) {
		res := db.Where(f.DBName+" = ?", user).Delete(blank(n))
		if gone += int(res.RowsAffected); res.Error != nil {
			return gone, known(res.Error)
		}
	}
	for _, f := range personal(n, fateFormer) {
		if err := db.Model(blank(n)).Where(f.DBName+" = ?", user).Update(f.DBName, FormerMember).Error; err != nil {
			return gone, known(err)
		}
	}
	naming, within := personal(n, fateNaming), personal(n, fateWithin)
	if len(naming)+len(within) == 0 {
		return gone, nil
	}
	named, err := forgetNames(db, n, user, naming, within)
	return gone + named, err
}

// forgetNames looks through the words of a table's rows. An id is matched as a
// whole: U1 is not in U12.
func forgetNames(db *gorm.DB, n Noun, user string, naming, within []*schema.Field) (gone int, err error) {
	rows := reflect.New(reflect.SliceOf(reflect.TypeOf(n)))
	if err := db.Model(blank(n)).Find(rows.Interface()).Error; err != nil {
		return 0, known(err)
	}
	id := wholeWord(user)
	for i := range rows.Elem().Len() {
		row := rows.Elem().Index(i)
		if slices.ContainsFunc(naming, func(f *schema.Field) bool { return id.MatchString(words(f, row)) }) {
			if err := known(db.Delete(row.Addr().Interface()).Error); err != nil {
				return gone, err
			}
			gone++
			continue
		}
		for _, f := range within {
			was := words(f, row)
			if now := id.ReplaceAllString(was, FormerMember); now != was {
				if err := known(db.Model(row.Addr().Interface()).Update(f.DBName, now).Error); err != nil {
					return gone, err
				}
			}
		}
	}
	return gone, nil
}

func wholeWord(user string) *regexp.Regexp {
	return regexp.MustCompile(`\b` + regexp.QuoteMeta(user) + `\b`)
}

// words are a text or bytes column's content.
func words(f *schema.Field, row reflect.Value) string {
	v := row.FieldByIndex(f.StructField.Index)
	if v.Kind() == reflect.Slice {
		return string(v.Bytes())
	}
	return v.String()
}

// Holding is what one table holds on a person.
type Holding struct {
	Table  string
	About  string        // what the table is for
	Keep   time.Duration // 0: until the person or an admin ends it
	Oldest time.Time     // zero where the table has no age
	Rows   []map[string]any
}

// HeldOn lists the person's own rows, and those that say what they did, table
// by table. Bytes, such as a message on its way, are left out.
func (t Team) HeldOn(ctx context.Context, user string) ([]Holding, error) {
	var held []Holding
	for _, n := range nouns {
		own := personal(n, fateRow, fateFormer)
		if len(own) == 0 {
			continue
		}
		rows := reflect.New(reflect.SliceOf(reflect.TypeOf(n)))
		if err := t.rows(ctx).Model(blank(n)).Where(isOneOf(own), sameFor(own, user)...).Find(rows.Interface()).Error; err != nil {
			return nil, known(err)
		}
		if rows.Elem().Len() > 0 {
			held = append(held, holding(n, user, rows.Elem()))
		}
	}
	return held, nil
}

func isOneOf(fields []*schema.Field) string {
	parts := make([]string, len(fields))
	for i, f := range fields {
		parts[i] = f.DBName + " = ?"
	}
	return strings.Join(parts, " OR ")
}

func sameFor(fields []*schema.Field, user string) []any {
	values := make([]any, len(fields))
	for i := range fields {
		values[i] = user
	}
	return values
}

func holding(n Noun, user string, rows reflect.Value) Holding {
	about := n.About()
	h := Holding{Table: about.Name, About: about.Purpose, Keep: about.Keep}
	for i := range rows.Len() {
		row := map[string]any{}
		for _, f := range schemaOf(n).Fields {
			if f.DBName == "" || f.FieldType.Kind() == reflect.Slice {
				continue
			}
			value := rows.Index(i).FieldByIndex(f.StructField.Index).Interface()
			if fateOf(f) == fateFormer && value != user {
				continue // somebody else did it
			}
			at, isTime := value.(time.Time)
			if isTime && f.DBName == about.By && (h.Oldest.IsZero() || at.Before(h.Oldest)) {
				h.Oldest = at
			}
			row[f.DBName] = plain(value)
		}
		h.Rows = append(h.Rows, row)
	}
	return h
}

// plain is a value as JSON shows it best; nil for none.
func plain(value any) any {
	if v := reflect.ValueOf(value); v.IsValid() && v.Kind() != reflect.Bool && v.Kind() != reflect.Int && v.IsZero() {
		return nil
	}
	if m, ok := value.(encoding.TextMarshaler); ok {
		if b, err := m.MarshalText(); err == nil {
			return string(b)
		}
	}
	if s, ok := value.(interface{ String() string }); ok {
		return s.String()
	}
	return value
}
