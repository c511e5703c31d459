package sync

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/ipfs"
	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/repo"
	"github.com/parrots-music/parrots/internal/worktree"
)

// CommitRequest says who commits and what they say of it.
type CommitRequest struct {
	Author        Author
	Message       string
	Contributions []object.Contribution
}

// Committed is a new commit.
type Committed struct {
	Commit cid.Cid
	// Branch is where it went; empty where HEAD is detached.
	Branch string
	// Entries is the number of entries of its tree, Read the number of files that
	// had to be read, Bytes their length.
	Entries, Read int
	Bytes         int64
	// Signed says whether the author's signature was made.
	Signed   bool
	Warnings []worktree.Warning
	Notices  []string
}

// Commit saves the folder as it is. The error matches ErrNothing where a commit
// would say nothing new. Where a merge is under way, it is what the commit ends.
func (s *Song) Commit(ctx context.Context, req CommitRequest) (Committed, error) {
	var out Committed
	err := s.locked(ctx, "commit", func() error {
		var err error
		out, err = s.commit(ctx, req)
		return err
	})
	return out, err
}

func (s *Song) commit(ctx context.Context, req CommitRequest) (Committed, error) {
	head, err := s.Repo.Head()
	if err != nil {
		return Committed{}, err
	}
	base, err := s.treeOf(ctx, head.Commit)
	if err != nil {
		return Committed{}, err
	}
	standing, err := s.standsOn(ctx, head)
	if err != nil {
		return Committed{}, err
	}
	snapshot, read, err := s.snapshotRenamed(ctx, standing)
	if err != nil {
		return Committed{}, err
	}
	out := Committed{
		Branch: head.Branch, Entries: len(snapshot.Tree.Entries), Read: snapshot.Read, Bytes: read,
		Warnings: snapshot.Warnings, Notices: snapshot.Notices,
	}
	merge, err := s.mergeToEnd(ctx, head)
	if err != nil {
		return out, err
	}
	same := head.Commit.Defined() && sameTree(base, snapshot.Tree)
	empty := !head.Commit.Defined() && len(snapshot.Tree.Entries) == 0
	if merge == nil && (empty || same && len(req.Contributions) == 0) {
		return out, ErrNothing
	}
	commit := object.Commit{Message: req.Message, Contributions: req.Contributions}
	if head.Commit.Defined() {
		commit.Parents = []cid.Cid{head.Commit}
	}
	if merge != nil {
		commit.Parents = append(commit.Parents, merge.Heads...)
		if commit.Message == "" {
			commit.Message = merge.Message
		}
	}
	out.Commit, err = s.write(ctx, req.Author, commit, snapshot.Tree)
	if err != nil {
		return out, err
	}
	out.Signed = req.Author.ChainID != ""
	after := moveHead(head, out.Commit)
	after.EndMerge = merge != nil
	if err := s.Repo.Apply(after); err != nil {
		return out, err
	}
	if merge != nil {
		s.removePreviews(merge.Conflicts)
		out.Notices = append(out.Notices, bothKept(merge.Conflicts, snapshot.Tree)...)
	}
	return out, nil
}

// bothKept says of which conflicts a commit has both versions, which a mix would play
// together.
func bothKept(conflicts []repo.Conflict, tree object.Tree) (notices []string) {
	for _, c := range conflicts {
		_, ours := tree.Find(c.Ours)
		_, theirs := tree.Find(c.Theirs)
		if ours && theirs && c.Ours != c.Theirs {
			notices = append(notices, fmt.Sprintf("both %s and %s are in the song now; delete one if you do not want both", c.Ours, c.Theirs))
		}
	}
	return notices
}

// write stores a tree and a commit of the author's, flushes, and signs.
func (s *Song) write(ctx context.Context, author Author, commit object.Commit, tree object.Tree) (cid.Cid, error) {
	treeCID, err := s.putTree(ctx, tree)
	if err != nil {
		return cid.Undef, err
	}
	commit.Tree = treeCID
	commit.Author = author.Raw
	commit.Created = uint64(max(0, s.Now().UnixMilli()))
	id, err := s.putCommit(ctx, commit)
	if err != nil {
		return cid.Undef, err
	}
	return id, s.sign(author, id)
}

func (s *Song) putTree(ctx context.Context, tree object.Tree) (cid.Cid, error) {
	data, err := tree.Encode()
	if err != nil {
		return cid.Undef, err
	}
	return s.putObject(ctx, data)
}

