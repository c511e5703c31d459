package keeper

import (
	"bytes"
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/x/credit/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// claimGuest moves a guest's credit to the wallet that the one-time key names. A wallet
// that has sent the message has read what the guest did, so the credit is confirmed;
// one that the wallet had in the commit already, and not confirmed, stays as it is.
func (k Keeper) claimGuest(ctx context.Context, msg *types.MsgClaimGuestCredit) (uint64, error) {
	c, guest, err := k.guest(ctx, msg)
	if err != nil {
		return 0, err
	}
	if err := k.verifyGuest(ctx, c, guest, msg.Signature); err != nil {
		return 0, err
	}
	height := sdk.UnwrapSDKContext(ctx).BlockHeight()
	claim := types.GuestRecord{Wallet: c.contributor.Raw, Height: height}
	if err := k.guests.Set(ctx, collections.Join(c.digest, guest.Key), claim); err != nil {
		return 0, err
	}
	next, err := k.takeOver(ctx, c, guest.Key)
	if err != nil {
		return 0, err
	}
	return next.Sequence, emit(ctx, &types.EventGuestCreditClaimed{
		SongId: c.song.String(), Commit: c.digest.String(), Key: guest.Key, Name: guest.Name, Signer: c.contributor.Text,
	})
}

// guest finds the guest of a message in its commit, unclaimed, and the credit that the
// signer has in the commit: one without a status if there is none.
func (k Keeper) guest(ctx context.Context, msg *types.MsgClaimGuestCredit) (credit, *object.Guest, error) {
	digest, err := songtypes.ParseDigest(msg.Commit)
	if err != nil {
		return credit{}, nil, err
	}
	wallet, err := k.wallet(msg.Signer)
	if err != nil {
		return credit{}, nil, err
	}
	c, err := k.withCommit(ctx, credit{digest: digest, contributor: wallet})
	if err != nil {
		return c, nil, err
	}
	guest := findGuest(c.commit, msg.GuestKey)
	if guest == nil {
		return c, nil, errorsmod.Wrapf(types.ErrGuestNotFound, "commit %s names no guest with the key %.40X", msg.Commit, msg.GuestKey)
	}
	claimed, err := k.guests.Has(ctx, collections.Join(digest, guest.Key))
	if err != nil {
		return c, nil, err
	}
	if claimed {
		return c, nil, errorsmod.Wrapf(types.ErrGuestClaimed, "%s in commit %s", guest.Name, msg.Commit)
	}
	c.record, err = k.credits.Get(ctx, collections.Join(digest, wallet.Raw))
	if errors.Is(err, collections.ErrNotFound) {
		err = nil
	}
	return c, guest, err
}

func findGuest(commit object.Commit, key []byte) *object.Guest {
	for _, con := range commit.Contributions {
		if con.Guest != nil && bytes.Equal(con.Guest.Key, key) {
			return con.Guest
		}
	}
	return nil
}

// verifyGuest checks that the one-time key gives its credit to this wallet.
func (k Keeper) verifyGuest(ctx context.Context, c credit, guest *object.Guest, signature []byte) error {
	sdkCtx := sdk.UnwrapSDKContext(ctx)
	sdkCtx.GasMeter().ConsumeGas(k.accounts.GetParams(ctx).SigVerifyCostSecp256k1, "guest's signature")
	key := secp256k1.PubKey{Key: guest.Key}
	signer, err := k.addresses.BytesToString(key.Address())
	if err != nil {
		return err
	}
	text := object.GuestClaimText(sdkCtx.ChainID(), c.digest.CID(), guest.Key, c.contributor.Text)
	if !key.VerifySignature(object.ADR036SignBytes(signer, text), signature) {
		return errorsmod.Wrapf(types.ErrInvalidSignature, "the one-time key did not sign for %s in commit %s on %s", c.contributor.Text, c.digest, sdkCtx.ChainID())
	}
	return nil
}

// takeOver adds a guest's contributions to a wallet's credit.
func (k Keeper) takeOver(ctx context.Context, c credit, key []byte) (types.CreditRecord, error) {
	height := sdk.UnwrapSDKContext(ctx).BlockHeight()
	next := c.record
	next.Sequence++
	// A signature over what the credit said before does not cover the guest's part.
	next.Signature = nil
	next.Guests = append(next.Guests[:len(next.Guests):len(next.Guests)], key)
	isNew := c.record.Status == types.Status_STATUS_UNSPECIFIED
	if isNew {
		next.ClaimedHeight = height
		if !bytes.Equal(c.contributor.Raw, c.commit.Author) {
			next.Other = c.commit.Author
		}
	}
	if isNew || c.record.Status == types.Status_STATUS_CONFIRMED {
		next.Status, next.ConfirmedHeight = types.Status_STATUS_CONFIRMED, height
	}
	if isNew {
		return next, k.insert(ctx, c, next)
	}
	return next, k.change(ctx, c, next)
}
