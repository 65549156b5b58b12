package history

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"
)

// recorded is a history file as it stands: gzip, one JSON value a line, the
// first about versions and each further one an issue.
type recorded struct {
	Versions []recordedVersion
	Issues   []recordedIssue
}

type recordedVersion struct {
	ID, Name           string
	Released, Archived bool
	ReleaseDate        *string
}

type recordedIssue struct {
	ID         string            `json:"id"`
	Key        string            `json:"key"`
	Type       string            `json:"t"`
	Subtask    bool              `json:"sub"`
	Created    stamp             `json:"c"`
	Resolved   *stamp            `json:"r"`
	Resolution *string           `json:"res"`
	Status     [3]string         `json:"s"` // id, name, category
	Priority   string            `json:"p"`
	Points     *float64          `json:"sp"`
	Fix        []string          `json:"fv"`
	Affects    []string          `json:"av"`
	Parent     *string           `json:"par"`
	Due        *string           `json:"due"`
	Links      [][3]string       `json:"lnk"` // type, "o" or "i", other key
	Histories  []recordedHistory `json:"h"`
}

// recordedHistory is [id, time, author or null, [[field, from, fromString, to, toString], …]].
type recordedHistory struct {
	ID     int64
	At     stamp
	Author *int
	Items  [][5]*string
}

func (h *recordedHistory) UnmarshalJSON(raw []byte) error {
	parts := []any{&h.ID, &h.At, &h.Author, &h.Items}
	return json.Unmarshal(raw, &parts)
}

// stamp is an instant with an offset that has no colon.
type stamp time.Time

func (s *stamp) UnmarshalJSON(raw []byte) error {
	t, err := time.Parse(`"2006-01-02T15:04:05.000-0700"`, string(raw))
	*s = stamp(t)
	return err
}

func readRecorded(path string) (*recorded, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("history file: %w", err)
	}
	defer f.Close()
	z, err := gzip.NewReader(bufio.NewReader(f))
	if err != nil {
		return nil, fmt.Errorf("history file %s is not gzip: %w", path, err)
	}
	rec := &recorded{}
	lines := json.NewDecoder(z)
	if err := lines.Decode(rec); err != nil {
		return nil, fmt.Errorf("history file %s, line 1: %w", path, err)
	}
	for n := 2; ; n++ {
		var i recordedIssue
		switch err := lines.Decode(&i); err {
		case nil:
			rec.Issues = append(rec.Issues, i)
		case io.EOF:
			return rec, nil
		default:
			return nil, fmt.Errorf("history file %s, line %d: %w", path, n, err)
		}
	}
}
