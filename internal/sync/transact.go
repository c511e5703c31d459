package sync

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/ipfs/go-cid"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/history"
	"github.com/parrots-music/parrots/internal/songfile"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// transact sends the new commits, in as few transactions as the chain allows.
// Each is a whole step: after it the chain has a head that descends from the last.
func (p *push) transact(ctx context.Context, commits map[cid.Cid]songtypes.Commit) error {
	batches, err := p.batches(ctx)
	if err != nil {
		return err
	}
	total, err := p.size(ctx, slices.Concat(batches...))
	if err != nil {
		return err
	}
	p.song.Progress.Start("publishing", total)
	defer p.song.Progress.Done()
	if p.create == nil {
		if p.update, err = p.describe(ctx); err != nil {
			return err
		}
	}
	expected := p.remoteHead
	for i, batch := range batches {
		if expected, err = p.step(ctx, expected, batch, commits, i == len(batches)-1); err != nil {
			return err
		}
		done, err := p.size(ctx, batch)
		if err != nil {
			return err
		}
		p.song.Progress.Add(done)
	}
	return nil
}

// maxBatchBytes bounds the commits of one transaction, which a node takes up to
// about a megabyte of, together with a tree.
const maxBatchBytes = 384 << 10

// batches cuts the new commits into transactions. Where there is none the branch
// still moves, to a commit that the chain knows from elsewhere.
func (p *push) batches(ctx context.Context) ([][]cid.Cid, error) {
	if len(p.fresh) == 0 {
		return [][]cid.Cid{nil}, nil
	}
	params, err := p.remote.Chain.Params(ctx)
	if err != nil {
		return nil, err
	}
	longest := 1
	for _, node := range p.fresh {
		n, err := p.song.Blocks.Size(ctx, node.CID)
		if err != nil {
			return nil, err
		}
		longest = max(longest, n)
	}
	limit := max(1, min(int(params.MaxCommitsPerPush), maxBatchBytes/longest))
	cut, err := history.Batches(ctx, p.graph, p.head, p.remoteHead, p.exclude, limit)
	if err != nil {
		return nil, err
	}
	batches := make([][]cid.Cid, len(cut))
	for i, nodes := range cut {
		for _, node := range nodes {
			batches[i] = append(batches[i], node.CID)
		}
	}
	return batches, nil
}

// step moves the branch by one transaction and notes that it did. The last one tells the
// chain what the song file says.
func (p *push) step(ctx context.Context, expected cid.Cid, batch []cid.Cid, commits map[cid.Cid]songtypes.Commit, last bool) (cid.Cid, error) {
	msg, head, err := p.message(ctx, expected, batch, commits)
	if err != nil {
		return cid.Undef, err
	}
	msgs := []sdk.Msg{msg}
	if last && p.req.Audition != nil {
		if msgs[0], err = p.takeIn(ctx, msg, head); err != nil {
			return cid.Undef, err
		}
	}
	if p.create != nil {
		msgs = []sdk.Msg{p.create, msg}
	}
	if last && p.update != nil {
		msgs = append(msgs, p.update)
	}
	result, err := p.remote.Chain.Broadcast(ctx, p.req.Signer, chain.TxOptions{}, msgs...)
	if last && p.update != nil && errors.Is(err, chain.ErrRefused) && !errors.Is(err, songtypes.ErrStaleHead) {
		// The sponsor may not pay for it, or the role was taken away meanwhile: the
		// commits come first.
		p.notice(fmt.Sprintf("the chain was not told what %s says: %v", songfile.Name, err))
		result, err = p.remote.Chain.Broadcast(ctx, p.req.Signer, chain.TxOptions{}, msgs[:len(msgs)-1]...)
	}
	if errors.Is(err, songtypes.ErrStaleHead) {
		return cid.Undef, fmt.Errorf("%w: somebody pushed to %s meanwhile", ErrNonFastForward, p.req.Branch)
	}
	if err != nil {
		return cid.Undef, err
	}
	p.out.Transactions = append(p.out.Transactions, result.Hash)
	p.out.Commits += len(batch)
	if p.create != nil {
		p.out.Created = true
		p.create = nil
	}
	if err := p.rememberSong(); err != nil {
		return cid.Undef, err
	}
	return head, p.remember(head)
}

// message builds the push of one batch. A batch without commits moves the branch
// to a commit that the chain knows.
func (p *push) message(ctx context.Context, expected cid.Cid, batch []cid.Cid, commits map[cid.Cid]songtypes.Commit) (*songtypes.MsgPush, cid.Cid, error) {
	msg := &songtypes.MsgPush{
		Signer: p.req.Author.Address,
		SongId: p.remote.Song,
		Branch: p.req.Branch,
	}
	head := p.head
	for _, c := range batch {
		msg.Commits = append(msg.Commits, commits[c])
		head = c
	}
	if len(batch) == 0 {
		msg.Head = head.String()
	}
	commit, err := p.song.Objects().Commit(ctx, head)
	if err != nil {
		return nil, head, err
	}
	if msg.Tree, err = p.treeMessage(ctx, commit); err != nil {
		return nil, head, err
	}
	if expected.Defined() {
		msg.ExpectedHead = expected.String()
		edges, err := history.MergeEdges(ctx, p.graph, head, expected)
		if err != nil {
			return nil, head, err
		}
		msg.MergeEdges = mergeEdges(edges)
	}
	return msg, head, p.addTrees(ctx, msg, batch)
}

// maxTreeBytes bounds the trees of earlier commits in one push, and maxPushBytes the
// push with them.
const (
	maxTreeBytes = 256 << 10
	maxPushBytes = 900 << 10
)

// addTrees gives a push the trees of its commits but the last, as far as they have
// room: from them the chain knows who brought which stem first.
func (p *push) addTrees(ctx context.Context, msg *songtypes.MsgPush, batch []cid.Cid) error {
	room := min(maxTreeBytes, maxPushBytes-msg.Size())
	for i, c := range batch[:max(0, len(batch)-1)] {
		commit, err := p.song.Objects().Commit(ctx, c)
		if err != nil {
			return err
		}
		tree, err := p.treeMessage(ctx, commit)
		if err != nil {
			return err
		}
		if room -= tree.Size(); room < 0 {
			return nil
		}
		msg.Trees = append(msg.Trees, songtypes.CommitTree{Commit: uint32(i), Tree: tree})
	}
	return nil
}

func mergeEdges(edges []history.Edge) []songtypes.MergeEdge {
	var list []songtypes.MergeEdge
	for _, e := range edges {
		list = append(list, songtypes.MergeEdge{Commit: e.Commit.String(), Parent: uint32(e.Parent)})
	}
	return list
}
