package bot

import (
	"sync/atomic"
	"time"
)

// meters are the figures of the connection; they hold no ids.
type meters struct {
	opens, plain, lost counter
	refused            atomic.Uint64
}

type counter struct{ n atomic.Uint64 }

func (c *counter) Inc() { c.n.Add(1) }

func newMeters() *meters { return &meters{} }

func (m *meters) served(kind, string) {}

func (m *meters) refuse(kind) { m.refused.Add(1) }

func (m *meters) called(string, error) {}

func (m *meters) acked(time.Time) {}
