package packstore

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/ipfs"
	"github.com/parrots-music/parrots/internal/ipfs/storetest"
)

func TestConformance(t *testing.T) {
	for name, opts := range map[string]Options{
		"default packs": {},
		"tiny packs":    {PackSize: 10_000},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Run(t, func(t *testing.T) ipfs.Store { return open(t, t.TempDir(), opts) })
		})
	}
}

func open(t testing.TB, dir string, opts Options) *Store {
	t.Helper()
	s, err := Open(dir, opts)
	require.NoError(t, err)
	t.Cleanup(func() { s.Close() })
	return s
}
