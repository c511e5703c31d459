package align

import (
	"cmp"
	"slices"

	"github.com/parrots-music/parrots/internal/audio/edit"
)

// origins says which of the frames that are new in other are base's from elsewhere,
// as far as found runs tell: the longest stretches first, and of those that are
// equally long the leftmost.
func (p *pair) origins(script edit.Script, found []run, kept int64) ([]edit.Origin, error) {
	var list []edit.Origin
	for _, span := range script.Changes() {
		from, err := p.originsOf(span.Other, script, found, kept)
		if err != nil {
			return nil, err
		}
		list = append(list, from...)
	}
	return list, nil
}

// maxOrigins bounds the stretches that one change is explained by.
const maxOrigins = 64

func (p *pair) originsOf(frames edit.Range, script edit.Script, found []run, kept int64) ([]edit.Origin, error) {
	within := area{corner{0, frames.From}, corner{p.base.Frames(), frames.To}}
	free := within.clipAll(found, kept)
	var list []edit.Origin
	for len(free) > 0 && len(list) < maxOrigins {
		best := slices.MinFunc(free, func(a, b run) int {
			return cmp.Or(cmp.Compare(b.Len, a.Len), cmp.Compare(a.Other, b.Other), cmp.Compare(a.Base, b.Base))
		})
		same, err := p.forward(best.Base, best.Other, best.Len)
		if err != nil {
			return nil, err
		}
		if same == best.Len {
			list = append(list, moved(best, script, kept)...)
		}
		free = without(free, best, kept)
	}
	slices.SortFunc(list, func(a, b edit.Origin) int { return cmp.Compare(a.Other.From, b.Other.From) })
	return list, nil
}

// without returns what the runs have outside of the frames of other that taken holds.
func without(runs []run, taken run, kept int64) []run {
	const end = 1 << 62
	before := area{to: corner{end, taken.Other}}
	after := area{corner{0, otherEnd(taken)}, corner{end, end}}
	return append(before.clipAll(runs, kept), after.clipAll(runs, kept)...)
}

// moved divides a run where base's frames are gone and where they are still there.
func moved(r run, script edit.Script, kept int64) []edit.Origin {
	var list []edit.Origin
	var copied []run
	for _, span := range script.Spans {
		part := area{corner{span.Base.From, 0}, corner{span.Base.To, 1 << 62}}.clip(r)
		switch {
		case part.Len == 0:
		case span.Changed() && part.Len >= kept:
			list = append(list, originOf(part, true))
		case len(copied) > 0 && baseEnd(copied[len(copied)-1]) == part.Base:
			copied[len(copied)-1].Len += part.Len
		default:
			copied = append(copied, part)
		}
	}
	for _, c := range copied {
		if c.Len >= kept {
			list = append(list, originOf(c, false))
		}
	}
	return list
}

func originOf(r run, moved bool) edit.Origin {
	return edit.Origin{
		Base:  edit.Range{From: r.Base, To: baseEnd(r)},
		Other: edit.Range{From: r.Other, To: otherEnd(r)},
		Moved: moved,
	}
}
