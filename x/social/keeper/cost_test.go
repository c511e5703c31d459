package keeper_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/core/store"
	"cosmossdk.io/log/v2"

	addresscodec "github.com/cosmos/cosmos-sdk/codec/address"
	sdk "github.com/cosmos/cosmos-sdk/types"
	moduletestutil "github.com/cosmos/cosmos-sdk/types/module/testutil"
	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/x/social"
	"github.com/parrots-music/parrots/x/social/keeper"
	"github.com/parrots-music/parrots/x/social/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// countedStore is a store in memory without a tree over it, which counts what is
// read: keys, and steps of iterators.
type countedStore struct {
	db    dbm.DB
	reads int
}

func (s *countedStore) OpenKVStore(context.Context) store.KVStore { return s }

func (s *countedStore) Get(key []byte) ([]byte, error) {
	s.reads++
	return s.db.Get(key)
}

func (s *countedStore) Has(key []byte) (bool, error) {
	s.reads++
	return s.db.Has(key)
}

func (s *countedStore) Set(key, value []byte) error { return s.db.Set(key, value) }

func (s *countedStore) Delete(key []byte) error { return s.db.Delete(key) }

func (s *countedStore) Iterator(start, end []byte) (store.Iterator, error) {
	it, err := s.db.Iterator(start, end)
	s.reads++
	return &countedIterator{it, s}, err
}

func (s *countedStore) ReverseIterator(start, end []byte) (store.Iterator, error) {
	it, err := s.db.ReverseIterator(start, end)
	s.reads++
	return &countedIterator{it, s}, err
}

type countedIterator struct {
	store.Iterator
	s *countedStore
}

func (it *countedIterator) Next() {
	it.s.reads++
	it.Iterator.Next()
}

// oneSong is the module of songs with the drummer's one song.
type oneSong struct{}

func (oneSong) Song(context.Context, songtypes.SongID) (songtypes.Song, error) {
	return songtypes.Song{Id: theSong.String(), Owner: drummer, Name: "shared", DefaultBranch: "main"}, nil
}

func (oneSong) Commit(context.Context, songtypes.Digest) (songtypes.CommitRecord, object.Commit, error) {
	return songtypes.CommitRecord{}, object.Commit{}, nil
}

func (oneSong) Branch(context.Context, songtypes.SongID, string) (songtypes.BranchRecord, error) {
	return songtypes.BranchRecord{}, songtypes.ErrBranchNotFound
}

func (oneSong) Release(context.Context, songtypes.SongID, string) (songtypes.Release, error) {
	return songtypes.Release{}, songtypes.ErrReleaseNotFound
}

func (oneSong) Maintains(context.Context, songtypes.Song, []byte) (bool, error) { return false, nil }

var theSong = songtypes.NewSongID(raw(drummer), 0)

// letters spell numbers so that no two look alike.
var letters = strings.NewReplacer("0", "a", "1", "e", "2", "f", "3", "h", "4", "k", "5", "s", "6", "t", "7", "u", "8", "x", "9", "y")

// crowd is n comments of the singer on the drummer's song, as many replies to the
// first by the guitarist, and n wallets, each of which respects the song, follows
// the drummer and has a username. The guitarist follows the singer.
func crowd(n int) types.GenesisState {
	gs := *types.DefaultGenesis()
	first := types.NewCommentID(raw(singer), 0)
	for i := range n {
		height := int64(i/100 + 1)
		c := types.CommentRecord{
			Author: raw(singer), Number: uint64(i), Song: theSong[:], Body: "well", Recipient: raw(drummer),
			Height: height, Tx: uint32(i % 100),
		}
		id := c.ID()
		reply := c
		reply.Author, reply.Parent, reply.Recipient = raw(guitarist), first[:], raw(singer)
		gs.Comments = append(gs.Comments, c, reply)
		gs.Feed = append(gs.Feed, types.FeedRecord{
			Kind: types.FeedKind_FEED_KIND_COMMENT, Actor: raw(singer), Song: theSong[:], Comment: id[:], Height: height, Tx: c.Tx,
		})
		wallet := sdk.MustBech32ifyAddressBytes(prefix, binary.BigEndian.AppendUint64(make([]byte, 12), uint64(i+1)))
		gs.Profiles = append(gs.Profiles, types.Profile{Address: wallet, Username: "fan-" + letters.Replace(fmt.Sprintf("%06d", i))})
		gs.Respects = append(gs.Respects, types.GenesisRespect{SongId: theSong.String(), Wallet: wallet, Owner: drummer, Height: height})
		gs.Follows = append(gs.Follows, types.GenesisFollow{Wallet: wallet, Followee: drummer, Height: height})
	}
	gs.Follows = append(gs.Follows, types.GenesisFollow{Wallet: guitarist, Followee: singer, Height: 1})
	return gs
}

