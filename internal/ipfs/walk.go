package ipfs

import (
	"context"
	"errors"
	"fmt"

	"github.com/ipfs/go-cid"
)

// Bounds of a walk over a DAG that a stranger made.
type Bounds struct {
	Blocks int   // distinct blocks; 0 is DefaultWalkBlocks
	Bytes  int64 // of the blocks that are read, which are not the leaves; 0 is no bound
}

// DefaultWalkBlocks bounds a walk that states no bound. A song of 100,000
// commits with a terabyte of audio has about 5 million blocks.
const DefaultWalkBlocks = 16 << 20

// Walk visits every block that the roots reach, parents before children, each
// once. It reads only blocks that can have links; leaves are visited by name.
// visit says whether to go on below the block: a push stops at commits that the
// other side has. A block that is not there ends the walk with ErrNotFound.
func Walk(ctx context.Context, from Getter, bounds Bounds, visit func(cid.Cid) (descend bool, err error), roots ...cid.Cid) error {
	w := walk{from: from, bounds: bounds, seen: map[Digest]struct{}{}}
	if w.bounds.Blocks == 0 {
		w.bounds.Blocks = DefaultWalkBlocks
	}
	if err := w.push(roots); err != nil {
		return err
	}
	for len(w.todo) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		c := w.todo[len(w.todo)-1]
		w.todo = w.todo[:len(w.todo)-1]
		descend, err := visit(c)
		if err != nil {
			return err
		}
		if !descend || c.Prefix().Codec == CodecRaw {
			continue
		}
		if err := w.descend(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

type walk struct {
	from   Getter
	bounds Bounds
	bytes  int64
	seen   map[Digest]struct{}
	todo   []cid.Cid
}

// push queues what was not seen, first link on top.
func (w *walk) push(links []cid.Cid) error {
	begin := len(w.todo)
	for _, c := range links {
		if err := CheckCID(c); err != nil {
			return err
		}
		d := DigestOf(c)
		if _, ok := w.seen[d]; ok {
			continue
		}
		if len(w.seen) == w.bounds.Blocks {
			return fmt.Errorf("%w: more than %d blocks", ErrLimit, w.bounds.Blocks)
		}
		w.seen[d] = struct{}{}
		w.todo = append(w.todo, c)
	}
	for i, j := begin, len(w.todo)-1; i < j; i, j = i+1, j-1 {
		w.todo[i], w.todo[j] = w.todo[j], w.todo[i]
	}
	return nil
}

func (w *walk) descend(ctx context.Context, c cid.Cid) error {
	b, err := w.from.Get(ctx, c)
	if err != nil {
		return err
	}
	if w.bytes += int64(len(b.Data())); w.bounds.Bytes > 0 && w.bytes > w.bounds.Bytes {
		return fmt.Errorf("%w: more than %d bytes of structure", ErrLimit, w.bounds.Bytes)
	}
	links, err := Links(b)
	if err != nil {
		return err
	}
	return w.push(links)
}

// maxMissing bounds what Missing lists.
const maxMissing = 100_000

// Missing lists blocks that the roots reach and the store does not have, at most
// 100,000. Below a missing block nothing is known: fetch and ask again.
func Missing(ctx context.Context, s Store, bounds Bounds, roots ...cid.Cid) ([]cid.Cid, error) {
	var missing []cid.Cid
	full := errors.New("enough")
	err := Walk(ctx, s, bounds, func(c cid.Cid) (bool, error) {
		ok, err := s.Has(ctx, c)
		if err != nil || ok {
			return ok, err
		}
		if missing = append(missing, c); len(missing) == maxMissing {
			return false, full
		}
		return false, nil
	}, roots...)
	if errors.Is(err, full) {
		err = nil
	}
	return missing, err
}

// Reachable returns the digests of all blocks that the roots reach. Leaves that are
// not there are named all the same; any other block that is not there is an error
// that matches ErrNotFound: what is below it cannot be known, and who removes what
// is not reachable would remove that.
func Reachable(ctx context.Context, s Store, roots ...cid.Cid) (map[Digest]struct{}, error) {
	live := map[Digest]struct{}{}
	err := Walk(ctx, s, Bounds{}, func(c cid.Cid) (bool, error) {
		live[DigestOf(c)] = struct{}{}
		return true, nil
	}, roots...)
	return live, err
}
