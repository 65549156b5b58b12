package models

import (
	"errors"
	"fmt"

	"gorm.io/gorm"
)

// The errors that callers tell apart with errors.Is.
var (
	ErrNotFound    = errors.New("not found")
	ErrConflict    = errors.New("another row is in the way")
	ErrOrphan      = errors.New("the row it belongs to is not there")
	ErrLastAdmin   = errors.New("the last admin can't be removed")
	ErrNewerSchema = errors.New("the database is newer than this program")
	ErrPermit      = errors.New("no permit for this project")
	ErrLeaseLost   = errors.New("the lease is lost")
	ErrErased      = errors.New("the person had their data erased")
	ErrTenant      = errors.New("a query without its team")
	ErrKey         = errors.New("the stored secret can't be opened with these keys")
)

// known turns an error of GORM into one of ours and leaves nil alone.
func known(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, gorm.ErrRecordNotFound):
		return fmt.Errorf("models: %w", ErrNotFound)
	case errors.Is(err, gorm.ErrDuplicatedKey):
		return fmt.Errorf("models: %w", ErrConflict)
	case errors.Is(err, gorm.ErrForeignKeyViolated):
		return fmt.Errorf("models: %w", ErrOrphan)
	}
	return fmt.Errorf("models: %w", err)
}
