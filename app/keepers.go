package app

import (
	"github.com/spf13/cast"

	"cosmossdk.io/log/v2"

	"github.com/cosmos/cosmos-sdk/client/flags"
	"github.com/cosmos/cosmos-sdk/runtime"
	"github.com/cosmos/cosmos-sdk/server"
	servertypes "github.com/cosmos/cosmos-sdk/server/types"
	authkeeper "github.com/cosmos/cosmos-sdk/x/auth/keeper"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	authzkeeper "github.com/cosmos/cosmos-sdk/x/authz/keeper"
	bankkeeper "github.com/cosmos/cosmos-sdk/x/bank/keeper"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	consensuskeeper "github.com/cosmos/cosmos-sdk/x/consensus/keeper"
	consensustypes "github.com/cosmos/cosmos-sdk/x/consensus/types"
	distrkeeper "github.com/cosmos/cosmos-sdk/x/distribution/keeper"
	distrtypes "github.com/cosmos/cosmos-sdk/x/distribution/types"
	evidencekeeper "github.com/cosmos/cosmos-sdk/x/evidence/keeper"
	evidencetypes "github.com/cosmos/cosmos-sdk/x/evidence/types"
	"github.com/cosmos/cosmos-sdk/x/feegrant"
	feegrantkeeper "github.com/cosmos/cosmos-sdk/x/feegrant/keeper"
	govkeeper "github.com/cosmos/cosmos-sdk/x/gov/keeper"
	govtypes "github.com/cosmos/cosmos-sdk/x/gov/types"
	govv1beta1 "github.com/cosmos/cosmos-sdk/x/gov/types/v1beta1"
	mintkeeper "github.com/cosmos/cosmos-sdk/x/mint/keeper"
	minttypes "github.com/cosmos/cosmos-sdk/x/mint/types"
	slashingkeeper "github.com/cosmos/cosmos-sdk/x/slashing/keeper"
	slashingtypes "github.com/cosmos/cosmos-sdk/x/slashing/types"
	stakingkeeper "github.com/cosmos/cosmos-sdk/x/staking/keeper"
	stakingtypes "github.com/cosmos/cosmos-sdk/x/staking/types"
	upgradekeeper "github.com/cosmos/cosmos-sdk/x/upgrade/keeper"
	upgradetypes "github.com/cosmos/cosmos-sdk/x/upgrade/types"
)

// Keepers are the keepers of other people's modules.
type Keepers struct {
	AccountKeeper         authkeeper.AccountKeeper
	BankKeeper            bankkeeper.BaseKeeper
	StakingKeeper         *stakingkeeper.Keeper
	SlashingKeeper        slashingkeeper.Keeper
	MintKeeper            mintkeeper.Keeper
	DistrKeeper           distrkeeper.Keeper
	GovKeeper             *govkeeper.Keeper
	UpgradeKeeper         *upgradekeeper.Keeper
	EvidenceKeeper        evidencekeeper.Keeper
	ConsensusParamsKeeper consensuskeeper.Keeper
	FeeGrantKeeper        feegrantkeeper.Keeper
	AuthzKeeper           authzkeeper.Keeper
	IBCKeepers
}

// authority may change parameters and schedule upgrades: governance, and nobody else.
func authority() string { return authtypes.NewModuleAddress(govtypes.ModuleName).String() }

// newKeepers builds the keepers in the order of their dependencies.
func (app *App) newKeepers(logger log.Logger, opts servertypes.AppOptions) Keepers {
	var k Keepers
	app.addConsensusKeepers(&k, opts)
	app.addAccountKeepers(&k, logger)
	app.addStakingKeepers(&k)
	app.addGovKeeper(&k)
	k.IBCKeepers = app.newIBCKeepers(&k)
	return k
}

