package hub

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are what /metrics shows.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	accepted prometheus.Counter
	mirrored prometheus.Counter
	height   prometheus.Gauge
}

func newMetrics(h *Hub) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "parrots_hub_requests_total", Help: "HTTP requests by route and status.",
		}, []string{"route", "status"}),
		accepted: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "parrots_hub_accepted_commits_total", Help: "Commits taken into service since the start.",
		}),
		mirrored: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "parrots_hub_mirrored_bytes_total", Help: "Bytes fetched from other hubs since the start.",
		}),
		height: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "parrots_hub_chain_height", Help: "Last block that the hub has looked at.",
		}),
	}
	m.registry.MustRegister(
		m.requests, m.accepted, m.mirrored, m.height,
		gauge("parrots_hub_commits", "Commits in service.", func() float64 { return float64(h.ledger.count()) }),
		gauge("parrots_hub_uploads", "Unfinished uploads.", func() float64 { return float64(len(h.staging.all())) }),
		gauge("parrots_hub_staged_bytes", "Bytes in unfinished uploads.", func() float64 {
			var sum int64
			for _, u := range h.staging.all() {
				sum += u.view().Received
			}
			return float64(sum)
		}),
		gauge("parrots_hub_chain_up", "1 if the last look at the chain went well.", func() float64 {
			if last := h.lastHealth(); last.err == nil && !last.at.IsZero() {
				return 1
			}
			return 0
		}),
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	return m
}

func gauge(name, help string, value func() float64) prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value)
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4})
}
