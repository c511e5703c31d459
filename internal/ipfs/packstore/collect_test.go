package packstore

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/ipfs/go-cid"
	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/ipfs"
	"github.com/parrots-music/parrots/internal/ipfs/storetest"
)

func roots(cs ...cid.Cid) func(context.Context) ([]cid.Cid, error) {
	return func(context.Context) ([]cid.Cid, error) { return cs, nil }
}

func requireComplete(t *testing.T, s *Store, roots ...cid.Cid) {
	t.Helper()
	missing, err := ipfs.Missing(t.Context(), s, ipfs.Bounds{}, roots...)
	require.NoError(t, err)
	require.Empty(t, missing)
}

func TestCollectKeepsWhatRootsReach(t *testing.T) {
	ctx := t.Context()
	dir := t.TempDir()
	s := open(t, dir, Options{PackSize: 4 << 20})
	history := storetest.Song(t, s, 4, 3, 1<<20)
	garbage := storetest.Blocks(1, 60)
	require.NoError(t, s.Put(ctx, garbage...))

	reader := open(t, dir, Options{}) // has the old packs in its index
	requireComplete(t, reader, history[3])

	done, err := s.Collect(ctx, 0, roots(history[3]))
	require.NoError(t, err)
	require.Equal(t, len(garbage), done.Blocks)
	require.Less(t, done.After, done.Before)
	requireComplete(t, s, history[3])
	requireAbsent(t, s, garbage)
	requireComplete(t, reader, history[3])
	requireComplete(t, open(t, dir, Options{}), history[3])
	require.EqualValues(t, done.After, diskUse(t, dir))

	again, err := s.Collect(ctx, 0, roots(history[3]))
	require.NoError(t, err)
	require.Zero(t, again.Blocks)
	require.LessOrEqual(t, again.After, done.After)

	_, err = s.Collect(ctx, 0, roots(history[0])) // the oldest commit alone
	require.NoError(t, err)
	requireComplete(t, s, history[0])
	ok, err := s.Has(ctx, history[3])
	require.NoError(t, err)
	require.False(t, ok)

	_, err = s.Collect(ctx, 0, roots())
	require.NoError(t, err)
	require.Empty(t, packFiles(t, dir))
}

func diskUse(t *testing.T, dir string) int64 {
	t.Helper()
	var n int64
	for _, name := range packFiles(t, dir) {
		info, err := os.Stat(name)
		require.NoError(t, err)
		n += info.Size()
	}
	return n
}

func TestCollectMergesSmallPacks(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{})
	var all []cid.Cid
	for i := range 20 {
		all = append(all, storetest.Song(t, s, 1, 1, int64(1000+i))...)
	}
	require.Len(t, packFiles(t, dir), 20)
	_, err := s.Collect(t.Context(), 0, roots(all...))
	require.NoError(t, err)
	require.Len(t, packFiles(t, dir), 1)
	requireComplete(t, open(t, dir, Options{}), all...)
}

func TestCompactMergesOnceThereAreMany(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{})
	var all []ipfs.Block
	for i := range manySmallPacks {
		_, err := s.Compact(t.Context())
		require.NoError(t, err)
		require.Len(t, packFiles(t, dir), i)
		blocks := storetest.Blocks(uint64(i), 3)
		require.NoError(t, s.Put(t.Context(), blocks...))
		require.NoError(t, s.Flush(t.Context()))
		all = append(all, blocks...)
	}
	release, err := s.Hold(t.Context())
	require.NoError(t, err)
	_, err = s.Compact(t.Context()) // somebody holds: nothing happens
	require.NoError(t, err)
	require.Len(t, packFiles(t, dir), manySmallPacks)
	release()
	_, err = open(t, dir, Options{}).Compact(t.Context()) // who only reads does nothing
	require.NoError(t, err)
	require.Len(t, packFiles(t, dir), manySmallPacks)
	_, err = s.Compact(t.Context())
	require.NoError(t, err)
	require.Len(t, packFiles(t, dir), 1)
	requireBlocks(t, open(t, dir, Options{}), all)
}

func TestCollectSparesTheYoung(t *testing.T) {
	now := time.Now()
	s := open(t, t.TempDir(), Options{Now: func() time.Time { return now }})
	blocks := storetest.Blocks(2, 5)
	require.NoError(t, s.Put(t.Context(), blocks...))
	_, err := s.Collect(t.Context(), time.Hour, roots())
	require.NoError(t, err)
	requireBlocks(t, s, blocks)
	now = now.Add(2 * time.Hour)
	_, err = s.Collect(t.Context(), time.Hour, roots())
	require.NoError(t, err)
	requireAbsent(t, s, blocks)
}

