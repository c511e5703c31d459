package history

import (
	"bytes"
	"container/heap"
	"context"

	"github.com/ipfs/go-cid"
)

// flags mark the commits on a frontier; what they mean is each walk's own.
type flags uint8

// frontier holds the commits that a walk has come upon and not yet visited, and
// gives them by falling generation. Because every descendant of a commit has a
// greater generation, a commit that is taken has been given all the flags that
// it will ever have, and will not be added again.
type frontier struct {
	graph *Graph
	heap  nodeHeap
	open  map[cid.Cid]*item
	// settled are the flags of commits that cannot change the answer; live counts
	// the commits without any of them.
	settled flags
	live    int
	// floor is the least generation that the walk is interested in.
	floor uint64
}

type item struct {
	Node
	flags flags
	trail *trail
}

func newFrontier(g *Graph, settled flags) *frontier {
	return &frontier{graph: g, open: make(map[cid.Cid]*item), settled: settled}
}

// add puts a commit on the frontier, or gives one that is there more flags. It
// returns nil for a commit below the floor.
func (f *frontier) add(ctx context.Context, c cid.Cid, fl flags) (*item, error) {
	if it, ok := f.open[c]; ok {
		wasLive := it.flags&f.settled == 0
		it.flags |= fl
		if wasLive && it.flags&f.settled != 0 {
			f.live--
		}
		return it, nil
	}
	generation, err := f.graph.Generation(ctx, c)
	if err != nil || generation < f.floor {
		return nil, err
	}
	commit, err := f.graph.Commit(ctx, c)
	if err != nil {
		return nil, err
	}
	it := &item{Node: Node{CID: c, Commit: commit, Generation: generation}, flags: fl}
	if fl&f.settled == 0 {
		f.live++
	}
	f.open[c] = it
	heap.Push(&f.heap, it)
	return it, nil
}

func (f *frontier) addAll(ctx context.Context, list []cid.Cid, fl flags) error {
	for _, c := range list {
		if _, err := f.add(ctx, c, fl); err != nil {
			return err
		}
	}
	return nil
}

// take removes the next commit. The frontier is not empty.
func (f *frontier) take() *item {
	it := heap.Pop(&f.heap).(*item)
	delete(f.open, it.CID)
	if it.flags&f.settled == 0 {
		f.live--
	}
	return it
}

// nodeHeap orders by falling generation; among equals the later claim of time
// comes first, and the CID decides the rest.
type nodeHeap []*item

func (h nodeHeap) Len() int      { return len(h) }
func (h nodeHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h nodeHeap) Less(i, j int) bool {
	a, b := h[i], h[j]
	switch {
	case a.Generation != b.Generation:
		return a.Generation > b.Generation
	case a.Commit.Created != b.Commit.Created:
		return a.Commit.Created > b.Commit.Created
	}
	return bytes.Compare(a.CID.Hash(), b.CID.Hash()) < 0
}

func (h *nodeHeap) Push(x any) { *h = append(*h, x.(*item)) }

func (h *nodeHeap) Pop() any {
	old := *h
	last := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	return last
}
