package chain

import (
	"context"
	"errors"
	"fmt"

	"cosmossdk.io/math"

	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	"github.com/cosmos/cosmos-sdk/x/feegrant"
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

// HasAllowance says whether granter pays grantee's fees.
func (c *Client) HasAllowance(ctx context.Context, granter, grantee string) (bool, error) {
	var r feegrant.QueryAllowanceResponse
	req := &feegrant.QueryAllowanceRequest{Granter: granter, Grantee: grantee}
	err := c.query(ctx, "/cosmos.feegrant.v1beta1.Query/Allowance", req, &r)
	// x/feegrant answers a missing grant with a plain error of the kind "internal".
	if errors.Is(err, ErrNotFound) || errors.Is(err, ErrRefused) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("allowance: %w", err)
	}
	return r.Allowance != nil, nil
}

// Granters returns the wallets that pay an address's fees, up to a page of 100.
func (c *Client) Granters(ctx context.Context, grantee string) ([]string, error) {
	var r feegrant.QueryAllowancesResponse
	req := &feegrant.QueryAllowancesRequest{Grantee: grantee, Pagination: Page{Limit: 100}.request()}
	if err := c.query(ctx, "/cosmos.feegrant.v1beta1.Query/Allowances", req, &r); err != nil {
		return nil, fmt.Errorf("allowances: %w", err)
	}
	var granters []string
	for _, a := range r.Allowances {
		granters = append(granters, a.Granter)
	}
	return granters, nil
}
