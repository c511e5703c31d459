package compare

import (
	"math"

	"github.com/parrots-music/parrots/internal/audio/edit"
)

// minNear is how many windows in a row have to be near between two changes.
const minNear = 4

// stretch is frames of a piece, from one up to another, that are near or are not.
type stretch struct {
	from, to int64
	near     bool
}

// near returns the frames of a residue that are no louder than noise of a level,
// window by window, and what is left in them.
func (p *pair) near(r residue, level, limit float64) ([]found, meter, error) {
	var inside meter
	list := r.stretches(limit)
	for _, s := range list {
		if s.near {
			for _, w := range r.windows[s.from:s.to] {
				inside = inside.with(w.meter)
			}
		}
	}
	for i := range list {
		list[i].from *= Window
		list[i].to = min(list[i].to*Window, r.len)
	}
	list, err := p.sharpen(r, list, outlier*max(level, p.step()/4))
	var runs []found
	for _, s := range list {
		if s.near && s.to > s.from {
			runs = append(runs, found{edit.Match{Base: r.base + s.from, Other: r.other + s.from, Len: s.to - s.from}, nil})
		}
	}
	return runs, inside, err
}

// stretches divides the windows, whose numbers it returns. Near ones that are too few
// between others count as those.
func (r residue) stretches(limit float64) []stretch {
	var list []stretch
	for i, w := range r.windows {
		near := w.level().RMS <= limit
		if n := len(list); n > 0 && list[n-1].near == near {
			list[n-1].to++
			continue
		}
		list = append(list, stretch{int64(i), int64(i + 1), near})
	}
	var out []stretch
	for i, s := range list {
		if s.near && s.to-s.from < minNear && i > 0 && i < len(list)-1 {
			s.near = false
		}
		if n := len(out); n > 0 && out[n-1].near == s.near {
			out[n-1].to = s.to
			continue
		}
		out = append(out, s)
	}
	return out
}

// sharpen moves the borders of stretches to the frames where the difference is first
// and last louder than noise, if that is near by.
func (p *pair) sharpen(r residue, list []stretch, limit float64) ([]stretch, error) {
	for i := 1; i < len(list); i++ {
		border := list[i].from
		from, to := max(list[i-1].from, border-2*Window), min(list[i].to, border+2*Window)
		first, last, err := p.loud(r, from, to, limit)
		if err != nil {
			return nil, err
		}
		if first < 0 {
			continue
		}
		if list[i].near {
			border = last + 1
		} else {
			border = first
		}
		list[i-1].to, list[i].from = border, border
	}
	return list, nil
}

// loud returns the first and the last frame of a piece, from one up to another, in
// which the difference exceeds a limit; -1 if there is none.
func (p *pair) loud(r residue, from, to int64, limit float64) (first, last int64, err error) {
	first, last = -1, -1
	diff := make([]float64, p.block*int64(p.channels))
	err = p.each(piece{r.base + from, r.other + from, to - from}, func(at int64, b, o []float64) {
		d := diff[:len(o)]
		p.subtract(d, b, o, r.transform)
		for i, v := range d {
			if math.Abs(v) > limit {
				last = from + at + int64(i/p.channels)
				if first < 0 {
					first = last
				}
			}
		}
	})
	return first, last, err
}

// accuracy names what is left after a transform.
func accuracy(left Level, step float64) Accuracy {
	const slack = 1 + 1e-6
	switch {
	case left.Peak == 0:
		return Exact
	case left.Peak <= step*slack && left.RMS < 0.6*step:
		return Rounded
	case left.Peak <= 3*step*slack:
		return Dithered
	}
	return Shaped
}
