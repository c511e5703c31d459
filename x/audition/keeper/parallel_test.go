package keeper_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/core/store"

	"github.com/cosmos/cosmos-sdk/runtime"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"

	"github.com/parrots-music/parrots/x/audition/types"
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
	name string
	now  *access
}

func (w *watchedStores) OpenKVStore(ctx context.Context) store.KVStore {
	return watchedStore{w.KVStoreService.OpenKVStore(ctx), w.name, w.now}
}

type watchedStore struct {
	store.KVStore
	name string
	now  *access
}

func (s watchedStore) Get(key []byte) ([]byte, error) {
	s.now.reads[s.name+string(key)] = true
	return s.KVStore.Get(key)
}

func (s watchedStore) Has(key []byte) (bool, error) {
	s.now.reads[s.name+string(key)] = true
	return s.KVStore.Has(key)
}

func (s watchedStore) Set(key, value []byte) error {
	s.now.writes[s.name+string(key)] = true
	return s.KVStore.Set(key, value)
}

func (s watchedStore) Delete(key []byte) error {
	s.now.writes[s.name+string(key)] = true
	return s.KVStore.Delete(key)
}

func (s watchedStore) Iterator(start, end []byte) (store.Iterator, error) {
	s.now.ranges = append(s.now.ranges, [2][]byte{[]byte(s.name + string(start)), []byte(s.name + string(end))})
	return s.KVStore.Iterator(start, end)
}

// conflicts says which of b's writes a depends on, and so would have to run again.
func conflicts(a, b access) (keys []string) {
	for key := range b.writes {
		hit := a.reads[key] || a.writes[key]
		for _, r := range a.ranges {
			hit = hit || key >= string(r[0]) && key < string(r[1])
		}
		if hit {
			keys = append(keys, key)
		}
	}
	return keys
}

// Transactions about different auditions touch nothing in common, nor do reviews of
// one audition. Two openings at one song share its count of auditions.
func TestMusiciansDoNotConflict(t *testing.T) {
	b := newBand(t)
	now := new(access)
	watched := func(key *storetypes.KVStoreKey) store.KVStoreService {
		return &watchedStores{runtime.NewKVStoreService(key), key.Name() + "/", now}
	}
	b.offers(0, 2)
	other := must(b.fixture, b.songs.ForkSong, &songtypes.MsgForkSong{Creator: stranger, ParentId: b.song}).SongId
	msgs := []*types.MsgMergeAudition{b.merge(drummer, 1), b.merge(singer, 2)}
	b.wire(watched)

	run := func(do func(ctx context.Context) error) access {
		*now = access{reads: make(map[string]bool), writes: make(map[string]bool)}
		ctx, _ := b.ctx.CacheContext()
		require.NoError(t, do(ctx))
		return *now
	}
	review := func(who string, number uint64) access {
		return run(func(ctx context.Context) error {
			_, err := b.msgs.ReviewAudition(ctx, b.review(who, number, 1, comment))
			return err
		})
	}
	open := func(song string) access {
		msg := b.offer()
		msg.SongId = song
		return run(func(ctx context.Context) error { _, err := b.msgs.OpenAudition(ctx, msg); return err })
	}
	independent := [][2]access{
		{review(drummer, 1), review(singer, 1)},
		{review(drummer, 1), review(drummer, 2)},
		{review(drummer, 1), open(b.song)},
		{open(b.song), open(other)},
	}
	for i, pair := range independent {
		require.NotEmpty(t, pair[0].writes)
		require.Empty(t, conflicts(pair[0], pair[1]), "pair %d", i)
		require.Empty(t, conflicts(pair[1], pair[0]), "pair %d", i)
	}
	require.NotEmpty(t, conflicts(open(b.song), open(b.song)), "the test sees conflicts where there are some")
	merge := func(i int) access {
		return run(func(ctx context.Context) error { _, err := b.msgs.MergeAudition(ctx, msgs[i]); return err })
	}
	require.NotEmpty(t, conflicts(merge(0), merge(1)), "two merges move one branch")
}
