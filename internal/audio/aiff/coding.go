package aiff

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"

	"github.com/parrots-music/parrots/internal/audio/iff"
	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// claims is what a COMM chunk says.
type claims struct {
	channels int
	frames   uint32
	bits     int
	rate     rate
	// compression is four characters, and NONE in AIFF files.
	compression string
}

// parseClaims reads a COMM chunk that begins at an offset.
func parseClaims(body []byte, compressed bool, offset int64) (claims, error) {
	need := 18
	if compressed {
		need = 22
	}
	if len(body) < need {
		return claims{}, iff.Errorf(offset, "the COMM chunk has %d bytes, and needs %d", len(body), need)
	}
	u16 := binary.BigEndian.Uint16
	c := claims{
		channels:    int(u16(body)),
		frames:      binary.BigEndian.Uint32(body[2:]),
		bits:        int(u16(body[6:])),
		rate:        parseRate(body[8:18]),
		compression: "NONE",
	}
	if compressed {
		c.compression = string(body[18:22])
	}
	return c, nil
}

// rate is a sample rate as the file has it: an 80-bit float.
type rate struct {
	negative bool
	exponent int // of the mantissa as an integer
	mantissa uint64
}

func parseRate(b []byte) rate {
	e := binary.BigEndian.Uint16(b)
	return rate{e&0x8000 != 0, int(e&0x7fff) - 16383 - 63, binary.BigEndian.Uint64(b[2:])}
}

// hz returns the rate if it is a whole number of Hz below 2^32.
func (r rate) hz() (int64, bool) {
	if r.negative || r.mantissa == 0 || r.exponent > 0 || r.exponent <= -64 {
		return 0, r.mantissa == 0
	}
	v := r.mantissa >> -r.exponent
	return int64(v), v <= math.MaxUint32 && v<<-r.exponent == r.mantissa
}

// String is the rate as a number.
func (r rate) String() string {
	v := math.Ldexp(float64(r.mantissa), r.exponent)
	if r.negative {
		v = -v
	}
	return fmt.Sprintf("%.10g", v)
}

// Codecs of compressions that are kept opaque, as trees name them.
var codecs = map[string]string{
	"alaw": "alaw", "ALAW": "alaw", "ulaw": "ulaw", "ULAW": "ulaw", "ima4": "adpcm-ima", "MAC3": "mace3",
	"MAC6": "mace6", "GSM ": "gsm", "ADP4": "adpcm-g722", "G722": "adpcm-g722", "QDMC": "qdesign",
	"QDM2": "qdesign", "Qclp": "qcelp", ".mp3": "mp3",
}

// linear are the compressions that are none.
var linear = map[string]struct {
	bits             int // 0: what the COMM chunk says
	float, little, u bool
}{
	"NONE": {}, "none": {}, "twos": {}, "sowt": {little: true}, "raw ": {bits: 8, u: true},
	"fl32": {bits: 32, float: true}, "FL32": {bits: 32, float: true},
	"fl64": {bits: 64, float: true}, "FL64": {bits: 64, float: true},
	"in24": {bits: 24}, "in32": {bits: 32}, "42ni": {bits: 24, little: true}, "23ni": {bits: 32, little: true},
}

// codec names the coding as trees do.
func (c claims) codec() string {
	l, ok := linear[c.compression]
	switch {
	case ok && l.float:
		return "float"
	case ok:
		return "pcm"
	case codecs[c.compression] != "":
		return codecs[c.compression]
	}
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(c.compression))
	if name == "" {
		name = "other"
	}
	return "aifc-" + name
}

// depth is how many bits a sample has.
func (c claims) depth() int {
	if l := linear[c.compression]; l.bits > 0 {
		return l.bits
	}
	return c.bits
}

// coding returns how samples lie in the file. offset is that of the COMM chunk.
func (c claims) coding(offset int64) (pcm.Coding, error) {
	l, ok := linear[c.compression]
	if !ok {
		return pcm.Coding{}, fmt.Errorf("%w: at byte %d: samples compressed as %q", pcm.ErrFormat, offset, c.compression)
	}
	hz, whole := c.rate.hz()
	switch {
	case !whole:
		return pcm.Coding{}, fmt.Errorf("%w: at byte %d: a sample rate of %s Hz, which is no whole number", pcm.ErrFormat, offset, c.rate)
	case c.channels == 0 || hz == 0:
		return pcm.Coding{}, iff.Errorf(offset, "%d channels at %d Hz", c.channels, hz)
	}
	coding := pcm.Coding{
		Format:    pcm.Format{SampleRate: int(hz), Channels: c.channels, BitDepth: c.depth(), Float: l.float},
		BigEndian: !l.little, Unsigned: l.u,
	}
	coding.Container = coding.SampleSize()
	if err := coding.Check(); err != nil {
		return pcm.Coding{}, fmt.Errorf("at byte %d: %w", offset, err)
	}
	return coding, nil
}
