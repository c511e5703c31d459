package history

import (
	"context"
	"fmt"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/object"
)

// maxVirtualMerges bounds the merges of merge bases in one BaseTree. Histories
// that people make need one or two; a stranger could make one that needs
// exponentially many. Beyond the bound a criss-cross counts with its first base
// only, which may show a conflict that was settled before, and loses nothing.
const maxVirtualMerges = 64

// BaseTree returns the tree to merge two commits against: that of their merge
// base, an empty one for unrelated commits, and after a criss-cross merge the
// merge of the merge bases with each other, each pair against its own BaseTree in
// turn (as git's ort strategy does); join, which may be nil, merges files there as in
// MergeTrees. Where the bases conflict, the virtual base
// has what their own base had, so that the two sides are both seen to differ from
// it, and the conflict is shown unless they agree by now.
func BaseTree(ctx context.Context, commits Source, trees TreeSource, ours, theirs cid.Cid, join Join) (object.Tree, error) {
	b := baseFinder{graph: graphOf(commits), trees: trees, join: join, budget: maxVirtualMerges}
	return b.base(ctx, []cid.Cid{ours}, []cid.Cid{theirs})
}

type baseFinder struct {
	graph  *Graph
	trees  TreeSource
	join   Join
	budget int
}

// base returns the base tree of two virtual commits, given by their parents.
func (b *baseFinder) base(ctx context.Context, ours, theirs []cid.Cid) (object.Tree, error) {
	bases, err := mergeBases(ctx, b.graph, ours, theirs)
	if err != nil || len(bases) == 0 {
		return object.Tree{}, err
	}
	merged, err := b.tree(ctx, bases[0])
	if err != nil {
		return object.Tree{}, err
	}
	for i := 1; i < len(bases) && b.budget > 0; i++ {
		b.budget--
		next, err := b.tree(ctx, bases[i])
		if err != nil {
			return object.Tree{}, err
		}
		base, err := b.base(ctx, bases[:i], bases[i:i+1])
		if err != nil {
			return object.Tree{}, err
		}
		if merged, err = mergeBaseTrees(base, merged, next, b.join); err != nil {
			return object.Tree{}, err
		}
	}
	return merged, nil
}

func (b *baseFinder) tree(ctx context.Context, c cid.Cid) (object.Tree, error) {
	commit, err := b.graph.Commit(ctx, c)
	if err != nil {
		return object.Tree{}, err
	}
	tree, err := b.trees.Tree(ctx, commit.Tree)
	if err != nil {
		return object.Tree{}, fmt.Errorf("tree %s: %w", commit.Tree, err)
	}
	return tree, nil
}
