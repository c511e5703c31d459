package sync

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/repo"
	"github.com/parrots-music/parrots/internal/worktree"
)

// MakeBranch makes a branch at a commit.
func (s *Song) MakeBranch(ctx context.Context, name string, at cid.Cid) error {
	return s.locked(ctx, "branch", func() error {
		err := s.Repo.UpdateRef(repo.BranchRef(name), cid.Undef, at)
		if errors.Is(err, repo.ErrStale) {
			return fmt.Errorf("%w: %q", ErrBranchExists, name)
		}
		return err
	})
}

// DeleteBranch deletes a branch that the folder does not stand on. Its commits are
// kept as saved work, so nothing is lost.
func (s *Song) DeleteBranch(ctx context.Context, name string) (cid.Cid, error) {
	var at cid.Cid
	err := s.locked(ctx, "branch", func() error {
		head, err := s.Repo.Head()
		if err != nil {
			return err
		}
		if head.Branch == name {
			return fmt.Errorf("%w: %q", ErrCurrentBranch, name)
		}
		if at, err = s.Repo.Ref(repo.BranchRef(name)); err != nil {
			return err
		}
		saved := repo.Saved{Commit: at, Branch: name, Reason: "deleting branch " + name, Created: s.Now().UnixMilli()}
		if err := s.Repo.Save(saved); err != nil {
			return err
		}
		return s.Repo.UpdateRef(repo.BranchRef(name), at, cid.Undef)
	})
	return at, err
}

// ChangesOf lists what a commit changed against its first parent.
func (s *Song) ChangesOf(ctx context.Context, id cid.Cid) ([]worktree.Change, error) {
	commit, err := s.Objects().Commit(ctx, id)
	if err != nil {
		return nil, err
	}
	now, err := s.Objects().Tree(ctx, commit.Tree)
	if err != nil {
		return nil, err
	}
	parent := cid.Undef
	if len(commit.Parents) > 0 {
		parent = commit.Parents[0]
	}
	before, err := s.treeOf(ctx, parent)
	if err != nil {
		return nil, err
	}
	return changesBetween(before, now), nil
}

// changesBetween compares two trees; what has the same content under another path
// was renamed.
func changesBetween(before, now object.Tree) []worktree.Change {
	var changes []worktree.Change
	gone := map[cid.Cid][]object.Entry{}
	for _, e := range before.Entries {
		if _, ok := now.Find(e.Path); !ok {
			gone[e.CID] = append(gone[e.CID], e)
		}
	}
	for _, e := range now.Entries {
		c := worktree.Change{Kind: worktree.Added, Path: e.Path, Entry: e.Kind, Size: e.Size}
		old, ok := before.Find(e.Path)
		switch {
		case ok && old.CID.Equals(e.CID):
			continue
		case ok:
			c.Kind = worktree.Modified
		case len(gone[e.CID]) > 0:
			c.Kind, c.From = worktree.Renamed, gone[e.CID][0].Path
			gone[e.CID] = gone[e.CID][1:]
		}
		changes = append(changes, c)
	}
	for _, left := range gone {
		for _, e := range left {
			changes = append(changes, worktree.Change{Kind: worktree.Deleted, Path: e.Path, Entry: e.Kind, Size: e.Size})
		}
	}
	slices.SortFunc(changes, func(a, b worktree.Change) int { return strings.Compare(a.Path, b.Path) })
	return changes
}
