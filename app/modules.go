package app

import (
	"maps"
	"slices"

	"github.com/cosmos/cosmos-sdk/types/module"
	"github.com/cosmos/cosmos-sdk/x/auth"
	authsims "github.com/cosmos/cosmos-sdk/x/auth/simulation"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	"github.com/cosmos/cosmos-sdk/x/auth/vesting"
	vestingtypes "github.com/cosmos/cosmos-sdk/x/auth/vesting/types"
	"github.com/cosmos/cosmos-sdk/x/authz"
	authzmodule "github.com/cosmos/cosmos-sdk/x/authz/module"
	"github.com/cosmos/cosmos-sdk/x/bank"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	"github.com/cosmos/cosmos-sdk/x/consensus"
	consensustypes "github.com/cosmos/cosmos-sdk/x/consensus/types"
	distr "github.com/cosmos/cosmos-sdk/x/distribution"
	distrtypes "github.com/cosmos/cosmos-sdk/x/distribution/types"
	"github.com/cosmos/cosmos-sdk/x/evidence"
	evidencetypes "github.com/cosmos/cosmos-sdk/x/evidence/types"
	"github.com/cosmos/cosmos-sdk/x/feegrant"
	feegrantmodule "github.com/cosmos/cosmos-sdk/x/feegrant/module"
	"github.com/cosmos/cosmos-sdk/x/genutil"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"
	"github.com/cosmos/cosmos-sdk/x/gov"
	govtypes "github.com/cosmos/cosmos-sdk/x/gov/types"
	"github.com/cosmos/cosmos-sdk/x/mint"
	minttypes "github.com/cosmos/cosmos-sdk/x/mint/types"
	"github.com/cosmos/cosmos-sdk/x/slashing"
	slashingtypes "github.com/cosmos/cosmos-sdk/x/slashing/types"
	"github.com/cosmos/cosmos-sdk/x/staking"
	stakingtypes "github.com/cosmos/cosmos-sdk/x/staking/types"
	"github.com/cosmos/cosmos-sdk/x/upgrade"
	upgradetypes "github.com/cosmos/cosmos-sdk/x/upgrade/types"

	icatypes "github.com/cosmos/ibc-go/v11/modules/apps/27-interchain-accounts/types"
	ibctransfertypes "github.com/cosmos/ibc-go/v11/modules/apps/transfer/types"
	ibcexported "github.com/cosmos/ibc-go/v11/modules/core/exported"

	"github.com/parrots-music/parrots/x/audition"
	auditiontypes "github.com/parrots-music/parrots/x/audition/types"
	"github.com/parrots-music/parrots/x/credit"
	credittypes "github.com/parrots-music/parrots/x/credit/types"
	"github.com/parrots-music/parrots/x/social"
	socialtypes "github.com/parrots-music/parrots/x/social/types"
	"github.com/parrots-music/parrots/x/song"
	songkeeper "github.com/parrots-music/parrots/x/song/keeper"
	songtypes "github.com/parrots-music/parrots/x/song/types"
	"github.com/parrots-music/parrots/x/sponsor"
)

// moduleAccounts are the accounts that belong to modules, with what each may do to
// the supply of coins.
var moduleAccounts = map[string][]string{
	authtypes.FeeCollectorName:          nil,
	distrtypes.ModuleName:               nil,
	minttypes.ModuleName:                {authtypes.Minter},
	stakingtypes.BondedPoolName:         {authtypes.Burner, authtypes.Staking},
	stakingtypes.NotBondedPoolName:      {authtypes.Burner, authtypes.Staking},
	stakingtypes.KeyRotationFeePoolName: {authtypes.Burner},
	govtypes.ModuleName:                 {authtypes.Burner},
	ibctransfertypes.ModuleName:         {authtypes.Minter, authtypes.Burner},
	icatypes.ModuleName:                 nil,
}

// The orders in which modules take their turn. A module that is in none of the
// first three has nothing to do there.
var (
	preBlockers = []string{upgradetypes.ModuleName, authtypes.ModuleName}

	// Inflation is minted before it is distributed, and last block's fees are
	// distributed before the validator set can change.
	beginBlockers = []string{
		minttypes.ModuleName, distrtypes.ModuleName, slashingtypes.ModuleName, evidencetypes.ModuleName,
		stakingtypes.ModuleName, genutiltypes.ModuleName, authz.ModuleName,
		ibcexported.ModuleName, ibctransfertypes.ModuleName, icatypes.ModuleName,
	}

	// Bank is first: it credits the fees of the block to the fee collector. Our own add
	// up what the block counted.
	endBlockers = []string{
		banktypes.ModuleName, govtypes.ModuleName, stakingtypes.ModuleName, genutiltypes.ModuleName,
		feegrant.ModuleName, ibcexported.ModuleName, ibctransfertypes.ModuleName, icatypes.ModuleName,
		songtypes.ModuleName, credittypes.ModuleName, socialtypes.ModuleName,
	}

	// Genesis transactions stake coins, so genutil comes after staking and bank. What
	// stands on songs comes after them.
	genesisOrder = []string{
		authtypes.ModuleName, banktypes.ModuleName, distrtypes.ModuleName, stakingtypes.ModuleName,
		slashingtypes.ModuleName, govtypes.ModuleName, minttypes.ModuleName, ibcexported.ModuleName,
		genutiltypes.ModuleName, evidencetypes.ModuleName, authz.ModuleName, feegrant.ModuleName,
		upgradetypes.ModuleName, vestingtypes.ModuleName, consensustypes.ModuleName,
		ibctransfertypes.ModuleName, icatypes.ModuleName, songtypes.ModuleName, credittypes.ModuleName,
		auditiontypes.ModuleName, socialtypes.ModuleName,
	}
)

