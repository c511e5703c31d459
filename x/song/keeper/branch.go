package keeper

import (
	"bytes"
	"context"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/x/song/types"
)

func (k Keeper) branch(ctx context.Context, id types.SongID, name string) (types.BranchRecord, error) {
	return get(ctx, k.branches, collections.Join(id, name), types.ErrBranchNotFound, name)
}

// setBranch moves or makes a branch, with the tree of its head.
func (k Keeper) setBranch(ctx context.Context, id types.SongID, name string, record types.BranchRecord, tree []byte) error {
	record.UpdatedHeight = sdk.UnwrapSDKContext(ctx).BlockHeight()
	key := collections.Join(id, name)
	if err := k.branches.Set(ctx, key, record); err != nil {
		return err
	}
	return k.branchTrees.Set(ctx, key, tree)
}

// roomForBranch refuses a new branch over the limit, or one whose name could not
// be a file beside the others' on every file system. A song's branches are few
// (max_branches), so they are walked rather than counted: a counter would be one
// more key that two pushes share.
func (k Keeper) roomForBranch(ctx context.Context, id types.SongID, name string, params types.Params) error {
	count := uint32(0)
	rng := collections.NewPrefixedPairRange[types.SongID, string](id)
	err := k.branches.Walk(ctx, rng, func(key collections.Pair[types.SongID, string], _ types.BranchRecord) (bool, error) {
		count++
		if types.BranchNamesCollide(key.K2(), name) {
			return true, errorsmod.Wrapf(types.ErrNameTaken, "branch %q and the song's branch %q cannot be beside each other on every file system", name, key.K2())
		}
		return false, nil
	})
	if err == nil && count >= params.MaxBranches {
		err = errorsmod.Wrapf(types.ErrLimit, "the song has %d branches, limit is %d", count, params.MaxBranches)
	}
	return err
}

// mayPush lets maintainers push everywhere and writers to unprotected branches.
func (k Keeper) mayPush(ctx context.Context, id types.SongID, song types.Song, signer types.Wallet, branch string, protected bool) error {
	has, err := k.standing(ctx, id, song, signer)
	if err != nil {
		return err
	}
	switch {
	case has >= maintainer, has == writer && !protected:
		return nil
	case has == writer:
		return errorsmod.Wrapf(types.ErrProtected, "%q takes pushes of maintainers; push to a branch of your own", branch)
	default:
		return errorsmod.Wrapf(types.ErrUnauthorized, "%s is no collaborator of the song; fork it to push", signer.Text)
	}
}

func (k Keeper) protectBranch(ctx context.Context, msg *types.MsgProtectBranch) error {
	signer, err := k.wallet(msg.Signer)
	if err != nil {
		return err
	}
	id, song, err := k.activeSong(ctx, msg.SongId)
	if err != nil {
		return err
	}
	if err := k.require(ctx, id, song, signer, maintainer); err != nil {
		return err
	}
	if err := types.CheckBranchName(msg.Branch); err != nil {
		return err
	}
	record, err := k.branch(ctx, id, msg.Branch)
	if err != nil || record.Protected == msg.Protected {
		return err
	}
	record.Protected = msg.Protected
	record.UpdatedHeight = sdk.UnwrapSDKContext(ctx).BlockHeight()
	if err := k.branches.Set(ctx, collections.Join(id, msg.Branch), record); err != nil {
		return err
	}
	return emit(ctx, &types.EventBranchProtected{
		SongId: song.Id, Branch: msg.Branch, Protected: msg.Protected, Signer: signer.Text,
	})
}

func (k Keeper) deleteBranch(ctx context.Context, msg *types.MsgDeleteBranch) error {
	signer, err := k.wallet(msg.Signer)
	if err != nil {
		return err
	}
	id, song, err := k.activeSong(ctx, msg.SongId)
	if err != nil {
		return err
	}
	if err := types.CheckBranchName(msg.Branch); err != nil {
		return err
	}
	record, err := k.branch(ctx, id, msg.Branch)
	if err != nil {
		return err
	}
	if err := k.mayPush(ctx, id, song, signer, msg.Branch, record.Protected); err != nil {
		return err
	}
	if record.Protected || msg.Branch == song.DefaultBranch {
		return errorsmod.Wrapf(types.ErrProtected, "%q is protected or the default branch", msg.Branch)
	}
	head, err := types.ParseDigest(msg.ExpectedHead)
	if err != nil {
		return err
	}
	if !bytes.Equal(head[:], record.Head) {
		return staleHead(msg.Branch, record.Head)
	}
	key := collections.Join(id, msg.Branch)
	if err := k.branches.Remove(ctx, key); err != nil {
		return err
	}
	if err := k.branchTrees.Remove(ctx, key); err != nil {
		return err
	}
	return emit(ctx, &types.EventBranchDeleted{
		SongId: song.Id, Branch: msg.Branch, Head: head.String(), Signer: signer.Text,
	})
}

func staleHead(branch string, head []byte) error {
	return errorsmod.Wrapf(types.ErrStaleHead, "%q is at %s; pull first", branch, types.Digest(head))
}
