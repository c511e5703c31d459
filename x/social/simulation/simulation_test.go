package simulation_test

import (
	"context"
	"fmt"
	"math/rand"
	"testing"
	"time"

	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/cosmos/gogoproto/proto"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/log/v2"

	"github.com/cosmos/cosmos-sdk/codec"
	addresscodec "github.com/cosmos/cosmos-sdk/codec/address"
	"github.com/cosmos/cosmos-sdk/runtime"
	"github.com/cosmos/cosmos-sdk/store/v2"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	"github.com/cosmos/cosmos-sdk/testutil/simsx"
	sdk "github.com/cosmos/cosmos-sdk/types"
	moduletestutil "github.com/cosmos/cosmos-sdk/types/module/testutil"
	simtypes "github.com/cosmos/cosmos-sdk/types/simulation"

	"github.com/parrots-music/parrots/x/social"
	"github.com/parrots-music/parrots/x/social/keeper"
	"github.com/parrots-music/parrots/x/social/simulation"
	"github.com/parrots-music/parrots/x/social/types"
	"github.com/parrots-music/parrots/x/song"
	songkeeper "github.com/parrots-music/parrots/x/song/keeper"
	songsimulation "github.com/parrots-music/parrots/x/song/simulation"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// rich is a bank in which everybody has money.
type rich struct{}

func (rich) SpendableCoins(context.Context, sdk.AccAddress) sdk.Coins {
	return sdk.NewCoins(sdk.NewInt64Coin("ufeather", 1_000_000))
}
func (rich) IsSendEnabledDenom(context.Context, string) bool { return true }

// gov is the only module account.
type gov struct{}

func (gov) GetModuleAddress(string) sdk.AccAddress { return make([]byte, 20) }

type chain struct {
	*testing.T
	ctx    sdk.Context
	cdc    codec.Codec
	keeper keeper.Keeper
	songs  songkeeper.Keeper
}

// newChain changes counters at once, as simulations do.
func newChain(t *testing.T) *chain {
	songKey, key := storetypes.NewKVStoreKey(songtypes.StoreKey), storetypes.NewKVStoreKey(types.StoreKey)
	db := dbm.NewMemDB()
	cms := store.NewCommitMultiStore(db, log.NewNopLogger())
	cms.MountStoreWithDB(songKey, storetypes.StoreTypeIAVL, db)
	cms.MountStoreWithDB(key, storetypes.StoreTypeIAVL, db)
	require.NoError(t, cms.LoadLatestVersion())
	cdc := moduletestutil.MakeTestEncodingConfig(song.AppModule{}, social.AppModule{}).Codec
	addresses := addresscodec.NewBech32Codec(sdk.GetConfig().GetBech32AccountAddrPrefix())
	authority, err := addresses.BytesToString(gov{}.GetModuleAddress("gov"))
	require.NoError(t, err)
	songs := songkeeper.NewKeeper(cdc, runtime.NewKVStoreService(songKey), addresses, authority)
	k := keeper.NewKeeper(cdc, runtime.NewKVStoreService(key), nil, addresses, authority, songs)
	songs.SetHooks(k.Hooks())
	header := cmtproto.Header{ChainID: "simulation", Time: time.Unix(1_800_000_000, 0)}
	return &chain{T: t, ctx: sdk.NewContext(cms, header, false, log.NewNopLogger()), cdc: cdc, keeper: k, songs: songs}
}

// run delivers n random messages, each of which has to succeed.
func (c *chain) run(seed int64, n int) map[string]int {
	r := rand.New(rand.NewSource(seed))
	accounts := simtypes.RandomAccounts(r, 10)
	addresses := addresscodec.NewBech32Codec(sdk.GetConfig().GetBech32AccountAddrPrefix())
	msgs, songs := keeper.NewMsgServer(c.keeper), songkeeper.NewMsgServer(c.songs)
	f := simulation.NewFactories(keeper.NewQueryServer(c.keeper), c.songs)
	sf := songsimulation.NewFactories(songkeeper.NewQueryServer(c.songs))
	operations := []func(ctx sdk.Context, td *simsx.ChainDataSource) (string, error){
		operation(sf.CreateSong(), songs.CreateSong), operation(sf.Push(), songs.Push), operation(sf.ForkSong(), songs.ForkSong),
		operation(sf.PublishRelease(), songs.PublishRelease), operation(sf.UpdateSong(), songs.UpdateSong),
		operation(sf.TransferSong(), songs.TransferSong), operation(sf.AcceptSong(), songs.AcceptSong),
		operation(f.SetProfile(), msgs.SetProfile), operation(f.Respect(), msgs.Respect), operation(f.Unrespect(), msgs.Unrespect),
		operation(f.Comment(), msgs.Comment), operation(f.Reply(), msgs.Comment), operation(f.Reply(), msgs.Comment),
		operation(f.EditComment(), msgs.EditComment), operation(f.DeleteComment(), msgs.DeleteComment),
		operation(f.HideComment(), msgs.HideComment), operation(f.Follow(), msgs.Follow), operation(f.Unfollow(), msgs.Unfollow),
		operation(f.Block(), msgs.Block), operation(f.Unblock(), msgs.Unblock), operation(f.UpdateParams(), msgs.UpdateParams),
	}
	delivered := make(map[string]int)
	for i := range n {
		c.ctx = c.ctx.WithBlockHeight(int64(i/10 + 1)).WithTxIndex(i % 10).WithBlockTime(c.ctx.BlockTime().Add(time.Second))
		td := simsx.NewChainDataSource(c.ctx, r, gov{}, rich{}, addresses, accounts...)
		what, err := operations[r.Intn(len(operations))](c.ctx, td)
		require.NoError(c, err, "seed %d, message %d: %s", seed, i, what)
		delivered[what]++
	}
	require.NoError(c, c.songs.CheckInvariants(c.ctx))
	require.NoError(c, c.keeper.CheckInvariants(c.ctx))
	return delivered
}

// operation makes a message and delivers it; it returns the message's name, which is
// empty when there was nothing to do.
func operation[Req sdk.Msg, Res proto.Message](factory simsx.SimMsgFactoryFn[Req], handler func(context.Context, Req) (Res, error)) func(sdk.Context, *simsx.ChainDataSource) (string, error) {
	return func(ctx sdk.Context, td *simsx.ChainDataSource) (string, error) {
		rep := simsx.NewBasicSimulationReporter()
		_, msg := simsx.SafeRunFactoryMethod(ctx, td, rep.WithScope(factory.MsgType()), factory.Create())
		if msg == nil || rep.IsSkipped() {
			return "", nil
		}
		req, ok := msg.(Req)
		if !ok || any(req) == any(*new(Req)) {
			return "", nil
		}
		cached, write := ctx.CacheContext()
		if _, err := handler(cached, req); err != nil {
			return fmt.Sprintf("%T", msg), err
		}
		write()
		return fmt.Sprintf("%T", msg), nil
	}
}

func (c *chain) export() string {
	gs, err := c.keeper.ExportGenesis(c.ctx)
	require.NoError(c, err)
	bz, err := c.cdc.MarshalJSON(gs)
	require.NoError(c, err)
	return string(bz)
}

func TestRandomMessagesKeepTheInvariants(t *testing.T) {
	for seed := range int64(2) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			a, b := newChain(t), newChain(t)
			for _, c := range []*chain{a, b} {
				require.NoError(t, c.songs.InitGenesis(c.ctx, *songtypes.DefaultGenesis()))
				require.NoError(t, c.keeper.InitGenesis(c.ctx, *types.DefaultGenesis()))
			}
			delivered := a.run(seed, 600)
			require.Len(t, delivered, 20, "each of 12 kinds of message, 7 of songs, and nothing to do: %v", delivered)
			b.run(seed, 600)
			exported := a.export()
			require.Equal(t, exported, b.export(), "the same messages made another state")

			again := newChain(t)
			songs, err := a.songs.ExportGenesis(a.ctx)
			require.NoError(t, err)
			require.NoError(t, again.songs.InitGenesis(again.ctx, *songs))
			var gs types.GenesisState
			require.NoError(t, again.cdc.UnmarshalJSON([]byte(exported), &gs))
			require.NoError(t, again.keeper.InitGenesis(again.ctx, gs))
			require.NoError(t, again.keeper.CheckInvariants(again.ctx))
			require.Equal(t, exported, again.export(), "export and import change the state")
		})
	}
}
