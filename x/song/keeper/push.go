package keeper

import (
	"bytes"
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/x/song/types"
)

// push is one MsgPush under way.
type push struct {
	msg    *types.MsgPush
	params types.Params
	signer types.Wallet
	id     types.SongID
	song   types.Song
	// branch is the branch before the push; exists is false for one to be made.
	branch types.BranchRecord
	exists bool
	// commits are the commits of the message, encoded.
	commits []newCommit
	// trees are those that the message carries of other commits than the head.
	trees map[types.Digest]*object.Tree
	// head is what the branch will point to, and tree the bytes of its tree.
	head types.Digest
	tree []byte
	// added are the commits that the chain had not seen, and taken those of the signer's
	// own that another hand had pushed to another song.
	added, taken []newCommit
	// records are those that were read.
	records map[types.Digest]types.CommitRecord
	// offered is what another song's people offered to this one; nil mostly.
	offered *types.Offer
}

// record reads a commit's record, once.
func (p *push) record(ctx context.Context, k Keeper, digest types.Digest) (types.CommitRecord, error) {
	if record, known := p.records[digest]; known {
		return record, nil
	}
	record, err := k.commit(ctx, digest)
	if err == nil {
		p.records[digest] = record
	}
	return record, err
}

// push moves a branch. offered is what another song's people offered to this one, or nil.
func (k Keeper) push(ctx context.Context, msg *types.MsgPush, offered *types.Offer) (*types.MsgPushResponse, error) {
	p, err := k.beginPush(ctx, msg)
	if err != nil {
		return nil, err
	}
	p.offered = offered
	if p.exists && bytes.Equal(p.branch.Head, p.head[:]) {
		// Sent twice, or somebody else was faster with the same: nothing to do.
		return &types.MsgPushResponse{Head: p.head.String()}, nil
	}
	if err := p.compareHead(); err != nil {
		return nil, err
	}
	if err := k.addCommits(ctx, p); err != nil {
		return nil, err
	}
	if err := k.takeOver(ctx, p); err != nil {
		return nil, err
	}
	if err := k.moveBranch(ctx, p); err != nil {
		return nil, err
	}
	return p.response(), k.tellOthers(ctx, p)
}

func (p *push) response() *types.MsgPushResponse {
	response := &types.MsgPushResponse{Head: p.head.String()}
	for _, c := range p.added {
		response.Commits = append(response.Commits, c.digest.String())
	}
	return response
}

// beginPush checks all that does not depend on where the branch is, cheap things
// first.
func (k Keeper) beginPush(ctx context.Context, msg *types.MsgPush) (*push, error) {
	p := &push{msg: msg, records: make(map[types.Digest]types.CommitRecord)}
	var err error
	if p.params, err = k.params.Get(ctx); err != nil {
		return nil, err
	}
	if err := p.checkLimits(); err != nil {
		return nil, err
	}
	if p.signer, err = k.wallet(msg.Signer); err != nil {
		return nil, err
	}
	if p.id, p.song, err = k.activeSong(ctx, msg.SongId); err != nil {
		return nil, err
	}
	if p.branch, err = k.branch(ctx, p.id, msg.Branch); err != nil && !errors.Is(err, types.ErrBranchNotFound) {
		return nil, err
	}
	p.exists = err == nil
	if !p.exists {
		p.branch.Protected = msg.Branch == p.song.DefaultBranch
	}
	if err := k.mayPush(ctx, p.id, p.song, p.signer, msg.Branch, p.branch.Protected); err != nil {
		return nil, err
	}
	if err := k.encodeCommits(ctx, p); err != nil {
		return nil, err
	}
	return p, k.encodeTrees(ctx, p)
}

func (p *push) checkLimits() error {
	if n := len(p.msg.Commits); n > int(p.params.MaxCommitsPerPush) {
		return errorsmod.Wrapf(types.ErrLimit, "%d commits in one push, limit is %d; push them in several transactions", n, p.params.MaxCommitsPerPush)
	}
	if n := len(p.msg.MergeEdges); n > int(p.params.MaxMergeEdges) {
		return errorsmod.Wrapf(types.ErrLimit, "%d merge edges, limit is %d", n, p.params.MaxMergeEdges)
	}
	if n := len(p.msg.Trees); n > len(p.msg.Commits) {
		return errorsmod.Wrapf(types.ErrLimit, "trees of %d commits in a push of %d", n, len(p.msg.Commits))
	}
	if len(p.msg.Commits) != 0 && p.msg.Head != "" {
		return errorsmod.Wrap(types.ErrInvalidID, "head is for a push without commits; the last commit becomes the head")
	}
	return types.CheckBranchName(p.msg.Branch)
}

