package history

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/ipfs/go-cid"
)

// IsAncestor says whether ancestor is commit itself or reachable from it. It
// visits no commit of a generation below ancestor's.
func IsAncestor(ctx context.Context, src Source, ancestor, commit cid.Cid) (bool, error) {
	_, err := edges(ctx, graphOf(src), commit, ancestor)
	if errors.Is(err, errNoPath) {
		return false, nil
	}
	return err == nil, err
}

// MergeBases returns the best common ancestors of two commits: those that no
// other common ancestor descends from. There are none for unrelated commits and
// several after a criss-cross merge. They come by falling generation.
func MergeBases(ctx context.Context, src Source, a, b cid.Cid) ([]cid.Cid, error) {
	return mergeBases(ctx, graphOf(src), []cid.Cid{a}, []cid.Cid{b})
}

// mergeBases is MergeBases of two virtual commits, given by their parents.
func mergeBases(ctx context.Context, g *Graph, a, b []cid.Cid) ([]cid.Cid, error) {
	const left, right, stale flags = 1, 2, 4
	f := newFrontier(g, stale)
	err := f.addAll(ctx, a, left)
	if err == nil {
		err = f.addAll(ctx, b, right)
	}
	var bases []cid.Cid
	for err == nil && f.live > 0 {
		it := f.take()
		if it.flags == left|right {
			bases = append(bases, it.CID)
			it.flags |= stale
		}
		err = f.addAll(ctx, it.Commit.Parents, it.flags)
	}
	if err != nil {
		return nil, err
	}
	return bases, nil
}

// Edge leaves a first-parent line: it goes from a merge commit on the line to
// the parent of that index, which is 1 or more.
type Edge struct {
	Commit cid.Cid
	Parent int
}

// MergeEdges returns a way from head down to ancestor: follow first parents from
// head to the first edge's commit, step to the parent that it names, and so on;
// ancestor is on the first-parent line where the last edge leads to. Whoever can
// look along a first-parent line quickly can check with it that head descends
// from ancestor. No way has fewer edges; of several such ways the same one is
// returned each time. If head does not descend from ancestor, the error is
// ErrNotAncestor.
func MergeEdges(ctx context.Context, src Source, head, ancestor cid.Cid) ([]Edge, error) {
	way, err := edges(ctx, graphOf(src), head, ancestor)
	if errors.Is(err, errNoPath) {
		return nil, fmt.Errorf("%s of %s: %w", ancestor, head, ErrNotAncestor)
	}
	if err != nil {
		return nil, err
	}
	return way.edges(), nil
}

// errNoPath is compared, never wrapped, so that a source's own ErrNotAncestor
// cannot be taken for it.
var errNoPath = fmt.Errorf("no path: %w", ErrNotAncestor)

// trail is the edges by which a walk came to a commit, the last one first.
// Trails share their beginnings.
type trail struct {
	edge   Edge
	before *trail
	length int
}

func (t *trail) len() int {
	if t == nil {
		return 0
	}
	return t.length
}

func (t *trail) edges() []Edge {
	list := make([]Edge, 0, t.len())
	for ; t != nil; t = t.before {
		list = append(list, t.edge)
	}
	slices.Reverse(list)
	return list
}

// edges walks from head by falling generation and keeps the shortest trail to
// each commit: when a commit is taken, all ways to it have been seen.
func edges(ctx context.Context, g *Graph, head, ancestor cid.Cid) (*trail, error) {
	floor, err := g.Generation(ctx, ancestor)
	if err != nil {
		return nil, err
	}
	f := newFrontier(g, 0)
	f.floor = floor
	if _, err := f.add(ctx, head, 0); err != nil {
		return nil, err
	}
	for f.live > 0 {
		it := f.take()
		if it.CID == ancestor {
			return it.trail, nil
		}
		for i, p := range it.Commit.Parents {
			known := f.open[p] != nil
			next, err := f.add(ctx, p, 0)
			if err != nil {
				return nil, err
			}
			if next == nil {
				continue
			}
			t := it.trail
			if i > 0 {
				t = &trail{edge: Edge{Commit: it.CID, Parent: i}, before: t, length: t.len() + 1}
			}
			if !known || t.len() < next.trail.len() {
				next.trail = t
			}
		}
	}
	return nil, errNoPath
}
