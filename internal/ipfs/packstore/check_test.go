package packstore

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/ipfs"
	"github.com/parrots-music/parrots/internal/ipfs/storetest"
)

func problems(t *testing.T, s *Store) []Problem {
	t.Helper()
	var found []Problem
	require.NoError(t, s.Check(t.Context(), func(p Problem) { found = append(found, p) }))
	return found
}

func filled(t *testing.T, n int) (*Store, []ipfs.Block) {
	t.Helper()
	s := open(t, t.TempDir(), Options{})
	blocks := storetest.Blocks(1, n)
	require.NoError(t, s.Put(t.Context(), blocks...))
	require.NoError(t, s.Flush(t.Context()))
	return s, blocks
}

func TestDamagedBlockIsNoticedAndRepaired(t *testing.T) {
	s, blocks := filled(t, 20)
	require.Empty(t, problems(t, s))
	bad := blocks[7]
	damage(t, s, bad.CID())

	_, err := s.Get(t.Context(), bad.CID())
	require.ErrorIs(t, err, ipfs.ErrCorrupt)
	var corrupt *ipfs.CorruptError
	require.ErrorAs(t, err, &corrupt)
	require.Equal(t, bad.CID(), corrupt.CID)
	require.NotEmpty(t, corrupt.Where)

	found := problems(t, s)
	require.Len(t, found, 1)
	require.Equal(t, bad.CID(), found[0].CID)
	require.ErrorIs(t, found[0].Err, ipfs.ErrCorrupt)

	done, err := s.Repair(t.Context(), nil)
	require.NoError(t, err)
	require.Equal(t, 1, done.Packs)
	require.Equal(t, 19, done.Saved)
	require.Len(t, done.Lost, 1)
	require.Empty(t, problems(t, s))
	requireAbsent(t, s, []ipfs.Block{bad})
	requireBlocks(t, s, append(blocks[:7:7], blocks[8:]...))
	require.NoError(t, s.Put(t.Context(), bad)) // it can come back
	requireBlocks(t, s, blocks)
}

func TestRepairFetchesWhatIsDamaged(t *testing.T) {
	s, blocks := filled(t, 20)
	elsewhere := ipfs.NewMemStore()
	require.NoError(t, elsewhere.Put(t.Context(), blocks...))
	damage(t, s, blocks[3].CID())
	done, err := s.Repair(t.Context(), elsewhere)
	require.NoError(t, err)
	require.Equal(t, 1, done.Fetched)
	require.Empty(t, done.Lost)
	requireBlocks(t, open(t, s.Dir(), Options{}), blocks)
}

// TestDamagedTwin has a block in two packs, as two processes at once make them.
func TestDamagedTwin(t *testing.T) {
	dir := t.TempDir()
	one, two := open(t, dir, Options{}), open(t, dir, Options{})
	blocks := storetest.Blocks(1, 4)
	require.NoError(t, one.Put(t.Context(), blocks...))
	require.NoError(t, two.Put(t.Context(), blocks[1:]...))
	require.NoError(t, one.Flush(t.Context()))
	require.NoError(t, two.Flush(t.Context()))
	s := open(t, dir, Options{})
	damage(t, s, blocks[2].CID())
	done, err := s.Repair(t.Context(), nil)
	require.NoError(t, err)
	require.Empty(t, done.Lost)
	requireBlocks(t, s, blocks)
	requireBlocks(t, open(t, dir, Options{}), blocks)
}

