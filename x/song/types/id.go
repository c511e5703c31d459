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

// SongHRP is the human-readable part of a song's id.
const SongHRP = "song"

// SongID is a song's identifier. It is shown in bech32, as song1..., and survives
// renaming and transfer.
type SongID [20]byte

// NewSongID derives the id of a wallet's n-th song, counted from 0: no wallet can
// choose an id, and no two wallets touch the same counter.
func NewSongID(creator []byte, n uint64) SongID {
	h := sha256.New()
	h.Write([]byte("parrots/song"))
	h.Write(creator)
	h.Write(binary.BigEndian.AppendUint64(nil, n))
	return SongID(h.Sum(nil)[:len(SongID{})])
}

// ParseSongID reads song1... in its canonical (lower-case) spelling.
func ParseSongID(s string) (SongID, error) {
	if len(s) > 64 {
		return SongID{}, errorsmod.Wrap(ErrInvalidID, "too long")
	}
	hrp, b, err := bech32.DecodeAndConvert(s)
	if err != nil {
		return SongID{}, errorsmod.Wrapf(ErrInvalidID, "%q: %v", s, err)
	}
	if hrp != SongHRP || len(b) != len(SongID{}) {
		return SongID{}, errorsmod.Wrapf(ErrInvalidID, "%q is not %s1... of %d bytes", s, SongHRP, len(SongID{}))
	}
	id := SongID(b)
	if id.String() != s {
		return SongID{}, errorsmod.Wrapf(ErrInvalidID, "%q is not in canonical spelling (lower case)", s)
	}
	return id, nil
}

// String returns song1...
func (id SongID) String() string {
	s, err := bech32.ConvertAndEncode(SongHRP, id[:])
	if err != nil {
		panic(err) // 20 bytes always convert
	}
	return s
}

// Digest is the sha2-256 of a commit's block, its key in the state.
type Digest [sha256.Size]byte

// Keys of fixed length need neither a length nor a terminator in a pair.
var (
	// SongIDKey encodes a song id as its 20 bytes.
	SongIDKey collcodec.KeyCodec[SongID] = FixedKey("song_id", func(id *SongID) []byte { return id[:] })
	// DigestKey encodes a digest as its 32 bytes.
	DigestKey collcodec.KeyCodec[Digest] = FixedKey("digest", func(d *Digest) []byte { return d[:] })
)

// FixedKey is a key codec for a kind of arrays of bytes, of which bytes is a slice.
func FixedKey[T any](name string, bytes func(*T) []byte) collcodec.KeyCodec[T] {
	return fixedKey[T]{name, bytes}
}

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
