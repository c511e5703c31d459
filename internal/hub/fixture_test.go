package hub

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ipfs/go-cid"
	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/hub/api"
	"github.com/parrots-music/parrots/internal/ipfs"
	"github.com/parrots-music/parrots/internal/object"
)

// testChain is a node whose blocks a test writes.
type testChain struct {
	mu      sync.Mutex
	height  int64
	commits map[cid.Cid]int64
	songs   map[cid.Cid]string  // that commits first appeared in; "song1" if none
	hints   map[string][]string // of songs
	noOne   map[string]bool     // wallets without an account
	down    error
	asked   int // for the commits of a block
	checked int // how it is
	// asking is told when the chain is asked for the held commit; the answer waits.
	held   cid.Cid
	asking chan struct{}
	answer chan struct{}
}

// hold lets no answer about a commit go before release is called; asked tells
// that somebody waits for it.
func (c *testChain) hold(id cid.Cid) (asked <-chan struct{}, release func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.held, c.asking, c.answer = id, make(chan struct{}, 1), make(chan struct{})
	return c.asking, sync.OnceFunc(func() { close(c.answer) })
}

// await waits for the release of a held commit.
func (c *testChain) await(id cid.Cid) {
	c.mu.Lock()
	held, asking, answer := c.held.Defined() && c.held.Equals(id), c.asking, c.answer
	c.mu.Unlock()
	if held {
		select {
		case asking <- struct{}{}:
		default:
		}
		<-answer
	}
}

func newTestChain() *testChain {
	return &testChain{height: 10, commits: map[cid.Cid]int64{}, songs: map[cid.Cid]string{}, hints: map[string][]string{}, noOne: map[string]bool{}}
}

func (c *testChain) push(commits ...cid.Cid) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.height++
	for _, id := range commits {
		c.commits[id] = c.height
	}
}

func (c *testChain) fail(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.down = err
}

func (c *testChain) Check(context.Context) (chain.Status, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.checked++
	return chain.Status{ChainID: testChainID, Height: c.height}, c.down
}

// looks is how often the hub has looked at the chain, while nobody uploads.
func (c *testChain) looks() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.checked
}

func (c *testChain) CommitBlock(_ context.Context, id cid.Cid) ([]byte, error) {
	c.await(id)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.down != nil {
		return nil, c.down
	}
	if _, ok := c.commits[id]; !ok {
		return nil, chain.ErrNotFound
	}
	return nil, nil
}

// pushTo is push of a commit of a certain song.
func (c *testChain) pushTo(song string, commit cid.Cid) {
	c.mu.Lock()
	c.songs[commit] = song
	c.mu.Unlock()
	c.push(commit)
}

// serve says where a song's audio is.
func (c *testChain) serve(song string, hints ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hints[song] = hints
}

func (c *testChain) songOf(commit cid.Cid) string {
	if song := c.songs[commit]; song != "" {
		return song
	}
	return "song1"
}

func (c *testChain) Commit(_ context.Context, id cid.Cid) (chain.CommitInfo, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.commits[id]; !ok {
		return chain.CommitInfo{}, chain.ErrNotFound
	}
	return chain.CommitInfo{CID: id, Song: c.songOf(id)}, c.down
}

// Branches: each commit of a song is the head of one.
func (c *testChain) Branches(_ context.Context, song string, _ chain.Page) ([]chain.Branch, []byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var list []chain.Branch
	for id := range c.commits {
		if c.songOf(id) == song {
			list = append(list, chain.Branch{Name: id.String(), Head: id})
		}
	}
	return list, nil, c.down
}

func (c *testChain) Hints(_ context.Context, song string) ([]string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.hints[song], c.down
}

func (c *testChain) CommitsOf(_ context.Context, height int64) ([]chain.AddedCommit, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked++
	var added []chain.AddedCommit
	for id, h := range c.commits {
		if h == height {
			added = append(added, chain.AddedCommit{Song: c.songOf(id), Commit: id})
		}
	}
	return added, c.down
}

func (c *testChain) Account(_ context.Context, address string) (chain.Account, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.noOne[address] {
		return chain.Account{}, chain.ErrNoAccount
	}
	return chain.Account{}, c.down
}

// clock is a time that a test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

const testChainID = "parrots-test-1"

// world is a hub with a chain, a clock and wallets.
type world struct {
	t     *testing.T
	cfg   Config
	chain *testChain
	clock *clock
	keys  *chain.Keyring
	hub   *Hub
	stop  func()
}

