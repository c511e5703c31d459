package sync

import (
	"context"
	"io"
	"sync/atomic"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/ipfs"
)

// stored is the block store as package worktree sees it.
type stored struct {
	blocks   Blocks
	progress Progress
	// added counts the bytes that were read, new or not.
	added *atomic.Int64
}

// Add stores a file.
func (c stored) Add(ctx context.Context, r io.Reader) (cid.Cid, uint64, error) {
	return c.add(ctx, c.blocks, r)
}

// Hash computes a file's CID and stores nothing.
func (c stored) Hash(ctx context.Context, r io.Reader) (cid.Cid, uint64, error) {
	return c.add(ctx, ipfs.Discard, r)
}

func (c stored) add(ctx context.Context, sink ipfs.Sink, r io.Reader) (cid.Cid, uint64, error) {
	added, err := ipfs.Add(ctx, sink, &counted{r, c})
	return added.CID, uint64(added.Size), err
}

// Open reads a file, verified.
func (c stored) Open(ctx context.Context, root cid.Cid) (io.ReadCloser, error) {
	f, err := ipfs.Open(ctx, c.blocks, root)
	if err != nil {
		return nil, err
	}
	return file{f, c}, nil
}

// file is a file that is read from the store, in parts or all at once.
type file struct {
	*ipfs.File
	c stored
}

// Read reads some of it.
func (f file) Read(p []byte) (int, error) {
	n, err := f.File.Read(p)
	f.c.count(n)
	return n, err
}

// WriteTo writes the rest of it, whose blocks are fetched and verified ahead.
func (f file) WriteTo(w io.Writer) (int64, error) { return f.File.WriteTo(&written{w, f.c}) }

// written counts what goes through it.
type written struct {
	w io.Writer
	c stored
}

func (w *written) Write(p []byte) (int, error) {
	n, err := w.w.Write(p)
	w.c.count(n)
	return n, err
}

// Put stores an object.
func (c stored) Put(ctx context.Context, data []byte) (cid.Cid, error) {
	block, err := ipfs.NewBlock(ipfs.CodecDagCBOR, data)
	if err != nil {
		return cid.Undef, err
	}
	return block.CID(), c.blocks.Put(ctx, block)
}

// Get reads an object, verified.
func (c stored) Get(ctx context.Context, id cid.Cid) ([]byte, error) {
	block, err := c.blocks.Get(ctx, id)
	return block.Data(), err
}

// Has says whether a block is here.
func (c stored) Has(ctx context.Context, id cid.Cid) (bool, error) { return c.blocks.Has(ctx, id) }

// Flush makes durable what was stored.
func (c stored) Flush(ctx context.Context) error { return c.blocks.Flush(ctx) }

// counted tells the progress how much was read.
type counted struct {
	r io.Reader
	c stored
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.c.count(n)
	return n, err
}

// count tells the progress of n more bytes.
func (c stored) count(n int) {
	c.progress.Add(int64(n))
	c.added.Add(int64(n))
}
