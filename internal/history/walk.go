package history

import (
	"context"
	"iter"

	"github.com/ipfs/go-cid"
)

// Walk gives every commit that is reachable from heads and from none of
// excluded, children before parents, by falling generation; the same heads give
// the same order. It holds the frontier only, not the history. The first error
// ends the walk.
func Walk(ctx context.Context, src Source, heads, excluded []cid.Cid) iter.Seq2[Node, error] {
	const hidden flags = 1
	return func(yield func(Node, error) bool) {
		f := newFrontier(graphOf(src), hidden)
		err := f.addAll(ctx, excluded, hidden)
		if err == nil {
			err = f.addAll(ctx, heads, 0)
		}
		for err == nil && f.live > 0 {
			it := f.take()
			if it.flags&hidden == 0 && !yield(it.Node, nil) {
				return
			}
			err = f.addAll(ctx, it.Commit.Parents, it.flags)
		}
		if err != nil {
			yield(Node{}, err)
		}
	}
}

// Count returns how many commits ours has that theirs lacks, and the reverse.
func Count(ctx context.Context, src Source, ours, theirs cid.Cid) (ahead, behind int, err error) {
	const left, right, both flags = 1, 2, 4
	f := newFrontier(graphOf(src), both)
	if _, err = f.add(ctx, ours, left); err == nil {
		_, err = f.add(ctx, theirs, right)
	}
	for err == nil && f.live > 0 {
		it := f.take()
		switch it.flags {
		case left:
			ahead++
		case right:
			behind++
		default:
			it.flags |= both
		}
		err = f.addAll(ctx, it.Commit.Parents, it.flags)
	}
	return ahead, behind, err
}
