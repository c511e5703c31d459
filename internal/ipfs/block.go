package ipfs

import (
	"crypto/sha256"
	"fmt"

	"github.com/ipfs/go-cid"
	mh "github.com/multiformats/go-multihash"

	"github.com/parrots-music/parrots/internal/object"
)

// The codecs that format v1 knows (multicodec table).
const (
	CodecRaw     = uint64(object.CodecRaw)     // a leaf of a file
	CodecDagPB   = uint64(object.CodecDagPB)   // an inner node of a file
	CodecDagCBOR = uint64(object.CodecDagCBOR) // a commit or a tree
)

// MaxBlockSize is the largest block, in bytes, that we make, accept or serve.
// It is the size up to which every IPFS implementation exchanges blocks.
const MaxBlockSize = 2 << 20

// Block is a run of bytes together with the CID it hashes to. Only NewBlock and
// VerifyBlock make one, so whoever holds a Block need not check it again.
type Block struct {
	cid  cid.Cid
	data []byte
}

// CID is the block's address.
func (b Block) CID() cid.Cid { return b.cid }

// Data is the block's content. It is shared and must not be changed.
func (b Block) Data() []byte { return b.data }

// NewBlock hashes data and gives it the CID of that codec. It keeps data, which
// must not be changed afterwards.
func NewBlock(codec uint64, data []byte) (Block, error) {
	if !knownCodec(codec) {
		return Block{}, fmt.Errorf("%w: codec 0x%x", ErrUnsupportedCID, codec)
	}
	if len(data) > MaxBlockSize {
		return Block{}, fmt.Errorf("%w: %d bytes", ErrBlockTooLarge, len(data))
	}
	sum := sha256.Sum256(data)
	return Block{cid: cidOf(codec, sum), data: data}, nil
}

// VerifyBlock checks that c is a CID of ours and that data hashes to it.
// The error is a [CorruptError] when it does not.
func VerifyBlock(c cid.Cid, data []byte) (Block, error) {
	if err := CheckCID(c); err != nil {
		return Block{}, err
	}
	if len(data) > MaxBlockSize {
		return Block{}, fmt.Errorf("%w: %s has %d bytes", ErrBlockTooLarge, c, len(data))
	}
	if sha256.Sum256(data) != DigestOf(c) {
		return Block{}, &CorruptError{CID: c}
	}
	return Block{cid: c, data: data}, nil
}

// CheckCID accepts exactly the CIDs that format v1 allows in a link: version 1,
// sha2-256 in full length, codec raw, dag-pb or dag-cbor. Identity CIDs, which
// smuggle bytes past every size limit, are refused with all others.
func CheckCID(c cid.Cid) error {
	if err := object.CheckLink(c); err != nil {
		return fmt.Errorf("%w: %s: %w", ErrUnsupportedCID, c, err)
	}
	return nil
}

// ParseCID reads a CID from text and applies CheckCID.
func ParseCID(s string) (cid.Cid, error) {
	c, err := cid.Decode(s)
	if err != nil {
		return cid.Undef, fmt.Errorf("%w: %q: %v", ErrUnsupportedCID, s, err)
	}
	return c, CheckCID(c)
}

// Digest is the sha2-256 of a block. Stores index by it, as IPFS does, so that
// the same bytes under two codecs are kept once.
type Digest [sha256.Size]byte

// DigestOf is the digest inside a CID that passed CheckCID. For any other CID it
// is the zero digest, which no block has.
func DigestOf(c cid.Cid) Digest {
	var d Digest
	if h := c.Hash(); len(h) == 2+len(d) && h[0] == mh.SHA2_256 && h[1] == sha256.Size {
		copy(d[:], h[2:])
	}
	return d
}

// CID gives the digest's CID under a codec.
func (d Digest) CID(codec uint64) cid.Cid { return cidOf(codec, d) }

func cidOf(codec uint64, sum [sha256.Size]byte) cid.Cid {
	h := make([]byte, 0, 2+len(sum))
	h = append(h, mh.SHA2_256, sha256.Size)
	return cid.NewCidV1(codec, append(h, sum[:]...))
}

func knownCodec(codec uint64) bool {
	return codec == CodecRaw || codec == CodecDagPB || codec == CodecDagCBOR
}
