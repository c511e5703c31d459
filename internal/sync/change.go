package sync

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/history"
	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/repo"
)

// Undone is a commit that Undo dropped.
type Undone struct {
	Commit cid.Cid
	// Head is where the branch is now; cid.Undef if that was its first commit.
	Head    cid.Cid
	Message string
}

// Undo drops the last commit of the branch and keeps the files as they are. A
// commit that is published stays: Revert is for those.
func (s *Song) Undo(ctx context.Context) (Undone, error) {
	var out Undone
	err := s.locked(ctx, "undo", func() error {
		if err := s.requireNoMerge(); err != nil {
			return err
		}
		head, err := s.Repo.Head()
		if err != nil {
			return err
		}
		if !head.Commit.Defined() {
			return ErrNoCommits
		}
		published, err := s.Published(ctx, head.Commit)
		if err != nil {
			return err
		}
		if published {
			return fmt.Errorf("%w: %s", ErrPublished, Short(head.Commit))
		}
		commit, err := s.Objects().Commit(ctx, head.Commit)
		if err != nil {
			return err
		}
		out = Undone{Commit: head.Commit, Message: commit.Message}
		if len(commit.Parents) > 0 {
			out.Head = commit.Parents[0]
		} else if head.Detached() {
			return fmt.Errorf("%w: HEAD is on no branch", ErrNothing)
		}
		return s.Repo.Apply(moveHead(head, out.Head))
	})
	return out, err
}

// Reverted is a commit that takes another one's change back.
type Reverted struct {
	Changed
	Commit cid.Cid
}

// Revert makes a commit that takes back what another one changed, as a merge would:
// later changes of other regions of a recording stay. Where later commits changed the
// same, the error matches ErrConflict and nothing happens.
func (s *Song) Revert(ctx context.Context, bad cid.Cid, author Author) (Reverted, error) {
	var out Reverted
	err := s.locked(ctx, "revert", func() error {
		if err := s.requireNoMerge(); err != nil {
			return err
		}
		head, err := s.Repo.Head()
		if err != nil {
			return err
		}
		commit, err := s.Objects().Commit(ctx, bad)
		if err != nil {
			return err
		}
		tree, err := s.without(ctx, head, bad, commit)
		if err != nil {
			return err
		}
		first, _, _ := strings.Cut(commit.Message, "\n")
		out.Commit, err = s.write(ctx, author, object.Commit{
			Parents: []cid.Cid{head.Commit},
			Message: fmt.Sprintf("revert \"%s\"\n\nTakes back %s.\n", first, bad),
		}, tree)
		if err != nil {
			return err
		}
		out.Changed, err = s.change(ctx, "reverting "+Short(bad), tree, moveHead(head, out.Commit), true)
		return err
	})
	return out, err
}

// without is the head's tree without what a commit changed.
func (s *Song) without(ctx context.Context, head repo.Head, bad cid.Cid, commit object.Commit) (object.Tree, error) {
	ours, err := s.treeOf(ctx, head.Commit)
	if err != nil {
		return object.Tree{}, err
	}
	changed, err := s.Objects().Tree(ctx, commit.Tree)
	if err != nil {
		return object.Tree{}, err
	}
	before := cid.Undef
	if len(commit.Parents) > 0 {
		before = commit.Parents[0]
	}
	theirs, err := s.treeOf(ctx, before)
	if err != nil {
		return object.Tree{}, err
	}
	merged, err := history.MergeTrees(changed, ours, theirs, history.Side{}, s.newJoiner(ctx, MergeOptions{Exact: true}).join)
	if err != nil {
		return object.Tree{}, err
	}
	if len(merged.Conflicts) > 0 {
		paths := make([]string, len(merged.Conflicts))
		for i, c := range merged.Conflicts {
			paths[i] = c.Path
		}
		return object.Tree{}, fmt.Errorf("%w since %s: %s; nothing was changed", ErrConflict, Short(bad), strings.Join(paths, ", "))
	}
	if sameTree(ours, merged.Tree) {
		return object.Tree{}, fmt.Errorf("%w: what %s changed is gone already", ErrNothing, Short(bad))
	}
	return merged.Tree, nil
}

// Restore puts files back as they are in a commit; all of them where no path is
// given. A path names an entry or a folder.
func (s *Song) Restore(ctx context.Context, from cid.Cid, paths []string) (Changed, error) {
	var out Changed
	err := s.locked(ctx, "restore", func() error {
		head, err := s.Repo.Head()
		if err != nil {
			return err
		}
		base, err := s.standsOn(ctx, head)
		if err != nil {
			return err
		}
		wanted, err := s.treeOf(ctx, from)
		if err != nil {
			return err
		}
		snapshot, _, err := s.snapshot(ctx, base)
		if err != nil {
			return err
		}
		target, err := replace(snapshot.Tree, wanted, paths)
		if err != nil {
			return err
		}
		out, err = s.change(ctx, "restoring from "+Short(from), target, repo.Transition{}, false)
		return err
	})
	return out, err
}

