package hub

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/ipfs/node"
)

func TestProxy(t *testing.T) {
	var seen *http.Request
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = r
		n, err := io.Copy(io.Discard, r.Body)
		fmt.Fprint(w, r.URL.Path, " ", n, " ", err)
	}))
	defer backend.Close()
	w := newWorld(t, func(c *Config) { c.RPC, c.REST = backend.URL, backend.URL+"/base" })

	for path, want := range map[string]string{
		"/rpc": "/ 0 <nil>", "/rpc/": "/ 0 <nil>", "/rpc/status": "/status 0 <nil>", "/rest/cosmos/x": "/base/cosmos/x 0 <nil>",
	} {
		status, body := w.call("GET", path, "a-hub-token", nil)
		require.Equal(t, 200, status)
		require.Equal(t, want, body, path)
		require.Empty(t, seen.Header.Get("Authorization"), "the node has no business with the hub's tokens")
	}
	resp, err := http.Post(w.hub.URL()+"/rpc", "application/json", strings.NewReader(strings.Repeat("a", maxProxyBody+1)))
	require.NoError(t, err)
	resp.Body.Close()
	require.NotEqual(t, 200, resp.StatusCode)
}

func TestProxyPassesNothingDangerous(t *testing.T) {
	var passed []string
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		passed = append(passed, r.URL.Path+" "+string(body))
		if r.Header.Get("Upgrade") != "" {
			w.WriteHeader(http.StatusSwitchingProtocols)
		}
	}))
	defer backend.Close()
	w := newWorld(t, func(c *Config) { c.RPC, c.REST = backend.URL, backend.URL })

	for _, path := range []string{
		"/rpc/dial_peers?peers=x", "/rpc/dial_seeds", "/rpc/unsafe_flush_mempool", "/rpc/net_info", "/rpc/websocket",
		"/rpc/broadcast_tx_commit", "/rpc/%64ial_peers", "/rpc/dial_peers/", "/rpc/status/../dial_peers", "/rpc//dial_peers",
		"/rpc/STATUS", "/rpc/status%00", "/rpc/nothing",
	} {
		status, body := w.call("GET", path, "", nil)
		require.Equal(t, 403, status, "%s: %s", path, body)
	}
	for body, want := range map[string]int{
		`{"jsonrpc":"2.0","id":1,"method":"status"}`:              200,
		`[{"method":"abci_query"},{"method":"tx_search"}]`:        200,
		`{"method":"dial_peers","params":{"peers":["x"]}}`:        403,
		`{"method":"status","METHOD":"dial_peers"}`:               403,
		`{"method":"st\u0061tus"}`:                                200,
		`[{"method":"status"},{"method":"unsafe_flush_mempool"}]`: 403,
		`{}`:                       403,
		`dial_peers`:               400,
		`{"method":"status"} more`: 400,
	} {
		for _, method := range []string{"POST", "GET"} {
			status, answer := w.call(method, "/rpc", "", strings.NewReader(body))
			require.Equal(t, want, status, "%s %s: %s", method, body, answer)
		}
	}
	for _, p := range passed {
		require.NotContains(t, p, "dial_peers")
		require.NotContains(t, p, "unsafe")
	}

	for path, want := range map[string]int{"/rpc/status": 200, "/rest/status": 200, "/rpc/websocket": 403} {
		req, err := http.NewRequest("GET", w.hub.URL()+path, nil)
		require.NoError(t, err)
		req.Header.Set("Connection", "Upgrade")
		req.Header.Set("Upgrade", "websocket")
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		resp.Body.Close()
		require.Equal(t, want, resp.StatusCode, "%s: an upgrade goes no further than the hub", path)
	}
}

func TestBitswapServesWhatIsOnChain(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Swarm = []string{"/ip4/127.0.0.1/tcp/0"} })
	s := newSong(t)
	drummer := w.login("drummer")
	published, draft := s.commit("published"), s.commit("draft")
	u := s.upload(drummer, published)
	s.upload(drummer, draft)
	w.chain.push(published)
	_, err := drummer.Complete(ctx, u.ID)
	require.NoError(t, err)

	mine := newSong(t).store
	peer, err := node.New(node.Config{Store: mine})
	require.NoError(t, err)
	defer peer.Close()
	require.NoError(t, peer.Connect(ctx, w.hub.PeerAddrs()[0]))
	fetch, cancel := context.WithTimeout(ctx, soon)
	defer cancel()
	session := peer.Session(fetch)
	for _, c := range s.below(published) {
		_, err := session.Get(fetch, c)
		require.NoError(t, err)
	}
	short, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
	defer cancel()
	_, err = peer.Session(short).Get(short, draft)
	require.Error(t, err)
}

func TestMetricsAndHealth(t *testing.T) {
	w := newWorld(t)
	status, body := w.call("GET", "/healthz", "", nil)
	require.Equal(t, 200, status)
	require.JSONEq(t, `{"status":"ok"}`, body)
	status, body = w.call("GET", "/api/v1/info", "", nil)
	require.Equal(t, 200, status)
	require.Contains(t, body, `"url":"`+w.hub.URL()+`"`)
	require.Eventually(t, func() bool {
		_, body = w.call("GET", "/metrics", "", nil)
		return strings.Contains(body, "parrots_hub_chain_up 1") && strings.Contains(body, "parrots_hub_chain_height 10")
	}, soon, often)
	require.Contains(t, body, `parrots_hub_requests_total{route="GET /api/v1/info",status="200"} 1`)
}
