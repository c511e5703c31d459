package hub

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/parrots-music/parrots/internal/hub/api"
	"github.com/parrots-music/parrots/internal/ipfs/gateway"
)

// routes puts the hub's one origin together.
func (h *Hub) routes() (http.Handler, error) {
	blocks, err := gateway.New(h.blocks, gateway.Options{Metrics: h.metrics.registry})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/ipfs/", blocks)
	if err := h.proxies(mux); err != nil {
		return nil, err
	}
	mux.Handle("GET /metrics", h.metrics.handler())
	mux.HandleFunc("GET /healthz", h.healthz)
	mux.HandleFunc("GET /readyz", h.readyz)

	few, many := make(gate, maxBlockRequests), make(gate, maxRequests)
	mux.Handle("GET "+api.Prefix+"/info", h.handle(many, h.info))
	mux.Handle("POST "+api.Prefix+"/challenges", h.handle(many, h.challenge))
	mux.Handle("POST "+api.Prefix+"/sessions", h.handle(many, h.login))
	mux.Handle("POST "+api.Prefix+"/uploads", h.handle(many, h.begin))
	mux.Handle("POST "+api.Prefix+"/uploads/{id}/missing", h.handle(many, h.missing))
	mux.Handle("PUT "+api.Prefix+"/uploads/{id}/blocks", h.handle(few, h.put))
	mux.Handle("POST "+api.Prefix+"/uploads/{id}/complete", h.handle(few, h.complete))
	mux.Handle("POST "+api.Prefix+"/mirrors", h.handle(many, h.mirrored))
	mux.Handle(api.Prefix+"/", h.handle(many, func(http.ResponseWriter, *http.Request) error {
		return newProblem(http.StatusNotFound, api.CodeNotFound, "see docs/reference/hub-api.md", "no such call")
	}))
	return h.observe(mux), nil
}

// gate lets so many requests through at a time.
type gate chan struct{}

// handle gives a call its limits, and tells its error as JSON.
func (h *Hub) handle(g gate, call func(http.ResponseWriter, *http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case g <- struct{}{}:
			defer func() { <-g }()
		default:
			problemOf(busy("the hub has too many requests at the moment")).write(w)
			return
		}
		r.Body = newSteadyBody(w, r, h.cfg.Stall)
		err := call(w, r)
		if err == nil {
			return
		}
		p := problemOf(err)
		if p.status >= http.StatusInternalServerError {
			h.log.Error("request failed", "route", r.Pattern, "error", err)
		}
		p.write(w)
	})
}

// readJSON reads a body of known form and bounded length.
func readJSON(w http.ResponseWriter, r *http.Request, into any) error {
	dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, api.MaxJSONBytes))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		var tooLong *http.MaxBytesError
		if errors.As(err, &tooLong) {
			return err
		}
		return badRequest("body: %v", err)
	}
	if dec.More() {
		return badRequest("body: something follows the object")
	}
	return nil
}

// observe counts and logs requests. It logs the route, not the address: what one
// person listens to is nobody's business.
func (h *Hub) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := h.cfg.Now()
		rec := &statusRecorder{ResponseWriter: newSteadyWriter(w, h.cfg.Stall), status: http.StatusOK}
		next.ServeHTTP(rec, r)
		route := r.Pattern
		if route == "" {
			route = "none"
		}
		h.metrics.requests.WithLabelValues(route, strconv.Itoa(rec.status)).Inc()
		h.log.LogAttrs(r.Context(), slog.LevelDebug, "request",
			slog.String("route", route), slog.Int("status", rec.status), slog.Duration("took", h.cfg.Now().Sub(start)))
	})
}

type statusRecorder struct {
	http.ResponseWriter
	status int
}

func (r *statusRecorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the connection.
func (r *statusRecorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// wallet returns who is logged in.
func (h *Hub) wallet(r *http.Request) (string, error) {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return "", unauthorized("no session")
	}
	return h.sessions.wallet(token)
}

func (h *Hub) healthz(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]string{"status": "ok"})
}

// readyz answers from the last look at the chain, so that asking often costs the
// node nothing.
func (h *Hub) readyz(w http.ResponseWriter, _ *http.Request) {
	last := h.lastHealth()
	body := map[string]any{"status": "ready", "height": last.status.Height}
	status := http.StatusOK
	switch {
	case last.at.IsZero() || h.cfg.Now().Sub(last.at) > lookLate:
		status, body["status"] = http.StatusServiceUnavailable, "the chain was not looked at lately"
	case last.err != nil:
		// A stranger need not learn where the node is.
		status, body["status"] = http.StatusServiceUnavailable, problemOf(last.err).body.Error
	}
	writeJSON(w, status, body)
}