func (app *App) addConsensusKeepers(k *Keepers, opts servertypes.AppOptions) {
	k.ConsensusParamsKeeper = consensuskeeper.NewKeeper(
		app.encoding.codec, app.stores.service(consensustypes.StoreKey), authority(), runtime.EventService{})
	app.SetParamStore(k.ConsensusParamsKeeper.ParamsStore)

	skip := make(map[int64]bool)
	for _, height := range cast.ToIntSlice(opts.Get(server.FlagUnsafeSkipUpgrades)) {
		skip[int64(height)] = true
	}
	home := cast.ToString(opts.Get(flags.FlagHome))
	k.UpgradeKeeper = upgradekeeper.NewKeeper(
		skip, app.stores.service(upgradetypes.StoreKey), app.encoding.codec, home, app.BaseApp, authority())
}

func (app *App) addAccountKeepers(k *Keepers, logger log.Logger) {
	enc := app.encoding
	k.AccountKeeper = authkeeper.NewAccountKeeper(
		enc.codec, app.stores.service(authtypes.StoreKey), authtypes.ProtoBaseAccount, moduleAccounts,
		enc.addresses.account, AccountAddressPrefix, authority(), authkeeper.WithUnorderedTransactions(true))
	k.BankKeeper = bankkeeper.NewBaseKeeper(
		enc.codec, app.stores.service(banktypes.StoreKey), k.AccountKeeper, BlockedAddresses(), authority(), logger,
	).WithObjStoreKey(app.stores.object[banktypes.ObjectStoreKey])
	k.FeeGrantKeeper = feegrantkeeper.NewKeeper(
		enc.codec, app.stores.service(feegrant.StoreKey), k.AccountKeeper)
	k.AuthzKeeper = authzkeeper.NewKeeper(
		app.stores.service(authzkeeper.StoreKey), enc.codec, ownHandRouter{app.MsgServiceRouter()}, k.AccountKeeper)
}

func (app *App) addStakingKeepers(k *Keepers) {
	enc := app.encoding
	k.StakingKeeper = stakingkeeper.NewKeeper(
		enc.codec, app.stores.service(stakingtypes.StoreKey), k.AccountKeeper, k.BankKeeper, authority(),
		enc.addresses.validator, enc.addresses.consensus)
	k.MintKeeper = mintkeeper.NewKeeper(
		enc.codec, app.stores.service(minttypes.StoreKey), k.StakingKeeper, k.AccountKeeper, k.BankKeeper,
		authtypes.FeeCollectorName, authority())
	k.DistrKeeper = distrkeeper.NewKeeper(
		enc.codec, app.stores.service(distrtypes.StoreKey), k.AccountKeeper, k.BankKeeper, k.StakingKeeper,
		authtypes.FeeCollectorName, authority())
	k.SlashingKeeper = slashingkeeper.NewKeeper(
		enc.codec, enc.amino, app.stores.service(slashingtypes.StoreKey), k.StakingKeeper, authority())
	k.EvidenceKeeper = *evidencekeeper.NewKeeper(
		enc.codec, app.stores.service(evidencetypes.StoreKey), k.StakingKeeper, k.SlashingKeeper,
		enc.addresses.account, runtime.ProvideCometInfoService())
	k.StakingKeeper.SetHooks(stakingtypes.NewMultiStakingHooks(k.DistrKeeper.Hooks(), k.SlashingKeeper.Hooks()))
}

func (app *App) addGovKeeper(k *Keepers) {
	k.GovKeeper = govkeeper.NewKeeper(
		app.encoding.codec, app.stores.service(govtypes.StoreKey), k.AccountKeeper, k.BankKeeper, k.DistrKeeper,
		app.MsgServiceRouter(), govtypes.DefaultConfig(), authority(),
		govkeeper.NewDefaultCalculateVoteResultsAndVotingPower(k.StakingKeeper))
	// Without a router a MsgExecLegacyContent dereferences a nil pointer.
	k.GovKeeper.SetLegacyRouter(
		govv1beta1.NewRouter().AddRoute(govtypes.RouterKey, govv1beta1.ProposalHandler))
}