// busy is a chain with a crowd of n.
type busy struct {
	ctx     sdk.Context
	store   *countedStore
	msgs    types.MsgServer
	queries types.QueryServer
}

func newBusy(t testing.TB, n int) busy {
	t.Helper()
	s := &countedStore{db: dbm.NewMemDB()}
	addresses := addresscodec.NewBech32Codec(prefix)
	cdc := moduletestutil.MakeTestEncodingConfig(social.AppModule{}).Codec
	k := keeper.NewKeeper(cdc, s, nil, addresses, drummer, oneSong{})
	ctx := sdk.NewContext(nil, cmtproto.Header{Height: 1 << 20, Time: genesisTime}, false, log.NewNopLogger())
	require.NoError(t, k.InitGenesis(ctx, crowd(n)))
	return busy{ctx, s, keeper.NewMsgServer(k), keeper.NewQueryServer(k)}
}

// pages are a page of each list, from its beginning or from a cursor on.
func (b busy) pages(t testing.TB) map[string]func(*query.PageRequest) *query.PageResponse {
	ctx, q, song := b.ctx, b.queries, theSong.String()
	first := types.NewCommentID(raw(singer), 0).String()
	got := func(err error, n int, next *query.PageResponse) *query.PageResponse {
		require.NoError(t, err)
		require.Equal(t, 50, n)
		return next
	}
	return map[string]func(*query.PageRequest) *query.PageResponse{
		"feed": func(p *query.PageRequest) *query.PageResponse {
			r, err := q.Feed(ctx, &types.QueryFeedRequest{Pagination: p})
			return got(err, len(r.Entries), r.Pagination)
		},
		"feed of wallet": func(p *query.PageRequest) *query.PageResponse {
			r, err := q.FeedOfWallet(ctx, &types.QueryFeedOfWalletRequest{Address: singer, Pagination: p})
			return got(err, len(r.Entries), r.Pagination)
		},
		"feed of song": func(p *query.PageRequest) *query.PageResponse {
			r, err := q.FeedOfSong(ctx, &types.QueryFeedOfSongRequest{SongId: song, Pagination: p})
			return got(err, len(r.Entries), r.Pagination)
		},
		"feed of following": func(p *query.PageRequest) *query.PageResponse {
			r, err := q.FeedOfFollowing(ctx, &types.QueryFeedOfFollowingRequest{Address: guitarist, Pagination: p})
			return got(err, len(r.Entries), r.Pagination)
		},
		"inbox": func(p *query.PageRequest) *query.PageResponse {
			r, err := q.Inbox(ctx, &types.QueryInboxRequest{Address: drummer, Pagination: p})
			return got(err, len(r.Comments), r.Pagination)
		},
		"comments": func(p *query.PageRequest) *query.PageResponse {
			r, err := q.Comments(ctx, &types.QueryCommentsRequest{SongId: song, Pagination: p})
			return got(err, len(r.Comments), r.Pagination)
		},
		"replies": func(p *query.PageRequest) *query.PageResponse {
			r, err := q.Replies(ctx, &types.QueryRepliesRequest{CommentId: first, Pagination: p})
			return got(err, len(r.Comments), r.Pagination)
		},
		"comments of wallet": func(p *query.PageRequest) *query.PageResponse {
			r, err := q.CommentsOfWallet(ctx, &types.QueryCommentsOfWalletRequest{Address: singer, Pagination: p})
			return got(err, len(r.Comments), r.Pagination)
		},
		"respects of song": func(p *query.PageRequest) *query.PageResponse {
			r, err := q.RespectsOfSong(ctx, &types.QueryRespectsOfSongRequest{SongId: song, Pagination: p})
			return got(err, len(r.Respects), r.Pagination)
		},
		"followers": func(p *query.PageRequest) *query.PageResponse {
			r, err := q.Followers(ctx, &types.QueryFollowersRequest{Address: drummer, Pagination: p})
			return got(err, len(r.Wallets), r.Pagination)
		},
		"profiles": func(p *query.PageRequest) *query.PageResponse {
			r, err := q.Profiles(ctx, &types.QueryProfilesRequest{Prefix: "fan", Pagination: p})
			return got(err, len(r.Profiles), r.Pagination)
		},
	}
}

