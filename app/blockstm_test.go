package app

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/baseapp/blockexec"
	"github.com/cosmos/cosmos-sdk/server"
	serverconfig "github.com/cosmos/cosmos-sdk/server/config"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
)

var (
	sequential = map[string]any{server.FlagBlockExecutor: serverconfig.BlockExecutorSequential}
	parallel   = map[string]any{
		server.FlagBlockExecutor:   serverconfig.BlockExecutorBlockSTM,
		server.FlagBlockSTMWorkers: 8,
	}
)

// What the two executors make of the same blocks must not differ by a bit: not in
// the state, and not in the results, whose hash is in the next block's header.
func TestBlockSTMMatchesSequential(t *testing.T) {
	one, other := playMixedBlocks(t, sequential), playMixedBlocks(t, parallel)
	require.Equal(t, len(one), len(other))
	for height := range one {
		require.Equal(t, one[height].AppHash, other[height].AppHash, "state after block %d", height)
		require.Equal(t, len(one[height].TxResults), len(other[height].TxResults))
		for i := range one[height].TxResults {
			want, got := one[height].TxResults[i], other[height].TxResults[i]
			require.Equal(t, want.Code, got.Code, "block %d, transaction %d: %s / %s", height, i, want.Log, got.Log)
			require.Equal(t, want.GasUsed, got.GasUsed, "block %d, transaction %d", height, i)
			require.Equal(t, want.Data, got.Data, "block %d, transaction %d", height, i)
			require.Equal(t, want.Events, got.Events, "block %d, transaction %d", height, i)
		}
	}
}

// playMixedBlocks is a small crowd's evening: songs, forks, pushes of different
// musicians, coins, and several kinds of transactions that fail.
func playMixedBlocks(t *testing.T, options map[string]any) []*abci.ResponseFinalizeBlock {
	t.Helper()
	const n = 24
	c := newTestChain(t, setup{wallets: n, options: options})
	var blocks []*abci.ResponseFinalizeBlock
	play := func(txs [][]byte, wantFailures int) {
		res := c.block(t, txs...)
		failures := 0
		for _, tx := range res.TxResults {
			if tx.Code != 0 {
				failures++
			}
		}
		require.Equal(t, wantFailures, failures, "block %d", len(blocks))
		blocks = append(blocks, res)
	}

	var create [][]byte
	for i := range n {
		create = append(create, c.sign(t, i, c.createSong(i, "demo")))
	}
	play(create, 0)

	sessions := make([]*session, n)
	for i := range n {
		sessions[i] = c.session(i, c.songID(i, 0), "main")
	}
	for range 3 {
		play(c.mixedBlock(t, sessions), 4)
	}
	play(c.talk(t, sessions[0].song), 2)
	require.NoError(t, c.SongKeeper.CheckInvariants(c.context()))
	require.NoError(t, c.SocialKeeper.CheckInvariants(c.context()))
	require.NoError(t, c.CreditKeeper.CheckInvariants(c.context()))
	return blocks
}

// mixedBlock returns a block of which four transactions fail.
func (c *testChain) mixedBlock(t *testing.T, sessions []*session) [][]byte {
	t.Helper()
	n := len(sessions)
	var txs [][]byte
	for i, s := range sessions {
		switch i % 3 {
		case 0:
			txs = append(txs, c.sign(t, i, s.push(t, 12)))
		case 1:
			txs = append(txs, c.sign(t, i, c.sendMsg(i, (i+1)%n, 5)))
		default:
			txs = append(txs, c.sign(t, i, s.push(t, 2), c.createSong(i, fmt.Sprintf("sketch-%d", s.takes))))
		}
	}
	// One wallet's transactions depend on each other; so do those to one receiver.
	txs = append(txs, c.sign(t, 0, sessions[0].push(t, 1)), c.sign(t, 0, c.sendMsg(0, 1, 7)), c.sign(t, 2, c.sendMsg(2, 1, 7)))

	stale := *sessions[0]
	stale.head = "bafyreigdmqpykrgxyaxtlafqpqhzrb7qy2rh75nldvfd4tucqmqqme5yje"
	stranger := *sessions[3]
	stranger.wallet = 4
	return append(txs,
		c.sign(t, 0, stale.push(t, 1)),
		c.sign(t, 4, stranger.push(t, 1)),
		c.sign(t, 5, c.createSong(5, "demo")),
		c.sign(t, 6, c.sendMsg(6, 7, 10*testFunds)),
	)
}

