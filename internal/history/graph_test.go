package history_test

import (
	"context"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/ipfs/go-cid"
	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/history"
	"github.com/parrots-music/parrots/internal/object"
)

var errMissing = errors.New("no such commit")

// dag is a history in memory. Commit i has the parents parents[i], all below i.
type dag struct {
	ids     []cid.Cid
	index   map[cid.Cid]int
	parents [][]int
	commits map[cid.Cid]object.Commit
	trees   map[cid.Cid]object.Tree
	reads   int
}

func newDAG() *dag {
	return &dag{index: map[cid.Cid]int{}, commits: map[cid.Cid]object.Commit{}, trees: map[cid.Cid]object.Tree{}}
}

func (d *dag) Commit(_ context.Context, c cid.Cid) (object.Commit, error) {
	d.reads++
	commit, ok := d.commits[c]
	if !ok {
		return object.Commit{}, errMissing
	}
	return commit, nil
}

func (d *dag) Tree(_ context.Context, c cid.Cid) (object.Tree, error) {
	t, ok := d.trees[c]
	if !ok {
		return object.Tree{}, errMissing
	}
	return t, nil
}

func name(i int) cid.Cid {
	return object.CIDOf(binary.BigEndian.AppendUint64(nil, uint64(i)))
}

// add makes a commit; created is any number.
func (d *dag) add(created uint64, parents ...int) int {
	i := len(d.ids)
	c := object.Commit{Tree: name(0), Author: make([]byte, 20), Created: created, Message: "m"}
	for _, p := range parents {
		c.Parents = append(c.Parents, d.ids[p])
	}
	d.ids = append(d.ids, name(i))
	d.index[name(i)] = i
	d.parents = append(d.parents, parents)
	d.commits[name(i)] = c
	return i
}

func (d *dag) addTree(t *testing.T, tree object.Tree, parents ...int) int {
	t.Helper()
	block, err := tree.Encode()
	require.NoError(t, err)
	i := d.add(uint64(len(d.ids)), parents...)
	c := d.commits[d.ids[i]]
	c.Tree = object.CIDOf(block)
	d.commits[d.ids[i]] = c
	d.trees[c.Tree] = tree
	return i
}

// randomDAG has n commits with up to four parents and lying clocks.
func randomDAG(r *rand.Rand, n int) *dag {
	d := newDAG()
	for i := range n {
		var parents []int
		seen := map[int]bool{}
		if i > 0 && r.IntN(12) > 0 {
			for range 1 + r.IntN(4)*r.IntN(2) {
				p := i - 1 - r.IntN(min(i, 6))
				if !seen[p] {
					seen[p] = true
					parents = append(parents, p)
				}
			}
		}
		d.add(r.Uint64N(50), parents...)
	}
	return d
}

// below returns the commits that are reachable from i, itself among them.
func (d *dag) below(from ...int) map[int]bool {
	list := slices.Clone(from)
	seen := map[int]bool{}
	for len(list) > 0 {
		i := list[len(list)-1]
		list = list[:len(list)-1]
		if !seen[i] {
			seen[i] = true
			list = append(list, d.parents[i]...)
		}
	}
	return seen
}

func (d *dag) cids(list ...int) []cid.Cid {
	var ids []cid.Cid
	for _, i := range list {
		ids = append(ids, d.ids[i])
	}
	return ids
}