// putCommit stores a commit and everything before it durably.
func (s *Song) putCommit(ctx context.Context, commit object.Commit) (cid.Cid, error) {
	data, err := commit.Encode()
	if err != nil {
		return cid.Undef, err
	}
	id, err := s.putObject(ctx, data)
	if err != nil {
		return cid.Undef, err
	}
	return id, s.Blocks.Flush(ctx)
}

func (s *Song) putObject(ctx context.Context, data []byte) (cid.Cid, error) {
	block, err := ipfs.NewBlock(ipfs.CodecDagCBOR, data)
	if err != nil {
		return cid.Undef, err
	}
	return block.CID(), s.Blocks.Put(ctx, block)
}

// snapshot stores the folder as it is and returns how many bytes were read.
func (s *Song) snapshot(ctx context.Context, base object.Tree) (worktree.Snapshot, int64, error) {
	var read atomic.Int64
	work, err := s.openWork(&read)
	if err != nil {
		return worktree.Snapshot{}, 0, err
	}
	defer work.Close() //nolint:errcheck // a folder that was only read
	defer s.Progress.Done()
	opts := worktree.SnapshotOptions{
		Base:  base,
		Total: func(bytes int64) { s.Progress.Start("reading", bytes) },
	}
	kept := overviews{song: s}
	if s.Derived != nil {
		opts.Peaks = kept.put
	}
	snapshot, err := work.Snapshot(ctx, opts)
	kept.done()
	return snapshot, read.Load(), err
}

func (s *Song) openWork(read *atomic.Int64) (*worktree.Worktree, error) {
	return worktree.Open(s.Repo, stored{blocks: s.Blocks, progress: s.Progress, added: read})
}

// Status is how the folder differs from the commit that it stands on.
type Status struct {
	worktree.Status
	Head repo.Head
	// Merging says that a merge waits to be continued or given up.
	Merging bool
	// Upstream is what the branch is compared with; empty if it was never pushed.
	Upstream      string
	Ahead, Behind int
}

// Status compares the folder with the commit that it stands on.
func (s *Song) Status(ctx context.Context) (Status, error) {
	head, err := s.Repo.Head()
	if err != nil {
		return Status{}, err
	}
	base, err := s.treeOf(ctx, head.Commit)
	if err != nil {
		return Status{}, err
	}
	var read atomic.Int64
	work, err := s.openWork(&read)
	if err != nil {
		return Status{}, err
	}
	defer work.Close() //nolint:errcheck // a folder that was only read
	status, err := work.Status(ctx, base)
	if err != nil {
		return Status{}, err
	}
	out := Status{Status: status, Head: head}
	merge, err := s.Repo.Merge()
	if err != nil {
		return Status{}, err
	}
	out.Merging = merge != nil
	return out, s.compareUpstream(ctx, &out)
}

// sameTree compares what a commit would say of the entries.
func sameTree(a, b object.Tree) bool {
	return slices.EqualFunc(a.Entries, b.Entries, func(x, y object.Entry) bool {
		return x.Path == y.Path && x.CID.Equals(y.CID) && x.Kind == y.Kind && x.Instrument == y.Instrument && x.Start == y.Start
	})
}

// moveHead is the transition that makes a commit the one the folder stands on.
func moveHead(head repo.Head, to cid.Cid) repo.Transition {
	if head.Detached() {
		return repo.Transition{Head: &repo.Head{Commit: to}}
	}
	return repo.Transition{Refs: []repo.RefUpdate{{Name: repo.BranchRef(head.Branch), Old: head.Commit, New: to}}}
}

// mergeToEnd returns the merge that a commit would end. One that a commit has ended, and
// that a crash has left, is forgotten.
func (s *Song) mergeToEnd(ctx context.Context, head repo.Head) (*repo.Merge, error) {
	merge, err := s.Repo.Merge()
	if err != nil || merge == nil || !head.Commit.Defined() {
		return merge, err
	}
	commit, err := s.Objects().Commit(ctx, head.Commit)
	if err != nil {
		return nil, err
	}
	for _, c := range merge.Heads {
		if !slices.ContainsFunc(commit.Parents, c.Equals) {
			return merge, nil
		}
	}
	return nil, s.Repo.SetMerge(nil)
}

// requireNoMerge refuses what would mix with a merge that is under way.
func (s *Song) requireNoMerge() error {
	merge, err := s.Repo.Merge()
	if err != nil {
		return err
	}
	if merge != nil {
		return fmt.Errorf("%w in this folder", ErrMerging)
	}
	return nil
}
