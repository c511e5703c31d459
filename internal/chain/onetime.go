package chain

import (
	"strings"

	"github.com/cosmos/go-bip39"

	"github.com/cosmos/cosmos-sdk/crypto/hd"
	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"

	"github.com/parrots-music/parrots/internal/object"
)

// OneTimeKey is a guest's key, as long as the guest has no wallet. It is in no keyring.
type OneTimeKey struct{ key cryptotypes.PrivKey }

// OneTimeKeyOf makes the key of BIP-39 words.
func OneTimeKeyOf(words string) (OneTimeKey, error) {
	words = strings.Join(strings.Fields(strings.ToLower(words)), " ")
	if _, err := bip39.MnemonicToByteArray(words); err != nil {
		return OneTimeKey{}, ErrBadMnemonic // the library's text may quote the words
	}
	secret, err := hd.Secp256k1.Derive()(words, "", DerivationPath)
	if err != nil {
		return OneTimeKey{}, ErrBadMnemonic
	}
	return OneTimeKey{hd.Secp256k1.Generate()(secret)}, nil
}

// PubKey is the compressed secp256k1 key, 33 bytes.
func (k OneTimeKey) PubKey() []byte { return k.key.PubKey().Bytes() }

// SignText signs a text as ADR-036 says, with the key's own address as signer.
func (k OneTimeKey) SignText(text []byte) ([]byte, error) {
	address, err := FormatAddress(k.key.PubKey().Address())
	if err != nil {
		return nil, err
	}
	return k.key.Sign(object.ADR036SignBytes(address, text))
}
