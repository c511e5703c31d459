package peaks

import (
	"encoding/binary"
	"math"

	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// measure sets sums to the least, the greatest and the squares of the samples of each
// channel in at most Finest frames. It is where peaks spend their time.
func (b *Builder) measure(sums []sum, p []byte) {
	size, stride := b.format.SampleSize(), b.format.FrameSize()
	switch {
	case !b.format.Float && stride == 6 && size == 3:
		sums[0], sums[1] = stereo24(p)
		return
	case !b.format.Float && stride == 4 && size == 2:
		sums[0], sums[1] = stereo16(p)
		return
	}
	for c := range sums {
		sums[c] = b.channel(p[c*size:], size, stride)
	}
}

// channel measures the channel whose first sample p begins with.
func (b *Builder) channel(p []byte, size, stride int) sum {
	switch {
	case b.format.Float:
		return floats(p, size, stride)
	case size == 2:
		return words(p, stride)
	case size == 3:
		return threes(p, stride)
	}
	s := nothing
	for i := 0; i+size <= len(p); i += stride {
		s.sample(pcm.Int(p[i:], size) << (8 * (4 - size)) >> 8)
	}
	return s
}

func (s *sum) sample(v int32) {
	s.min, s.max = min(s.min, v), max(s.max, v)
	s.lo += uint64(int64(v) * int64(v))
}

// words measures samples of 16 bits.
func words(p []byte, stride int) sum {
	least, greatest, squares := int32(math.MaxInt32), int32(math.MinInt32), uint64(0)
	for i := 0; i+2 <= len(p); i += stride {
		v := int32(int16(binary.LittleEndian.Uint16(p[i:])))
		least, greatest = min(least, v), max(greatest, v)
		squares += uint64(int64(v) * int64(v))
	}
	return sum{min: least << 8, max: greatest << 8, lo: squares << 16}
}

// threes measures samples of 24 bits. It reads a byte more than a sample has, where
// there is one.
func threes(p []byte, stride int) sum {
	least, greatest, squares := int32(math.MaxInt32), int32(math.MinInt32), uint64(0)
	i := 0
	for ; i+4 <= len(p); i += stride {
		v := int32(binary.LittleEndian.Uint32(p[i:])<<8) >> 8
		least, greatest = min(least, v), max(greatest, v)
		squares += uint64(int64(v) * int64(v))
	}
	s := sum{min: least, max: greatest, lo: squares}
	if i+3 <= len(p) {
		s.sample(pcm.Int(p[i:], 3))
	}
	return s
}

// stereo24 measures both channels of the most common stem, a frame at a load.
func stereo24(p []byte) (sum, sum) {
	a0, a1, a2 := int32(math.MaxInt32), int32(math.MinInt32), uint64(0)
	b0, b1, b2 := a0, a1, a2
	for len(p) >= 8 {
		u := binary.LittleEndian.Uint64(p)
		a, b := int32(uint32(u)<<8)>>8, int32(uint32(u>>16))>>8
		a0, a1, a2 = min(a0, a), max(a1, a), a2+uint64(int64(a)*int64(a))
		b0, b1, b2 = min(b0, b), max(b1, b), b2+uint64(int64(b)*int64(b))
		p = p[6:]
	}
	l, r := sum{min: a0, max: a1, lo: a2}, sum{min: b0, max: b1, lo: b2}
	if len(p) >= 6 {
		l.sample(pcm.Int(p, 3))
		r.sample(pcm.Int(p[3:], 3))
	}
	return l, r
}

// stereo16 does the same for 16 bits.
func stereo16(p []byte) (sum, sum) {
	a0, a1, a2 := int32(math.MaxInt32), int32(math.MinInt32), uint64(0)
	b0, b1, b2 := a0, a1, a2
	for len(p) >= 4 {
		u := int32(binary.LittleEndian.Uint32(p))
		a, b := u<<16>>16, u>>16
		a0, a1, a2 = min(a0, a), max(a1, a), a2+uint64(int64(a)*int64(a))
		b0, b1, b2 = min(b0, b), max(b1, b), b2+uint64(int64(b)*int64(b))
		p = p[4:]
	}
	return sum{min: a0 << 8, max: a1 << 8, lo: a2 << 16}, sum{min: b0 << 8, max: b1 << 8, lo: b2 << 16}
}

// floats measures floats, cut off at full scale. What is no number is silence.
func floats(p []byte, size, stride int) sum {
	s := nothing
	for i := 0; i+size <= len(p); i += stride {
		var x float64
		if size == 4 {
			x = float64(math.Float32frombits(binary.LittleEndian.Uint32(p[i:])))
		} else {
			x = math.Float64frombits(binary.LittleEndian.Uint64(p[i:]))
		}
		s.sample(fixed(x))
	}
	return s
}

// fixed returns x as an integer of 24 bits, rounded down. Scaling by a power of two
// and rounding down are exact on every machine.
func fixed(x float64) int32 {
	switch x = math.Floor(x * (1 << 23)); {
	case x >= 1<<23-1:
		return 1<<23 - 1
	case x >= -(1 << 23):
		return int32(x)
	case x < 0:
		return -(1 << 23)
	}
	return 0 // NaN
}
