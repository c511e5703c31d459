package sync

import (
	"context"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/history"
	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/repo"
	"github.com/parrots-music/parrots/internal/worktree"
)

// nobody is the author of saved work: it is never published, and saving must not
// need a key.
var nobody = make([]byte, 20)

// Changed is what a command did to the folder.
type Changed struct {
	// Saved is uncommitted work that the command kept aside; nil if there was none
	// or it is still in the folder.
	Saved *repo.Saved
	// Carried says that uncommitted work is in the folder as before.
	Carried bool
	// Checkout is what was written.
	Checkout worktree.Checked
	// Warnings are what no tree can hold and so was not saved either: it is left
	// where it is.
	Warnings []worktree.Warning
}

// change makes the folder hold a tree and applies a transition, as one step that a
// crash cannot leave half done. Uncommitted work is saved first. With carry it is
// put into the folder again where it touches nothing that the change touches.
func (s *Song) change(ctx context.Context, reason string, to object.Tree, after repo.Transition, carry bool) (Changed, error) {
	head, err := s.Repo.Head()
	if err != nil {
		return Changed{}, err
	}
	base, err := s.standsOn(ctx, head)
	if err != nil {
		return Changed{}, err
	}
	snapshot, _, err := s.snapshot(ctx, base)
	if err != nil {
		return Changed{}, err
	}
	out := Changed{Warnings: snapshot.Warnings}
	target := to
	if !sameTree(base, snapshot.Tree) {
		if out.Saved, err = s.save(ctx, head, snapshot.Tree, reason); err != nil {
			return Changed{}, err
		}
		if carry {
			merged, err := history.MergeTrees(base, to, snapshot.Tree, history.Side{Name: "yours"}, nil)
			if err == nil && len(merged.Conflicts) == 0 {
				target, out.Carried = merged.Tree, true
			}
		}
	}
	out.Checkout, err = s.checkout(ctx, snapshot.Tree, target, after)
	if err != nil {
		return out, err
	}
	if out.Carried {
		err = s.Repo.DropSaved(out.Saved.Commit)
		out.Saved = nil
	}
	return out, err
}

// standsOn is the tree that a command has last made of the folder: the head's, or what
// a merge that is under way has left.
func (s *Song) standsOn(ctx context.Context, head repo.Head) (object.Tree, error) {
	merge, err := s.Repo.Merge()
	if err != nil {
		return object.Tree{}, err
	}
	if merge != nil && merge.Result.Defined() {
		return s.treeOf(ctx, merge.Result)
	}
	return s.treeOf(ctx, head.Commit)
}

// save keeps a tree as saved work on top of where the folder stands.
func (s *Song) save(ctx context.Context, head repo.Head, tree object.Tree, reason string) (*repo.Saved, error) {
	commit := object.Commit{
		Author:  nobody,
		Message: "uncommitted work before " + reason,
		Created: uint64(max(0, s.Now().UnixMilli())),
	}
	if head.Commit.Defined() {
		commit.Parents = []cid.Cid{head.Commit}
	}
	var err error
	if commit.Tree, err = s.putTree(ctx, tree); err != nil {
		return nil, err
	}
	id, err := s.putCommit(ctx, commit)
	if err != nil {
		return nil, err
	}
	saved := repo.Saved{Commit: id, Branch: head.Branch, Reason: reason, Created: int64(commit.Created)}
	return &saved, s.Repo.Save(saved)
}
