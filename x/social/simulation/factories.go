package simulation

import (
	"context"

	"github.com/cosmos/cosmos-sdk/testutil/simsx"
	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/parrots-music/parrots/x/social/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// Factories make messages that have to succeed. Songs are found through the feed,
// which tells of each one.
type Factories struct {
	queries types.QueryServer
	songs   types.SongKeeper
}

// NewFactories returns factories over the module's queries, and over songs.
func NewFactories(queries types.QueryServer, songs types.SongKeeper) Factories {
	return Factories{queries, songs}
}

// open says that a song is not archived, and that nobody of these keeps the wallet
// away.
func (f Factories) open(ctx context.Context, wallet, songID string, hosts ...string) bool {
	id, err := songtypes.ParseSongID(songID)
	if err != nil {
		return false
	}
	song, err := f.songs.Song(ctx, id)
	return err == nil && !song.Archived && f.welcome(ctx, wallet, append(hosts, song.Owner)...)
}

// entries are up to 50 of the newest entries of the feed.
func (f Factories) entries(ctx context.Context) []types.FeedEntry {
	res, err := f.queries.Feed(ctx, &types.QueryFeedRequest{Pagination: &query.PageRequest{Limit: 50}})
	if err != nil {
		return nil
	}
	return res.Entries
}

// anyEntry picks an entry of the feed that suits, or skips.
func (f Factories) anyEntry(ctx context.Context, td *simsx.ChainDataSource, rep simsx.SimulationReporter, suits func(types.FeedEntry) bool) (types.FeedEntry, bool) {
	var fitting []types.FeedEntry
	for _, e := range f.entries(ctx) {
		if suits(e) {
			fitting = append(fitting, e)
		}
	}
	if len(fitting) == 0 {
		rep.Skip("no entry of the feed suits")
		return types.FeedEntry{}, false
	}
	return simsx.OneOf(td.Rand(), fitting), true
}

// anyComment picks a comment of one of the accounts that suits, or skips.
func (f Factories) anyComment(ctx context.Context, td *simsx.ChainDataSource, rep simsx.SimulationReporter, suits func(types.Comment) bool) (types.Comment, bool) {
	author := td.AnyAccount(rep)
	if rep.IsSkipped() {
		return types.Comment{}, false
	}
	res, err := f.queries.CommentsOfWallet(ctx, &types.QueryCommentsOfWalletRequest{Address: author.AddressBech32})
	if err == nil {
		for _, c := range res.Comments {
			if suits(c) {
				return c, true
			}
		}
	}
	rep.Skip("no comment suits")
	return types.Comment{}, false
}

// welcome says that nobody of these keeps the wallet away.
func (f Factories) welcome(ctx context.Context, wallet string, hosts ...string) bool {
	for _, host := range hosts {
		res, err := f.queries.Blocks(ctx, &types.QueryBlocksRequest{Address: host})
		if err != nil {
			return false
		}
		for _, name := range res.Wallets {
			if name.Address == wallet {
				return false
			}
		}
	}
	return true
}

// UpdateParams makes the message of a governance proposal.
func (f Factories) UpdateParams() simsx.SimMsgFactoryFn[*types.MsgUpdateParams] {
	return func(_ context.Context, td *simsx.ChainDataSource, rep simsx.SimulationReporter) ([]simsx.SimAccount, *types.MsgUpdateParams) {
		params := types.DefaultParams()
		params.MaxFollows = uint32(100 + td.Rand().Intn(1000))
		params.UsernameReserve = int64(td.Rand().Intn(1_000_000))
		return nil, &types.MsgUpdateParams{Authority: td.ModuleAccountAddress(rep, "gov"), Params: params}
	}
}
