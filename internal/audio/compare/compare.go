package compare

import (
	"context"

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
	if !f.Comparable() {
		return f, nil
	}
	wide := common(f.Base, f.Other)
	script, err := align.Align(ctx, widen(base, wide), widen(other, wide), align.Options{Progress: opts.Progress})
	if err != nil {
		return f, err
	}
	f.Script = script
	p := newPair(ctx, base, other, opts.Progress)
	if !opts.Exact {
		if shifted(script) {
			f.Script, err = p.straighten(script, wide)
			if err != nil {
				return f, err
			}
			script = f.Script
		}
		if f.Regions, err = p.explain(script); err != nil {
			return f, err
		}
		if f.Whole, err = p.whole(script, f.Regions); err != nil {
			return f, err
		}
	} else {
		f.Regions = plain(script)
	}
	f.BaseBits, f.OtherBits = p.used[0].depth(), p.used[1].depth()
	f.Residual, err = p.levels(f.Regions)
	return f, err
}

// shifted says that most of audio which is as long as before is not kept, and that
// some of the rest is kept at another place.
func shifted(script edit.Script) bool {
	base, other := script.Lengths()
	moved := false
	for _, span := range script.Spans {
		moved = moved || !span.Changed() && span.Base.From != span.Other.From
	}
	return moved && base == other && script.Kept() < base/2
}

// straighten returns the script that keeps frames at their place only, if one
// transform explains all of the audio as it stands. In the noise of a fade-out, frames
// can be the same at many places by chance.
func (p *pair) straighten(script edit.Script, wide pcm.Format) (edit.Script, error) {
	c := piece{len: p.base.Frames()}
	explained, err := p.explainAll([]piece{c})
	if err != nil || len(explained[c]) != 1 || explained[c][0].Len != c.len {
		return script, err
	}
	return align.InPlace(p.ctx, widen(p.base, wide), widen(p.other, wide), align.Options{Progress: p.progress})
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
