package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/x/audition/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// scene is what a message about an audition plays in: the signer, the song and the
// audition.
type scene struct {
	params types.Params
	signer songtypes.Wallet
	id     songtypes.SongID
	song   songtypes.Song
	// maintained says that the signer is the song's owner or a maintainer.
	maintained bool
	// audition is empty while one is opened.
	audition types.Audition
}

// begin reads signer and song. An archived song takes no audition's message.
func (k Keeper) begin(ctx context.Context, signer, songID string) (*scene, error) {
	s := new(scene)
	var err error
	if s.params, err = k.params.Get(ctx); err != nil {
		return nil, err
	}
	if s.signer, err = k.wallet(signer); err != nil {
		return nil, err
	}
	if s.id, s.song, err = k.song(ctx, songID); err != nil {
		return nil, err
	}
	s.maintained, err = k.songs.Maintains(ctx, s.song, s.signer.Raw)
	return s, err
}

// beginAt is begin, with the audition.
func (k Keeper) beginAt(ctx context.Context, signer, songID string, number uint64) (*scene, error) {
	s, err := k.begin(ctx, signer, songID)
	if err != nil {
		return nil, err
	}
	s.audition, err = k.audition(ctx, s.id, number)
	return s, err
}

// beginOpen is beginAt, for messages that only an open audition takes.
func (k Keeper) beginOpen(ctx context.Context, signer, songID string, number uint64) (*scene, error) {
	s, err := k.beginAt(ctx, signer, songID, number)
	if err != nil {
		return nil, err
	}
	if err := s.active(); err != nil {
		return nil, err
	}
	return s, isOpen(s.audition)
}

func (s *scene) active() error {
	if s.song.Archived {
		return errorsmod.Wrapf(songtypes.ErrArchived, "%s takes nothing until its owner un-archives it", s.song.Id)
	}
	return nil
}

func (s *scene) opened() bool { return s.audition.Opener == s.signer.Text }

func (k Keeper) song(ctx context.Context, text string) (songtypes.SongID, songtypes.Song, error) {
	id, err := songtypes.ParseSongID(text)
	if err != nil {
		return id, songtypes.Song{}, err
	}
	song, err := k.songs.Song(ctx, id)
	return id, song, err
}

func (k Keeper) audition(ctx context.Context, id songtypes.SongID, number uint64) (types.Audition, error) {
	a, err := k.auditions.Get(ctx, collections.Join(id, number))
	if errors.Is(err, collections.ErrNotFound) {
		err = errorsmod.Wrapf(types.ErrAuditionNotFound, "number %d of %s", number, id)
	}
	return a, err
}

func isOpen(a types.Audition) error {
	switch a.Status {
	case types.Status_STATUS_CLOSED:
		return errorsmod.Wrapf(types.ErrClosed, "number %d; reopen it first", a.Number)
	case types.Status_STATUS_MERGED:
		return errorsmod.Wrapf(types.ErrMerged, "number %d, as %s", a.Number, a.Merge.Head)
	default:
		return nil
	}
}

// welcome refuses wallets that the song's owner blocked. Who maintains the song is
// welcome.
func (k Keeper) welcome(ctx context.Context, s *scene) error {
	if k.others.blocks == nil || s.maintained {
		return nil
	}
	owner, err := k.wallet(s.song.Owner)
	if err != nil {
		return err
	}
	blocked, err := k.others.blocks.IsBlocked(ctx, owner.Raw, s.signer.Raw)
	if err == nil && blocked {
		err = errorsmod.Wrapf(types.ErrBlocked, "%s does not want %s at this song", owner.Text, s.signer.Text)
	}
	return err
}

