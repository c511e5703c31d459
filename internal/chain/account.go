package chain

import (
	"context"
	"errors"
	"fmt"

	"cosmossdk.io/math"

	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
)

// Account is what a signature must name.
type Account struct {
	Number   uint64
	Sequence uint64
}

// Account returns a wallet's account; the error matches ErrNoAccount where the
// wallet has never received anything.
func (c *Client) Account(ctx context.Context, address string) (Account, error) {
	var r authtypes.QueryAccountInfoResponse
	req := &authtypes.QueryAccountInfoRequest{Address: address}
	err := c.query(ctx, "/cosmos.auth.v1beta1.Query/AccountInfo", req, &r)
	if errors.Is(err, ErrNotFound) {
		return Account{}, fmt.Errorf("%w: %s", ErrNoAccount, address)
	}
	if err != nil {
		return Account{}, fmt.Errorf("account %s: %w", address, err)
	}
	if r.Info == nil {
		return Account{}, fmt.Errorf("%w: account %s is empty", ErrBadAnswer, address)
	}
	return Account{Number: r.Info.AccountNumber, Sequence: r.Info.Sequence}, nil
}

// Balance returns a wallet's ufeather.
func (c *Client) Balance(ctx context.Context, address string) (math.Int, error) {
	var r banktypes.QueryBalanceResponse
	req := &banktypes.QueryBalanceRequest{Address: address, Denom: FeeDenom}
	if err := c.query(ctx, "/cosmos.bank.v1beta1.Query/Balance", req, &r); err != nil {
		return math.ZeroInt(), fmt.Errorf("balance of %s: %w", address, err)
	}
	if r.Balance == nil || r.Balance.Amount.IsNil() {
		return math.ZeroInt(), nil
	}
	return r.Balance.Amount, nil
}
