package wav

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/parrots-music/parrots/internal/audio/iff"
	"github.com/parrots-music/parrots/internal/audio/mark"
	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// NewWriter begins a file of a kind, that will have so many frames of a format, and
// writes its header. The frames are to be written in their canonical form; Close
// completes the file. The same frames give the same bytes. A RIFF of more than 4 GiB
// becomes an RF64. The error matches pcm.ErrFormat or iff.ErrTooLong, or is w's.
func NewWriter(w io.Writer, kind Kind, f pcm.Format, frames int64) (*iff.Writer, error) {
	coding := pcm.Coding{Format: f, Container: f.SampleSize(), BigEndian: kind == RIFX}
	coding.Unsigned = coding.Container == 1 && !f.Float
	return begin(w, kind, &iff.Output{Coding: coding, Frames: frames}, newFmt(kind.order(), f))
}

// NewWriterLike begins a file like another one, but for its audio, which has the same
// format: of its kind and coding, with the chunks that are not of the audio (bext, cue,
// iXML, LIST, smpl and so on), byte for byte but for the places of
// its marks; nil leaves those as they are.
func NewWriterLike(w io.Writer, like *File, frames int64, marks *mark.Set) (*iff.Writer, error) {
	h := like.Header
	body, err := h.fmt.Body(like.r, maxFmt)
	if err != nil {
		return nil, err
	}
	o := &iff.Output{Coding: like.DataRegion().Coding, Frames: frames}
	o.Before, o.After = iff.CarryAll(like.r, h.Chunks, h.data, ofAudio, marks)
	return begin(w, h.Kind, o, body)
}

// maxFmt is the longest fmt chunk: what is longer says nothing of integers or floats.
const maxFmt = 4 << 10

// ofAudio are the chunks that say something of the audio itself, or only take place.
var ofAudio = []string{"fmt ", "data", "ds64", "fact", "PEAK", "levl", "MD5 ", "JUNK", "junk", "PAD ", "FLLR"}

// newFmt makes a fmt chunk. More than two channels, and integers whose bits do not fill
// their bytes, need an extensible one.
func newFmt(order byteOrder, f pcm.Format) []byte {
	tag, stride := uint16(tagPCM), f.FrameSize()
	if f.Float {
		tag = tagFloat
	}
	long := f.Channels > 2 || f.BitDepth%8 != 0
	b := order.AppendUint16(nil, tag)
	if long {
		b = order.AppendUint16(nil, tagExtensible)
	}
	b = order.AppendUint16(b, uint16(f.Channels))
	b = order.AppendUint32(b, uint32(f.SampleRate))
	b = order.AppendUint32(b, uint32(min(int64(f.SampleRate)*int64(stride), math.MaxUint32)))
	b = order.AppendUint16(b, uint16(stride))
	b = order.AppendUint16(b, uint16(8*f.SampleSize()))
	switch {
	case !long && f.Float:
		return order.AppendUint16(b, 0)
	case !long:
		return b
	}
	b = order.AppendUint16(b, 22)
	b = order.AppendUint16(b, uint16(f.BitDepth))
	b = order.AppendUint32(b, speakers(f.Channels))
	b = order.AppendUint32(b, uint32(tag))
	b = order.AppendUint16(b, 0)
	b = order.AppendUint16(b, 0x10)
	return append(b, microsoft...)
}

// speakers says where channels belong. Nobody can say it of more than two.
func speakers(channels int) uint32 {
	switch channels {
	case 1:
		return 4
	case 2:
		return 3
	}
	return 0
}

// begin writes all that stands before the audio. body is that of the fmt chunk.
func begin(w io.Writer, kind Kind, o *iff.Output, body []byte) (*iff.Writer, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	o.ID, o.Align, o.Head = "data", kind.layout().Align, kind.head
	first := []iff.Part{iff.Hold("fmt ", body)}
	if o.Coding.Float {
		fact := make([]byte, 4)
		kind.order().PutUint32(fact, uint32(min(o.Frames, math.MaxUint32)))
		first = append(first, iff.Hold("fact", fact))
	}
	o.Before = append(first, o.Before...)
	length := o.Length()
	if kind == RIFF && 4+length > math.MaxUint32 {
		kind = RF64
		o.Head = kind.head
	}
	if kind.is64() {
		sizes := ds64(o, length)
		o.Before = append([]iff.Part{iff.Hold("ds64", sizes)}, o.Before...)
	}
	start, err := kind.beginning(o.Length())
	if err != nil {
		return nil, err
	}
	return o.Begin(w, start)
}

// ds64 holds the sizes of a file whose other chunks have a length.
func ds64(o *iff.Output, length int64) []byte {
	le := binary.LittleEndian
	var table []byte
	for _, p := range slices.Concat(o.Before, o.After) {
		if p.Size >= math.MaxUint32 {
			table = le.AppendUint64(append(table, p.ID...), uint64(p.Size))
		}
	}
	b := le.AppendUint64(nil, uint64(4+8+28+int64(len(table))+length))
	b = le.AppendUint64(b, uint64(o.Audio()))
	b = le.AppendUint64(b, uint64(o.Frames))
	b = le.AppendUint32(b, uint32(len(table)/12))
	return append(b, table...)
}

// is64 says that a ds64 chunk holds the sizes.
func (k Kind) is64() bool { return k == RF64 || k == BW64 }

// head is what stands before a chunk's body.
func (k Kind) head(id string, size int64) []byte {
	if k == Wave64 {
		return binary.LittleEndian.AppendUint64([]byte(wave64ID(id)), uint64(size+24))
	}
	b := append([]byte(id), 0, 0, 0, 0)
	if k.is64() && (id == "data" || size > math.MaxUint32) {
		size = math.MaxUint32
	}
	k.order().PutUint32(b[4:], uint32(size))
	return b
}

// beginning is what a file begins with whose chunks have a length.
func (k Kind) beginning(length int64) ([]byte, error) {
	if k == Wave64 {
		b := binary.LittleEndian.AppendUint64([]byte(guidRIFF), uint64(40+length))
		return append(b, guidWAVE...), nil
	}
	size := 4 + length
	if k.is64() {
		size = math.MaxUint32
	}
	if size > math.MaxUint32 {
		return nil, fmt.Errorf("%w: %s of %d bytes", iff.ErrTooLong, k, 8+size)
	}
	for magic, kind := range magics {
		if kind == k {
			b := append([]byte(magic), 0, 0, 0, 0)
			k.order().PutUint32(b[4:], uint32(size))
			return append(b, "WAVE"...), nil
		}
	}
	return nil, fmt.Errorf("%w: a file of kind %q", pcm.ErrFormat, k)
}
