package packstore

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/ipfs"
)

// The bytes of a pack, as https://ipld.io/specs/transport/car/carv2/ has them.
var (
	// pragma opens every CARv2 file.
	pragma = []byte{0x0a, 0xa1, 0x67, 'v', 'e', 'r', 's', 'i', 'o', 'n', 0x02}
	// payloadHeader opens the CARv1 payload: {"roots": [], "version": 1}.
	payloadHeader = append([]byte{17, 0xa2, 0x65}, "roots\x80\x67version\x01"...)
)

const (
	pragmaSize = 11
	headerSize = 40 // characteristics, three offsets
	dataStart  = int64(pragmaSize + headerSize)

	indexCodec     = 0x0401 // multihash-index-sorted
	sha2Code       = 0x12
	indexEntrySize = 32 + 8
	indexHeadSize  = 2 + 4 + 8 + 4 + 4 + 8 // codec, counts, hash code, width, length

	cidLen = 36 // of every CID that CheckCID accepts
)

var errIndex = errors.New("pack index is damaged")

// entry says where a block's section lies in the payload.
type entry struct {
	digest ipfs.Digest
	offset uint64 // from the start of the payload
}

// header is the CARv2 header for a payload of that length.
func header(payload int64) []byte {
	b := make([]byte, headerSize)
	b[0] = 0x80 // fully indexed
	binary.LittleEndian.PutUint64(b[16:], uint64(dataStart))
	binary.LittleEndian.PutUint64(b[24:], uint64(payload))
	binary.LittleEndian.PutUint64(b[32:], uint64(dataStart+payload))
	return b
}

// parseHeader returns the payload's length. Only our own layout is accepted.
func parseHeader(b []byte, fileSize int64) (payload int64, err error) {
	n := int64(binary.LittleEndian.Uint64(b[pragmaSize+24:]))
	if n < int64(len(payloadHeader)) || n > fileSize-dataStart ||
		!bytes.Equal(b[:pragmaSize], pragma) || !bytes.Equal(b[pragmaSize:dataStart], header(n)) {
		return 0, errors.New("pack header is damaged")
	}
	return n, nil
}

// encodeIndex sorts the entries by digest and writes the CARv2 index.
func encodeIndex(entries []entry) []byte {
	sorted := slices.SortedFunc(slices.Values(entries), func(a, b entry) int {
		return bytes.Compare(a.digest[:], b.digest[:])
	})
	le := binary.LittleEndian
	b := make([]byte, 0, indexHeadSize+len(sorted)*indexEntrySize)
	b = binary.AppendUvarint(b, indexCodec)
	b = le.AppendUint32(b, 1) // one hash function
	b = le.AppendUint64(b, sha2Code)
	b = le.AppendUint32(b, 1) // one width
	b = le.AppendUint32(b, indexEntrySize)
	b = le.AppendUint64(b, uint64(len(sorted)*indexEntrySize))
	for _, e := range sorted {
		b = append(b, e.digest[:]...)
		b = le.AppendUint64(b, e.offset)
	}
	return b
}

// decodeIndex is the inverse of encodeIndex.
func decodeIndex(b []byte) ([]entry, error) {
	if len(b) < indexHeadSize || (len(b)-indexHeadSize)%indexEntrySize != 0 {
		return nil, errIndex
	}
	n := (len(b) - indexHeadSize) / indexEntrySize
	if want := encodeIndex(make([]entry, n)); !bytes.Equal(want[:indexHeadSize], b[:indexHeadSize]) {
		return nil, errIndex
	}
	entries := make([]entry, n)
	for i := range entries {
		rec := b[indexHeadSize+i*indexEntrySize:]
		copy(entries[i].digest[:], rec)
		entries[i].offset = binary.LittleEndian.Uint64(rec[32:])
	}
	return entries, nil
}

// packName names a pack after its index.
func packName(index []byte) string {
	sum := sha256.Sum256(index)
	return hex.EncodeToString(sum[:]) + packExt
}

// appendSectionHead writes what stands before a block's bytes.
func appendSectionHead(b []byte, blk ipfs.Block) []byte {
	b = binary.AppendUvarint(b, uint64(cidLen+len(blk.Data())))
	return append(b, blk.CID().Bytes()...)
}

// parseSectionHead returns the block's CID, the length of the head and that of
// the block. b needs maxSectionHead bytes or what is left of the payload.
func parseSectionHead(b []byte) (c cid.Cid, head, size int, err error) {
	n, k := binary.Uvarint(b)
	if k <= 0 || n < cidLen || n > cidLen+ipfs.MaxBlockSize || len(b) < k+cidLen {
		return cid.Undef, 0, 0, fmt.Errorf("%w: section head", ipfs.ErrMalformed)
	}
	c, err = cid.Cast(b[k : k+cidLen])
	if err == nil {
		err = ipfs.CheckCID(c)
	}
	return c, k + cidLen, int(n) - cidLen, err
}

const maxSectionHead = binary.MaxVarintLen32 + cidLen
