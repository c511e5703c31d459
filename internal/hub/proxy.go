package hub

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"time"

	"github.com/parrots-music/parrots/internal/hub/api"
)

const (
	// maxProxyBody is over what CometBFT takes by default (1 MB), so that the node
	// decides.
	maxProxyBody     = 4 << 20
	maxProxyRequests = 128
	maxWebSockets    = 64 // which last, and must not keep requests out
	proxyWait        = 30 * time.Second
)

// proxy passes requests below a prefix on to the node, WebSockets too. The node
// sees neither the hub's tokens nor its cookies.
func proxy(target, prefix string, log *slog.Logger) (http.Handler, error) {
	u, err := url.Parse(target)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, fmt.Errorf("node's address %q is not an http or https URL", target)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.Proxy = nil
	transport.ResponseHeaderTimeout = proxyWait
	transport.MaxIdleConnsPerHost = maxProxyRequests
	pass := &httputil.ReverseProxy{
		Transport: transport,
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Path = "/" + strings.TrimLeft(strings.TrimPrefix(r.In.URL.Path, prefix), "/")
			r.Out.URL.RawPath = ""
			r.SetURL(u)
			r.Out.Header.Del("Authorization")
			r.Out.Header.Del("Cookie")
			r.Out.Header.Del("Origin") // the node's own origin check is for browsers that reach it directly
		},
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			if r.Context().Err() == nil {
				log.Warn("pass a request to the node", "route", prefix, "error", err)
			}
			(&problem{http.StatusBadGateway, api.ErrorBody{
				Code: api.CodeNode, Error: "the node behind this hub does not answer", Hint: "try again in a minute",
			}}).write(w)
		},
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	requests, sockets := make(gate, maxProxyRequests), make(gate, maxWebSockets)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g := requests
		if r.Header.Get("Upgrade") != "" {
			g = sockets
		}
		select {
		case g <- struct{}{}:
			defer func() { <-g }()
		default:
			problemOf(busy("the hub has too many requests at the moment")).write(w)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxProxyBody)
		pass.ServeHTTP(w, r)
	}), nil
}
