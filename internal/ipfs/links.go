package ipfs

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/ipfs/go-cid"
)

// maxCBORDepth bounds the nesting of a dag-cbor block. Commits and trees need 5.
const maxCBORDepth = 32

// Links returns the CIDs a block links to, in order, each as often as it occurs.
// A link that CheckCID refuses is an error: format v1 has no use for one, and
// what cannot be followed cannot be kept.
func Links(b Block) ([]cid.Cid, error) {
	var links []cid.Cid
	var err error
	switch b.CID().Prefix().Codec {
	case CodecDagPB:
		var n pbNode
		n, err = decodePB(b.Data())
		links = n.links
	case CodecDagCBOR:
		links, err = cborLinks(b.Data())
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", b.CID(), err)
	}
	return links, nil
}

// CBOR major types and the tag of a link (RFC 8949, dag-cbor).
const (
	cborUint = iota
	cborNegative
	cborBytes
	cborText
	cborArray
	cborMap
	cborTag
	cborSimple

	cborLinkTag = 42
)

// cborLinks scans a dag-cbor item for links without building anything in
// memory. It checks the structure, not that the encoding is canonical.
func cborLinks(b []byte) ([]cid.Cid, error) {
	var links []cid.Cid
	left := []uint64{1} // items still to come, for every open array and map
	for len(left) > 0 {
		if left[len(left)-1] == 0 {
			left = left[:len(left)-1]
			continue
		}
		left[len(left)-1]--
		major, n, rest, err := cborHead(b)
		if err != nil {
			return nil, err
		}
		b = rest
		switch major {
		case cborBytes, cborText:
			if n > uint64(len(b)) {
				return nil, fmt.Errorf("%w: cbor string is cut short", ErrMalformed)
			}
			b = b[n:]
		case cborArray, cborMap:
			if n > uint64(len(b)) || len(left) == maxCBORDepth {
				return nil, fmt.Errorf("%w: cbor is too deep or cut short", ErrMalformed)
			}
			left = append(left, n<<(major-cborArray)) // a map has keys and values
		case cborTag:
			c, rest, err := cborLink(n, b)
			if err != nil {
				return nil, err
			}
			links, b = append(links, c), rest
		}
	}
	if len(b) > 0 {
		return nil, fmt.Errorf("%w: %d bytes after the cbor item", ErrMalformed, len(b))
	}
	return links, nil
}

// cborLink reads what follows tag 42: a byte string of 0x00 and a CID.
func cborLink(tag uint64, b []byte) (cid.Cid, []byte, error) {
	major, n, rest, err := cborHead(b)
	if err != nil {
		return cid.Undef, nil, err
	}
	if tag != cborLinkTag || major != cborBytes || n < 1 || n > uint64(len(rest)) || rest[0] != 0 {
		return cid.Undef, nil, fmt.Errorf("%w: cbor tag %d is no link", ErrMalformed, tag)
	}
	c, err := cid.Cast(rest[1:n])
	if err != nil {
		return cid.Undef, nil, fmt.Errorf("%w: link: %v", ErrMalformed, err)
	}
	return c, rest[n:], CheckCID(c)
}

// cborHead reads the head of an item: its major type and argument.
func cborHead(b []byte) (major byte, n uint64, rest []byte, err error) {
	bad := fmt.Errorf("%w: cbor head", ErrMalformed)
	if len(b) == 0 {
		return 0, 0, nil, bad
	}
	major, info := b[0]>>5, b[0]&31
	b = b[1:]
	if info < 24 {
		return major, uint64(info), b, nil
	}
	size := 1 << (info - 24)
	if info > 27 || len(b) < size {
		return 0, 0, nil, bad // indefinite lengths are not dag-cbor
	}
	var arg [8]byte
	copy(arg[8-size:], b)
	n = binary.BigEndian.Uint64(arg[:])
	if major != cborSimple && n > math.MaxInt64>>1 && major != cborUint && major != cborNegative {
		return 0, 0, nil, bad
	}
	return major, n, b[size:], nil
}
