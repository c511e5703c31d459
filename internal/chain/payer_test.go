package chain

import (
	"errors"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cosmos/gogoproto/proto"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	"github.com/cosmos/cosmos-sdk/x/feegrant"

	songtypes "github.com/parrots-music/parrots/x/song/types"
	sponsortypes "github.com/parrots-music/parrots/x/sponsor/types"
)

var paidAt = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// testSigner is a wallet whose signatures nobody checks.
type testSigner struct{}

func (testSigner) Address() string                    { return "grantee" }
func (testSigner) PubKey() []byte                     { return make([]byte, 33) }
func (testSigner) SignBytes(_ []byte) ([]byte, error) { return make([]byte, 64), nil }

func ufeather(n int64) sdk.Coins { return sdk.NewCoins(sdk.NewInt64Coin(FeeDenom, n)) }

func grantOf(t *testing.T, granter string, allowance feegrant.FeeAllowanceI) *feegrant.Grant {
	t.Helper()
	packed, err := codectypes.NewAnyWithValue(allowance.(proto.Message))
	require.NoError(t, err)
	return &feegrant.Grant{Granter: granter, Grantee: "grantee", Allowance: packed}
}

// payerOf asks who pays for a message that costs 130 ufeather, where everybody has so
// much.
func payerOf(t *testing.T, has int64, skip []string, msg sdk.Msg, grants ...*feegrant.Grant) (string, error) {
	t.Helper()
	balance := sdk.NewInt64Coin(FeeDenom, has)
	l := &liar{
		result: map[string]string{"status": statusResult("c-1", 7, paidAt, false)},
		query: map[string]proto.Message{
			"/cosmos.feegrant.v1beta1.Query/Allowances": &feegrant.QueryAllowancesResponse{Allowances: grants},
			"/cosmos.bank.v1beta1.Query/Balance":        &banktypes.QueryBalanceResponse{Balance: &balance},
		},
		value: map[string]string{"/app/simulate": `{"gas_info":{"gas_used":"100000"}}`},
	}
	c := l.client(t, func(cfg *Config) { cfg.Sponsored, cfg.PreferSponsor = true, "hub" })
	s := &sending{signer: testSigner{}, msgs: []sdk.Msg{msg}, skip: skip}
	u, err := newUnsigned(s.signer.PubKey(), Account{}, s.opts, s.msgs)
	require.NoError(t, err)
	err = c.payFor(ctx, s, u)
	return u.fee.Granter, err
}

func TestWhoPays(t *testing.T) {
	push, send := &songtypes.MsgPush{}, &banktypes.MsgSend{}
	soon, later, past := paidAt.Add(time.Hour), paidAt.Add(48*time.Hour), paidAt.Add(-time.Hour)
	of := func(maxFee, budget int64, expiry *time.Time) *sponsortypes.Sponsorship {
		return sponsortypes.NewSponsorship(ufeather(maxFee), ufeather(budget), 0, nil, expiry)
	}
	spent := sponsortypes.NewSponsorship(ufeather(500), ufeather(1000), 24*time.Hour, ufeather(500), nil)
	spent.Periodic.PeriodCanSpend, spent.Periodic.PeriodReset = ufeather(10), later
	renewed := sponsortypes.NewSponsorship(ufeather(500), ufeather(1000), 24*time.Hour, ufeather(500), nil)
	renewed.Periodic.PeriodCanSpend, renewed.Periodic.PeriodReset = ufeather(10), past
	filtered, err := feegrant.NewAllowedMsgAllowance(&feegrant.BasicAllowance{}, []string{"/parrots.song.v1.MsgForkSong"})
	require.NoError(t, err)
	good := of(130, 130, nil)
	unknown := &feegrant.Grant{Granter: "unknown", Grantee: "grantee", Allowance: &codectypes.Any{TypeUrl: "/x.Y", Value: []byte{1}}}
	// What no chain would store, and a lying node may say.
	broken := grantOf(t, "broken", &feegrant.BasicAllowance{SpendLimit: sdk.Coins{{Denom: FeeDenom, Amount: math.NewInt(-1)}, {Denom: FeeDenom, Amount: math.NewInt(1)}}})

	for name, tc := range map[string]struct {
		msg    sdk.Msg
		has    int64
		skip   []string
		grants []*feegrant.Grant
		want   string
	}{
		"nobody granted":      {push, 500, nil, nil, ""},
		"the only one":        {push, 500, nil, []*feegrant.Grant{grantOf(t, "a", good)}, "a"},
		"cap too low":         {push, 500, nil, []*feegrant.Grant{grantOf(t, "a", of(129, 900, nil)), grantOf(t, "b", good)}, "b"},
		"budget too low":      {push, 500, nil, []*feegrant.Grant{grantOf(t, "a", of(129, 129, nil)), grantOf(t, "b", good)}, "b"},
		"expired":             {push, 500, nil, []*feegrant.Grant{grantOf(t, "a", of(500, 900, &past)), grantOf(t, "b", good)}, "b"},
		"period spent":        {push, 500, nil, []*feegrant.Grant{grantOf(t, "a", spent), grantOf(t, "b", good)}, "b"},
		"a new period":        {push, 500, nil, []*feegrant.Grant{grantOf(t, "a", renewed), grantOf(t, "b", good)}, "a"},
		"not for this":        {send, 500, nil, []*feegrant.Grant{grantOf(t, "a", good)}, ""},
		"filtered":            {push, 500, nil, []*feegrant.Grant{grantOf(t, "a", filtered), grantOf(t, "b", good)}, "b"},
		"the hub's first":     {push, 500, nil, []*feegrant.Grant{grantOf(t, "a", of(500, 900, &soon)), grantOf(t, "hub", good)}, "hub"},
		"what ends first":     {push, 500, nil, []*feegrant.Grant{grantOf(t, "a", good), grantOf(t, "b", of(500, 900, &later)), grantOf(t, "c", of(500, 900, &soon))}, "c"},
		"did not pay":         {push, 500, []string{"a"}, []*feegrant.Grant{grantOf(t, "a", good), grantOf(t, "b", good)}, "b"},
		"unknown type":        {push, 500, nil, []*feegrant.Grant{unknown, grantOf(t, "b", good)}, "b"},
		"a lie":               {push, 500, nil, []*feegrant.Grant{broken, grantOf(t, "b", good)}, "b"},
		"another wallet's":    {push, 500, nil, []*feegrant.Grant{{Granter: "a", Grantee: "else", Allowance: grantOf(t, "a", good).Allowance}}, ""},
		"one without content": {push, 500, nil, []*feegrant.Grant{{Granter: "a", Grantee: "grantee"}, grantOf(t, "b", good)}, "b"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := payerOf(t, tc.has, tc.skip, tc.msg, tc.grants...)
			require.NoError(t, err)
			require.Equal(t, tc.want, got)
		})
	}
}

