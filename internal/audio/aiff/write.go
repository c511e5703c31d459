package aiff

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"math/bits"

	"github.com/parrots-music/parrots/internal/audio/iff"
	"github.com/parrots-music/parrots/internal/audio/mark"
	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// NewWriter begins a file that will have so many frames of a format, and writes its
// header: an AIFF of integers, or an AIFC of floats. The frames are to be written in
// their canonical form; Close completes the file. The same frames give the same bytes.
// The error matches pcm.ErrFormat or iff.ErrTooLong, or is w's.
func NewWriter(w io.Writer, f pcm.Format, frames int64) (*iff.Writer, error) {
	kind, compression := AIFF, ""
	switch {
	case f.Float && f.BitDepth == 32:
		kind, compression = AIFC, "fl32\x00\x00"
	case f.Float:
		kind, compression = AIFC, "fl64\x00\x00"
	}
	coding := pcm.Coding{Format: f, Container: f.SampleSize(), BigEndian: true}
	return begin(w, kind, &iff.Output{Coding: coding, Frames: frames}, compression)
}

// NewWriterLike begins a file like another one, but for its audio, which has the same
// format: of its kind and coding, with the chunks that are not of the audio (MARK, INST,
// NAME, ID3 and so on), byte for byte but for the places of
// its marks; nil leaves those as they are.
func NewWriterLike(w io.Writer, like *File, frames int64, marks *mark.Set) (*iff.Writer, error) {
	h := like.Header
	o := &iff.Output{Coding: like.DataRegion().Coding, Frames: frames}
	o.Before, o.After = iff.CarryAll(like.r, h.Chunks, h.ssnd, ofAudio, marks)
	compression := ""
	if h.Kind == AIFC {
		compression = h.claims.compression + "\x00\x00"
	}
	return begin(w, h.Kind, o, compression)
}

// ofAudio are the chunks that say something of the audio itself, or only take place.
var ofAudio = []string{"COMM", "SSND", "FVER", "PEAK", "FLLR"}

// version is that of AIFC, of which there is one.
const version = "\xa2\x80\x51\x40"

// begin writes all that stands before the audio. compression is the end of the COMM
// chunk.
func begin(w io.Writer, kind Kind, o *iff.Output, compression string) (*iff.Writer, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	if o.Frames > math.MaxUint32 {
		return nil, fmt.Errorf("%w: %d frames", iff.ErrTooLong, o.Frames)
	}
	o.ID, o.Align, o.Head, o.Lead = "SSND", 2, head, make([]byte, 8)
	first := []iff.Part{iff.Hold("COMM", newComm(o, compression))}
	if kind == AIFC {
		first = append([]iff.Part{iff.Hold("FVER", []byte(version))}, first...)
	}
	o.Before = append(first, o.Before...)
	size := 4 + o.Length()
	if size > math.MaxUint32 {
		return nil, fmt.Errorf("%w: %s of %d bytes", iff.ErrTooLong, kind, 8+size)
	}
	start := append(head("FORM", size), "AIFF"...)
	if kind == AIFC {
		copy(start[8:], "AIFC")
	}
	return o.Begin(w, start)
}

// newComm makes the body of a COMM chunk.
func newComm(o *iff.Output, compression string) []byte {
	be := binary.BigEndian
	b := be.AppendUint16(nil, uint16(o.Coding.Channels))
	b = be.AppendUint32(b, uint32(o.Frames))
	b = be.AppendUint16(b, uint16(o.Coding.BitDepth))
	// The rate is a float of 80 bits, whose mantissa has its first bit set.
	rate := uint64(o.Coding.SampleRate)
	shift := bits.LeadingZeros64(rate)
	b = be.AppendUint16(b, uint16(16383+63-shift))
	b = be.AppendUint64(b, rate<<shift)
	return append(b, compression...)
}

// head is what stands before a chunk's body.
func head(id string, size int64) []byte {
	return binary.BigEndian.AppendUint32([]byte(id), uint32(size))
}
