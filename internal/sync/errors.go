package sync

import "errors"

// Errors to compare with errors.Is.
var (
	// ErrBundle: the file is not a bundle, or breaks the format's rules.
	ErrBundle = errors.New("not a valid bundle")
	// ErrNothing: there is nothing to do.
	ErrNothing = errors.New("nothing to do")
	// ErrNonFastForward: the other side has commits that are not here.
	ErrNonFastForward = errors.New("the other side has commits that you do not have")
	// ErrConflict: both sides changed the same thing; a person has to choose.
	ErrConflict = errors.New("both sides changed the same files")
	// ErrNoConflict: what is to be decided is no conflict that can be.
	ErrNoConflict = errors.New("nothing to decide")
	// ErrMerging: a merge waits to be continued or given up.
	ErrMerging = errors.New("a merge is waiting")
	// ErrUnsigned: a commit lacks its author's signature and this wallet is not
	// the author.
	ErrUnsigned = errors.New("a commit lacks its author's signature")
	// ErrSignature: a signature does not fit its commit.
	ErrSignature = errors.New("a signature does not fit its commit")
	// ErrNoFile: a path that is none of the song's.
	ErrNoFile = errors.New("no such file")
	// ErrRevision: a name that is no branch, tag or commit.
	ErrRevision = errors.New("no such commit, branch or saved work")
	// ErrPublished: the commit is on chain and cannot be dropped.
	ErrPublished = errors.New("the commit is published")
	// ErrNoCommits: the branch has no commits yet.
	ErrNoCommits = errors.New("no commits yet")
	// ErrBranchExists: a branch of that name is there already.
	ErrBranchExists = errors.New("branch exists already")
	// ErrCurrentBranch: the folder stands on the branch.
	ErrCurrentBranch = errors.New("the folder stands on this branch")
	// ErrNoRemote: no such remote, or the song was never published.
	ErrNoRemote = errors.New("no such remote")
	// ErrOtherChain: the remote lives on another chain than the joined one.
	ErrOtherChain = errors.New("the song lives on another chain")
	// ErrUnrelated: two songs without a common commit.
	ErrUnrelated = errors.New("the histories have nothing in common")
	// ErrFolder: the folder to clone into is not empty.
	ErrFolder = errors.New("the folder is not empty")
)
