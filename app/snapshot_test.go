package app

import (
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/store/v2/snapshots"
	snapshottypes "github.com/cosmos/cosmos-sdk/store/v2/snapshots/types"
)

// A node that takes a snapshot of another's state goes on as that one does.
func TestStateSync(t *testing.T) {
	const interval = 10
	source := newTestChain(t, setup{wallets: 2, baseOpts: withSnapshots(t, interval)})
	source.addSongs(t)
	for source.LastBlockHeight() < interval {
		source.block(t)
	}
	snapshot := awaitSnapshot(t, source)
	require.Equal(t, uint64(interval), snapshot.Height)

	target := setup{baseOpts: withSnapshots(t, interval)}.build(t)
	offered, err := target.OfferSnapshot(&abci.RequestOfferSnapshot{Snapshot: snapshot, AppHash: source.LastCommitID().Hash})
	require.NoError(t, err)
	require.Equal(t, abci.ResponseOfferSnapshot_ACCEPT, offered.Result)
	for i := range snapshot.Chunks {
		chunk, err := source.LoadSnapshotChunk(&abci.RequestLoadSnapshotChunk{
			Height: snapshot.Height, Format: snapshot.Format, Chunk: i,
		})
		require.NoError(t, err)
		require.NotEmpty(t, chunk.Chunk)
		applied, err := target.ApplySnapshotChunk(&abci.RequestApplySnapshotChunk{Index: i, Chunk: chunk.Chunk})
		require.NoError(t, err)
		require.Equal(t, abci.ResponseApplySnapshotChunk_ACCEPT, applied.Result)
	}
	require.Equal(t, source.LastBlockHeight(), target.LastBlockHeight())
	require.Equal(t, source.LastCommitID(), target.LastCommitID())

	push := source.sign(t, 0, source.session(0, source.songID(0, 0), "verse").push(t, 2))
	want := source.block(t, push)
	require.Zero(t, want.TxResults[0].Code, want.TxResults[0].Log)
	got, err := target.FinalizeBlock(&abci.RequestFinalizeBlock{Height: source.LastBlockHeight(), Time: source.now, Txs: [][]byte{push}})
	require.NoError(t, err)
	require.Equal(t, want.AppHash, got.AppHash)
}

func withSnapshots(t *testing.T, interval uint64) []func(*baseapp.BaseApp) {
	t.Helper()
	store, err := snapshots.NewStore(dbm.NewMemDB(), t.TempDir())
	require.NoError(t, err)
	return []func(*baseapp.BaseApp){
		baseapp.SetSnapshot(store, snapshottypes.NewSnapshotOptions(interval, 2)),
	}
}

// awaitSnapshot returns the first snapshot. The node takes it beside its blocks.
func awaitSnapshot(t *testing.T, c *testChain) *abci.Snapshot {
	t.Helper()
	var found *abci.Snapshot
	require.Eventually(t, func() bool {
		list, err := c.ListSnapshots(&abci.RequestListSnapshots{})
		require.NoError(t, err)
		if len(list.Snapshots) > 0 {
			found = list.Snapshots[0]
		}
		return found != nil
	}, 2*time.Minute, 20*time.Millisecond)
	return found
}
