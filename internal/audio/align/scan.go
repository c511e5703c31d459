package align

import (
	"cmp"
	"slices"
)

// open is a run of blocks that may go on.
type open struct {
	block  int32 // the first block
	next   int32 // the block that would go on with it
	window int64 // frame of other at which its first block stands
}

// scan goes over other frame by frame and finds the runs of blocks that base has too.
type scan struct {
	*index
	// due lists the open runs that are to be looked at, by the frame of other modulo
	// the grid.
	due [][]open
	// taken says at which frame of other a block was last part of a run, plus one.
	taken []int64
	seeds int
	count int    // open runs
	found []open // their next is the block after the last
	steps int64
	// floor is how many blocks a run needs in order to be taken note of.
	floor int64
}

func newScan(x *index) *scan {
	return &scan{index: x, due: make([][]open, x.grid), taken: make([]int64, len(x.hashes)), floor: x.blocks()}
}

// runs returns the runs of blocks in which other, from one frame up to another,
// equals base, as far as hashes tell.
func (x *index) scan(p *pair, from, to int64) ([]open, error) {
	if to-from < x.grid || len(x.hashes) == 0 {
		return nil, nil
	}
	s := newScan(x)
	var (
		h    uint64
		last = make([]uint64, x.grid) // what the hash is of, in a ring
		out  = power(x.grid)
		k    int64
		at   = from
	)
	err := newFolded(p, p.other).each(from, to, func(values []uint64) error {
		for _, v := range values {
			h = h*multiplier + v - last[k]*out
			last[k] = v
			if k++; k == x.grid {
				k = 0
			}
			if at++; at-from >= x.grid {
				s.window(at-x.grid, h)
			}
		}
		return nil
	})
	for _, list := range s.due {
		for _, o := range list {
			s.close(o)
		}
	}
	p.work += s.steps + int64(s.seeds)
	return s.found, err
}

// window is told the hash of the grid's frames of other from at on.
func (s *scan) window(at int64, h uint64) {
	phase := at % s.grid
	if list := s.due[phase]; len(list) > 0 {
		s.due[phase] = s.goOn(list, at, h)
	}
	n, ok := s.first(h)
	for ; ok && s.seeds < s.limits.seeds; n, ok = s.after(n) {
		s.seeds++
		if s.taken[n] != at+1 && s.count < s.limits.runs {
			s.count++
			s.taken[n] = at + 1
			s.due[phase] = append(s.due[phase], open{n, n + 1, at})
		}
	}
}

// goOn returns the runs that the block at a frame of other goes on with.
func (s *scan) goOn(list []open, at int64, h uint64) []open {
	live := list[:0]
	s.steps += int64(len(list))
	for _, o := range list {
		if int(o.next) < len(s.hashes) && s.hashes[o.next] == h {
			s.taken[o.next] = at + 1
			o.next++
			live = append(live, o)
			continue
		}
		s.close(o)
		s.count--
	}
	return live
}

// close takes note of a run that does not go on.
func (s *scan) close(o open) {
	if int64(o.next-o.block) < s.floor {
		return
	}
	s.found = append(s.found, o)
	if len(s.found) < 2*s.limits.runs {
		return
	}
	slices.SortStableFunc(s.found, func(a, b open) int { return cmp.Compare(b.next-b.block, a.next-a.block) })
	s.found = s.found[:s.limits.runs]
	last := s.found[len(s.found)-1]
	s.floor = max(s.floor, int64(last.next-last.block))
}