// setModules builds the modules and the managers that give them their turns.
func (app *App) setModules() {
	app.ModuleManager = module.NewManager(slices.Concat(app.sdkModules(), app.ibcModules(), app.ownModules())...)
	app.ModuleManager.SetOrderPreBlockers(preBlockers...)
	app.ModuleManager.SetOrderBeginBlockers(beginBlockers...)
	app.ModuleManager.SetOrderEndBlockers(endBlockers...)
	app.ModuleManager.SetOrderInitGenesis(genesisOrder...)
	app.ModuleManager.SetOrderExportGenesis(genesisOrder...)

	app.BasicModuleManager = module.NewBasicManagerFromManager(app.ModuleManager, map[string]module.AppModuleBasic{
		banktypes.ModuleName:    bankBasics{},
		genutiltypes.ModuleName: genutil.NewAppModuleBasic(genutiltypes.DefaultMessageValidator),
		govtypes.ModuleName:     gov.NewAppModuleBasic(nil),
	})
	app.BasicModuleManager.RegisterLegacyAminoCodec(app.encoding.amino)
	app.BasicModuleManager.RegisterInterfaces(app.encoding.registry)

	app.simulation = module.NewSimulationManagerFromAppModules(app.ModuleManager.Modules, nil)
	app.simulation.RegisterStoreDecoders()
}

func (app *App) sdkModules() []module.AppModule {
	cdc, registry, addresses := app.encoding.codec, app.encoding.registry, app.encoding.addresses
	return []module.AppModule{
		genutil.NewAppModule(app.AccountKeeper, app.StakingKeeper, app, app.encoding.txConfig),
		auth.NewAppModule(cdc, app.AccountKeeper, authsims.RandomGenesisAccounts),
		vesting.NewAppModule(app.AccountKeeper, app.BankKeeper),
		bank.NewAppModule(cdc, app.BankKeeper, app.AccountKeeper),
		feegrantmodule.NewAppModule(cdc, app.AccountKeeper, app.BankKeeper, app.FeeGrantKeeper, registry),
		gov.NewAppModule(cdc, app.GovKeeper, app.AccountKeeper, app.BankKeeper),
		mint.NewAppModule(cdc, app.MintKeeper, app.AccountKeeper, nil),
		slashing.NewAppModule(cdc, app.SlashingKeeper, app.AccountKeeper, app.BankKeeper, app.StakingKeeper, registry),
		distr.NewAppModule(cdc, app.DistrKeeper, app.AccountKeeper, app.BankKeeper, app.StakingKeeper),
		staking.NewAppModule(cdc, app.StakingKeeper, app.AccountKeeper, app.BankKeeper),
		upgrade.NewAppModule(app.UpgradeKeeper, addresses.account),
		evidence.NewAppModule(app.EvidenceKeeper),
		authzmodule.NewAppModule(cdc, app.AuthzKeeper, app.AccountKeeper, app.BankKeeper, registry),
		consensus.NewAppModule(cdc, app.ConsensusParamsKeeper),
	}
}

func (app *App) ownModules() []module.AppModule {
	return []module.AppModule{
		song.NewAppModule(app.encoding.codec, app.SongKeeper),
		social.NewAppModule(app.encoding.codec, app.SocialKeeper, app.SongKeeper),
		sponsor.NewAppModule(),
		audition.NewAppModule(app.encoding.codec, app.AuditionKeeper, songkeeper.NewQueryServer(app.SongKeeper)),
		credit.NewAppModule(app.encoding.codec, app.CreditKeeper),
	}
}

// ModuleAccounts returns the module accounts with their permissions.
func ModuleAccounts() map[string][]string { return maps.Clone(moduleAccounts) }

// BlockedAddresses returns the accounts that coins cannot be sent to. Governance is
// none of them: its account may hold coins that a proposal spends.
func BlockedAddresses() map[string]bool {
	blocked := make(map[string]bool, len(moduleAccounts))
	for name := range moduleAccounts {
		if name != govtypes.ModuleName {
			blocked[authtypes.NewModuleAddress(name).String()] = true
		}
	}
	return blocked
}
