package keeper

import (
	"context"
	"errors"
	"slices"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/x/song/types"
)

// song reads a song by its id's text.
func (k Keeper) song(ctx context.Context, text string) (types.SongID, types.Song, error) {
	id, err := types.ParseSongID(text)
	if err != nil {
		return id, types.Song{}, err
	}
	song, err := get(ctx, k.songs, id, types.ErrSongNotFound, text)
	return id, song, err
}

// activeSong is song, for messages that an archived song does not take.
func (k Keeper) activeSong(ctx context.Context, text string) (types.SongID, types.Song, error) {
	id, song, err := k.song(ctx, text)
	if err == nil && song.Archived {
		err = errorsmod.Wrapf(types.ErrArchived, "%s takes nothing until its owner un-archives it", text)
	}
	return id, song, err
}

func (k Keeper) createSong(ctx context.Context, msg *types.MsgCreateSong) (types.SongID, error) {
	creator, err := k.wallet(msg.Creator)
	if err != nil {
		return types.SongID{}, err
	}
	params, err := k.params.Get(ctx)
	if err != nil {
		return types.SongID{}, err
	}
	if err := msg.Metadata.Validate(params); err != nil {
		return types.SongID{}, err
	}
	branch := msg.DefaultBranch
	if branch == "" {
		branch = types.DefaultBranch
	}
	if err := types.CheckBranchName(branch); err != nil {
		return types.SongID{}, err
	}
	id, _, err := k.addSong(ctx, creator, types.Song{Name: msg.Name, Metadata: msg.Metadata, DefaultBranch: branch})
	return id, err
}

// addSong gives a new song its id, owner and place in time, and stores it. The
// name is checked here.
func (k Keeper) addSong(ctx context.Context, creator types.Wallet, song types.Song) (types.SongID, types.Song, error) {
	n, err := k.counts.Get(ctx, creator.Raw)
	if err != nil && !errors.Is(err, collections.ErrNotFound) {
		return types.SongID{}, song, err
	}
	if err := k.counts.Set(ctx, creator.Raw, n+1); err != nil {
		return types.SongID{}, song, err
	}
	id := types.NewSongID(creator.Raw, n)
	sdkCtx := sdk.UnwrapSDKContext(ctx)
	song.Id, song.Owner, song.Revision = id.String(), creator.Text, 1
	song.CreatedHeight, song.CreatedTime = sdkCtx.BlockHeight(), sdkCtx.BlockTime()
	if song.Network == "" {
		song.Network = song.Id
	}
	if err := k.claimName(ctx, creator, song.Name, id); err != nil {
		return id, song, err
	}
	if err := k.insertSong(ctx, id, song); err != nil {
		return id, song, err
	}
	if err := k.retag(ctx, id, nil, song.Metadata.Tags); err != nil {
		return id, song, err
	}
	if err := emit(ctx, &types.EventSongCreated{SongId: song.Id, Owner: song.Owner, Name: song.Name}); err != nil {
		return id, song, err
	}
	return id, song, k.hooks.AfterSongCreated(ctx, song)
}

// insertSong stores a song with its indexes, but for its name among its owner's and its
// tags.
func (k Keeper) insertSong(ctx context.Context, id types.SongID, song types.Song) error {
	if err := k.songs.Set(ctx, id, song); err != nil {
		return err
	}
	if err := k.newest.Set(ctx, newestKey(id, song)); err != nil {
		return err
	}
	if err := k.allNames.Set(ctx, collections.Join(song.Name, id)); err != nil {
		return err
	}
	if song.Parent == "" {
		return nil
	}
	parent, err := types.ParseSongID(song.Parent)
	if err != nil {
		return err
	}
	return k.forks.Set(ctx, collections.Join(parent, id))
}

// newestKey orders songs by falling height of creation.
func newestKey(id types.SongID, song types.Song) collections.Pair[uint64, types.SongID] {
	return collections.Join(^uint64(song.CreatedHeight), id)
}

// claimName takes a name among an owner's songs.
func (k Keeper) claimName(ctx context.Context, owner types.Wallet, name string, id types.SongID) error {
	if err := types.CheckSongName(name); err != nil {
		return err
	}
	key := collections.Join(owner.Raw, name)
	taken, err := k.names.Has(ctx, key)
	if err != nil {
		return err
	}
	if taken {
		return errorsmod.Wrapf(types.ErrNameTaken, "%s has a song %q; give another name", owner.Text, name)
	}
	return k.names.Set(ctx, key, id)
}

