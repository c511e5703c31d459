package audio

import (
	"bytes"
	"encoding/binary"
	"math"

	"github.com/parrots-music/parrots/internal/audio/iff"
)

// oggPage is the longest page of an Ogg file: head, 255 lengths, 255 segments.
const oggPage = 27 + 255 + 255*255

// oggFacts reads the first page, which says what the stream is, and the last one,
// which says how long it is.
func oggFacts(in input, at int64, _ []byte) (Facts, error) {
	f := facts("ogg", "")
	page, err := in.need(at, 27, "an Ogg page")
	if err != nil {
		return f, err
	}
	start := at + 27 + int64(page[26])
	packet, err := in.need(start, 32, "the first packet of Ogg")
	if err != nil {
		return f, err
	}
	skip, err := f.oggCodec(packet, start)
	if err != nil || f.SampleRate == 0 {
		return f, err
	}
	last, err := in.oggLast(page[14:18])
	if last >= skip {
		f.Frames = last - skip
	}
	return f, err
}

// oggCodec reads the packet that a stream begins with, and returns the frames before
// the first one that is heard.
func (f *Facts) oggCodec(p []byte, at int64) (skip int64, err error) {
	u32 := binary.LittleEndian.Uint32
	switch {
	case bytes.HasPrefix(p, []byte("\x01vorbis")):
		f.Codec, f.Channels = "vorbis", int(p[11])
		f.SampleRate = rateOf(u32(p[12:]))
	case bytes.HasPrefix(p, []byte("OpusHead")):
		f.Codec, f.Channels, f.SampleRate = "opus", int(p[9]), 48000
		return int64(binary.LittleEndian.Uint16(p[10:])), nil
	case bytes.HasPrefix(p, []byte("\x7fFLAC")):
		f.Codec = "flac"
		// Before it: the mapping's 9 bytes, fLaC, a block's head, the sizes of blocks and frames.
		info := binary.BigEndian.Uint32(p[27:])
		f.SampleRate, f.Channels, f.BitDepth = int(info>>12), int(info>>9&7)+1, int(info>>4&31)+1
	case bytes.HasPrefix(p, []byte("Speex   ")):
		f.Codec = "speex"
	}
	if f.Codec != "" && f.Codec != "speex" && (f.SampleRate == 0 || f.Channels == 0) {
		return 0, iff.Errorf(at, "%d channels at %d Hz", f.Channels, f.SampleRate)
	}
	return 0, nil
}

// rateOf is a rate that a header claims, if it can be one.
func rateOf(v uint32) int {
	if v > math.MaxInt32 {
		return 0
	}
	return int(v)
}

// oggLast returns the position that the last page of a stream says, -1 if none is
// near the end.
func (in input) oggLast(serial []byte) (int64, error) {
	from := max(0, in.size-2*oggPage)
	tail, err := in.at(from, 2*oggPage)
	if err != nil {
		return -1, err
	}
	for {
		i := bytes.LastIndex(tail, []byte("OggS\x00"))
		if i < 0 {
			return -1, nil
		}
		if p := tail[i:]; len(p) >= 27 && bytes.Equal(p[14:18], serial) {
			if position := int64(binary.LittleEndian.Uint64(p[6:])); position >= 0 {
				return position, nil
			}
		}
		tail = tail[:i]
	}
}
