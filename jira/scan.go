package jira

import (
	"bytes"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// scanner picks the few values we want out of a long answer and steps over the
// rest. A struct for the whole answer would be shorter, but takes half again as
// long: most of an answer is addresses of pictures.
type scanner struct {
	*jsontext.Decoder
	words [256]string // the last one of each sum
}

func newScanner(r io.Reader) *scanner {
	return &scanner{Decoder: newDecoder(r)}
}

// object hands over the name of each member; each reads its value. null has no
// members. The name is good until the next value is read; one that is written
// with escapes is none that we know.
func (s *scanner) object(each func(name []byte) error) error {
	if s.PeekKind() == 'n' {
		return s.skip()
	}
	if err := s.expect('{'); err != nil {
		return err
	}
	for s.PeekKind() == '"' {
		name, err := s.ReadValue()
		if err != nil {
			return err
		}
		if err := each(name[1 : len(name)-1]); err != nil {
			return err
		}
	}
	return s.expect('}')
}

// array calls each, which reads one element, as long as there are any. null has
// none.
func (s *scanner) array(each func() error) error {
	if s.PeekKind() == 'n' {
		return s.skip()
	}
	if err := s.expect('['); err != nil {
		return err
	}
	for kind := s.PeekKind(); kind != ']' && kind != jsontext.KindInvalid; kind = s.PeekKind() {
		if err := each(); err != nil {
			return err
		}
	}
	return s.expect(']')
}

func (s *scanner) expect(kind jsontext.Kind) error {
	token, err := s.ReadToken()
	if err != nil {
		return err
	}
	if token.Kind() != kind {
		return s.unexpected(token.Kind())
	}
	return nil
}

// unexpected is a value of another type than Jira describes.
func (s *scanner) unexpected(kind jsontext.Kind) error {
	return fmt.Errorf("%w: unexpected %s at %s", ErrIncomplete, kind, s.StackPointer())
}

// skip steps over one value.
func (s *scanner) skip() error {
	_, err := s.ReadValue()
	return err
}

// text reads a string; null is "". Equal strings share their memory: an answer
// holds a few field names, statuses and accounts, each a thousand times.
func (s *scanner) text() (string, error) {
	raw, err := s.ReadValue()
	if err != nil {
		return "", err
	}
	switch raw.Kind() {
	case 'n':
		return "", nil
	case '"':
	default:
		return "", s.unexpected(raw.Kind())
	}
	plain := raw[1 : len(raw)-1]
	if len(plain) == 0 {
		return "", nil
	}
	if bytes.IndexByte(plain, '\\') >= 0 {
		plain, _ = jsontext.AppendUnquote(nil, raw) // ReadValue has found it to be a string
		return string(plain), nil
	}
	word := &s.words[(7*int(plain[0])+31*int(plain[len(plain)-1])+len(plain))%len(s.words)]
	if *word != string(plain) {
		*word = string(plain)
	}
	return *word, nil
}

// value reads anything that unmarshals itself: an instant, a day, a number.
func (s *scanner) value(into interface{ UnmarshalJSON([]byte) error }) error {
	raw, err := s.ReadValue()
	if err != nil {
		return err
	}
	if into.UnmarshalJSON(raw) != nil {
		return s.unexpected(raw.Kind())
	}
	return nil
}

// id reads the id of an object, "" for null.
func (s *scanner) id() (id string, err error) {
	err = s.object(func(name []byte) error {
		if string(name) != "id" {
			return s.skip()
		}
		id, err = s.text()
		return err
	})
	return id, err
}

// page reads a long answer one element of its list at a time, so that memory
// holds a single one, and returns the token of the next page.
func page(r io.Reader, list string, each func(*scanner) error) (token string, err error) {
	s := newScanner(r)
	if s.PeekKind() == 'n' {
		return "", s.expect('{')
	}
	err = s.object(func(name []byte) (err error) {
		switch string(name) {
		case list:
			return s.array(func() error { return each(s) })
		case "nextPageToken":
			token, err = s.text()
			return err
		}
		return s.SkipValue()
	})
	return token, withoutText(err)
}
