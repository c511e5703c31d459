package app

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/collections"

	clienttx "github.com/cosmos/cosmos-sdk/client/tx"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	"github.com/cosmos/cosmos-sdk/server"
	serverconfig "github.com/cosmos/cosmos-sdk/server/config"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/tx/signing"
	authsigning "github.com/cosmos/cosmos-sdk/x/auth/signing"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	"github.com/cosmos/cosmos-sdk/x/feegrant"

	"github.com/parrots-music/parrots/internal/object"
	auditiontypes "github.com/parrots-music/parrots/x/audition/types"
	credittypes "github.com/parrots-music/parrots/x/credit/types"
	socialtypes "github.com/parrots-music/parrots/x/social/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
	sponsortypes "github.com/parrots-music/parrots/x/sponsor/types"
)

// newcomer adds a wallet that nobody has sent anything.
func (c *testChain) newcomer() int {
	w := &testWallet{key: secp256k1.GenPrivKeyFromSecret(fmt.Appendf(nil, "newcomer %d", len(c.wallets)))}
	w.address = sdk.AccAddress(w.key.PubKey().Address())
	c.wallets = append(c.wallets, w)
	return len(c.wallets) - 1
}

// sponsor returns the message by which one wallet pays for another, and learns the
// account number that the other gets by it.
func (c *testChain) sponsor(tb testing.TB, granter, grantee int, s *sponsortypes.Sponsorship) sdk.Msg {
	tb.Helper()
	msg, err := feegrant.NewMsgGrantAllowance(s, c.wallets[granter].address, c.wallets[grantee].address)
	require.NoError(tb, err)
	return msg
}

// learn reads the account number of a wallet.
func (c *testChain) learn(tb testing.TB, i int) {
	tb.Helper()
	account := c.AccountKeeper.GetAccount(c.context(), c.wallets[i].address)
	require.NotNil(tb, account)
	c.wallets[i].number = account.GetAccountNumber()
}

// signPaid is a transaction of wallet i whose fee another pays. With wanted false it
// counts on being refused before its messages run, which leaves the sequence.
func (c *testChain) signPaid(tb testing.TB, i, granter int, fee sdk.Coins, wanted bool, msgs ...sdk.Msg) []byte {
	tb.Helper()
	w := c.wallets[i]
	b := c.TxConfig().NewTxBuilder()
	require.NoError(tb, b.SetMsgs(msgs...))
	b.SetFeeAmount(fee)
	b.SetGasLimit(testGas)
	b.SetFeeGranter(c.wallets[granter].address)
	const mode = signing.SignMode_SIGN_MODE_DIRECT
	empty := signing.SignatureV2{PubKey: w.key.PubKey(), Data: &signing.SingleSignatureData{SignMode: mode}, Sequence: w.sequence}
	require.NoError(tb, b.SetSignatures(empty))
	data := authsigning.SignerData{
		Address: w.address.String(), ChainID: testChainID, AccountNumber: w.number, Sequence: w.sequence, PubKey: w.key.PubKey(),
	}
	sig, err := clienttx.SignWithPrivKey(context.Background(), mode, data, b, w.key, c.TxConfig(), w.sequence)
	require.NoError(tb, err)
	require.NoError(tb, b.SetSignatures(sig))
	if wanted {
		w.sequence++
	}
	bz, err := c.TxConfig().TxEncoder()(b.GetTx())
	require.NoError(tb, err)
	return bz
}

func (c *testChain) fork(i int, parent string) sdk.Msg {
	return &songtypes.MsgForkSong{Creator: c.wallets[i].address.String(), ParentId: parent}
}

