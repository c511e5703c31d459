// Package keeper holds what people say of songs and of each other: profiles,
// respects, comments, follows, and the feed of what happened.
//
// Everything here runs on every validator and has to come out the same: no clock
// but the block's, no floats, no map ranges, no goroutines. It imports its own
// types, those of songs, internal/object and internal/tally; other modules' keepers
// are behind the interfaces of expected_keepers.go.
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
	"github.com/parrots-music/parrots/x/social/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

type (
	walletPair   = collections.Pair[[]byte, []byte]
	walletMoment = collections.Pair[[]byte, types.Moment]
	songMoment   = collections.Pair[songtypes.SongID, types.Moment]
)

// Keeper gives access to the module's state.
type Keeper struct {
	addresses address.Codec
	authority string
	songs     types.SongKeeper
	// neighbours are set after the keeper is built: some of them stand on it.
	neighbours *neighbours

	schema collections.Schema
	params collections.Item[types.Params]

	profiles  collections.Map[[]byte, types.Profile]
	folded    collections.Map[string, types.UsernameRecord]
	usernames collections.Map[string, []byte]
	wallets   collections.Map[[]byte, types.WalletCounts]

	respects         collections.Map[collections.Pair[songtypes.SongID, []byte], types.RespectRecord]
	respectsOfSong   collections.KeySet[collections.Triple[songtypes.SongID, uint64, []byte]]
	respectsOfWallet collections.KeySet[collections.Triple[[]byte, uint64, songtypes.SongID]]
	respectCounts    tally.Tally[songtypes.SongID]

	comments      collections.Map[types.CommentID, types.CommentRecord]
	threads       collections.KeySet[walletMoment] // by topic, not wallet
	replies       collections.KeySet[collections.Pair[types.CommentID, types.Moment]]
	inbox         collections.KeySet[walletMoment]
	commentCounts tally.Tally[songtypes.SongID]
	replyCounts   tally.Tally[types.CommentID]

	follows        collections.Map[walletPair, uint64]
	followers      collections.KeySet[collections.Triple[[]byte, uint64, []byte]]
	followerCounts tally.Tally[[]byte]
	blocks         collections.KeySet[walletPair]

	feed         collections.Map[types.Moment, types.FeedRecord]
	feedOfWallet collections.KeySet[walletMoment]
	feedOfSong   collections.KeySet[songMoment]

	// totals are the tallies' maps, for those who read everything.
	totals totals
}

// totals are the counters that many wallets change.
type totals struct {
	respects, comments collections.Map[songtypes.SongID, uint64]
	replies            collections.Map[types.CommentID, uint64]
	followers          collections.Map[[]byte, uint64]
}

// neighbours are modules beside this one. One that is nil is not of this chain.
type neighbours struct {
	credit   types.CreditKeeper
	audition types.AuditionKeeper
}

// NewKeeper returns a keeper over a store. authority is the address that may change
// the parameters: governance. counters is the store in which counters wait for the
// end of a block; nil changes them at once.
func NewKeeper(
	cdc codec.BinaryCodec, storeService store.KVStoreService, counters *storetypes.ObjectStoreKey,
	addresses address.Codec, authority string, songs types.SongKeeper,
) Keeper {
	sb := collections.NewSchemaBuilder(storeService)
	pair := collections.PairKeyCodec(collections.BytesKey, collections.BytesKey)
	walletMoments := collections.PairKeyCodec(collections.BytesKey, types.MomentKey)
	k := Keeper{
		addresses:  addresses,
		authority:  authority,
		songs:      songs,
		neighbours: new(neighbours),
		params:     collections.NewItem(sb, types.ParamsPrefix, "params", codec.CollValue[types.Params](cdc)),
		profiles:   collections.NewMap(sb, types.ProfilesPrefix, "profiles", collections.BytesKey, codec.CollValue[types.Profile](cdc)),
		folded:     collections.NewMap(sb, types.FoldedPrefix, "folded_usernames", collections.StringKey, codec.CollValue[types.UsernameRecord](cdc)),
		usernames:  collections.NewMap(sb, types.UsernamesPrefix, "usernames", collections.StringKey, collections.BytesValue),
		wallets:    collections.NewMap(sb, types.WalletsPrefix, "wallets", collections.BytesKey, codec.CollValue[types.WalletCounts](cdc)),
		respects: collections.NewMap(sb, types.RespectsPrefix, "respects",
			collections.PairKeyCodec(songtypes.SongIDKey, collections.BytesKey), codec.CollValue[types.RespectRecord](cdc)),
		respectsOfSong: collections.NewKeySet(sb, types.RespectsOfSongPrefix, "respects_of_song",
			collections.TripleKeyCodec(songtypes.SongIDKey, collections.Uint64Key, collections.BytesKey)),
		respectsOfWallet: collections.NewKeySet(sb, types.RespectsOfWalletPrefix, "respects_of_wallet",
			collections.TripleKeyCodec(collections.BytesKey, collections.Uint64Key, songtypes.SongIDKey)),
		comments: collections.NewMap(sb, types.CommentsPrefix, "comments", types.CommentIDKey, codec.CollValue[types.CommentRecord](cdc)),
		threads:  collections.NewKeySet(sb, types.ThreadsPrefix, "threads", walletMoments),
		replies: collections.NewKeySet(sb, types.RepliesPrefix, "replies",
			collections.PairKeyCodec(types.CommentIDKey, types.MomentKey)),
		inbox:   collections.NewKeySet(sb, types.InboxPrefix, "inbox", walletMoments),
		follows: collections.NewMap(sb, types.FollowsPrefix, "follows", pair, collections.Uint64Value),
		followers: collections.NewKeySet(sb, types.FollowersPrefix, "followers",
			collections.TripleKeyCodec(collections.BytesKey, collections.Uint64Key, collections.BytesKey)),
		blocks:       collections.NewKeySet(sb, types.BlocksPrefix, "blocks", pair),
		feed:         collections.NewMap(sb, types.FeedPrefix, "feed", types.MomentKey, codec.CollValue[types.FeedRecord](cdc)),
		feedOfWallet: collections.NewKeySet(sb, types.FeedOfWalletPrefix, "feed_of_wallet", walletMoments),
		feedOfSong: collections.NewKeySet(sb, types.FeedOfSongPrefix, "feed_of_song",
			collections.PairKeyCodec(songtypes.SongIDKey, types.MomentKey)),
		totals: totals{
			respects:  collections.NewMap(sb, types.RespectCountsPrefix, "respect_counts", songtypes.SongIDKey, collections.Uint64Value),
			comments:  collections.NewMap(sb, types.CommentCountsPrefix, "comment_counts", songtypes.SongIDKey, collections.Uint64Value),
			replies:   collections.NewMap(sb, types.ReplyCountsPrefix, "reply_counts", types.CommentIDKey, collections.Uint64Value),
			followers: collections.NewMap(sb, types.FollowerCountsPrefix, "follower_counts", collections.BytesKey, collections.Uint64Value),
		},
	}
	k.respectCounts = tally.New(counters, 1, k.totals.respects)
	k.commentCounts = tally.New(counters, 2, k.totals.comments)
	k.replyCounts = tally.New(counters, 3, k.totals.replies)
	k.followerCounts = tally.New(counters, 4, k.totals.followers)
	schema, err := sb.Build()
	if err != nil {
		panic(err)
	}
	k.schema = schema
	return k
}

