package app

import (
	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/baseapp/blockexec"
	servertypes "github.com/cosmos/cosmos-sdk/server/types"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
)

// applyBlockExecutor chooses between one transaction after the other, which is the
// default, and Block-STM, by "block-executor" and "block-stm-workers" of app.toml
// or the flags of those names. Both reach the same state: a node may choose for itself.
//
// The parallel executor must know every store that a transaction may touch, those
// that live for one block included.
func applyBlockExecutor(
	app *baseapp.BaseApp, opts servertypes.AppOptions, s stores, decode sdk.TxDecoder, execOpts []blockexec.Option,
) {
	denom := func(storetypes.MultiStore) string { return BondDenom }
	blockexec.Apply(app, opts, s.all(), decode, denom, execOpts...)
}
