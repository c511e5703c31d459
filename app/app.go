// Package app wires the Parrots chain: the Cosmos SDK's and IBC's modules and our
// own, into one ABCI application. It holds no rule of the domain; those live
// under x/. Nothing but cmd/parrotsd may import it.
package app

import (
	"encoding/json"
	"fmt"

	abci "github.com/cometbft/cometbft/abci/types"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/cosmos/gogoproto/proto"

	"cosmossdk.io/log/v2"

	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/baseapp/blockexec"
	"github.com/cosmos/cosmos-sdk/runtime"
	servertypes "github.com/cosmos/cosmos-sdk/server/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/module"
	"github.com/cosmos/cosmos-sdk/types/msgservice"
	"github.com/cosmos/cosmos-sdk/version"

	auditionkeeper "github.com/parrots-music/parrots/x/audition/keeper"
	auditiontypes "github.com/parrots-music/parrots/x/audition/types"
	creditkeeper "github.com/parrots-music/parrots/x/credit/keeper"
	credittypes "github.com/parrots-music/parrots/x/credit/types"
	socialkeeper "github.com/parrots-music/parrots/x/social/keeper"
	socialtypes "github.com/parrots-music/parrots/x/social/types"
	songkeeper "github.com/parrots-music/parrots/x/song/keeper"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// Ignite reads these two constants out of this file.
const (
	// AccountAddressPrefix begins every account address.
	AccountAddressPrefix = "parrot"
	// ChainCoinType is the BIP-44 coin type: Cosmos's, so that one mnemonic gives
	// the same key here, in Keplr and on a Ledger.
	ChainCoinType = 118
)

// Name is the application's name.
const Name = "parrots"

var (
	_ runtime.AppI            = (*App)(nil)
	_ servertypes.Application = (*App)(nil)
)

// App is the ABCI application.
//
// Ignite generates code for the module of every *Keeper field that it finds here.
// For other people's modules it would need the schema registry, so their keepers
// are in Keepers, and only our own are fields of App.
type App struct {
	*baseapp.BaseApp
	Keepers

	SongKeeper     songkeeper.Keeper
	CreditKeeper   creditkeeper.Keeper
	AuditionKeeper auditionkeeper.Keeper
	SocialKeeper   socialkeeper.Keeper

	encoding encoding
	stores   stores

	ModuleManager      *module.Manager
	BasicModuleManager module.BasicManager
	configurator       module.Configurator
	simulation         *module.SimulationManager
}

// wiring is what tests exchange. It is not reachable from app.toml, because nodes
// that disagree about it would disagree about the state.
type wiring struct {
	// direct makes every transaction change at once what is otherwise added up at the
	// end of a block: the fee collector's balance and the tallies of our modules.
	direct    bool
	upgrades  []upgradeStep
	blockExec []blockexec.Option
}

// New builds the application over db. With loadLatest false it has no state, and
// serves for its codecs, default genesis and commands only.
func New(
	logger log.Logger, db dbm.DB, loadLatest bool, opts servertypes.AppOptions,
	baseAppOptions ...func(*baseapp.BaseApp),
) *App {
	return build(logger, db, loadLatest, opts, wiring{upgrades: upgrades}, baseAppOptions...)
}

// build panics on error, as the SDK's commands expect of an application's
// constructor: a node that is wired wrongly must not start.
func build(
	logger log.Logger, db dbm.DB, loadLatest bool, opts servertypes.AppOptions, w wiring,
	baseAppOptions ...func(*baseapp.BaseApp),
) *App {
	app := &App{encoding: newEncoding(), stores: newStores()}
	app.BaseApp = newBaseApp(logger, db, app.encoding, baseAppOptions)
	applyBlockExecutor(app.BaseApp, opts, app.stores, app.encoding.txConfig.TxDecoder(), w.blockExec)
	must(app.RegisterStreamingServices(opts, app.stores.kv))

	app.Keepers = app.newKeepers(logger, opts)
	app.SongKeeper = songkeeper.NewKeeper(
		app.encoding.codec, app.stores.service(songtypes.StoreKey), app.encoding.addresses.account, authority(),
	).WithTallies(app.stores.tally(songtypes.ObjectStoreKey, w))
	app.CreditKeeper = creditkeeper.NewKeeper(
		app.encoding.codec, app.stores.service(credittypes.StoreKey), app.stores.tally(credittypes.ObjectStoreKey, w),
		app.encoding.addresses.account, app.SongKeeper, app.AccountKeeper, authority())
	app.AuditionKeeper = auditionkeeper.NewKeeper(
		app.encoding.codec, app.stores.service(auditiontypes.StoreKey), app.encoding.addresses.account, app.SongKeeper, authority())
	app.SocialKeeper = socialkeeper.NewKeeper(
		app.encoding.codec, app.stores.service(socialtypes.StoreKey), app.stores.tally(socialtypes.ObjectStoreKey, w),
		app.encoding.addresses.account, authority(), app.SongKeeper)
	app.SongKeeper.SetHooks(app.CreditKeeper.Hooks(), app.SocialKeeper.Hooks())
	app.AuditionKeeper.SetHooks(app.CreditKeeper.Hooks(), app.SocialKeeper.Hooks())
	app.AuditionKeeper.SetBlocks(app.SocialKeeper)
	app.SocialKeeper.SetNeighbours(app.CreditKeeper, app.AuditionKeeper)
	app.setModules()
	app.setServices()
	app.setUpgrades(w.upgrades)

	app.MountKVStores(app.stores.kv)
	app.MountObjectStores(app.stores.object)
	app.SetInitChainer(app.InitChainer)
	app.SetProcessProposal(app.processProposal)
	app.SetPreBlocker(app.preBlocker)
	app.SetBeginBlocker(app.ModuleManager.BeginBlock)
	app.SetEndBlocker(app.ModuleManager.EndBlock)
	app.SetAnteHandler(app.newAnteHandler(w.direct))
	must(validateProtoAnnotations())

	if loadLatest {
		if err := app.LoadLatestVersion(); err != nil {
			panic(fmt.Errorf("load latest version: %w", err))
		}
	}
	return app
}

func newBaseApp(logger log.Logger, db dbm.DB, enc encoding, opts []func(*baseapp.BaseApp)) *baseapp.BaseApp {
	opts = append(opts, baseapp.SetOptimisticExecution())
	app := baseapp.NewBaseApp(Name, logger, db, enc.txConfig.TxDecoder(), opts...)
	app.SetVersion(version.Version)
	app.SetInterfaceRegistry(enc.registry)
	app.SetTxEncoder(enc.txConfig.TxEncoder())
	return app
}

// validateProtoAnnotations finds messages whose signer annotation is missing or
// wrong, which would otherwise show only when one is sent.
func validateProtoAnnotations() error {
	files, err := proto.MergedRegistry()
	if err != nil {
		return err
	}
	return msgservice.ValidateProtoAnnotations(files)
}

// InitChainer writes the genesis state.
func (app *App) InitChainer(ctx sdk.Context, req *abci.RequestInitChain) (*abci.ResponseInitChain, error) {
	var genesis GenesisState
	if err := json.Unmarshal(req.AppStateBytes, &genesis); err != nil {
		return nil, err
	}
	if err := app.UpgradeKeeper.SetModuleVersionMap(ctx, app.ModuleManager.GetVersionMap()); err != nil {
		return nil, err
	}
	return app.ModuleManager.InitGenesis(ctx, app.encoding.codec, genesis)
}

// PreBlocker runs before everything else in a block; upgrades happen here.
func (app *App) preBlocker(ctx sdk.Context, _ *abci.RequestFinalizeBlock) (*sdk.ResponsePreBlock, error) {
	return app.ModuleManager.PreBlock(ctx)
}

// BeginBlocker runs at the start of a block.
func (app *App) BeginBlocker(ctx sdk.Context) (sdk.BeginBlock, error) {
	return app.ModuleManager.BeginBlock(ctx)
}

// EndBlocker runs at the end of a block.
func (app *App) EndBlocker(ctx sdk.Context) (sdk.EndBlock, error) {
	return app.ModuleManager.EndBlock(ctx)
}

// LoadHeight loads the state at a height.
func (app *App) LoadHeight(height int64) error { return app.LoadVersion(height) }

// Name returns the application's name.
func (app *App) Name() string { return app.BaseApp.Name() }

// SimulationManager returns the manager of random runs.
func (app *App) SimulationManager() *module.SimulationManager { return app.simulation }

func must(err error) {
	if err != nil {
		panic(err)
	}
}
