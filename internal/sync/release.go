package sync

import (
	"context"
	"fmt"

	"github.com/ipfs/go-cid"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/history"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// ReleaseRequest says what to release, or which codes to attach.
type ReleaseRequest struct {
	Tag    string
	Commit cid.Cid
	// Branch is the branch whose history holds the commit; the current one if empty.
	Branch       string
	Title, Notes string
	ISRCs        []string
	ISWC, UPC    string
	// Attach adds codes to a release that is there.
	Attach bool

	Address string
	Signer  chain.Signer
}

// Release puts an immutable tag on a commit that is on the chain.
func (s *Song) Release(ctx context.Context, remote *Remote, req ReleaseRequest) error {
	var msg sdk.Msg = &songtypes.MsgAttachCodes{
		Signer: req.Address, SongId: remote.Song, Tag: req.Tag, Isrcs: req.ISRCs, Iswc: req.ISWC, Upc: req.UPC,
	}
	if !req.Attach {
		publish, err := s.releaseMessage(ctx, remote, req)
		if err != nil {
			return err
		}
		msg = publish
	}
	_, err := remote.Chain.Broadcast(ctx, req.Signer, chain.TxOptions{}, msg)
	return err
}

func (s *Song) releaseMessage(ctx context.Context, remote *Remote, req ReleaseRequest) (*songtypes.MsgPublishRelease, error) {
	branch := req.Branch
	if branch == "" {
		head, err := s.Repo.Head()
		if err != nil {
			return nil, err
		}
		branch = head.Branch
	}
	tip, err := remote.head(ctx, branch)
	if err != nil {
		return nil, err
	}
	if !tip.Defined() {
		return nil, fmt.Errorf("%w: branch %q is not published", ErrRevision, branch)
	}
	msg := &songtypes.MsgPublishRelease{
		Signer: req.Address, SongId: remote.Song, Tag: req.Tag, Commit: req.Commit.String(), Branch: branch,
		Title: req.Title, Notes: req.Notes, Isrcs: req.ISRCs, Iswc: req.ISWC, Upc: req.UPC,
	}
	if tip.Equals(req.Commit) {
		return msg, nil // the chain has its tree
	}
	edges, err := history.MergeEdges(ctx, history.NewGraph(s.Objects(), nil), tip, req.Commit)
	if err != nil {
		return nil, fmt.Errorf("%s is not in the published history of %s; push or fetch first: %w", Short(req.Commit), branch, err)
	}
	msg.MergeEdges = mergeEdges(edges)
	tree, err := s.treeOf(ctx, req.Commit)
	if err != nil {
		return nil, err
	}
	msg.Tree, err = chain.TreeToProto(tree)
	return msg, err
}
