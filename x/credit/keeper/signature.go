package keeper

import (
	"bytes"
	"context"

	"github.com/cometbft/cometbft/crypto/mldsa65"

	errorsmod "cosmossdk.io/errors"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdkmldsa65 "github.com/cosmos/cosmos-sdk/crypto/keys/mldsa65"
	"github.com/cosmos/cosmos-sdk/crypto/keys/multisig"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/x/credit/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// verify checks that a contributor signed a text, and returns the signature to keep.
// The account need not exist: its address is that of the key. Lengths and counts are
// held against their limits before anything is hashed or parsed.
func (k Keeper) verify(ctx context.Context, who songtypes.Wallet, text []byte, s *types.Signature) (*types.Signature, error) {
	params, err := k.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	sdk.UnwrapSDKContext(ctx).GasMeter().ConsumeGas(params.GasPerByte*uint64(len(text)), "signed text")
	key, err := cleanKey(s, params)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(key.Address(), who.Raw) {
		return nil, errorsmod.Wrapf(types.ErrInvalidSignature, "the key is not that of %s", who.Text)
	}
	if group, ok := key.(*multisig.LegacyAminoPubKey); ok {
		err = k.verifyMembers(ctx, group, text, s)
	} else {
		err = k.verifySingle(ctx, key, who.Text, text, s)
	}
	if err != nil {
		return nil, err
	}
	packed, err := codectypes.NewAnyWithValue(key)
	return &types.Signature{PubKey: packed, Signature: s.Signature, Members: s.Members}, err
}

// cleanKey returns the key of a signature, of one of the kinds that musicians' wallets
// have and well-formed: some keys panic when they are asked for the address of less.
func cleanKey(s *types.Signature, params types.Params) (cryptotypes.PubKey, error) {
	if s.PubKey == nil {
		return nil, errorsmod.Wrap(types.ErrInvalidSignature, "no public key")
	}
	switch key := s.PubKey.GetCachedValue().(type) {
	case *secp256k1.PubKey:
		if clean, ok := cleanSecp256k1(key); ok {
			return clean, nil
		}
	case *sdkmldsa65.PubKey:
		if len(key.Key) == mldsa65.PubKeySize {
			return &sdkmldsa65.PubKey{Key: key.Key}, nil
		}
	case *multisig.LegacyAminoPubKey:
		return cleanMultisig(key, params)
	}
	return nil, errorsmod.Wrap(types.ErrInvalidSignature, "the key is no secp256k1 or ML-DSA-65 key, nor a multisig of secp256k1 keys")
}

func cleanSecp256k1(key *secp256k1.PubKey) (*secp256k1.PubKey, bool) {
	if key == nil || len(key.Key) != secp256k1.PubKeySize {
		return nil, false
	}
	return &secp256k1.PubKey{Key: key.Key}, true
}

func cleanMultisig(key *multisig.LegacyAminoPubKey, params types.Params) (cryptotypes.PubKey, error) {
	n := len(key.PubKeys)
	if n > int(params.MaxMultisigKeys) {
		return nil, errorsmod.Wrapf(types.ErrInvalidSignature, "a multisig of %d keys, limit is %d", n, params.MaxMultisigKeys)
	}
	if key.Threshold == 0 || int64(key.Threshold) > int64(n) {
		return nil, errorsmod.Wrapf(types.ErrInvalidSignature, "a multisig of %d out of %d", key.Threshold, n)
	}
	members := make([]cryptotypes.PubKey, 0, n)
	for i, packed := range key.PubKeys {
		member, ok := packed.GetCachedValue().(*secp256k1.PubKey)
		if ok {
			member, ok = cleanSecp256k1(member)
		}
		if !ok {
			return nil, errorsmod.Wrapf(types.ErrInvalidSignature, "key %d of the multisig is no secp256k1 key", i)
		}
		members = append(members, member)
	}
	return multisig.NewLegacyAminoPubKey(int(key.Threshold), members), nil
}

func (k Keeper) verifySingle(ctx context.Context, key cryptotypes.PubKey, signer string, text []byte, s *types.Signature) error {
	if len(s.Members) != 0 {
		return errorsmod.Wrap(types.ErrInvalidSignature, "members sign for a multisig only")
	}
	return k.verifyADR036(ctx, key, signer, text, s.Signature)
}

// verifyMembers checks that enough members of a multisig signed. Each signs the text
// as their own wallet does it, with themselves as the document's signer; whom it
// speaks for is in the text.
func (k Keeper) verifyMembers(ctx context.Context, group *multisig.LegacyAminoPubKey, text []byte, s *types.Signature) error {
	keys := group.GetPubKeys()
	if len(s.Signature) != 0 || len(s.Members) > len(keys) {
		return errorsmod.Wrapf(types.ErrInvalidSignature, "the signatures are not those of a multisig of %d keys", len(keys))
	}
	if len(s.Members) < int(group.Threshold) {
		return errorsmod.Wrapf(types.ErrInvalidSignature, "%d members signed, the multisig needs %d", len(s.Members), group.Threshold)
	}
	for i, m := range s.Members {
		if int64(m.Key) >= int64(len(keys)) || i > 0 && s.Members[i-1].Key >= m.Key {
			return errorsmod.Wrapf(types.ErrInvalidSignature, "member %d is repeated, out of order or none of %d keys", m.Key, len(keys))
		}
		member := keys[m.Key]
		signer, err := k.addresses.BytesToString(member.Address())
		if err != nil {
			return err
		}
		if err := k.verifyADR036(ctx, member, signer, text, m.Signature); err != nil {
			return err
		}
	}
	return nil
}

// verifyADR036 checks one key's signature, at the price that x/auth takes for it.
func (k Keeper) verifyADR036(ctx context.Context, key cryptotypes.PubKey, signer string, text, signature []byte) error {
	sdkCtx := sdk.UnwrapSDKContext(ctx)
	costs := k.accounts.GetParams(ctx)
	cost := costs.SigVerifyCostSecp256k1
	if _, ok := key.(*sdkmldsa65.PubKey); ok {
		cost = costs.SigVerifyCostMlDsa65
	}
	sdkCtx.GasMeter().ConsumeGas(cost, "contributor's signature")
	if !key.VerifySignature(object.ADR036SignBytes(signer, text), signature) {
		return errorsmod.Wrapf(types.ErrInvalidSignature,
			"not of %s over this credit on %s as it is now; ask the chain for the text to sign", signer, sdkCtx.ChainID())
	}
	return nil
}
