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
	t, err := k.forkOf(ctx, creator, parent, head, msg.Name)
	if err != nil {
		return id, head, err
	}
	if id, t.song, err = k.addSong(ctx, creator, t.song); err != nil {
		return id, head, err
	}
	record := types.BranchRecord{Head: branch.Head, Protected: true}
	if err := k.setBranch(ctx, id, t.song.DefaultBranch, record, tree); err != nil {
		return id, head, err
	}
	if err := k.announceFork(ctx, t.song); err != nil {
		return id, head, err
	}
	return id, head, announceTaken(ctx, t)
}

// forkOf is a fork before it has an id, with what it takes over. It is under what its
// head came under, whatever the parent says today.
func (k Keeper) forkOf(ctx context.Context, creator types.Wallet, parent types.Song, head types.Digest, name string) (*taking, error) {
	if name == "" {
		name = parent.Name
	}
	params, err := k.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	record, err := k.commit(ctx, head)
	if err != nil {
		return nil, err
	}
	_, training, err := terms(record, creator)
	if err != nil {
		return nil, err
	}
	metadata := parent.Metadata
	metadata.Licence, metadata.AiTraining = record.Licence, training
	t := &taking{signer: creator, limit: params.MaxObligations, song: types.Song{
		Owner:         creator.Text,
		Name:          name,
		Metadata:      metadata,
		DefaultBranch: parent.DefaultBranch,
		Parent:        parent.Id,
		Network:       parent.Network,
		ForkCommit:    head.String(),
	}}
	return t, k.takeCommit(ctx, t, head, record)
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
