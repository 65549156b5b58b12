package bot

import "github.com/prometheus/client_golang/prometheus"

// Collectors are the figures of the connection for the metrics endpoint. Their
// names and labels hold no ids.
func (b *Bot) Collectors() []prometheus.Collector {
	total := func(name, help string, of func(Totals) uint64) prometheus.Collector {
		return prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help},
			func() float64 { return float64(of(b.meters.totals())) })
	}
	gauge := func(name, help string, of func(Health) int) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help},
			func() float64 { return float64(of(b.Health())) })
	}
	return []prometheus.Collector{
		gauge("headway_slack_connections", "Socket Mode connections that stand.", func(h Health) int { return h.Connected }),
		gauge("headway_slack_under_way", "Interactions and what follows them, under way now.", func(h Health) int { return h.Queue }),
		total("headway_slack_served_total", "Interactions and events that a handler took.", func(t Totals) uint64 { return t.Served }),
		total("headway_slack_failed_total", "Interactions and events whose handler did not succeed.", func(t Totals) uint64 { return t.Failed }),
		total("headway_slack_refused_total", "Interactions turned away because too many came at once.", func(t Totals) uint64 { return t.Refused }),
		total("headway_slack_foreign_total", "Interactions of another app or workspace.", func(t Totals) uint64 { return t.Foreign }),
		total("headway_slack_unusable_total", "Envelopes that could not be understood.", func(t Totals) uint64 { return t.Unusable }),
		total("headway_slack_slow_acks_total", "Acks later than one second; Slack gives up after three.", func(t Totals) uint64 { return t.SlowAcks }),
		total("headway_slack_lost_acks_total", "Acks that came too late or could not be written.", func(t Totals) uint64 { return t.LostAcks }),
		total("headway_slack_calls_total", "Web API calls.", func(t Totals) uint64 { return t.Calls }),
		total("headway_slack_limited_total", "Web API calls refused with a time to wait.", func(t Totals) uint64 { return t.Limited }),
		total("headway_slack_uncertain_total", "Web API calls that may have had their effect.", func(t Totals) uint64 { return t.Uncertain }),
		total("headway_slack_errors_total", "Web API calls that failed otherwise.", func(t Totals) uint64 { return t.Errors }),
		total("headway_slack_plain_total", "Messages sent plain because Slack refused a block.", func(t Totals) uint64 { return t.Plain }),
		total("headway_slack_opens_total", "Socket Mode connections asked for.", func(t Totals) uint64 { return t.Opens }),
	}
}
