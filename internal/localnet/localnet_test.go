package localnet

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/testports"
)

func TestPortInUse(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	port := l.Addr().(*net.TCPAddr).Port
	_, err = Start(context.Background(), Config{Dir: t.TempDir(), FirstPort: port})
	require.ErrorIs(t, err, ErrPort)
	require.ErrorContains(t, err, "for the node's RPC")
}

func TestPortHeldByAnEarlierStart(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	dir := t.TempDir()
	left, err := start(filepath.Join(dir, "node.log"), nil, "sleep", "60")
	if errors.Is(err, ErrTool) {
		t.Skip("there is no sleep on this system")
	}
	require.NoError(t, err)
	cfg := Config{Dir: dir, FirstPort: l.Addr().(*net.TCPAddr).Port}
	_, err = Start(context.Background(), cfg)
	require.ErrorIs(t, err, ErrPort)
	require.ErrorContains(t, err, fmt.Sprint("processes are ", left.cmd.Process.Pid))
	require.NoError(t, left.stop())
	_, err = Start(context.Background(), cfg)
	require.ErrorIs(t, err, ErrPort)
	require.NotContains(t, err.Error(), "processes")
}

// somePorts are six that are free.
func somePorts(t *testing.T) int {
	ports, err := testports.Take(6)
	require.NoError(t, err)
	return ports[0]
}

func TestFolderOfSomethingElse(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "notes.txt"), nil, 0o600))
	_, err := Start(context.Background(), Config{Dir: dir, FirstPort: somePorts(t)})
	require.ErrorIs(t, err, ErrState)

	require.NoError(t, os.WriteFile(filepath.Join(dir, "localnet.json"), []byte(`{"version":99}`), 0o600))
	_, err = Start(context.Background(), Config{Dir: dir, FirstPort: somePorts(t)})
	require.ErrorIs(t, err, ErrState)
}

func TestMissingProgram(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "net")
	_, err := Start(context.Background(), Config{
		Dir: dir, FirstPort: somePorts(t), Parrots: filepath.Join(dir, "no-parrots"),
	})
	require.ErrorIs(t, err, ErrTool)
}

func TestStems(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, writeStems(dir, songStems))
	require.NoError(t, writeStem(newGuitar, dir))
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 4)
}

func TestQuoted(t *testing.T) {
	require.Equal(t, `commit -m "first take" --yes`, quoted([]string{"commit", "-m", "first take", "--yes"}))
}
