package types

import (
	"crypto/sha256"
	"encoding/binary"

	errorsmod "cosmossdk.io/errors"

	"github.com/parrots-music/parrots/internal/object"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// CheckBody checks a comment's text.
func CheckBody(body string, limits Params) error {
	if body == "" {
		return errorsmod.Wrap(ErrInvalidComment, "has no text")
	}
	if err := object.CheckLines("comment", body, int(limits.MaxCommentBytes)); err != nil {
		return errorsmod.Wrap(ErrInvalidComment, err.Error())
	}
	return nil
}

// Validate checks where a comment points. Whether the song has the stem is not
// checked: older trees are content, and not in the state.
func (p Place) Validate(limits Params) error {
	if !p.Timed && p.Position != 0 {
		return errorsmod.Wrap(ErrInvalidPosition, "a position without the mark that there is one")
	}
	if p.Position < 0 || p.Position > limits.MaxPosition {
		return errorsmod.Wrapf(ErrInvalidPosition, "%d is not 0 to %d units of 1/705,600,000 s", p.Position, limits.MaxPosition)
	}
	if p.Stem == "" {
		return nil
	}
	if err := object.CheckPath(p.Stem); err != nil {
		return errorsmod.Wrapf(ErrInvalidComment, "stem: %v", err)
	}
	return nil
}

// ID is made from the author and the number.
func (r CommentRecord) ID() CommentID { return NewCommentID(r.Author, r.Number) }

// Moment is the comment's place in lists.
func (r CommentRecord) Moment() Moment { return NewMoment(r.Height, r.Tx, r.ID()) }

// SongID is the song's id.
func (r CommentRecord) SongID() songtypes.SongID { return songtypes.SongID(r.Song) }

// Topics are the threads that a comment which is no reply is in: the song's, and
// that of what it is about.
func (r CommentRecord) Topics() [][]byte {
	topics := [][]byte{r.Song}
	if r.Target != Target_TARGET_UNSPECIFIED {
		topics = append(topics, Topic(r.SongID(), r.Target, r.Commit, r.Audition, r.Release))
	}
	return topics
}

// Topic is the key of a thread: the song's id, what kind of thing is talked about,
// and which.
func Topic(song songtypes.SongID, target Target, commit []byte, audition uint64, release string) []byte {
	key := append(song[:], byte(target))
	switch target {
	case Target_TARGET_COMMIT:
		return append(key, commit...)
	case Target_TARGET_AUDITION:
		return binary.BigEndian.AppendUint64(key, audition)
	case Target_TARGET_RELEASE:
		return append(key, release...)
	default:
		return song[:]
	}
}

// Validate checks a record of genesis by itself.
func (r CommentRecord) Validate() error {
	limits := HighestParams()
	switch {
	case !isAddress(r.Author), len(r.Recipient) != 0 && !isAddress(r.Recipient), len(r.HiddenBy) != 0 && !isAddress(r.HiddenBy):
		return errorsmod.Wrap(ErrInvalidGenesis, "an address is not of 20 or 32 bytes")
	case len(r.Song) != len(songtypes.SongID{}), len(r.Parent) != 0 && len(r.Parent) != len(CommentID{}):
		return errorsmod.Wrap(ErrInvalidID, "song or parent")
	case len(r.Commit) != 0 && len(r.Commit) != len(songtypes.Digest{}):
		return errorsmod.Wrap(ErrInvalidID, "commit")
	case r.Height < 0, r.EditedHeight < 0:
		return errorsmod.Wrap(ErrInvalidGenesis, "a height is negative")
	case r.Deleted != (r.Body == ""):
		return errorsmod.Wrap(ErrInvalidGenesis, "is deleted and has a text, or has none")
	}
	if !r.Deleted {
		if err := CheckBody(r.Body, limits); err != nil {
			return err
		}
	}
	if err := r.Place.Validate(limits); err != nil {
		return err
	}
	return r.checkTarget()
}

func (r CommentRecord) checkTarget() error {
	_, known := Target_name[int32(r.Target)]
	switch {
	case !known,
		(r.Target == Target_TARGET_AUDITION) != (r.Audition != 0),
		(r.Target == Target_TARGET_RELEASE) != (r.Release != ""),
		r.Target == Target_TARGET_COMMIT && len(r.Commit) == 0:
		return errorsmod.Wrapf(ErrInvalidTarget, "%s", r.Target)
	}
	if r.Release != "" {
		return songtypes.CheckReleaseTag(r.Release)
	}
	return nil
}

func isAddress(b []byte) bool { return len(b) == 20 || len(b) == sha256.Size }
