package keeper

import (
	"bytes"
	"context"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"github.com/parrots-music/parrots/x/social/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// ownComment reads a comment that its author wants to change.
func (k Keeper) ownComment(ctx context.Context, author, text string) (types.CommentID, types.CommentRecord, songtypes.Wallet, error) {
	wallet, err := k.wallet(author)
	if err != nil {
		return types.CommentID{}, types.CommentRecord{}, wallet, err
	}
	id, record, err := k.comment(ctx, text)
	switch {
	case err != nil:
	case !bytes.Equal(record.Author, wallet.Raw):
		err = errorsmod.Wrapf(types.ErrNotAuthor, "%s did not write %s", wallet.Text, id)
	case record.Deleted:
		err = errorsmod.Wrapf(types.ErrDeleted, "%s", id)
	}
	return id, record, wallet, err
}

// editComment replaces the text. Who is kept away from a song says nothing new
// there by way of what they said before.
func (k Keeper) editComment(ctx context.Context, msg *types.MsgEditComment) error {
	id, record, author, err := k.ownComment(ctx, msg.Author, msg.CommentId)
	if err != nil {
		return err
	}
	params, err := k.params.Get(ctx)
	if err != nil {
		return err
	}
	if err := types.CheckBody(msg.Body, params); err != nil {
		return err
	}
	if msg.Body == record.Body {
		return errorsmod.Wrap(types.ErrUnchanged, "the text is the same")
	}
	song := record.SongID().String()
	if _, _, _, err := k.openSong(ctx, song, author); err != nil {
		return err
	}
	record.Body = msg.Body
	record.EditedHeight, _, _ = now(ctx)
	if err := k.comments.Set(ctx, id, record); err != nil {
		return err
	}
	return emit(ctx, &types.EventCommentEdited{Author: author.Text, CommentId: id.String(), SongId: song})
}

// deleteComment leaves a tombstone, which holds the thread together.
func (k Keeper) deleteComment(ctx context.Context, msg *types.MsgDeleteComment) error {
	id, record, author, err := k.ownComment(ctx, msg.Author, msg.CommentId)
	if err != nil {
		return err
	}
	if err := k.forget(ctx, id, record); err != nil {
		return err
	}
	record.Body, record.Deleted, record.Place = "", true, types.Place{}
	if err := k.comments.Set(ctx, id, record); err != nil {
		return err
	}
	return emit(ctx, &types.EventCommentDeleted{Author: author.Text, CommentId: id.String(), SongId: record.SongID().String()})
}

// forget takes a comment out of the lists in which only living ones are.
func (k Keeper) forget(ctx context.Context, id types.CommentID, record types.CommentRecord) error {
	if len(record.Recipient) != 0 {
		if err := k.inbox.Remove(ctx, collections.Join(record.Recipient, record.Moment())); err != nil {
			return err
		}
	}
	if err := k.tallyComment(ctx, record, -1); err != nil {
		return err
	}
	if len(record.Parent) != 0 {
		return nil
	}
	return k.untell(ctx, types.FeedRecord{
		Kind: types.FeedKind_FEED_KIND_COMMENT, Actor: record.Author, Song: record.Song, Comment: id[:],
		Height: record.Height, Tx: record.Tx,
	})
}

func (k Keeper) hideComment(ctx context.Context, msg *types.MsgHideComment) error {
	signer, err := k.wallet(msg.Signer)
	if err != nil {
		return err
	}
	id, record, err := k.comment(ctx, msg.CommentId)
	if err != nil {
		return err
	}
	songID := record.SongID().String()
	_, song, err := k.song(ctx, songID)
	if err != nil {
		return err
	}
	maintains, err := k.songs.Maintains(ctx, song, signer.Raw)
	if err != nil {
		return err
	}
	if !maintains {
		return errorsmod.Wrapf(types.ErrUnauthorized, "only the owner and maintainers of %s hide comments on it", songID)
	}
	if msg.Hidden == (len(record.HiddenBy) != 0) {
		return errorsmod.Wrapf(types.ErrUnchanged, "%s has that mark", id)
	}
	record.HiddenBy = nil
	if msg.Hidden {
		record.HiddenBy = signer.Raw
	}
	if err := k.comments.Set(ctx, id, record); err != nil {
		return err
	}
	return emit(ctx, &types.EventCommentHidden{Signer: signer.Text, CommentId: id.String(), SongId: songID, Hidden: msg.Hidden})
}
