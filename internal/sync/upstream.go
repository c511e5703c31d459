package sync

import (
	"context"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/history"
	"github.com/parrots-music/parrots/internal/repo"
)

// compareUpstream counts what the branch has and its counterpart at origin lacks,
// as far as the last fetch or push saw it. Of a branch without counterpart it counts
// what no remote has.
func (s *Song) compareUpstream(ctx context.Context, status *Status) error {
	if status.Head.Detached() || !status.Head.Commit.Defined() {
		return nil
	}
	name := repo.RemoteRef(repo.OriginRemote, status.Head.Branch)
	theirs, err := s.refOrNone(name)
	if err != nil {
		return err
	}
	graph := history.NewGraph(s.Objects(), nil)
	if theirs.Defined() {
		status.Upstream = name.Short()
		if theirs.Equals(status.Head.Commit) {
			return nil // the usual case reads no history
		}
		status.Ahead, status.Behind, err = history.Count(ctx, graph, status.Head.Commit, theirs)
		return err
	}
	published, err := s.remoteTips()
	if err != nil {
		return err
	}
	for _, err := range history.Walk(ctx, graph, []cid.Cid{status.Head.Commit}, published) {
		if err != nil {
			return err
		}
		status.Ahead++
	}
	return nil
}
