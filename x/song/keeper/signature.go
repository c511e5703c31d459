package keeper

import (
	"bytes"
	"context"

	errorsmod "cosmossdk.io/errors"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/x/song/types"
)

// authorship checks that a new commit is its author's: the signer of the message,
// or the wallet whose signature the commit carries. It returns the signature to
// keep. A signature that the signer's own commit carries has to be right, too.
func (k Keeper) authorship(ctx context.Context, params types.Params, signer types.Wallet, c newCommit) (*types.AuthorSignature, error) {
	if c.signature != nil {
		return k.verify(ctx, params, c)
	}
	if bytes.Equal(c.object.Author, signer.Raw) {
		return nil, nil
	}
	author, err := k.addresses.BytesToString(c.object.Author)
	if err != nil {
		return nil, err
	}
	return nil, errorsmod.Wrapf(types.ErrInvalidSignature, "commit %s is by %s and carries no signature of theirs", c.digest, author)
}

func (k Keeper) verify(ctx context.Context, params types.Params, c newCommit) (*types.AuthorSignature, error) {
	sdkCtx := sdk.UnwrapSDKContext(ctx)
	sdkCtx.GasMeter().ConsumeGas(params.SignatureGas, "author's signature")
	// Only the kind of key that musicians' wallets have. Of the others, a multisig's
	// threshold over ADR-036 documents is not specified, and some panic when they
	// are asked for the address of a malformed key.
	key, ok := publicKey(c.signature)
	if !ok {
		return nil, errorsmod.Wrapf(types.ErrInvalidSignature, "commit %s: the key is not secp256k1 (multisig authors push their commits themselves)", c.digest)
	}
	if !bytes.Equal(key.Address(), c.object.Author) {
		return nil, errorsmod.Wrapf(types.ErrInvalidSignature, "commit %s: the key is not its author's", c.digest)
	}
	author, err := k.addresses.BytesToString(c.object.Author)
	if err != nil {
		return nil, err
	}
	text := object.CommitSignText(sdkCtx.ChainID(), c.digest.CID())
	if !key.VerifySignature(object.ADR036SignBytes(author, text), c.signature.Signature) {
		return nil, errorsmod.Wrapf(types.ErrInvalidSignature, "commit %s: the signature is not of %s over this commit on %s", c.digest, author, sdkCtx.ChainID())
	}
	packed, err := codectypes.NewAnyWithValue(&secp256k1.PubKey{Key: key.Key})
	if err != nil {
		return nil, err
	}
	return &types.AuthorSignature{PubKey: packed, Signature: c.signature.Signature}, nil
}

func publicKey(s *types.AuthorSignature) (*secp256k1.PubKey, bool) {
	if s.PubKey == nil {
		return nil, false
	}
	key, ok := s.PubKey.GetCachedValue().(*secp256k1.PubKey)
	return key, ok && key != nil && len(key.Key) == secp256k1.PubKeySize
}
