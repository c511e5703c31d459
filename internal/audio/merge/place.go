package merge

import (
	"sort"

	"github.com/parrots-music/parrots/internal/audio/edit"
)

// places says where frames of the three are in the result.
type places struct {
	scripts  [3]edit.Script // that of Base is not used
	lengths  [3]int64
	segments []Segment
	starts   []int64  // of the segments, in the result
	from     [3][]int // indices of the segments that are from each, in the order of both
	total    int64
}

func (p *Plan) places() (*places, error) {
	segments, err := p.Segments()
	out := &places{scripts: p.scripts, segments: segments}
	for i, s := range segments {
		out.starts = append(out.starts, out.total)
		out.from[s.From] = append(out.from[s.From], i)
		out.total += s.Frames
	}
	for s, r := range p.inputs {
		out.lengths[s] = r.Frames()
	}
	return out, err
}

// find returns where a frame of a side is in the result. It is not exact if the frame's
// time is gone; then it is the place where it would be: as far into what replaced it, or
// where it was cut out. What is behind the end of the audio is at the end.
func (p *places) find(s Source, frame int64) (at int64, exact bool) {
	if frame >= p.lengths[s] {
		return p.total, frame == p.lengths[s]
	}
	if at, ok := p.taken(s, frame); ok {
		return at, true
	}
	base, exact := across(p.scripts[s], frame, true)
	i := sort.Search(len(p.segments), func(i int) bool { return p.segments[i].Was.To > base })
	if i == len(p.segments) {
		return max(p.total-1, 0), false
	}
	segment := p.segments[i]
	there, kept := base, true
	if segment.From != Base {
		there, kept = across(p.scripts[segment.From], base, false)
	}
	at = p.starts[i] + min(max(there-segment.At, 0), segment.Frames)
	if exact = exact && kept; !exact {
		at = min(at, max(p.total-1, 0))
	}
	return at, exact
}

// taken finds a frame in what the result took from a side.
func (p *places) taken(s Source, frame int64) (int64, bool) {
	from := p.from[s]
	n := sort.Search(len(from), func(n int) bool {
		segment := p.segments[from[n]]
		return segment.At+segment.Frames > frame
	})
	if n == len(from) || p.segments[from[n]].At > frame {
		return 0, false
	}
	return p.starts[from[n]] + frame - p.segments[from[n]].At, true
}

// across takes a frame from one end of a script to the other, to the base or from it. It
// is exact if the frame is kept, or if as many took the place of its span, as in a
// punch-in: then it is as far into those. Else it is, too, but that means little.
func across(script edit.Script, frame int64, toBase bool) (int64, bool) {
	ends := func(span edit.Span) (from, to edit.Range) {
		if toBase {
			return span.Other, span.Base
		}
		return span.Base, span.Other
	}
	spans := script.Spans
	i := sort.Search(len(spans), func(i int) bool { from, _ := ends(spans[i]); return from.To > frame })
	if i == len(spans) {
		base, other := script.Lengths()
		if toBase {
			return base, frame == other
		}
		return other, frame == base
	}
	from, to := ends(spans[i])
	return to.From + min(frame-from.From, to.Len()), !spans[i].Changed() || from.Len() == to.Len()
}
