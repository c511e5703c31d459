package compare

import (
	"context"
	"slices"

	"github.com/parrots-music/parrots/internal/audio/align"
	"github.com/parrots-music/parrots/internal/audio/edit"
	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// Options are what a comparison can be told.
type Options struct {
	// Exact leaves out every explanation: frames are the same, or they are not.
	Exact bool
	// Progress is told the frames of base and other that were read since it was last
	// told; nil for nobody. Some are read more than once.
	Progress func(frames int64)
}

// Compare says how other differs from base.
func Compare(ctx context.Context, base, other pcm.Reader, opts Options) (Finding, error) {
	f := Finding{Base: base.Format(), Other: other.Format()}
	var err error
	if base, other, f.Alike, err = alike(ctx, base, other, opts.Progress); err != nil || !f.Comparable() {
		return f, err
	}
	wide := common(base.Format(), other.Format())
	script, err := align.Align(ctx, widen(base, wide), widen(other, wide), align.Options{Progress: opts.Progress})
	if err != nil {
		return f, err
	}
	f.Script = script
	p := newPair(ctx, base, other, opts.Progress)
	if opts.Exact {
		f.Regions = plain(script)
	} else if err := p.findReasons(&f, wide); err != nil {
		return f, err
	}
	f.BaseBits, f.OtherBits = p.used[0].depth(), p.used[1].depth()
	f.Residual, err = p.levels(f.Regions)
	return f, err
}

// findReasons explains what a script changed. Where all of it has one reason, the few
// frames that are the same, such as silence, are no guide to what was moved: then
// frames are kept only under the offsets that the reason suggests.
func (p *pair) findReasons(f *Finding, wide pcm.Format) error {
	var err error
	if f.Regions, err = p.explain(f.Script); err != nil {
		return err
	}
	if f.Whole, err = p.whole(f.Script, f.Regions); err != nil {
		return err
	}
	if (f.Whole == nil || even(f.Regions)) && !shifted(f.Script) {
		return nil
	}
	script, regions, err := p.straighten(*f, wide)
	if err != nil || regions == nil {
		return err
	}
	whole, err := p.whole(script, regions)
	if err == nil && whole != nil {
		f.Script, f.Regions, f.Whole = script, regions, whole
	}
	return err
}

// even says that nothing was moved.
func even(regions []Region) bool {
	return !slices.ContainsFunc(regions, func(r Region) bool { return r.Base.Len() != r.Other.Len() })
}

// shifted says that most of audio which is as long as before is not kept, and that
// some of the rest is kept at another place. In the noise of a fade-out, frames can be
// the same at many places by chance.
func shifted(script edit.Script) bool {
	base, other := script.Lengths()
	moved := false
	for _, span := range script.Spans {
		moved = moved || !span.Changed() && span.Base.From != span.Other.From
	}
	return moved && base == other && script.Kept() < base/2
}

// straighten explains all of the audio as one span, and returns the script that keeps
// the frames under the offsets of the explanation, with its regions; nil if that
// leaves more unexplained.
func (p *pair) straighten(f Finding, wide pcm.Format) (edit.Script, []Region, error) {
	base, other := f.Script.Lengths()
	all := edit.Build(nil, base, other).Spans[0]
	runs, err := p.explainSpan(all)
	if err != nil {
		return f.Script, nil, err
	}
	if runs, err = p.searchGaps(all, runs); err != nil {
		return f.Script, nil, err
	}
	if unexplained(divide(all, runs)) > unexplained(f.Regions)+2*Window {
		return f.Script, nil, nil
	}
	var matches []edit.Match
	for _, r := range runs {
		matches = append(matches, r.Match)
	}
	script, err := align.Under(p.ctx, widen(p.base, wide), widen(p.other, wide), matches, align.Options{Progress: p.progress})
	var regions []Region
	for _, span := range script.Changes() {
		regions = append(regions, divide(span, clipped(runs, span))...)
	}
	return script, regions, err
}

// unexplained counts the frames of both that changed without a reason.
func unexplained(regions []Region) int64 {
	var n int64
	for _, r := range regions {
		if r.Transform == nil {
			n += r.Base.Len() + r.Other.Len()
		}
	}
	return n
}

// clipped returns the parts of runs that lie in a span.
func clipped(runs []found, span edit.Span) []found {
	var list []found
	for _, r := range runs {
		skip := max(span.Base.From-r.Base, span.Other.From-r.Other, 0)
		end := min(r.Len, span.Base.To-r.Base, span.Other.To-r.Other)
		if skip < end {
			r.Match = edit.Match{Base: r.Base + skip, Other: r.Other + skip, Len: end - skip}
			list = append(list, r)
		}
	}
	return list
}

// plain returns the changes of a script, unexplained.
func plain(script edit.Script) []Region {
	var list []Region
	for _, span := range script.Changes() {
		list = append(list, Region{Kind: span.Kind, Base: span.Base, Other: span.Other})
	}
	return list
}

// levels measures the regions, and the difference over all that is not explained.
func (p *pair) levels(regions []Region) (Level, error) {
	var all meter
	for i := range regions {
		r := &regions[i]
		var err error
		if r.Base.Len() == r.Other.Len() {
			m, err := p.difference(r)
			if err != nil {
				return Level{}, err
			}
			if r.Transform == nil {
				all = all.with(m)
				if r.Fade, err = p.fade(*r); err != nil {
					return Level{}, err
				}
			}
			continue
		}
		if r.Before, err = p.measure(0, r.Base); err != nil {
			return Level{}, err
		}
		if r.After, err = p.measure(1, r.Other); err != nil {
			return Level{}, err
		}
	}
	return all.level(), nil
}

// difference measures a region of as many frames of either.
func (p *pair) difference(r *Region) (meter, error) {
	var before, after, difference meter
	diff := make([]float64, p.block*int64(p.channels))
	err := p.each(piece{r.Base.From, r.Other.From, r.Base.Len()}, func(_ int64, b, o []float64) {
		d := diff[:len(o)]
		for i := range d {
			d[i] = o[i] - b[i]
		}
		before.add(b)
		after.add(o)
		difference.add(d)
	})
	r.Before, r.After, r.Difference = before.level(), after.level(), difference.level()
	return difference, err
}
