package models

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/schema"
)

// What tests outside the package may look into.

func Nouns() []Noun { return nouns }

func SchemaOf(n Noun) *schema.Schema { return schemaOf(n) }

// Plain is the database without the tenant guard.
func (s *Store) Plain(ctx context.Context) *gorm.DB { return s.plain.WithContext(ctx) }

// Rows is a query of the team as the methods start it.
func (t Team) Rows(ctx context.Context) *gorm.DB { return t.rows(ctx) }

// Unbound is a query that no team was given to.
func (s *Store) Unbound(ctx context.Context) *gorm.DB { return s.write.WithContext(ctx) }

// FateOf is what becomes of a column when the person in it is erased.
func FateOf(f *schema.Field) string { return string(fateOf(f)) }
