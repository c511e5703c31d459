package flac

import "encoding/binary"

// bitWriter appends bits to a slice, the upper ones of a byte first.
type bitWriter struct {
	out  []byte
	held uint64 // bits not yet in out, the next to go uppermost
	n    uint   // how many; fewer than 32 between calls
}

// write appends the lower n bits of v, at most 32.
func (w *bitWriter) write(v uint64, n uint) {
	v &= 1<<n - 1
	w.held |= v << (64 - n - w.n)
	w.n += n
	if w.n >= 32 {
		w.out = binary.BigEndian.AppendUint32(w.out, uint32(w.held>>32))
		w.held <<= 32
		w.n -= 32
	}
}

// unary appends so many zeros and a one.
func (w *bitWriter) unary(zeros uint64) {
	for ; zeros >= 31; zeros -= 31 {
		w.write(0, 31)
	}
	w.write(1, uint(zeros)+1)
}

// align fills the last byte with zeros.
func (w *bitWriter) align() {
	w.n = (w.n + 7) &^ 7
	for ; w.n > 0; w.n -= 8 {
		w.out = append(w.out, byte(w.held>>56))
		w.held <<= 8
	}
}
