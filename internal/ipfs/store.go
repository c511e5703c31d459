package ipfs

import (
	"context"

	"github.com/ipfs/go-cid"
)

// Getter is anything blocks can be had from: a store, a gateway, a peer.
type Getter interface {
	// Get returns the verified block, or an error that matches ErrNotFound or
	// ErrCorrupt.
	Get(ctx context.Context, c cid.Cid) (Block, error)
}

// Sink is anything blocks can be put into.
type Sink interface {
	// Put keeps the blocks. They are readable from the same handle at once, and
	// safe from a crash only after Flush. Putting a known block does nothing.
	Put(ctx context.Context, blocks ...Block) error
}

// Store keeps blocks. All methods may be called from several goroutines.
// Blocks are found by their hash: a lookup under another codec succeeds too.
type Store interface {
	Getter
	Sink
	// Has says whether Get would find the block; it reads no content.
	Has(ctx context.Context, c cid.Cid) (bool, error)
	// Size is the length of the block in bytes; it reads no content.
	Size(ctx context.Context, c cid.Cid) (int, error)
	// Flush makes everything put so far survive a crash of the process or the
	// machine. What was put after the last Flush may be lost, never damaged.
	Flush(ctx context.Context) error
	// Keys calls visit for every block, in no order, each at least once.
	Keys(ctx context.Context, visit func(cid.Cid) error) error
	// Close flushes and releases the store.
	Close() error
}

// Discard is a Sink that forgets: Add with it only computes the CID.
var Discard Sink = discard{}

type discard struct{}

func (discard) Put(context.Context, ...Block) error { return nil }
