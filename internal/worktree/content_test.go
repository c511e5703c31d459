package worktree

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/ipfs/go-cid"
	"github.com/multiformats/go-multihash"
	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/repo"
)

// memory is a Content in memory. A file is one raw block whatever its length.
type memory struct {
	mu    sync.Mutex
	files map[cid.Cid][]byte
	reads atomic.Int64 // files read by Add and Hash
	open  func(cid.Cid) (io.ReadCloser, error)
}

func newMemory() *memory { return &memory{files: map[cid.Cid][]byte{}} }

func rawCID(data []byte) cid.Cid {
	sum := sha256.Sum256(data)
	mh, err := multihash.Encode(sum[:], multihash.SHA2_256)
	if err != nil {
		panic(err)
	}
	return cid.NewCidV1(cid.Raw, mh)
}

func (m *memory) Hash(_ context.Context, r io.Reader) (cid.Cid, uint64, error) {
	m.reads.Add(1)
	data, err := io.ReadAll(r)
	return rawCID(data), uint64(len(data)), err
}

func (m *memory) Add(_ context.Context, r io.Reader) (cid.Cid, uint64, error) {
	m.reads.Add(1)
	data, err := io.ReadAll(r)
	if err != nil {
		return cid.Undef, 0, err
	}
	return m.put(rawCID(data), data), uint64(len(data)), nil
}

func (m *memory) put(c cid.Cid, data []byte) cid.Cid {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.files[c] = data
	return c
}

func (m *memory) Put(_ context.Context, block []byte) (cid.Cid, error) {
	return m.put(object.CIDOf(block), block), nil
}

func (m *memory) Get(_ context.Context, c cid.Cid) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	data, ok := m.files[c]
	if !ok {
		return nil, fmt.Errorf("no block %s", c)
	}
	return data, nil
}

func (m *memory) Open(ctx context.Context, c cid.Cid) (io.ReadCloser, error) {
	if m.open != nil {
		return m.open(c)
	}
	data, err := m.Get(ctx, c)
	return io.NopCloser(bytes.NewReader(data)), err
}

func (m *memory) Has(_ context.Context, c cid.Cid) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, ok := m.files[c]
	return ok, nil
}

func (m *memory) Flush(context.Context) error { return nil }

// song is a song's folder with its content in memory.
type song struct {
	*Worktree
	t    testing.TB
	mem  *memory
	root string
}

func newSong(t testing.TB, files map[string]string) *song {
	t.Helper()
	return newSongWith(t, newMemory(), files)
}

func newSongWith(t testing.TB, mem *memory, files map[string]string) *song {
	t.Helper()
	root := t.TempDir()
	r, err := repo.Init(root, repo.Config{Name: "song"})
	require.NoError(t, err)
	w, err := Open(r, mem)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	s := &song{w, t, mem, root}
	s.write(files)
	return s
}

func (s *song) write(files map[string]string) {
	s.t.Helper()
	for name, content := range files {
		p := filepath.Join(s.root, filepath.FromSlash(name))
		require.NoError(s.t, os.MkdirAll(filepath.Dir(p), 0o755))
		require.NoError(s.t, os.WriteFile(p, []byte(content), 0o644))
	}
}

func (s *song) remove(names ...string) {
	s.t.Helper()
	for _, name := range names {
		require.NoError(s.t, os.RemoveAll(filepath.Join(s.root, filepath.FromSlash(name))))
	}
}

func (s *song) snapshot(base object.Tree) object.Tree {
	s.t.Helper()
	snap, err := s.Snapshot(s.t.Context(), SnapshotOptions{Base: base})
	require.NoError(s.t, err)
	return snap.Tree
}

func (s *song) status(base object.Tree) Status {
	s.t.Helper()
	st, err := s.Status(s.t.Context(), base)
	require.NoError(s.t, err)
	return st
}

// problems returns the paths that a snapshot refuses.
func (s *song) problems() []string {
	s.t.Helper()
	_, err := s.Snapshot(s.t.Context(), SnapshotOptions{})
	var e *ProblemsError
	if !errors.As(err, &e) {
		require.NoError(s.t, err)
		return nil
	}
	var paths []string
	for _, p := range e.Problems {
		require.NotEmpty(s.t, p.Reason)
		require.NotEmpty(s.t, p.Advice)
		paths = append(paths, p.Path)
	}
	return paths
}

func (s *song) checkout(base, target object.Tree) {
	s.t.Helper()
	_, err := s.Checkout(s.t.Context(), target, CheckoutOptions{Base: base})
	require.NoError(s.t, err)
}

// files returns the folder's files, without the tool's own.
func (s *song) files() map[string]string {
	s.t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(s.root, func(p string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && d.Name() == repo.DirName {
			return filepath.SkipDir
		}
		if d.Type().IsRegular() {
			data, err := os.ReadFile(p)
			if err != nil {
				return err
			}
			rel, err := filepath.Rel(s.root, p)
			if err != nil {
				return err
			}
			out[filepath.ToSlash(rel)] = string(data)
		}
		return nil
	})
	require.NoError(s.t, err)
	return out
}

func paths(t object.Tree) []string {
	var out []string
	for _, e := range t.Entries {
		out = append(out, e.Path)
	}
	return out
}
