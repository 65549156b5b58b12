package main

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"
	promcollectors "github.com/prometheus/client_golang/prometheus/collectors"

	"headway/bot"
)

// totals are the bot's counters, by their name on the metrics page.
var totals = []struct {
	name, help string
	read       func(bot.Totals) uint64
}{
	{"interactions_served_total", "Interactions and events that a handler took.", func(t bot.Totals) uint64 { return t.Served }},
	{"interactions_failed_total", "Interactions whose handler did not succeed.", func(t bot.Totals) uint64 { return t.Failed }},
	{"interactions_refused_total", "Interactions turned away because too many came at once.", func(t bot.Totals) uint64 { return t.Refused }},
	{"interactions_foreign_total", "Interactions of another app or workspace.", func(t bot.Totals) uint64 { return t.Foreign }},
	{"envelopes_unusable_total", "Envelopes that could not be understood.", func(t bot.Totals) uint64 { return t.Unusable }},
	{"acks_slow_total", "Acks later than one second after receipt.", func(t bot.Totals) uint64 { return t.SlowAcks }},
	{"acks_lost_total", "Acks that came too late or could not be written.", func(t bot.Totals) uint64 { return t.LostAcks }},
	{"slack_calls_total", "Calls of Slack's Web API.", func(t bot.Totals) uint64 { return t.Calls }},
	{"slack_limited_total", "Calls that Slack refused with a time to wait.", func(t bot.Totals) uint64 { return t.Limited }},
	{"slack_uncertain_total", "Calls that may have had their effect.", func(t bot.Totals) uint64 { return t.Uncertain }},
	{"slack_errors_total", "Calls that failed otherwise.", func(t bot.Totals) uint64 { return t.Errors }},
	{"slack_plain_total", "Messages sent plain because Slack refused a block.", func(t bot.Totals) uint64 { return t.Plain }},
	{"socket_opens_total", "Socket Mode connections asked for.", func(t bot.Totals) uint64 { return t.Opens }},
}

// collectors is everything on the metrics page.
func collectors(a *app) []prometheus.Collector {
	out := []prometheus.Collector{promcollectors.NewGoCollector(), promcollectors.NewProcessCollector(promcollectors.ProcessCollectorOpts{})}
	for _, t := range totals {
		out = append(out, prometheus.NewCounterFunc(prometheus.CounterOpts{Namespace: "headway", Name: t.name, Help: t.help},
			func() float64 { return float64(t.read(a.bot.Health().Totals)) }))
	}
	gauge := func(name, help string, read func() float64) {
		out = append(out, prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "headway", Name: name, Help: help}, read))
	}
	gauge("sockets_connected", "Socket Mode connections that stand.", func() float64 { return float64(a.bot.Health().Connected) })
	gauge("outbox_pending", "Messages waiting to be sent.", func() float64 { return a.depth(func(pending, _, _ int) int { return pending }) })
	gauge("outbox_uncertain", "Messages of which Slack's answer is missing.", func() float64 { return a.depth(func(_, uncertain, _ int) int { return uncertain }) })
	gauge("outbox_dead", "Messages that Slack refused for good.", func() float64 { return a.depth(func(_, _, dead int) int { return dead }) })
	return out
}

// depth reads one of the outbox's counts, -1 while the database is down.
func (a *app) depth(pick func(pending, uncertain, dead int) int) float64 {
	pending, uncertain, dead, err := a.store.OutboxDepth(context.Background())
	if err != nil {
		return -1
	}
	return float64(pick(pending, uncertain, dead))
}
