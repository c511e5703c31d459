package chain

import (
	"bytes"
	"fmt"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"

	"github.com/parrots-music/parrots/internal/object"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// Signature is a wallet's ADR-036 signature over a text.
type Signature struct {
	// PubKey is the compressed secp256k1 public key, 33 bytes.
	PubKey []byte
	// Bytes is r || s, 64 bytes.
	Bytes []byte
}

// VerifyText checks that the wallet signed the text. The error matches
// ErrBadAddress or ErrBadSignature.
func VerifyText(signer string, text []byte, sig Signature) error {
	raw, err := ParseAddress(signer)
	if err != nil {
		return err
	}
	if len(sig.PubKey) != secp256k1.PubKeySize || len(sig.Bytes) != 64 {
		return fmt.Errorf("%w: not a secp256k1 key of %d bytes and a signature of 64", ErrBadSignature, secp256k1.PubKeySize)
	}
	key := &secp256k1.PubKey{Key: sig.PubKey}
	if !bytes.Equal(key.Address(), raw) {
		return fmt.Errorf("%w: the key is not %s's", ErrBadSignature, signer)
	}
	if !key.VerifySignature(object.ADR036SignBytes(signer, text), sig.Bytes) {
		return fmt.Errorf("%w by %s", ErrBadSignature, signer)
	}
	return nil
}

// AuthorSignature is the form in which a push carries a signature.
func (s Signature) AuthorSignature() (*songtypes.AuthorSignature, error) {
	key, err := codectypes.NewAnyWithValue(&secp256k1.PubKey{Key: s.PubKey})
	if err != nil {
		return nil, fmt.Errorf("public key: %w", err)
	}
	return &songtypes.AuthorSignature{PubKey: key, Signature: s.Bytes}, nil
}

const secp256k1URL = "/cosmos.crypto.secp256k1.PubKey"

// SignatureOf reads the signature that the chain keeps of an author; nil for none.
func SignatureOf(p *songtypes.AuthorSignature) (*Signature, error) {
	if p == nil {
		return nil, nil
	}
	if p.PubKey == nil || p.PubKey.TypeUrl != secp256k1URL {
		return nil, fmt.Errorf("%w: signature without a secp256k1 key", ErrBadAnswer)
	}
	var key secp256k1.PubKey
	if err := key.Unmarshal(p.PubKey.Value); err != nil {
		return nil, fmt.Errorf("%w: public key: %v", ErrBadAnswer, err)
	}
	return &Signature{PubKey: key.Key, Bytes: p.Signature}, nil
}
