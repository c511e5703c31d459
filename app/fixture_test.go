package app

import (
	"encoding/json"
	"fmt"
	"math/rand"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/crypto/ed25519"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	cmttypes "github.com/cometbft/cometbft/types"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/log/v2"

	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/client/flags"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"
	simtestutil "github.com/cosmos/cosmos-sdk/testutil/sims"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
)

const (
	testChainID = "parrots-test-1"
	testGas     = 1_000_000
	testFunds   = 1_000_000_000
)

// testChain is a chain of one validator without a network: the test makes the blocks.
type testChain struct {
	*App
	wallets []*testWallet
	now     time.Time
}

type testWallet struct {
	key     cryptotypes.PrivKey
	address sdk.AccAddress
	number  uint64
	// sequence is that of the wallet's next transaction.
	sequence uint64
}

// setup is what a test's chain may have otherwise than the default.
type setup struct {
	wallets  int
	options  map[string]any
	wiring   wiring
	baseOpts []func(*baseapp.BaseApp)
	db       dbm.DB
}

func (s setup) build(tb testing.TB) *App {
	tb.Helper()
	options := simtestutil.AppOptionsMap{flags.FlagHome: tb.TempDir()}
	for name, value := range s.options {
		options[name] = value
	}
	if s.db == nil {
		s.db = dbm.NewMemDB()
	}
	return build(log.NewNopLogger(), s.db, true, options, s.wiring,
		append(s.baseOpts, baseapp.SetChainID(testChainID))...)
}

// newTestChain starts a chain and makes its first block.
func newTestChain(tb testing.TB, s setup) *testChain {
	tb.Helper()
	c := &testChain{App: s.build(tb), now: time.Unix(1_700_000_000, 0).UTC()}
	accounts, balances := c.addWallets(s.wallets)

	validator := cmttypes.NewValidator(ed25519.GenPrivKeyFromSecret([]byte("validator")).PubKey(), 1)
	genesis, err := simtestutil.GenesisStateWithValSet(
		c.AppCodec(), c.DefaultGenesis(), cmttypes.NewValidatorSet([]*cmttypes.Validator{validator}), accounts, balances...)
	require.NoError(tb, err)
	state, err := json.Marshal(genesis)
	require.NoError(tb, err)
	params := ConsensusParams().ToProto()
	_, err = c.InitChain(&abci.RequestInitChain{
		ChainId: testChainID, ConsensusParams: &params, AppStateBytes: state, Time: c.now, InitialHeight: 1,
	})
	require.NoError(tb, err)
	c.block(tb)
	return c
}

func (c *testChain) addWallets(n int) ([]authtypes.GenesisAccount, []banktypes.Balance) {
	var accounts []authtypes.GenesisAccount
	var balances []banktypes.Balance
	for i := range max(n, 1) {
		w := &testWallet{key: secp256k1.GenPrivKeyFromSecret(fmt.Appendf(nil, "wallet %d", i)), number: uint64(i)}
		w.address = sdk.AccAddress(w.key.PubKey().Address())
		c.wallets = append(c.wallets, w)
		accounts = append(accounts, authtypes.NewBaseAccount(w.address, nil, w.number, 0))
		balances = append(balances, banktypes.Balance{Address: w.address.String(), Coins: feathers(testFunds)})
	}
	return accounts, balances
}

func feathers(amount int64) sdk.Coins { return sdk.NewCoins(sdk.NewInt64Coin(BondDenom, amount)) }

// sign returns a transaction of wallet i, which counts on being delivered.
func (c *testChain) sign(tb testing.TB, i int, msgs ...sdk.Msg) []byte {
	tb.Helper()
	return c.signGas(tb, i, testGas, msgs...)
}

// signGas is sign with another gas limit.
func (c *testChain) signGas(tb testing.TB, i int, gas uint64, msgs ...sdk.Msg) []byte {
	tb.Helper()
	w := c.wallets[i]
	tx, err := simtestutil.GenSignedMockTx(rand.New(rand.NewSource(1)), c.TxConfig(), msgs,
		feathers(int64(gas/1000)), gas, testChainID, []uint64{w.number}, []uint64{w.sequence}, w.key)
	require.NoError(tb, err)
	w.sequence++
	bytes, err := c.TxConfig().TxEncoder()(tx)
	require.NoError(tb, err)
	return bytes
}

// block makes the next block.
func (c *testChain) block(tb testing.TB, txs ...[]byte) *abci.ResponseFinalizeBlock {
	tb.Helper()
	c.now = c.now.Add(time.Second)
	res, err := c.FinalizeBlock(&abci.RequestFinalizeBlock{Height: c.LastBlockHeight() + 1, Time: c.now, Txs: txs})
	require.NoError(tb, err)
	_, err = c.Commit()
	require.NoError(tb, err)
	return res
}

// deliver makes a block of one transaction and returns its result.
func (c *testChain) deliver(tb testing.TB, i int, msgs ...sdk.Msg) *abci.ExecTxResult {
	tb.Helper()
	return c.block(tb, c.sign(tb, i, msgs...)).TxResults[0]
}

// deliverGas is deliver with another gas limit.
func (c *testChain) deliverGas(tb testing.TB, i int, gas uint64, msgs ...sdk.Msg) *abci.ExecTxResult {
	tb.Helper()
	return c.block(tb, c.signGas(tb, i, gas, msgs...)).TxResults[0]
}

// context reads the last committed state.
func (c *testChain) context() sdk.Context {
	return c.NewContextLegacy(true, cmtproto.Header{Height: c.LastBlockHeight(), Time: c.now, ChainID: testChainID})
}

func (c *testChain) sendMsg(from, to int, amount int64) sdk.Msg {
	return banktypes.NewMsgSend(c.wallets[from].address, c.wallets[to].address, feathers(amount))
}
