package align

// index knows the hash of every block of base, and which blocks have a hash.
type index struct {
	limits
	hashes []uint64
	// filter has a bit for what may be the hash of a block, as most hashes of other
	// are of none.
	filter []uint64
	// firsts are the first blocks of each hash, and next the following one, plus one.
	firsts map[uint64]int32
	next   []int32
	// dull says of a hash's first block that it vouches for no place.
	dull []bool
}

// newIndex reads all of base.
func newIndex(p *pair, l limits) (*index, error) {
	blocks := p.base.Frames() / l.grid
	x := &index{limits: l, hashes: make([]uint64, 0, blocks), dull: make([]bool, 0, blocks)}
	var h, first uint64
	var n int64
	constant := true
	err := newFolded(p, p.base).each(0, blocks*l.grid, func(values []uint64) error {
		for _, v := range values {
			if n == 0 {
				h, first, constant = 0, v, l.grid > 1
			}
			h = h*multiplier + v
			constant = constant && v == first
			if n++; n == l.grid {
				x.hashes, x.dull, n = append(x.hashes, h), append(x.dull, constant), 0
			}
		}
		return nil
	})
	x.link()
	return x, err
}

// link makes the tables by which blocks are found.
func (x *index) link() {
	x.firsts = make(map[uint64]int32)
	x.next = make([]int32, len(x.hashes))
	words := 1
	for words*4 < len(x.hashes) {
		words *= 2
	}
	x.filter = make([]uint64, words)
	counts := make([]int, len(x.hashes))
	for n := len(x.hashes) - 1; n >= 0; n-- {
		h := x.hashes[n]
		x.filter[x.word(h)] |= 1 << (h >> 58)
		if after, ok := x.firsts[h]; ok {
			x.next[n], counts[n] = after+1, counts[after]
		}
		counts[n]++
		x.dull[n] = x.dull[n] || counts[n] > x.copies
		x.firsts[h] = int32(n)
	}
}

// word returns the word of the filter that a hash is in.
func (x *index) word(h uint64) uint64 { return h >> 24 & uint64(len(x.filter)-1) }

// first returns the first block with a hash, if there is one and it says something.
func (x *index) first(h uint64) (int32, bool) {
	if x.filter[x.word(h)]&(1<<(h>>58)) == 0 {
		return 0, false
	}
	n, ok := x.firsts[h]
	return n, ok && !x.dull[n]
}

// after returns the next block with the hash of block n.
func (x *index) after(n int32) (int32, bool) {
	m := x.next[n]
	return m - 1, m != 0
}