// A wallet that never held a coin forks and pushes at another's expense, within the
// bounds that were granted and not one feather beyond.
func TestASponsoredNewcomer(t *testing.T) {
	c := newTestChain(t, setup{wallets: 2})
	const owner = 0
	require.Zero(t, c.deliver(t, owner, c.createSong(owner, "after-the-rain")).Code)
	song := c.session(owner, c.songID(owner, 0), "main")
	require.Zero(t, c.deliver(t, owner, song.push(t, 3)).Code)

	fan := c.newcomer()
	expiry := c.now.Add(time.Hour)
	grant := c.sponsor(t, owner, fan, sponsortypes.NewSponsorship(
		feathers(1000), feathers(3500), time.Minute, feathers(2500), &expiry))
	require.Zero(t, c.deliver(t, owner, grant).Code)
	c.learn(t, fan)
	spent := func(f func()) sdk.Coins {
		before := c.BankKeeper.GetAllBalances(c.context(), c.wallets[owner].address)
		f()
		return before.Sub(c.BankKeeper.GetAllBalances(c.context(), c.wallets[owner].address)...)
	}
	pays := func(fee int64, wanted bool, msgs ...sdk.Msg) *abci.ExecTxResult {
		return c.block(t, c.signPaid(t, fan, owner, feathers(fee), wanted, msgs...)).TxResults[0]
	}
	refused := func(want error, res *abci.ExecTxResult) {
		t.Helper()
		require.NotZero(t, res.Code)
		require.Equal(t, feegrant.DefaultCodespace, res.Codespace, res.Log)
		require.ErrorContains(t, want, "", res.Log)
		require.Contains(t, res.Log, want.Error())
	}

	require.Equal(t, feathers(1000), spent(func() {
		res := pays(1000, true, c.fork(fan, song.song))
		require.Zero(t, res.Code, res.Log)
	}))
	mine := c.session(fan, c.songID(fan, 0), "main")
	mine.head = song.head
	before := *mine
	refused(feegrant.ErrFeeLimitExceeded, pays(1001, false, mine.push(t, 3)))
	*mine = before
	send := banktypes.NewMsgSend(c.wallets[fan].address, c.wallets[1].address, feathers(1))
	refused(feegrant.ErrMessageNotAllowed, pays(10, false, send))
	update := &songtypes.MsgUpdateParams{Authority: c.wallets[fan].address.String(), Params: songtypes.DefaultParams()}
	refused(feegrant.ErrMessageNotAllowed, pays(10, false, update))

	require.Zero(t, pays(1000, true, mine.push(t, 3)).Code)
	before = *mine
	refused(feegrant.ErrFeeLimitExceeded, pays(501, false, mine.push(t, 3)))
	*mine = before
	c.now = c.now.Add(time.Minute)
	require.Zero(t, pays(1000, true, mine.push(t, 3)).Code, "a period later")
	before = *mine
	refused(feegrant.ErrFeeLimitExceeded, pays(501, false, mine.push(t, 3)))
	*mine = before
	require.Zero(t, pays(500, true, mine.push(t, 3)).Code, "to the last feather")

	key := collections.Join(c.wallets[fan].address, c.wallets[owner].address)
	_, err := c.FeeGrantKeeper.FeeAllowance.Get(c.context(), key)
	require.ErrorIs(t, err, collections.ErrNotFound, "what is spent is gone")

	require.NoError(t, c.SongKeeper.CheckInvariants(c.context()))
	require.True(t, c.BankKeeper.GetAllBalances(c.context(), c.wallets[fan].address).IsZero())

	// A new one in place of an old one, in one transaction.
	again := sponsortypes.NewSponsorship(feathers(10), feathers(20), 0, nil, &expiry)
	require.Zero(t, c.deliver(t, owner, c.sponsor(t, owner, fan, again)).Code)
	revoke := feegrant.NewMsgRevokeAllowance(c.wallets[owner].address, c.wallets[fan].address)
	again.Basic.SpendLimit = feathers(70)
	require.Zero(t, c.deliver(t, owner, &revoke, c.sponsor(t, owner, fan, again)).Code)
	stored, err := c.FeeGrantKeeper.GetAllowance(c.context(), c.wallets[owner].address, c.wallets[fan].address)
	require.NoError(t, err)
	require.Equal(t, again, stored)

	// What ran out is removed by itself.
	c.now = expiry
	c.block(t)
	_, err = c.FeeGrantKeeper.FeeAllowance.Get(c.context(), key)
	require.ErrorIs(t, err, collections.ErrNotFound)
}

// The guitarist of the first page owns no coin: they fork, play, offer it, answer what
// the band asks for, and say what they think of others' work, at the song's expense.
func TestASponsoredNewcomerOffersWork(t *testing.T) {
	c := newTestChain(t, setup{wallets: 1})
	const owner = 0
	require.Zero(t, c.deliver(t, owner, c.createSong(owner, "after-the-rain")).Code)
	song := c.session(owner, c.songID(owner, 0), "main")
	require.Zero(t, c.deliver(t, owner, song.push(t, 3)).Code)
	guitarist := c.newcomer()
	terms := sponsortypes.NewSponsorship(feathers(1000), feathers(1_000_000), time.Hour, feathers(100_000), nil)
	require.Zero(t, c.deliver(t, owner, c.sponsor(t, owner, guitarist, terms)).Code)
	c.learn(t, guitarist)
	at := c.wallets[guitarist].address.String()
	sends := func(msgs ...sdk.Msg) {
		t.Helper()
		res := c.block(t, c.signPaid(t, guitarist, owner, feathers(1000), true, msgs...)).TxResults[0]
		require.Zero(t, res.Code, res.Log)
	}

	sends(c.fork(guitarist, song.song))
	fork := c.session(guitarist, c.songID(guitarist, 0), "main")
	fork.head = song.head
	sends(fork.push(t, 3))
	sends(&auditiontypes.MsgOpenAudition{
		Opener: at, SongId: song.song, Branch: "main", SourceSongId: fork.song, SourceBranch: "main", Title: "A solo over the bridge",
	})
	again := fork.push(t, 3) // one more take, and the offer of it, in one transaction
	sends(again, &auditiontypes.MsgReviseAudition{Signer: at, SongId: song.song, Number: 1, Message: "softer"})
	sends(&auditiontypes.MsgReviewAudition{
		Reviewer: at, SongId: song.song, Number: 1, Revision: 2, Verdict: auditiontypes.Verdict_VERDICT_COMMENT, Body: "better now?",
	})
	sends(&socialtypes.MsgRespect{Wallet: at, SongId: song.song})
	require.Zero(t, c.deliver(t, owner, song.crediting(t, at)).Code)
	sends(&credittypes.MsgConfirmCredit{Signer: at, Commit: song.head})
	require.True(t, c.BankKeeper.GetAllBalances(c.context(), c.wallets[guitarist].address).IsZero())
	require.NoError(t, c.SongKeeper.CheckInvariants(c.context()))
}

