// Package bridge shows our stores and sources to boxo under boxo's interfaces.
// Only node and gateway import it.
package bridge

import (
	"context"
	"errors"

	"github.com/ipfs/boxo/blockstore"
	"github.com/ipfs/boxo/exchange"
	blocks "github.com/ipfs/go-block-format"
	"github.com/ipfs/go-cid"
	format "github.com/ipfs/go-ipld-format"

	"github.com/parrots-music/parrots/internal/ipfs"
)

// Blockstore is store as boxo sees it. CIDs that format v1 does not know are
// simply not there, and cannot be put.
func Blockstore(store ipfs.Store) blockstore.Blockstore { return adapter{store} }

type adapter struct{ store ipfs.Store }

// normal turns a version 0 CID, which old tools ask by, into our spelling.
func normal(c cid.Cid) cid.Cid {
	if c.Version() == 0 {
		return cid.NewCidV1(cid.DagProtobuf, c.Hash())
	}
	return c
}

// notFound speaks boxo's language: it tells absence by type.
func notFound(c cid.Cid, err error) error {
	if errors.Is(err, ipfs.ErrNotFound) || errors.Is(err, ipfs.ErrUnsupportedCID) {
		return format.ErrNotFound{Cid: c}
	}
	return err
}

func (a adapter) Has(ctx context.Context, c cid.Cid) (bool, error) {
	if ipfs.CheckCID(normal(c)) != nil {
		return false, nil //nolint:nilerr // a CID that no store keeps is simply not there
	}
	return a.store.Has(ctx, normal(c))
}

func (a adapter) Get(ctx context.Context, c cid.Cid) (blocks.Block, error) {
	if err := ipfs.CheckCID(normal(c)); err != nil {
		return nil, notFound(c, err)
	}
	b, err := a.store.Get(ctx, normal(c))
	if err != nil {
		return nil, notFound(c, err)
	}
	return blocks.NewBlockWithCid(b.Data(), c)
}

func (a adapter) GetSize(ctx context.Context, c cid.Cid) (int, error) {
	if err := ipfs.CheckCID(normal(c)); err != nil {
		return -1, notFound(c, err)
	}
	n, err := a.store.Size(ctx, normal(c))
	if err != nil {
		return -1, notFound(c, err)
	}
	return n, nil
}

func (a adapter) Put(ctx context.Context, b blocks.Block) error {
	return a.PutMany(ctx, []blocks.Block{b})
}

func (a adapter) PutMany(ctx context.Context, bs []blocks.Block) error {
	checked := make([]ipfs.Block, len(bs))
	for i, b := range bs {
		var err error
		if checked[i], err = FromBoxo(b); err != nil {
			return err
		}
	}
	return a.store.Put(ctx, checked...)
}

func (a adapter) AllKeysChan(ctx context.Context) (<-chan cid.Cid, error) {
	keys := make(chan cid.Cid)
	go func() {
		defer close(keys)
		// The interface has no place for an error; a short list is allowed.
		_ = a.store.Keys(ctx, func(c cid.Cid) error {
			select {
			case keys <- c:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}()
	return keys, nil
}

// DeleteBlock is refused: blocks leave a store by its garbage collection only.
func (a adapter) DeleteBlock(context.Context, cid.Cid) error {
	return errors.New("blocks are removed by garbage collection only")
}

// FromBoxo verifies a block that comes out of boxo.
func FromBoxo(b blocks.Block) (ipfs.Block, error) {
	return ipfs.VerifyBlock(normal(b.Cid()), b.RawData())
}

// ToBoxo is the block as boxo wants it.
func ToBoxo(b ipfs.Block) (blocks.Block, error) {
	return blocks.NewBlockWithCid(b.Data(), b.CID())
}

// Exchange is a source as boxo sees it: where blocks come from that are not in
// the store.
func Exchange(source ipfs.Getter) exchange.Interface { return fetcher{source} }

type fetcher struct{ ipfs.Getter }

func (s fetcher) GetBlock(ctx context.Context, c cid.Cid) (blocks.Block, error) {
	b, err := s.Get(ctx, normal(c))
	if err != nil {
		return nil, notFound(c, err)
	}
	return blocks.NewBlockWithCid(b.Data(), c)
}

func (s fetcher) GetBlocks(ctx context.Context, cs []cid.Cid) (<-chan blocks.Block, error) {
	out := make(chan blocks.Block)
	go func() {
		defer close(out)
		for _, c := range cs {
			b, err := s.GetBlock(ctx, c)
			if err != nil {
				return // the interface lets the rest hang or end
			}
			select {
			case out <- b:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out, nil
}

func (s fetcher) NotifyNewBlocks(context.Context, ...blocks.Block) error { return nil }
func (s fetcher) Close() error                                           { return nil }
