package main

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"
	promcollectors "github.com/prometheus/client_golang/prometheus/collectors"

	"headway/models"
)

// collectors is everything on the metrics page: the process, the connection to
// Slack, and how far the outbox is.
func collectors(a *app) []prometheus.Collector {
	out := append(a.bot.Collectors(), promcollectors.NewGoCollector(), promcollectors.NewProcessCollector(promcollectors.ProcessCollectorOpts{}))
	for _, g := range []struct {
		name, help string
		pick       func(models.Depth) int
	}{
		{"outbox_pending", "Messages waiting to be sent.", func(d models.Depth) int { return d.Pending }},
		{"outbox_uncertain", "Messages of which Slack's answer is missing.", func(d models.Depth) int { return d.Uncertain }},
		{"outbox_dead", "Messages that Slack refused for good.", func(d models.Depth) int { return d.Dead }},
	} {
		out = append(out, prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "headway", Name: g.name, Help: g.help},
			func() float64 { return a.depth(g.pick) }))
	}
	return out
}

// depth reads one of the outbox's counts, -1 while the database is down.
func (a *app) depth(pick func(models.Depth) int) float64 {
	d, err := a.store.OutboxDepth(context.Background())
	if err != nil {
		return -1
	}
	return float64(pick(d))
}
