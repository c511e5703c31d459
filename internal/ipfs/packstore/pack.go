package packstore

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/ipfs"
)

// file is what a pack needs of an open file. Tests put failing disks behind it.
type file interface {
	io.ReaderAt
	io.WriterAt
	Sync() error
	Truncate(size int64) error
	Close() error
}

// pack is one CAR file, sealed or still being written.
type pack struct {
	name string // file name under packs/, empty while it is being written
	file file   // open while it is being written, else nil

	damaged bool // its index had to be rebuilt; only Repair may replace it
}

// place is where a block lies. Its section starts with a head.
type place struct {
	pack   *pack
	offset uint32 // of the section, from the start of the payload
	length uint32 // of the section
}

// readIndex returns where a sealed pack's blocks lie. A damaged index, or one
// that is not the one the pack is named after, is rebuilt by reading the
// payload's heads; damaged tells.
func readIndex(path string, p *pack) (places map[ipfs.Digest]place, damaged bool, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, false, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, false, err
	}
	if entries, payload, err := storedIndex(f, info); err == nil {
		if places, err := p.places(entries, payload); err == nil {
			return places, false, nil
		}
	}
	entries, payload, err := scan(f, info.Size())
	if err != nil {
		return nil, true, err
	}
	places, err = p.places(entries, payload)
	return places, true, err
}

func storedIndex(f io.ReaderAt, info os.FileInfo) ([]entry, int64, error) {
	head := make([]byte, dataStart)
	if _, err := f.ReadAt(head, 0); err != nil {
		return nil, 0, err
	}
	payload, err := parseHeader(head, info.Size())
	if err != nil {
		return nil, 0, err
	}
	index := make([]byte, info.Size()-dataStart-payload)
	if _, err := f.ReadAt(index, dataStart+payload); err != nil {
		return nil, 0, err
	}
	if packName(index) != info.Name() {
		return nil, 0, errIndex
	}
	entries, err := decodeIndex(index)
	return entries, payload, err
}

// scan lists the sections of a payload up to the first that makes no sense,
// without hashing their blocks.
func scan(f io.ReaderAt, fileSize int64) ([]entry, int64, error) {
	var entries []entry
	pos := int64(len(payloadHeader))
	buf := make([]byte, maxSectionHead)
	for {
		n, err := f.ReadAt(buf, dataStart+pos)
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, 0, err
		}
		c, head, size, err := parseSectionHead(buf[:n])
		end := pos + int64(head) + int64(size)
		if err != nil || dataStart+end > fileSize {
			return entries, pos, nil //nolint:nilerr // the payload ends where it was cut off
		}
		entries = append(entries, entry{digest: ipfs.DigestOf(c), offset: uint64(pos)})
		pos = end
	}
}

// places turns a pack's entries into places. Sections lie side by side, so each
// ends where the next begins.
func (p *pack) places(entries []entry, payload int64) (map[ipfs.Digest]place, error) {
	byOffset := slices.SortedFunc(slices.Values(entries), func(a, b entry) int {
		return int(int64(a.offset) - int64(b.offset))
	})
	out := make(map[ipfs.Digest]place, len(entries))
	for i, e := range byOffset {
		end := uint64(payload)
		if i+1 < len(byOffset) {
			end = byOffset[i+1].offset
		}
		bad := e.offset >= end || end > uint64(payload) || end > math.MaxUint32
		if bad || end-e.offset > maxSectionHead+ipfs.MaxBlockSize {
			return nil, fmt.Errorf("%s: %w", p.name, errIndex)
		}
		at := place{pack: p, offset: uint32(e.offset), length: uint32(end - e.offset)}
		if at.size() < 0 {
			return nil, fmt.Errorf("%s: %w", p.name, errIndex)
		}
		out[e.digest] = at
	}
	return out, nil
}

// readBlock reads and verifies the block at a place in f.
func readBlock(f io.ReaderAt, at place, want cid.Cid) (ipfs.Block, error) {
	buf := make([]byte, at.length)
	if n, err := f.ReadAt(buf, dataStart+int64(at.offset)); err != nil && n < len(buf) {
		if errors.Is(err, io.EOF) { // the file is shorter than its index says
			return ipfs.Block{}, &ipfs.CorruptError{CID: want, Where: at.pack.name}
		}
		return ipfs.Block{}, err
	}
	_, head, size, err := parseSectionHead(buf)
	if err != nil || head+size != len(buf) {
		return ipfs.Block{}, &ipfs.CorruptError{CID: want, Where: at.pack.name}
	}
	b, err := ipfs.VerifyBlock(want, buf[head:])
	if errors.Is(err, ipfs.ErrCorrupt) {
		err = &ipfs.CorruptError{CID: want, Where: at.pack.name}
	}
	return b, err
}

// size is the length of the block at a place, or -1 where no section can have
// the place's length.
func (p place) size() int {
	for k := 1; k <= binary.MaxVarintLen32; k++ { // bytes of the section's own length
		if n := int(p.length) - k; n >= cidLen && uvarintLen(uint64(n)) == k {
			return n - cidLen
		}
	}
	return -1
}

func uvarintLen(n uint64) int {
	k := 1
	for ; n >= 0x80; n >>= 7 {
		k++
	}
	return k
}
