package align

import (
	"cmp"
	"slices"

	"github.com/parrots-music/parrots/internal/audio/edit"
)

// link is the best way from a run on to the end of an area.
type link struct {
	to   int   // the next run; len(runs) is the end
	keep int64 // frames of this run that are kept, from its first one on
	skip int64 // frames of the next run that are not, as this one keeps them

	kept    int64 // frames that are kept from here on, at most
	changes int   // spans that change, at least
}

// better says that a link is to be taken rather than another: if more is kept, or
// the same in fewer changes, or else if the change comes earlier.
func (a link) better(b link, runs []run) bool {
	switch {
	case a.kept != b.kept:
		return a.kept > b.kept
	case a.changes != b.changes:
		return a.changes < b.changes
	case a.keep != b.keep:
		return a.keep < b.keep
	case a.to >= len(runs) || b.to >= len(runs):
		return a.to > b.to
	}
	x, y := runs[a.to], runs[b.to]
	return cmp.Or(cmp.Compare(x.Base+a.skip, y.Base+b.skip), cmp.Compare(x.Other+a.skip, y.Other+b.skip)) < 0
}

// Chain chooses from runs, found by whatever means, those that are to be kept between
// frames of base and of other, as Align does: the most frames in the fewest changes,
// and the leftmost. The runs lie within the ranges; none keeps fewer than kept frames.
func Chain(runs []edit.Match, base, other edit.Range, kept int64) []edit.Match {
	p := &pair{}
	return p.chain(slices.Clone(runs), area{corner{base.From, other.From}, corner{base.To, other.To}}, kept)
}

// chain chooses from runs, which lie in an area, those that are to be kept there and
// cuts them where they overlap. None keeps fewer than kept frames, but for those that
// begin or end with the area. Among the choices that keep the most it is one with the
// fewest changes, and of these the leftmost.
func (p *pair) chain(runs []run, a area, kept int64) []run {
	slices.SortFunc(runs, func(x, y run) int {
		return cmp.Or(cmp.Compare(x.Base, y.Base), cmp.Compare(x.Other, y.Other), cmp.Compare(y.Len, x.Len))
	})
	runs = slices.Compact(runs)
	p.work += int64(len(runs)) * int64(len(runs)) / 2
	links := make([]link, len(runs))
	for i := len(runs) - 1; i >= 0; i-- {
		links[i] = bestLink(i, runs, links, a, kept)
	}
	return follow(bestStart(runs, links, a), runs, links)
}

// least returns how many frames a run has to keep.
func (a area) least(r run, kept int64) int64 {
	if r.Base == a.from.base && r.Other == a.from.other || baseEnd(r) == a.to.base && otherEnd(r) == a.to.other {
		return 1
	}
	return kept
}

// bestLink finds the way on from run i, given those from all later ones.
func bestLink(i int, runs []run, links []link, a area, kept int64) link {
	r := runs[i]
	least := a.least(r, kept)
	best := link{to: len(runs), keep: r.Len, kept: r.Len}
	if baseEnd(r) != a.to.base || otherEnd(r) != a.to.other {
		best.changes = 1
	}
	for j := i + 1; j < len(runs); j++ {
		s := runs[j]
		if s.Other <= r.Other || s.Base == r.Base || otherEnd(s) <= otherEnd(r) || baseEnd(s) <= baseEnd(r) {
			continue
		}
		overlap := max(baseEnd(r)-s.Base, otherEnd(r)-s.Other, 0)
		l := link{to: j, keep: r.Len - overlap, kept: r.Len - overlap + links[j].kept, changes: 1 + links[j].changes}
		if l.keep < least {
			l.skip = least - l.keep
			l.keep = least
		}
		if l.skip <= overlap && links[j].keep-l.skip >= a.least(s, kept) && l.better(best, runs) {
			best = l
		}
	}
	return best
}

// bestStart finds the way from the beginning of the area.
func bestStart(runs []run, links []link, a area) link {
	best := link{to: len(runs), changes: 1}
	for j, s := range runs {
		l := link{to: j, keep: 1, kept: links[j].kept, changes: links[j].changes}
		if s.Base != a.from.base || s.Other != a.from.other {
			l.keep = 0 // the area begins with a change
			l.changes++
		}
		if l.better(best, runs) {
			best = l
		}
	}
	return best
}

func follow(at link, runs []run, links []link) []run {
	var list []run
	for at.to < len(runs) {
		r, next := runs[at.to], links[at.to]
		list = append(list, run{Base: r.Base + at.skip, Other: r.Other + at.skip, Len: next.keep - at.skip})
		at = next
	}
	return list
}
