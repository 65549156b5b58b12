package jira

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"headway/calendar"
)

func TestEveryFormOfTimeIsRead(t *testing.T) {
	moment := time.Date(2026, 5, 7, 10, 11, 12, 345e6, time.UTC)
	for _, form := range []string{
		`"2026-05-07T10:11:12.345+0000"`,
		`"2026-05-07T12:11:12.345+0200"`,
		`"2026-05-07T10:11:12.345Z"`,
		`"2026-05-07T05:41:12.345-04:30"`,
		`"2026-05-07T10:11:12.345000+0000"`,
		`1778148672345`,
	} {
		var got instant
		if err := json.Unmarshal([]byte(form), &got); err != nil || !got.Equal(moment) {
			t.Errorf("%s = %v, %v; want %v", form, got, err, moment)
		}
	}
	for _, form := range []string{`"2026-05-07T10:11:12+0000"`, `1778148672`} {
		var got instant
		if err := json.Unmarshal([]byte(form), &got); err != nil || !got.Equal(moment.Truncate(time.Second)) {
			t.Errorf("%s = %v, %v", form, got, err)
		}
	}
}

func TestNoTimeIsTheZeroTime(t *testing.T) {
	for _, form := range []string{`null`, `""`} {
		got := instant{time.Now()}
		if err := json.Unmarshal([]byte(form), &got); err != nil || !got.IsZero() {
			t.Errorf("%s = %v, %v", form, got, err)
		}
	}
}

func TestWhatIsNoTimeIsAnError(t *testing.T) {
	for _, form := range []string{`"yesterday"`, `true`, `{}`, `1.5`, `"2026-05-07"`, `"Z"`, `"+0000"`} {
		var got instant
		if err := json.Unmarshal([]byte(form), &got); err == nil {
			t.Errorf("%s = %v", form, got)
		}
	}
}

func TestDaysAndIdsInTheirForms(t *testing.T) {
	var got struct {
		Due   day    `json:"due"`
		None  day    `json:"none"`
		Text  number `json:"text"`
		Digit number `json:"digit"`
	}
	if err := json.Unmarshal([]byte(`{"due":"2026-12-24","none":null,"text":"10001","digit":7}`), &got); err != nil {
		t.Fatal(err)
	}
	if got.Due.Date != (calendar.Date{Year: 2026, Month: 12, Day: 24}) || got.None.Date != (calendar.Date{}) || got.Text != 10001 || got.Digit != 7 {
		t.Errorf("%+v", got)
	}
}

func TestErrorsNameThePlaceAndNotTheText(t *testing.T) {
	var out struct {
		Fields struct {
			Created instant `json:"created"`
		} `json:"fields"`
	}
	err := decode(strings.NewReader(`{"fields":{"created":"fire Bob on Monday"}}`), &out)
	if err == nil || strings.Contains(err.Error(), "Bob") || !strings.Contains(err.Error(), "/fields/created") {
		t.Errorf("err = %v", err)
	}
	if err := decode(strings.NewReader(`<html>Bob</html>`), &out); err == nil || strings.Contains(err.Error(), "Bob") {
		t.Errorf("err = %v", err)
	}
}

func TestWalkHandsOutItemsAndTheToken(t *testing.T) {
	page := `{"names":{"a":[1,{}]},"issues":[{"id":1},{"id":2}],"isLast":false,"nextPageToken":"next"}`
	var items []string
	token, err := walk(strings.NewReader(page), "issues", func(v jsontext.Value) error {
		items = append(items, string(v))
		return nil
	})
	if err != nil || token != "next" || strings.Join(items, " ") != `{"id":1} {"id":2}` {
		t.Errorf("%v, token %q, err %v", items, token, err)
	}
}

func TestWalkTakesAbsentAndNullLists(t *testing.T) {
	for _, page := range []string{`{}`, `{"issues":null,"nextPageToken":null}`, `{"issues":[]}`} {
		token, err := walk(strings.NewReader(page), "issues", func(jsontext.Value) error { return errors.New("no item expected") })
		if err != nil || token != "" {
			t.Errorf("%s: token %q, err %v", page, token, err)
		}
	}
}

func TestWalkFailsOnWhatIsNoPage(t *testing.T) {
	for _, page := range []string{``, `[]`, `{"issues":{}}`, `{"issues":[{}`, `{"issues":[}`, `{"nextPageToken":3}`, `nonsense`, `{"issues":[]`} {
		if _, err := walk(strings.NewReader(page), "issues", func(jsontext.Value) error { return nil }); err == nil {
			t.Errorf("%q passed", page)
		}
	}
	_, err := walk(strings.NewReader(`{"issues":[{"id":1},{"i`), "issues", func(jsontext.Value) error { return nil })
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a cut page: %v", err)
	}
}

func FuzzWalk(f *testing.F) {
	f.Add([]byte(`{"issues":[{"id":"1","key":"A-1","fields":{"created":"2026-05-07T10:11:12.345+0000"}}],"nextPageToken":"x"}`))
	f.Add([]byte(`{"issues":null}`))
	f.Fuzz(func(t *testing.T, page []byte) {
		_, _ = walk(strings.NewReader(string(page)), "issues", func(v jsontext.Value) error {
			raw := &rawIssue{}
			if err := decodeItem(v, raw); err != nil {
				return err
			}
			_, err := raw.issue(Query{Points: "customfield_1"})
			return err
		})
	})
}
