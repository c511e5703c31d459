package keeper_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/core/store"

	"github.com/cosmos/cosmos-sdk/runtime"

	"github.com/parrots-music/parrots/x/credit/keeper"
	"github.com/parrots-music/parrots/x/credit/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
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

// Transactions of different musicians touch nothing in common, in one block and in any
// order: also when they confirm credits in one commit, or fork one song.
func TestMusiciansDoNotConflict(t *testing.T) {
	f := newFixture(t)
	watch := &watchedStores{KVStoreService: runtime.NewKVStoreService(f.key)}
	k := keeper.NewKeeper(f.cdc, watch, f.object, f.addresses, f.songs, prices{}, f.authority)
	f.songs.SetHooks(k.Hooks())
	msgs := keeper.NewMsgServer(k)
	watch.now = &access{reads: make(map[string]bool), writes: make(map[string]bool)}
	songID := f.createSong(drummer, "shared")
	w := commit(drummer, []string{"kick"}, nil, played(guitarist, "Guitar"), played(singer, ""), played(drummer, ""))
	f.push(drummer, songID, "main", w)

	evening := func(m musician, stem string) access {
		watch.now = &access{reads: make(map[string]bool), writes: make(map[string]bool)}
		ctx, _ := f.ctx.CacheContext()
		_, err := msgs.ConfirmCredit(ctx, confirm(m, w.cid))
		require.NoError(t, err)
		_, err = msgs.DisputeCredit(ctx, dispute(m, w.cid, "no"))
		require.NoError(t, err)
		_, err = msgs.ConfirmCredit(ctx, confirm(m, w.cid))
		require.NoError(t, err)
		_, err = msgs.ConsentToLicence(ctx, consent(m, songID, "CC0-1.0"))
		require.NoError(t, err)
		fork, err := f.song.ForkSong(ctx, &songtypes.MsgForkSong{Creator: m.address, ParentId: songID})
		require.NoError(t, err)
		next := commit(m, []string{"kick", stem}, []string{w.cid}, played(m, "Guitar"), played(drummer, ""))
		_, err = f.song.Push(ctx, pushOf(m, fork.SongId, "main", w.cid, next))
		require.NoError(t, err)
		require.NoError(t, k.AddRespects(ctx, drummer.raw(), 1))
		return *watch.now
	}
	a, b := evening(guitarist, "solo"), evening(singer, "vocals")
	require.NotEmpty(t, a.writes)
	require.Empty(t, conflicts(a, b))
	require.Empty(t, conflicts(b, a))
	require.NotEmpty(t, conflicts(a, evening(singer, "solo")), "two first claims of one stem do conflict")
}

// In any order: what the chain counts at the end of a block is the same.
func TestCountersOfOneBlock(t *testing.T) {
	f := newFixture(t)
	songID, _ := f.bossa()
	for i := range 50 {
		m := newMusician(fmt.Sprint("fan ", i))
		must(f, f.song.ForkSong, &songtypes.MsgForkSong{Creator: m.address, ParentId: songID})
	}
	f.nextBlock()
	require.Equal(t, types.Honor{Songs: 1, Forks: 50}, f.honor(drummer))
}
