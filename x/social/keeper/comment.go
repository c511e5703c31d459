package keeper

import (
	"bytes"
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"github.com/parrots-music/parrots/x/social/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// comment reads a comment by its id's text.
func (k Keeper) comment(ctx context.Context, text string) (types.CommentID, types.CommentRecord, error) {
	id, err := types.ParseCommentID(text)
	if err != nil {
		return id, types.CommentRecord{}, err
	}
	record, err := k.comments.Get(ctx, id)
	if errors.Is(err, collections.ErrNotFound) {
		err = errorsmod.Wrap(types.ErrCommentNotFound, text)
	}
	return id, record, err
}

func (k Keeper) addComment(ctx context.Context, msg *types.MsgComment) (types.CommentID, error) {
	author, err := k.wallet(msg.Author)
	if err != nil {
		return types.CommentID{}, err
	}
	params, err := k.params.Get(ctx)
	if err != nil {
		return types.CommentID{}, err
	}
	if err := types.CheckBody(msg.Body, params); err != nil {
		return types.CommentID{}, err
	}
	record := types.CommentRecord{Author: author.Raw, Body: msg.Body}
	record.Height, record.Tx, record.Time = now(ctx)
	if msg.Parent == "" {
		err = k.begin(ctx, params, author, msg, &record)
	} else {
		err = k.reply(ctx, author, msg, &record)
	}
	if err != nil {
		return types.CommentID{}, err
	}
	return k.writeComment(ctx, author, record)
}

// writeComment gives a new comment its number, stores it and tells of it.
func (k Keeper) writeComment(ctx context.Context, author songtypes.Wallet, record types.CommentRecord) (types.CommentID, error) {
	counts, err := k.countsOf(ctx, author.Raw)
	if err != nil {
		return types.CommentID{}, err
	}
	record.Number = counts.Comments
	id := record.ID()
	if err := k.insertComment(ctx, record); err != nil {
		return id, err
	}
	if len(record.Parent) == 0 {
		err := k.tell(ctx, types.FeedRecord{
			Kind: types.FeedKind_FEED_KIND_COMMENT, Actor: record.Author, Song: record.Song, Comment: id[:],
		})
		if err != nil {
			return id, err
		}
	}
	event := &types.EventCommented{Author: author.Text, CommentId: id.String(), SongId: record.SongID().String()}
	if len(record.Parent) != 0 {
		event.Parent = types.CommentID(record.Parent).String()
	}
	if len(record.Recipient) != 0 {
		if event.Recipient, err = k.addresses.BytesToString(record.Recipient); err != nil {
			return id, err
		}
	}
	return id, emit(ctx, event)
}

// begin fills in a comment that is no reply. It goes to the song's owner.
func (k Keeper) begin(ctx context.Context, params types.Params, author songtypes.Wallet, msg *types.MsgComment, record *types.CommentRecord) error {
	id, song, owner, err := k.openSong(ctx, msg.SongId, author)
	if err != nil {
		return err
	}
	if err := msg.Place.Validate(params); err != nil {
		return err
	}
	record.Song, record.Place = id[:], msg.Place
	record.Target, record.Audition, record.Release = msg.Target, msg.Audition, msg.Release
	if owner.Text != author.Text {
		record.Recipient = owner.Raw
	}
	return k.pin(ctx, id, song, msg, record)
}

// pin checks what a comment is about, and sets the commit that it is pinned to.
func (k Keeper) pin(ctx context.Context, id songtypes.SongID, song songtypes.Song, msg *types.MsgComment, record *types.CommentRecord) error {
	wantsAudition, wantsRelease := false, false
	switch msg.Target {
	case types.Target_TARGET_UNSPECIFIED:
	case types.Target_TARGET_COMMIT:
		if msg.Commit == "" {
			return errorsmod.Wrap(types.ErrInvalidTarget, "name the commit")
		}
	case types.Target_TARGET_AUDITION:
		wantsAudition = true
	case types.Target_TARGET_RELEASE:
		wantsRelease = true
	default:
		return errorsmod.Wrapf(types.ErrInvalidTarget, "%d", msg.Target)
	}
	if wantsAudition != (msg.Audition != 0) || wantsRelease != (msg.Release != "") {
		return errorsmod.Wrap(types.ErrInvalidTarget, "name the audition or release that the comment is about, and no other")
	}
	if wantsAudition {
		if err := k.requireAudition(ctx, id, msg.Audition); err != nil {
			return err
		}
	}
	digest, err := k.pinned(ctx, id, song, msg)
	record.Commit = digest
	return err
}

func (k Keeper) requireAudition(ctx context.Context, id songtypes.SongID, number uint64) error {
	exists := false
	if k.neighbours.audition != nil {
		var err error
		if exists, err = k.neighbours.audition.AuditionExists(ctx, id, number); err != nil {
			return err
		}
	}
	if !exists {
		return errorsmod.Wrapf(types.ErrAuditionNotFound, "number %d of %s", number, id)
	}
	return nil
}

// pinned returns the digest of the commit that a comment is pinned to: the one it
// names, the release's, or the head of the default branch, if there is one.
func (k Keeper) pinned(ctx context.Context, id songtypes.SongID, song songtypes.Song, msg *types.MsgComment) ([]byte, error) {
	if msg.Target == types.Target_TARGET_RELEASE {
		if msg.Commit != "" {
			return nil, errorsmod.Wrap(types.ErrInvalidTarget, "a comment on a release is pinned to the release's commit; name no other")
		}
		if err := songtypes.CheckReleaseTag(msg.Release); err != nil {
			return nil, err
		}
		release, err := k.songs.Release(ctx, id, msg.Release)
		if err != nil {
			return nil, err
		}
		digest, err := songtypes.ParseDigest(release.Commit)
		return digest[:], err
	}
	if msg.Commit != "" {
		digest, err := songtypes.ParseDigest(msg.Commit)
		if err != nil {
			return nil, err
		}
		_, _, err = k.songs.Commit(ctx, digest)
		return digest[:], err
	}
	branch, err := k.songs.Branch(ctx, id, song.DefaultBranch)
	if errors.Is(err, songtypes.ErrBranchNotFound) {
		return nil, nil
	}
	return branch.Head, err
}

// reply fills in a reply. It goes to the author of the comment that it replies to,
// who may keep the wallet away from it as from a song.
func (k Keeper) reply(ctx context.Context, author songtypes.Wallet, msg *types.MsgComment, record *types.CommentRecord) error {
	id, parent, err := k.comment(ctx, msg.Parent)
	if err != nil {
		return err
	}
	if len(parent.Parent) != 0 {
		return errorsmod.Wrapf(types.ErrInvalidTarget, "%s is a reply itself: reply to %s", id, types.CommentID(parent.Parent))
	}
	if parent.Deleted {
		return errorsmod.Wrapf(types.ErrDeleted, "%s takes no replies", id)
	}
	song := parent.SongID().String()
	if msg.SongId != "" && msg.SongId != song {
		return errorsmod.Wrapf(types.ErrInvalidTarget, "%s is on %s", id, song)
	}
	own := msg.Target != types.Target_TARGET_UNSPECIFIED || msg.Audition != 0 || msg.Release != "" || msg.Commit != "" || msg.Place != (types.Place{})
	if own {
		return errorsmod.Wrap(types.ErrInvalidTarget, "a reply is about what the comment is about: it has no target, commit or place of its own")
	}
	if _, _, _, err := k.openSong(ctx, song, author); err != nil {
		return err
	}
	record.Song, record.Parent = parent.Song, id[:]
	record.Commit = parent.Commit
	if bytes.Equal(parent.Author, author.Raw) {
		return nil
	}
	record.Recipient = parent.Author
	text, err := k.addresses.BytesToString(parent.Author)
	if err != nil {
		return err
	}
	return k.notBlocked(ctx, songtypes.Wallet{Raw: parent.Author, Text: text}, author)
}

// insertComment stores a comment with its indexes and counts.
func (k Keeper) insertComment(ctx context.Context, record types.CommentRecord) error {
	if err := k.comments.Set(ctx, record.ID(), record); err != nil {
		return err
	}
	if err := k.count(ctx, record.Author, func(c *types.WalletCounts) { c.Comments++ }); err != nil {
		return err
	}
	if err := k.thread(ctx, record); err != nil {
		return err
	}
	if record.Deleted {
		return nil
	}
	if len(record.Recipient) != 0 {
		if err := k.inbox.Set(ctx, collections.Join(record.Recipient, record.Moment())); err != nil {
			return err
		}
	}
	return k.tallyComment(ctx, record, 1)
}

// thread puts a comment into the lists that it stays in, a tombstone too.
func (k Keeper) thread(ctx context.Context, record types.CommentRecord) error {
	if len(record.Parent) != 0 {
		return k.replies.Set(ctx, collections.Join(types.CommentID(record.Parent), record.Moment()))
	}
	for _, topic := range record.Topics() {
		if err := k.threads.Set(ctx, collections.Join(topic, record.Moment())); err != nil {
			return err
		}
	}
	return nil
}

// tallyComment counts a comment, or one that is no more.
func (k Keeper) tallyComment(ctx context.Context, record types.CommentRecord, delta int64) error {
	if len(record.Parent) != 0 {
		if err := k.replyCounts.Add(ctx, types.CommentID(record.Parent), delta); err != nil {
			return err
		}
	}
	return k.commentCounts.Add(ctx, record.SongID(), delta)
}
