package ipfs

import (
	"context"
	"sync"

	"github.com/ipfs/go-cid"
)

// MemStore is a Store in memory, for tests and for small DAGs on their way
// elsewhere. The zero value is not usable; call NewMemStore.
type MemStore struct {
	mu     sync.RWMutex
	blocks map[Digest]Block
}

// NewMemStore returns an empty store.
func NewMemStore() *MemStore { return &MemStore{blocks: map[Digest]Block{}} }

func (s *MemStore) find(c cid.Cid) (Block, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	b, ok := s.blocks[DigestOf(c)]
	if !ok {
		return Block{}, &NotFoundError{CID: c}
	}
	return Block{cid: c, data: b.data}, nil
}

// Get implements Getter.
func (s *MemStore) Get(ctx context.Context, c cid.Cid) (Block, error) {
	if err := ctx.Err(); err != nil {
		return Block{}, err
	}
	return s.find(c)
}

// Has implements Store.
func (s *MemStore) Has(ctx context.Context, c cid.Cid) (bool, error) {
	_, err := s.find(c)
	return err == nil, ctx.Err()
}

// Size implements Store.
func (s *MemStore) Size(_ context.Context, c cid.Cid) (int, error) {
	b, err := s.find(c)
	return len(b.data), err
}

// Put implements Sink.
func (s *MemStore) Put(ctx context.Context, blocks ...Block) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, b := range blocks {
		if d := DigestOf(b.cid); s.blocks[d].data == nil {
			if b.data == nil {
				b.data = []byte{} // the empty block is present, not absent
			}
			s.blocks[d] = b
		}
	}
	return nil
}

// Flush implements Store.
func (s *MemStore) Flush(ctx context.Context) error { return ctx.Err() }

// Keys implements Store.
func (s *MemStore) Keys(ctx context.Context, visit func(cid.Cid) error) error {
	s.mu.RLock()
	keys := make([]cid.Cid, 0, len(s.blocks))
	for _, b := range s.blocks {
		keys = append(keys, b.cid)
	}
	s.mu.RUnlock()
	for _, c := range keys {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := visit(c); err != nil {
			return err
		}
	}
	return nil
}

// Close implements Store.
func (s *MemStore) Close() error { return nil }
