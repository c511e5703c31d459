package history

import (
	"context"
	"fmt"
	"slices"

	"github.com/ipfs/go-cid"
)

// Batches cuts the commits that head has beyond known into pushes of at most max
// commits. Each batch is in order, parents before children; its last commit
// descends from everything in it, from the batches before and from expected, so
// that it can become the branch's head. known are commits that need no push, such
// as remote heads; expected is the branch's present head, one of them, or
// undefined for a new branch or a forced move.
//
// Only a commit on head's first-parent line can end a batch. Where one merge on
// that line brings in more than max commits the error is ErrCannotCut; the merged
// line can then be pushed to a branch of its own first. If head does not descend
// from expected, the error is ErrNotAncestor.
func Batches(ctx context.Context, src Source, head, expected cid.Cid, known []cid.Cid, max int) ([][]Node, error) {
	c := cutter{graph: graphOf(src), expected: expected, index: make(map[cid.Cid]int), descends: make(map[cid.Cid]bool)}
	if expected.Defined() {
		known = append(slices.Clone(known), expected)
		ok, err := IsAncestor(ctx, c.graph, expected, head)
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, fmt.Errorf("%s of %s: %w", expected, head, ErrNotAncestor)
		}
	}
	for n, err := range Walk(ctx, c.graph, []cid.Cid{head}, known) {
		if err != nil {
			return nil, err
		}
		c.nodes = append(c.nodes, n)
	}
	slices.Reverse(c.nodes)
	for i, n := range c.nodes {
		c.index[n.CID] = i
	}
	if err := c.markDescendants(ctx); err != nil {
		return nil, err
	}
	return c.cut(head, max)
}

// cutter holds the new commits, parents before children.
type cutter struct {
	graph    *Graph
	expected cid.Cid
	nodes    []Node
	index    map[cid.Cid]int
	descends map[cid.Cid]bool
}

// markDescendants finds which new commits descend from expected.
func (c *cutter) markDescendants(ctx context.Context) error {
	if !c.expected.Defined() {
		for _, n := range c.nodes {
			c.descends[n.CID] = true
		}
		return nil
	}
	for _, n := range c.nodes {
		for _, p := range n.Commit.Parents {
			if _, ok := c.descends[p]; !ok { // known already, and asked for the first time
				is, err := IsAncestor(ctx, c.graph, c.expected, p)
				if err != nil {
					return err
				}
				c.descends[p] = is
			}
			c.descends[n.CID] = c.descends[n.CID] || c.descends[p]
		}
		if len(n.Commit.Parents) == 0 {
			c.descends[n.CID] = false
		}
	}
	return nil
}

// ends returns the commits that may end a batch, oldest first.
func (c *cutter) ends(head cid.Cid) []int {
	var list []int
	for at, ok := c.index[head]; ok; {
		n := c.nodes[at]
		if !c.descends[n.CID] {
			break // and nothing below does
		}
		list = append(list, at)
		if len(n.Commit.Parents) == 0 {
			break
		}
		at, ok = c.index[n.Commit.Parents[0]]
	}
	slices.Reverse(list)
	return list
}

func (c *cutter) cut(head cid.Cid, max int) ([][]Node, error) {
	var batches [][]Node
	var batch []Node
	taken := make([]bool, len(c.nodes))
	for _, end := range c.ends(head) {
		step := c.take(end, taken)
		if len(step) > max {
			return nil, fmt.Errorf("%s brings in %d commits at once, over the limit of %d: %w",
				c.nodes[end].CID, len(step), max, ErrCannotCut)
		}
		if len(batch)+len(step) > max {
			batches, batch = append(batches, batch), nil
		}
		batch = append(batch, step...)
	}
	if len(batch) > 0 {
		batches = append(batches, batch)
	}
	return batches, nil
}

// take returns the commits that are reachable from one and not taken yet, parents
// before children.
func (c *cutter) take(end int, taken []bool) []Node {
	stack, found := []int{end}, []int{}
	for len(stack) > 0 {
		i := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if taken[i] {
			continue
		}
		taken[i] = true
		found = append(found, i)
		for _, p := range c.nodes[i].Commit.Parents {
			if n, ok := c.index[p]; ok {
				stack = append(stack, n)
			}
		}
	}
	slices.Sort(found)
	nodes := make([]Node, len(found))
	for i, n := range found {
		nodes[i] = c.nodes[n]
	}
	return nodes
}
