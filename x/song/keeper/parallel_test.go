package keeper_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/core/store"

	"github.com/cosmos/cosmos-sdk/runtime"

	"github.com/parrots-music/parrots/x/song/keeper"
	"github.com/parrots-music/parrots/x/song/types"
)

// access is what a transaction touched: keys read and written, and ranges scanned.
type access struct {
	reads, writes map[string]bool
	ranges        [][2][]byte
}

// watchedStores record every access to the store behind them.
type watchedStores struct {
	store.KVStoreService
	now *access
}

func (w *watchedStores) OpenKVStore(ctx context.Context) store.KVStore {
	return watchedStore{w.KVStoreService.OpenKVStore(ctx), w.now}
}

type watchedStore struct {
	store.KVStore
	now *access
}

func (s watchedStore) Get(key []byte) ([]byte, error) {
	s.now.reads[string(key)] = true
	return s.KVStore.Get(key)
}

func (s watchedStore) Has(key []byte) (bool, error) {
	s.now.reads[string(key)] = true
	return s.KVStore.Has(key)
}

func (s watchedStore) Set(key, value []byte) error {
	s.now.writes[string(key)] = true
	return s.KVStore.Set(key, value)
}

func (s watchedStore) Delete(key []byte) error {
	s.now.writes[string(key)] = true
	return s.KVStore.Delete(key)
}

func (s watchedStore) Iterator(start, end []byte) (store.Iterator, error) {
	s.now.ranges = append(s.now.ranges, [2][]byte{bytes.Clone(start), bytes.Clone(end)})
	return s.KVStore.Iterator(start, end)
}

// conflicts says which of b's writes a depends on, and so would have to run again.
func conflicts(a, b access) (keys []string) {
	for key := range b.writes {
		hit := a.reads[key] || a.writes[key]
		for _, r := range a.ranges {
			hit = hit || key >= string(r[0]) && (r[1] == nil || key < string(r[1]))
		}
		if hit {
			keys = append(keys, key)
		}
	}
	return keys
}

// Transactions of different musicians touch nothing in common, in one block and in
// any order: also when they fork one song, or push to branches of one song.
func TestMusiciansDoNotConflict(t *testing.T) {
	f := newFixture(t)
	key := f.storeKey
	watch := &watchedStores{KVStoreService: runtime.NewKVStoreService(key)}
	msgs := keeper.NewMsgServer(keeper.NewKeeper(f.cdc, watch, f.addresses, f.authority).WithTallies(f.objectKey))
	shared := f.createSong(drummer, "shared")
	f.setRole(drummer, shared, guitarist, types.Role_ROLE_WRITER)
	f.setRole(drummer, shared, singer, types.Role_ROLE_WRITER)
	base := record(drummer, "base", stems("kick"))
	f.push(drummer, shared, "main", "", base)
	f.push(drummer, shared, "a", "", base)
	f.push(drummer, shared, "b", "", base)

	// evening is all that a musician does in one block, on a state of their own.
	evening := func(m musician, branch string) access {
		watch.now = &access{reads: make(map[string]bool), writes: make(map[string]bool)}
		ctx, _ := f.ctx.CacheContext()
		created, err := msgs.CreateSong(ctx, &types.MsgCreateSong{Creator: m.address, Name: "mine", Metadata: types.Metadata{Tags: []string{"jazz"}}})
		require.NoError(t, err)
		first := record(m, "first", stems("kick"))
		_, err = msgs.Push(ctx, pushOf(m, created.SongId, "main", "", first))
		require.NoError(t, err)
		_, err = msgs.PublishRelease(ctx, &types.MsgPublishRelease{Signer: m.address, SongId: created.SongId, Tag: "v1", Commit: first.cid})
		require.NoError(t, err)
		_, err = msgs.GrantFork(ctx, &types.MsgGrantFork{Signer: m.address, SongId: created.SongId, Address: stranger.address, Granted: true})
		require.NoError(t, err)
		fork, err := msgs.ForkSong(ctx, &types.MsgForkSong{Creator: m.address, ParentId: shared})
		require.NoError(t, err)
		_, err = msgs.Push(ctx, pushOf(m, fork.SongId, "main", base.cid, record(m, "on the fork", stems("kick"), base.cid)))
		require.NoError(t, err)
		_, err = msgs.Push(ctx, pushOf(m, shared, branch, base.cid, record(m, "on the song", stems("kick"), base.cid)))
		require.NoError(t, err)
		return *watch.now
	}
	a, b := evening(guitarist, "a"), evening(singer, "b")
	require.NotEmpty(t, a.writes)
	require.Empty(t, conflicts(a, b))
	require.Empty(t, conflicts(b, a))
	require.NotEmpty(t, conflicts(a, evening(singer, "a")), "the test sees conflicts where there are some")
}
