package flac

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// ErrInvalid means that a file is no FLAC, or is damaged; the text says where.
var ErrInvalid = errors.New("a damaged FLAC file")

func invalid(offset int64, format string, args ...any) error {
	return fmt.Errorf("%w: at byte %d: %s", ErrInvalid, offset, fmt.Sprintf(format, args...))
}

// BlockType says what a metadata block is.
type BlockType byte

// The types of RFC 9639 that matter here.
const (
	blockStreamInfo  BlockType = 0
	BlockPadding     BlockType = 1
	BlockApplication BlockType = 2
	BlockSeekTable   BlockType = 3
	BlockTags        BlockType = 4 // a Vorbis comment
	BlockCueSheet    BlockType = 5
	BlockPicture     BlockType = 6
	blockInvalid     BlockType = 127
)

// Block is a metadata block as it stands in the file.
type Block struct {
	Type BlockType
	Data []byte
}

// Limits of metadata. A song's file has a few blocks; a picture may have 16 MiB.
const (
	maxBlocks   = 1024
	maxMetadata = 64 << 20 // bytes that Metadata returns
)

// place is where a metadata block lies.
type place struct {
	kind   BlockType
	offset int64 // of its data
	size   int64
}

// streamInfo is what STREAMINFO says.
type streamInfo struct {
	format  pcm.Format
	varying bool  // the smallest block and the largest differ
	frames  int64 // 0 if unknown
	md5     [16]byte
}

const (
	magic          = "fLaC"
	streamInfoSize = 34
	minDepth       = 4 // bits of a sample
)

// parseMetadata reads the headers of all metadata blocks, and STREAMINFO. end is
// where the audio begins.
func parseMetadata(r io.ReaderAt, size int64) (info streamInfo, blocks []place, end int64, err error) {
	at, err := skipID3(r, size)
	if err != nil {
		return info, nil, 0, err
	}
	var head [4]byte
	if err := readAt(r, head[:], at, size); err != nil || string(head[:]) != magic {
		return info, nil, 0, invalid(at, "it does not begin with %q", magic)
	}
	at += 4
	for last := false; !last; {
		if err := readAt(r, head[:], at, size); err != nil {
			return info, nil, 0, invalid(at, "the metadata is cut off")
		}
		last = head[0]&0x80 != 0
		b := place{BlockType(head[0] & 0x7f), at + 4, int64(head[1])<<16 | int64(head[2])<<8 | int64(head[3])}
		switch {
		case b.kind == blockInvalid:
			return info, nil, 0, invalid(at, "a metadata block of a type that is none")
		case b.offset+b.size > size:
			return info, nil, 0, invalid(at, "a metadata block of %d bytes, of which the file has %d", b.size, size-b.offset)
		case len(blocks) == maxBlocks:
			return info, nil, 0, invalid(at, "more than %d metadata blocks", maxBlocks)
		}
		blocks = append(blocks, b)
		at = b.offset + b.size
	}
	info, err = findStreamInfo(r, size, blocks)
	return info, blocks, at, err
}

// findStreamInfo reads STREAMINFO. It should be the first block; as flac(1) does,
// we take it from any place.
func findStreamInfo(r io.ReaderAt, size int64, blocks []place) (streamInfo, error) {
	for _, b := range blocks {
		if b.kind != blockStreamInfo {
			continue
		}
		var p [streamInfoSize]byte
		if b.size != streamInfoSize {
			return streamInfo{}, invalid(b.offset, "STREAMINFO has %d bytes instead of %d", b.size, streamInfoSize)
		}
		if err := readAt(r, p[:], b.offset, size); err != nil {
			return streamInfo{}, err
		}
		v := binary.BigEndian.Uint64(p[10:])
		info := streamInfo{
			format:  pcm.Format{SampleRate: int(v >> 44), Channels: int(v>>41&7) + 1, BitDepth: int(v>>36&31) + 1},
			varying: [2]byte(p[:2]) != [2]byte(p[2:4]),
			frames:  int64(v & (1<<36 - 1)),
			md5:     [16]byte(p[18:]),
		}
		if err := info.format.Check(); err != nil {
			return streamInfo{}, invalid(b.offset, "%v", err)
		}
		if info.format.BitDepth < minDepth {
			return streamInfo{}, invalid(b.offset, "samples of %d bits", info.format.BitDepth)
		}
		return info, nil
	}
	return streamInfo{}, invalid(4, "there is no STREAMINFO")
}

// skipID3 returns where the file begins behind an ID3v2 tag, which some programs
// put before FLAC.
func skipID3(r io.ReaderAt, size int64) (int64, error) {
	var p [10]byte
	if size < int64(len(p)) {
		return 0, nil
	}
	if err := readAt(r, p[:], 0, size); err != nil || string(p[:3]) != "ID3" {
		return 0, err
	}
	n := int64(10)
	for i, b := range p[6:] {
		if b >= 0x80 {
			return 0, invalid(int64(6+i), "the size of an ID3 tag is none")
		}
		n += int64(b) << (7 * (3 - i))
	}
	if p[5]&0x10 != 0 {
		n += 10 // a footer
	}
	return n, nil
}

// readAt fills p, or fails with io.ErrUnexpectedEOF if the file ends before.
func readAt(r io.ReaderAt, p []byte, at, size int64) error {
	if at+int64(len(p)) > size {
		return io.ErrUnexpectedEOF
	}
	n, err := r.ReadAt(p, at)
	switch {
	case n == len(p):
		return nil
	case err == nil || errors.Is(err, io.EOF):
		return io.ErrUnexpectedEOF
	}
	return err
}

// Metadata returns the blocks that still hold when other audio takes the place of
// this one: tags, pictures and what applications keep. Seek tables, cue sheets and
// padding are left out.
func (f *File) Metadata() ([]Block, error) {
	var blocks []Block
	var sum int64
	for _, b := range f.blocks {
		if b.kind != BlockTags && b.kind != BlockPicture && b.kind != BlockApplication {
			continue
		}
		if sum += b.size; sum > maxMetadata {
			return nil, invalid(b.offset, "more than %d MiB of metadata", maxMetadata>>20)
		}
		data := make([]byte, b.size)
		if err := readAt(f.r, data, b.offset, f.size); err != nil {
			return nil, err
		}
		blocks = append(blocks, Block{b.kind, data})
	}
	return blocks, nil
}
