package keeper_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/core/store"

	"github.com/cosmos/cosmos-sdk/runtime"

	"github.com/parrots-music/parrots/x/social/keeper"
	"github.com/parrots-music/parrots/x/social/types"
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

// Wallets that say the same of one song and one wallet in one block touch nothing in
// common: also where both reply to one comment, and follow one wallet.
func TestPeopleDoNotConflict(t *testing.T) {
	f := newFixture(t)
	watch := &watchedStores{KVStoreService: runtime.NewKVStoreService(f.storeKey)}
	song, head := f.createSong(drummer, "shared")
	first := f.say(drummer, song, "what do you think?")
	k := keeper.NewKeeper(f.cdc, watch, f.object, f.addresses, f.authority, f.songs)
	msgs := keeper.NewMsgServer(k)
	index := 10

	// evening is all that a wallet does in one block, on a state of its own.
	evening := func(wallet, name string) access {
		watch.now = &access{reads: make(map[string]bool), writes: make(map[string]bool)}
		index++
		ctx, _ := f.ctx.WithTxIndex(index).CacheContext()
		_, err := msgs.SetProfile(ctx, &types.MsgSetProfile{Wallet: wallet, Username: name})
		require.NoError(t, err)
		_, err = msgs.Respect(ctx, &types.MsgRespect{Wallet: wallet, SongId: song})
		require.NoError(t, err)
		_, err = msgs.Follow(ctx, &types.MsgFollow{Wallet: wallet, Followee: drummer})
		require.NoError(t, err)
		_, err = msgs.Comment(ctx, &types.MsgComment{Author: wallet, Parent: first, Body: "good"})
		require.NoError(t, err)
		said, err := msgs.Comment(ctx, &types.MsgComment{Author: wallet, SongId: song, Body: "good", Target: types.Target_TARGET_COMMIT, Commit: head})
		require.NoError(t, err)
		_, err = msgs.EditComment(ctx, &types.MsgEditComment{Author: wallet, CommentId: said.CommentId, Body: "very good"})
		require.NoError(t, err)
		_, err = msgs.DeleteComment(ctx, &types.MsgDeleteComment{Author: wallet, CommentId: said.CommentId})
		require.NoError(t, err)
		_, err = msgs.Unfollow(ctx, &types.MsgUnfollow{Wallet: wallet, Followee: drummer})
		require.NoError(t, err)
		_, err = msgs.Unrespect(ctx, &types.MsgUnrespect{Wallet: wallet, SongId: song})
		require.NoError(t, err)
		return *watch.now
	}
	a, b := evening(guitarist, "guitarist"), evening(singer, "singer")
	require.NotEmpty(t, a.writes)
	require.Empty(t, a.ranges)
	require.Empty(t, conflicts(a, b))
	require.Empty(t, conflicts(b, a))
	require.NotEmpty(t, conflicts(a, evening(stranger, "guitarist")), "the test sees conflicts where there are some")
}
