package types

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"cosmossdk.io/collections"
	collcodec "cosmossdk.io/collections/codec"
	errorsmod "cosmossdk.io/errors"

	"github.com/cosmos/cosmos-sdk/types/bech32"
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
	CommentIDKey collcodec.KeyCodec[CommentID] = fixedKey[CommentID]{"comment_id", func(id *CommentID) []byte { return id[:] }}
	// MomentKey encodes a moment as its 32 bytes.
	MomentKey collcodec.KeyCodec[Moment] = fixedKey[Moment]{"moment", func(m *Moment) []byte { return m[:] }}
)

// fixedKey is a key codec for arrays of bytes.
type fixedKey[T any] struct {
	name  string
	bytes func(*T) []byte
}

func (k fixedKey[T]) Encode(buffer []byte, key T) (int, error) {
	return copy(buffer, k.bytes(&key)), nil
}

func (k fixedKey[T]) Decode(buffer []byte) (int, T, error) {
	var key T
	b := k.bytes(&key)
	if len(buffer) < len(b) {
		return 0, key, fmt.Errorf("%w: %s of %d bytes", collections.ErrEncoding, k.name, len(buffer))
	}
	return copy(b, buffer), key, nil
}

func (k fixedKey[T]) Size(key T) int { return len(k.bytes(&key)) }

func (k fixedKey[T]) EncodeJSON(key T) ([]byte, error) { return json.Marshal(k.Stringify(key)) }

func (k fixedKey[T]) DecodeJSON(b []byte) (T, error) {
	var key T
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return key, err
	}
	raw, err := hex.DecodeString(s)
	if err != nil || len(raw) != k.Size(key) {
		return key, fmt.Errorf("%w: %s %q", collections.ErrEncoding, k.name, s)
	}
	copy(k.bytes(&key), raw)
	return key, nil
}

func (k fixedKey[T]) Stringify(key T) string { return hex.EncodeToString(k.bytes(&key)) }

func (k fixedKey[T]) KeyType() string { return k.name }

func (k fixedKey[T]) EncodeNonTerminal(buffer []byte, key T) (int, error) {
	return k.Encode(buffer, key)
}

func (k fixedKey[T]) DecodeNonTerminal(buffer []byte) (int, T, error) { return k.Decode(buffer) }

func (k fixedKey[T]) SizeNonTerminal(key T) int { return k.Size(key) }
