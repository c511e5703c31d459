package e2e

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// A proof is made for the day when nothing is left: the hub and the node have
// stopped, the chain's folder is gone, and a file still says who made what.
func TestProveAndForget(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	dir := t.TempDir()
	n, err := startNetwork(ctx, dir)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, n.stop()) })
	drummer := n.musicians(t, n.hub, "drummer")[0]
	ours := drummer.publishes("proven", band(910))
	first := ours.head()
	ours.records("drums.wav", take(911, 1))
	ours.does("commit", "-m", "tighter", "--role", "StudioMusician", "--instrument", "Drum Kit")
	ours.does("push")

	var made struct {
		File      string
		Statement struct{ Root struct{ Hash string } }
	}
	eventually(t, "the commit is in the state that a header carries", func() bool {
		return ours.run(ours.dir, "prove", "HEAD", "-o", "too-early.proof").code == 0
	})
	ours.json(&made, ours.dir, "prove", "HEAD", "-o", "drums.proof", "--from", "2", "--credit", drummer.address)
	trust := made.Statement.Root.Hash
	drummer.parrots(drummer.desk, "prove", first, "-o", "first.proof")
	require.Contains(t, ours.cannot(exitFailure, "prove", "HEAD", "-o", "drums.proof"), "exists")
	ours.records("drums.wav", take(912, 1))
	ours.does("commit", "-m", "not pushed")
	require.Contains(t, ours.cannot(exitRefused, "prove", "HEAD"), "is not on")

	require.NoError(t, n.stop())
	require.NoError(t, os.RemoveAll(n.node.home))
	reader := newcomer(t, "reader")
	says := reader.parrots(reader.desk, "verify", made.File, "--trust", trust)
	for _, what := range []string{drummer.address, "tighter", "Drum Kit", "drums.wav", "CC-BY-4.0", "since block", "confirmed it in block"} {
		require.Contains(t, says, what)
	}
	open := reader.run(reader.desk, "verify", filepath.Join(drummer.desk, "first.proof"))
	require.Zero(t, open.code)
	require.Contains(t, open.errors, "no header to trust")
	require.Equal(t, exitCorrupt, reader.run(reader.desk, "verify", filepath.Join(drummer.desk, "first.proof"), "--trust", trust).code)

	forged, err := os.ReadFile(made.File)
	require.NoError(t, err)
	forged[len(forged)/2] ^= 1
	path := filepath.Join(reader.desk, "forged.proof")
	require.NoError(t, os.WriteFile(path, forged, 0o644))
	require.Equal(t, exitCorrupt, reader.run(reader.desk, "verify", path, "--trust", trust).code)
}
