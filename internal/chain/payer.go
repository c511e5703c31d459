package chain

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/x/feegrant"
)

// Payment is who paid for a transaction that is in a block.
type Payment struct {
	// Sender signed, Payer paid: the same, or a wallet that granted an allowance.
	Sender, Payer string
	Fee           sdk.Coins
	// Hash is the transaction's.
	Hash string
}

// NobodyPaysError is about a fee that neither the wallet nor an allowance can pay.
// Nothing was sent. It matches ErrInsufficientFunds and ErrRefused.
type NobodyPaysError struct {
	Fee, Has sdk.Coins
	// Reasons are why each allowance does not pay, if there are any.
	Reasons []error
}

func (e *NobodyPaysError) Error() string {
	text := fmt.Sprintf("nobody pays the fee of %s: your wallet has %s", FormatCoins(e.Fee), FormatCoins(e.Has))
	if len(e.Reasons) == 0 {
		return text + ", and nobody sponsors it"
	}
	var lines []string
	for _, r := range e.Reasons {
		lines = append(lines, "\n    "+r.Error())
	}
	return text + ", and no sponsor pays for this:" + strings.Join(lines, "")
}

// Is makes errors.Is find ErrInsufficientFunds and ErrRefused.
func (e *NobodyPaysError) Is(target error) bool {
	return target == ErrInsufficientFunds || target == ErrRefused
}

// maxOffers bounds how many allowances are tried for one transaction.
const maxOffers = 16

// payFor finds out who pays for a transaction, and sets its gas and fee: an allowance
// where one will pay, else the wallet itself. What an allowance says is asked by the
// chain's own rules.
func (c *Client) payFor(ctx context.Context, s *sending, u *unsigned) error {
	if s.opts.Granter != "" || !c.cfg.Sponsored {
		return c.estimate(ctx, s, u)
	}
	offers, now, err := c.offers(ctx, s.signer.Address())
	if err != nil {
		return err
	}
	var reasons []error
	for _, offer := range offers {
		reason, err := c.tryOffer(ctx, s, u, offer, now)
		if reason == nil || err != nil {
			return err
		}
		reasons = append(reasons, fmt.Errorf("%s: %w", offer.Granter, reason))
	}
	u.fee.Granter = ""
	if err := c.estimate(ctx, s, u); err != nil {
		return err
	}
	return c.canPayItself(ctx, s, u, reasons)
}

// tryOffer sets gas and fee as they are when an allowance pays; a reason where it
// does not.
func (c *Client) tryOffer(ctx context.Context, s *sending, u *unsigned, offer Allowance, now time.Time) (reason, err error) {
	if slices.Contains(s.skip, offer.Granter) {
		return errors.New("did not pay"), nil
	}
	if err := offer.Pays(now, nil, s.msgs); err != nil {
		return err, nil
	}
	u.fee.Granter = offer.Granter
	if err := c.estimate(ctx, s, u); isFeegrant(err) {
		return err, nil // it was spent or revoked since it was read
	} else if err != nil {
		return nil, err
	}
	if err := offer.Pays(now, u.fee.Amount, s.msgs); err != nil {
		return err, nil
	}
	has, err := c.Balance(ctx, offer.Granter)
	if err != nil {
		return nil, err
	}
	if fee := u.fee.Amount.AmountOf(FeeDenom); has.LT(fee) {
		return fmt.Errorf("it has %s feather left itself", FormatFeather(has)), nil
	}
	return nil, nil
}

// canPayItself compares the fee with what the wallet has, before it is refused
// without a word about sponsors.
func (c *Client) canPayItself(ctx context.Context, s *sending, u *unsigned, reasons []error) error {
	has, err := c.Balance(ctx, s.signer.Address())
	if err != nil {
		return err
	}
	if has.LT(u.fee.Amount.AmountOf(FeeDenom)) {
		return &NobodyPaysError{Fee: u.fee.Amount, Has: Feathers(has), Reasons: reasons}
	}
	return nil
}

// offers are a wallet's allowances in the order in which they are asked: the preferred
// sponsor's, then what ends first; with the time of the latest block.
func (c *Client) offers(ctx context.Context, grantee string) ([]Allowance, time.Time, error) {
	list, err := c.Allowances(ctx, grantee)
	if err != nil || len(list) == 0 {
		return nil, time.Time{}, err
	}
	status, err := c.Status(ctx)
	if err != nil {
		return nil, time.Time{}, err
	}
	now := status.BlockTime
	ends := make(map[string]time.Time, len(list))
	for _, a := range list {
		ends[a.Granter] = now.AddDate(1000, 0, 0)
		if expires := a.Terms(now).Expires; expires != nil {
			ends[a.Granter] = *expires
		}
	}
	slices.SortStableFunc(list, func(a, b Allowance) int {
		if preferred := c.cfg.PreferSponsor; (a.Granter == preferred) != (b.Granter == preferred) {
			if a.Granter == preferred {
				return -1
			}
			return 1
		}
		return ends[a.Granter].Compare(ends[b.Granter])
	})
	return list[:min(len(list), maxOffers)], now, nil
}

// didNotPay says whether the chain refused a transaction because of its granter.
func (s *sending) didNotPay(err error) bool {
	if s.opts.Granter != "" || s.granter == "" {
		return false
	}
	return isFeegrant(err) || errors.Is(err, ErrInsufficientFunds) && errors.Is(err, ErrRefused)
}

func isFeegrant(err error) bool {
	var r *Refusal
	return errors.As(err, &r) && r.Codespace == feegrant.DefaultCodespace
}

// payment reads who paid out of a transaction's events, which say it also where a
// message failed; false where nobody did.
func payment(sender, hash string, events []abci.Event) (Payment, bool) {
	p := Payment{Sender: sender, Hash: hash}
	for _, e := range events {
		if e.Type != sdk.EventTypeTx {
			continue
		}
		for _, a := range e.Attributes {
			switch a.Key {
			case sdk.AttributeKeyFeePayer:
				p.Payer = a.Value
			case sdk.AttributeKeyFee:
				p.Fee = parseFee(a.Value)
			}
		}
	}
	return p, p.Payer != ""
}

func parseFee(text string) sdk.Coins {
	if len(text) > 1<<10 {
		return nil
	}
	coins, err := sdk.ParseCoinsNormalized(text)
	if err != nil {
		return nil
	}
	return coins
}
