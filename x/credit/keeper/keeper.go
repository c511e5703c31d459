// Package keeper holds the state of credits: who confirmed or disputed what a commit
// says of them, whose the first appearance of a stem is, and the honor of each wallet.
//
// Everything here runs on every validator and has to come out the same: no clock, no
// floats, no map ranges, no goroutines. It reaches songs through the narrow interface
// in types, and imports no other module's keeper.
package keeper

import (
	"context"
	"errors"

	"github.com/cosmos/gogoproto/proto"

	"cosmossdk.io/collections"
	"cosmossdk.io/core/address"
	"cosmossdk.io/core/store"
	errorsmod "cosmossdk.io/errors"

	"github.com/cosmos/cosmos-sdk/codec"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/internal/tally"
	"github.com/parrots-music/parrots/x/credit/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// Keys of the state; types.keys.go shows their bytes.
type (
	creditKey = collections.Pair[songtypes.Digest, []byte]
	walletKey = collections.Quad[[]byte, uint32, uint64, songtypes.Digest]
	songKey   = collections.Quad[songtypes.SongID, uint64, songtypes.Digest, []byte]
	personKey = collections.Pair[songtypes.SongID, []byte]
	honorKey  = collections.Pair[[]byte, uint32]
	peopleKey = collections.Pair[[]byte, []byte]
)

// Keeper gives access to the module's state.
type Keeper struct {
	addresses  address.Codec
	authority  string
	songKeeper types.SongKeeper
	accounts   types.AccountKeeper

	schema  collections.Schema
	params  collections.Item[types.Params]
	credits collections.Map[creditKey, types.CreditRecord]
	// byWallet, bySong and confirmed find credits; they follow from credits.
	byWallet  collections.KeySet[walletKey]
	bySong    collections.KeySet[songKey]
	confirmed collections.Map[personKey, uint64]

	guests   collections.Map[creditKey, types.GuestRecord]
	stems    collections.Map[songtypes.Digest, types.FirstClaimRecord]
	samples  collections.Map[[]byte, types.FirstClaimRecord]
	consents collections.Map[personKey, types.ConsentRecord]

	honors collections.Map[honorKey, uint64]
	honor  tally.Tally[honorKey]
	// people count, for a wallet and another, the credits that the other stands behind.
	people collections.Map[peopleKey, uint64]
	// songs say whose honor a song has raised.
	songs collections.Map[songtypes.SongID, types.HonorSong]
}

// NewKeeper returns a keeper over a store. counters is where what many transactions of
// a block count waits for its end; nil counts at once. authority is the address that may
// change the parameters: governance.
func NewKeeper(
	cdc codec.BinaryCodec, storeService store.KVStoreService, counters *storetypes.ObjectStoreKey,
	addresses address.Codec, songs types.SongKeeper, accounts types.AccountKeeper, authority string,
) Keeper {
	sb := collections.NewSchemaBuilder(storeService)
	ofCommit := collections.PairKeyCodec(songtypes.DigestKey, collections.BytesKey)
	ofSong := collections.PairKeyCodec(songtypes.SongIDKey, collections.BytesKey)
	claim := codec.CollValue[types.FirstClaimRecord](cdc)
	k := Keeper{
		addresses: addresses, authority: authority, songKeeper: songs, accounts: accounts,
		params:  collections.NewItem(sb, types.ParamsPrefix, "params", codec.CollValue[types.Params](cdc)),
		credits: collections.NewMap(sb, types.CreditsPrefix, "credits", ofCommit, codec.CollValue[types.CreditRecord](cdc)),
		byWallet: collections.NewKeySet(sb, types.ByWalletPrefix, "by_wallet",
			collections.QuadKeyCodec(collections.BytesKey, collections.Uint32Key, collections.Uint64Key, songtypes.DigestKey)),
		bySong: collections.NewKeySet(sb, types.BySongPrefix, "by_song",
			collections.QuadKeyCodec(songtypes.SongIDKey, collections.Uint64Key, songtypes.DigestKey, collections.BytesKey)),
		confirmed: collections.NewMap(sb, types.ConfirmedPrefix, "confirmed", ofSong, collections.Uint64Value),
		guests:    collections.NewMap(sb, types.GuestsPrefix, "guests", ofCommit, codec.CollValue[types.GuestRecord](cdc)),
		stems:     collections.NewMap(sb, types.StemsPrefix, "stems", songtypes.DigestKey, claim),
		samples:   collections.NewMap(sb, types.SamplesPrefix, "samples", collections.BytesKey, claim),
		consents:  collections.NewMap(sb, types.ConsentsPrefix, "consents", ofSong, codec.CollValue[types.ConsentRecord](cdc)),
		honors: collections.NewMap(sb, types.HonorPrefix, "honor",
			collections.PairKeyCodec(collections.BytesKey, collections.Uint32Key), collections.Uint64Value),
		people: collections.NewMap(sb, types.PeoplePrefix, "people",
			collections.PairKeyCodec(collections.BytesKey, collections.BytesKey), collections.Uint64Value),
		songs: collections.NewMap(sb, types.SongsPrefix, "songs", songtypes.SongIDKey, codec.CollValue[types.HonorSong](cdc)),
	}
	k.honor = tally.New(counters, types.HonorTally, k.honors)
	schema, err := sb.Build()
	if err != nil {
		panic(err)
	}
	k.schema = schema
	return k
}

// Schema describes the module's store, for simulations that print differences.
func (k Keeper) Schema() collections.Schema { return k.schema }

// EndBlock adds up what the block's transactions have counted.
func (k Keeper) EndBlock(ctx context.Context) error { return k.honor.Settle(ctx) }

func (k Keeper) wallet(text string) (songtypes.Wallet, error) {
	return songtypes.ParseWallet(k.addresses, text)
}

// addCount changes a counter that only one wallet's credits change, and removes it at 0.
func addCount[K any](ctx context.Context, counts collections.Map[K, uint64], key K, delta int64) (before, after uint64, err error) {
	before, err = counts.Get(ctx, key)
	if err != nil && !errors.Is(err, collections.ErrNotFound) {
		return 0, 0, err
	}
	after = before + uint64(delta)
	if after == 0 {
		return before, after, counts.Remove(ctx, key)
	}
	return before, after, counts.Set(ctx, key, after)
}

// get reads a key and reports a missing one as notFound, naming what was asked for.
func get[K, V any](ctx context.Context, m collections.Map[K, V], key K, notFound *errorsmod.Error, what string) (V, error) {
	v, err := m.Get(ctx, key)
	if errors.Is(err, collections.ErrNotFound) {
		err = errorsmod.Wrap(notFound, what)
	}
	return v, err
}

func emit(ctx context.Context, event proto.Message) error {
	return sdk.UnwrapSDKContext(ctx).EventManager().EmitTypedEvent(event)
}
