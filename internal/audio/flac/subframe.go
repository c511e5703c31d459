package flac

import (
	"errors"
	"math/bits"
)

// sample is what one channel is decoded into. The side channel of 32 bits needs 33.
type sample interface{ ~int32 | ~int64 }

// Faults of a frame.
var (
	errReserved  = errors.New("uses what the format reserves")
	errTruncated = errors.New("ends within a frame")
	errCRC       = errors.New("its checksum is wrong")
	errPartition = errors.New("a partition does not fit its block")
	errWasted    = errors.New("more unused bits than a sample has")
)

// maxOrder is the highest order of a predictor.
const maxOrder = 32

// subframe decodes one channel of depth bits into out, which is as long as the block.
func subframe[T sample](r *bitReader, out []T, depth uint) error {
	kind := r.read(8)
	if kind&0x80 != 0 {
		return errReserved
	}
	var wasted uint
	if kind&1 != 0 {
		zeros := r.unary()
		if zeros+1 >= uint64(depth) {
			return errWasted
		}
		wasted = uint(zeros) + 1
		depth -= wasted
	}
	if err := coded(r, out, depth, uint(kind>>1)); err != nil {
		return err
	}
	if wasted != 0 {
		for i := range out {
			out[i] <<= wasted
		}
	}
	return nil
}

func coded[T sample](r *bitReader, out []T, depth, kind uint) error {
	switch {
	case kind == 0:
		v := T(r.signed(depth))
		for i := range out {
			out[i] = v
		}
		return nil
	case kind == 1:
		return verbatim(r, out, depth)
	case kind >= 8 && kind <= 12:
		return fixed(r, out, depth, int(kind)-8)
	case kind >= 32:
		return linear(r, out, depth, int(kind)-31)
	}
	return errReserved
}

func verbatim[T sample](r *bitReader, out []T, depth uint) error {
	for i := range out {
		out[i] = T(r.signed(depth))
	}
	if r.over {
		return errTruncated
	}
	return nil
}

// fixed decodes a channel that is predicted by one of five polynomials.
func fixed[T sample](r *bitReader, out []T, depth uint, order int) error {
	if err := warmUp(r, out, depth, order); err != nil {
		return err
	}
	if err := residual(r, out, order); err != nil {
		return err
	}
	switch order {
	case 1:
		for i := 1; i < len(out); i++ {
			out[i] += out[i-1]
		}
	case 2:
		for i := 2; i < len(out); i++ {
			out[i] += 2*out[i-1] - out[i-2]
		}
	case 3:
		for i := 3; i < len(out); i++ {
			out[i] += 3*(out[i-1]-out[i-2]) + out[i-3]
		}
	case 4:
		for i := 4; i < len(out); i++ {
			out[i] += 4*(out[i-1]+out[i-3]) - 6*out[i-2] - out[i-4]
		}
	}
	return nil
}

// warmUp reads the samples that a predictor begins with.
func warmUp[T sample](r *bitReader, out []T, depth uint, order int) error {
	if order > len(out) {
		return errPartition
	}
	return verbatim(r, out[:order], depth)
}

// linear decodes a channel whose predictor is in the file.
func linear[T sample](r *bitReader, out []T, depth uint, order int) error {
	if err := warmUp(r, out, depth, order); err != nil {
		return err
	}
	precision := uint(r.read(4)) + 1
	shift := r.signed(5)
	if precision == 16 || shift < 0 {
		return errReserved
	}
	// Oldest sample first, and a multiple of four by zeros before it, so that the
	// loop below can be unrolled.
	var c [maxOrder]int64
	padded := (order + 3) &^ 3
	for i := range order {
		c[padded-1-i] = r.signed(precision)
	}
	if err := residual(r, out, order); err != nil {
		return err
	}
	i := order
	for ; i < min(padded, len(out)); i++ {
		var sum int64
		for j := range order {
			sum += c[padded-1-j] * int64(out[i-1-j])
		}
		out[i] += T(sum >> shift)
	}
	predict(out, c[:padded], uint(shift))
	return nil
}

// predict adds to each sample after the first len(c) what the len(c) before it
// predict; len(c) is a multiple of four.
func predict[T sample](out []T, c []int64, shift uint) {
	for i := len(c); i < len(out); i++ {
		past := out[i-len(c) : i]
		var a, b int64
		for j := 0; j+4 <= len(past) && j+4 <= len(c); j += 4 {
			p, q := past[j:j+4:j+4], c[j:j+4:j+4]
			a += int64(p[0])*q[0] + int64(p[2])*q[2]
			b += int64(p[1])*q[1] + int64(p[3])*q[3]
		}
		out[i] += T((a + b) >> (shift & 63))
	}
}

// residual reads what the predictor of that order was wrong by, into the samples
// after the first order ones.
func residual[T sample](r *bitReader, out []T, order int) error {
	method := r.read(2)
	if method > 1 {
		return errReserved
	}
	width := 4 + uint(method)
	escape := uint64(1)<<width - 1
	partitions := 1 << r.read(4)
	size := len(out) / partitions
	if size*partitions != len(out) || size < order {
		return errPartition
	}
	for p := range partitions {
		part := out[p*size : (p+1)*size]
		if p == 0 {
			part = part[order:]
		}
		k := r.read(width)
		if k == escape {
			raw := uint(r.read(5))
			for i := range part {
				part[i] = T(r.signed(raw))
			}
		} else {
			rice(r, part, uint(k))
		}
		if r.over {
			return errTruncated
		}
	}
	return nil
}

// rice reads one partition with parameter k. It is where decoding spends its time,
// so the reader's state is in local variables meanwhile.
func rice[T sample](r *bitReader, part []T, k uint) {
	held, n := r.held, r.n
	for i := range part {
		if n < 48 {
			r.held, r.n = held, n
			r.refill()
			held, n = r.held, r.n
		}
		z := uint(bits.LeadingZeros64(held))
		if z+1+k > n {
			r.held, r.n = held, n
			part[i] = unfold[T](r.unary()<<k | r.read(k))
			if r.over {
				return
			}
			held, n = r.held, r.n
			continue
		}
		held <<= (z + 1) & 63
		part[i] = unfold[T](uint64(z)<<k | held>>1>>((63-k)&63))
		held <<= k & 63
		n -= z + 1 + k
	}
	r.held, r.n = held, n
}

// unfold undoes the folding of signed numbers into unsigned ones: 0, -1, 1, -2, ...
func unfold[T sample](v uint64) T { return T(int64(v>>1) ^ -int64(v&1)) }
