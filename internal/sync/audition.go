package sync

import (
	"context"
	"errors"
	"fmt"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/history"
	"github.com/parrots-music/parrots/internal/ipfs"
	"github.com/parrots-music/parrots/internal/repo"
	auditiontypes "github.com/parrots-music/parrots/x/audition/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// AuditionRemote is the name below which a folder keeps what was offered to its song.
// It is no remote that can be fetched.
const AuditionRemote = "auditions"

// Audition is an audition that a push takes in.
type Audition struct {
	Number   uint64
	Revision uint32
	// Offered is the head that the revision pins.
	Offered cid.Cid
}

// FetchCommit brings one commit of a remote with all that it reaches, and keeps it
// under a ref. Everything is checked as Fetch checks it.
func (s *Song) FetchCommit(ctx context.Context, remote *Remote, ref repo.RefName, commit cid.Cid) (Fetched, error) {
	var out Fetched
	refs := []repo.Ref{{Name: ref, Commit: commit}}
	err := s.locked(ctx, "fetch", func() (err error) {
		out, err = s.bring(ctx, source{remote}, refs)
		if errors.Is(err, ipfs.ErrNotFound) {
			out, err = s.bringFromElsewhere(ctx, remote, refs, out, err)
		}
		return err
	})
	return out, err
}

// FollowCommit makes a branch at a commit, or says how a branch of that name has to
// move to be there: forward, or not at all since it has work of its own.
func (s *Song) FollowCommit(ctx context.Context, branch string, commit cid.Cid) (forward bool, err error) {
	at, err := s.refOrNone(repo.BranchRef(branch))
	if err != nil || at.Equals(commit) {
		return false, err
	}
	if !at.Defined() {
		return false, s.MakeBranch(ctx, branch, commit)
	}
	return history.IsAncestor(ctx, history.NewGraph(s.Objects(), nil), at, commit)
}

// Holds says whether a commit is another or has it in its history.
func (s *Song) Holds(ctx context.Context, head, ancestor cid.Cid) (bool, error) {
	return history.IsAncestor(ctx, history.NewGraph(s.Objects(), nil), ancestor, head)
}

// takeIn makes a push the merge of an audition.
func (p *push) takeIn(ctx context.Context, msg *songtypes.MsgPush, head cid.Cid) (*auditiontypes.MsgMergeAudition, error) {
	offered := p.req.Audition.Offered
	edges, err := history.MergeEdges(ctx, p.graph, head, offered)
	if errors.Is(err, history.ErrNotAncestor) {
		return nil, fmt.Errorf("%w: %s does not hold what audition %d offers", ErrNothing, p.req.Branch, p.req.Audition.Number)
	}
	if err != nil {
		return nil, err
	}
	return &auditiontypes.MsgMergeAudition{
		Signer: msg.Signer, SongId: msg.SongId, Number: p.req.Audition.Number, Revision: p.req.Audition.Revision,
		Push: *msg, OfferedEdges: mergeEdges(edges),
	}, nil
}
