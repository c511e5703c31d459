package app

import (
	"github.com/cosmos/cosmos-sdk/types/module"

	ica "github.com/cosmos/ibc-go/v11/modules/apps/27-interchain-accounts"
	icahost "github.com/cosmos/ibc-go/v11/modules/apps/27-interchain-accounts/host"
	icahostkeeper "github.com/cosmos/ibc-go/v11/modules/apps/27-interchain-accounts/host/keeper"
	icahosttypes "github.com/cosmos/ibc-go/v11/modules/apps/27-interchain-accounts/host/types"
	"github.com/cosmos/ibc-go/v11/modules/apps/transfer"
	ibctransferkeeper "github.com/cosmos/ibc-go/v11/modules/apps/transfer/keeper"
	ibctransfertypes "github.com/cosmos/ibc-go/v11/modules/apps/transfer/types"
	transferv2 "github.com/cosmos/ibc-go/v11/modules/apps/transfer/v2"
	ibc "github.com/cosmos/ibc-go/v11/modules/core"
	porttypes "github.com/cosmos/ibc-go/v11/modules/core/05-port/types"
	ibcapi "github.com/cosmos/ibc-go/v11/modules/core/api"
	ibcexported "github.com/cosmos/ibc-go/v11/modules/core/exported"
	ibckeeper "github.com/cosmos/ibc-go/v11/modules/core/keeper"
	ibctm "github.com/cosmos/ibc-go/v11/modules/light-clients/07-tendermint"
)

// IBCKeepers are the keepers of IBC: its core, token transfer, and the host of
// interchain accounts, through which a DAO of another chain can own songs here.
type IBCKeepers struct {
	IBCKeeper      *ibckeeper.Keeper
	TransferKeeper *ibctransferkeeper.Keeper
	ICAHostKeeper  *icahostkeeper.Keeper
}

func (app *App) newIBCKeepers(k *Keepers) IBCKeepers {
	cdc, router := app.encoding.codec, app.MsgServiceRouter()
	core := ibckeeper.NewKeeper(cdc, app.stores.service(ibcexported.StoreKey), k.UpgradeKeeper, authority())
	host := icahostkeeper.NewKeeper(
		cdc, app.stores.service(icahosttypes.StoreKey), core.ChannelKeeper, k.AccountKeeper, router,
		app.GRPCQueryRouter(), authority())
	tokens := ibctransferkeeper.NewKeeper(
		cdc, app.encoding.addresses.account, app.stores.service(ibctransfertypes.StoreKey), core.ChannelKeeper,
		router, k.AccountKeeper, k.BankKeeper, authority())

	core.SetRouter(porttypes.NewRouter().
		AddRoute(ibctransfertypes.ModuleName, transfer.NewIBCModule(tokens)).
		AddRoute(icahosttypes.SubModuleName, icahost.NewIBCModule(host)))
	core.SetRouterV2(ibcapi.NewRouter().
		AddRoute(ibctransfertypes.PortID, transferv2.NewIBCModule(tokens)))
	return IBCKeepers{IBCKeeper: core, TransferKeeper: tokens, ICAHostKeeper: host}
}

func (app *App) ibcModules() []module.AppModule {
	clients := app.IBCKeeper.ClientKeeper
	tendermint := ibctm.NewLightClientModule(app.encoding.codec, clients.GetStoreProvider())
	clients.AddRoute(ibctm.ModuleName, &tendermint)

	return []module.AppModule{
		ibc.NewAppModule(app.IBCKeeper),
		transfer.NewAppModule(app.TransferKeeper),
		ica.NewAppModule(nil, app.ICAHostKeeper), // a host only: no account of ours acts on other chains
		ibctm.NewAppModule(tendermint),
	}
}
