package compare

import (
	"github.com/parrots-music/parrots/internal/audio/align"
	"github.com/parrots-music/parrots/internal/audio/edit"
)

// leastExplained is the part of all frames that a transform has to explain in order
// to be asked whether it holds for the rest too.
const leastExplained = 0.02

// quietKept is how loud, in steps, kept frames may be for audio to count as rendered
// again although they are the same: as silent as dither leaves alone.
const quietKept = 4

// whole returns the transform that explains all that is explained, if it holds for
// the frames that are kept as well.
func (p *pair) whole(script edit.Script, regions []Region) (*Transform, error) {
	var t *Transform
	var frames, most int64
	for _, r := range regions {
		if r.Transform == nil {
			continue
		}
		if t != nil && !t.alike(*r.Transform) {
			return nil, nil
		}
		if n := r.Base.Len(); t == nil || n > most {
			t, most = r.Transform, n
		}
		frames += r.Base.Len()
	}
	base, _ := script.Lengths()
	if t == nil || float64(frames) < leastExplained*float64(base) {
		return nil, nil
	}
	for _, span := range script.Spans {
		// A few equal frames at either end are chance where all others differ by noise, be
		// it that of the last bit.
		if span.Changed() || (t.Accuracy > Rounded || t.Identity()) && span.Base.Len() < align.MinKept {
			continue
		}
		if ok, err := p.holds(*t, span); err != nil || !ok {
			return nil, err
		}
	}
	return t, nil
}

// holds says whether frames that are the same are what the transform makes of them.
func (p *pair) holds(t Transform, span edit.Span) (bool, error) {
	limit := p.step()
	if t.Accuracy > Rounded {
		limit = max(limit, outlier*t.Left.RMS)
	}
	if t.Identity() {
		level, err := p.measure(0, span.Base)
		return level.Peak <= max(limit, quietKept*p.step()), err
	}
	holds := true
	diff := make([]float64, p.block*int64(p.channels))
	err := p.each(piece{span.Base.From, span.Other.From, span.Base.Len()}, func(_ int64, b, o []float64) {
		p.subtract(diff[:len(o)], b, o, t)
		var m meter
		m.add(diff[:len(o)])
		holds = holds && m.peak <= limit*(1+1e-6)
	})
	return holds, err
}
