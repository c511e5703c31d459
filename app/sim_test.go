//go:build sims

package app

import (
	"encoding/json"
	"flag"
	"slices"
	"testing"

	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/log/v2"

	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/server"
	serverconfig "github.com/cosmos/cosmos-sdk/server/config"
	servertypes "github.com/cosmos/cosmos-sdk/server/types"
	simtestutil "github.com/cosmos/cosmos-sdk/testutil/sims"
	"github.com/cosmos/cosmos-sdk/testutil/simsx"
	simtypes "github.com/cosmos/cosmos-sdk/types/simulation"
	simcli "github.com/cosmos/cosmos-sdk/x/simulation/client/cli"

	auditiontypes "github.com/parrots-music/parrots/x/audition/types"
	credittypes "github.com/parrots-music/parrots/x/credit/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// Random transactions of every module, over many blocks. `make test` runs a few
// blocks, `make sim` many: -NumBlocks, -BlockSize and -Seeds say how many.

var seedCount = flag.Int("Seeds", 2, "how many seeds to simulate, from 1")

func init() { simcli.GetSimulatorFlags() }

func seeds() []int64 {
	var list []int64
	for seed := range *seedCount {
		list = append(list, int64(seed+1))
	}
	return list
}

// newSimApp pays fees directly: a simulation delivers its transactions after the
// end-blocker, which would never credit what is paid through the object store.
func newSimApp(
	logger log.Logger, db dbm.DB, loadLatest bool, opts servertypes.AppOptions, baseOpts ...func(*baseapp.BaseApp),
) *App {
	return build(logger, db, loadLatest, opts, wiring{direct: true}, baseOpts...)
}

// newParallelSimApp is newSimApp with the parallel executor, whose stores behave
// otherwise even where one transaction runs at a time.
func newParallelSimApp(
	logger log.Logger, db dbm.DB, loadLatest bool, opts servertypes.AppOptions, baseOpts ...func(*baseapp.BaseApp),
) *App {
	options := opts.(simtestutil.AppOptionsMap)
	options[server.FlagBlockExecutor] = serverconfig.BlockExecutorBlockSTM
	options[server.FlagBlockSTMWorkers] = 4
	return newSimApp(logger, db, loadLatest, options, baseOpts...)
}

func simState(app *App) simsx.SimStateFactory {
	return simsx.SimStateFactory{
		Codec:         app.AppCodec(),
		AppStateFn:    simtestutil.AppStateFn(app.AppCodec(), app.SimulationManager(), app.DefaultGenesis()),
		BlockedAddr:   BlockedAddresses(),
		AccountSource: app.AccountKeeper,
		BalanceSource: app.BankKeeper,
	}
}

type simInstance = simsx.TestInstance[*App]

func simHeader(app *App) cmtproto.Header {
	return cmtproto.Header{Height: app.LastBlockHeight(), ChainID: simsx.SimAppChainID}
}

// After a random run the invariants hold, and the state survives an export and import.
func TestSimulation(t *testing.T) {
	simsx.RunWithSeeds(t, newSimApp, simState, seeds(), nil, checkInvariants, checkExportImport)
}

func TestSimulationParallel(t *testing.T) {
	simsx.RunWithSeeds(t, newParallelSimApp, simState, seeds()[:1], nil, checkInvariants)
}

// The same seed leads to the same state, every time.
func TestSimulationIsDeterministic(t *testing.T) {
	const runs = 2
	for _, seed := range seeds() {
		var hashes [][]byte
		for range runs {
			simsx.RunWithSeed(t, simConfig(), newSimApp, simState, seed, nil,
				func(_ testing.TB, instance simInstance, _ []simtypes.Account) {
					hashes = append(hashes, instance.App.LastCommitID().Hash)
				})
		}
		require.Len(t, hashes, runs)
		require.Len(t, slices.CompactFunc(hashes, slices.Equal), 1, "seed %d", seed)
	}
}

// simConfig fixes the genesis time, which is otherwise the time of the test.
func simConfig() simtypes.Config {
	cfg := simcli.NewConfigFromFlags()
	cfg.ChainID = simsx.SimAppChainID
	cfg.GenesisTime = 1_800_000_000
	return cfg
}

func checkInvariants(tb testing.TB, instance simInstance, _ []simtypes.Account) {
	app := instance.App
	ctx := app.NewContextLegacy(true, simHeader(app))
	require.NoError(tb, app.SongKeeper.CheckInvariants(ctx))
	require.NoError(tb, app.AuditionKeeper.CheckInvariants(ctx))
	require.NoError(tb, app.SocialKeeper.CheckInvariants(ctx))
	require.NoError(tb, app.CreditKeeper.CheckInvariants(ctx))
}

func checkExportImport(tb testing.TB, instance simInstance, _ []simtypes.Account) {
	app := instance.App
	first, err := app.ExportAppStateAndValidators(false, nil, nil)
	require.NoError(tb, err)
	var genesis GenesisState
	require.NoError(tb, json.Unmarshal(first.AppState, &genesis))

	imported := simsx.NewSimulationAppInstance(tb, instance.Cfg, newSimApp).App
	ctx := imported.NewContextLegacy(true, simHeader(app))
	require.NoError(tb, imported.StoreConsensusParams(ctx, first.ConsensusParams))
	_, err = imported.ModuleManager.InitGenesis(ctx, imported.AppCodec(), genesis)
	require.NoError(tb, err)
	require.NoError(tb, imported.SongKeeper.CheckInvariants(ctx))
	require.NoError(tb, imported.AuditionKeeper.CheckInvariants(ctx))
	require.NoError(tb, imported.SocialKeeper.CheckInvariants(ctx))
	require.NoError(tb, imported.CreditKeeper.CheckInvariants(ctx))

	second, err := imported.ExportAppStateAndValidators(false, nil, []string{
		songtypes.ModuleName, credittypes.ModuleName, auditiontypes.ModuleName})
	require.NoError(tb, err)
	var again GenesisState
	require.NoError(tb, json.Unmarshal(second.AppState, &again))
	require.NotEmpty(tb, again)
	for module := range again {
		require.JSONEq(tb, string(genesis[module]), string(again[module]), module)
	}
}