// SetNeighbours says who counts honor and who knows auditions; either may be nil.
// The application calls it once, before the first block.
func (k Keeper) SetNeighbours(credit types.CreditKeeper, audition types.AuditionKeeper) {
	*k.neighbours = neighbours{credit, audition}
}

// Schema describes the module's store, for simulations that print differences.
func (k Keeper) Schema() collections.Schema { return k.schema }

// EndBlock adds up what many transactions of the block changed.
func (k Keeper) EndBlock(ctx context.Context) error {
	return errors.Join(
		k.respectCounts.Settle(ctx),
		k.commentCounts.Settle(ctx),
		k.replyCounts.Settle(ctx),
		k.followerCounts.Settle(ctx),
	)
}

func (k Keeper) wallet(text string) (songtypes.Wallet, error) {
	return songtypes.ParseWallet(k.addresses, text)
}

// song reads a song by its id's text.
func (k Keeper) song(ctx context.Context, text string) (songtypes.SongID, songtypes.Song, error) {
	id, err := songtypes.ParseSongID(text)
	if err != nil {
		return id, songtypes.Song{}, err
	}
	song, err := k.songs.Song(ctx, id)
	return id, song, err
}

// openSong is song, for what an archived song does not take, nor one whose owner
// keeps the wallet away.
func (k Keeper) openSong(ctx context.Context, text string, who songtypes.Wallet) (songtypes.SongID, songtypes.Song, songtypes.Wallet, error) {
	id, song, err := k.song(ctx, text)
	if err != nil {
		return id, song, songtypes.Wallet{}, err
	}
	if song.Archived {
		return id, song, songtypes.Wallet{}, errorsmod.Wrapf(songtypes.ErrArchived, "%s takes nothing until its owner un-archives it", text)
	}
	owner, err := k.wallet(song.Owner)
	if err != nil {
		return id, song, owner, err
	}
	return id, song, owner, k.notBlocked(ctx, owner, who)
}

// counts reads a wallet's counts, changes them, and writes them.
func (k Keeper) count(ctx context.Context, wallet []byte, change func(*types.WalletCounts)) error {
	counts, err := k.countsOf(ctx, wallet)
	if err != nil {
		return err
	}
	change(&counts)
	return k.wallets.Set(ctx, wallet, counts)
}

func (k Keeper) countsOf(ctx context.Context, wallet []byte) (types.WalletCounts, error) {
	return getOr(ctx, k.wallets, wallet, types.WalletCounts{})
}

// getOr reads a key; one that is missing is otherwise.
func getOr[K, V any](ctx context.Context, m collections.Map[K, V], key K, otherwise V) (V, error) {
	v, err := m.Get(ctx, key)
	if errors.Is(err, collections.ErrNotFound) {
		return otherwise, nil
	}
	return v, err
}

func emit(ctx context.Context, event proto.Message) error {
	return sdk.UnwrapSDKContext(ctx).EventManager().EmitTypedEvent(event)
}

// now is where and when the transaction is.
func now(ctx context.Context) (height int64, tx uint32, seconds int64) {
	c := sdk.UnwrapSDKContext(ctx)
	return c.BlockHeight(), uint32(max(c.TxIndex(), 0)), c.BlockTime().Unix()
}
