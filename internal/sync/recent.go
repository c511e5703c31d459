package sync

import (
	"context"
	"sync"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/ipfs"
)

// recentBytes is how many bytes of blocks recentBlocks keeps: with them, a stem of three
// minutes in three versions that share most of it.
const recentBytes = 64 << 20

// recentBlocks keeps the blocks that were read last. Versions of one recording share
// most of theirs, and who compares them reads the same ones several times: they are
// fetched and verified once.
type recentBlocks struct {
	ipfs.Getter
	mu     sync.Mutex
	blocks map[cid.Cid]ipfs.Block
	order  []cid.Cid // the oldest first
	bytes  int
}

func newRecentBlocks(from ipfs.Getter) *recentBlocks {
	return &recentBlocks{Getter: from, blocks: map[cid.Cid]ipfs.Block{}}
}

// Get implements ipfs.Getter.
func (r *recentBlocks) Get(ctx context.Context, c cid.Cid) (ipfs.Block, error) {
	if b, ok := r.find(c); ok {
		return b, nil
	}
	b, err := r.Getter.Get(ctx, c)
	if err == nil {
		r.keep(c, b)
	}
	return b, err
}

func (r *recentBlocks) find(c cid.Cid) (ipfs.Block, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	b, ok := r.blocks[c]
	return b, ok
}

func (r *recentBlocks) keep(c cid.Cid, b ipfs.Block) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.blocks[c]; ok {
		return
	}
	r.blocks[c] = b
	r.order = append(r.order, c)
	for r.bytes += len(b.Data()); r.bytes > recentBytes; r.order = r.order[1:] {
		oldest := r.order[0]
		r.bytes -= len(r.blocks[oldest].Data())
		delete(r.blocks, oldest)
	}
}
