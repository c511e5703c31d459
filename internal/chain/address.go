package chain

import (
	"fmt"

	coreaddress "cosmossdk.io/core/address"

	"github.com/cosmos/cosmos-sdk/codec/address"
	"github.com/cosmos/cosmos-sdk/types/bech32"
)

const (
	// AddressPrefix begins every account address.
	AddressPrefix = "parrot"
	// CoinType is the BIP-44 coin type, Cosmos's: the same mnemonic gives the same
	// key here, in Keplr and on a Ledger.
	CoinType = 118
	// DerivationPath is where in a mnemonic's tree the key is.
	DerivationPath = "m/44'/118'/0'/0/0"
	// FeeDenom is the coin that pays fees: a millionth of a feather.
	FeeDenom = "ufeather"
)

func addressCodec() coreaddress.Codec { return address.NewBech32Codec(AddressPrefix) }

func validatorCodec() coreaddress.Codec {
	return address.NewBech32Codec(AddressPrefix + "valoper")
}

// FormatAddress writes a raw address of 20 or 32 bytes as text.
func FormatAddress(raw []byte) (string, error) {
	if err := checkAddressLength(raw); err != nil {
		return "", err
	}
	return bech32.ConvertAndEncode(AddressPrefix, raw)
}

// ParseAddress reads an address in its canonical spelling. The error matches
// ErrBadAddress.
func ParseAddress(text string) ([]byte, error) {
	if len(text) > 90 {
		return nil, fmt.Errorf("%w: longer than 90 characters", ErrBadAddress)
	}
	prefix, raw, err := bech32.DecodeAndConvert(text)
	if err != nil {
		return nil, fmt.Errorf("%w %q: %v", ErrBadAddress, text, err)
	}
	if prefix != AddressPrefix {
		return nil, fmt.Errorf("%w %q: begins with %q, not %q", ErrBadAddress, text, prefix+"1", AddressPrefix+"1")
	}
	if err := checkAddressLength(raw); err != nil {
		return nil, err
	}
	// Upper case is valid bech32, but a signature covers one spelling only.
	if canonical, err := FormatAddress(raw); err != nil || canonical != text {
		return nil, fmt.Errorf("%w %q: not in lower case", ErrBadAddress, text)
	}
	return raw, nil
}

func checkAddressLength(raw []byte) error {
	if len(raw) != 20 && len(raw) != 32 {
		return fmt.Errorf("%w: %d bytes, not 20 or 32", ErrBadAddress, len(raw))
	}
	return nil
}
