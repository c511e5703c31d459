package align

import (
	"cmp"
	"slices"
)

// maxRounds bounds how often a chain is chosen anew because hashes lied. Only audio
// that was made for it gets so far.
const maxRounds = 8

// choose returns the best chain of found runs, head and tail, all of whose frames
// were compared.
func (p *pair) choose(found []run, head, tail run, l limits) ([]run, error) {
	var proven []run
	for _, r := range []run{head, tail} {
		if r.Len > 0 {
			proven = append(proven, r)
		}
	}
	runs := append(slices.Clone(proven), found...)
	for round := 0; ; round++ {
		if round == maxRounds {
			runs = slices.Clone(proven)
		}
		chosen := p.chain(runs, p.whole(), l.kept)
		honest := true
		for _, c := range chosen {
			if slices.ContainsFunc(proven, func(r run) bool { return covers(r, c) }) {
				continue
			}
			parts, err := p.islands(areaOf(c), diagonal(c), min(l.kept, c.Len))
			if err != nil {
				return nil, err
			}
			proven = append(proven, parts...)
			if !slices.Equal(parts, []run{c}) {
				honest = false
				runs = slices.DeleteFunc(runs, func(r run) bool { return covers(r, c) })
				runs = append(runs, parts...)
			}
		}
		if honest {
			return chosen, nil
		}
	}
}

// covers says whether s is a part of r.
func covers(r, s run) bool {
	return diagonal(r) == diagonal(s) && r.Base <= s.Base && baseEnd(s) <= baseEnd(r)
}

// fill adds what is kept between the chosen runs, and before and after them: there,
// frames are compared under the offsets on either side. It returns the runs between
// two more that may be of no frames, at the beginning and at the end.
func (p *pair) fill(chosen []run, l limits) ([]run, error) {
	end := p.whole().to
	list := []run{{}}
	for _, next := range append(chosen, run{Base: end.base, Other: end.other}) {
		last := list[len(list)-1]
		gap := area{corner{baseEnd(last), otherEnd(last)}, corner{next.Base, next.Other}}
		runs, err := p.islands(gap, diagonal(last), l.kept)
		if err != nil {
			return nil, err
		}
		if diagonal(next) != diagonal(last) {
			more, err := p.islands(gap, diagonal(next), l.kept)
			if err != nil {
				return nil, err
			}
			runs = append(runs, more...)
		}
		if len(runs) > l.runs {
			slices.SortStableFunc(runs, func(a, b run) int { return cmp.Compare(b.Len, a.Len) })
			runs = runs[:l.runs]
		}
		list = append(append(list, p.chain(runs, gap, l.kept)...), next)
	}
	return list, nil
}
