package app

import (
	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"
	reflectionv1 "cosmossdk.io/api/cosmos/reflection/v1"
	"cosmossdk.io/client/v2/autocli"
	"cosmossdk.io/core/appmodule"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/grpc/cmtservice"
	nodeservice "github.com/cosmos/cosmos-sdk/client/grpc/node"
	runtimeservices "github.com/cosmos/cosmos-sdk/runtime/services"
	"github.com/cosmos/cosmos-sdk/server"
	"github.com/cosmos/cosmos-sdk/server/api"
	"github.com/cosmos/cosmos-sdk/server/config"
	"github.com/cosmos/cosmos-sdk/types/module"
	authtx "github.com/cosmos/cosmos-sdk/x/auth/tx"

	"github.com/parrots-music/parrots/docs"
)

// setServices registers the modules' messages and queries, and the services by
// which a client finds out what there is.
func (app *App) setServices() {
	app.configurator = module.NewConfigurator(app.encoding.codec, app.MsgServiceRouter(), app.GRPCQueryRouter())
	must(app.ModuleManager.RegisterServices(app.configurator))

	autocliv1.RegisterQueryServer(
		app.GRPCQueryRouter(), runtimeservices.NewAutoCLIQueryService(app.ModuleManager.Modules))
	reflection, err := runtimeservices.NewReflectionService()
	must(err)
	reflectionv1.RegisterReflectionServiceServer(app.GRPCQueryRouter(), reflection)
}

// AutoCliOpts describes the modules to AutoCLI, which makes a command of every
// message and query.
func (app *App) AutoCliOpts() autocli.AppOptions {
	modules := make(map[string]appmodule.AppModule)
	for name, m := range app.ModuleManager.Modules {
		if m, ok := m.(appmodule.AppModule); ok {
			modules[name] = m
		}
	}
	return autocli.AppOptions{
		Modules:               modules,
		ModuleOptions:         runtimeservices.ExtractAutoCLIOptions(app.ModuleManager.Modules),
		AddressCodec:          app.encoding.addresses.account,
		ValidatorAddressCodec: app.encoding.addresses.validator,
		ConsensusAddressCodec: app.encoding.addresses.consensus,
	}
}

// RegisterAPIRoutes registers the REST routes, and our OpenAPI document at /openapi.
func (app *App) RegisterAPIRoutes(server *api.Server, cfg config.APIConfig) {
	authtx.RegisterGRPCGatewayRoutes(server.ClientCtx, server.GRPCGatewayRouter)
	cmtservice.RegisterGRPCGatewayRoutes(server.ClientCtx, server.GRPCGatewayRouter)
	nodeservice.RegisterGRPCGatewayRoutes(server.ClientCtx, server.GRPCGatewayRouter)
	app.BasicModuleManager.RegisterGRPCGatewayRoutes(server.ClientCtx, server.GRPCGatewayRouter)
	if cfg.Swagger {
		docs.Register(server.Router)
	}
}

// RegisterTxService registers the service that simulates, sends and finds transactions.
func (app *App) RegisterTxService(clientCtx client.Context) {
	authtx.RegisterTxService(app.GRPCQueryRouter(), clientCtx, app.Simulate, app.encoding.registry)
}

// RegisterTendermintService registers the service for blocks and validators.
func (app *App) RegisterTendermintService(clientCtx client.Context) {
	query := server.NewCometABCIWrapper(app).Query
	cmtservice.RegisterTendermintService(clientCtx, app.GRPCQueryRouter(), app.encoding.registry, query)
}

// RegisterNodeService registers the service for the node's own settings.
func (app *App) RegisterNodeService(clientCtx client.Context, cfg config.Config) {
	nodeservice.RegisterNodeService(clientCtx, app.GRPCQueryRouter(), cfg, func() int64 {
		return app.CommitMultiStore().EarliestVersion()
	})
}
