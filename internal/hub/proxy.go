package hub

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/parrots-music/parrots/internal/hub/api"
)

const (
	// maxProxyBody is what CometBFT takes by default.
	maxProxyBody     = 1 << 20
	maxProxyRequests = 128
	proxyWait        = 30 * time.Second
)

// rpcMethods are the calls of the node's RPC that strangers may make. Not among them
// are those that steer the node (dial_peers, unsafe_flush_mempool), which a node has
// when its operator switched them on; those that tell who its peers are; and those
// that keep a connection: subscriptions, and waiting for a transaction's block.
var rpcMethods = []string{
	"abci_info", "abci_query", "block", "block_by_hash", "block_results", "block_search", "blockchain",
	"broadcast_tx_async", "broadcast_tx_sync", "commit", "consensus_params", "genesis", "genesis_chunked",
	"header", "header_by_hash", "health", "num_unconfirmed_txs", "status", "tx", "tx_search",
	"unconfirmed_txs", "validators",
}

// proxies mounts the node's RPC and REST API.
func (h *Hub) proxies(mux *http.ServeMux) error {
	rpc, err := h.proxy(h.cfg.RPC, "/rpc", checkRPC)
	if err != nil {
		return err
	}
	mux.Handle("/rpc", rpc)
	mux.Handle("/rpc/", rpc)
	if h.cfg.REST == "" {
		return nil
	}
	rest, err := h.proxy(h.cfg.REST, "/rest", func(*http.Request) error { return nil })
	if err != nil {
		return err
	}
	mux.Handle("/rest/", rest)
	return nil
}

// checkRPC looks at the method that a request calls: the path's, or below the root
// that of the JSON-RPC body, which it reads and puts back.
func checkRPC(r *http.Request) error {
	if method := strings.Trim(strings.TrimPrefix(r.URL.Path, "/rpc"), "/"); method != "" {
		return checkMethod(method)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if len(body) == 0 {
		return nil // a list of the methods
	}
	// The node reads the body with this same decoder, a batch first.
	type call struct {
		Method string `json:"method"`
	}
	var batch []call
	if json.Unmarshal(body, &batch) != nil {
		batch = make([]call, 1)
		if err := json.Unmarshal(body, &batch[0]); err != nil {
			return badRequest("body: %v", err)
		}
	}
	for _, c := range batch {
		if err := checkMethod(c.Method); err != nil {
			return err
		}
	}
	return nil
}

func checkMethod(method string) error {
	if slices.Contains(rpcMethods, method) {
		return nil
	}
	return newProblem(http.StatusForbidden, api.CodeForbidden, "ask a node of your own",
		"this hub does not pass %.60q on to its node", method)
}

// proxy passes requests below a prefix on to the node, where check lets them. It
// passes no upgrade to another protocol on, in which it could not see what is asked.
// The node sees neither the hub's tokens nor its cookies.
func (h *Hub) proxy(target, prefix string, check func(*http.Request) error) (http.Handler, error) {
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
			for _, name := range []string{
				"Authorization", "Cookie", "Connection", "Upgrade",
				"Origin", // the node's own origin check is for browsers that reach it directly
			} {
				r.Out.Header.Del(name)
			}
		},
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			var tooLong *http.MaxBytesError
			if errors.As(err, &tooLong) {
				problemOf(err).write(w)
				return
			}
			if r.Context().Err() == nil {
				h.log.Warn("pass a request to the node", "route", prefix, "error", err)
			}
			(&problem{http.StatusBadGateway, api.ErrorBody{
				Code: api.CodeNode, Error: "the node behind this hub does not answer", Hint: "try again in a minute",
			}}).write(w)
		},
		ErrorLog: slog.NewLogLogger(h.log.Handler(), slog.LevelDebug),
	}
	return h.handle(make(gate, maxProxyRequests), func(w http.ResponseWriter, r *http.Request) error {
		r.Body = http.MaxBytesReader(w, r.Body, maxProxyBody)
		if err := check(r); err != nil {
			return err
		}
		pass.ServeHTTP(w, r)
		return nil
	}), nil
}
