package audio

import (
	"encoding/binary"
	"math"

	"github.com/parrots-music/parrots/internal/audio/iff"
	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// cafCodecs names the formats of Apple's Core Audio files.
var cafCodecs = map[string]string{
	"lpcm": "pcm", "aac ": "aac", "alac": "alac", "ima4": "adpcm-ima", "MAC3": "mace3", "MAC6": "mace6",
	"ulaw": "ulaw", "alaw": "alaw", ".mp1": "mp1", ".mp2": "mp2", ".mp3": "mp3", "opus": "opus", "flac": "flac",
}

// cafFacts reads the description, which stands first.
func cafFacts(in input, at int64, _ []byte) (Facts, error) {
	f := facts("caf", "")
	p, err := in.need(at, 52, "the description of the audio")
	if err != nil {
		return f, err
	}
	if string(p[8:12]) != "desc" {
		return f, iff.Errorf(at+8, "the description of the audio should begin here")
	}
	p = p[20:]
	rate := math.Float64frombits(binary.BigEndian.Uint64(p))
	if rate >= 1 && rate <= pcm.MaxSampleRate && rate == math.Trunc(rate) {
		f.SampleRate = int(rate)
	}
	u32 := binary.BigEndian.Uint32
	f.Codec = cafCodecs[string(p[8:12])]
	if f.Codec == "pcm" && u32(p[12:])&1 != 0 {
		f.Codec = "float"
	}
	f.Channels, f.BitDepth = rateOf(u32(p[24:])), rateOf(u32(p[28:]))
	return f, nil
}

var wavpackRates = [16]int{6000, 8000, 9600, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000, 192000}

// Flags of a WavPack block.
const (
	wavpackMono   = 1 << 2
	wavpackFloat  = 1 << 7
	wavpackLast   = 1 << 12
	wavpackDSD    = 1 << 31
	wavpackBlocks = 128 // of one moment, two channels each
)

// wavpackFacts reads the blocks of the first moment: each has one or two channels.
func wavpackFacts(in input, at int64, _ []byte) (Facts, error) {
	f := facts("wavpack", "wavpack")
	for block := range wavpackBlocks {
		p, err := in.need(at, 32, "a WavPack block")
		if err != nil {
			return f, err
		}
		if string(p[:4]) != "wvpk" {
			return f, iff.Errorf(at, "a WavPack block should begin here")
		}
		flags := binary.LittleEndian.Uint32(p[24:])
		if block == 0 {
			f.wavpack(p, flags)
		}
		if f.Channels += 2; flags&wavpackMono != 0 {
			f.Channels--
		}
		if flags&wavpackLast != 0 {
			return f, nil
		}
		at += 8 + int64(binary.LittleEndian.Uint32(p[4:]))
	}
	return f, iff.Errorf(at, "the blocks of the first moment have no end")
}

// wavpack takes in what the first block says.
func (f *Facts) wavpack(p []byte, flags uint32) {
	f.SampleRate = wavpackRates[flags>>23&15]
	f.BitDepth = 8*(int(flags&3)+1) - int(flags>>13&31)
	if flags&wavpackDSD != 0 {
		f.Codec, f.BitDepth, f.SampleRate = "wavpack-dsd", 1, 0
	} else if low := binary.LittleEndian.Uint32(p[12:]); low != math.MaxUint32 {
		f.Frames = int64(low) + int64(p[11])<<32 - int64(p[11])
	}
}

var auCodecs = map[uint32]struct {
	codec string
	depth int
}{
	1: {"ulaw", 8}, 2: {"pcm", 8}, 3: {"pcm", 16}, 4: {"pcm", 24}, 5: {"pcm", 32}, 6: {"float", 32}, 7: {"float", 64},
	23: {"adpcm-g721", 4}, 24: {"adpcm-g722", 4}, 27: {"alaw", 8},
}

// auFacts reads the header of Sun's and NeXT's files.
func auFacts(in input, at int64, _ []byte) (Facts, error) {
	f := facts("au", "")
	p, err := in.need(at, 24, "the header")
	if err != nil {
		return f, err
	}
	u32 := binary.BigEndian.Uint32
	c := auCodecs[u32(p[12:])]
	f.Codec, f.BitDepth = c.codec, c.depth
	f.SampleRate, f.Channels = rateOf(u32(p[16:])), rateOf(u32(p[20:]))
	if f.SampleRate == 0 || f.Channels == 0 {
		return f, iff.Errorf(at+16, "%d channels at %d Hz", f.Channels, f.SampleRate)
	}
	data := in.size - at - int64(u32(p[4:]))
	if stride := int64(f.Channels) * int64(c.depth) / 8; c.depth >= 8 && data >= 0 && stride > 0 {
		f.Frames = min(data, int64(u32(p[8:]))) / stride
	}
	return f, nil
}

// dsfFacts reads the header of Sony's DSD files, whose samples are bits.
func dsfFacts(in input, at int64, _ []byte) (Facts, error) {
	f := facts("dsf", "dsd")
	p, err := in.need(at, 28+52, "the header")
	if err != nil {
		return f, err
	}
	if string(p[28:32]) != "fmt " {
		return f, iff.Errorf(at+28, "the fmt chunk should begin here")
	}
	p = p[28:]
	u32 := binary.LittleEndian.Uint32
	f.Channels, f.SampleRate, f.BitDepth = rateOf(u32(p[24:])), rateOf(u32(p[28:])), rateOf(u32(p[32:]))
	if n := binary.LittleEndian.Uint64(p[36:]); n <= math.MaxInt64 {
		f.Frames = int64(n)
	}
	return f, nil
}
