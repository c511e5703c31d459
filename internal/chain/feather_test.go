package chain

import (
	"testing"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

func TestFeathers(t *testing.T) {
	for text, want := range map[string]string{
		"5": "5000000", "0.1": "100000", "0.000001": "1", "12.5": "12500000", "0": "0", "00.10": "100000",
		"5feather": "5000000", "5 feather": "5000000", "999999999999.999999": "999999999999999999",
	} {
		amount, err := ParseFeather(text)
		require.NoError(t, err, text)
		require.Equal(t, want, amount.String(), text)
		again, err := ParseFeather(FormatFeather(amount))
		require.NoError(t, err)
		require.Equal(t, amount, again, text)
	}
	for _, text := range []string{"", "-1", "+1", "1e3", "0.0000001", ".5", "5.", "1,5", "1 000", "5ufeather", "9999999999999", "५"} {
		_, err := ParseFeather(text)
		require.Error(t, err, text)
	}
}

func TestCoinsForAPerson(t *testing.T) {
	require.Equal(t, "0 feather", FormatCoins(nil))
	require.Equal(t, "3uatom and 0.1 feather", FormatCoins(sdk.NewCoins(sdk.NewInt64Coin(FeeDenom, 100_000), sdk.NewInt64Coin("uatom", 3))))
	require.Equal(t, "0 feather", FormatCoins(sdk.Coins{{Denom: FeeDenom}}), "an amount that a node left out")
}
