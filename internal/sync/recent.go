package sync

import (
	"context"
	"sync"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/ipfs"
)

// recentlyRead is how many blocks recentBlocks keeps: some 6 MB.
const recentlyRead = 24

// recentBlocks keeps the blocks that were read last. Versions of one recording share
// most of theirs, and who compares them reads the same ones at about the same time: they
// are fetched and verified once.
type recentBlocks struct {
	ipfs.Getter
	mu     sync.Mutex
	blocks map[cid.Cid]ipfs.Block
	order  [recentlyRead]cid.Cid
	next   int
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
	delete(r.blocks, r.order[r.next])
	r.order[r.next] = c
	r.next = (r.next + 1) % recentlyRead
	r.blocks[c] = b
}
