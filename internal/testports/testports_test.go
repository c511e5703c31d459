package testports

import (
	"net"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPortsAreGivenOnce(t *testing.T) {
	seen := map[int]bool{}
	for range 100 {
		ports, err := Take(6)
		require.NoError(t, err)
		require.Len(t, ports, 6)
		for i, port := range ports {
			require.Equal(t, ports[0]+i, port)
			require.False(t, seen[port])
			seen[port] = true
		}
	}
}

func TestAPortInUseIsNotGiven(t *testing.T) {
	ports, err := Take(1)
	require.NoError(t, err)
	l, err := net.Listen("tcp", Loopback(ports[0]))
	require.NoError(t, err)
	defer l.Close()
	delete(taken, ports[0]) // as another process sees it
	dir := t.TempDir()
	locks, err := lock(dir, ports[0], 1)
	require.NoError(t, err)
	require.Nil(t, locks)
	require.FileExists(t, filepath.Join(dir, strconv.Itoa(ports[0])))
	require.NoError(t, os.Remove(filepath.Join(dir, strconv.Itoa(ports[0]))), "and its lock is let go")
}
