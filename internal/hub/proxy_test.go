package hub

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
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
		if r.Header.Get("Upgrade") == "websocket" {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err == nil {
				fmt.Fprint(conn, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nhello")
				conn.Close()
			}
			return
		}
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

	conn, err := net.Dial("tcp", strings.TrimPrefix(w.hub.URL(), "http://"))
	require.NoError(t, err)
	defer conn.Close()
	require.NoError(t, conn.SetDeadline(time.Now().Add(soon)))
	fmt.Fprint(conn, "GET /rpc/websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
	r := bufio.NewReader(conn)
	resp, err = http.ReadResponse(r, nil)
	require.NoError(t, err)
	require.Equal(t, http.StatusSwitchingProtocols, resp.StatusCode)
	greeting := make([]byte, 5)
	_, err = io.ReadFull(r, greeting)
	require.NoError(t, err)
	require.Equal(t, "hello", string(greeting))
	require.Equal(t, "/websocket", seen.URL.Path)
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
		return strings.Contains(body, "parrots_hub_chain_up 1")
	}, soon, often)
	require.Contains(t, body, `parrots_hub_requests_total{route="GET /api/v1/info",status="200"} 1`)
}