func (k Keeper) updateSong(ctx context.Context, msg *types.MsgUpdateSong) error {
	signer, err := k.wallet(msg.Signer)
	if err != nil {
		return err
	}
	id, old, err := k.song(ctx, msg.SongId)
	if err != nil {
		return err
	}
	if err := k.mayUpdate(ctx, id, old, signer, msg); err != nil {
		return err
	}
	if msg.ExpectedRevision != 0 && msg.ExpectedRevision != old.Revision {
		return errorsmod.Wrapf(types.ErrStaleRevision,
			"it is at revision %d, not %d; look at what changed and do it again", old.Revision, msg.ExpectedRevision)
	}
	params, err := k.params.Get(ctx)
	if err != nil {
		return err
	}
	if err := msg.Metadata.Validate(params); err != nil {
		return err
	}
	song := old
	song.Revision++
	song.Metadata, song.Archived = msg.Metadata, msg.Archived
	if song.DefaultBranch, err = k.newDefaultBranch(ctx, id, old, msg.DefaultBranch); err != nil {
		return err
	}
	if msg.Name != "" && msg.Name != old.Name {
		song.Name = msg.Name
		if err := k.renameSong(ctx, id, old.Name, msg.Name, signer); err != nil {
			return err
		}
	}
	if err := k.mayRelicense(ctx, old, song, signer); err != nil {
		return err
	}
	if err := k.hooks.BeforeSongUpdated(ctx, old, song, signer.Raw); err != nil {
		return err
	}
	if err := k.retag(ctx, id, old.Metadata.Tags, song.Metadata.Tags); err != nil {
		return err
	}
	if err := k.songs.Set(ctx, id, song); err != nil {
		return err
	}
	return emit(ctx, &types.EventSongUpdated{
		SongId: song.Id, Signer: signer.Text,
		Name: song.Name, Licence: song.Metadata.Licence, Archived: song.Archived,
		Revision: song.Revision, AiTraining: song.Metadata.AiTraining,
	})
}

func (k Keeper) mayUpdate(ctx context.Context, id types.SongID, song types.Song, signer types.Wallet, msg *types.MsgUpdateSong) error {
	if song.Archived && msg.Archived {
		return errorsmod.Wrapf(types.ErrArchived, "%s takes nothing until its owner un-archives it", song.Id)
	}
	renames := msg.Name != "" && msg.Name != song.Name
	if renames || msg.Archived != song.Archived {
		if signer.Text != song.Owner {
			return errorsmod.Wrapf(types.ErrUnauthorized, "only the owner %s renames, archives and un-archives the song", song.Owner)
		}
		return nil
	}
	return k.require(ctx, id, song, signer, maintainer)
}

// mayRelicense holds a new licence, or another word on AI training, against what the
// song took over. It is for what comes: commits keep what they came under.
func (k Keeper) mayRelicense(ctx context.Context, before, after types.Song, signer types.Wallet) error {
	if before.Metadata.Licence == after.Metadata.Licence && before.Metadata.AiTraining == after.Metadata.AiTraining {
		return nil
	}
	return k.meetsAll(ctx, after, signer)
}

func (k Keeper) newDefaultBranch(ctx context.Context, id types.SongID, song types.Song, branch string) (string, error) {
	if branch == "" || branch == song.DefaultBranch {
		return song.DefaultBranch, nil
	}
	if err := types.CheckBranchName(branch); err != nil {
		return "", err
	}
	_, err := k.branch(ctx, id, branch)
	return branch, err
}

func (k Keeper) renameSong(ctx context.Context, id types.SongID, from, to string, owner types.Wallet) error {
	if err := k.claimName(ctx, owner, to, id); err != nil {
		return err
	}
	if err := k.names.Remove(ctx, collections.Join(owner.Raw, from)); err != nil {
		return err
	}
	return k.renameAmongAll(ctx, id, from, to)
}

// renameAmongAll moves a song in the index of all names.
func (k Keeper) renameAmongAll(ctx context.Context, id types.SongID, from, to string) error {
	if from == to {
		return nil
	}
	if err := k.allNames.Remove(ctx, collections.Join(from, id)); err != nil {
		return err
	}
	return k.allNames.Set(ctx, collections.Join(to, id))
}

func (k Keeper) retag(ctx context.Context, id types.SongID, from, to []string) error {
	for _, tag := range from {
		if slices.Contains(to, tag) {
			continue
		}
		if err := k.tags.Remove(ctx, collections.Join(tag, id)); err != nil {
			return err
		}
		if err := k.tagCounts.Add(ctx, tag, -1); err != nil {
			return err
		}
	}
	for _, tag := range to {
		if slices.Contains(from, tag) {
			continue
		}
		if err := k.tags.Set(ctx, collections.Join(tag, id)); err != nil {
			return err
		}
		if err := k.tagCounts.Add(ctx, tag, 1); err != nil {
			return err
		}
	}
	return nil
}