// crediting is a push of one more commit, to which somebody else contributed.
func (s *session) crediting(tb testing.TB, contributor string) sdk.Msg {
	tb.Helper()
	msg := s.push(tb, 3).(*songtypes.MsgPush)
	msg.Commits[0].Contributions[0].Contributor = contributor
	fields, err := msg.Commits[0].Object(s.chain.encoding.addresses.account)
	require.NoError(tb, err)
	block, err := fields.Encode()
	require.NoError(tb, err)
	s.head = object.CIDOf(block).String()
	return msg
}

// What the chain would not be able to read again is refused when it is granted.
func TestABadSponsorshipIsNotGranted(t *testing.T) {
	c := newTestChain(t, setup{wallets: 2})
	for name, s := range map[string]*sponsortypes.Sponsorship{
		"empty":  {},
		"no cap": sponsortypes.NewSponsorship(nil, feathers(1), 0, nil, nil),
		"past":   sponsortypes.NewSponsorship(feathers(1), feathers(1), 0, nil, new(time.Unix(1, 0))),
	} {
		before := c.LastBlockHeight()
		res := c.deliver(t, 0, c.sponsor(t, 0, 1, s))
		require.NotZero(t, res.Code, name)
		require.Positive(t, res.GasUsed)
		require.Equal(t, before+1, c.LastBlockHeight())
	}
	grants := 0
	require.NoError(t, c.FeeGrantKeeper.IterateAllFeeAllowances(c.context(), func(feegrant.Grant) bool {
		grants++
		return false
	}))
	require.Zero(t, grants)
}

// One granter's balance is a key that all transactions write which it pays for, so
// they wait for each other; several granters take them apart. This is why `parrots
// sponsor setup` makes several. Nothing else of an allowance is shared: where each
// newcomer has a granter of their own, each push runs once.
func TestSeveralGrantersRunInParallel(t *testing.T) {
	const pushes = 200
	one, eight, own := runsPaidBy(t, pushes, 1), runsPaidBy(t, pushes, 8), runsPaidBy(t, pushes, pushes)
	t.Logf("executions per push: %.2f paid by one, %.2f by eight, %.2f by one each", one, eight, own)
	require.Equal(t, 1.0, own)
	require.Less(t, eight, (1+one)/2, "eight granters must do away with more than half of what one costs")
}

// runsPaidBy returns how often each push ran, in a block of pushes paid for in turn by
// a number of granters.
func runsPaidBy(t *testing.T, pushes, granters int) float64 {
	t.Helper()
	var runs atomic.Int64
	options := map[string]any{server.FlagBlockExecutor: serverconfig.BlockExecutorBlockSTM, server.FlagBlockSTMWorkers: 2}
	c := newTestChain(t, setup{wallets: granters, options: options, wiring: wiring{blockExec: countRuns(&runs)}})
	var grants, create, push [][]byte
	for i := range pushes {
		s := sponsortypes.NewSponsorship(feathers(1000), feathers(1_000_000), time.Hour, feathers(10_000), nil)
		grants = append(grants, c.sign(t, i%granters, c.sponsor(t, i%granters, c.newcomer(), s)))
	}
	blockOf := func(txs [][]byte) {
		for _, tx := range c.block(t, txs...).TxResults {
			require.Zero(t, tx.Code, tx.Log)
		}
	}
	blockOf(grants)
	for i := range pushes {
		c.learn(t, granters+i)
		create = append(create, c.signPaid(t, granters+i, i%granters, feathers(1000), true, c.createSong(granters+i, "demo")))
	}
	blockOf(create)
	for i := range pushes {
		msg := c.session(granters+i, c.songID(granters+i, 0), "main").push(t, 12)
		push = append(push, c.signPaid(t, granters+i, i%granters, feathers(1000), true, msg))
	}
	runs.Store(0)
	blockOf(push)
	return float64(runs.Load()) / float64(pushes)
}

// What a sponsorship pays for follows from the chain's own modules: everything of
// theirs but what governance signs and what carries money.
func TestASponsorshipPaysForEveryModuleOfOurs(t *testing.T) {
	c := newTestChain(t, setup{wallets: 1})
	paid := map[string]bool{}
	for _, url := range sponsortypes.Messages() {
		require.NotNil(t, c.MsgServiceRouter().HandlerByTypeURL(url), "%s is no message of this chain", url)
		paid[url] = true
	}
	all := c.InterfaceRegistry().ListImplementations("cosmos.base.v1beta1.Msg")
	require.Greater(t, len(all), len(paid))
	for _, url := range all {
		if strings.HasPrefix(url, "/parrots.") {
			require.Equal(t, !strings.HasSuffix(url, ".MsgUpdateParams"), paid[url], url)
			continue
		}
		require.False(t, paid[url], url)
	}
	t.Logf("%d messages", len(paid))
}