func (k Keeper) openAudition(ctx context.Context, msg *types.MsgOpenAudition) (types.Audition, types.Revision, error) {
	none := types.Revision{}
	s, err := k.begin(ctx, msg.Opener, msg.SongId)
	if err != nil {
		return types.Audition{}, none, err
	}
	if err := s.active(); err != nil {
		return types.Audition{}, none, err
	}
	if err := s.params.CheckTitle(msg.Title); err != nil {
		return types.Audition{}, none, err
	}
	if err := s.params.CheckMessage("message", msg.Message); err != nil {
		return types.Audition{}, none, err
	}
	if err := k.welcome(ctx, s); err != nil {
		return types.Audition{}, none, err
	}
	s.audition = s.draft(ctx, msg)
	head, err := k.offered(ctx, s, msg.Head)
	if err != nil {
		return types.Audition{}, none, err
	}
	first, err := k.insert(ctx, s, head)
	if err != nil {
		return types.Audition{}, none, err
	}
	return s.audition, first, k.announce(ctx, s, first)
}

// draft fills in what may be left out.
func (s *scene) draft(ctx context.Context, msg *types.MsgOpenAudition) types.Audition {
	sdkCtx := sdk.UnwrapSDKContext(ctx)
	a := types.Audition{
		SongId: s.song.Id, Opener: s.signer.Text, Branch: msg.Branch,
		SourceSongId: msg.SourceSongId, SourceBranch: msg.SourceBranch,
		Title: msg.Title, Message: msg.Message,
		Status: types.Status_STATUS_OPEN, OpenedHeight: sdkCtx.BlockHeight(), OpenedTime: sdkCtx.BlockTime(),
	}
	if a.Branch == "" {
		a.Branch = s.song.DefaultBranch
	}
	if a.SourceSongId == "" {
		a.SourceSongId = s.song.Id
	}
	return a
}

// insert stores a new audition under the song's next number, with its indexes.
func (k Keeper) insert(ctx context.Context, s *scene, head songtypes.Digest) (types.Revision, error) {
	n, err := orZero(k.counts.Get(ctx, s.id))
	if err != nil {
		return types.Revision{}, err
	}
	if err := k.counts.Set(ctx, s.id, n+1); err != nil {
		return types.Revision{}, err
	}
	s.audition.Number = n + 1
	first, err := k.pin(ctx, s, head, "")
	if err != nil {
		return first, err
	}
	if err := k.byOpener.Set(ctx, openerKey(s.signer.Raw, s.id, s.audition)); err != nil {
		return first, err
	}
	if err := k.byStatus.Set(ctx, byStatusKey(s.id, s.audition)); err != nil {
		return first, err
	}
	return first, k.enter(ctx, s)
}

func (k Keeper) announce(ctx context.Context, s *scene, first types.Revision) error {
	a := s.audition
	if err := emit(ctx, &types.EventAuditionOpened{
		SongId: a.SongId, Number: a.Number, Opener: a.Opener, Branch: a.Branch,
		SourceSongId: a.SourceSongId, SourceBranch: a.SourceBranch, Head: first.Head,
	}); err != nil {
		return err
	}
	return k.others.hooks.AfterAuditionOpened(ctx, s.id, a.Number, s.signer.Raw)
}

// setStatus stores an audition under another status.
func (k Keeper) setStatus(ctx context.Context, s *scene, status types.Status) error {
	if err := k.byStatus.Remove(ctx, byStatusKey(s.id, s.audition)); err != nil {
		return err
	}
	s.audition.Status = status
	if err := k.byStatus.Set(ctx, byStatusKey(s.id, s.audition)); err != nil {
		return err
	}
	return k.auditions.Set(ctx, keyOf(s.id, s.audition), s.audition)
}

func keyOf(id songtypes.SongID, a types.Audition) auditionKey { return collections.Join(id, a.Number) }

func byStatusKey(id songtypes.SongID, a types.Audition) statusKey {
	return collections.Join3(id, uint32(a.Status), ^a.Number)
}

// openerKey orders a wallet's auditions by falling height.
func openerKey(wallet []byte, id songtypes.SongID, a types.Audition) walletKey {
	return collections.Join4(wallet, ^uint64(a.OpenedHeight), id, a.Number)
}
