package app

import (
	"errors"
	"io/fs"
	"path/filepath"
	"testing"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/baseapp"
	pruningtypes "github.com/cosmos/cosmos-sdk/store/v2/pruning/types"
)

// BenchmarkGrowth measures what 10,000 commits add for good to a node's application
// database on disk: pushes of one commit with 12 stems to 500 songs, blocks of 500,
// everything but the last states pruned, compacted before and after. Bytes of the
// database's files per commit, indexes and tree nodes included, are the figure.
func BenchmarkGrowth(b *testing.B) {
	const wallets, rounds = 500, 20
	for range b.N {
		dir := b.TempDir()
		db, err := dbm.NewGoLevelDB("application", dir, nil)
		require.NoError(b, err)
		c := newTestChain(b, setup{wallets: wallets, db: db, baseOpts: []func(*baseapp.BaseApp){
			baseapp.SetPruning(pruningtypes.NewPruningOptions(pruningtypes.PruningEverything)),
		}})
		sessions := c.benchSongs(b)
		round := func() {
			txs := make([][]byte, wallets)
			for i, s := range sessions {
				txs[i] = c.sign(b, i, s.push(b, 12))
			}
			for _, tx := range c.block(b, txs...).TxResults {
				require.Zero(b, tx.Code, tx.Log)
			}
		}
		settled := func() int64 {
			for range 2 * 10 { // past the pruning interval
				c.block(b)
			}
			require.NoError(b, db.ForceCompact(nil, nil))
			return folderBytes(b, dir)
		}
		round() // the songs' first heads are there before
		before := settled()
		for range rounds {
			round()
		}
		b.ReportMetric(float64(settled()-before)/(wallets*rounds), "bytes/commit")
		require.NoError(b, db.Close())
	}
}

func folderBytes(tb testing.TB, dir string) int64 {
	tb.Helper()
	var sum int64
	require.NoError(tb, filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return ignoreGone(err)
		}
		info, err := d.Info()
		if err == nil {
			sum += info.Size()
		}
		return ignoreGone(err)
	}))
	return sum
}

// ignoreGone lets a file be that the database removes while it is looked at.
func ignoreGone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
