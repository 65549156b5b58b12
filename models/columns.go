package models

import (
	"context"
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/schema"

	"headway/metrics"
)

func init() { // GORM keeps serializers in one global table
	schema.RegisterSerializer("ms", millis{})
	schema.RegisterSerializer("text", text{})
	schema.RegisterSerializer("doc", document{})
	schema.RegisterSerializer("histogram", histogram{})
}

// NewID makes the id of a new row: UUIDv7 text, so ids sort by their birth.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

// ms is how an instant is stored and compared: UTC milliseconds, 0 for none.
func ms(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMillis(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMilli(n).UTC()
}

// millis stores a time.Time as ms does. Both databases order and compare it
// alike, which zoned times don't.
type millis struct{}

func (millis) Scan(ctx context.Context, field *schema.Field, dst reflect.Value, stored any) error {
	n, ok := stored.(int64)
	if !ok && stored != nil {
		return fmt.Errorf("column %s: not milliseconds", field.DBName)
	}
	field.ReflectValueOf(ctx, dst).Set(reflect.ValueOf(fromMillis(n)))
	return nil
}

func (millis) Value(_ context.Context, field *schema.Field, _ reflect.Value, value any) (any, error) {
	switch v := value.(type) {
	case time.Time:
		return ms(v), nil
	case int64:
		return v, nil
	}
	return nil, fmt.Errorf("column %s: not a time", field.DBName)
}

// text stores a calendar.Date or calendar.Week by its text form, which sorts
// as it should; the zero value is "".
type text struct{}

func (text) Scan(ctx context.Context, field *schema.Field, dst reflect.Value, stored any) error {
	value := reflect.New(field.FieldType)
	if b := bytesOf(stored); len(b) > 0 {
		if err := value.Interface().(encoding.TextUnmarshaler).UnmarshalText(b); err != nil {
			return fmt.Errorf("column %s: %w", field.DBName, err)
		}
	}
	field.ReflectValueOf(ctx, dst).Set(value.Elem())
	return nil
}

func (text) Value(_ context.Context, field *schema.Field, _ reflect.Value, value any) (any, error) {
	if reflect.ValueOf(value).IsZero() {
		return "", nil
	}
	m, ok := value.(encoding.TextMarshaler)
	if !ok {
		return nil, fmt.Errorf("column %s: not text", field.DBName)
	}
	b, err := m.MarshalText()
	return string(b), err
}

// document stores a value as JSON. GORM's own would store nil as NULL, which
// no column of ours takes.
type document struct{}

func (document) Scan(ctx context.Context, field *schema.Field, dst reflect.Value, stored any) error {
	value := reflect.New(field.FieldType)
	if b := bytesOf(stored); len(b) > 0 {
		if err := json.Unmarshal(b, value.Interface()); err != nil {
			return fmt.Errorf("column %s: %w", field.DBName, err)
		}
	}
	field.ReflectValueOf(ctx, dst).Set(value.Elem())
	return nil
}

func (document) Value(_ context.Context, field *schema.Field, _ reflect.Value, value any) (any, error) {
	b, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("column %s: %w", field.DBName, err)
	}
	return string(b), nil
}

// histogram stores a metrics.Histogram in its own compact form.
type histogram struct{}

func (histogram) Scan(ctx context.Context, field *schema.Field, dst reflect.Value, stored any) error {
	var h metrics.Histogram
	if b := bytesOf(stored); len(b) > 0 {
		if err := h.UnmarshalBinary(b); err != nil {
			return fmt.Errorf("column %s: %w", field.DBName, err)
		}
	}
	field.ReflectValueOf(ctx, dst).Set(reflect.ValueOf(h))
	return nil
}

func (histogram) Value(_ context.Context, field *schema.Field, _ reflect.Value, value any) (any, error) {
	h, ok := value.(metrics.Histogram)
	if !ok {
		return nil, fmt.Errorf("column %s: not a histogram", field.DBName)
	}
	return h.MarshalBinary()
}

func bytesOf(stored any) []byte {
	switch v := stored.(type) {
	case string:
		return []byte(v)
	case []byte:
		return v
	}
	return nil
}

// clean drops U+0000 and invalid UTF-8: PostgreSQL refuses them, SQLite does
// not, and nobody needs them.
func clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\x00", "")
}

// cleanRow cleans a new row's text, and makes nil bytes empty, since nil would
// be NULL.
func cleanRow(ctx context.Context, s *schema.Schema, row reflect.Value) {
	for _, field := range s.Fields {
		if field.DBName == "" || field.Serializer != nil {
			continue
		}
		switch v := field.ReflectValueOf(ctx, row); {
		case v.Kind() == reflect.String:
			v.SetString(clean(v.String()))
		case v.Kind() == reflect.Slice && v.IsNil():
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		}
	}
}
