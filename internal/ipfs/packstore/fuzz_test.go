package packstore

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/ipfs/go-cid"
	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/ipfs/storetest"
)

// FuzzPack opens a store whose only pack is anything, under the name that makes
// its index believable: it must open, list, check and repair without a panic.
func FuzzPack(f *testing.F) {
	s := open(f, f.TempDir(), Options{})
	require.NoError(f, s.Put(f.Context(), storetest.Blocks(1, 3)...))
	require.NoError(f, s.Flush(f.Context()))
	for _, name := range packFiles(f, s.Dir()) {
		data, err := os.ReadFile(name)
		require.NoError(f, err)
		f.Add(data, uint(len(data)-indexHeadSize-3*indexEntrySize))
	}
	f.Fuzz(func(t *testing.T, data []byte, indexAt uint) {
		dir := t.TempDir()
		require.NoError(t, os.Mkdir(filepath.Join(dir, packsDir), 0o777))
		name := packName(data[min(indexAt, uint(len(data))):])
		require.NoError(t, os.WriteFile(filepath.Join(dir, packsDir, name), data, 0o666))
		s := open(t, dir, Options{})
		require.NoError(t, s.Keys(t.Context(), func(c cid.Cid) error {
			n, err := s.Size(t.Context(), c)
			require.NoError(t, err)
			require.GreaterOrEqual(t, n, 0)
			_, _ = s.Get(t.Context(), c)
			return nil
		}))
		_, err := s.Repair(t.Context(), nil)
		require.NoError(t, err)
		require.NoError(t, s.Check(t.Context(), func(p Problem) { t.Errorf("after repair: %v", p) }))
	})
}
