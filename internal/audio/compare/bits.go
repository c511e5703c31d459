package compare

import (
	"encoding/binary"
	"math"
	mathbits "math/bits"

	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// bits notes which bits of its integers audio uses.
type bits struct {
	format pcm.Format
	mask   uint32
	seen   bool
}

// note looks at canonical frames.
func (b *bits) note(raw []byte) {
	b.seen = b.seen || len(raw) > 0
	size := b.format.SampleSize()
	if b.format.Float || size < 3 {
		return
	}
	if size == 4 {
		for i := 0; i+4 <= len(raw); i += 4 {
			b.mask |= binary.LittleEndian.Uint32(raw[i:])
		}
		return
	}
	// Eight samples are three words; the lowest set bit of each byte is enough.
	var w [3]uint64
	for ; len(raw) >= 24; raw = raw[24:] {
		w[0] |= binary.LittleEndian.Uint64(raw)
		w[1] |= binary.LittleEndian.Uint64(raw[8:])
		w[2] |= binary.LittleEndian.Uint64(raw[16:])
	}
	var all [24]byte
	for i, x := range w {
		binary.LittleEndian.PutUint64(all[8*i:], x)
	}
	for i, x := range append(all[:], raw...) {
		b.mask |= uint32(x) << (8 * (i % 3))
	}
}

// depth returns how many bits are used, counted from the uppermost.
func (b *bits) depth() int {
	size := b.format.SampleSize()
	switch {
	case !b.seen:
		return 0
	case b.format.Float || size < 3 || b.mask == 0:
		return b.format.BitDepth
	}
	return 8*size - mathbits.TrailingZeros32(b.mask)
}

// step returns the size of the smallest step, as far as programs that calculate in
// 32-bit floats go.
func (b *bits) step() float64 {
	const finest = 1.0 / (1 << 24)
	if b.format.Float {
		return finest
	}
	depth := b.format.BitDepth
	if b.seen && b.mask != 0 {
		depth = min(depth, b.depth())
	}
	return max(math.Ldexp(1, 1-depth), finest)
}
