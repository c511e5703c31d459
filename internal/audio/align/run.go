package align

import (
	"bytes"

	"github.com/parrots-music/parrots/internal/audio/edit"
)

// run is frames that are the same in base and other; it cannot be made longer.
type run = edit.Match

func diagonal(r run) int64 { return r.Base - r.Other }
func baseEnd(r run) int64  { return r.Base + r.Len }
func otherEnd(r run) int64 { return r.Other + r.Len }

// corner is a place in base and in other.
type corner struct{ base, other int64 }

// area is what lies between two corners, both in base and in other.
type area struct{ from, to corner }

// areaOf returns the area that a run crosses.
func areaOf(r run) area { return area{corner{r.Base, r.Other}, corner{baseEnd(r), otherEnd(r)}} }

// clip returns the part of a run that is in the area, of no frames if none is.
func (a area) clip(r run) run {
	skip := max(a.from.base-r.Base, a.from.other-r.Other, 0)
	end := min(r.Len, a.to.base-r.Base, a.to.other-r.Other)
	return run{Base: r.Base + skip, Other: r.Other + skip, Len: max(end-skip, 0)}
}

// clipAll returns the parts in the area that are long enough to be kept.
func (a area) clipAll(runs []run, kept int64) []run {
	var list []run
	for _, r := range runs {
		if r = a.clip(r); r.Len >= kept {
			list = append(list, r)
		}
	}
	return list
}

// islands returns the runs of at least kept frames on a diagonal of an area.
func (p *pair) islands(a area, diagonal, kept int64) ([]run, error) {
	var list []run
	at := max(a.from.base, a.from.other+diagonal)
	end := min(a.to.base, a.to.other+diagonal)
	start := at
	closeAt := func(i int64) {
		if i-start >= kept && i > start {
			list = append(list, run{Base: start, Other: start - diagonal, Len: i - start})
		}
	}
	for at < end {
		n := min(p.full(), end-at)
		if err := p.read(at, at-diagonal, n); err != nil {
			return nil, err
		}
		size := int(n) * p.size
		for k := 0; k < size; {
			same := commonPrefix(p.b[k:size], p.o[k:size]) / p.size * p.size
			if k += same; k == size {
				break
			}
			closeAt(at + int64(k/p.size))
			k += p.differing(k, size)
			start = at + int64(k/p.size)
		}
		at += n
	}
	closeAt(end)
	return list, nil
}

// differing counts the bytes of the blocks, from k up to end, in frames that differ.
func (p *pair) differing(k, end int) int {
	from := k
	for k < end && !bytes.Equal(p.b[k:k+p.size], p.o[k:k+p.size]) {
		k += p.size
	}
	return k - from
}
