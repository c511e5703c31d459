// Package keeper holds the state of auditions: what was offered to which song, what
// its people said of it, and whether it was taken in.
//
// Everything here runs on every validator and has to come out the same: no clock
// but the block's, no floats, no map ranges, no goroutines. Songs are reached through
// types.SongKeeper only; the song module knows nothing of this one.
package keeper

import (
	"context"
	"errors"

	"github.com/cosmos/gogoproto/proto"

	"cosmossdk.io/collections"
	"cosmossdk.io/core/address"
	"cosmossdk.io/core/store"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/x/audition/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// The keys of the state.
type (
	// auditionKey is a song and an audition's number in it.
	auditionKey = collections.Pair[songtypes.SongID, uint64]
	// revisionKey is an audition's key and a revision.
	revisionKey = collections.Triple[songtypes.SongID, uint64, uint32]
	// reviewKey is a revision's key and the raw address of a reviewer.
	reviewKey = collections.Quad[songtypes.SongID, uint64, uint32, []byte]
	// statusKey is a song, a status and the complement of an audition's number.
	statusKey = collections.Triple[songtypes.SongID, uint32, uint64]
	// walletKey is a raw address, the complement of the height of an opening, and an
	// audition's key.
	walletKey = collections.Quad[[]byte, uint64, songtypes.SongID, uint64]
	// offerKey is a song, a source song, its branch, and the song's branch.
	offerKey = collections.Quad[songtypes.SongID, songtypes.SongID, string, string]
	// waiterKey is an audition's key and a raw address.
	waiterKey = collections.Triple[songtypes.SongID, uint64, []byte]
)

// Keeper gives access to the module's state.
type Keeper struct {
	addresses address.Codec
	authority string
	songs     types.SongKeeper
	others    *others

	schema    collections.Schema
	params    collections.Item[types.Params]
	settings  collections.Map[songtypes.SongID, types.Settings]
	counts    collections.Map[songtypes.SongID, uint64]
	auditions collections.Map[auditionKey, types.Audition]
	revisions collections.Map[revisionKey, types.Revision]
	reviews   collections.Map[reviewKey, types.Review]

	// byStatus, byOpener and offers find auditions; they follow from auditions.
	byStatus collections.KeySet[statusKey]
	byOpener collections.KeySet[walletKey]
	offers   collections.Map[offerKey, uint64]
	// waiters and waiting are two sides of one relation.
	waiters collections.KeySet[waiterKey]
	waiting collections.KeySet[walletKey]
}

// others are the modules that are built after this one.
type others struct {
	hooks  types.MultiHooks
	blocks types.BlockKeeper
}

// NewKeeper returns a keeper over a store. authority is the address that may
// change the parameters: governance.
func NewKeeper(cdc codec.BinaryCodec, storeService store.KVStoreService, addresses address.Codec, songs types.SongKeeper, authority string) Keeper {
	sb := collections.NewSchemaBuilder(storeService)
	song, number, revision := songtypes.SongIDKey, collections.Uint64Key, collections.Uint32Key
	wallet := collections.QuadKeyCodec(collections.BytesKey, collections.Uint64Key, song, number)
	k := Keeper{
		addresses: addresses,
		authority: authority,
		songs:     songs,
		others:    new(others),
		params:    collections.NewItem(sb, types.ParamsPrefix, "params", codec.CollValue[types.Params](cdc)),
		settings:  collections.NewMap(sb, types.SettingsPrefix, "settings", song, codec.CollValue[types.Settings](cdc)),
		counts:    collections.NewMap(sb, types.CountsPrefix, "counts", song, collections.Uint64Value),
		auditions: collections.NewMap(sb, types.AuditionsPrefix, "auditions",
			collections.PairKeyCodec(song, number), codec.CollValue[types.Audition](cdc)),
		revisions: collections.NewMap(sb, types.RevisionsPrefix, "revisions",
			collections.TripleKeyCodec(song, number, revision), codec.CollValue[types.Revision](cdc)),
		reviews: collections.NewMap(sb, types.ReviewsPrefix, "reviews",
			collections.QuadKeyCodec(song, number, revision, collections.BytesKey), codec.CollValue[types.Review](cdc)),
		byStatus: collections.NewKeySet(sb, types.ByStatusPrefix, "by_status",
			collections.TripleKeyCodec(song, collections.Uint32Key, collections.Uint64Key)),
		byOpener: collections.NewKeySet(sb, types.ByOpenerPrefix, "by_opener", wallet),
		offers: collections.NewMap(sb, types.OffersPrefix, "offers",
			collections.QuadKeyCodec(song, song, collections.StringKey, collections.StringKey), collections.Uint64Value),
		waiters: collections.NewKeySet(sb, types.WaitersPrefix, "waiters",
			collections.TripleKeyCodec(song, number, collections.BytesKey)),
		waiting: collections.NewKeySet(sb, types.WaitingPrefix, "waiting", wallet),
	}
	schema, err := sb.Build()
	if err != nil {
		panic(err)
	}
	k.schema = schema
	return k
}

// Schema describes the module's store, for simulations that print differences.
func (k Keeper) Schema() collections.Schema { return k.schema }

// SetHooks says what other modules do when something happens to an audition. The
// application calls it once, before the first block.
func (k Keeper) SetHooks(hooks ...types.Hooks) { k.others.hooks = hooks }

// SetBlocks says who knows which wallets are not wanted. The application calls it
// once, before the first block.
func (k Keeper) SetBlocks(blocks types.BlockKeeper) { k.others.blocks = blocks }

// AuditionExists says whether a song has an audition of this number.
func (k Keeper) AuditionExists(ctx context.Context, song songtypes.SongID, number uint64) (bool, error) {
	return k.auditions.Has(ctx, collections.Join(song, number))
}

func (k Keeper) wallet(text string) (songtypes.Wallet, error) {
	return songtypes.ParseWallet(k.addresses, text)
}

// orZero is a value that is zero where it was never set.
func orZero[V any](v V, err error) (V, error) {
	if errors.Is(err, collections.ErrNotFound) {
		err = nil
	}
	return v, err
}

func emit(ctx context.Context, event proto.Message) error {
	return sdk.UnwrapSDKContext(ctx).EventManager().EmitTypedEvent(event)
}