func TestDamagedPackStopsCollectAndCompact(t *testing.T) {
	s, _ := filled(t, 5)
	path := packFiles(t, s.Dir())[0]
	flip(t, path, dataStart+20) // the first section's head,
	flip(t, path, 3)            // and the header, so that nothing is found
	for i := range uint64(manySmallPacks) {
		require.NoError(t, s.Put(t.Context(), storetest.Blocks(100+i, 1)...))
		require.NoError(t, s.Flush(t.Context()))
	}
	s = open(t, s.Dir(), Options{})
	require.NoError(t, s.Put(t.Context(), storetest.Blocks(99, 1)...))
	require.NoError(t, s.Flush(t.Context()))
	before := packFiles(t, s.Dir())
	_, err := s.Collect(t.Context(), 0, roots())
	require.ErrorIs(t, err, ipfs.ErrCorrupt)
	_, err = s.Compact(t.Context())
	require.ErrorIs(t, err, ipfs.ErrCorrupt)
	require.Equal(t, before, packFiles(t, s.Dir()))
}

func TestFailedRepairLosesNothing(t *testing.T) {
	s, blocks := filled(t, 20)
	damage(t, s, blocks[7].CID())
	full := open(t, s.Dir(), Options{create: (&disk{room: 500}).create})
	_, err := full.Repair(t.Context(), nil)
	require.ErrorIs(t, err, ipfs.ErrDiskFull)
	s = open(t, s.Dir(), Options{})
	requireBlocks(t, s, append(blocks[:7:7], blocks[8:]...))
}

// TestDamagedPack damages everything that is not a block.
func TestDamagedPack(t *testing.T) {
	for name, hurt := range map[string]func(t *testing.T, path string, size int64){
		"pragma":          func(t *testing.T, path string, _ int64) { flip(t, path, 3) },
		"header":          func(t *testing.T, path string, _ int64) { flip(t, path, pragmaSize+25) },
		"index head":      func(t *testing.T, path string, size int64) { flip(t, path, size-20*indexEntrySize-5) },
		"index entry":     func(t *testing.T, path string, size int64) { flip(t, path, size-1) },
		"index cut short": func(t *testing.T, path string, size int64) { require.NoError(t, os.Truncate(path, size-100)) },
		"index gone": func(t *testing.T, path string, size int64) {
			require.NoError(t, os.Truncate(path, size-20*indexEntrySize-indexHeadSize))
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, blocks := filled(t, 20)
			path := packFiles(t, s.Dir())[0]
			info, err := os.Stat(path)
			require.NoError(t, err)
			hurt(t, path, info.Size())

			s = open(t, s.Dir(), Options{})
			requireBlocks(t, s, blocks) // found by reading the payload
			require.NotEmpty(t, problems(t, s))
			done, err := s.Repair(t.Context(), nil)
			require.NoError(t, err)
			require.Equal(t, len(blocks), done.Saved)
			require.Empty(t, problems(t, s))
			requireBlocks(t, s, blocks)
		})
	}
}

func TestPackCutShortKeepsItsHead(t *testing.T) {
	s, blocks := filled(t, 20)
	path := packFiles(t, s.Dir())[0]
	at, err := s.find(blocks[10].CID())
	require.NoError(t, err)
	require.NoError(t, os.Truncate(path, dataStart+int64(at.offset)+3))
	s = open(t, s.Dir(), Options{})
	requireBlocks(t, s, blocks[:10])
	requireAbsent(t, s, blocks[10:])
	_, err = s.Repair(t.Context(), nil)
	require.NoError(t, err)
	require.Empty(t, problems(t, s))
	requireBlocks(t, s, blocks[:10])
}

func TestForeignFilesAreLeftAlone(t *testing.T) {
	s, blocks := filled(t, 3)
	note := filepath.Join(s.Dir(), packsDir, "note.txt")
	require.NoError(t, os.WriteFile(note, []byte("mine"), 0o600))
	empty := filepath.Join(s.Dir(), packsDir, "empty.car")
	require.NoError(t, os.WriteFile(empty, nil, 0o600))
	s = open(t, s.Dir(), Options{})
	requireBlocks(t, s, blocks)
	_, err := s.Repair(t.Context(), nil)
	require.NoError(t, err)
	require.FileExists(t, note)
	require.NoFileExists(t, empty)
	requireBlocks(t, s, blocks)
}