// encodeCommits computes the CIDs: the chain takes no client's word for them.
func (k Keeper) encodeCommits(ctx context.Context, p *push) error {
	if len(p.msg.Commits) == 0 {
		var err error
		p.head, err = types.ParseDigest(p.msg.Head)
		return errorsmod.Wrap(err, "head of a push without commits")
	}
	p.commits = make([]newCommit, 0, len(p.msg.Commits))
	for i, c := range p.msg.Commits {
		encoded, err := k.encodeCommit(ctx, p.params, c)
		if err != nil {
			return errorsmod.Wrapf(err, "commit %d of the push", i)
		}
		p.commits = append(p.commits, encoded)
	}
	p.head = p.commits[len(p.commits)-1].digest
	return p.checkConnected()
}

// encodeTrees holds the trees of earlier commits against them. They are not kept; the
// modules that hook in are told.
func (k Keeper) encodeTrees(ctx context.Context, p *push) error {
	p.trees = make(map[types.Digest]*object.Tree, len(p.msg.Trees))
	least := uint32(0)
	for _, t := range p.msg.Trees {
		if t.Commit < least || int64(t.Commit) >= int64(len(p.commits))-1 {
			return errorsmod.Wrapf(types.ErrTreeMismatch,
				"a tree is said to be of commit %d of the push; trees are of commits before the last one, in rising order", t.Commit)
		}
		least = t.Commit + 1
		c := p.commits[t.Commit]
		tree, err := t.Tree.Object()
		if err != nil {
			return errorsmod.Wrapf(err, "tree of commit %d", t.Commit)
		}
		if _, err := k.encodeTree(ctx, p.params, tree, c.digest, c.object); err != nil {
			return err
		}
		p.trees[c.digest] = &tree
	}
	return nil
}

// checkConnected refuses commits that the new head would not lead to, repeated ones
// and children before their parents: each commit but the last has to be a parent of
// a later one.
func (p *push) checkConnected() error {
	position := make(map[types.Digest]int, len(p.commits))
	for i, c := range p.commits {
		if first, repeated := position[c.digest]; repeated {
			return errorsmod.Wrapf(types.ErrRepeatedCommit, "%s is commit %d and %d of the push", c.digest, first, i)
		}
		position[c.digest] = i
	}
	reached := make([]bool, len(p.commits))
	reached[len(reached)-1] = true
	for i := len(p.commits) - 1; i >= 0; i-- {
		c := p.commits[i]
		if !reached[i] {
			return errorsmod.Wrapf(types.ErrUnconnectedCommit, "%s, commit %d of the push, is no parent of a later one", c.digest, i)
		}
		for _, link := range c.object.Parents {
			at, here := position[types.Digest(object.Digest(link))]
			if !here {
				continue
			}
			if at > i {
				return errorsmod.Wrapf(types.ErrMissingParent, "%s comes before its parent %s in the push", c.digest, link)
			}
			reached[at] = true
		}
	}
	return nil
}

// compareHead is the compare of compare-and-swap.
func (p *push) compareHead() error {
	switch {
	case p.msg.ExpectedHead == "" && p.exists:
		return staleHead(p.msg.Branch, p.branch.Head)
	case p.msg.ExpectedHead == "":
		return nil
	case !p.exists:
		return errorsmod.Wrapf(types.ErrBranchNotFound, "%q; leave expected_head empty to make it", p.msg.Branch)
	}
	expected, err := types.ParseDigest(p.msg.ExpectedHead)
	if err != nil {
		return errorsmod.Wrap(err, "expected_head")
	}
	if !bytes.Equal(expected[:], p.branch.Head) {
		return staleHead(p.msg.Branch, p.branch.Head)
	}
	return nil
}

// addCommits stores the commits that the chain has not seen.
func (k Keeper) addCommits(ctx context.Context, p *push) error {
	for _, c := range p.commits {
		record, err := k.commits.Get(ctx, c.digest)
		if err == nil {
			if p.takesBack(c, record) {
				p.taken = append(p.taken, c)
			}
			continue
		}
		if !errors.Is(err, collections.ErrNotFound) {
			return err
		}
		signature, err := k.authorship(ctx, p.params, p.signer, c)
		if err != nil {
			return err
		}
		if err := k.addCommit(ctx, p, c, signature); err != nil {
			return errorsmod.Wrapf(err, "commit %s", c.digest)
		}
		p.added = append(p.added, c)
	}
	return nil
}

