package keeper

import (
	"bytes"
	"context"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/x/credit/types"
)

// said is what a contributor says of a credit: in a transaction of their own, or by a
// signature that somebody brings.
type said struct {
	signer, commit, contributor string
	signature                   *types.Signature
	action                      object.CreditAction
	statement                   string
}

// hear reads the credit that a message is about and checks that its contributor sent
// the message, or signed the text. It returns the record after the step, with the
// signature where one was brought, and who sent the message.
func (k Keeper) hear(ctx context.Context, s said, status types.Status) (c credit, next types.CreditRecord, sender string, err error) {
	wallet, err := k.wallet(s.signer)
	if err != nil {
		return c, next, "", err
	}
	if s.contributor == "" {
		s.contributor = s.signer
	}
	if c, err = k.credit(ctx, s.commit, s.contributor); err != nil {
		return c, next, "", err
	}
	if s.signature == nil && !bytes.Equal(wallet.Raw, c.contributor.Raw) {
		return c, next, "", errorsmod.Wrapf(types.ErrUnauthorized,
			"only %s can %s this credit: bring their signature, or let them send it", c.contributor.Text, s.action)
	}
	next = c.step(status)
	if s.signature != nil {
		text := c.text(sdk.UnwrapSDKContext(ctx).ChainID(), s.action, s.statement)
		next.Signature, err = k.verify(ctx, c.contributor, text, s.signature)
	}
	return c, next, wallet.Text, err
}

func (k Keeper) confirmCredit(ctx context.Context, msg *types.MsgConfirmCredit) (uint64, error) {
	c, next, sender, err := k.hear(ctx, said{
		signer: msg.Signer, commit: msg.Commit, contributor: msg.Contributor,
		signature: msg.Signature, action: object.ConfirmCredit,
	}, types.Status_STATUS_CONFIRMED)
	if err != nil {
		return 0, err
	}
	if c.record.Status == types.Status_STATUS_CONFIRMED {
		return 0, errorsmod.Wrapf(types.ErrConfirmed, "by %s at height %d", c.contributor.Text, c.record.ConfirmedHeight)
	}
	next.ConfirmedHeight = sdk.UnwrapSDKContext(ctx).BlockHeight()
	if err := k.change(ctx, c, next); err != nil {
		return 0, err
	}
	return next.Sequence, emit(ctx, &types.EventCreditConfirmed{
		SongId: c.song.String(), Commit: c.digest.String(), Contributor: c.contributor.Text,
		Sequence: next.Sequence, Signer: sender,
	})
}