func newWorld(t *testing.T, change ...func(*Config)) *world {
	t.Helper()
	keys, err := chain.OpenKeyring(chain.KeyringConfig{Backend: chain.BackendTest, Dir: t.TempDir(), AllowTest: true})
	require.NoError(t, err)
	w := &world{t: t, chain: newTestChain(), clock: &clock{now: time.Now()}, keys: keys}
	w.cfg = Config{
		Dir: t.TempDir(), Listen: "127.0.0.1:0", ChainID: testChainID, RPC: "http://127.0.0.1:1", Chain: w.chain,
		Now: w.clock.Now, Poll: 5 * time.Millisecond, Stall: time.Minute,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
	for _, c := range change {
		c(&w.cfg)
	}
	w.start()
	t.Cleanup(func() { w.stop() })
	return w
}

func (w *world) start() {
	w.t.Helper()
	hub, err := New(w.cfg)
	require.NoError(w.t, err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- hub.Run(ctx) }()
	w.hub = hub
	w.stop = sync.OnceFunc(func() {
		cancel()
		require.NoError(w.t, <-done)
		require.NoError(w.t, hub.Close())
	})
}

func (w *world) restart() {
	w.stop()
	w.start()
}

// login makes a wallet and a client that is logged in as it.
func (w *world) login(name string) *api.Client {
	w.t.Helper()
	c, signer := w.client(name)
	require.NoError(w.t, c.Login(context.Background(), testChainID, signer))
	return c
}

func (w *world) client(name string) (*api.Client, chain.TextSigner) {
	w.t.Helper()
	if _, err := w.keys.Key(name); err != nil {
		_, _, err := w.keys.Create(name)
		require.NoError(w.t, err)
	}
	signer, err := w.keys.TextSigner(name)
	require.NoError(w.t, err)
	c, err := api.New(w.hub.URL(), api.Options{Attempts: 1})
	require.NoError(w.t, err)
	return c, signer
}

// get asks the gateway for a block as a stranger does.
func (w *world) get(c cid.Cid) (int, []byte) {
	w.t.Helper()
	resp, err := http.Get(w.hub.URL() + "/ipfs/" + c.String() + "?format=raw")
	require.NoError(w.t, err)
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	require.NoError(w.t, err)
	return resp.StatusCode, data
}

// song is a DAG of commits in memory.
type song struct {
	t     *testing.T
	store *ipfs.MemStore
}

func newSong(t *testing.T) *song { return &song{t, ipfs.NewMemStore()} }

// commit makes a commit with one stem of text and returns its CID.
func (s *song) commit(text string, parents ...cid.Cid) cid.Cid {
	s.t.Helper()
	ctx := context.Background()
	stem, err := ipfs.NewBlock(ipfs.CodecRaw, []byte(text))
	require.NoError(s.t, err)
	tree := object.Tree{Entries: []object.Entry{{
		Path: "drums.wav", CID: stem.CID(), Size: uint64(len(text)), Kind: object.KindStem,
	}}}
	treeBlock, err := tree.Encode()
	require.NoError(s.t, err)
	commit := object.Commit{
		Parents: parents, Tree: object.CIDOf(treeBlock), Author: bytes.Repeat([]byte{7}, 20), Message: "take " + text,
	}
	block, err := commit.Encode()
	require.NoError(s.t, err)
	for _, data := range [][]byte{treeBlock, block} {
		b, err := ipfs.NewBlock(ipfs.CodecDagCBOR, data)
		require.NoError(s.t, err)
		require.NoError(s.t, s.store.Put(ctx, b))
	}
	require.NoError(s.t, s.store.Put(ctx, stem))
	return object.CIDOf(block)
}

// below lists every block that a commit reaches.
func (s *song) below(root cid.Cid) []cid.Cid {
	s.t.Helper()
	var all []cid.Cid
	require.NoError(s.t, ipfs.Walk(context.Background(), s.store, ipfs.Bounds{}, func(c cid.Cid) (bool, error) {
		all = append(all, c)
		return true, nil
	}, root))
	return all
}

// upload sends everything below a commit.
func (s *song) upload(c *api.Client, root cid.Cid) api.Upload {
	s.t.Helper()
	u, err := c.Begin(context.Background(), root, 1<<20)
	require.NoError(s.t, err)
	_, err = c.Send(context.Background(), u.ID, s.store, s.below(root), nil)
	require.NoError(s.t, err)
	return u
}

func car(t *testing.T, blocks ...ipfs.Block) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := ipfs.NewCARWriter(&b, blocks[0].CID())
	require.NoError(t, err)
	for _, block := range blocks {
		require.NoError(t, w.Write(block))
	}
	return b.Bytes()
}

func rawBlock(t *testing.T, text string) ipfs.Block {
	t.Helper()
	b, err := ipfs.NewBlock(ipfs.CodecRaw, []byte(text))
	require.NoError(t, err)
	return b
}

// call sends a request by hand and returns status and body.
func (w *world) call(method, path, token string, body io.Reader) (int, string) {
	w.t.Helper()
	req, err := http.NewRequest(method, w.hub.URL()+path, body)
	require.NoError(w.t, err)
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(req)
	require.NoError(w.t, err)
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	require.NoError(w.t, err)
	return resp.StatusCode, strings.TrimSpace(string(data))
}
