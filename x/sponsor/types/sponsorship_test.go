package types_test

import (
	"math"
	"testing"
	"time"

	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/stretchr/testify/require"

	sdkmath "cosmossdk.io/math"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	"github.com/cosmos/cosmos-sdk/x/feegrant"

	songtypes "github.com/parrots-music/parrots/x/song/types"
	"github.com/parrots-music/parrots/x/sponsor/types"
)

var (
	start  = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	expiry = start.Add(90 * 24 * time.Hour)
	pushes = []sdk.Msg{&songtypes.MsgPush{}}
)

func coins(amount int64) sdk.Coins { return sdk.NewCoins(sdk.NewInt64Coin("ufeather", amount)) }

func at(now time.Time) sdk.Context {
	return sdk.NewContext(nil, cmtproto.Header{Time: now}, false, nil).WithGasMeter(storetypes.NewInfiniteGasMeter())
}

// sponsorship pays 100 for a transaction, 250 in a day, 600 in all.
func sponsorship() *types.Sponsorship {
	return types.NewSponsorship(coins(100), coins(600), 24*time.Hour, coins(250), &expiry)
}

func TestASponsorshipPaysWithinAllItsBounds(t *testing.T) {
	s := sponsorship()
	require.NoError(t, s.ValidateBasic())
	pay := func(now time.Time, fee int64) (bool, error) { return s.Accept(at(now), coins(fee), pushes) }

	_, err := pay(start, 101)
	require.ErrorIs(t, err, feegrant.ErrFeeLimitExceeded, "over the cap of a transaction")
	require.Equal(t, coins(250), s.Periodic.PeriodCanSpend, "and nothing is spent")

	for range 2 {
		_, err = pay(start, 100)
		require.NoError(t, err)
	}
	_, err = pay(start, 60)
	require.ErrorIs(t, err, feegrant.ErrFeeLimitExceeded, "over what a period may spend")

	s = sponsorship()
	for i := range 6 {
		remove, err := pay(start.Add(time.Duration(i)*12*time.Hour), 100)
		require.NoError(t, err)
		require.Equal(t, i == 5, remove, "what is spent to the last coin is taken away")
	}

	remove, err := sponsorship().Accept(at(expiry.Add(time.Second)), coins(1), pushes)
	require.ErrorIs(t, err, feegrant.ErrFeeLimitExpired)
	require.True(t, remove)
}

func TestASponsorshipPaysForOurMessagesAlone(t *testing.T) {
	for _, msgs := range [][]sdk.Msg{
		{&banktypes.MsgSend{}},
		{&songtypes.MsgPush{}, &banktypes.MsgSend{}},
		{&feegrant.MsgGrantAllowance{}},
		{&songtypes.MsgUpdateParams{}},
	} {
		_, err := sponsorship().Accept(at(start), coins(1), msgs)
		require.ErrorIs(t, err, feegrant.ErrMessageNotAllowed, "%T", msgs[len(msgs)-1])
	}
	_, err := sponsorship().Accept(at(start), coins(1), []sdk.Msg{&songtypes.MsgForkSong{}, &songtypes.MsgPush{}})
	require.NoError(t, err)
}

// A fee comes from a stranger, and the SDK asks before it has checked it.
func TestABadFeeIsRefusedWithoutAPanic(t *testing.T) {
	big := sdkmath.NewInt(math.MaxInt64).MulRaw(math.MaxInt64)
	for name, fee := range map[string]sdk.Coins{
		"nil amount":    {{Denom: "ufeather"}},
		"negative":      {{Denom: "ufeather", Amount: sdkmath.NewInt(-5)}},
		"foreign":       sdk.NewCoins(sdk.NewInt64Coin("uatom", 1)),
		"and foreign":   coins(1).Add(sdk.NewInt64Coin("uatom", 1)),
		"twice":         {sdk.NewInt64Coin("ufeather", 60), sdk.NewInt64Coin("ufeather", 60)},
		"out of order":  {sdk.NewInt64Coin("ufeather", 1), sdk.NewInt64Coin("uatom", 1)},
		"no such denom": {{Denom: "!", Amount: sdkmath.NewInt(1)}},
		"huge":          {{Denom: "ufeather", Amount: big}},
	} {
		s := sponsorship()
		_, err := s.Accept(at(start), fee, pushes)
		require.Error(t, err, name)
		require.Equal(t, coins(600), s.Periodic.Basic.SpendLimit, name)
	}
	for _, none := range []sdk.Coins{nil, {}, {sdk.Coin{Denom: "ufeather", Amount: sdkmath.ZeroInt()}}} {
		s := sponsorship()
		remove, err := s.Accept(at(start), none, pushes)
		require.NoError(t, err)
		require.False(t, remove)
		require.Equal(t, coins(600), s.Periodic.Basic.SpendLimit)
	}
}

