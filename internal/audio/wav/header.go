package wav

import (
	"fmt"
	"io"
	"math"

	"github.com/parrots-music/parrots/internal/audio/iff"
	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// Header is what a file says of itself, checked against its real size. The audio may
// be coded in a way that is not decoded here.
type Header struct {
	Kind Kind
	// Codec names the coding as trees do: pcm, float, or another one.
	Codec string
	// SampleRate, in Hz, Channels and BitDepth are as the file claims. The depth of
	// codings that are not decoded means little.
	SampleRate, Channels, BitDepth int
	// Frames is the length; -1 if it is not known.
	Frames int64
	// TimeReference is the bext chunk's: the place of the first frame since midnight,
	// in frames. It is -1 if there is none.
	TimeReference int64
	// Tempo is the acid chunk's, in beats per minute; 0 if there is none.
	Tempo float64
	// Chunks are those of the file, in order.
	Chunks []iff.Chunk
	// Warnings are sentences on what is wrong, and was read in spite of it.
	Warnings []string

	size     int64
	end      uint64 // where the file says that it ends
	claims   claims
	fmt      iff.Chunk
	data     iff.Chunk
	fact     int64
	region   pcm.Region
	unopened error // why the audio cannot be decoded
	big      bigSizes
}

// Is says that a file that begins with these bytes, 40 of them if it has so many,
// is one for this package.
func Is(head []byte) bool {
	if len(head) < 12 {
		return false
	}
	if _, ok := magics[string(head[:4])]; ok && string(head[8:12]) == "WAVE" {
		return true
	}
	return len(head) >= 40 && string(head[:16]) == wave64Magic && string(head[24:40]) == guidWAVE
}

// Parse reads the header of a file of size bytes, and its audio only where the header
// may be wrong about the samples' bits. Errors match iff.ErrInvalid, or are the
// reader's; what is known by then is returned with them.
func Parse(r io.ReaderAt, size int64) (*Header, error) {
	h := &Header{Frames: -1, TimeReference: -1, size: size, fact: -1}
	if err := h.open(r); err != nil {
		return h, err
	}
	if err := h.scan(r); err != nil {
		return h, err
	}
	if err := h.conclude(); err != nil {
		return h, err
	}
	return h, h.believePadding(r)
}

// open reads what the file begins with.
func (h *Header) open(r io.ReaderAt) error {
	head := make([]byte, min(h.size, 40))
	if err := iff.ReadFull(r, head, 0); err != nil {
		return err
	}
	if !Is(head) {
		return iff.Errorf(0, "no WAV file begins with %x", head[:min(len(head), 12)])
	}
	if kind, ok := magics[string(head[:4])]; ok {
		h.Kind = kind
		h.end = 8 + uint64(kind.order().Uint32(head[4:]))
		return nil
	}
	h.Kind, h.end = Wave64, Wave64.order().Uint64(head[16:])
	return nil
}

// unwritten says that a size is one that programs leave when they cannot go back to
// write the real one, as into a pipe.
func (h *Header) unwritten(size uint64) bool {
	if h.Kind == Wave64 {
		return size >= math.MaxInt64-24
	}
	return size == math.MaxUint32 || size == 0x7ffff000
}

// scan walks over the chunks.
func (h *Header) scan(r io.ReaderAt) error {
	warning, err := iff.NewScanner(r, h.Kind.start(), h.size, h.Kind.layout()).Walk(&visitor{h, r})
	if warning != "" {
		h.warn("%s", warning)
	}
	return err
}

// visitor takes the chunks of a file into its header.
type visitor struct {
	*Header
	r io.ReaderAt
}

// End implements iff.Visitor.
func (v *visitor) End() uint64 {
	if v.end <= uint64(v.Kind.start()) || v.unwritten(v.end-8) {
		return math.MaxUint64
	}
	return v.end
}

// Complete implements iff.Visitor.
func (v *visitor) Complete() bool { return v.fmt.Offset > 0 && v.data.Offset > 0 }

func (h *Header) warn(format string, args ...any) {
	h.Warnings = append(h.Warnings, fmt.Sprintf(format, args...))
}

// Visit implements iff.Visitor.
func (v *visitor) Visit(s *iff.Scanner, c iff.Chunk) (err error) {
	switch {
	case c.ID == "ds64" && v.is64():
		if err := v.big.read(v.r, c); err != nil {
			return err
		}
		v.end = v.big.end()
	case c.ID == "data" && v.data.Offset == 0:
		if c, err = v.measure(v.r, s, c); err != nil {
			return err
		}
		v.data = c
	case v.is64() && c.Claimed == math.MaxUint32:
		if size, ok := v.big.table[c.ID]; ok {
			if c, err = s.Resize(size); err != nil {
				return err
			}
		}
	case c.ID == "fmt " && v.fmt.Offset == 0:
		v.fmt = c
		if err := v.readClaims(v.r); err != nil {
			return err
		}
	case c.ID == "data" || c.ID == "fmt ":
		v.warn("the %s chunk at byte %d is not the first one, and ignored", c.ID, c.Head)
	}
	v.Chunks = append(v.Chunks, c)
	return v.hint(v.r, c)
}

// is64 says that a ds64 chunk holds the sizes.
func (h *Header) is64() bool { return h.Kind == RF64 || h.Kind == BW64 }

// measure finds the real length of the data chunk.
func (h *Header) measure(r io.ReaderAt, s *iff.Scanner, c iff.Chunk) (iff.Chunk, error) {
	rest := uint64(h.size - c.Offset)
	if h.is64() && c.Claimed == math.MaxUint32 && h.big.data > 0 {
		return s.Resize(h.big.data)
	}
	streamed := h.unwritten(c.Claimed) && c.Claimed > rest
	if c.Claimed == 0 && rest > 0 {
		// Either the length was never written, or there is no audio but another chunk.
		head := make([]byte, min(rest, 24))
		if err := iff.ReadFull(r, head, c.Offset); err != nil {
			return c, err
		}
		streamed = !h.chunkFollows(head)
	}
	if streamed {
		h.warn("the length of the audio was never written: it is taken to go on to the end of the file")
		return s.Resize(rest)
	}
	return c, nil
}

// chunkFollows says that head is of a chunk with a usual name.
func (h *Header) chunkFollows(head []byte) bool {
	layout := h.Kind.layout()
	if len(head) < layout.Head {
		return false
	}
	id, _, ok := layout.Parse(head[:layout.Head])
	return ok && isUsual(id)
}

// readClaims reads the fmt chunk.
func (h *Header) readClaims(r io.ReaderAt) error {
	body, err := h.fmt.Body(r, 40)
	if err != nil {
		return err
	}
	if h.claims, err = parseClaims(body, h.Kind.order(), h.fmt.Offset); err != nil {
		return err
	}
	h.Codec = h.claims.codec()
	h.SampleRate, h.Channels, h.BitDepth = int(h.claims.rate), h.claims.channels, h.claims.depth()
	if h.claims.valid > h.claims.bits {
		h.warn("%d bits are said to count of samples that have %d: all of them are taken", h.claims.valid, h.claims.bits)
	}
	return nil
}

// conclude brings together what all chunks said.
func (h *Header) conclude() error {
	switch {
	case h.fmt.Offset == 0:
		return iff.Errorf(h.size, "the file has no fmt chunk")
	case h.data.Offset == 0:
		return iff.Errorf(h.size, "the file has no data chunk")
	}
	var coding pcm.Coding
	if coding, h.unopened = h.claims.coding(h.fmt.Offset); h.unopened != nil {
		h.Frames = h.opaqueFrames()
	} else {
		h.region = pcm.Region{Coding: coding, Offset: h.data.Offset, Frames: h.data.Size / int64(coding.Stride())}
		h.Frames = h.region.Frames
	}
	if h.data.Truncated() {
		h.warn("the audio is cut off: the data chunk at byte %d promises %d bytes, and the file has %d of them",
			h.data.Head, h.data.Claimed, h.data.Size)
	} else if h.unopened == nil {
		// FFmpeg counts what makes a Wave64 chunk a multiple of 8 bytes as audio.
		if rest := h.data.Size % int64(coding.Stride()); rest != 0 && (h.Kind != Wave64 || rest >= 8) {
			h.warn("the audio ends in the middle of a frame: its last bytes (%d) are ignored", rest)
		}
	}
	return nil
}

// opaqueFrames is the length of audio that is not decoded, -1 if nothing says it.
func (h *Header) opaqueFrames() int64 {
	switch {
	case (h.Codec == "alaw" || h.Codec == "ulaw") && h.claims.blockAlign > 0:
		return h.data.Size / int64(h.claims.blockAlign)
	case h.data.Truncated():
		return -1
	case h.fact >= 0:
		return h.fact
	case h.Codec != "pcm" && h.Codec != "float" || h.claims.blockAlign == 0:
		return -1
	}
	return h.data.Size / int64(h.claims.blockAlign)
}
