package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// The hub is killed while it takes a song. The push says so; when the hub is back,
// a second push sends what is missing and finishes.
func TestHubDiesWhileItTakesASong(t *testing.T) {
	t.Parallel()
	gate := newGate(t, shared.rpc)
	h := ownHub(t, gate.url)
	m := musiciansAt(t, h, "drummer", "singer")
	stems := map[string][]byte{}
	for i := range 8 {
		stems[fmt.Sprintf("take %d.wav", i)] = take(uint64(300+i), 40)
	}
	s := m[0].begins("long-takes", stems)

	before := sizeOf(t, h.dir)
	gate.hold("broadcast_tx_sync") // where this test is slow to kill, the push is no quicker
	o := s.meanwhile(func() {
		eventually(t, "the hub has some of the song", func() bool { return sizeOf(t, h.dir) > before+4<<20 })
		require.NoError(t, h.kill())
		gate.open()
	}, "push", "--yes")
	require.Equal(t, exitNetwork, o.code, "%s%s", o.out, o.errors)
	require.Contains(t, o.errors, "hint:")

	h.restart(t)
	s.does("push", "--yes")
	require.Equal(t, s.head(), s.onChain("main"))
	sameSong(t, s, m[1].clones(s.id(), "long-takes"))
}

// The hub is killed when it has the song and the chain does not know of it yet. A
// second push sends nothing twice.
func TestHubDiesBeforeTheTransaction(t *testing.T) {
	t.Parallel()
	gate := newGate(t, shared.rpc)
	h := ownHub(t, gate.url)
	m := musiciansAt(t, h, "drummer", "singer")
	s := m[0].begins("between", band(320))

	reached := gate.hold("broadcast_tx_sync")
	o := s.meanwhile(func() {
		<-reached
		require.NoError(t, h.kill())
		gate.open()
	}, "push", "--yes")
	require.Equal(t, exitNetwork, o.code, "%s%s", o.out, o.errors)

	h.restart(t)
	var pushed struct {
		Commits int
		Bytes   int64
	}
	s.json(&pushed, s.dir, "push", "--yes")
	require.Equal(t, 1, pushed.Commits)
	require.Zero(t, pushed.Bytes, "what has arrived is not sent twice")
	sameSong(t, s, m[1].clones(s.id(), "between"))
}

// The hub is started anew while a push waits for its transaction's block. The push
// goes on when it is back, and the hub finds the commit on the chain by itself.
func TestHubComesBackDuringAPush(t *testing.T) {
	t.Parallel()
	gate := newGate(t, shared.rpc)
	h := ownHub(t, gate.url)
	m := musiciansAt(t, h, "drummer", "singer")
	s := m[0].begins("sent", band(330))

	reached := gate.hold("tx") // how parrots asks what became of a transaction
	o := s.meanwhile(func() {
		<-reached
		require.NoError(t, h.kill())
		gate.open()
		h.restart(t)
	}, "push", "--yes")
	require.Zero(t, o.code, "%s%s", o.out, o.errors)
	require.Contains(t, o.out, "pushed main")

	require.Contains(t, s.does("push"), "nothing to push")
	eventually(t, "the hub serves the song", func() bool {
		return m[1].run(m[1].desk, "clone", s.id(), "sent").code == 0
	})
	sameSong(t, s, song{m[1], filepath.Join(m[1].desk, "sent")})
}

// The node is killed. Work goes on without it, what needs it says so, and when it is
// back everything finishes. This test is not parallel: all others need that node.
func TestNodeIsDown(t *testing.T) {
	m := musicians(t, "drummer", "singer")
	s := m[0].publishes("node-down", band(340))
	id := s.id()
	require.NoError(t, shared.node.kill())

	s.records("drums.wav", take(350, 1))
	s.does("commit", "-m", "nobody needs a node to work")
	for _, args := range [][]string{{"push"}, {"pull"}, {"fetch"}} {
		says := s.cannot(exitNetwork, args...)
		require.Contains(t, says, "unreachable", "parrots %s", args)
		require.Contains(t, says, "hint: `parrots doctor`")
	}
	o := m[1].run(m[1].desk, "clone", id, "train")
	require.Equal(t, exitNetwork, o.code, o.errors)
	onlyHolds(t, m[1].desk, "nothing")
	require.NotZero(t, s.run(s.dir, "doctor").code)

	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	require.NoError(t, shared.node.start(ctx))
	s.does("push")
	require.Equal(t, s.head(), s.onChain("main"))
	sameSong(t, s, m[1].clones(id, "train"))
}

// meanwhile runs parrots while something else happens, and waits for both.
func (s song) meanwhile(something func(), args ...string) outcome {
	s.t.Helper()
	cmd := s.command(s.t.Context(), s.dir, args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	require.NoError(s.t, cmd.Start())
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait() // the exit code says all
		close(ended)
	}()
	something()
	<-ended
	return outcome{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
}

// sizeOf is the sum of the files below a folder.
func sizeOf(t *testing.T, dir string) (bytes int64) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() { // files come and go
			if info, err := d.Info(); err == nil {
				bytes += info.Size()
			}
		}
		return nil
	}))
	return bytes
}

// gate stands before a node's RPC and can hold one kind of call back.
type gate struct {
	url string

	mu      sync.Mutex
	method  string
	reached chan struct{}
	opened  chan struct{}
}

func newGate(t *testing.T, rpc string) *gate {
	t.Helper()
	target, err := url.Parse(rpc)
	require.NoError(t, err)
	g := &gate{}
	node := httputil.NewSingleHostReverseProxy(target)
	node.ErrorLog = log.New(io.Discard, "", 0) // callers are killed here
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || !g.pass(body) {
			http.Error(w, "the gate is shut", http.StatusBadGateway)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		node.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	g.url = server.URL
	return g
}

// hold keeps the next calls of a method until open; they fail then. The channel is
// closed when the first arrives.
func (g *gate) hold(method string) (reached <-chan struct{}) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.method, g.reached, g.opened = method, make(chan struct{}), make(chan struct{})
	return g.reached
}

// open lets calls through again.
func (g *gate) open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.method = ""
	close(g.opened)
}

// pass says whether a call goes on to the node.
func (g *gate) pass(body []byte) bool {
	var call struct{ Method string }
	_ = json.Unmarshal(body, &call) // a GET has no body and is not held
	g.mu.Lock()
	held := call.Method != "" && strings.EqualFold(call.Method, g.method)
	reached, opened := g.reached, g.opened
	g.mu.Unlock()
	if !held {
		return true
	}
	select {
	case <-reached:
	default:
		close(reached)
	}
	<-opened
	return false
}