// reads counts what a query reads.
func (b busy) reads(ask func()) int {
	b.store.reads = 0
	ask()
	return b.store.reads
}

// cost is what each query and message reads: of lists a first page and a later one.
func (b busy) cost(t testing.TB) map[string]int {
	cost := make(map[string]int)
	for name, page := range b.pages(t) {
		p := &query.PageRequest{Limit: 50}
		cost[name] = b.reads(func() { p.Key = page(p).NextKey })
		cost[name+", later"] = b.reads(func() { page(p) })
	}
	cost["profile"] = b.reads(func() {
		r, err := b.queries.Profile(b.ctx, &types.QueryProfileRequest{Address: drummer})
		require.NoError(t, err)
		require.NotZero(t, r.Followers)
	})
	cost["song"] = b.reads(func() {
		r, err := b.queries.Song(b.ctx, &types.QuerySongRequest{SongId: theSong.String()})
		require.NoError(t, err)
		require.NotZero(t, r.Respects)
	})
	cost["comment"] = b.reads(func() {
		_, err := b.msgs.Comment(b.ctx, &types.MsgComment{Author: singer, SongId: theSong.String(), Body: "one more"})
		require.NoError(t, err)
	})
	cost["respect"] = b.reads(func() {
		_, err := b.msgs.Respect(b.ctx, &types.MsgRespect{Wallet: singer, SongId: theSong.String()})
		require.NoError(t, err)
	})
	return cost
}

// What a page, a profile and a message read does not grow with what there is: with
// ten thousand comments by one wallet it is what it is with a hundred. The benchmark
// does the same with a hundred thousand.
func TestCostDoesNotGrow(t *testing.T) {
	few, many := newBusy(t, 120).cost(t), newBusy(t, 10_000).cost(t)
	require.Equal(t, few, many)
	for name, reads := range many {
		require.LessOrEqual(t, reads, 50*6, name)
	}
	t.Log(many)
}

// BenchmarkPages measures a page of 50 of each list among 1,000 and 100,000 items.
func BenchmarkPages(b *testing.B) {
	for _, n := range []int{1_000, 100_000} {
		chain := newBusy(b, n)
		pages := chain.pages(b)
		pages["profile"] = func(*query.PageRequest) *query.PageResponse {
			_, err := chain.queries.Profile(chain.ctx, &types.QueryProfileRequest{Address: drummer})
			require.NoError(b, err)
			return nil
		}
		for _, name := range []string{"feed", "feed of following", "inbox", "profile"} {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				for b.Loop() {
					pages[name](&query.PageRequest{Limit: 50})
				}
				b.ReportMetric(float64(chain.reads(func() { pages[name](&query.PageRequest{Limit: 50}) })), "reads")
			})
		}
	}
}
