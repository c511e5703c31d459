package types

import (
	"errors"

	"github.com/ipfs/go-cid"

	errorsmod "cosmossdk.io/errors"

	"github.com/parrots-music/parrots/internal/object"
)

// Is one commit in another's history? The first parents of a commit form a line;
// each commit knows its depth on it and, besides its parent, one ancestor further
// up: its jump. Jumps are chosen as in a skew-binary number system (Myers 1983), so
// that from any depth any other is reached in O(log depth) steps.

// Place sets what a record knows of its place in the history: generation, depth and
// jump. lookup reads the commits it stands on, and returns ErrCommitNotFound for
// one that is missing.
func (r *CommitRecord) Place(parents []cid.Cid, lookup func(Digest) (CommitRecord, error)) error {
	r.Generation, r.Depth, r.Jump = 1, 1, nil
	for i, link := range parents {
		digest := Digest(object.Digest(link))
		parent, err := lookup(digest)
		if errors.Is(err, ErrCommitNotFound) {
			return errorsmod.Wrap(ErrMissingParent, digest.String())
		}
		if err != nil {
			return err
		}
		r.Generation = max(r.Generation, parent.Generation+1)
		if i > 0 {
			continue
		}
		r.Depth = parent.Depth + 1
		jump, err := jumpOfChild(digest, parent, lookup)
		if err != nil {
			return err
		}
		r.Jump = jump[:]
	}
	return nil
}

// jumpOfChild returns the jump of a commit whose first parent is given: over both
// of the parent's jumps if they are equally long, else to the parent.
func jumpOfChild(digest Digest, parent CommitRecord, lookup func(Digest) (CommitRecord, error)) (Digest, error) {
	if len(parent.Jump) == 0 {
		return digest, nil
	}
	near, err := lookup(Digest(parent.Jump))
	if err != nil {
		return Digest{}, err
	}
	far := Digest(parent.Jump) // a line's first commit jumps to itself
	farDepth := near.Depth
	if len(near.Jump) != 0 {
		far = Digest(near.Jump)
		record, err := lookup(far)
		if err != nil {
			return Digest{}, err
		}
		farDepth = record.Depth
	}
	if parent.Depth-near.Depth == near.Depth-farDepth {
		return far, nil
	}
	return digest, nil
}