// TestCollectWaitsForWriters has another handle, as another process would, find
// a stem that is garbage so far, and refer to it from a new commit.
func TestCollectWaitsForWriters(t *testing.T) {
	ctx := t.Context()
	dir := t.TempDir()
	s, other := open(t, dir, Options{}), open(t, dir, Options{})
	stem := storetest.Blocks(3, 1)[0]
	require.NoError(t, s.Put(ctx, stem))
	require.NoError(t, s.Flush(ctx))

	release, err := other.Hold(ctx)
	require.NoError(t, err)
	ok, err := other.Has(ctx, stem.CID())
	require.NoError(t, err)
	require.True(t, ok)

	brief, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
	defer cancel()
	_, err = s.Collect(brief, 0, roots())
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.ErrorContains(t, err, "in use")

	recorded := make(chan cid.Cid, 1)
	collected := make(chan error, 1)
	go func() {
		_, err := s.Collect(ctx, 0, func(context.Context) ([]cid.Cid, error) { return []cid.Cid{<-recorded}, nil })
		collected <- err
	}()
	time.Sleep(50 * time.Millisecond)
	recorded <- stem.CID()
	release()
	require.NoError(t, <-collected)
	requireBlocks(t, s, []ipfs.Block{stem})
}

// TestPutAfterCollectElsewhere puts a block that the handle knew, and that
// another one has collected since.
func TestPutAfterCollectElsewhere(t *testing.T) {
	dir := t.TempDir()
	s, other := open(t, dir, Options{}), open(t, dir, Options{})
	blocks := storetest.Blocks(5, 5)
	require.NoError(t, s.Put(t.Context(), blocks...))
	require.NoError(t, s.Flush(t.Context()))
	requireBlocks(t, other, blocks)
	_, err := s.Collect(t.Context(), 0, roots())
	require.NoError(t, err)
	require.NoError(t, other.Put(t.Context(), blocks...))
	require.NoError(t, other.Flush(t.Context()))
	requireBlocks(t, open(t, dir, Options{}), blocks)
}

// TestCollectAmongWriters runs Collect over and over while others put and flush.
func TestCollectAmongWriters(t *testing.T) {
	s := open(t, t.TempDir(), Options{PackSize: 50_000})
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := range 20 {
				blocks := storetest.Blocks(uint64(w*100+i), 4)
				release, err := s.Hold(t.Context())
				if err == nil {
					err = errors.Join(s.Put(t.Context(), blocks...), s.Flush(t.Context()))
				}
				if err != nil {
					t.Error(err)
					return
				}
				requireBlocks(t, s, blocks)
				release()
			}
		})
	}
	for range 10 {
		_, err := s.Collect(t.Context(), 0, roots())
		require.NoError(t, err)
	}
	wg.Wait()
}

func TestCollectRefusesToGuess(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	history := storetest.Song(t, s, 1, 2, 1<<20)
	garbage := storetest.Blocks(4, 3)
	require.NoError(t, s.Put(t.Context(), garbage...))
	require.NoError(t, s.Flush(t.Context()))
	damage(t, s, history[0])
	_, err := s.Collect(t.Context(), 0, roots(history[0]))
	require.ErrorIs(t, err, ipfs.ErrCorrupt)
	requireBlocks(t, s, garbage)

	// Repaired without a source the commit is missing, and its audio looks like garbage.
	_, err = s.Repair(t.Context(), nil)
	require.NoError(t, err)
	before := diskUse(t, s.Dir())
	_, err = s.Collect(t.Context(), 0, roots(history[0]))
	require.ErrorIs(t, err, ipfs.ErrNotFound)
	require.Equal(t, before, diskUse(t, s.Dir()))
}

// damage flips a bit of a stored block and returns its pack's path.
func damage(t *testing.T, s *Store, c cid.Cid) string {
	t.Helper()
	at, err := s.find(c)
	require.NoError(t, err)
	path := filepath.Join(s.dir, packsDir, at.pack.name)
	flip(t, path, dataStart+int64(at.offset)+int64(at.length)-1)
	return path
}

func flip(t *testing.T, path string, at int64) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	require.NoError(t, err)
	b := []byte{0}
	_, err = f.ReadAt(b, at)
	require.NoError(t, err)
	b[0] ^= 0x10
	_, err = f.WriteAt(b, at)
	require.NoError(t, err)
	require.NoError(t, f.Close())
}
