package app

import (
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	socialkeeper "github.com/parrots-music/parrots/x/social/keeper"
	socialtypes "github.com/parrots-music/parrots/x/social/types"
)

func (c *testChain) respectMsg(i int, song string) sdk.Msg {
	return &socialtypes.MsgRespect{Wallet: c.wallets[i].address.String(), SongId: song}
}

func (c *testChain) commentMsg(i int, song string) sdk.Msg {
	return &socialtypes.MsgComment{
		Author: c.wallets[i].address.String(), SongId: song, Body: "The snare is late in the second verse",
		Place: socialtypes.Place{Stem: "stem01.wav", Timed: true, Position: 92 * 705_600_000},
	}
}

// talk is a block in which all wallets respect, comment on and follow the same, and
// two transactions fail.
func (c *testChain) talk(t *testing.T, song string) [][]byte {
	t.Helper()
	const names = "aefhkstuxy" // no two of which look alike
	owner := c.wallets[0].address.String()
	var txs [][]byte
	for i := 1; i < len(c.wallets); i++ {
		wallet := c.wallets[i].address.String()
		txs = append(txs, c.sign(t, i, c.respectMsg(i, song), c.commentMsg(i, song),
			&socialtypes.MsgFollow{Wallet: wallet, Followee: owner},
			&socialtypes.MsgSetProfile{Wallet: wallet, Username: fmt.Sprintf("wallet-%c%c", names[i/10], names[i%10])}))
	}
	return append(txs, c.sign(t, 1, c.respectMsg(1, song)), c.sign(t, 0, c.respectMsg(0, song)))
}

// A thousand wallets that respect one song in one block run once each, and beside
// each other: nobody writes what another reads. So do as many that comment on it.
func TestThousandRespectsOfOneSongRunOnce(t *testing.T) {
	const n = 1001
	var runs atomic.Int64
	c := newTestChain(t, setup{wallets: n, options: parallel, wiring: wiring{blockExec: countRuns(&runs)}})
	require.Zero(t, c.deliver(t, 0, c.createSong(0, "demo")).Code)
	song := c.songID(0, 0)
	require.Zero(t, c.deliver(t, 0, c.session(0, song, "main").push(t, 2)).Code)
	for _, msg := range []func(int, string) sdk.Msg{c.respectMsg, c.commentMsg} {
		txs := make([][]byte, 0, n-1)
		for i := 1; i < n; i++ {
			txs = append(txs, c.sign(t, i, msg(i, song)))
		}
		runs.Store(0)
		for _, tx := range c.block(t, txs...).TxResults {
			require.Zero(t, tx.Code, tx.Log)
		}
		require.Equal(t, int64(n-1), runs.Load(), "executions of %d transactions", n-1)
	}
	counts, err := socialkeeper.NewQueryServer(c.SocialKeeper).Song(c.context(), &socialtypes.QuerySongRequest{SongId: song})
	require.NoError(t, err)
	require.Equal(t, &socialtypes.QuerySongResponse{Respects: n - 1, Comments: n - 1}, counts)
	require.NoError(t, c.SocialKeeper.CheckInvariants(c.context()))
}
