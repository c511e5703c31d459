package app

import (
	"encoding/json"

	cmttypes "github.com/cometbft/cometbft/types"

	"github.com/cosmos/cosmos-sdk/codec"
	"github.com/cosmos/cosmos-sdk/x/bank"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
)

const (
	// maxBlockBytes leaves room for a few of the largest pushes in a block.
	maxBlockBytes = 4 << 20
	// maxBlockGas keeps the work of one block within about a second on two cores.
	maxBlockGas = 500_000_000
)

// GenesisState is the genesis state of each module, by the module's name.
type GenesisState map[string]json.RawMessage

// DefaultGenesis returns the genesis state of a chain without accounts.
func (app *App) DefaultGenesis() map[string]json.RawMessage {
	return app.BasicModuleManager.DefaultGenesis(app.encoding.codec)
}

// ConsensusParams returns the limits of a block for a new chain. CometBFT's own
// defaults are without a gas limit and far larger than our blocks need.
func ConsensusParams() *cmttypes.ConsensusParams {
	params := cmttypes.DefaultConsensusParams()
	params.Block.MaxBytes = maxBlockBytes
	params.Block.MaxGas = maxBlockGas
	return params
}

// bankBasics is the bank module with our coin in its default genesis state, so that
// wallets show "12 feather" where the chain counts 12,000,000 ufeather.
type bankBasics struct{ bank.AppModuleBasic }

func (bankBasics) DefaultGenesis(cdc codec.JSONCodec) json.RawMessage {
	genesis := banktypes.DefaultGenesisState()
	genesis.DenomMetadata = []banktypes.Metadata{{
		Description: "The coin of the Parrots chain: it is staked and pays fees.",
		DenomUnits: []*banktypes.DenomUnit{
			{Denom: BondDenom, Exponent: 0},
			{Denom: DisplayDenom, Exponent: denomExponent},
		},
		Base:    BondDenom,
		Display: DisplayDenom,
		Name:    "Feather",
		Symbol:  "FEATHER",
	}}
	return cdc.MustMarshalJSON(genesis)
}
