package types

import (
	"cosmossdk.io/core/address"
	errorsmod "cosmossdk.io/errors"
)

// Wallet is an address, raw and in its canonical spelling.
type Wallet struct {
	Raw  []byte
	Text string
}

// ParseWallet reads an address of 20 or 32 bytes.
func ParseWallet(addresses address.Codec, text string) (Wallet, error) {
	raw, err := parseAddress(addresses, text)
	if err != nil {
		return Wallet{}, err
	}
	// No key has an address of another length, and the keys of the state are laid out
	// for these two.
	if len(raw) != 20 && len(raw) != 32 {
		return Wallet{}, errorsmod.Wrapf(ErrInvalidAddress, "%.100q is of %d bytes, not 20 or 32", text, len(raw))
	}
	// bech32 also takes upper case; the state has one spelling only.
	canonical, err := addresses.BytesToString(raw)
	return Wallet{raw, canonical}, err
}
