// Package sponsor is the chain module of sponsorships: the fee allowance by which
// newcomers' transactions are paid for. x/feegrant keeps them, so the module has no
// state and no messages. Its specification is README.md.
//
// This package ties the type to the application; what a sponsorship pays for belongs
// in types.
package sponsor

import (
	"context"

	gwruntime "github.com/grpc-ecosystem/grpc-gateway/runtime"
	"google.golang.org/grpc"

	"cosmossdk.io/core/appmodule"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/codec"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/types/module"

	"github.com/parrots-music/parrots/x/sponsor/types"
)

var (
	_ module.AppModule      = AppModule{}
	_ appmodule.HasServices = AppModule{}
)

// AppModule is the module as the application sees it.
type AppModule struct{}

// NewAppModule returns the module.
func NewAppModule() AppModule { return AppModule{} }

// IsAppModule marks the type as an application module.
func (AppModule) IsAppModule() {}

// IsOnePerModuleType marks the type as one per module.
func (AppModule) IsOnePerModuleType() {}

// Name returns the module's name.
func (AppModule) Name() string { return types.ModuleName }

// RegisterLegacyAminoCodec does nothing: amino JSON comes from the .proto files.
func (AppModule) RegisterLegacyAminoCodec(*codec.LegacyAmino) {}

// RegisterInterfaces registers the allowance.
func (AppModule) RegisterInterfaces(registry codectypes.InterfaceRegistry) {
	types.RegisterInterfaces(registry)
}

// RegisterGRPCGatewayRoutes registers the REST paths.
func (AppModule) RegisterGRPCGatewayRoutes(clientCtx client.Context, mux *gwruntime.ServeMux) {
	if err := types.RegisterQueryHandlerClient(context.Background(), mux, types.NewQueryClient(clientCtx)); err != nil {
		panic(err)
	}
}

// RegisterServices registers the Query service.
func (AppModule) RegisterServices(registrar grpc.ServiceRegistrar) error {
	types.RegisterQueryServer(registrar, queryServer{})
	return nil
}
