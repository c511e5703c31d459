package keeper

import (
	"context"

	"cosmossdk.io/collections"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/x/song/types"
)

// What follows is for the modules that stand on this one, each of which names what
// it uses in its expected_keepers.go.

// SetHooks says what other modules do when something happens to a song. The
// application calls it once, before the first block.
func (k Keeper) SetHooks(hooks ...types.Hooks) { *k.hooks = hooks }

// Song returns a song.
func (k Keeper) Song(ctx context.Context, id types.SongID) (types.Song, error) {
	return get(ctx, k.songs, id, types.ErrSongNotFound, id)
}

// Commit returns a commit's record and its fields.
func (k Keeper) Commit(ctx context.Context, digest types.Digest) (types.CommitRecord, object.Commit, error) {
	record, err := k.commit(ctx, digest)
	if err != nil {
		return record, object.Commit{}, err
	}
	o, err := fields(record)
	return record, o, err
}

// Branch returns a branch of a song.
func (k Keeper) Branch(ctx context.Context, id types.SongID, name string) (types.BranchRecord, error) {
	return k.branch(ctx, id, name)
}

// Release returns a release of a song.
func (k Keeper) Release(ctx context.Context, id types.SongID, tag string) (types.Release, error) {
	return k.release(ctx, id, tag)
}

// MayWrite says whether a wallet is a writer or more of a song.
func (k Keeper) MayWrite(ctx context.Context, song types.Song, address []byte) (bool, error) {
	return k.stands(ctx, song, address, writer)
}

// Maintains says whether a wallet is the owner or a maintainer of a song.
func (k Keeper) Maintains(ctx context.Context, song types.Song, address []byte) (bool, error) {
	return k.stands(ctx, song, address, maintainer)
}

func (k Keeper) stands(ctx context.Context, song types.Song, address []byte, least standing) (bool, error) {
	text, err := k.addresses.BytesToString(address)
	if err != nil {
		return false, err
	}
	id, err := types.ParseSongID(song.Id)
	if err != nil {
		return false, err
	}
	has, err := k.standing(ctx, id, song, types.Wallet{Raw: address, Text: text})
	return has >= least, err
}

// Maintainers returns the raw addresses of a song's owner and maintainers, the owner
// first.
func (k Keeper) Maintainers(ctx context.Context, song types.Song) ([][]byte, error) {
	id, err := types.ParseSongID(song.Id)
	if err != nil {
		return nil, err
	}
	first, err := k.wallet(song.Owner)
	if err != nil {
		return nil, err
	}
	people := [][]byte{first.Raw}
	rng := collections.NewPrefixedPairRange[types.SongID, []byte](id)
	err = k.collaborators.Walk(ctx, rng, func(key collections.Pair[types.SongID, []byte], role uint32) (bool, error) {
		if standing(role) >= maintainer {
			people = append(people, key.K2())
		}
		return false, nil
	})
	return people, err
}

// Push is MsgPush, for a message of another module that contains one.
func (k Keeper) Push(ctx context.Context, msg *types.MsgPush) (*types.MsgPushResponse, error) {
	return k.push(ctx, msg, nil)
}

// PushOffered is Push for work that the people of another song have offered to this
// one, as in an audition that is taken in: it comes under this song's licence, so what
// their song says of itself does not stand in the way. What their song has taken from
// others does, and so does its licence for commits that were not offered.
func (k Keeper) PushOffered(ctx context.Context, msg *types.MsgPush, offer types.Offer) (*types.MsgPushResponse, error) {
	return k.push(ctx, msg, &offer)
}

// Leads checks that target is in head's history, by way of the merge edges. The
// caller bounds their number.
func (k Keeper) Leads(ctx context.Context, head, target types.Digest, edges []types.MergeEdge) error {
	return k.leads(ctx, head, target, edges)
}