// takesBack says whether the signer brings a commit of their own that somebody else
// had pushed to another song before: what that song is under does not bind its author.
func (p *push) takesBack(c newCommit, record types.CommitRecord) bool {
	return len(record.Pusher) != 0 && types.SongID(record.Song) != p.id && bytes.Equal(c.object.Author, p.signer.Raw)
}

// moveBranch is the swap: all commits are stored.
func (k Keeper) moveBranch(ctx context.Context, p *push) error {
	forced, err := k.checkDescent(ctx, p)
	if err != nil {
		return err
	}
	if p.tree, err = k.headTree(ctx, p); err != nil {
		return err
	}
	event := &types.EventBranchMoved{
		SongId: p.song.Id, Branch: p.msg.Branch, NewHead: p.head.String(), Signer: p.signer.Text, Forced: forced,
	}
	if p.exists {
		event.OldHead = types.Digest(p.branch.Head).String()
	} else if err := k.roomForBranch(ctx, p.id, p.msg.Branch, p.params); err != nil {
		return err
	}
	record := types.BranchRecord{Head: p.head[:], Protected: p.branch.Protected}
	if err := k.setBranch(ctx, p.id, p.msg.Branch, record, p.tree); err != nil {
		return err
	}
	if err := emit(ctx, event); err != nil || p.exists || !record.Protected {
		return err
	}
	return emit(ctx, &types.EventBranchProtected{
		SongId: p.song.Id, Branch: p.msg.Branch, Protected: true, Signer: p.signer.Text,
	})
}

// tellOthers runs the hooks for the new commits.
func (k Keeper) tellOthers(ctx context.Context, p *push) error {
	if len(*k.hooks) == 0 || len(p.added) == 0 {
		return nil
	}
	has, err := k.standing(ctx, p.id, p.song, p.signer)
	if err != nil {
		return err
	}
	for _, c := range p.added {
		added := types.CommitAdded{
			Song: p.id, Digest: c.digest, Commit: c.object, Pusher: p.signer.Raw, Maintained: has >= maintainer,
			Tree: p.trees[c.digest],
		}
		if c.digest == p.head {
			tree, err := object.DecodeTree(p.tree)
			if err != nil {
				return errorsmod.Wrap(types.ErrInvalidObject, err.Error())
			}
			added.Tree = &tree
		}
		if err := k.hooks.AfterCommitAdded(ctx, added); err != nil {
			return err
		}
	}
	return nil
}

// checkDescent says whether history was left behind, and whether that may be.
func (k Keeper) checkDescent(ctx context.Context, p *push) (forced bool, err error) {
	if !p.exists {
		return false, nil
	}
	if p.msg.Force && p.branch.Protected {
		return false, errorsmod.Wrapf(types.ErrProtected, "%q takes no forced pushes", p.msg.Branch)
	}
	err = k.leads(ctx, p.head, types.Digest(p.branch.Head), p.msg.MergeEdges)
	if p.msg.Force && errors.Is(err, types.ErrNotDescendant) {
		return true, nil
	}
	return false, err
}

// headTree encodes the tree that the message carries and holds it against the head.
func (k Keeper) headTree(ctx context.Context, p *push) ([]byte, error) {
	record, err := p.record(ctx, k, p.head)
	if err != nil {
		return nil, err
	}
	return k.treeOf(ctx, p.params, p.head, record, p.msg.Tree)
}

// treeOf encodes a tree's fields and checks that they are those of a commit's tree.
func (k Keeper) treeOf(ctx context.Context, params types.Params, digest types.Digest, record types.CommitRecord, tree types.Tree) ([]byte, error) {
	o, err := fields(record)
	if err != nil {
		return nil, err
	}
	t, err := tree.Object()
	if err != nil {
		return nil, err
	}
	return k.encodeTree(ctx, params, t, digest, o)
}

// encodeTree returns the bytes of a tree, which has to be that of a commit.
func (k Keeper) encodeTree(ctx context.Context, params types.Params, tree object.Tree, digest types.Digest, commit object.Commit) ([]byte, error) {
	block, err := tree.Encode()
	if err != nil {
		return nil, errorsmod.Wrap(types.ErrInvalidObject, err.Error())
	}
	charge(ctx, params, block, "tree")
	if link := object.CIDOf(block); !link.Equals(commit.Tree) {
		return nil, errorsmod.Wrapf(types.ErrTreeMismatch, "the fields encode to %s, but the tree of commit %s is %s", link, digest, commit.Tree)
	}
	return block, nil
}
