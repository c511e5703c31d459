package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"github.com/parrots-music/parrots/x/song/types"
)

// forkSong makes a song of its own at the head of another's default branch. Commits
// are global, so it writes a song, a branch and one tree, however long the history.
func (k Keeper) forkSong(ctx context.Context, msg *types.MsgForkSong) (types.SongID, types.Digest, error) {
	var id types.SongID
	var head types.Digest
	creator, err := k.wallet(msg.Creator)
	if err != nil {
		return id, head, err
	}
	parentID, parent, err := k.song(ctx, msg.ParentId)
	if err != nil {
		return id, head, err
	}
	branch, err := k.branch(ctx, parentID, parent.DefaultBranch)
	if errors.Is(err, types.ErrBranchNotFound) {
		err = errorsmod.Wrapf(types.ErrEmptySong, "%s, %q", parent.Id, parent.DefaultBranch)
	}
	if err != nil {
		return id, head, err
	}
	tree, err := k.branchTrees.Get(ctx, collections.Join(parentID, parent.DefaultBranch))
	if err != nil {
		return id, head, err
	}
	head = types.Digest(branch.Head)
	name := msg.Name
	if name == "" {
		name = parent.Name
	}
	id, fork, err := k.addSong(ctx, creator, types.Song{
		Name:          name,
		Metadata:      parent.Metadata,
		DefaultBranch: parent.DefaultBranch,
		Parent:        parent.Id,
		Network:       parent.Network,
		ForkCommit:    head.String(),
	})
	if err != nil {
		return id, head, err
	}
	record := types.BranchRecord{Head: branch.Head, Protected: true}
	if err := k.setBranch(ctx, id, fork.DefaultBranch, record, tree); err != nil {
		return id, head, err
	}
	return id, head, k.announceFork(ctx, fork)
}

func (k Keeper) announceFork(ctx context.Context, fork types.Song) error {
	if err := emit(ctx, &types.EventSongForked{
		ParentId: fork.Parent, SongId: fork.Id, Owner: fork.Owner, Commit: fork.ForkCommit,
	}); err != nil {
		return err
	}
	if err := emit(ctx, &types.EventBranchMoved{
		SongId: fork.Id, Branch: fork.DefaultBranch, NewHead: fork.ForkCommit, Signer: fork.Owner,
	}); err != nil {
		return err
	}
	return emit(ctx, &types.EventBranchProtected{
		SongId: fork.Id, Branch: fork.DefaultBranch, Protected: true, Signer: fork.Owner,
	})
}
