package compare

import (
	"math"
	"math/cmplx"

	"github.com/parrots-music/parrots/internal/audio/edit"
)

// How what was moved is searched for where no frame is the same.
const (
	// coarse is how many frames are averaged for a first look.
	coarse = 8
	// pattern is how many frames are searched for.
	pattern = 1 << 15
	// points is the size of a transform over averaged frames.
	points = 1 << 14
	// likely and sure are the correlations, at first look and frame by frame, from
	// which an offset is tried.
	likely, sure = 0.7, 0.9
	// tries is how many patterns of a gap are searched for before it is given up.
	tries = 4
	// maxSearched bounds the frames of base that are searched, in lengths of base.
	maxSearched = 8
)

// search looks for an offset under which frames of a gap between explained ones are
// made of base, and returns what they are.
func (p *pair) search(gap edit.Span) ([]found, error) {
	if gap.Base.Len() < pattern || gap.Other.Len() < pattern {
		return nil, nil
	}
	for _, at := range p.patterns(gap.Other) {
		if p.searched += gap.Base.Len(); p.searched > maxSearched*p.base.Frames() {
			return nil, nil
		}
		offset, ok, err := p.locate(at, gap.Base)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		c := under(offset, gap)
		explained, err := p.explainAll([]piece{c})
		if err != nil || len(explained[c]) > 0 {
			return explained[c], err
		}
	}
	return nil, nil
}

// under returns the frames of a gap that are beside each other under an offset: of
// base from other.
func under(offset int64, gap edit.Span) piece {
	from := max(gap.Other.From, gap.Base.From-offset)
	to := min(gap.Other.To, gap.Base.To-offset)
	return piece{from + offset, from, max(to-from, 0)}
}

// patterns returns where in other what is searched for begins: spread over the gap, as
// nobody knows what of it is new.
func (p *pair) patterns(r edit.Range) []int64 {
	var list []int64
	for i := range int64(tries) {
		at := r.From + (r.Len()-pattern)*(2*i+1)/(2*tries)
		if len(list) == 0 || at >= list[len(list)-1]+pattern/2 {
			list = append(list, at)
		}
	}
	return list
}

// locate finds the offset in a range of base of the pattern that begins at a frame of
// other.
func (p *pair) locate(at int64, in edit.Range) (offset int64, ok bool, err error) {
	want, err := p.averaged(1, at, pattern/coarse)
	if err != nil {
		return 0, false, err
	}
	where, score, err := p.correlate(want, in)
	if err != nil || score < likely {
		return 0, false, err
	}
	return p.refine(at, in, in.From+where*coarse)
}

// averaged returns so many averages over coarse frames and all channels of a version.
func (p *pair) averaged(version int, at, count int64) ([]float64, error) {
	out := make([]float64, 0, count)
	var sum float64
	n := 0
	for end := at + count*coarse; at < end; {
		x, err := p.read(version, p.b, at, min(p.block, end-at))
		if err != nil {
			return nil, err
		}
		for _, v := range x {
			sum += v
			if n++; n == coarse*p.channels {
				out = append(out, sum)
				sum, n = 0, 0
			}
		}
		p.progress(int64(len(x) / p.channels))
		at += int64(len(x) / p.channels)
	}
	return out, nil
}

// correlate slides a pattern over a range of base, and returns where, in steps of
// coarse frames, it fits best and how well: from 0 to 1, in whatever polarity. Of
// places that fit as well it is the first.
func (p *pair) correlate(want []float64, in edit.Range) (where int64, best float64, err error) {
	f := newFourier(points)
	spectrum := make([]complex128, points)
	var energy float64
	for i, v := range want {
		spectrum[i] = complex(v, 0)
		energy += float64(v * v)
	}
	f.transform(spectrum)
	hop := int64(points - len(want))
	total := in.Len() / coarse
	for from := int64(0); from+int64(len(want)) <= total; from += hop {
		have, err := p.averaged(0, in.From+from*coarse, min(points, total-from))
		if err != nil {
			return 0, 0, err
		}
		scores := convolve(f, spectrum, have)
		var loud float64
		for _, v := range have[:len(want)-1] {
			loud += float64(v * v)
		}
		for i := 0; i+len(want) <= len(have) && int64(i) < hop; i++ {
			loud += float64(have[i+len(want)-1] * have[i+len(want)-1])
			if score := math.Abs(scores[i]) / math.Sqrt(float64(energy*loud)+1e-30); score > best+1e-3 {
				best, where = score, from+int64(i)
			}
			loud = max(loud-float64(have[i]*have[i]), 0)
		}
	}
	return where, best, nil
}

// convolve returns the products of a pattern, whose transform is given, with what it
// is slid over.
func convolve(f fourier, spectrum []complex128, have []float64) []float64 {
	x := make([]complex128, points)
	for i, v := range have {
		x[i] = complex(v, 0)
	}
	f.transform(x)
	for i, s := range spectrum {
		x[i] = product(x[i], cmplx.Conj(s))
	}
	f.inverse(x)
	out := make([]float64, len(have))
	for i := range out {
		out[i] = real(x[i])
	}
	return out
}

// refine finds the exact offset near a place in base.
func (p *pair) refine(at int64, in edit.Range, near int64) (offset int64, ok bool, err error) {
	const around, frames = 2 * coarse, 4 * Window
	from := max(near-around, in.From)
	count := min(frames+2*around, in.To-from)
	if count < frames {
		return 0, false, nil
	}
	have, err := p.mixed(0, from, count)
	if err != nil {
		return 0, false, err
	}
	want, err := p.mixed(1, at, frames)
	if err != nil {
		return 0, false, err
	}
	best := 0.0
	for i := 0; i+frames <= len(have); i++ {
		var bo, bb, oo float64
		for k, v := range want {
			bo += float64(v * have[i+k])
			bb += float64(have[i+k] * have[i+k])
			oo += float64(v * v)
		}
		if score := math.Abs(bo) / math.Sqrt(float64(bb*oo)+1e-30); score > best {
			best, offset = score, from+int64(i)-at
		}
	}
	return offset, best >= sure, nil
}

// mixed returns frames of a version with their channels added up.
func (p *pair) mixed(version int, at, count int64) ([]float64, error) {
	var out []float64
	for end := at + count; at < end; {
		x, err := p.read(version, p.b, at, min(p.block, end-at))
		if err != nil {
			return nil, err
		}
		for i := 0; i < len(x); i += p.channels {
			var sum float64
			for _, v := range x[i : i+p.channels] {
				sum += v
			}
			out = append(out, sum)
		}
		p.progress(int64(len(x) / p.channels))
		at += int64(len(x) / p.channels)
	}
	return out, nil
}
