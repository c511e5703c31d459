package aiff

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/parrots-music/parrots/internal/audio/iff"
	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// Kind is the container that a file is.
type Kind string

// The kinds of file that this package knows.
const (
	AIFF Kind = "aiff"
	AIFC Kind = "aifc"
)

var magics = map[string]Kind{"AIFF": AIFF, "AIFC": AIFC}

// usual are the names of chunks that AIFF files have.
var usual = []string{
	"(c) ", "AESD", "ANNO", "APPL", "AUTH", "CHAN", "COMM", "COMT", "FLLR", "FVER", "ID3 ", "INST",
	"LGWV", "MARK", "MIDI", "NAME", "PEAK", "SAXL", "SSND", "basc", "cate", "trns",
}

func isUsual(id string) bool {
	_, ok := slices.BinarySearch(usual, id)
	return ok
}

// Header is what a file says of itself, checked against its real size. The audio may
// be coded in a way that is not decoded here.
type Header struct {
	Kind Kind
	// Codec names the coding as trees do: pcm, float, or another one.
	Codec string
	// SampleRate, in Hz, Channels and BitDepth are as the file claims; a rate that is
	// no whole number is 0.
	SampleRate, Channels, BitDepth int
	// Frames is the length; -1 if it is not known.
	Frames int64
	// Chunks are those of the file, in order.
	Chunks []iff.Chunk
	// Warnings are sentences on what is wrong, and was read in spite of it.
	Warnings []string

	size     int64
	end      uint64 // where the file says that it ends
	claims   claims
	comm     iff.Chunk
	ssnd     iff.Chunk
	streamed bool   // the SSND chunk does not know its length
	skip     uint32 // bytes of the SSND chunk before the first frame
	region   pcm.Region
	unopened error // why the audio cannot be decoded
}

// Is says that a file that begins with these bytes, 12 of them, is one for this
// package.
func Is(head []byte) bool {
	return len(head) >= 12 && string(head[:4]) == "FORM" && magics[string(head[8:12])] != ""
}

// Parse reads the header of a file of size bytes, not its audio. Errors match
// iff.ErrInvalid, or are the reader's; what is known by then is returned with them.
func Parse(r io.ReaderAt, size int64) (*Header, error) {
	h := &Header{Frames: -1, size: size}
	head := make([]byte, min(size, 12))
	if err := iff.ReadFull(r, head, 0); err != nil {
		return h, err
	}
	if !Is(head) {
		return h, iff.Errorf(0, "no AIFF file begins with %x", head)
	}
	h.Kind, h.end = magics[string(head[8:12])], 8+uint64(binary.BigEndian.Uint32(head[4:]))
	s := iff.NewScanner(r, 12, size, iff.Classic(binary.BigEndian, isUsual))
	warning, err := s.Walk(&visitor{h, r})
	if warning != "" {
		h.warn("%s", warning)
	}
	if err != nil {
		return h, err
	}
	return h, h.conclude()
}

func (h *Header) warn(format string, args ...any) {
	h.Warnings = append(h.Warnings, fmt.Sprintf(format, args...))
}

// visitor takes the chunks of a file into its header.
type visitor struct {
	*Header
	r io.ReaderAt
}

// End implements iff.Visitor.
func (v *visitor) End() uint64 {
	if v.end <= 12 || unwritten(v.end-8) {
		return math.MaxUint64
	}
	return v.end
}

// unwritten says that a size is one that programs leave when they cannot go back to
// write the real one, as into a pipe.
func unwritten(size uint64) bool { return size >= 0x7f000000 }

// Complete implements iff.Visitor.
func (v *visitor) Complete() bool { return v.comm.Offset > 0 && v.ssnd.Offset > 0 }

// Visit implements iff.Visitor.
func (v *visitor) Visit(s *iff.Scanner, c iff.Chunk) (err error) {
	switch {
	case c.ID == "COMM" && v.comm.Offset == 0:
		v.comm = c
		err = v.readClaims(v.r)
	case c.ID == "SSND" && v.ssnd.Offset == 0:
		c, err = v.measure(v.r, s, c)
		v.ssnd = c
	case c.ID == "COMM" || c.ID == "SSND":
		v.warn("the %s chunk at byte %d is not the first one, and ignored", c.ID, c.Head)
	}
	v.Chunks = append(v.Chunks, c)
	return err
}

// readClaims reads the COMM chunk.
func (h *Header) readClaims(r io.ReaderAt) error {
	body, err := h.comm.Body(r, 22)
	if err != nil {
		return err
	}
	if h.claims, err = parseClaims(body, h.Kind == AIFC, h.comm.Offset); err != nil {
		return err
	}
	h.Codec = h.claims.codec()
	h.Channels, h.BitDepth = h.claims.channels, h.claims.depth()
	if hz, whole := h.claims.rate.hz(); whole {
		h.SampleRate = int(hz)
	}
	return nil
}

// measure reads the head of the SSND chunk and finds its real length.
func (h *Header) measure(r io.ReaderAt, s *iff.Scanner, c iff.Chunk) (iff.Chunk, error) {
	rest := uint64(h.size - c.Offset)
	if h.streamed = c.Claimed < 8 && rest >= 8 || unwritten(c.Claimed) && c.Claimed > rest; h.streamed {
		h.warn("the length of the audio was never written: it is taken to go on to the end of the file")
		var err error
		if c, err = s.Resize(rest); err != nil {
			return c, err
		}
	}
	if c.Size < 8 {
		return c, iff.Errorf(c.Offset, "the SSND chunk has %d bytes, and needs 8", c.Size)
	}
	head, err := c.Body(r, 8)
	if err != nil {
		return c, err
	}
	if h.skip = binary.BigEndian.Uint32(head); int64(h.skip) > c.Size-8 {
		return c, iff.Errorf(c.Offset, "the audio begins %d bytes into a chunk that has %d", h.skip, c.Size-8)
	}
	return c, nil
}

// conclude brings together what all chunks said.
func (h *Header) conclude() error {
	if h.comm.Offset == 0 {
		return iff.Errorf(h.size, "the file has no COMM chunk")
	}
	if h.ssnd.Offset == 0 && h.claims.frames > 0 {
		return iff.Errorf(h.size, "the file has no SSND chunk, and should have %d frames of audio", h.claims.frames)
	}
	var coding pcm.Coding
	if coding, h.unopened = h.claims.coding(h.comm.Offset); h.unopened != nil {
		if h.claims.frames > 0 {
			h.Frames = int64(h.claims.frames)
		}
		return nil
	}
	h.region = pcm.Region{Coding: coding, Offset: h.size}
	if h.ssnd.Offset > 0 {
		h.region.Offset = h.ssnd.Offset + 8 + int64(h.skip)
		h.region.Frames = h.count((h.ssnd.End() - h.region.Offset) / int64(coding.Stride()))
	}
	h.Frames = h.region.Frames
	return nil
}

// count returns how many frames the audio has of which so many are in the file.
func (h *Header) count(there int64) int64 {
	said := int64(h.claims.frames)
	switch {
	case said == there || h.streamed:
	case said == 0 || unwritten(uint64(said)):
		h.warn("the number of frames was never written: there are %d", there)
	case said > there:
		h.warn("the audio is cut off: the COMM chunk at byte %d promises %d frames, and the file has %d of them", h.comm.Head, said, there)
	default:
		h.warn("the SSND chunk at byte %d has %d frames more than the COMM chunk says: they are ignored", h.ssnd.Head, there-said)
		return said
	}
	return there
}
