package hub

import (
	"bytes"
	"context"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ipfs/go-cid"
	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/hub/api"
	"github.com/parrots-music/parrots/internal/ipfs"
)

func TestQuota(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Quota = 1000 })
	s := newSong(t)
	drummer := w.login("drummer")
	one, two := s.commit("one"), s.commit("two")
	_, err := drummer.Begin(ctx, one, 600)
	require.NoError(t, err)
	_, err = drummer.Begin(ctx, two, 600)
	require.ErrorIs(t, err, api.ErrQuota)
	_, err = drummer.Begin(ctx, one, 900)
	require.NoError(t, err, "the same upload may grow within the quota")
	for _, bytes := range []int64{-1, 1001, 1 << 62} {
		_, err = drummer.Begin(ctx, two, bytes)
		require.ErrorIs(t, err, api.ErrQuota)
	}

	w = newWorld(t)
	drummer = w.login("drummer")
	for i := range maxUploadsPerWallet {
		_, err = drummer.Begin(ctx, s.commit(string(rune('a'+i))), 1)
		require.NoError(t, err)
	}
	_, err = drummer.Begin(ctx, one, 1)
	require.ErrorIs(t, err, api.ErrQuota)
}

func TestAllUploadsTogetherHaveALimit(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.MaxStaged = 3000 })
	s := newSong(t)
	drummer, guitarist := w.login("drummer"), w.login("guitarist")
	one, two := s.commit(strings.Repeat("one", 250)), s.commit(strings.Repeat("two", 250))
	_, err := drummer.Begin(ctx, s.commit("never sent"), 1<<30)
	require.NoError(t, err)
	u := s.upload(guitarist, one) // 1 GiB announced by somebody keeps nobody out
	v, err := drummer.Begin(ctx, two, 1<<20)
	require.NoError(t, err)
	_, err = drummer.Send(ctx, v.ID, s.store, s.below(two), nil)
	require.ErrorIs(t, err, api.ErrBusy)
	taken := w.hub.staging.space.taken.Load()
	require.LessOrEqual(t, taken, int64(3000))
	w.restart()
	require.Equal(t, taken, w.hub.staging.space.taken.Load())

	w.chain.push(one)
	_, err = w.login("guitarist").Complete(ctx, u.ID)
	require.NoError(t, err)
	_, err = w.login("drummer").Send(ctx, v.ID, s.store, s.below(two), nil)
	require.NoError(t, err, "what is served makes room")
}

func TestManySmallBlocks(t *testing.T) {
	u := &upload{store: ipfs.NewMemStore(), announce: 1 << 20, space: &space{limit: 1 << 30}, blocks: maxBlocks + (1<<20)/blockBytes - 1}
	served := ipfs.NewMemStore()
	require.NoError(t, u.receive(ctx, bytes.NewReader(car(t, rawBlock(t, "a"))), served))
	var p *problem
	require.ErrorAs(t, u.receive(ctx, bytes.NewReader(car(t, rawBlock(t, "b"))), served), &p)
	require.Equal(t, api.CodeTooLarge, p.body.Code)
}

func TestSmallBlocksCountToTheQuota(t *testing.T) {
	w := newWorld(t)
	s := newSong(t)
	root := s.commit("x")
	u := s.upload(w.login("drummer"), root)
	w.chain.push(root)
	_, err := w.login("drummer").Complete(ctx, u.ID)
	require.NoError(t, err)
	key, err := w.keys.Key("drummer")
	require.NoError(t, err)
	require.Greater(t, w.hub.ledger.used(key.Address), int64(3*blockCost))
}

func TestIncompleteUploadIsNotWalkedTwice(t *testing.T) {
	w := newWorld(t)
	s := newSong(t)
	drummer := w.login("drummer")
	root := s.commit("boom")
	u, err := drummer.Begin(ctx, root, 1<<20)
	require.NoError(t, err)
	all := s.below(root)
	_, err = drummer.Send(ctx, u.ID, s.store, all[:1], nil)
	require.NoError(t, err)
	w.chain.push(root)
	_, err = drummer.Complete(ctx, u.ID)
	require.ErrorIs(t, err, api.ErrIncomplete)

	staged := w.hub.staging.all()[0]
	counted := &countingStore{Store: staged.store}
	staged.mu.Lock()
	staged.store = counted
	staged.mu.Unlock()
	_, err = drummer.Complete(ctx, u.ID)
	require.ErrorIs(t, err, api.ErrIncomplete)
	require.Zero(t, counted.read.Load(), "nothing has arrived since")
	_, err = drummer.Send(ctx, u.ID, s.store, all, nil)
	require.NoError(t, err)
	done, err := drummer.Complete(ctx, u.ID)
	require.NoError(t, err)
	require.True(t, done.Served)
	require.Positive(t, counted.read.Load())
}

type countingStore struct {
	ipfs.Store
	read atomic.Int64
}

func (s *countingStore) Get(ctx context.Context, c cid.Cid) (ipfs.Block, error) {
	s.read.Add(1)
	return s.Store.Get(ctx, c)
}
