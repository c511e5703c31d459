// Package object is the object format of Parrots, version 1: trees, commits,
// their canonical dag-cbor encoding and their CIDs, as docs/object-format.md
// specifies them.
//
// The chain and every client share it, so it is pure: no file system, no clock,
// no network, nothing that two machines could compute differently. It imports
// nothing of ours, and of others only the CID and multihash libraries.
package object

import (
	"crypto/sha256"

	"github.com/ipfs/go-cid"
	"github.com/multiformats/go-multihash"
)

// Version is the version of the object format, in every tree and commit.
const Version = 1

// Limits of format version 1.
const (
	// MaxTreeEntries is the most entries that a song's tree may have.
	MaxTreeEntries = 1024
	// MaxTreeBytes is the longest encoding of a song's tree.
	MaxTreeBytes = 256 << 10
	// MaxSessionEntries is the most entries that one folder of a session may have.
	MaxSessionEntries = 8192
	// MaxSessionBytes is the longest encoding of one folder of a session. Blocks
	// of up to 1 MiB travel over every bitswap implementation.
	MaxSessionBytes = 1 << 20
	// MaxSessionDepth is how deep folders of a session may be nested.
	MaxSessionDepth = 32
	// MaxCommitBytes is the longest encoding of a commit.
	MaxCommitBytes = 64 << 10
	// MaxParents is the most parents that a commit may have.
	MaxParents = 16
	// MaxMessageBytes is the longest commit message.
	MaxMessageBytes = 4096
	// MaxContributions is the most contributions of a commit.
	MaxContributions = 64
	// MaxRoles is the most roles of one contribution.
	MaxRoles = 16
	// MaxContributionPaths is the most paths of one contribution.
	MaxContributionPaths = 32
	// MaxPathBytes is the longest path.
	MaxPathBytes = 255
	// MaxTokenBytes is the longest kind, codec or role.
	MaxTokenBytes = 40
	// MaxNameBytes is the longest instrument or guest's name.
	MaxNameBytes = 80
	// MaxInt is the largest integer: what a JavaScript number holds exactly.
	MaxInt = 1<<53 - 1
	// TicksPerSecond is the unit of positions in time: a flick, which divides
	// every common sample rate and frame rate exactly.
	TicksPerSecond = 705_600_000
)

// Chunking of stem content, constants of format version 1: the equivalent of
// ipfs add --cid-version=1 --raw-leaves --chunker=buzhash --max-file-links=1024.
const (
	// ChunkMin is the shortest chunk, but for a file's last.
	ChunkMin = 128 << 10
	// ChunkMax is the longest chunk.
	ChunkMax = 512 << 10
	// MaxLinks is the most links of a node of the balanced layout.
	MaxLinks = 1024
)

// Codecs of the blocks that objects may link to.
const (
	CodecRaw     = cid.Raw
	CodecDagPB   = cid.DagProtobuf
	CodecDagCBOR = cid.DagCBOR
)

// CIDOf returns the CIDv1 of a dag-cbor block.
func CIDOf(block []byte) cid.Cid {
	return FromDigest(sha256.Sum256(block))
}

// FromDigest returns the CIDv1 of the dag-cbor block with a sha2-256 digest.
func FromDigest(digest [sha256.Size]byte) cid.Cid {
	mh, err := multihash.Encode(digest[:], multihash.SHA2_256)
	if err != nil {
		panic(err) // sha2-256 is a registered code
	}
	return cid.NewCidV1(cid.DagCBOR, mh)
}

// Digest returns the sha2-256 digest in a CID that CheckLink has accepted.
func Digest(c cid.Cid) [sha256.Size]byte {
	var d [sha256.Size]byte
	copy(d[:], c.Hash()[2:])
	return d
}

// ParseCID reads a CID in its text form and checks it as CheckLink does.
// Only the canonical spelling is accepted: lower-case base32.
func ParseCID(s string) (cid.Cid, error) {
	if len(s) > 64 {
		return cid.Undef, invalid("cid", "longer than a CIDv1 with sha2-256")
	}
	c, err := cid.Decode(s)
	if err != nil {
		return cid.Undef, invalid("cid", "%v", err)
	}
	if err := CheckLink(c); err != nil {
		return cid.Undef, err
	}
	if c.String() != s {
		return cid.Undef, invalid("cid", "not in canonical spelling (lower-case base32)")
	}
	return c, nil
}

// ParseObjectCID is ParseCID for the CID of a tree or commit: codec dag-cbor.
func ParseObjectCID(s string) (cid.Cid, error) {
	c, err := ParseCID(s)
	if err != nil {
		return cid.Undef, err
	}
	if c.Type() != cid.DagCBOR {
		return cid.Undef, invalid("cid", "codec is not dag-cbor")
	}
	return c, nil
}

// CheckLink says whether an object may link to c: version 1, sha2-256, and codec
// raw, dag-pb or dag-cbor.
func CheckLink(c cid.Cid) error {
	if !c.Defined() {
		return invalid("cid", "is missing")
	}
	p := c.Prefix()
	switch {
	case p.Version != 1:
		return invalid("cid", "version is %d, not 1", p.Version)
	case p.MhType != multihash.SHA2_256 || p.MhLength != sha256.Size:
		return invalid("cid", "hash is not sha2-256")
	case p.Codec != cid.Raw && p.Codec != cid.DagProtobuf && p.Codec != cid.DagCBOR:
		return invalid("cid", "codec 0x%x is not raw, dag-pb or dag-cbor", p.Codec)
	}
	return nil
}
