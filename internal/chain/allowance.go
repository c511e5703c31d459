package chain

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/cosmos/cosmos-sdk/codec"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/x/feegrant"

	sponsortypes "github.com/parrots-music/parrots/x/sponsor/types"
)

// Allowance is one wallet's word that it pays another's fees, within bounds.
type Allowance struct {
	// Granter pays, Grantee sends.
	Granter, Grantee string
	// packed is the allowance as the chain has it. It is unpacked anew for each
	// question, since asking one changes it.
	packed *codectypes.Any
}

// allowanceCodec knows the types that allowances have.
var allowanceCodec = sync.OnceValues(NewCodec)

// unpack reads the allowance; an error where this program does not know its type.
func (a Allowance) unpack() (feegrant.FeeAllowanceI, error) {
	cdc, err := allowanceCodec()
	if err != nil {
		return nil, err
	}
	return unpackAllowance(cdc, a.packed)
}

func unpackAllowance(cdc codec.Codec, packed *codectypes.Any) (feegrant.FeeAllowanceI, error) {
	if packed == nil {
		return nil, fmt.Errorf("%w: an allowance without content", ErrBadAnswer)
	}
	fresh := &codectypes.Any{TypeUrl: packed.TypeUrl, Value: bytes.Clone(packed.Value)}
	var allowance feegrant.FeeAllowanceI
	if err := cdc.UnpackAny(fresh, &allowance); err != nil {
		return nil, fmt.Errorf("%w: allowance %.80q: %v", ErrBadAnswer, packed.TypeUrl, err)
	}
	return allowance, nil
}

// Pays says why the allowance would not pay a fee for messages, by the rules of the
// chain itself; nil where it would. No fee at all asks for the messages and the
// expiry alone. Whether the granter has the coins is another question.
func (a Allowance) Pays(now time.Time, fee sdk.Coins, msgs []sdk.Msg) (err error) {
	// The SDK's arithmetic panics at amounts that no chain would have stored. A node
	// that lies must not end the program.
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: an allowance that cannot be: %v", ErrBadAnswer, r)
		}
	}()
	allowance, err := a.unpack()
	if err != nil {
		return err
	}
	ctx := sdk.Context{}.WithBlockTime(now).WithGasMeter(storetypes.NewInfiniteGasMeter())
	_, err = allowance.Accept(ctx, fee, msgs)
	return err
}

// Kinds of allowances.
const (
	// KindSponsorship is our own: Parrots messages within a cap, a budget, an expiry.
	KindSponsorship = "sponsorship"
	// KindBasic and KindPeriodic are the SDK's, for any message.
	KindBasic    = "basic"
	KindPeriodic = "periodic"
	// KindOther is one that this program does not know.
	KindOther = "other"
)

// Terms are an allowance's bounds. Nil coins are no bound.
type Terms struct {
	Kind string
	// Messages are the types it is limited to; nil for all, or all Parrots messages of
	// a sponsorship.
	Messages []string
	// MaxFee is for one transaction, Budget what is left in all.
	MaxFee, Budget sdk.Coins
	// Period is zero where there is none. PerPeriod is what each may spend, and Left
	// what the present one can until Resets.
	Period          time.Duration
	PerPeriod, Left sdk.Coins
	Resets          time.Time
	// Expires is nil for never.
	Expires *time.Time
}

// Terms reads the bounds of an allowance at a time.
func (a Allowance) Terms(now time.Time) Terms {
	allowance, err := a.unpack()
	if err != nil {
		return Terms{Kind: KindOther}
	}
	var t Terms
	t.read(allowance, now)
	return t
}

func (t *Terms) read(allowance feegrant.FeeAllowanceI, now time.Time) {
	switch v := allowance.(type) {
	case *feegrant.AllowedMsgAllowance:
		t.Messages = v.AllowedMessages
		inner, err := v.GetAllowance()
		if err != nil {
			t.Kind = KindOther
			return
		}
		t.read(inner, now)
	case *sponsortypes.Sponsorship:
		t.MaxFee = v.MaxFee
		if budget := v.Budget(); budget != nil {
			t.read(budget, now)
		}
		t.Kind = KindSponsorship
	case *feegrant.PeriodicAllowance:
		t.Kind, t.Budget, t.Expires = KindPeriodic, v.Basic.SpendLimit, v.Basic.Expiration
		t.Period, t.PerPeriod, t.Left, t.Resets = v.Period, v.PeriodSpendLimit, v.PeriodCanSpend, v.PeriodReset
		if !now.Before(v.PeriodReset) { // the next fee begins a period
			t.Left, t.Resets = v.PeriodSpendLimit, now.Add(v.Period)
		}
	case *feegrant.BasicAllowance:
		t.Kind, t.Budget, t.Expires = KindBasic, v.SpendLimit, v.Expiration
	default:
		t.Kind = KindOther
	}
}

// maxAllowances bounds how many allowances of one wallet are read: anybody can grant
// somebody one.
const maxAllowances = 500

// Allowances returns who pays an address's fees, within which bounds.
func (c *Client) Allowances(ctx context.Context, grantee string) ([]Allowance, error) {
	var list []Allowance
	page := Page{Limit: 100}
	for len(list) < maxAllowances {
		var r feegrant.QueryAllowancesResponse
		req := &feegrant.QueryAllowancesRequest{Grantee: grantee, Pagination: page.request()}
		if err := c.query(ctx, "/cosmos.feegrant.v1beta1.Query/Allowances", req, &r); err != nil {
			return nil, fmt.Errorf("allowances of %s: %w", grantee, err)
		}
		list = append(list, allowances(r.Allowances)...)
		if page.Key = nextKey(r.Pagination); len(page.Key) == 0 || len(r.Allowances) == 0 {
			break
		}
	}
	return slices.DeleteFunc(list, func(a Allowance) bool { return a.Grantee != grantee }), nil
}

// AllowancesBy returns a page of whom a wallet pays for, and the key of the next. The
// chain keeps allowances by who receives them, so a node reads all there are for it.
func (c *Client) AllowancesBy(ctx context.Context, granter string, page Page) ([]Allowance, []byte, error) {
	var r feegrant.QueryAllowancesByGranterResponse
	req := &feegrant.QueryAllowancesByGranterRequest{Granter: granter, Pagination: page.request()}
	if err := c.query(ctx, "/cosmos.feegrant.v1beta1.Query/AllowancesByGranter", req, &r); err != nil {
		return nil, nil, fmt.Errorf("allowances by %s: %w", granter, err)
	}
	return allowances(r.Allowances), nextKey(r.Pagination), nil
}

func allowances(grants []*feegrant.Grant) []Allowance {
	var list []Allowance
	for _, g := range grants {
		if g != nil {
			list = append(list, Allowance{Granter: g.Granter, Grantee: g.Grantee, packed: g.Allowance})
		}
	}
	return list
}
