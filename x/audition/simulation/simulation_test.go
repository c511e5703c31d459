package simulation_test

import (
	"context"
	"fmt"
	"math/rand"
	"testing"
	"time"

	"github.com/cosmos/gogoproto/proto"
	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/codec"
	addresscodec "github.com/cosmos/cosmos-sdk/codec/address"
	"github.com/cosmos/cosmos-sdk/runtime"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	"github.com/cosmos/cosmos-sdk/testutil"
	"github.com/cosmos/cosmos-sdk/testutil/simsx"
	sdk "github.com/cosmos/cosmos-sdk/types"
	moduletestutil "github.com/cosmos/cosmos-sdk/types/module/testutil"
	simtypes "github.com/cosmos/cosmos-sdk/types/simulation"

	"github.com/parrots-music/parrots/x/audition"
	"github.com/parrots-music/parrots/x/audition/keeper"
	"github.com/parrots-music/parrots/x/audition/simulation"
	"github.com/parrots-music/parrots/x/audition/types"
	"github.com/parrots-music/parrots/x/song"
	songkeeper "github.com/parrots-music/parrots/x/song/keeper"
	songsim "github.com/parrots-music/parrots/x/song/simulation"
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
	songs  songkeeper.Keeper
	keeper keeper.Keeper
}

func newChain(t *testing.T) *chain {
	keys := storetypes.NewKVStoreKeys(songtypes.StoreKey, types.StoreKey)
	cdc := moduletestutil.MakeTestEncodingConfig(song.AppModule{}, audition.AppModule{}).Codec
	addresses := addresscodec.NewBech32Codec(sdk.GetConfig().GetBech32AccountAddrPrefix())
	authority, err := addresses.BytesToString(gov{}.GetModuleAddress("gov"))
	require.NoError(t, err)
	songs := songkeeper.NewKeeper(cdc, runtime.NewKVStoreService(keys[songtypes.StoreKey]), addresses, authority)
	return &chain{
		T:      t,
		ctx:    testutil.DefaultContextWithKeys(keys, nil, nil).WithChainID("simulation").WithBlockTime(time.Unix(1_800_000_000, 0)),
		cdc:    cdc,
		songs:  songs,
		keeper: keeper.NewKeeper(cdc, runtime.NewKVStoreService(keys[types.StoreKey]), addresses, songs, authority),
	}
}

// run delivers n random messages, each of which has to succeed, and checks the
// state on the way.
func (c *chain) run(seed int64, n int) map[string]int {
	r := rand.New(rand.NewSource(seed))
	accounts := simtypes.RandomAccounts(r, 10)
	addresses := addresscodec.NewBech32Codec(sdk.GetConfig().GetBech32AccountAddrPrefix())
	songs, msgs := songkeeper.NewMsgServer(c.songs), keeper.NewMsgServer(c.keeper)
	catalog := songkeeper.NewQueryServer(c.songs)
	sf, f := songsim.NewFactories(catalog), simulation.NewFactories(keeper.NewQueryServer(c.keeper), catalog)
	operations := []func(ctx sdk.Context, td *simsx.ChainDataSource) (string, error){
		operation(sf.CreateSong(), songs.CreateSong), operation(sf.ForkSong(), songs.ForkSong), operation(sf.ForkSong(), songs.ForkSong),
		operation(sf.Push(), songs.Push), operation(sf.Push(), songs.Push), operation(sf.Push(), songs.Push), operation(sf.Push(), songs.Push),
		operation(sf.SetCollaborator(), songs.SetCollaborator), operation(sf.DeleteBranch(), songs.DeleteBranch),
		operation(sf.UpdateSong(), songs.UpdateSong), operation(sf.TransferSong(), songs.TransferSong), operation(sf.AcceptSong(), songs.AcceptSong),
		operation(f.Open(), msgs.OpenAudition), operation(f.Open(), msgs.OpenAudition), operation(f.Open(), msgs.OpenAudition),
		operation(f.Revise(), msgs.ReviseAudition), operation(f.Review(), msgs.ReviewAudition), operation(f.Review(), msgs.ReviewAudition),
		operation(f.Merge(), msgs.MergeAudition), operation(f.Close(), msgs.CloseAudition), operation(f.Reopen(), msgs.ReopenAudition),
		operation(f.SetSettings(), msgs.SetAuditionSettings), operation(f.UpdateParams(), msgs.UpdateParams),
	}
	delivered := make(map[string]int)
	for i := range n {
		c.ctx = c.ctx.WithBlockHeight(int64(i/10 + 1)).WithBlockTime(c.ctx.BlockTime().Add(time.Second))
		td := simsx.NewChainDataSource(c.ctx, r, gov{}, rich{}, addresses, accounts...)
		what, err := operations[r.Intn(len(operations))](c.ctx, td)
		require.NoError(c, err, "seed %d, message %d: %s", seed, i, what)
		delivered[what]++
	}
	require.NoError(c, c.keeper.CheckInvariants(c.ctx))
	return delivered
}

// operation makes a message and delivers it; it returns the message's name, which is
// empty when there was nothing to do.
func operation[Req sdk.Msg, Res proto.Message](factory simsx.SimMsgFactoryX, handler func(context.Context, Req) (Res, error)) func(sdk.Context, *simsx.ChainDataSource) (string, error) {
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
		_, err := handler(cached, req)
		if err == nil {
			write()
		}
		return fmt.Sprintf("%T", msg), factory.DeliveryResultHandler()(err)
	}
}

func (c *chain) export() string {
	gs, err := c.keeper.ExportGenesis(c.ctx)
	require.NoError(c, err)
	bz, err := c.cdc.MarshalJSON(gs)
	require.NoError(c, err)
	return string(bz)
}

// messages are how many each run delivers.
const messages = 600

func TestRandomMessagesKeepTheInvariants(t *testing.T) {
	for seed := range int64(2) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			a, b := newChain(t), newChain(t)
			for _, c := range []*chain{a, b} {
				require.NoError(t, c.songs.InitGenesis(c.ctx, *songtypes.DefaultGenesis()))
				require.NoError(t, c.keeper.InitGenesis(c.ctx, *types.DefaultGenesis()))
			}
			delivered := a.run(seed, messages)
			require.Len(t, delivered, 17, "each of 16 kinds of message, and nothing to do: %v", delivered)
			b.run(seed, messages)
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
