package audio

import (
	"encoding/binary"
	"math"

	"github.com/parrots-music/parrots/internal/audio/iff"
)

// box is a part of an MP4 file.
type box struct {
	kind       string
	start, end int64 // of its body
}

// maxBoxes bounds the boxes of one level of a file that are looked at.
const maxBoxes = 4096

// boxes calls visit with the boxes between two bytes of the file, until it returns
// false.
func (in input) boxes(start, end int64, visit func(box) (bool, error)) error {
	for range maxBoxes {
		if end-start < 8 {
			return nil
		}
		head, err := in.need(start, 8, "the head of a box")
		if err != nil {
			return err
		}
		b := box{string(head[4:]), start + 8, end}
		switch size := uint64(binary.BigEndian.Uint32(head)); {
		case size == 1:
			long, err := in.need(start+8, 8, "the head of a box")
			if err != nil {
				return err
			}
			b.start += 8
			b.end = boxEnd(start, binary.BigEndian.Uint64(long))
		case size != 0:
			b.end = boxEnd(start, size)
		}
		if b.end < b.start || b.end > end {
			return iff.Errorf(start, "a box %q that should end at byte %d, and the one around it ends at %d", b.kind, b.end, end)
		}
		if more, err := visit(b); err != nil || !more {
			return err
		}
		start = b.end
	}
	return nil
}

// boxEnd adds without overflow.
func boxEnd(start int64, size uint64) int64 {
	if size > uint64(math.MaxInt64-start) {
		return math.MaxInt64
	}
	return start + int64(size)
}

// mp4Codecs names what sample entries hold.
var mp4Codecs = map[string]string{
	"mp4a": "aac", "alac": "alac", "fLaC": "flac", "Opus": "opus", "ac-3": "ac3", "ec-3": "eac3", ".mp3": "mp3",
	"sowt": "pcm", "twos": "pcm", "lpcm": "pcm", "in24": "pcm", "in32": "pcm", "ipcm": "pcm", "raw ": "pcm",
	"fl32": "float", "fl64": "float", "fpcm": "float", "alaw": "alaw", "ulaw": "ulaw", "ima4": "adpcm-ima",
}

// mp4Facts looks for the first track of sound.
func mp4Facts(in input, at int64, _ []byte) (Facts, error) {
	f := facts("mp4", "")
	found := false
	err := in.boxes(at, in.size, func(b box) (bool, error) {
		if b.kind != "moov" {
			return true, nil
		}
		err := in.boxes(b.start, b.end, func(b box) (bool, error) {
			if b.kind != "trak" {
				return true, nil
			}
			t := track{in: in, facts: facts("mp4", "")}
			err := t.read(b)
			if found = t.sound; found {
				f = t.facts
			}
			return !found, err
		})
		return !found, err
	})
	if err == nil && !found {
		err = ErrNotAudio // a picture, or a film without sound
	}
	return f, err
}

// track is one of an MP4 file.
type track struct {
	in       input
	sound    bool
	scale    uint32 // units of duration in a second
	duration uint64
	facts    Facts
}

// read takes in the boxes of a track that matter, whatever they lie in.
func (t *track) read(b box) error {
	err := t.within(b, 0)
	// Only these have no frames before the music and after it.
	if lossless := t.facts.Codec == "alac" || t.facts.Codec == "flac"; lossless &&
		int64(t.scale) == int64(t.facts.SampleRate) && t.duration < math.MaxUint32 {
		t.facts.Frames = int64(t.duration)
	}
	return err
}

func (t *track) within(b box, depth int) error {
	return t.in.boxes(b.start, b.end, func(b box) (bool, error) {
		switch b.kind {
		case "mdia", "minf", "stbl":
			if depth < 3 {
				return true, t.within(b, depth+1)
			}
		case "hdlr":
			p, err := t.in.need(b.start, 12, "a track")
			if err != nil {
				return false, err
			}
			t.sound = t.sound || string(p[8:]) == "soun"
		case "mdhd":
			return true, t.readDuration(b)
		case "stsd":
			return true, t.readEntry(b)
		}
		return true, nil
	})
}

// readDuration reads a media header, whose numbers are long in version 1.
func (t *track) readDuration(b box) error {
	p, err := t.in.at(b.start, 32)
	switch {
	case len(p) == 32 && p[0] == 1:
		t.scale, t.duration = binary.BigEndian.Uint32(p[20:]), binary.BigEndian.Uint64(p[24:])
	case len(p) >= 20 && p[0] == 0:
		t.scale, t.duration = binary.BigEndian.Uint32(p[12:]), uint64(binary.BigEndian.Uint32(p[16:]))
	}
	return err
}

// readEntry reads the first sample entry.
func (t *track) readEntry(b box) error {
	p, err := t.in.at(b.start, 8+36)
	if err != nil || len(p) < 8+36 {
		return err
	}
	p = p[8:]
	f := &t.facts
	f.Codec = mp4Codecs[string(p[4:8])]
	f.Channels, f.BitDepth = int(binary.BigEndian.Uint16(p[24:])), int(binary.BigEndian.Uint16(p[26:]))
	f.SampleRate = int(binary.BigEndian.Uint32(p[32:]) >> 16)
	switch f.Codec {
	case "aac", "opus", "mp3", "ac3", "eac3", "":
		f.BitDepth = 0
	}
	if t.scale > math.MaxUint16 && t.scale <= 1<<24 {
		f.SampleRate = int(t.scale) // the entry's field has 16 bits for it
	}
	return nil
}
