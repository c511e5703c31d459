// Package worktree is the room between a song's folder on disk and the tree of
// a commit: what is in the folder, what changed, the folder as a tree, and a
// tree as a folder. docs/reference/song-folder.md says how a folder is read.
//
// Content goes through the Content interface, so that this package knows no
// block store and no network; ipfs, chain, sync and cli must not be imported.
// A tree comes from a stranger: nothing is written outside the song's folder,
// no link is followed, and what a checkout replaces is unmodified committed work
// or the caller has been told.
package worktree

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/repo"
)

// Content keeps and gives what files consist of. Its methods are called from
// several goroutines.
type Content interface {
	// Add stores all of r as a UnixFS file and returns its root and length.
	Add(ctx context.Context, r io.Reader) (cid.Cid, uint64, error)
	// Hash returns what Add would, storing nothing.
	Hash(ctx context.Context, r io.Reader) (cid.Cid, uint64, error)
	// Open reads a UnixFS file; every byte it gives is verified.
	Open(ctx context.Context, root cid.Cid) (io.ReadCloser, error)
	// Put stores a dag-cbor block.
	Put(ctx context.Context, block []byte) (cid.Cid, error)
	// Get returns a dag-cbor block, verified.
	Get(ctx context.Context, c cid.Cid) ([]byte, error)
	// Has says whether the block of that CID is stored here.
	Has(ctx context.Context, c cid.Cid) (bool, error)
	// Flush makes durable what was stored.
	Flush(ctx context.Context) error
}

// Worktree is the files of an open song folder.
type Worktree struct {
	repo    *repo.Repo
	content Content
	root    *os.Root
	workers int
	// caseless overrides, in tests, what is found out about the file system.
	caseless *bool
	// fault is called before each step of a checkout that changes the disk; tests
	// make it fail or panic there.
	fault func(step string) error
}

// Open opens the files of a song's folder. Close it when done.
func Open(r *repo.Repo, content Content) (*Worktree, error) {
	root, err := os.OpenRoot(r.Root())
	if err != nil {
		return nil, fmt.Errorf("open the song's folder: %w", err)
	}
	return &Worktree{
		repo:    r,
		content: content,
		root:    root,
		workers: max(2, runtime.GOMAXPROCS(0)),
		fault:   func(string) error { return nil },
	}, nil
}

// Close gives the folder back to the system.
func (w *Worktree) Close() error { return w.root.Close() }
