package app

import (
	abci "github.com/cometbft/cometbft/abci/types"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// processProposal refuses a proposed block whose transactions want more gas than a
// block may use. CometBFT keeps to the limit when it proposes; a proposer who changed
// that could otherwise make everybody do any amount of work, since nothing counts the
// gas of a whole block while it runs (transactions run in parallel).
//
// The SDK's handler does this for nodes that keep transactions in a mempool of the
// application's; ours are in CometBFT's.
func (app *App) processProposal(ctx sdk.Context, req *abci.RequestProcessProposal) (*abci.ResponseProcessProposal, error) {
	verdict := abci.ResponseProcessProposal_ACCEPT
	if !app.fits(ctx, req.Txs) {
		verdict = abci.ResponseProcessProposal_REJECT
	}
	return &abci.ResponseProcessProposal{Status: verdict}, nil
}

func (app *App) fits(ctx sdk.Context, txs [][]byte) bool {
	block := ctx.ConsensusParams().Block
	if block == nil || block.MaxGas < 0 {
		return true
	}
	left := uint64(block.MaxGas)
	for _, raw := range txs {
		tx, err := app.TxDecode(raw)
		if err != nil {
			return false
		}
		fee, ok := tx.(sdk.FeeTx)
		if !ok || fee.GetGas() > left {
			return false
		}
		left -= fee.GetGas()
	}
	return true
}