func eachRandomDAG(t *testing.T, n int, check func(t *testing.T, r *rand.Rand, d *dag)) {
	t.Helper()
	for seed := range uint64(n) {
		r := rand.New(rand.NewPCG(seed, 7))
		check(t, r, randomDAG(r, 2+r.IntN(40)))
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

func TestIsAncestorAgainstBruteForce(t *testing.T) {
	eachRandomDAG(t, 200, func(t *testing.T, _ *rand.Rand, d *dag) {
		g := history.NewGraph(d, nil)
		for i := range d.ids {
			below := d.below(i)
			for j := range d.ids {
				got, err := history.IsAncestor(t.Context(), g, d.ids[j], d.ids[i])
				require.NoError(t, err)
				require.Equal(t, below[j], got, "%d of %d", j, i)
			}
		}
	})
}

func TestMergeBasesAgainstBruteForce(t *testing.T) {
	eachRandomDAG(t, 200, func(t *testing.T, r *rand.Rand, d *dag) {
		for range 40 {
			a, b := r.IntN(len(d.ids)), r.IntN(len(d.ids))
			inA, inB := d.below(a), d.below(b)
			var want []cid.Cid
			for i := range d.ids {
				best := inA[i] && inB[i]
				for j := range d.ids {
					if j != i && inA[j] && inB[j] && d.below(j)[i] {
						best = false
					}
				}
				if best {
					want = append(want, d.ids[i])
				}
			}
			got, err := history.MergeBases(t.Context(), d, d.ids[a], d.ids[b])
			require.NoError(t, err)
			require.ElementsMatch(t, want, got)
		}
	})
}

// fewestEdges is the least number of edges between two commits, by relaxing all
// commits until nothing changes.
func (d *dag) fewestEdges(from, to int) (int, bool) {
	cost := map[int]int{from: 0}
	for i := from; i >= 0; i-- { // parents have lower numbers
		c, ok := cost[i]
		if !ok {
			continue
		}
		for n, p := range d.parents[i] {
			if old, ok := cost[p]; !ok || c+min(n, 1) < old {
				cost[p] = c + min(n, 1)
			}
		}
	}
	n, ok := cost[to]
	return n, ok
}

func TestMergeEdgesLeadToTheAncestor(t *testing.T) {
	eachRandomDAG(t, 200, func(t *testing.T, _ *rand.Rand, d *dag) {
		g := history.NewGraph(d, nil)
		for i := range d.ids {
			for j := range d.ids {
				edges, err := history.MergeEdges(t.Context(), g, d.ids[i], d.ids[j])
				want, reachable := d.fewestEdges(i, j)
				if !reachable {
					require.ErrorIs(t, err, history.ErrNotAncestor)
					continue
				}
				require.NoError(t, err)
				require.Len(t, edges, want)
				require.True(t, d.follow(i, j, edges), "%d to %d by %v", i, j, edges)
			}
		}
	})
}

// follow is the verifier's part: first parents, left where an edge says so.
func (d *dag) follow(at, to int, edges []history.Edge) bool {
	for {
		switch {
		case len(edges) > 0 && d.ids[at] == edges[0].Commit:
			at, edges = d.parents[at][edges[0].Parent], edges[1:]
		case len(edges) == 0 && at == to:
			return true
		case len(d.parents[at]) == 0:
			return false
		default:
			at = d.parents[at][0]
		}
	}
}

func TestWalkAgainstBruteForce(t *testing.T) {
	eachRandomDAG(t, 200, func(t *testing.T, r *rand.Rand, d *dag) {
		heads := []int{r.IntN(len(d.ids)), r.IntN(len(d.ids))}
		excluded := []int{r.IntN(len(d.ids))}
		want := d.below(heads...)
		for i := range d.below(excluded...) {
			delete(want, i)
		}
		seen := map[int]bool{}
		var order []cid.Cid
		for n, err := range history.Walk(t.Context(), d, d.cids(heads...), d.cids(excluded...)) {
			require.NoError(t, err)
			i := d.index[n.CID]
			require.True(t, want[i])
			require.False(t, seen[i], "twice")
			for _, p := range d.parents[i] {
				require.False(t, seen[p], "parent before child")
			}
			require.Equal(t, d.commits[n.CID], n.Commit)
			seen[i] = true
			order = append(order, n.CID)
		}
		require.Len(t, seen, len(want))
		var again []cid.Cid
		for n, err := range history.Walk(t.Context(), d, d.cids(heads[1], heads[0]), d.cids(excluded...)) {
			require.NoError(t, err)
			again = append(again, n.CID)
		}
		require.Equal(t, order, again)
	})
}

func TestCountAgainstBruteForce(t *testing.T) {
	eachRandomDAG(t, 200, func(t *testing.T, r *rand.Rand, d *dag) {
		a, b := r.IntN(len(d.ids)), r.IntN(len(d.ids))
		inA, inB := d.below(a), d.below(b)
		wantAhead, wantBehind := 0, 0
		for i := range d.ids {
			if inA[i] && !inB[i] {
				wantAhead++
			}
			if inB[i] && !inA[i] {
				wantBehind++
			}
		}
		ahead, behind, err := history.Count(t.Context(), d, d.ids[a], d.ids[b])
		require.NoError(t, err)
		require.Equal(t, [2]int{wantAhead, wantBehind}, [2]int{ahead, behind})
	})
}
