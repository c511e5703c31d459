package chain

import (
	"errors"
	"fmt"
	"strings"

	store "github.com/99designs/keyring"

	"github.com/cosmos/cosmos-sdk/crypto/keyring"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
)

// storeError gives the keyring libraries' errors the names of this package.
func storeError(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, store.ErrKeyNotFound), errors.Is(err, sdkerrors.ErrKeyNotFound):
		return ErrNoKey
	case errors.Is(err, keyring.ErrDuplicatedAddress), errors.Is(err, keyring.ErrOverwriteKey),
		errors.Is(err, keyring.ErrKeyAlreadyExists):
		return fmt.Errorf("%w: %v", ErrKeyExists, err)
	// Neither jose2go nor the armor has an error value for a wrong passphrase.
	case strings.Contains(err.Error(), "integrity check failed"),
		errors.Is(err, sdkerrors.ErrWrongPassword):
		return ErrPassphrase
	}
	return fmt.Errorf("keyring: %w", err)
}
