package chain

import (
	"fmt"

	"github.com/parrots-music/parrots/internal/object"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// CommitToProto gives the fields of a commit the form of a message. sig may be nil
// where the author signs the transaction.
func CommitToProto(c object.Commit, sig *Signature) (songtypes.Commit, error) {
	if err := c.Validate(); err != nil {
		return songtypes.Commit{}, err
	}
	p, err := songtypes.NewCommit(c, addressCodec())
	if err != nil {
		return songtypes.Commit{}, fmt.Errorf("commit: %w", err)
	}
	if sig != nil {
		if p.Signature, err = sig.AuthorSignature(); err != nil {
			return songtypes.Commit{}, err
		}
	}
	return p, nil
}

// CommitFromProto reads and checks the fields of a commit.
func CommitFromProto(p songtypes.Commit) (object.Commit, error) {
	c, err := p.Object(addressCodec())
	if err != nil {
		return object.Commit{}, err
	}
	return c, c.Validate()
}

// TreeToProto gives a song's tree the form of a message.
func TreeToProto(t object.Tree) (songtypes.Tree, error) {
	if err := t.Validate(); err != nil {
		return songtypes.Tree{}, err
	}
	return songtypes.NewTree(t)
}

// TreeFromProto reads and checks a song's tree.
func TreeFromProto(p songtypes.Tree) (object.Tree, error) {
	t, err := p.Object()
	if err != nil {
		return object.Tree{}, err
	}
	return t, t.Validate()
}
