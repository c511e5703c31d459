package keeper

import (
	"context"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/x/song/types"
)

func (k Keeper) release(ctx context.Context, id types.SongID, tag string) (types.Release, error) {
	return get(ctx, k.releases, collections.Join(id, tag), types.ErrReleaseNotFound, tag)
}

func (k Keeper) publishRelease(ctx context.Context, msg *types.MsgPublishRelease) error {
	params, err := k.params.Get(ctx)
	if err != nil {
		return err
	}
	if err := checkRelease(msg, params); err != nil {
		return err
	}
	id, song, signer, err := k.releaser(ctx, msg.Signer, msg.SongId)
	if err != nil {
		return err
	}
	key := collections.Join(id, msg.Tag)
	exists, err := k.releases.Has(ctx, key)
	if err != nil {
		return err
	}
	if exists {
		return errorsmod.Wrapf(types.ErrReleaseExists, "%q; a release never changes", msg.Tag)
	}
	digest, tree, err := k.releasedCommit(ctx, params, id, song, msg)
	if err != nil {
		return err
	}
	if err := k.mayRelease(ctx, params, id, song, signer, digest); err != nil {
		return err
	}
	sdkCtx := sdk.UnwrapSDKContext(ctx)
	release := types.Release{
		Tag: msg.Tag, Commit: digest.String(), Title: msg.Title, Notes: msg.Notes,
		Isrcs: msg.Isrcs, Iswc: msg.Iswc, Upc: msg.Upc, Publisher: signer.Text,
		Licence: song.Metadata.Licence, AiTraining: song.Metadata.AiTraining, Height: sdkCtx.BlockHeight(), Time: sdkCtx.BlockTime(),
	}
	if err := k.releases.Set(ctx, key, release); err != nil {
		return err
	}
	if err := k.releaseTrees.Set(ctx, key, tree); err != nil {
		return err
	}
	if err := emit(ctx, &types.EventReleasePublished{
		SongId: song.Id, Tag: msg.Tag, Commit: digest.String(), Publisher: signer.Text,
	}); err != nil {
		return err
	}
	return k.hooks.AfterReleasePublished(ctx, song, release)
}

// mayRelease holds the song against what it took over, and against what the commit came
// under if that is another song's: a release, like a head, is a way in.
func (k Keeper) mayRelease(ctx context.Context, params types.Params, id types.SongID, song types.Song, signer types.Wallet, digest types.Digest) error {
	if err := k.meetsAll(ctx, song, signer); err != nil {
		return err
	}
	record, err := k.commit(ctx, digest)
	if err != nil {
		return err
	}
	t := &taking{id: id, song: song, signer: signer, limit: params.MaxObligations}
	if err := k.admit(ctx, t, digest, record); err != nil {
		return err
	}
	return k.storeTaken(ctx, t)
}

func checkRelease(msg *types.MsgPublishRelease, params types.Params) error {
	if err := types.CheckReleaseTag(msg.Tag); err != nil {
		return err
	}
	if err := object.CheckText("title", msg.Title, int(params.MaxTitleBytes)); err != nil {
		return errorsmod.Wrap(types.ErrInvalidMetadata, err.Error())
	}
	if err := object.CheckLines("notes", msg.Notes, int(params.MaxDescriptionBytes)); err != nil {
		return errorsmod.Wrap(types.ErrInvalidMetadata, err.Error())
	}
	if n := len(msg.MergeEdges); n > int(params.MaxMergeEdges) {
		return errorsmod.Wrapf(types.ErrLimit, "%d merge edges, limit is %d", n, params.MaxMergeEdges)
	}
	return types.CheckCodes(params, msg.Isrcs, msg.Iswc, msg.Upc)
}

// releaser checks that a wallet may publish releases of a song.
func (k Keeper) releaser(ctx context.Context, signer, songID string) (types.SongID, types.Song, types.Wallet, error) {
	who, err := k.wallet(signer)
	if err != nil {
		return types.SongID{}, types.Song{}, who, err
	}
	id, song, err := k.activeSong(ctx, songID)
	if err != nil {
		return id, song, who, err
	}
	return id, song, who, k.require(ctx, id, song, who, maintainer)
}

// releasedCommit checks that a commit is in the history of a branch and returns the
// bytes of its tree.
func (k Keeper) releasedCommit(ctx context.Context, params types.Params, id types.SongID, song types.Song, msg *types.MsgPublishRelease) (types.Digest, []byte, error) {
	name := msg.Branch
	if name == "" {
		name = song.DefaultBranch
	}
	digest, err := types.ParseDigest(msg.Commit)
	if err != nil {
		return digest, nil, err
	}
	if err := types.CheckBranchName(name); err != nil {
		return digest, nil, err
	}
	branch, err := k.branch(ctx, id, name)
	if err != nil {
		return digest, nil, err
	}
	head := types.Digest(branch.Head)
	if digest == head && len(msg.Tree.Entries) == 0 {
		tree, err := k.branchTrees.Get(ctx, collections.Join(id, name))
		return digest, tree, err
	}
	record, err := k.commit(ctx, digest)
	if err != nil {
		return digest, nil, err
	}
	if err := k.leads(ctx, head, digest, msg.MergeEdges); err != nil {
		return digest, nil, err
	}
	tree, err := k.treeOf(ctx, params, digest, record, msg.Tree)
	return digest, tree, err
}

// attachCodes adds codes that came after the release. What is there stays.
func (k Keeper) attachCodes(ctx context.Context, msg *types.MsgAttachCodes) error {
	params, err := k.params.Get(ctx)
	if err != nil {
		return err
	}
	if err := types.CheckReleaseTag(msg.Tag); err != nil {
		return err
	}
	if err := types.CheckCodes(params, msg.Isrcs, msg.Iswc, msg.Upc); err != nil {
		return err
	}
	if len(msg.Isrcs) == 0 && msg.Iswc == "" && msg.Upc == "" {
		return errorsmod.Wrap(types.ErrInvalidCode, "no code is given")
	}
	id, song, signer, err := k.releaser(ctx, msg.Signer, msg.SongId)
	if err != nil {
		return err
	}
	release, err := k.release(ctx, id, msg.Tag)
	if err != nil {
		return err
	}
	if err := attach(&release, msg); err != nil {
		return err
	}
	if err := k.releases.Set(ctx, collections.Join(id, msg.Tag), release); err != nil {
		return err
	}
	return emit(ctx, &types.EventCodesAttached{SongId: song.Id, Tag: msg.Tag, Signer: signer.Text})
}

func attach(release *types.Release, msg *types.MsgAttachCodes) error {
	if len(msg.Isrcs) != 0 {
		if len(release.Isrcs) != 0 {
			return errorsmod.Wrapf(types.ErrCodeAttached, "isrcs of %q", release.Tag)
		}
		release.Isrcs = msg.Isrcs
	}
	if msg.Iswc != "" {
		if release.Iswc != "" {
			return errorsmod.Wrapf(types.ErrCodeAttached, "iswc %s of %q", release.Iswc, release.Tag)
		}
		release.Iswc = msg.Iswc
	}
	if msg.Upc != "" {
		if release.Upc != "" {
			return errorsmod.Wrapf(types.ErrCodeAttached, "upc %s of %q", release.Upc, release.Tag)
		}
		release.Upc = msg.Upc
	}
	return nil
}
