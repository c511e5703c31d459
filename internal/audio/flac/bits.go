package flac

import (
	"encoding/binary"
	"math/bits"
)

// bitReader reads bits of a slice, the upper ones of a byte first. Beyond the end
// it gives zeros and remembers that in over, so that callers need ask only once.
type bitReader struct {
	data []byte
	pos  int    // next byte to load
	held uint64 // loaded bits, the next one uppermost
	n    uint   // how many of held are loaded; those below are zero
	over bool
}

// refill loads until at least 56 bits are held, or the slice ends.
func (r *bitReader) refill() {
	if r.pos+8 <= len(r.data) {
		r.held |= binary.BigEndian.Uint64(r.data[r.pos:]) >> (r.n & 63)
		taken := (63 - r.n) >> 3
		r.pos += int(taken)
		r.n += taken * 8
		// What was loaded beyond n would be loaded again.
		r.held &= ^uint64(0) << ((64 - r.n) & 63)
		return
	}
	for r.n < 56 && r.pos < len(r.data) {
		r.held |= uint64(r.data[r.pos]) << (56 - r.n)
		r.pos++
		r.n += 8
	}
}

// read returns the next n bits, at most 56.
func (r *bitReader) read(n uint) uint64 {
	if r.n < n {
		r.refill()
		if r.n < n {
			r.over, r.n, r.held = true, 0, 0
			return 0
		}
	}
	v := r.held >> 1 >> (63 - n)
	r.held <<= n
	r.n -= n
	return v
}

// signed returns the next n bits, 0 to 33, as a number in two's complement.
func (r *bitReader) signed(n uint) int64 {
	return int64(r.read(n)<<(64-n)) >> (64 - n)
}

// unary counts zeros up to the next one, which it takes too.
func (r *bitReader) unary() uint64 {
	var zeros uint64
	for {
		if r.n == 0 {
			r.refill()
			if r.n == 0 {
				r.over = true
				return 0
			}
		}
		z := uint(bits.LeadingZeros64(r.held))
		if z < r.n {
			r.held <<= z + 1
			r.n -= z + 1
			return zeros + uint64(z)
		}
		zeros += uint64(r.n)
		r.held, r.n = 0, 0
	}
}

// byteOffset returns where the first byte begins of which no bit was read.
func (r *bitReader) byteOffset() int { return r.pos - int(r.n/8) }
