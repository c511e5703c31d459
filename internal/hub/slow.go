package hub

import (
	"errors"
	"io"
	"net/http"
	"time"
)

// A client that sends or reads slowly, on purpose or not, keeps one of few places.
// Deadlines of a connection are of the machine's clock, whatever the hub's says.

// slowest is the least that a body may make of way, in bytes a second, once it has
// had a while to begin: 64 MiB then take an hour.
const slowest = 16 << 10

// steadyBody ends a connection whose client stops sending, or trickles.
type steadyBody struct {
	io.ReadCloser
	control *http.ResponseController
	stall   time.Duration
	begun   time.Time
	read    int64
}

func newSteadyBody(w http.ResponseWriter, r *http.Request, stall time.Duration) *steadyBody {
	return &steadyBody{ReadCloser: r.Body, control: http.NewResponseController(w), stall: stall, begun: wallClock()}
}

func (b *steadyBody) Read(p []byte) (int, error) {
	deadline := wallClock().Add(b.stall)
	last := b.begun.Add(2*b.stall + time.Duration(b.read)*time.Second/slowest)
	if last.Before(deadline) {
		deadline = last
	}
	if err := b.control.SetReadDeadline(deadline); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return 0, err
	}
	n, err := b.ReadCloser.Read(p)
	b.read += int64(n)
	if err == io.EOF { // what comes now is the answer, which may take its time
		_ = b.control.SetReadDeadline(time.Time{})
	}
	return n, err
}

// steadyWriter ends a connection whose client stops reading.
type steadyWriter struct {
	http.ResponseWriter
	control *http.ResponseController
	stall   time.Duration
}

func newSteadyWriter(w http.ResponseWriter, stall time.Duration) *steadyWriter {
	s := &steadyWriter{w, http.NewResponseController(w), stall}
	_ = s.control.SetWriteDeadline(time.Time{}) // the last request's
	return s
}

// WriteHeader implements http.ResponseWriter.
func (s *steadyWriter) WriteHeader(status int) {
	s.extend()
	s.ResponseWriter.WriteHeader(status)
}

func (s *steadyWriter) Write(p []byte) (int, error) {
	s.extend()
	return s.ResponseWriter.Write(p)
}

func (s *steadyWriter) extend() {
	_ = s.control.SetWriteDeadline(wallClock().Add(s.stall)) // in tests there may be no connection
}

// Unwrap lets http.ResponseController reach the connection.
func (s *steadyWriter) Unwrap() http.ResponseWriter { return s.ResponseWriter }

func wallClock() time.Time { return time.Now() } //nolint:forbidigo // see above
