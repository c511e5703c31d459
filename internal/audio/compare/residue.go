package compare

import (
	"math"
	"slices"
)

// Limits of noise, in steps of the coarser bit depth.
const (
	// ShapedLSB is the RMS that the difference of two noise-shaped bounces may have.
	ShapedLSB = 10.4
	// quietLSB is the RMS up to which a window is near however quiet the others are.
	quietLSB = 0.75
	// usual is the quantile of the windows' levels that stands for the pair's noise.
	usual = 0.25
	// above is by how much a window may be louder than that: 6 dB.
	above = 2
	// outlier is by how much a sample of noise may exceed its RMS.
	outlier = 6
)

// residue is what a transform leaves of a piece.
type residue struct {
	piece
	transform Transform
	windows   []remains
}

// remains are what is left of a window.
type remains struct {
	meter
	sound float64 // the sum of squares of what it was before
}

// residueOf takes a transform out and measures what is left, window by window.
func (p *pair) residueOf(c piece, t Transform) (residue, error) {
	r := residue{piece: c, transform: t}
	diff := make([]float64, p.block*int64(p.channels))
	err := p.each(c, func(_ int64, b, o []float64) {
		d := diff[:len(o)]
		p.subtract(d, b, o, t)
		for size := Window * p.channels; len(d) > 0; d = d[min(size, len(d)):] {
			var before, after meter
			n := min(size, len(d))
			before.add(o[:n])
			after.add(d[:n])
			r.windows = append(r.windows, remains{after, before.squares})
			o = o[n:]
		}
	})
	return r, err
}

// subtract writes into d what is left of o. Where other is clipped, no more is expected.
func (p *pair) subtract(d, b, o []float64, t Transform) {
	top := math.Inf(1)
	if f := p.other.Format(); !f.Float {
		top = 1 - math.Ldexp(1, 1-f.BitDepth)
	}
	if t.Identity() {
		for i := range d {
			d[i] = o[i] - b[i]
		}
		return
	}
	c := p.channels
	for j, gain := range t.Gains {
		source := t.Channels[j]
		for i := 0; i+c <= len(d); i += c {
			want := float64(gain * b[i+source])
			if want > top {
				want = top
			} else if want < -1 && top < 1 {
				want = -1
			}
			d[i+j] = o[i+j] - want
		}
	}
}

// noise returns the RMS that is usual for windows in which something is left and
// which may be near at all; and the RMS up to which a window is near.
func noise(windows []remains, step float64) (level, limit float64) {
	var levels []float64
	for _, w := range windows {
		if rms := w.level().RMS; rms > 0 && rms <= ShapedLSB*step {
			levels = append(levels, rms)
		}
	}
	if len(levels) > 0 {
		slices.Sort(levels)
		level = levels[int(usual*float64(len(levels)-1))]
	}
	return level, min(max(above*level, quietLSB*step), ShapedLSB*step)
}
