package main

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"
	promcollectors "github.com/prometheus/client_golang/prometheus/collectors"
)

// collectors is everything on the metrics page: the process, the connection to
// Slack, and how far the outbox is.
func collectors(a *app) []prometheus.Collector {
	out := append(a.bot.Collectors(), promcollectors.NewGoCollector(), promcollectors.NewProcessCollector(promcollectors.ProcessCollectorOpts{}))
	for _, g := range []struct {
		name, help string
		pick       func(pending, uncertain, dead int) int
	}{
		{"outbox_pending", "Messages waiting to be sent.", func(pending, _, _ int) int { return pending }},
		{"outbox_uncertain", "Messages of which Slack's answer is missing.", func(_, uncertain, _ int) int { return uncertain }},
		{"outbox_dead", "Messages that Slack refused for good.", func(_, _, dead int) int { return dead }},
	} {
		out = append(out, prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "headway", Name: g.name, Help: g.help},
			func() float64 { return a.depth(g.pick) }))
	}
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
