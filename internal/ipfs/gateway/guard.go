package gateway

import (
	"mime"
	"net/http"
	"strings"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/ipfs"
)

// guard stands before boxo's handler: it refuses what we do not serve, and makes
// what is served harmless to a browser.
type guard struct {
	next  http.Handler
	serve func(cid.Cid) bool
}

func (g guard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead && r.Method != http.MethodOptions {
		w.Header().Set("Allow", "GET, HEAD, OPTIONS")
		http.Error(w, "the gateway is for reading", http.StatusMethodNotAllowed)
		return
	}
	name, ok := strings.CutPrefix(r.URL.Path, "/ipfs/")
	if !ok {
		http.NotFound(w, r)
		return
	}
	name, _, _ = strings.Cut(name, "/")
	root, err := ipfs.ParseCID(name)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if !allowedFormat(r) {
		http.Error(w, "only raw, car and the file itself are served", http.StatusNotAcceptable)
		return
	}
	if g.serve != nil && !g.serve(root) {
		http.Error(w, "not served here", http.StatusGone)
		return
	}
	g.next.ServeHTTP(&safeWriter{ResponseWriter: w}, r)
}

// allowedFormat refuses representations that cost much or that nobody needs
// (tar, IPNS records).
func allowedFormat(r *http.Request) bool {
	switch r.URL.Query().Get("format") {
	case "", "raw", "car", "dag-cbor", "dag-json", "cbor", "json":
	default:
		return false
	}
	accept := strings.Join(r.Header.Values("Accept"), ",")
	return !strings.Contains(accept, "application/x-tar") && !strings.Contains(accept, "ipns-record")
}

// safeWriter rewrites the headers of an answer just before they are sent.
type safeWriter struct {
	http.ResponseWriter
	done bool
}

// Unwrap lets http.ResponseController reach the connection.
func (w *safeWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *safeWriter) WriteHeader(status int) {
	if !w.done && status >= 200 {
		w.done = true
		makeSafe(w.Header())
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *safeWriter) Write(b []byte) (int, error) {
	if !w.done {
		w.WriteHeader(http.StatusOK)
	}
	return w.ResponseWriter.Write(b)
}

func makeSafe(h http.Header) {
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	if t := h.Get("Content-Type"); t != "" && !harmless(t) {
		h.Set("Content-Type", "application/octet-stream")
		h.Set("Content-Disposition", "attachment")
	}
}

// harmless types are shown by browsers without running anything in them. SVG,
// PDF, HTML and XML are not among them.
func harmless(contentType string) bool {
	t, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return false
	}
	switch t {
	case "application/octet-stream", "application/vnd.ipld.raw", "application/vnd.ipld.car",
		"application/vnd.ipld.dag-cbor", "application/vnd.ipld.dag-json", "application/cbor", "application/json",
		"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif":
		return true
	case "text/plain":
		charset := strings.ToLower(params["charset"])
		return charset == "" || charset == "utf-8"
	case "multipart/byteranges":
		return true // never rendered, only read by whoever asked for ranges
	}
	return strings.HasPrefix(t, "audio/")
}