// Pushes of different musicians must not touch a key that another reads: then each
// runs once, however many run at a time.
func TestPushesOfDifferentMusiciansRunOnce(t *testing.T) {
	const n = 64
	var runs atomic.Int64
	c := newTestChain(t, setup{wallets: n, options: parallel, wiring: wiring{blockExec: countRuns(&runs)}})
	var create, push [][]byte
	for i := range n {
		create = append(create, c.sign(t, i, c.createSong(i, "demo")))
	}
	c.block(t, create...)
	for i := range n {
		push = append(push, c.sign(t, i, c.session(i, c.songID(i, 0), "main").push(t, 12)))
	}
	runs.Store(0)
	for _, tx := range c.block(t, push...).TxResults {
		require.Zero(t, tx.Code, tx.Log)
	}
	require.Equal(t, int64(n), runs.Load(), "executions of %d pushes", n)
}

// countRuns counts how often transactions are executed, repetitions included.
func countRuns(n *atomic.Int64) []blockexec.Option {
	return []blockexec.Option{blockexec.WithRunnerWrap(func(r sdk.TxRunner) sdk.TxRunner { return countingRunner{r, n} })}
}

type countingRunner struct {
	sdk.TxRunner
	n *atomic.Int64
}

func (r countingRunner) Run(
	ctx context.Context, ms storetypes.MultiStore, txs [][]byte, deliver sdk.DeliverTxFunc,
) ([]*abci.ExecTxResult, error) {
	counted := func(tx []byte, decoded sdk.Tx, ms storetypes.MultiStore, i int, cache map[string]any) *abci.ExecTxResult {
		r.n.Add(1)
		return deliver(tx, decoded, ms, i, cache)
	}
	return r.TxRunner.Run(ctx, ms, txs, counted)
}

// BenchmarkBlock measures blocks of 500 transactions of as many wallets, without
// CheckTx and consensus. tx/s is the figure; runs/tx tells of conflicts.
func BenchmarkBlock(b *testing.B) {
	const n = 500
	executors := map[string]map[string]any{"sequential": sequential, "block-stm": {
		server.FlagBlockExecutor: serverconfig.BlockExecutorBlockSTM}}
	for _, executor := range []string{"sequential", "block-stm"} {
		for _, kind := range []string{"send", "push-12-stems", "respect", "comment"} {
			b.Run(kind+"/"+executor, func(b *testing.B) {
				var runs atomic.Int64
				c := newTestChain(b, setup{wallets: n, options: executors[executor], wiring: wiring{blockExec: countRuns(&runs)}})
				sessions := c.benchSongs(b)
				runs.Store(0)
				b.ResetTimer()
				for round := range b.N {
					b.StopTimer()
					txs := make([][]byte, n)
					for i := range n {
						txs[i] = c.sign(b, i, c.benchMsg(b, kind, sessions, round, i))
					}
					b.StartTimer()
					for _, tx := range c.block(b, txs...).TxResults {
						require.Zero(b, tx.Code, tx.Log)
					}
				}
				b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "tx/s")
				b.ReportMetric(float64(runs.Load())/float64(n*b.N), "runs/tx")
			})
		}
	}
}

// benchMsg is wallet i's message of a round. All respect or comment on one song of
// the round.
func (c *testChain) benchMsg(b *testing.B, kind string, sessions []*session, round, i int) sdk.Msg {
	n := len(c.wallets)
	song := sessions[round%n].song
	if i == round%n { // nobody respects a song of their own
		song = sessions[(round+n/2)%n].song
	}
	switch kind {
	case "send":
		return c.sendMsg(i, (i+1)%n, 1)
	case "respect":
		return c.respectMsg(i, song)
	case "comment":
		return c.commentMsg(i, song)
	default:
		return sessions[i].push(b, 12)
	}
}

// benchSongs gives every wallet a song.
func (c *testChain) benchSongs(b *testing.B) []*session {
	b.Helper()
	var create [][]byte
	var sessions []*session
	for i := range c.wallets {
		create = append(create, c.sign(b, i, c.createSong(i, "demo")))
		sessions = append(sessions, c.session(i, c.songID(i, 0), "main"))
	}
	for _, tx := range c.block(b, create...).TxResults {
		require.Zero(b, tx.Code, tx.Log)
	}
	return sessions
}
