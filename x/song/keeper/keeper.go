// Package keeper holds the state of songs: who owns them, where their branches
// point, and every commit that was ever pushed.
//
// Everything here runs on every validator and has to come out the same: no clock
// but the block's, no floats, no map ranges, no goroutines. It imports its own
// types and internal/object, and no other module's keeper.
package keeper

import (
	"context"
	"errors"

	"github.com/cosmos/gogoproto/proto"

	"cosmossdk.io/collections"
	collcodec "cosmossdk.io/collections/codec"
	"cosmossdk.io/core/address"
	"cosmossdk.io/core/store"
	errorsmod "cosmossdk.io/errors"

	"github.com/cosmos/cosmos-sdk/codec"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/internal/tally"
	"github.com/parrots-music/parrots/x/song/types"
)

// Keeper gives access to the module's state.
type Keeper struct {
	addresses address.Codec
	authority string
	// hooks are set after the keeper is built: those who hook in stand on it.
	hooks *types.MultiHooks

	schema collections.Schema
	params collections.Item[types.Params]
	// counts is the number of songs that each wallet has created.
	counts collections.Map[[]byte, uint64]
	songs  collections.Map[types.SongID, types.Song]

	// names, newest, tags and forks find songs; they follow from songs.
	names  collections.Map[collections.Pair[[]byte, string], types.SongID]
	newest collections.KeySet[collections.Pair[uint64, types.SongID]]
	tags   collections.KeySet[collections.Pair[string, types.SongID]]
	forks  collections.KeySet[collections.Pair[types.SongID, types.SongID]]

	collaborators collections.Map[collections.Pair[types.SongID, []byte], uint32]
	branches      collections.Map[collections.Pair[types.SongID, string], types.BranchRecord]
	branchTrees   collections.Map[collections.Pair[types.SongID, string], []byte]
	commits       collections.Map[types.Digest, types.CommitRecord]
	releases      collections.Map[collections.Pair[types.SongID, string], types.Release]
	releaseTrees  collections.Map[collections.Pair[types.SongID, string], []byte]
	// forkGrants are the wallets that may take from a song whatever its licence.
	forkGrants collections.KeySet[collections.Pair[types.SongID, []byte]]
	// admitted are the commits of other songs that were let into a song.
	admitted collections.KeySet[collections.Pair[types.SongID, types.Digest]]

	// allNames, roles and tagCounts find songs, too; the first two follow from songs
	// and collaborators, the counts from tags.
	allNames  collections.KeySet[collections.Pair[string, types.SongID]]
	roles     collections.KeySet[collections.Pair[[]byte, types.SongID]]
	tagTotals collections.Map[string, uint64]
	tagCounts tally.Tally[string]
}

// NewKeeper returns a keeper over a store. authority is the address that may
// change the parameters: governance.
func NewKeeper(cdc codec.BinaryCodec, storeService store.KVStoreService, addresses address.Codec, authority string) Keeper {
	sb := collections.NewSchemaBuilder(storeService)
	songText := collections.PairKeyCodec(types.SongIDKey, collections.StringKey)
	songValue := collcodec.KeyToValueCodec(types.SongIDKey)
	k := Keeper{
		addresses: addresses,
		authority: authority,
		hooks:     new(types.MultiHooks),
		params:    collections.NewItem(sb, types.ParamsPrefix, "params", codec.CollValue[types.Params](cdc)),
		counts:    collections.NewMap(sb, types.CountsPrefix, "counts", collections.BytesKey, collections.Uint64Value),
		songs:     collections.NewMap(sb, types.SongsPrefix, "songs", types.SongIDKey, codec.CollValue[types.Song](cdc)),
		names: collections.NewMap(sb, types.NamesPrefix, "names",
			collections.PairKeyCodec(collections.BytesKey, collections.StringKey), songValue),
		newest: collections.NewKeySet(sb, types.NewestPrefix, "newest",
			collections.PairKeyCodec(collections.Uint64Key, types.SongIDKey)),
		tags: collections.NewKeySet(sb, types.TagsPrefix, "tags",
			collections.PairKeyCodec(collections.StringKey, types.SongIDKey)),
		forks: collections.NewKeySet(sb, types.ForksPrefix, "forks",
			collections.PairKeyCodec(types.SongIDKey, types.SongIDKey)),
		collaborators: collections.NewMap(sb, types.CollaboratorsPrefix, "collaborators",
			collections.PairKeyCodec(types.SongIDKey, collections.BytesKey), collections.Uint32Value),
		branches:     collections.NewMap(sb, types.BranchesPrefix, "branches", songText, codec.CollValue[types.BranchRecord](cdc)),
		branchTrees:  collections.NewMap(sb, types.BranchTreesPrefix, "branch_trees", songText, collections.BytesValue),
		commits:      collections.NewMap(sb, types.CommitsPrefix, "commits", types.DigestKey, codec.CollValue[types.CommitRecord](cdc)),
		releases:     collections.NewMap(sb, types.ReleasesPrefix, "releases", songText, codec.CollValue[types.Release](cdc)),
		releaseTrees: collections.NewMap(sb, types.ReleaseTreesPrefix, "release_trees", songText, collections.BytesValue),
		forkGrants: collections.NewKeySet(sb, types.ForkGrantsPrefix, "fork_grants",
			collections.PairKeyCodec(types.SongIDKey, collections.BytesKey)),
		admitted: collections.NewKeySet(sb, types.AdmittedPrefix, "admitted",
			collections.PairKeyCodec(types.SongIDKey, types.DigestKey)),
		allNames: collections.NewKeySet(sb, types.AllNamesPrefix, "all_names",
			collections.PairKeyCodec(collections.StringKey, types.SongIDKey)),
		tagTotals: collections.NewMap(sb, types.TagCountsPrefix, "tag_counts", collections.StringKey, collections.Uint64Value),
		roles: collections.NewKeySet(sb, types.RolesPrefix, "roles",
			collections.PairKeyCodec(collections.BytesKey, types.SongIDKey)),
	}
	schema, err := sb.Build()
	if err != nil {
		panic(err)
	}
	k.schema = schema
	return k.WithTallies(nil)
}

// WithTallies lets counters that many transactions change wait for the end of the
// block in an object store. Without, or with nil, they change at once.
func (k Keeper) WithTallies(key *storetypes.ObjectStoreKey) Keeper {
	k.tagCounts = tally.New(key, types.TagTally, k.tagTotals)
	return k
}

// EndBlock adds up what the block counted.
func (k Keeper) EndBlock(ctx context.Context) error { return k.tagCounts.Settle(ctx) }

// Schema describes the module's store, for simulations that print differences.
func (k Keeper) Schema() collections.Schema { return k.schema }

func (k Keeper) wallet(text string) (types.Wallet, error) {
	return types.ParseWallet(k.addresses, text)
}

// get reads a key and reports a missing one as notFound, naming what was asked for.
func get[K, V any](ctx context.Context, m collections.Map[K, V], key K, notFound *errorsmod.Error, what any) (V, error) {
	v, err := m.Get(ctx, key)
	if errors.Is(err, collections.ErrNotFound) {
		err = errorsmod.Wrapf(notFound, "%v", what)
	}
	return v, err
}

func emit(ctx context.Context, event proto.Message) error {
	return sdk.UnwrapSDKContext(ctx).EventManager().EmitTypedEvent(event)
}

// charge consumes gas for the bytes of a block, on top of what the store takes for
// those that stay.
func charge(ctx context.Context, params types.Params, block []byte, what string) {
	sdk.UnwrapSDKContext(ctx).GasMeter().ConsumeGas(params.GasPerByte*uint64(len(block)), what)
}
