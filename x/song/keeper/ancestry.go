package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/x/song/types"
)

// Along a line of first parents the way is found by jumps (types.CommitRecord.Place).
// Where it leaves a line, at a merge, the client says so: a merge edge costs one more
// search along a line instead of a search through everything.

// onLine says whether target is from or one of its first-parent ancestors.
func (k Keeper) onLine(ctx context.Context, from, target types.Digest) (bool, error) {
	if from == target {
		return true, nil
	}
	goal, err := k.commit(ctx, target)
	if err != nil {
		return false, err
	}
	here, err := k.commit(ctx, from)
	if err != nil {
		return false, err
	}
	for here.Depth > goal.Depth {
		if from, here, err = k.up(ctx, here, goal.Depth); err != nil {
			return false, err
		}
	}
	return from == target, nil
}

// up takes the longest step towards a smaller depth that does not pass it.
func (k Keeper) up(ctx context.Context, here types.CommitRecord, depth uint64) (types.Digest, types.CommitRecord, error) {
	digest := types.Digest(here.Jump)
	record, err := k.commit(ctx, digest)
	if err != nil || record.Depth >= depth {
		return digest, record, err
	}
	o, err := fields(here)
	if err != nil {
		return digest, record, err
	}
	digest = types.Digest(object.Digest(o.Parents[0]))
	record, err = k.commit(ctx, digest)
	return digest, record, err
}

// leads checks that target is in head's history, by way of the merge edges.
func (k Keeper) leads(ctx context.Context, head, target types.Digest, edges []types.MergeEdge) error {
	here := head
	for i, edge := range edges {
		merge, err := types.ParseDigest(edge.Commit)
		if err != nil {
			return err
		}
		on, err := k.onLine(ctx, here, merge)
		if err != nil {
			return err
		}
		if !on {
			return errorsmod.Wrapf(types.ErrInvalidMergeEdge, "edge %d: %s is not on the first-parent line of %s", i, merge, here)
		}
		if here, err = k.otherParent(ctx, merge, edge.Parent); err != nil {
			return errorsmod.Wrapf(err, "edge %d", i)
		}
	}
	on, err := k.onLine(ctx, here, target)
	if err != nil || on {
		return err
	}
	return errorsmod.Wrapf(types.ErrNotDescendant, "%s does not lead to %s (with %d merge edges)", head, target, len(edges))
}

func (k Keeper) otherParent(ctx context.Context, merge types.Digest, n uint32) (types.Digest, error) {
	record, err := k.commit(ctx, merge)
	if err != nil {
		return types.Digest{}, err
	}
	o, err := fields(record)
	if err != nil {
		return types.Digest{}, err
	}
	if n == 0 || int64(n) >= int64(len(o.Parents)) {
		return types.Digest{}, errorsmod.Wrapf(types.ErrInvalidMergeEdge, "%s has no parent %d (of %d, the first being 0)", merge, n, len(o.Parents))
	}
	return types.Digest(object.Digest(o.Parents[n])), nil
}
