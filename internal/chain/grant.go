package chain

import (
	"context"
	"fmt"
	"sync"
	"time"

	"cosmossdk.io/math"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/x/feegrant"

	sponsortypes "github.com/parrots-music/parrots/x/sponsor/types"
)

// GrantTerms are the bounds of a sponsorship that is granted, in ufeather.
type GrantTerms struct {
	// Budget is for all, MaxFee for one transaction.
	Budget, MaxFee math.Int
	// PerPeriod is for each Period; no periods where that is zero.
	PerPeriod math.Int
	Period    time.Duration
	// Expires is when it ends; nil for never.
	Expires *time.Time
}

// Grant is the message by which one wallet pays for another.
func (t GrantTerms) Grant(granter, grantee string) (sdk.Msg, error) {
	var perPeriod sdk.Coins
	if t.Period > 0 {
		perPeriod = Feathers(t.PerPeriod)
	}
	s := sponsortypes.NewSponsorship(Feathers(t.MaxFee), Feathers(t.Budget), t.Period, perPeriod, t.Expires)
	if err := s.ValidateBasic(); err != nil {
		return nil, fmt.Errorf("sponsorship: %w", err)
	}
	packed, err := codectypes.NewAnyWithValue(s)
	if err != nil {
		return nil, fmt.Errorf("sponsorship: %w", err)
	}
	return &feegrant.MsgGrantAllowance{Granter: granter, Grantee: grantee, Allowance: packed}, nil
}

// Revoke is the message by which one wallet no longer pays for another.
func Revoke(granter, grantee string) sdk.Msg {
	return &feegrant.MsgRevokeAllowance{Granter: granter, Grantee: grantee}
}

// Sponsors are wallets that pay for newcomers in turn.
type Sponsors struct {
	client  *Client
	signers []Signer
	// terms are those of a grant that is made at a time.
	terms func(now time.Time) GrantTerms

	mu   sync.Mutex // one transaction of a wallet at a time
	turn int
}

// NewSponsors lets signers, at least one, pay in turn.
func NewSponsors(client *Client, signers []Signer, terms func(now time.Time) GrantTerms) *Sponsors {
	return &Sponsors{client: client, signers: signers, terms: terms}
}

// Sponsor grants a wallet an allowance, and waits until it is in a block.
func (s *Sponsors) Sponsor(ctx context.Context, wallet string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	signer := s.signers[s.turn%len(s.signers)]
	s.turn++
	msg, err := s.terms(s.client.cfg.Now()).Grant(signer.Address(), wallet)
	if err != nil {
		return err
	}
	_, err = s.client.Broadcast(ctx, signer, TxOptions{Memo: "a hub's welcome"}, msg)
	return err
}
