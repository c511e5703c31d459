package app

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/x/auth/ante"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	bankkeeper "github.com/cosmos/cosmos-sdk/x/bank/keeper"

	ibcante "github.com/cosmos/ibc-go/v11/modules/core/ante"
)

// newAnteHandler builds the checks that come before a transaction's messages: the
// SDK's own, in its order, with ours before any fee is taken and IBC's at the end.
func (app *App) newAnteHandler(direct bool) sdk.AnteHandler {
	var feeBank authtypes.BankKeeper = virtualFeeBank{app.BankKeeper}
	if direct {
		feeBank = app.BankKeeper
	}
	accounts := app.AccountKeeper
	return sdk.ChainAnteDecorators(
		ante.NewSetUpContextDecorator(),
		ante.NewExtensionOptionsDecorator(nil),
		ante.NewValidateBasicDecorator(),
		ownHandDecorator{},
		ante.NewTxTimeoutHeightDecorator(),
		ante.NewValidateMemoDecorator(accounts),
		ante.NewConsumeGasForTxSizeDecorator(accounts),
		ante.NewDeductFeeDecorator(accounts, feeBank, app.FeeGrantKeeper, nil),
		ante.NewSetPubKeyDecorator(accounts),
		ante.NewValidateSigCountDecorator(accounts),
		ante.NewSigGasConsumeDecorator(accounts, ante.DefaultSigVerificationGasConsumer),
		ante.NewSigVerificationDecorator(accounts, app.encoding.txConfig.SignModeHandler(),
			ante.WithUnorderedTxGasCost(ante.DefaultUnorderedTxGasCost),
			ante.WithMaxUnorderedTxTimeoutDuration(ante.DefaultMaxTimeoutDuration)),
		ante.NewIncrementSequenceDecorator(accounts),
		ibcante.NewRedundantRelayDecorator(app.IBCKeeper),
	)
}

// virtualFeeBank takes fees through bank's object store, where each transaction
// writes an entry of its own, and bank credits the sum at the end of the block. If
// every transaction wrote the fee collector's balance, none could run in parallel.
type virtualFeeBank struct{ bankkeeper.BaseKeeper }

var _ authtypes.BankKeeper = virtualFeeBank{}

func (b virtualFeeBank) SendCoinsFromAccountToModule(
	ctx context.Context, from sdk.AccAddress, module string, amount sdk.Coins,
) error {
	return b.SendCoinsFromAccountToModuleVirtual(ctx, from, module, amount)
}