func TestNobodyPays(t *testing.T) {
	_, err := payerOf(t, 129, nil, &songtypes.MsgPush{})
	require.ErrorIs(t, err, ErrInsufficientFunds)
	require.ErrorIs(t, err, ErrRefused)
	require.ErrorContains(t, err, "nobody sponsors it")

	rich := sponsortypes.NewSponsorship(ufeather(500), ufeather(900), 0, nil, nil)
	poor := sponsortypes.NewSponsorship(ufeather(5), ufeather(900), 0, nil, nil)
	_, err = payerOf(t, 129, nil, &songtypes.MsgPush{}, grantOf(t, "rich", rich), grantOf(t, "poor", poor))
	var nobody *NobodyPaysError
	require.True(t, errors.As(err, &nobody))
	require.Equal(t, ufeather(130), nobody.Fee)
	require.Len(t, nobody.Reasons, 2)
	require.ErrorContains(t, err, "rich: it has 0.000129 feather left itself", "a granter may be poor")
	require.ErrorContains(t, err, "poor: the fee of 130ufeather is more than 5ufeather")
}

// Who paid is read from what the chain says happened.
func TestPayment(t *testing.T) {
	event := func(kind string, kv ...string) abci.Event {
		e := abci.Event{Type: kind}
		for i := 0; i < len(kv); i += 2 {
			e.Attributes = append(e.Attributes, abci.EventAttribute{Key: kv[i], Value: kv[i+1]})
		}
		return e
	}
	p, ok := payment("a", "H", []abci.Event{event("message", "fee_payer", "x"), event("tx", "fee", "212ufeather", "fee_payer", "b")})
	require.True(t, ok)
	require.Equal(t, Payment{Sender: "a", Payer: "b", Fee: ufeather(212), Hash: "H"}, p)
	_, ok = payment("a", "H", nil)
	require.False(t, ok)
	p, _ = payment("a", "H", []abci.Event{event("tx", "fee", "!", "fee_payer", "b")})
	require.Empty(t, p.Fee)
}

func TestTerms(t *testing.T) {
	expiry := paidAt.Add(time.Hour)
	s := sponsortypes.NewSponsorship(ufeather(5), ufeather(900), 24*time.Hour, ufeather(50), &expiry)
	s.Periodic.PeriodCanSpend, s.Periodic.PeriodReset = ufeather(7), paidAt.Add(time.Minute)
	terms := func(a feegrant.FeeAllowanceI) Terms {
		return allowances([]*feegrant.Grant{grantOf(t, "a", a)})[0].Terms(paidAt)
	}
	require.Equal(t, Terms{
		Kind: KindSponsorship, MaxFee: ufeather(5), Budget: ufeather(900), Period: 24 * time.Hour,
		PerPeriod: ufeather(50), Left: ufeather(7), Resets: paidAt.Add(time.Minute), Expires: &expiry,
	}, terms(s))
	s.Periodic.PeriodReset = paidAt
	require.Equal(t, ufeather(50), terms(s).Left, "the next fee begins a period")
	require.Equal(t, Terms{Kind: KindBasic}, terms(&feegrant.BasicAllowance{}))
	filtered, err := feegrant.NewAllowedMsgAllowance(&feegrant.BasicAllowance{}, []string{"/m"})
	require.NoError(t, err)
	require.Equal(t, Terms{Kind: KindBasic, Messages: []string{"/m"}}, terms(filtered))
	require.Equal(t, KindOther, Allowance{}.Terms(paidAt).Kind)
}
