package audio

import (
	"encoding/binary"

	"github.com/parrots-music/parrots/internal/audio/iff"
)

// mpegFrame is what the 4 bytes before a frame of MPEG audio say.
type mpegFrame struct {
	version int // 1 or 2; 2.5 counts as 2
	layer   int
	rate    int
	mono    bool
	samples int64 // frames of audio in it
	length  int64 // bytes; 0 if the header does not say it
}

var mpegRates = [4][3]int{{11025, 12000, 8000}, {}, {22050, 24000, 16000}, {44100, 48000, 32000}}

// Bit rates in kbit/s of version 1 of each layer, and of version 2 of layer 1, and 2 or 3.
var mpegBitRates = [5][15]int{
	{0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448},
	{0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384},
	{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320},
	{0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256},
	{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},
}

// parseMPEG reads the header of a frame.
func parseMPEG(b []byte) (f mpegFrame, ok bool) {
	if len(b) < 4 || b[0] != 0xff || b[1]&0xe0 != 0xe0 {
		return f, false
	}
	id, layer, rate, index := b[1]>>3&3, b[1]>>1&3, b[2]>>2&3, b[2]>>4
	if id == 1 || layer == 0 || rate == 3 || index == 15 {
		return f, false
	}
	f = mpegFrame{version: 2, layer: 4 - int(layer), rate: mpegRates[id][rate], mono: b[3]>>6 == 3, samples: 1152}
	row := min(f.layer, 2) + 2
	if id == 3 {
		f.version, row = 1, f.layer-1
	}
	padding, bits := int64(b[2]>>1&1), int64(mpegBitRates[row][index])*1000
	switch {
	case f.layer == 1:
		f.samples, f.length = 384, (12*bits/int64(f.rate)+padding)*4
	case f.layer == 3 && f.version == 2:
		f.samples, f.length = 576, 72*bits/int64(f.rate)+padding
	default:
		f.length = 144*bits/int64(f.rate) + padding
	}
	if bits == 0 {
		f.length = 0
	}
	return f, true
}

// isMPEG says that a file can be MPEG audio.
func isMPEG(head []byte) bool {
	_, ok := parseMPEG(head)
	return ok || id3Length(head) > 0
}

// unlike is the error for a file of which only the first frame looks right. Text and
// pictures can begin so; after a tag it must be MP3.
func unlike(tagged bool, at int64, what string) error {
	if tagged {
		return iff.Errorf(at, "%s should begin here", what)
	}
	return errUnlike
}

// mpegFacts reads the first frame, and what encoders leave in it.
func mpegFacts(in input, at int64, head []byte) (Facts, error) {
	f := facts("mp3", "mp3")
	first, ok := parseMPEG(head)
	if !ok {
		return f, unlike(true, at, "a frame of MP3")
	}
	f.Codec = [...]string{"mp1", "mp2", "mp3"}[first.layer-1]
	f.Container = f.Codec
	next, err := in.at(at+first.length, 4)
	if err != nil {
		return f, err
	}
	second, ok := parseMPEG(next)
	last := at+first.length == in.size || len(next) == 4 && string(next[:3]) == "TAG"
	if first.length == 0 || !last && (!ok || second.rate != first.rate || second.layer != first.layer) {
		return f, unlike(at > 0, at+first.length, "the second frame of MP3")
	}
	f.SampleRate, f.Channels = first.rate, 2
	if first.mono {
		f.Channels = 1
	}
	f.Frames, err = in.mpegLength(at, first)
	return f, err
}

// mpegLength returns the length that the encoder left in the first frame, which has
// no sound then, less what it put around the music; -1 if it left none.
func (in input) mpegLength(at int64, first mpegFrame) (int64, error) {
	side := int64(32)
	switch {
	case first.version == 1 && first.mono, first.version == 2 && !first.mono:
		side = 17
	case first.version == 2:
		side = 9
	}
	tag, err := in.at(at+4+side, 156)
	if err != nil || len(tag) < 156 || string(tag[:4]) != "Xing" && string(tag[:4]) != "Info" {
		return -1, err
	}
	flags := binary.BigEndian.Uint32(tag[4:])
	if flags&1 == 0 {
		return -1, nil
	}
	length := int64(binary.BigEndian.Uint32(tag[8:])) * first.samples
	lame := 8
	for bit, size := range []int{4, 4, 100, 4} {
		if flags>>bit&1 != 0 {
			lame += size
		}
	}
	if lame+24 > len(tag) || tag[lame] == 0 {
		return -1, nil
	}
	gap := tag[lame+21:]
	length -= int64(gap[0])<<4 | int64(gap[1])>>4
	length -= int64(gap[1]&15)<<8 | int64(gap[2])
	return max(length, -1), nil
}

// isADTS says that a file is AAC in ADTS frames.
func isADTS(head []byte) bool {
	return len(head) >= 7 && head[0] == 0xff && head[1]&0xf6 == 0xf0 && head[2]>>2&15 < 13 && adtsLength(head) >= 7
}

// adtsLength is the length of a frame in bytes.
func adtsLength(b []byte) int64 { return int64(b[3]&3)<<11 | int64(b[4])<<3 | int64(b[5])>>5 }

var aacRates = [13]int{96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350}

// adtsFacts reads the first frame's header.
func adtsFacts(in input, at int64, head []byte) (Facts, error) {
	f := facts("aac", "aac")
	f.SampleRate = aacRates[head[2]>>2&15]
	if f.Channels = int(head[2]&1)<<2 | int(head[3])>>6; f.Channels == 7 {
		f.Channels = 8
	}
	next, err := in.at(at+adtsLength(head), 7)
	if err == nil && at+adtsLength(head) != in.size && !isADTS(next) {
		err = unlike(at > 0, at+adtsLength(head), "the second frame of AAC")
	}
	return f, err
}
