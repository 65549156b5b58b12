package bot

import (
	"errors"
	"sync/atomic"
	"time"
)

// Totals count since the start; they hold no ids.
type Totals struct {
	Served   uint64 // interactions and events that a handler took
	Failed   uint64 // … whose handler did not succeed
	Refused  uint64 // … turned away because too many came at once, or at the very end of a shutdown
	Foreign  uint64 // … of another app or workspace
	Unusable uint64 // envelopes that could not be understood

	SlowAcks uint64 // acks later than one second after receipt; Slack gives up after three
	LostAcks uint64 // acks that came too late or could not be written

	Calls     uint64 // Web API calls
	Limited   uint64 // … refused with a time to wait
	Uncertain uint64 // … that may have had their effect
	Errors    uint64 // … that failed otherwise
	Plain     uint64 // messages sent in their plain rendering because Slack refused a block

	Opens uint64 // Socket Mode connections asked for
}

// meters are the counters behind Totals.
type meters struct {
	served, failed, refused, foreign, unusable atomic.Uint64
	slowAcks, lostAcks                         atomic.Uint64
	calls, limited, uncertain, errors, plain   atomic.Uint64
	opens                                      atomic.Uint64
}

func (m *meters) called(err error) {
	m.calls.Add(1)
	var e *callError
	switch {
	case !errors.As(err, &e):
	case e.limited:
		m.limited.Add(1)
	case e.uncertain:
		m.uncertain.Add(1)
	default:
		m.errors.Add(1)
	}
}

func (m *meters) acked(received time.Time) {
	if time.Since(received) > time.Second {
		m.slowAcks.Add(1)
	}
}

func (m *meters) totals() Totals {
	return Totals{
		Served: m.served.Load(), Failed: m.failed.Load(), Refused: m.refused.Load(), Foreign: m.foreign.Load(), Unusable: m.unusable.Load(),
		SlowAcks: m.slowAcks.Load(), LostAcks: m.lostAcks.Load(),
		Calls: m.calls.Load(), Limited: m.limited.Load(), Uncertain: m.uncertain.Load(), Errors: m.errors.Load(), Plain: m.plain.Load(),
		Opens: m.opens.Load(),
	}
}
