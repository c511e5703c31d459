package app

import (
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/internal/object"
	creditkeeper "github.com/parrots-music/parrots/x/credit/keeper"
	credittypes "github.com/parrots-music/parrots/x/credit/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// bandPush is a push by wallet 0 of one commit in which every other wallet played, with
// the confirmation of each of them, signed before the commit is on the chain.
func (c *testChain) bandPush(tb testing.TB, s *session) []sdk.Msg {
	tb.Helper()
	push := s.push(tb, 3).(*songtypes.MsgPush)
	var contributions []songtypes.Contribution
	for _, w := range c.wallets[1:] {
		contributions = append(contributions, songtypes.Contribution{
			Contributor: w.address.String(), Roles: []string{"StudioMusician"}, Instrument: "Guitar",
		})
	}
	push.Commits[0].Contributions = contributions
	fields, err := push.Commits[0].Object(c.encoding.addresses.account)
	require.NoError(tb, err)
	block, err := fields.Encode()
	require.NoError(tb, err)
	s.head = object.CIDOf(block).String()
	msgs := []sdk.Msg{push}
	for _, w := range c.wallets[1:] {
		msgs = append(msgs, c.relayedConfirmation(tb, c.wallets[0].address.String(), w, s.head, fields))
	}
	return msgs
}

func (c *testChain) relayedConfirmation(tb testing.TB, signer string, w *testWallet, commit string, fields object.Commit) sdk.Msg {
	tb.Helper()
	link, err := object.ParseCID(commit)
	require.NoError(tb, err)
	text := object.CreditStep{
		ChainID: testChainID, Commit: link, Contributor: w.address.String(), Action: object.ConfirmCredit,
		Contributions: fields.ContributionsOf(w.address),
	}.Text()
	signature, err := w.key.Sign(object.ADR036SignBytes(w.address.String(), text))
	require.NoError(tb, err)
	key, err := codectypes.NewAnyWithValue(w.key.PubKey())
	require.NoError(tb, err)
	return &credittypes.MsgConfirmCredit{
		Signer: signer, Commit: commit, Contributor: w.address.String(),
		Signature: &credittypes.Signature{PubKey: key, Signature: signature},
	}
}

func (c *testChain) creditStatus(tb testing.TB, commit string, i int) credittypes.Status {
	tb.Helper()
	res, err := creditkeeper.NewQueryServer(c.CreditKeeper).Credit(c.context(), &credittypes.QueryCreditRequest{
		Commit: commit, Contributor: c.wallets[i].address.String(),
	})
	require.NoError(tb, err)
	return res.Credit.Status
}

// A push and the confirmations of everybody who played are one transaction: all of it
// happens, or nothing does.
func TestPushWithConfirmations(t *testing.T) {
	const players = 12
	c := newTestChain(t, setup{wallets: 1 + players})
	require.Zero(t, c.deliver(t, 0, c.createSong(0, "blue-bossa")).Code)
	s := c.session(0, c.songID(0, 0), "main")

	wrong := *s
	msgs := c.bandPush(t, &wrong)
	last := msgs[len(msgs)-1].(*credittypes.MsgConfirmCredit)
	last.Signature.Signature[5] ^= 1
	res := c.deliverGas(t, 0, 3_000_000, msgs...)
	require.Equal(t, credittypes.ErrInvalidSignature.ABCICode(), res.Code, res.Log)
	_, _, err := c.SongKeeper.Commit(c.context(), digestOf(t, wrong.head))
	require.ErrorIs(t, err, songtypes.ErrCommitNotFound, "the push was undone with the confirmations")

	res = c.deliverGas(t, 0, 3_000_000, c.bandPush(t, s)...)
	require.Zero(t, res.Code, res.Log)
	t.Logf("a push with %d confirmations takes %d gas", players, res.GasUsed)
	for i := range players {
		require.Equal(t, credittypes.Status_STATUS_CONFIRMED, c.creditStatus(t, s.head, 1+i))
	}
	require.NoError(t, c.CreditKeeper.CheckInvariants(c.context()))
}

func digestOf(tb testing.TB, commit string) songtypes.Digest {
	tb.Helper()
	d, err := songtypes.ParseDigest(commit)
	require.NoError(tb, err)
	return d
}

// Everybody who played confirms in one block: each transaction runs once.
func TestConfirmationsOfDifferentMusiciansRunOnce(t *testing.T) {
	const players = 32
	var runs atomic.Int64
	c := newTestChain(t, setup{wallets: 1 + players, options: parallel, wiring: wiring{blockExec: countRuns(&runs)}})
	require.Zero(t, c.deliver(t, 0, c.createSong(0, "blue-bossa")).Code)
	s := c.session(0, c.songID(0, 0), "main")
	require.Zero(t, c.deliver(t, 0, c.bandPush(t, s)[0]).Code)

	var txs [][]byte
	for i := range players {
		txs = append(txs, c.sign(t, 1+i, &credittypes.MsgConfirmCredit{Signer: c.wallets[1+i].address.String(), Commit: s.head}))
	}
	runs.Store(0)
	for _, tx := range c.block(t, txs...).TxResults {
		require.Zero(t, tx.Code, tx.Log)
	}
	require.Equal(t, int64(players), runs.Load(), "executions of %d confirmations", players)
	require.NoError(t, c.CreditKeeper.CheckInvariants(c.context()))
}

// BenchmarkConfirm measures blocks of 500 confirmations against as many sends: tx/s is
// the figure, for confirmations by the contributor's own transaction and relayed.
func BenchmarkConfirm(b *testing.B) {
	const n = 500
	for _, kind := range []string{"send", "confirm", "confirm-relayed"} {
		b.Run(kind, func(b *testing.B) {
			c := newTestChain(b, setup{wallets: n})
			sessions := c.benchSongs(b)
			for range b.N {
				b.StopTimer()
				txs := c.confirmations(b, sessions, kind)
				b.StartTimer()
				for _, tx := range c.block(b, txs...).TxResults {
					require.Zero(b, tx.Code, tx.Log)
				}
			}
			b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "tx/s")
		})
	}
}

// confirmations makes, for each wallet, a commit by its neighbour and a transaction that
// confirms it; or just a send.
func (c *testChain) confirmations(b *testing.B, sessions []*session, kind string) [][]byte {
	b.Helper()
	n := len(sessions)
	var pushes, txs [][]byte
	for i, s := range sessions {
		player := c.wallets[(i+1)%n]
		push := s.push(b, 1).(*songtypes.MsgPush)
		push.Commits[0].Contributions[0].Contributor = player.address.String()
		fields, err := push.Commits[0].Object(c.encoding.addresses.account)
		require.NoError(b, err)
		block, err := fields.Encode()
		require.NoError(b, err)
		s.head = object.CIDOf(block).String()
		pushes = append(pushes, c.sign(b, i, push))
	}
	for _, tx := range c.block(b, pushes...).TxResults {
		require.Zero(b, tx.Code, tx.Log)
	}
	for i, s := range sessions {
		player := (i + 1) % n
		switch kind {
		case "send":
			txs = append(txs, c.sign(b, player, c.sendMsg(player, i, 1)))
		case "confirm":
			txs = append(txs, c.sign(b, player, &credittypes.MsgConfirmCredit{Signer: c.wallets[player].address.String(), Commit: s.head}))
		default:
			_, fields, err := c.SongKeeper.Commit(c.context(), digestOf(b, s.head))
			require.NoError(b, err)
			txs = append(txs, c.sign(b, i, c.relayedConfirmation(b, c.wallets[i].address.String(), c.wallets[player], s.head, fields)))
		}
	}
	return txs
}
