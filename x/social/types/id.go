package types

import (
	"crypto/sha256"
	"encoding/binary"

	collcodec "cosmossdk.io/collections/codec"
	errorsmod "cosmossdk.io/errors"

	"github.com/cosmos/cosmos-sdk/types/bech32"

	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// CommentHRP is the human-readable part of a comment's id.
const CommentHRP = "comment"

// CommentID is a comment's identifier, shown in bech32 as comment1...
type CommentID [20]byte

// NewCommentID derives the id of a wallet's n-th comment, counted from 0: no wallet
// can choose an id, and no two wallets touch the same counter.
func NewCommentID(author []byte, n uint64) CommentID {
	h := sha256.New()
	h.Write([]byte("parrots/comment"))
	h.Write(author)
	h.Write(binary.BigEndian.AppendUint64(nil, n))
	return CommentID(h.Sum(nil)[:len(CommentID{})])
}

// ParseCommentID reads comment1... in its canonical (lower-case) spelling.
func ParseCommentID(s string) (CommentID, error) {
	if len(s) > 64 {
		return CommentID{}, errorsmod.Wrap(ErrInvalidID, "too long")
	}
	hrp, b, err := bech32.DecodeAndConvert(s)
	if err != nil {
		return CommentID{}, errorsmod.Wrapf(ErrInvalidID, "%q: %v", s, err)
	}
	if hrp != CommentHRP || len(b) != len(CommentID{}) {
		return CommentID{}, errorsmod.Wrapf(ErrInvalidID, "%q is not %s1... of %d bytes", s, CommentHRP, len(CommentID{}))
	}
	id := CommentID(b)
	if id.String() != s {
		return CommentID{}, errorsmod.Wrapf(ErrInvalidID, "%q is not in canonical spelling (lower case)", s)
	}
	return id, nil
}

// String returns comment1...
func (id CommentID) String() string {
	s, err := bech32.ConvertAndEncode(CommentHRP, id[:])
	if err != nil {
		panic(err) // 20 bytes always convert
	}
	return s
}

// Moment is a place in a list that has the newest first: ^height, ^index of the
// transaction, and 20 bytes that tell apart what one transaction made.
type Moment [32]byte

// NewMoment returns the place of what a transaction made.
func NewMoment(height int64, tx uint32, what [20]byte) Moment {
	var m Moment
	binary.BigEndian.PutUint64(m[:8], ^uint64(height))
	binary.BigEndian.PutUint32(m[8:12], ^tx)
	copy(m[12:], what[:])
	return m
}

// What returns the last 20 bytes of a moment.
func (m Moment) What() [20]byte { return [20]byte(m[12:]) }

// Keys of fixed length need neither a length nor a terminator in a pair.
var (
	// CommentIDKey encodes a comment's id as its 20 bytes.
	CommentIDKey collcodec.KeyCodec[CommentID] = songtypes.FixedKey("comment_id", func(id *CommentID) []byte { return id[:] })
	// MomentKey encodes a moment as its 32 bytes.
	MomentKey collcodec.KeyCodec[Moment] = songtypes.FixedKey("moment", func(m *Moment) []byte { return m[:] })
)
