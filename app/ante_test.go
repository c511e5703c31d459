package app

import (
	"testing"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
)

// The fee of a transaction leaves the payer at once and reaches the fee collector at
// the end of the block, to the last unit.
func TestFeesArriveAtTheEndOfTheBlock(t *testing.T) {
	for _, direct := range []bool{false, true} {
		c := newTestChain(t, setup{wallets: 3, wiring: wiring{direct: direct}})
		collector := authtypes.NewModuleAddress(authtypes.FeeCollectorName)
		before := c.BankKeeper.GetBalance(c.context(), collector, BondDenom)

		res := c.block(t, c.sign(t, 0, c.sendMsg(0, 2, 5)), c.sign(t, 1, c.sendMsg(1, 2, 7)))
		for _, tx := range res.TxResults {
			require.Zero(t, tx.Code, tx.Log)
		}
		require.Equal(t, int64(testFunds+12), c.BankKeeper.GetBalance(c.context(), c.wallets[2].address, BondDenom).Amount.Int64())
		require.Equal(t, int64(testFunds-5-testGas/1000), c.BankKeeper.GetBalance(c.context(), c.wallets[0].address, BondDenom).Amount.Int64())

		// Begin-block moved what was there before to the distribution module.
		after := c.BankKeeper.GetBalance(c.context(), collector, BondDenom)
		require.Equal(t, int64(2*testGas/1000), after.Amount.Int64(), "direct %v, before %s", direct, before)
		require.True(t, c.BankKeeper.GetSupply(c.context(), BondDenom).Amount.Equal(sumOfBalances(c)), "no coin is lost")
	}
}

func sumOfBalances(c *testChain) (sum math.Int) {
	sum = math.ZeroInt()
	c.BankKeeper.IterateAllBalances(c.context(), func(_ sdk.AccAddress, coin sdk.Coin) bool {
		sum = sum.Add(coin.Amount)
		return false
	})
	return sum
}
