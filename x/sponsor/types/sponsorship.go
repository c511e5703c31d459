package types

import (
	"context"
	"time"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	"github.com/cosmos/cosmos-sdk/x/feegrant"
)

// MaxDenoms bounds the kinds of coins in each amount of a sponsorship, which is read
// and written anew with every fee that it pays.
const MaxDenoms = 8

var _ feegrant.FeeAllowanceI = (*Sponsorship)(nil)

// NewSponsorship returns an allowance of at most maxFee for each transaction. Where
// period is not zero, at most perPeriod of the budget is spent in each. Without
// expiry it stands until it is spent or revoked.
func NewSponsorship(maxFee, budget sdk.Coins, period time.Duration, perPeriod sdk.Coins, expiry *time.Time) *Sponsorship {
	basic := feegrant.BasicAllowance{SpendLimit: budget, Expiration: expiry}
	if period == 0 {
		return &Sponsorship{MaxFee: maxFee, Basic: &basic}
	}
	// A first period that ended long ago: the first fee begins one.
	return &Sponsorship{MaxFee: maxFee, Periodic: &feegrant.PeriodicAllowance{
		Basic: basic, Period: period, PeriodSpendLimit: perPeriod, PeriodCanSpend: perPeriod, PeriodReset: time.Unix(0, 0).UTC(),
	}}
}

// Budget returns the allowance that pays; nil for a sponsorship that ValidateBasic
// refuses.
func (s *Sponsorship) Budget() feegrant.FeeAllowanceI {
	switch {
	case s == nil || (s.Basic == nil) == (s.Periodic == nil):
		return nil
	case s.Basic != nil:
		return s.Basic
	default:
		return s.Periodic
	}
}

// Accept decides on one transaction, before anything else of it is looked at. The
// budget is smaller afterwards, and x/feegrant stores it.
func (s *Sponsorship) Accept(ctx context.Context, fee sdk.Coins, msgs []sdk.Msg) (remove bool, err error) {
	for _, msg := range msgs {
		if url := sdk.MsgTypeURL(msg); !Pays(url) {
			return false, errorsmod.Wrapf(feegrant.ErrMessageNotAllowed, "a sponsorship pays for Parrots messages alone, not for %s", url)
		}
	}
	budget := s.Budget()
	if budget == nil {
		return false, errorsmod.Wrap(feegrant.ErrNoAllowance, "a sponsorship has either a basic or a periodic budget")
	}
	if fee, err = sane(fee); err != nil {
		return false, err
	}
	if !fee.IsAllLTE(s.MaxFee) {
		return false, errorsmod.Wrapf(feegrant.ErrFeeLimitExceeded, "the fee of %s is more than %s, which this sponsorship pays for one transaction", fee, s.MaxFee)
	}
	return budget.Accept(ctx, fee, msgs)
}

// sane is a fee without coins of nothing. The SDK checks a fee after it has asked the
// allowance, and its arithmetic panics at coins that are out of order.
func sane(fee sdk.Coins) (sdk.Coins, error) {
	if fee.IsAnyNil() {
		return nil, errorsmod.Wrap(sdkerrors.ErrInvalidCoins, "fee: coins without an amount")
	}
	if fee.IsZero() {
		return nil, nil
	}
	if err := fee.Validate(); err != nil {
		return nil, errorsmod.Wrapf(sdkerrors.ErrInvalidCoins, "fee: %s", err)
	}
	return fee, nil
}

// ValidateBasic checks a sponsorship before it is granted.
func (s *Sponsorship) ValidateBasic() error {
	budget := s.Budget()
	if budget == nil {
		return errorsmod.Wrap(feegrant.ErrNoAllowance, "a sponsorship has either a basic or a periodic budget")
	}
	if err := s.checkAmounts(); err != nil {
		return err
	}
	if s.Periodic != nil && s.Periodic.Period <= 0 {
		return errorsmod.Wrap(feegrant.ErrInvalidDuration, "a period must be longer than nothing")
	}
	return budget.ValidateBasic()
}

// checkAmounts checks what the SDK's allowances do not, or by a panic.
func (s *Sponsorship) checkAmounts() error {
	limit, amounts := s.limits()
	for _, coins := range append(amounts, s.MaxFee, limit) {
		if coins.IsAnyNil() {
			return errorsmod.Wrap(sdkerrors.ErrInvalidCoins, "coins without an amount")
		}
		if len(coins) > MaxDenoms {
			return errorsmod.Wrapf(sdkerrors.ErrInvalidCoins, "%d kinds of coins, more than %d", len(coins), MaxDenoms)
		}
	}
	switch {
	case len(s.MaxFee) == 0:
		return errorsmod.Wrap(sdkerrors.ErrInvalidCoins, "a sponsorship needs the highest fee of one transaction")
	case !s.MaxFee.IsValid():
		return errorsmod.Wrapf(sdkerrors.ErrInvalidCoins, "highest fee: %s", s.MaxFee.Validate())
	case len(limit) > 0 && !s.MaxFee.DenomsSubsetOf(limit):
		return errorsmod.Wrapf(sdkerrors.ErrInvalidCoins, "the budget has no coins of a kind that the highest fee %s has", s.MaxFee)
	}
	return nil
}

// limits are the whole budget, and what a period may spend and can still.
func (s *Sponsorship) limits() (sdk.Coins, []sdk.Coins) {
	if s.Basic != nil {
		return s.Basic.SpendLimit, nil
	}
	return s.Periodic.Basic.SpendLimit, []sdk.Coins{s.Periodic.PeriodSpendLimit, s.Periodic.PeriodCanSpend}
}

// ExpiresAt returns when the allowance ends; nil for never.
func (s *Sponsorship) ExpiresAt() (*time.Time, error) {
	budget := s.Budget()
	if budget == nil {
		return nil, errorsmod.Wrap(feegrant.ErrNoAllowance, "a sponsorship has either a basic or a periodic budget")
	}
	return budget.ExpiresAt()
}
