package packstore

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/ipfs"
	"github.com/parrots-music/parrots/internal/ipfs/storetest"
)

// disk is a disk that can be full and that writes down what is asked of it.
type disk struct {
	mu     sync.Mutex
	room   int64 // bytes until it is full
	events []string
	atSync func()
}

func (d *disk) create(path string) (file, error) {
	f, err := createFile(path)
	if err != nil {
		return nil, err
	}
	return &diskFile{file: f, disk: d}, nil
}

type diskFile struct {
	file
	disk *disk
}

func (f *diskFile) WriteAt(b []byte, at int64) (int, error) {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	f.disk.events = append(f.disk.events, "write")
	fits := min(int64(len(b)), f.disk.room)
	n, err := f.file.WriteAt(b[:fits], at)
	f.disk.room -= int64(n)
	if err == nil && n < len(b) {
		err = &os.PathError{Op: "write", Path: "pack", Err: syscall.ENOSPC}
	}
	return n, err
}

func (f *diskFile) Sync() error {
	f.disk.mu.Lock()
	f.disk.events = append(f.disk.events, "sync")
	f.disk.mu.Unlock()
	if f.disk.atSync != nil {
		f.disk.atSync()
	}
	return f.file.Sync()
}

func packFiles(t testing.TB, dir string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, packsDir, "*"+packExt))
	require.NoError(t, err)
	return names
}

func TestPackIsSyncedBeforeItHasItsName(t *testing.T) {
	dir := t.TempDir()
	d := &disk{room: 1 << 30}
	d.atSync = func() { require.Empty(t, packFiles(t, dir)) }
	s := open(t, dir, Options{create: d.create})
	require.NoError(t, s.Put(t.Context(), storetest.Blocks(1, 20)...))
	require.NoError(t, s.Flush(t.Context()))
	require.Len(t, packFiles(t, dir), 1)
	require.Equal(t, "sync", d.events[len(d.events)-1], "nothing is written after the sync")
}

func TestFullDiskLosesNothing(t *testing.T) {
	ctx := t.Context()
	dir := t.TempDir()
	safe := storetest.Blocks(1, 30)
	d := &disk{room: 1 << 30}
	s, err := Open(dir, Options{create: d.create, PackSize: 100_000})
	require.NoError(t, err)
	require.NoError(t, s.Put(ctx, safe...))
	require.NoError(t, s.Flush(ctx))

	more := storetest.Blocks(2, 40)
	require.NoError(t, s.Put(ctx, more[:5]...))
	d.room = 100 // not even an index fits
	err = s.Put(ctx, more[5:]...)
	require.ErrorIs(t, err, ipfs.ErrDiskFull)
	require.ErrorContains(t, err, "no space left on the disk")
	require.ErrorIs(t, s.Flush(ctx), ipfs.ErrDiskFull)
	requireBlocks(t, s, append(safe, more[:5]...)) // while the process lives

	d.room = 1 << 30 // somebody made room
	require.NoError(t, s.Put(ctx, more...))
	require.NoError(t, s.Flush(ctx))
	require.NoError(t, s.Close())
	requireBlocks(t, open(t, dir, Options{}), append(safe, more...))
}

func TestFullDiskUntilTheEnd(t *testing.T) {
	ctx := t.Context()
	dir := t.TempDir()
	d := &disk{room: 1 << 30}
	s, err := Open(dir, Options{create: d.create})
	require.NoError(t, err)
	blocks := storetest.Blocks(3, 20)
	require.NoError(t, s.Put(ctx, blocks...))
	d.room = 0
	require.ErrorIs(t, s.Close(), ipfs.ErrDiskFull)

	again := open(t, dir, Options{}) // the next writer salvages
	require.NoError(t, again.Put(ctx, storetest.Blocks(4, 1)...))
	requireBlocks(t, again, blocks)
	require.NoError(t, again.Flush(ctx))
	requireBlocks(t, open(t, dir, Options{}), blocks)
}

func TestReadOnlyFolder(t *testing.T) {
	dir := t.TempDir()
	blocks := storetest.Blocks(5, 10)
	s := open(t, dir, Options{})
	require.NoError(t, s.Put(t.Context(), blocks...))
	require.NoError(t, s.Close())

	refuse := func(string) (file, error) { return nil, &os.PathError{Op: "open", Path: dir, Err: syscall.EROFS} }
	ro := open(t, dir, Options{create: refuse})
	requireBlocks(t, ro, blocks)
	err := ro.Put(t.Context(), storetest.Blocks(6, 1)...)
	require.ErrorIs(t, err, syscall.EROFS)
	require.NoError(t, ro.Flush(t.Context()))
	requireBlocks(t, ro, blocks)
}

func TestFlushStopsWithItsContext(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	b := storetest.Blocks(7, 1)
	require.NoError(t, s.Put(t.Context(), b...))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, s.Flush(ctx), context.Canceled)
	require.NoError(t, s.Flush(t.Context()))
	requireBlocks(t, open(t, s.Dir(), Options{}), b)
}

func requireBlocks(t *testing.T, s *Store, blocks []ipfs.Block) {
	t.Helper()
	for _, b := range blocks {
		got, err := s.Get(t.Context(), b.CID())
		require.NoError(t, err)
		require.Equal(t, b.Data(), got.Data())
	}
}

func requireAbsent(t *testing.T, s *Store, blocks []ipfs.Block) {
	t.Helper()
	for _, b := range blocks {
		_, err := s.Get(t.Context(), b.CID())
		require.True(t, errors.Is(err, ipfs.ErrNotFound), "%v", err)
	}
}
