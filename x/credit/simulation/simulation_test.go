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
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/parrots-music/parrots/x/credit"
	"github.com/parrots-music/parrots/x/credit/keeper"
	"github.com/parrots-music/parrots/x/credit/simulation"
	"github.com/parrots-music/parrots/x/credit/types"
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

// prices are what x/auth takes for signatures.
type prices struct{}

func (prices) GetParams(context.Context) authtypes.Params { return authtypes.DefaultParams() }

type chain struct {
	*testing.T
	ctx    sdk.Context
	cdc    codec.Codec
	songs  songkeeper.Keeper
	keeper keeper.Keeper
}

func newChain(t *testing.T) *chain {
	keys := storetypes.NewKVStoreKeys(types.StoreKey, songtypes.StoreKey)
	cdc := moduletestutil.MakeTestEncodingConfig(song.AppModule{}, credit.AppModule{}).Codec
	addresses := addresscodec.NewBech32Codec(sdk.GetConfig().GetBech32AccountAddrPrefix())
	authority, err := addresses.BytesToString(gov{}.GetModuleAddress("gov"))
	require.NoError(t, err)
	songs := songkeeper.NewKeeper(cdc, runtime.NewKVStoreService(keys[songtypes.StoreKey]), addresses, authority)
	k := keeper.NewKeeper(cdc, runtime.NewKVStoreService(keys[types.StoreKey]), nil, addresses, songs, prices{}, authority)
	songs.SetHooks(k.Hooks())
	ctx := testutil.DefaultContextWithKeys(keys, nil, nil)
	return &chain{
		T: t, ctx: ctx.WithChainID("simulation").WithBlockTime(time.Unix(1_800_000_000, 0)),
		cdc: cdc, songs: songs, keeper: k,
	}
}

// run delivers n random messages, each of which has to succeed, and checks the
// state on the way.
func (c *chain) run(seed int64, n int) map[string]int {
	r := rand.New(rand.NewSource(seed))
	accounts := simtypes.RandomAccounts(r, 10)
	addresses := addresscodec.NewBech32Codec(sdk.GetConfig().GetBech32AccountAddrPrefix())
	msgs, f := keeper.NewMsgServer(c.keeper), simulation.NewFactories(keeper.NewQueryServer(c.keeper))
	song, s := songkeeper.NewMsgServer(c.songs), songsimulation.NewFactories(songkeeper.NewQueryServer(c.songs))
	operations := []func(ctx sdk.Context, td *simsx.ChainDataSource) (string, error){
		operation(s.CreateSong(), song.CreateSong), operation(s.Push(), song.Push), operation(s.Push(), song.Push),
		operation(s.Push(), song.Push), operation(s.ForkSong(), song.ForkSong), operation(s.SetCollaborator(), song.SetCollaborator),
		operation(s.UpdateSong(), song.UpdateSong), operation(f.ConfirmCredit(), msgs.ConfirmCredit),
		operation(f.ConfirmCredit(), msgs.ConfirmCredit), operation(f.DisputeCredit(), msgs.DisputeCredit),
		operation(f.AnswerDispute(), msgs.AnswerDispute), operation(f.ClaimGuestCredit(), msgs.ClaimGuestCredit),
		operation(f.ConsentToLicence(), msgs.ConsentToLicence), operation(f.UpdateParams(), msgs.UpdateParams),
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
	require.NoError(c, c.keeper.CheckInvariants(c.ctx))
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
			delivered := a.run(seed, 400)
			require.Len(t, delivered, 12, "each of 11 kinds of message, and nothing to do: %v", delivered)
			b.run(seed, 400)
			exported := a.export()
			require.Equal(t, exported, b.export(), "the same messages made another state")

			songs, err := a.songs.ExportGenesis(a.ctx)
			require.NoError(t, err)
			again := newChain(t)
			require.NoError(t, again.songs.InitGenesis(again.ctx, *songs))
			var gs types.GenesisState
			require.NoError(t, again.cdc.UnmarshalJSON([]byte(exported), &gs))
			require.NoError(t, again.keeper.InitGenesis(again.ctx, gs))
			require.NoError(t, again.keeper.CheckInvariants(again.ctx))
			require.Equal(t, exported, again.export(), "export and import change the state")
		})
	}
}
