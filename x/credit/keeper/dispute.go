package keeper

import (
	"bytes"
	"context"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/x/credit/types"
)

// checkStatement accepts one line of text. A line feed would let a statement look like
// other lines of the text that is signed.
func (k Keeper) checkStatement(ctx context.Context, s string) error {
	params, err := k.params.Get(ctx)
	if err != nil {
		return err
	}
	if err := object.CheckText("statement", s, int(params.MaxStatementBytes)); err != nil {
		return errorsmod.Wrap(types.ErrInvalidStatement, err.Error())
	}
	return nil
}

func (k Keeper) disputeCredit(ctx context.Context, msg *types.MsgDisputeCredit) (uint64, error) {
	if msg.Statement == "" {
		return 0, errorsmod.Wrap(types.ErrInvalidStatement, "say what is wrong with the credit")
	}
	if err := k.checkStatement(ctx, msg.Statement); err != nil {
		return 0, err
	}
	c, next, sender, err := k.hear(ctx, said{
		signer: msg.Signer, commit: msg.Commit, contributor: msg.Contributor,
		signature: msg.Signature, action: object.DisputeCredit, statement: msg.Statement,
	}, types.Status_STATUS_DISPUTED)
	if err != nil {
		return 0, err
	}
	next.DisputedHeight, next.Statement = sdk.UnwrapSDKContext(ctx).BlockHeight(), msg.Statement
	if err := k.change(ctx, c, next); err != nil {
		return 0, err
	}
	author, err := k.addresses.BytesToString(c.commit.Author)
	if err != nil {
		return 0, err
	}
	return next.Sequence, emit(ctx, &types.EventCreditDisputed{
		SongId: c.song.String(), Commit: c.digest.String(), Contributor: c.contributor.Text, Author: author,
		Statement: next.Statement, Sequence: next.Sequence, Signer: sender,
	})
}

// answerDispute puts the author's word beside the contributor's. It is no step of the
// credit: the contributor's signatures stay as good as they were.
func (k Keeper) answerDispute(ctx context.Context, msg *types.MsgAnswerDispute) error {
	author, err := k.wallet(msg.Author)
	if err != nil {
		return err
	}
	if err := k.checkStatement(ctx, msg.Statement); err != nil {
		return err
	}
	c, err := k.credit(ctx, msg.Commit, msg.Contributor)
	if err != nil {
		return err
	}
	if !bytes.Equal(author.Raw, c.commit.Author) {
		return errorsmod.Wrapf(types.ErrUnauthorized, "%s is not the author of commit %s", author.Text, msg.Commit)
	}
	if c.record.Status != types.Status_STATUS_DISPUTED {
		return errorsmod.Wrapf(types.ErrNotDisputed, "%s in commit %s", c.contributor.Text, msg.Commit)
	}
	next := c.record
	next.Answer = msg.Statement
	if err := k.change(ctx, c, next); err != nil {
		return err
	}
	return emit(ctx, &types.EventDisputeAnswered{
		SongId: c.song.String(), Commit: c.digest.String(), Contributor: c.contributor.Text,
		Answer: next.Answer, Signer: author.Text,
	})
}
