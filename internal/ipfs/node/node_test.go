package node

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/ipfs/go-cid"
	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/ipfs"
	"github.com/parrots-music/parrots/internal/ipfs/kubotest"
	"github.com/parrots-music/parrots/internal/ipfs/packstore"
	"github.com/parrots-music/parrots/internal/ipfs/storetest"
)

const loopback = "/ip4/127.0.0.1/tcp/0"

func start(t *testing.T, cfg Config) (*Node, ipfs.Store) {
	t.Helper()
	s, err := packstore.Open(t.TempDir(), packstore.Options{})
	require.NoError(t, err)
	cfg.Store = s
	cfg.Listen = []string{loopback}
	n, err := New(cfg)
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, n.Close())
		require.NoError(t, s.Close())
	})
	return n, s
}

func deadline(t *testing.T, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

func requireComplete(t *testing.T, s ipfs.Store, root cid.Cid) {
	t.Helper()
	missing, err := ipfs.Missing(t.Context(), s, ipfs.Bounds{}, root)
	require.NoError(t, err)
	require.Empty(t, missing)
}

// TestTwoHubsAndKubo is how a song lives on: from one hub to the next, to a
// stock Kubo that pins it by its newest commit, and back when the first is gone.
func TestTwoHubsAndKubo(t *testing.T) {
	kubo := kubotest.New(t) // before the clock runs: it may have to be built
	ctx := deadline(t, 2*time.Minute)
	first, store := start(t, Config{})
	history := storetest.Song(t, store, 3, 4, 2<<20)
	head := history[len(history)-1]

	second, copied := start(t, Config{})
	require.NoError(t, second.Connect(ctx, first.Addrs()[0]))
	done, err := second.Fetch(ctx, ipfs.FetchOptions{}, head)
	require.NoError(t, err)
	require.Greater(t, done.Bytes, int64(6*2<<20))
	requireComplete(t, copied, head)

	kubo.Start()
	require.NoError(t, second.Connect(ctx, kubo.Addr()))
	require.Contains(t, kubo.Run(nil, "pin", "add", head.String()), "recursively")
	require.NoError(t, first.Close())
	require.NoError(t, second.Close())

	third, again := start(t, Config{})
	require.NoError(t, third.Connect(ctx, kubo.Addr()))
	_, err = third.Fetch(ctx, ipfs.FetchOptions{}, head)
	require.NoError(t, err)
	requireComplete(t, again, head)

	var car bytes.Buffer // the whole history as one file, as a stock tool makes it
	car.WriteString(kubo.Run(nil, "dag", "export", "--progress=false", head.String()))
	require.NotZero(t, car.Len())
}

func TestServesOnlyWhatItMay(t *testing.T) {
	ctx := deadline(t, time.Minute)
	var secret cid.Cid
	server, store := start(t, Config{Serve: func(c cid.Cid) bool { return !c.Equals(secret) }})
	blocks := storetest.Blocks(1, 2)
	secret = blocks[0].CID()
	require.NoError(t, store.Put(ctx, blocks...))

	client, _ := start(t, Config{})
	require.NoError(t, client.Connect(ctx, server.Addrs()[0]))
	got, err := client.Session(ctx).Get(ctx, blocks[1].CID())
	require.NoError(t, err)
	require.Equal(t, blocks[1].Data(), got.Data())

	brief, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	_, err = client.Session(brief).Get(brief, secret)
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestNoticeReachesThoseWhoWait(t *testing.T) {
	ctx := deadline(t, time.Minute)
	server, store := start(t, Config{})
	client, _ := start(t, Config{})
	require.NoError(t, client.Connect(ctx, server.Addrs()[0]))
	b := storetest.Blocks(2, 1)[0]
	got := make(chan error, 1)
	go func() {
		_, err := client.Session(ctx).Get(ctx, b.CID())
		got <- err
	}()
	time.Sleep(200 * time.Millisecond) // the want is on its way
	require.NoError(t, store.Put(ctx, b))
	require.NoError(t, server.Notice(ctx, b))
	require.NoError(t, <-got)
}

func TestIdentityIsKept(t *testing.T) {
	key, err := NewIdentity(bytes.NewReader(bytes.Repeat([]byte{7}, 1024)))
	require.NoError(t, err)
	one, _ := start(t, Config{Identity: key})
	id := one.ID()
	require.NoError(t, one.Close())
	two, _ := start(t, Config{Identity: key})
	require.Equal(t, id, two.ID())
}

func TestAnnouncesNothingUnlessAsked(t *testing.T) {
	n, _ := start(t, Config{})
	require.ErrorIs(t, n.Announce(t.Context(), storetest.Blocks(3, 1)[0].CID()), ErrNoDHT)
	for _, p := range n.host.Mux().Protocols() {
		require.NotContains(t, string(p), "kad")
	}
}

func TestRefusesForeignCIDs(t *testing.T) {
	n, _ := start(t, Config{})
	identity, err := cid.Decode("bafkqabtimvwgy3yk")
	require.NoError(t, err)
	_, err = n.Session(t.Context()).Get(t.Context(), identity)
	require.ErrorIs(t, err, ipfs.ErrUnsupportedCID)
}
