package sync

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/audio/edit"
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
	// Options say how files that both sides changed are merged.
	Options MergeOptions
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
	// Joined are the files that both sides changed and that were merged, by path, with
	// what was done.
	Joined []Joined
	// Conflicts are the files that a person has to choose. Both versions are in the
	// folder, and the merge waits for DecideConflict, Continue or Abort.
	Conflicts []Conflict
}

// Joined is a file that both sides changed and that was merged.
type Joined struct {
	Path  string
	Notes []string
}

// Conflict is a file that a person has to choose.
type Conflict struct {
	history.Conflict
	// Reason says more than the kind; it may be empty.
	Reason string
	// Regions are the frames of the base that both sides changed, where the file is
	// audio and these are known.
	Regions []edit.Range
	// SampleRate is the audio's.
	SampleRate int
	// Previews are files that were written only to listen to.
	Previews []string
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
	joiner := s.newJoiner(ctx, req.Options)
	base, err := history.BaseTree(ctx, graph, s.Objects(), head.Commit, req.Theirs, s.newJoiner(ctx, req.Options).join)
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
	joiner.renames = slices.Concat(renamesBetween(base, ours), renamesBetween(base, theirs))
	merged, err := history.MergeTrees(base, ours, theirs, history.Side{Who: req.Who, ID: Short(req.Theirs)[:4]}, joiner.join)
	if err != nil {
		return MergeResult{}, err
	}
	commit := object.Commit{Parents: []cid.Cid{head.Commit, req.Theirs}, Message: "merge " + req.Name + "\n"}
	out := MergeResult{Head: head.Commit, Joined: joiner.joined(merged)}
	if len(merged.Conflicts) > 0 {
		return s.leaveConflicts(ctx, joiner, out, commit, merged)
	}
	author, err := req.Author()
	if err != nil {
		return MergeResult{}, err
	}
	if out.Head, err = s.write(ctx, author, commit, merged.Tree); err != nil {
		return MergeResult{}, err
	}
	out.Outcome = MergeCommit
	out.Changed, err = s.change(ctx, "merging "+req.Name, merged.Tree, moveHead(head, out.Head), true)
	return out, err
}

// leaveConflicts puts both versions of what a person has to choose into the folder,
// and what helps to choose beside them.
func (s *Song) leaveConflicts(ctx context.Context, j *joiner, out MergeResult, commit object.Commit, merged history.Merged) (MergeResult, error) {
	out.Outcome = Conflicted
	for _, c := range merged.Conflicts {
		out.Conflicts = append(out.Conflicts, j.conflict(c))
	}
	previews, err := s.planPreviews(j, out.Conflicts)
	if err != nil {
		return out, err
	}
	result, err := s.putResult(ctx, commit, merged.Tree)
	if err != nil {
		return out, err
	}
	after := repo.Transition{Merge: &repo.Merge{
		Heads: commit.Parents[1:], Message: commit.Message, Result: result,
		Exact: j.Exact, Crossfade: j.Crossfade, Conflicts: conflictRecords(out.Conflicts),
	}}
	reason := strings.TrimSpace(strings.Replace(commit.Message, "merge", "merging", 1))
	if out.Changed, err = s.change(ctx, reason, merged.Tree, after, false); err != nil {
		return out, err
	}
	// The previews come last: the merge is complete without them.
	if err := s.writePreviews(ctx, previews); err != nil {
		s.notice("the previews could not be written: " + err.Error())
	}
	return out, nil
}

// putResult keeps the tree that a merge leaves in the folder as a commit of nobody.
func (s *Song) putResult(ctx context.Context, commit object.Commit, tree object.Tree) (cid.Cid, error) {
	var err error
	if commit.Tree, err = s.putTree(ctx, tree); err != nil {
		return cid.Undef, err
	}
	commit.Author = nobody
	commit.Created = uint64(max(0, s.Now().UnixMilli()))
	return s.putCommit(ctx, commit)
}

// conflict adds to a conflict what is known of it.
func (j *joiner) conflict(c history.Conflict) Conflict {
	out := Conflict{Conflict: c}
	found := j.findings[c.Path]
	if found == nil || c.Kind != history.BothChanged && c.Kind != history.BothAdded {
		return out
	}
	out.Reason = found.Reason
	if found.sounds != nil {
		out.SampleRate = found.sounds.rate
		for _, r := range found.sounds.conflicts {
			out.Regions = append(out.Regions, r.Was)
		}
	}
	return out
}

// joined lists what was merged, where the merged tree has it.
func (j *joiner) joined(merged history.Merged) []Joined {
	var list []Joined
	for _, e := range merged.Tree.Entries {
		for _, found := range j.findings {
			if found.result.Equals(e.CID) {
				list = append(list, Joined{e.Path, found.Notes})
				break
			}
		}
	}
	return list
}

func conflictRecords(conflicts []Conflict) []repo.Conflict {
	list := make([]repo.Conflict, len(conflicts))
	for i, c := range conflicts {
		list[i] = repo.Conflict{
			Path: c.Path, Ours: c.OursPath, Theirs: c.TheirsPath, Kind: string(c.Kind), Reason: c.Reason,
			Was: contentOf(c.Base), OursWas: contentOf(c.Ours), TheirsWas: contentOf(c.Theirs), Previews: c.Previews,
		}
	}
	return list
}

func contentOf(e *object.Entry) cid.Cid {
	if e == nil {
		return cid.Undef
	}
	return e.CID
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
		if err == nil {
			s.removePreviews(merge.Conflicts)
		}
		return err
	})
	return out, err
}

// IsNothing says whether an error only means that there was nothing to do.
func IsNothing(err error) bool { return errors.Is(err, ErrNothing) }
