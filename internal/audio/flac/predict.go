package flac

import "math/bits"

// Limits of what the encoder tries.
const (
	encodedBlock      = 4096 // frames of audio in a frame, as flac(1) takes
	maxPartitionOrder = 6
	maxRice           = 30
	maxFixed          = 4 // order
)

// plan is how a channel of a frame will be coded, and what that costs.
type plan struct {
	kind     byte // kindConstant, kindVerbatim or kindFixed
	order    int  // of the predictor
	wide     bool // Rice parameters take 5 bits
	wasted   uint // lower bits that are zero in all samples, and left out
	depth    uint // without them
	samples  []int64
	residual []int64 // after the first order samples
	params   []uint  // of the partitions
	bits     int
}

const (
	kindConstant = 0
	kindVerbatim = 1
	kindFixed    = 8
)

// analyse chooses the cheapest coding of a channel. Of equals it takes the first, so
// that the same samples are always coded the same.
func analyse(samples []int64, depth uint) plan {
	if isConstant(samples) {
		return plan{kind: kindConstant, depth: depth, samples: samples, bits: 8 + int(depth)}
	}
	samples, wasted := shorten(samples)
	depth -= wasted
	best := plan{kind: kindVerbatim, wasted: wasted, depth: depth, samples: samples, bits: 8 + int(wasted) + len(samples)*int(depth)}
	residual := samples
	for order := 0; order <= min(maxFixed, len(samples)-1); order++ {
		if order > 0 {
			residual = differences(residual)
		}
		p := plan{kind: kindFixed, order: order, wasted: wasted, depth: depth, samples: samples, residual: residual}
		if p.partition() && p.bits < best.bits {
			best = p
		}
	}
	return best
}

// shorten drops the lower bits that are zero in all samples, of which one is not 0.
func shorten(samples []int64) ([]int64, uint) {
	var used int64
	for _, v := range samples {
		used |= v
	}
	wasted := uint(bits.TrailingZeros64(uint64(used)))
	if wasted == 0 {
		return samples, 0
	}
	short := make([]int64, len(samples))
	for i, v := range samples {
		short[i] = v >> wasted
	}
	return short, wasted
}

func isConstant(samples []int64) bool {
	for _, v := range samples {
		if v != samples[0] {
			return false
		}
	}
	return true
}

// differences returns what the next fixed predictor leaves of what one left.
func differences(p []int64) []int64 {
	d := make([]int64, len(p)-1)
	for i := range d {
		d[i] = p[i+1] - p[i]
	}
	return d
}

// partition chooses the partitions of the residual and their parameters. It fails if
// the residual does not fit the format's 32 bits.
func (p *plan) partition() bool {
	order := maxPartitionOrder
	for order > 0 && (len(p.samples)>>order<<order != len(p.samples) || len(p.samples)>>order <= p.order) {
		order--
	}
	sums, ok := p.sums(1 << order)
	if !ok {
		return false
	}
	bits := -1
	for ; order >= 0; order-- {
		params, cost, wide := p.parameters(sums)
		if bits < 0 || cost < bits {
			bits, p.params, p.wide = cost, params, wide
		}
		for i := range len(sums) / 2 {
			sums[i] = sums[2*i] + sums[2*i+1]
		}
		sums = sums[:len(sums)/2]
	}
	p.bits = 8 + int(p.wasted) + p.order*int(p.depth) + 6 + bits
	return true
}

// sums adds up the folded residual by partitions.
func (p *plan) sums(partitions int) ([]uint64, bool) {
	sums := make([]uint64, partitions)
	size := len(p.samples) / partitions
	for i, v := range p.residual {
		if v > 1<<31-1 || v < -(1<<31-1) {
			return nil, false
		}
		sums[(i+p.order)/size] += fold(v)
	}
	return sums, true
}

// parameters returns the best Rice parameter for each partition by its sum, and an
// upper bound of the bits that they take.
func (p *plan) parameters(sums []uint64) (params []uint, cost int, wide bool) {
	params = make([]uint, len(sums))
	size := len(p.samples) / len(sums)
	for i, sum := range sums {
		n := size
		if i == 0 {
			n -= p.order
		}
		k, bits := rice1(sum, uint64(n))
		params[i] = k
		cost += bits
		wide = wide || k > 14
	}
	if wide {
		cost += len(sums)
	}
	return params, cost + 4*len(sums), wide
}

// rice1 returns the parameter for n numbers of that sum, and the bits they take at most.
func rice1(sum, n uint64) (uint, int) {
	if n == 0 {
		return 0, 0
	}
	k := uint(max(0, bits.Len64(sum/n)-1))
	cost := func(k uint) uint64 { return n*uint64(k+1) + sum>>k }
	if cost(k+1) < cost(k) {
		k++
	}
	k = min(k, maxRice)
	return k, int(cost(k))
}

// fold maps signed numbers to unsigned ones: 0, -1, 1, -2, ...
func fold(v int64) uint64 { return uint64(v<<1 ^ v>>63) }

// write appends the channel as planned.
func (p *plan) write(w *bitWriter) {
	w.write(uint64(int(p.kind)+p.order), 7)
	if p.wasted == 0 {
		w.write(0, 1)
	} else {
		w.write(1, 1)
		w.unary(uint64(p.wasted) - 1)
	}
	switch p.kind {
	case kindConstant:
		w.signed(p.samples[0], p.depth)
	case kindVerbatim:
		for _, v := range p.samples {
			w.signed(v, p.depth)
		}
	default:
		for _, v := range p.samples[:p.order] {
			w.signed(v, p.depth)
		}
		p.writeResidual(w)
	}
}

func (p *plan) writeResidual(w *bitWriter) {
	method, width := uint64(0), uint(4)
	if p.wide {
		method, width = 1, 5
	}
	w.write(method, 2)
	w.write(uint64(bits.Len(uint(len(p.params)))-1), 4)
	size := len(p.samples) / len(p.params)
	rest := p.residual
	for i, k := range p.params {
		n := size
		if i == 0 {
			n -= p.order
		}
		w.write(uint64(k), width)
		for _, v := range rest[:n] {
			u := fold(v)
			w.unary(u >> k)
			w.write(u, k)
		}
		rest = rest[n:]
	}
}

// signed appends the lower n bits, 4 to 33, of a number in two's complement.
func (w *bitWriter) signed(v int64, n uint) {
	if n > 32 {
		w.write(uint64(v)>>32, n-32)
		n = 32
	}
	w.write(uint64(v), n)
}
