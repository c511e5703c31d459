package cli

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/internal/chain"
)

func TestSpans(t *testing.T) {
	const day = 24 * time.Hour
	for text, want := range map[string]time.Duration{"90d": 90 * day, "2w": 14 * day, "24h": day, "36h": 36 * time.Hour, "90m": 90 * time.Minute, "1s": time.Second} {
		got, err := spanFlag("period", text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
		again, err := spanFlag("period", spanName(got))
		require.NoError(t, err)
		require.Equal(t, want, again, "what is shown can be typed")
	}
	for _, text := range []string{"", "0d", "-1d", "1", "d", "1.5d", "99999w", "500ms", "-5h", "1y", "100000d"} {
		_, err := spanFlag("period", text)
		require.ErrorIs(t, err, errUsage, text)
	}
}

func TestBoundsOfAGrant(t *testing.T) {
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	f := sponsorFlags{budget: "0.05", period: "24h", perPeriod: "1", maxFee: "0.1", expires: "90d"}
	terms, err := f.terms(now)
	require.NoError(t, err)
	require.Equal(t, "50000", terms.PerPeriod.String(), "no period has more than there is in all")
	require.Equal(t, "50000", terms.MaxFee.String())
	require.Equal(t, now.Add(90*24*time.Hour), *terms.Expires)
	_, err = terms.Grant("a", "b")
	require.NoError(t, err)
	require.Equal(t, "0.05 feather in all, 0.05 in 24h, 0.05 for one transaction, until 2027-02-22 12:00 UTC", termsText(terms))

	f.period, f.expires = "none", "never"
	terms, err = f.terms(now)
	require.NoError(t, err)
	require.Zero(t, terms.Period)
	require.Nil(t, terms.Expires)
	require.Equal(t, "0.05 feather in all, 0.05 for one transaction", termsText(terms))
}

// Who paid is said once for each wallet, and the sender's own is called so.
func TestWhoPaidIsSaid(t *testing.T) {
	a, out, errs := testApp()
	fee := func(n int64) sdk.Coins { return sdk.NewCoins(sdk.NewInt64Coin(chain.FeeDenom, n)) }
	a.notePayment(chain.Payment{Sender: "me", Payer: "label", Fee: fee(200)})
	a.notePayment(chain.Payment{Sender: "me", Payer: "label", Fee: fee(300)})
	a.notePayment(chain.Payment{Sender: "me", Payer: "me", Fee: fee(7)})
	a.sayWhoPaid()
	require.Equal(t, "fees paid by label: 0.0005 feather\nfees paid by your wallet me: 0.000007 feather\n", errs.String())
	a.ui.SetJSON(true)
	require.NoError(t, a.ui.Emit(struct{}{}, nil))
	require.JSONEq(t, `{"paid_by":"label me","fee":"507ufeather"}`, out.String())
}
