package bot

import (
	"testing"

	"github.com/prometheus/client_golang/prometheus"
)

func TestCollectorsFollowTheTotals(t *testing.T) {
	b := newBench(t)
	b.send("slash_commands", slash("x")) // no handler: it fails
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(b.Collectors()...)
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, f := range families {
		got[f.GetName()] = f.GetMetric()[0].GetCounter().GetValue()
	}
	if got["headway_slack_failed_total"] != 1 || got["headway_slack_served_total"] != 0 {
		t.Errorf("collected %v", got)
	}
}