// replace puts the entries at the paths as wanted has them into a tree.
func replace(tree, wanted object.Tree, paths []string) (object.Tree, error) {
	if len(paths) == 0 {
		return wanted, nil
	}
	out := object.Tree{Entries: slices.Clone(tree.Entries)}
	for _, p := range paths {
		under := func(e object.Entry) bool {
			return p == "." || e.Path == p || strings.HasPrefix(e.Path, p+"/")
		}
		found := slices.ContainsFunc(wanted.Entries, under) || slices.ContainsFunc(out.Entries, under)
		if !found {
			return out, fmt.Errorf("%w: %q is neither there nor here", ErrNoFile, p)
		}
		out.Entries = slices.DeleteFunc(out.Entries, under)
		for _, e := range wanted.Entries {
			if under(e) {
				out.Entries = append(out.Entries, e)
			}
		}
	}
	out.Sort()
	return out, out.Validate()
}

// Switched is where the folder stands after Switch.
type Switched struct {
	Changed
	Head repo.Head
	// Waiting is work that was saved when the folder last left the branch.
	Waiting []repo.Saved
}

// SwitchRequest says where to go.
type SwitchRequest struct {
	// Branch to stand on.
	Branch string
	// Create makes the branch, at Start (HEAD if that is cid.Undef).
	Create bool
	Start  cid.Cid
	// Detach stands on Start without a branch.
	Detach bool
}

// Switch makes the folder stand on another branch or commit. Uncommitted work is
// saved; a new branch at the same commit takes it along.
func (s *Song) Switch(ctx context.Context, req SwitchRequest) (Switched, error) {
	var out Switched
	err := s.locked(ctx, "switch", func() error {
		if err := s.requireNoMerge(); err != nil {
			return err
		}
		now, err := s.Repo.Head()
		if err != nil {
			return err
		}
		after, to, err := s.destination(now, req)
		if err != nil {
			return err
		}
		out.Head = *after.Head
		out.Head.Commit = to
		if to.Equals(now.Commit) {
			if err := s.Repo.Apply(after); err != nil {
				return err
			}
		} else {
			tree, err := s.treeOf(ctx, to)
			if err != nil {
				return err
			}
			if out.Changed, err = s.change(ctx, "switching to "+nameOf(req), tree, after, false); err != nil {
				return err
			}
		}
		saved, err := s.Repo.Saved()
		for _, w := range saved {
			if w.Branch == out.Head.Branch && w.Branch != "" && (out.Saved == nil || !w.Commit.Equals(out.Saved.Commit)) {
				out.Waiting = append(out.Waiting, w)
			}
		}
		return err
	})
	return out, err
}

func nameOf(req SwitchRequest) string {
	if req.Detach {
		return Short(req.Start)
	}
	return req.Branch
}

// destination works out the transition of a switch and the commit it leads to.
func (s *Song) destination(now repo.Head, req SwitchRequest) (repo.Transition, cid.Cid, error) {
	if req.Detach {
		return repo.Transition{Head: &repo.Head{Commit: req.Start}}, req.Start, nil
	}
	head := &repo.Head{Branch: req.Branch}
	at, err := s.Repo.Ref(repo.BranchRef(req.Branch))
	switch {
	case err != nil && !errors.Is(err, repo.ErrNoRef):
		return repo.Transition{}, cid.Undef, err
	case err == nil && req.Create:
		return repo.Transition{}, cid.Undef, fmt.Errorf("%w: %q", ErrBranchExists, req.Branch)
	case err == nil:
		return repo.Transition{Head: head}, at, nil
	case req.Create:
		start := req.Start
		if !start.Defined() {
			start = now.Commit
		}
		if !start.Defined() { // a song without a commit: the branch begins with the first
			return repo.Transition{Head: head}, start, nil
		}
		return repo.Transition{Head: head, Refs: []repo.RefUpdate{{Name: repo.BranchRef(req.Branch), New: start}}}, start, nil
	}
	// A branch of the remote that is not here yet begins where it was last seen.
	seen, err := s.Repo.Ref(repo.RemoteRef(repo.OriginRemote, req.Branch))
	if errors.Is(err, repo.ErrNoRef) {
		err = fmt.Errorf("%w: %q", repo.ErrNoRef, req.Branch)
	}
	if err != nil {
		return repo.Transition{}, cid.Undef, err
	}
	return repo.Transition{Head: head, Refs: []repo.RefUpdate{{Name: repo.BranchRef(req.Branch), New: seen}}}, seen, nil
}