func TestWhatCannotBeGranted(t *testing.T) {
	change := func(f func(*types.Sponsorship)) *types.Sponsorship {
		s := sponsorship()
		f(s)
		return s
	}
	many := sdk.Coins{}
	for _, d := range "abcdefghi" {
		many = append(many, sdk.NewInt64Coin("coin"+string(d), 1))
	}
	negative := sdk.Coins{{Denom: "ufeather", Amount: sdkmath.NewInt(-1)}}
	for name, c := range map[string]struct {
		s    *types.Sponsorship
		want error
	}{
		"nothing":        {&types.Sponsorship{}, feegrant.ErrNoAllowance},
		"nil":            {nil, feegrant.ErrNoAllowance},
		"no budget":      {change(func(s *types.Sponsorship) { s.Periodic = nil }), feegrant.ErrNoAllowance},
		"two budgets":    {change(func(s *types.Sponsorship) { s.Basic = &feegrant.BasicAllowance{} }), feegrant.ErrNoAllowance},
		"no cap":         {change(func(s *types.Sponsorship) { s.MaxFee = nil }), sdkerrors.ErrInvalidCoins},
		"negative cap":   {change(func(s *types.Sponsorship) { s.MaxFee = negative }), sdkerrors.ErrInvalidCoins},
		"nil cap":        {change(func(s *types.Sponsorship) { s.MaxFee = sdk.Coins{{Denom: "ufeather"}} }), sdkerrors.ErrInvalidCoins},
		"nil limit":      {change(func(s *types.Sponsorship) { s.Periodic.Basic.SpendLimit = sdk.Coins{{Denom: "ufeather"}} }), sdkerrors.ErrInvalidCoins},
		"nil in period":  {change(func(s *types.Sponsorship) { s.Periodic.PeriodSpendLimit = sdk.Coins{{Denom: "ufeather"}} }), sdkerrors.ErrInvalidCoins},
		"foreign cap":    {change(func(s *types.Sponsorship) { s.MaxFee = sdk.NewCoins(sdk.NewInt64Coin("uatom", 1)) }), sdkerrors.ErrInvalidCoins},
		"many coins":     {types.NewSponsorship(many, nil, 0, nil, nil), sdkerrors.ErrInvalidCoins},
		"many in budget": {change(func(s *types.Sponsorship) { s.Periodic.Basic.SpendLimit = many }), sdkerrors.ErrInvalidCoins},
		"many in period": {change(func(s *types.Sponsorship) { s.Periodic.PeriodCanSpend = many }), sdkerrors.ErrInvalidCoins},
		"negative limit": {change(func(s *types.Sponsorship) { s.Periodic.Basic.SpendLimit = negative }), sdkerrors.ErrInvalidCoins},
		"negative left":  {change(func(s *types.Sponsorship) { s.Periodic.PeriodCanSpend = negative }), sdkerrors.ErrInvalidCoins},
		"no period":      {change(func(s *types.Sponsorship) { s.Periodic.Period = 0 }), feegrant.ErrInvalidDuration},
		"back in time":   {change(func(s *types.Sponsorship) { s.Periodic.Period = -time.Hour }), feegrant.ErrInvalidDuration},
		"before 1970":    {types.NewSponsorship(coins(1), coins(1), 0, nil, new(time.Time)), feegrant.ErrInvalidDuration},
	} {
		require.ErrorIs(t, c.s.ValidateBasic(), c.want, name)
		if c.s.Budget() == nil { // it can't be stored, and would pay for nothing
			_, err := c.s.Accept(at(start), coins(1), pushes)
			require.ErrorIs(t, err, feegrant.ErrNoAllowance, name)
			_, err = c.s.ExpiresAt()
			require.ErrorIs(t, err, feegrant.ErrNoAllowance, name)
		}
	}
}
