package sync

import (
	"context"
	"errors"
	"fmt"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/history"
	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/repo"
)

// MergeRequest says what to take in.
type MergeRequest struct {
	// Theirs is the commit to take in.
	Theirs cid.Cid
	// Name is how a person calls it, such as "origin/main".
	Name string
	// Who made it, for the names of files that are kept side by side.
	Who string
	// Author makes the merge commit. It is asked for only where one is needed.
	Author func() (Author, error)
}

// Outcome says what a merge came to.
type Outcome string

// The outcomes of a merge.
const (
	UpToDate    Outcome = "up-to-date"
	FastForward Outcome = "fast-forward"
	MergeCommit Outcome = "merged"
	Conflicted  Outcome = "conflict"
)

// MergeResult is what a merge did.
type MergeResult struct {
	Changed
	Outcome Outcome
	// Head is where the folder stands now.
	Head cid.Cid
	// Conflicts are the files that both sides changed. Both versions are in the
	// folder, and the merge waits for Continue or Abort.
	Conflicts []history.Conflict
}

// Merge takes a commit into the branch that the folder stands on: by moving the
// branch forward where it can, else by a merge of the trees, path by path.
func (s *Song) Merge(ctx context.Context, req MergeRequest) (MergeResult, error) {
	var out MergeResult
	err := s.locked(ctx, "merge", func() error {
		var err error
		out, err = s.merge(ctx, req)
		return err
	})
	return out, err
}

func (s *Song) merge(ctx context.Context, req MergeRequest) (MergeResult, error) {
	if err := s.requireNoMerge(); err != nil {
		return MergeResult{}, err
	}
	head, err := s.Repo.Head()
	if err != nil {
		return MergeResult{}, err
	}
	graph := history.NewGraph(s.Objects(), nil)
	forward := !head.Commit.Defined()
	if !forward {
		old, err := history.IsAncestor(ctx, graph, req.Theirs, head.Commit)
		if err != nil || old {
			return MergeResult{Outcome: UpToDate, Head: head.Commit}, err
		}
		if forward, err = history.IsAncestor(ctx, graph, head.Commit, req.Theirs); err != nil {
			return MergeResult{}, err
		}
	}
	if forward {
		tree, err := s.treeOf(ctx, req.Theirs)
		if err != nil {
			return MergeResult{}, err
		}
		out := MergeResult{Outcome: FastForward, Head: req.Theirs}
		out.Changed, err = s.change(ctx, "taking in "+req.Name, tree, moveHead(head, req.Theirs), true)
		return out, err
	}
	return s.mergeTrees(ctx, graph, head, req)
}

func (s *Song) mergeTrees(ctx context.Context, graph *history.Graph, head repo.Head, req MergeRequest) (MergeResult, error) {
	bases, err := history.MergeBases(ctx, graph, head.Commit, req.Theirs)
	if err != nil {
		return MergeResult{}, err
	}
	if len(bases) == 0 {
		return MergeResult{}, fmt.Errorf("%w: yours and %s", ErrUnrelated, req.Name)
	}
	base, err := history.BaseTree(ctx, graph, s.Objects(), head.Commit, req.Theirs)
	if err != nil {
		return MergeResult{}, err
	}
	ours, err := s.treeOf(ctx, head.Commit)
	if err != nil {
		return MergeResult{}, err
	}
	theirs, err := s.treeOf(ctx, req.Theirs)
	if err != nil {
		return MergeResult{}, err
	}
	merged, err := history.MergeTrees(base, ours, theirs, history.Side{Who: req.Who, ID: Short(req.Theirs)[:4]})
	if err != nil {
		return MergeResult{}, err
	}
	message := "merge " + req.Name + "\n"
	reason := "merging " + req.Name
	if len(merged.Conflicts) > 0 {
		out := MergeResult{Outcome: Conflicted, Head: head.Commit, Conflicts: merged.Conflicts}
		after := repo.Transition{Merge: &repo.Merge{
			Heads: []cid.Cid{req.Theirs}, Message: message, Conflicts: conflictRecords(merged.Conflicts),
		}}
		out.Changed, err = s.change(ctx, reason, merged.Tree, after, false)
		return out, err
	}
	author, err := req.Author()
	if err != nil {
		return MergeResult{}, err
	}
	id, err := s.write(ctx, author, object.Commit{
		Parents: []cid.Cid{head.Commit, req.Theirs}, Message: message,
	}, merged.Tree)
	if err != nil {
		return MergeResult{}, err
	}
	out := MergeResult{Outcome: MergeCommit, Head: id}
	out.Changed, err = s.change(ctx, reason, merged.Tree, moveHead(head, id), true)
	return out, err
}

func conflictRecords(conflicts []history.Conflict) []repo.Conflict {
	list := make([]repo.Conflict, len(conflicts))
	for i, c := range conflicts {
		list[i] = repo.Conflict{Path: c.Path, Ours: c.OursPath, Theirs: c.TheirsPath}
	}
	return list
}

// ContinueMerge commits the folder as the end of the merge that is under way.
func (s *Song) ContinueMerge(ctx context.Context, req CommitRequest) (Committed, error) {
	var out Committed
	err := s.locked(ctx, "merge", func() error {
		merge, err := s.Repo.Merge()
		if err != nil {
			return err
		}
		if merge == nil {
			return fmt.Errorf("%w: no merge is under way", ErrNothing)
		}
		out, err = s.commit(ctx, req)
		return err
	})
	return out, err
}

// AbortMerge gives up the merge that is under way; the folder is as it was at the
// last commit, and what was changed since is saved.
func (s *Song) AbortMerge(ctx context.Context) (Changed, error) {
	var out Changed
	err := s.locked(ctx, "merge", func() error {
		merge, err := s.Repo.Merge()
		if err != nil {
			return err
		}
		if merge == nil {
			return fmt.Errorf("%w: no merge is under way", ErrNothing)
		}
		head, err := s.Repo.Head()
		if err != nil {
			return err
		}
		tree, err := s.treeOf(ctx, head.Commit)
		if err != nil {
			return err
		}
		out, err = s.change(ctx, "giving up a merge", tree, repo.Transition{EndMerge: true}, false)
		return err
	})
	return out, err
}

// IsNothing says whether an error only means that there was nothing to do.
func IsNothing(err error) bool { return errors.Is(err, ErrNothing) }
