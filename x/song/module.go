// Package song is the chain module of songs: repositories of music with branches,
// commits, forks and releases. Its specification is README.md.
//
// This package ties the keeper to the application; rules of songs belong in keeper,
// and what only describes them in types.
package song

import (
	"context"
	"encoding/json"
	"fmt"

	gwruntime "github.com/grpc-ecosystem/grpc-gateway/runtime"
	"google.golang.org/grpc"

	"cosmossdk.io/core/appmodule"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/codec"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/testutil/simsx"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/module"
	simtypes "github.com/cosmos/cosmos-sdk/types/simulation"

	"github.com/parrots-music/parrots/x/song/keeper"
	"github.com/parrots-music/parrots/x/song/simulation"
	"github.com/parrots-music/parrots/x/song/types"
)

// ConsensusVersion rises with every change of the state's layout.
const ConsensusVersion = 1

var (
	_ module.AppModule             = AppModule{}
	_ module.HasGenesis            = AppModule{}
	_ module.HasConsensusVersion   = AppModule{}
	_ module.AppModuleSimulation   = AppModule{}
	_ appmodule.HasServices        = AppModule{}
	_ appmodule.HasEndBlocker      = AppModule{}
	_ simsx.HasWeightedOperationsX = AppModule{}
	_ simsx.HasProposalMsgsX       = AppModule{}
)

// AppModule is the module as the application sees it.
type AppModule struct {
	cdc    codec.Codec
	keeper keeper.Keeper
}

// NewAppModule returns the module over a keeper.
func NewAppModule(cdc codec.Codec, k keeper.Keeper) AppModule { return AppModule{cdc: cdc, keeper: k} }

// IsAppModule marks the type as an application module.
func (AppModule) IsAppModule() {}

// IsOnePerModuleType marks the type as one per module.
func (AppModule) IsOnePerModuleType() {}

// Name returns the module's name.
func (AppModule) Name() string { return types.ModuleName }

// ConsensusVersion returns the version of the state's layout.
func (AppModule) ConsensusVersion() uint64 { return ConsensusVersion }

// RegisterLegacyAminoCodec does nothing: amino JSON comes from the .proto files.
func (AppModule) RegisterLegacyAminoCodec(*codec.LegacyAmino) {}

// RegisterInterfaces registers the messages.
func (AppModule) RegisterInterfaces(registry codectypes.InterfaceRegistry) {
	types.RegisterInterfaces(registry)
}

// RegisterGRPCGatewayRoutes registers the REST paths.
func (AppModule) RegisterGRPCGatewayRoutes(clientCtx client.Context, mux *gwruntime.ServeMux) {
	if err := types.RegisterQueryHandlerClient(context.Background(), mux, types.NewQueryClient(clientCtx)); err != nil {
		panic(err)
	}
}

// RegisterServices registers the Msg and Query services.
func (am AppModule) RegisterServices(registrar grpc.ServiceRegistrar) error {
	types.RegisterMsgServer(registrar, keeper.NewMsgServer(am.keeper))
	types.RegisterQueryServer(registrar, keeper.NewQueryServer(am.keeper))
	return nil
}

// DefaultGenesis returns the state of a new chain.
func (AppModule) DefaultGenesis(cdc codec.JSONCodec) json.RawMessage {
	return cdc.MustMarshalJSON(types.DefaultGenesis())
}

// ValidateGenesis checks a state before a chain begins with it.
func (AppModule) ValidateGenesis(cdc codec.JSONCodec, _ client.TxEncodingConfig, bz json.RawMessage) error {
	var gs types.GenesisState
	if err := cdc.UnmarshalJSON(bz, &gs); err != nil {
		return fmt.Errorf("%s genesis state: %w", types.ModuleName, err)
	}
	return gs.Validate()
}

// InitGenesis loads a state.
func (am AppModule) InitGenesis(ctx sdk.Context, cdc codec.JSONCodec, bz json.RawMessage) {
	var gs types.GenesisState
	cdc.MustUnmarshalJSON(bz, &gs)
	if err := am.keeper.InitGenesis(ctx, gs); err != nil {
		panic(err)
	}
}

// ExportGenesis returns the state.
func (am AppModule) ExportGenesis(ctx sdk.Context, cdc codec.JSONCodec) json.RawMessage {
	gs, err := am.keeper.ExportGenesis(ctx)
	if err != nil {
		panic(err)
	}
	return cdc.MustMarshalJSON(gs)
}

// EndBlock adds up what the block counted.
func (am AppModule) EndBlock(ctx context.Context) error { return am.keeper.EndBlock(ctx) }

// GenerateGenesisState makes the state that a simulation begins with.
func (AppModule) GenerateGenesisState(s *module.SimulationState) { simulation.RandomizedGenState(s) }

// RegisterStoreDecoder lets simulations print differences between stores.
func (am AppModule) RegisterStoreDecoder(registry simtypes.StoreDecoderRegistry) {
	registry[types.StoreKey] = simtypes.NewStoreDecoderFuncFromCollectionsSchema(am.keeper.Schema())
}

// WeightedOperations is what WeightedOperationsX replaces.
func (AppModule) WeightedOperations(module.SimulationState) []simtypes.WeightedOperation { return nil }

// WeightedOperationsX registers the messages of simulations.
func (am AppModule) WeightedOperationsX(weights simsx.WeightSource, registry simsx.Registry) {
	f := simulation.NewFactories(keeper.NewQueryServer(am.keeper))
	registry.Add(weights.Get("msg_create_song", 20), f.CreateSong())
	registry.Add(weights.Get("msg_push", 100), f.Push())
	registry.Add(weights.Get("msg_fork_song", 15), f.ForkSong())
	registry.Add(weights.Get("msg_publish_release", 15), f.PublishRelease())
	registry.Add(weights.Get("msg_attach_codes", 5), f.AttachCodes())
	registry.Add(weights.Get("msg_set_collaborator", 15), f.SetCollaborator())
	registry.Add(weights.Get("msg_update_song", 10), f.UpdateSong())
	registry.Add(weights.Get("msg_transfer_song", 5), f.TransferSong())
	registry.Add(weights.Get("msg_accept_song", 5), f.AcceptSong())
	registry.Add(weights.Get("msg_protect_branch", 5), f.ProtectBranch())
	registry.Add(weights.Get("msg_delete_branch", 5), f.DeleteBranch())
	registry.Add(weights.Get("msg_grant_fork", 5), f.GrantFork())
}

// ProposalMsgsX registers the messages of governance in simulations.
func (am AppModule) ProposalMsgsX(weights simsx.WeightSource, registry simsx.Registry) {
	f := simulation.NewFactories(keeper.NewQueryServer(am.keeper))
	registry.Add(weights.Get("msg_update_song_params", 10), f.UpdateParams())
}
