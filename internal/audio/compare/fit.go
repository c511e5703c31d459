package compare

import (
	"cmp"
	"math"
	"slices"
)

// Window is how many frames are judged at once where versions differ everywhere.
const Window = 1024

// maxMatrix is up to how many channels any may have become any.
const maxMatrix = 8

// Bounds of what is taken for the same sound.
const (
	// alikeness is the correlation from which a window of one channel may be made of
	// one of another.
	alikeness = 0.98
	// fewest is the part of the windows with a sound that has to be made of base.
	fewest = 0.1
)

// window holds the products of the samples of a window: of base and of other with
// themselves, and of the one with the other.
type window struct{ bb, oo, bo []float64 }

// fitter gathers windows. It keeps the products of channels that may belong together.
type fitter struct {
	channels int
	windows  []window
}

// columns returns how many channels of base a channel of other is held against.
func (f *fitter) columns() int {
	if f.channels <= maxMatrix {
		return f.channels
	}
	return 1
}

// source returns the channel of base in a column of a channel of other.
func (f *fitter) source(channel, column int) int {
	if f.channels <= maxMatrix {
		return column
	}
	return channel
}

// add gathers the windows of a block.
func (f *fitter) add(_ int64, b, o []float64) {
	for size := Window * f.channels; len(b) > 0; {
		n := min(size, len(b))
		f.windows = append(f.windows, f.window(b[:n], o[:n]))
		b, o = b[n:], o[n:]
	}
}

func (f *fitter) window(b, o []float64) window {
	c, columns := f.channels, f.columns()
	sums := make([]float64, 2*c+c*columns)
	w := window{sums[:c], sums[c : 2*c], sums[2*c:]}
	if c == 2 {
		w.stereo(b, o)
		return w
	}
	for i := 0; i+c <= len(b); i += c {
		for j := range c {
			w.bb[j] += float64(b[i+j] * b[i+j])
			w.oo[j] += float64(o[i+j] * o[i+j])
			for k := range columns {
				w.bo[j*columns+k] += float64(o[i+j] * b[i+f.source(j, k)])
			}
		}
	}
	return w
}

// stereo is window for the usual two channels.
func (w window) stereo(b, o []float64) {
	var b0, b1, o0, o1, x00, x01, x10, x11 float64
	for i := 0; i+1 < len(b) && i+1 < len(o); i += 2 {
		l, r, m, s := b[i], b[i+1], o[i], o[i+1]
		b0 += float64(l * l)
		b1 += float64(r * r)
		o0 += float64(m * m)
		o1 += float64(s * s)
		x00 += float64(m * l)
		x01 += float64(m * r)
		x10 += float64(s * l)
		x11 += float64(s * r)
	}
	w.bb[0], w.bb[1], w.oo[0], w.oo[1] = b0, b1, o0, o1
	w.bo[0], w.bo[1], w.bo[2], w.bo[3] = x00, x01, x10, x11
}

// candidate is a channel of base that one of other may be made of.
type candidate struct {
	source  int
	gain    float64
	windows int
}

// fit returns what other is made of, going by the windows in which it resembles base,
// and false if those are too few. floor is the sum of squares below which a window of
// a channel is noise.
func (f *fitter) fit(floor float64) (Transform, bool) {
	var t Transform
	for j := range f.channels {
		c, sounding := f.channel(j, floor)
		if sounding == 0 { // as silent as the others will have it
			c = candidate{source: j, gain: math.NaN()}
		} else if float64(c.windows) < max(1, fewest*float64(sounding)) {
			return t, false
		}
		t.Channels = append(t.Channels, c.source)
		t.Gains = append(t.Gains, c.gain)
	}
	return t, t.settle()
}

// settle gives silent channels the gain of the others, and all the same one where
// they are nearly so.
func (t *Transform) settle() bool {
	i := slices.IndexFunc(t.Gains, func(g float64) bool { return !math.IsNaN(g) })
	if i < 0 {
		return false
	}
	first, uniform := t.Gains[i], true
	for j, g := range t.Gains {
		if math.IsNaN(g) {
			t.Gains[j] = first
		} else if math.Abs(g-first) > nearGain*math.Abs(first) {
			uniform = false
		}
	}
	for j, g := range t.Gains {
		if uniform {
			g = first
		}
		t.Gains[j] = g
	}
	return true
}

// channel returns the best candidate for a channel of other, and in how many windows
// that sounds.
func (f *fitter) channel(j int, floor float64) (best candidate, sounding int) {
	for _, w := range f.windows {
		if w.oo[j] > floor {
			sounding++
		}
	}
	for k := range f.columns() {
		c := f.candidate(j, k, floor)
		better := cmp.Or(cmp.Compare(c.windows, best.windows), cmp.Compare(isOne(c.source == j), isOne(best.source == j)))
		if c.windows > 0 && (best.windows == 0 || better > 0) {
			best = c
		}
	}
	return best, sounding
}

func isOne(b bool) int {
	if b {
		return 1
	}
	return 0
}

// candidate finds the factor that most windows agree on: that of the median of them
// by energy, made exact by those that are close to it.
func (f *fitter) candidate(j, k int, floor float64) candidate {
	c := candidate{source: f.source(j, k)}
	type vote struct{ gain, weight float64 }
	var votes []vote
	var total float64
	for _, w := range f.windows {
		bb, oo, bo := w.bb[c.source], w.oo[j], w.bo[j*f.columns()+k]
		if bb > floor && oo > floor && bo*bo > alikeness*alikeness*bb*oo {
			votes = append(votes, vote{bo / bb, bb})
			total += bb
		}
	}
	slices.SortFunc(votes, func(a, b vote) int { return cmp.Compare(a.gain, b.gain) })
	var below float64
	for _, v := range votes {
		if below += v.weight; below >= total/2 {
			c.gain = v.gain
			break
		}
	}
	var bo, bb float64
	for _, v := range votes {
		if math.Abs(v.gain-c.gain) < 0.01*math.Abs(c.gain) {
			bo += float64(v.gain * v.weight)
			bb += v.weight
			c.windows++
		}
	}
	if bb > 0 {
		c.gain = bo / bb
	}
	return c
}
