package types

import (
	"crypto/sha256"
	"encoding/binary"

	errorsmod "cosmossdk.io/errors"

	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// Moment is the entry's place in the feeds. Entries of one transaction are in the
// order of their kinds, those that build on others first. One author's commits in
// one song are one entry of a transaction, whatever their number.
func (r FeedRecord) Moment() Moment {
	h := sha256.New()
	h.Write(r.Song)
	switch r.Kind {
	case FeedKind_FEED_KIND_COMMITS:
		h.Write(r.Actor)
	case FeedKind_FEED_KIND_COMMENT:
		h.Write(r.Comment)
	case FeedKind_FEED_KIND_AUDITION, FeedKind_FEED_KIND_MERGE:
		h.Write(binary.BigEndian.AppendUint64(nil, r.Audition))
	case FeedKind_FEED_KIND_RELEASE:
		h.Write([]byte(r.Release))
	}
	var what [20]byte
	what[0] = ^byte(r.Kind)
	copy(what[1:], h.Sum(nil))
	return NewMoment(r.Height, r.Tx, what)
}

// SongID is the song's id.
func (r FeedRecord) SongID() songtypes.SongID { return songtypes.SongID(r.Song) }

// Validate checks a record of genesis by itself.
func (r FeedRecord) Validate() error {
	_, known := FeedKind_name[int32(r.Kind)]
	switch {
	case !known, r.Kind == FeedKind_FEED_KIND_UNSPECIFIED:
		return errorsmod.Wrapf(ErrInvalidGenesis, "feed entry of kind %d", r.Kind)
	case !isAddress(r.Actor), len(r.Pusher) != 0 && !isAddress(r.Pusher):
		return errorsmod.Wrap(ErrInvalidGenesis, "feed entry with an address that is not of 20 or 32 bytes")
	case len(r.Song) != len(songtypes.SongID{}):
		return errorsmod.Wrap(ErrInvalidID, "song of a feed entry")
	case r.Height < 0:
		return errorsmod.Wrap(ErrInvalidGenesis, "feed entry of a negative height")
	case (r.Kind == FeedKind_FEED_KIND_COMMITS) != (len(r.Commit) == len(songtypes.Digest{}) && r.Commits > 0):
		return errorsmod.Wrap(ErrInvalidGenesis, "feed entry of commits without any, or of another kind with some")
	case (r.Kind == FeedKind_FEED_KIND_COMMENT) != (len(r.Comment) == len(CommentID{})):
		return errorsmod.Wrap(ErrInvalidGenesis, "feed entry of a comment without one, or of another kind with one")
	case (r.Kind == FeedKind_FEED_KIND_RELEASE) != (r.Release != ""):
		return errorsmod.Wrap(ErrInvalidGenesis, "feed entry of a release without one, or of another kind with one")
	}
	return nil
}
