package compare

import (
	"slices"

	"github.com/parrots-music/parrots/internal/audio/align"
	"github.com/parrots-music/parrots/internal/audio/edit"
)

// maxPieces bounds how many replaced spans are looked at one by one, where no
// transform explains all of them.
const maxPieces = 256

// found is frames of a piece that a transform explains.
type found struct {
	edit.Match
	transform *Transform
}

// explain returns what a script changed, divided by what explains it.
func (p *pair) explain(script edit.Script) ([]Region, error) {
	changes := script.Changes()
	var pieces []piece
	for _, span := range changes {
		if span.Kind == edit.Replaced && span.Base.Len() == span.Other.Len() {
			pieces = append(pieces, pieceOf(span))
		}
	}
	explained, err := p.explainAll(pieces)
	if err != nil {
		return nil, err
	}
	var list []Region
	for i, span := range changes {
		runs := explained[pieceOf(span)]
		alone := len(pieces) == 1 && span.Base.Len() == span.Other.Len() // and looked at already
		if len(runs) == 0 && span.Kind == edit.Replaced && !alone && i < maxPieces {
			if runs, err = p.explainSpan(span); err != nil {
				return nil, err
			}
		}
		if runs, err = p.searchGaps(span, runs); err != nil {
			return nil, err
		}
		list = append(list, divide(span, runs)...)
	}
	return list, nil
}

func pieceOf(s edit.Span) piece {
	return piece{s.Base.From, s.Other.From, min(s.Base.Len(), s.Other.Len())}
}

// explainAll looks for one transform of all pieces.
func (p *pair) explainAll(pieces []piece) (map[piece][]found, error) {
	f := fitter{channels: p.channels}
	for _, c := range pieces {
		if err := p.each(c, f.add); err != nil {
			return nil, err
		}
	}
	// Windows that are louder than any dither say most; in a quiet stem there are none.
	for _, steps := range []float64{ShapedLSB, quietLSB} {
		t, ok := f.fit(energy(2 * steps * p.step()))
		if !ok {
			continue
		}
		if explained, err := p.checkNeat(pieces, t); err != nil || explained != nil {
			return explained, err
		}
	}
	return nil, nil
}

// energy returns the sum of squares of a window of a channel at a level.
func energy(rms float64) float64 { return rms * rms * Window }

// checkNeat is check for the neat transform, or for the one that was measured where the
// neat one does not explain as much: a file that was normalised has a gain of any size.
func (p *pair) checkNeat(pieces []piece, t Transform) (map[piece][]found, error) {
	neat := t.neat()
	explained, err := p.check(pieces, neat)
	if err != nil || slices.Equal(neat.Gains, t.Gains) {
		return explained, err
	}
	frames, accuracy := worth(explained)
	if accuracy <= Rounded && frames > 0 && frames == allFrames(pieces) {
		return explained, nil
	}
	measured, err := p.check(pieces, t)
	if err != nil {
		return nil, err
	}
	if n, a := worth(measured); a < accuracy && n >= frames || float64(n) > (1+muchMore)*float64(frames) {
		return measured, nil
	}
	return explained, nil
}

// muchMore is how much more, as a part, a factor has to explain not to be chance.
const muchMore = 0.01

// worth returns how many frames are explained, and how well.
func worth(explained map[piece][]found) (frames int64, a Accuracy) {
	for _, runs := range explained {
		for _, r := range runs {
			frames += r.Len
			a = r.transform.Accuracy
		}
	}
	return frames, a
}

func allFrames(pieces []piece) (n int64) {
	for _, c := range pieces {
		n += c.len
	}
	return n
}

// check returns what of the pieces a transform explains.
func (p *pair) check(pieces []piece, t Transform) (map[piece][]found, error) {
	residues := make([]residue, len(pieces))
	var all []remains
	for i, c := range pieces {
		var err error
		if residues[i], err = p.residueOf(c, t); err != nil {
			return nil, err
		}
		all = append(all, residues[i].windows...)
	}
	level, limit := noise(all, p.step())
	if !convinces(residues, limit, energy(2*limit)*float64(p.channels)) {
		return nil, nil
	}
	var left meter
	explained := make(map[piece][]found)
	for _, r := range residues {
		runs, m, err := p.near(r, level, limit)
		if err != nil {
			return nil, err
		}
		left = left.with(m)
		explained[r.piece] = runs
	}
	t.Left = left.level()
	t.Accuracy = accuracy(t.Left, p.step())
	for _, runs := range explained {
		for i := range runs {
			runs[i].transform = &t
		}
	}
	return explained, nil
}

// leastEnergy is the part of the sound's energy that a transform has to explain:
// the last trace of a reverb says nothing of the music before.
const leastEnergy = 1e-5

// convinces says whether a transform explains enough of the windows with a sound:
// silence and noise are explained by anything.
func convinces(residues []residue, limit, floor float64) bool {
	var sounding, near int
	var total, explained float64
	for _, r := range residues {
		for _, w := range r.windows {
			total += w.sound
			if w.sound <= floor {
				continue
			}
			sounding++
			if w.level().RMS <= limit {
				near++
				explained += w.sound
			}
		}
	}
	return float64(near) >= max(1, fewest*float64(sounding)) && explained >= leastEnergy*total
}

// explainSpan looks for a transform of a replaced span: under the offset on its left,
// and under that on its right.
func (p *pair) explainSpan(span edit.Span) ([]found, error) {
	n := min(span.Base.Len(), span.Other.Len())
	offsets := []piece{{span.Base.From, span.Other.From, n}}
	if span.Base.Len() != span.Other.Len() {
		offsets = append(offsets, piece{span.Base.To - n, span.Other.To - n, n})
	}
	var runs []found
	for _, c := range offsets {
		explained, err := p.explainAll([]piece{c})
		if err != nil {
			return nil, err
		}
		runs = append(runs, explained[c]...)
	}
	return chained(runs, span), nil
}

// maxRounds bounds how often something is found in the gaps of a span.
const maxRounds = 32

// searchGaps looks for more in what no offset that suggests itself has explained.
func (p *pair) searchGaps(span edit.Span, runs []found) ([]found, error) {
	empty := map[edit.Range]bool{} // gaps of other in which nothing was found
	for range maxRounds {
		before := len(runs)
		for _, r := range divide(span, runs) {
			if r.Transform != nil || r.Kind != edit.Replaced || empty[r.Other] {
				continue
			}
			more, err := p.search(edit.Span{Kind: r.Kind, Base: r.Base, Other: r.Other})
			if err != nil {
				return nil, err
			}
			if len(more) > 0 {
				runs = chained(append(runs, more...), span)
				break
			}
			empty[r.Other] = true
		}
		if len(runs) == before {
			break
		}
	}
	return runs, nil
}

// chained chooses from runs under several offsets.
func chained(runs []found, span edit.Span) []found {
	matches := make([]edit.Match, len(runs))
	for i, r := range runs {
		matches[i] = r.Match
	}
	var list []found
	for _, m := range align.Chain(matches, span.Base, span.Other, minNear*Window) {
		for _, r := range runs {
			if r.Base-r.Other == m.Base-m.Other && r.Base <= m.Base && m.Base+m.Len <= r.Base+r.Len {
				r.Match = m
				list = append(list, r)
				break
			}
		}
	}
	return list
}

// divide makes regions of a changed span: those that were explained, and what is
// between. Borders within the span are as exact as the windows are.
func divide(span edit.Span, runs []found) []Region {
	var list []Region
	base, other := span.Base.From, span.Other.From
	add := func(kind edit.Kind, toBase, toOther int64, t *Transform) {
		r := Region{
			Kind: kind, Transform: t,
			Base: edit.Range{From: base, To: toBase}, Other: edit.Range{From: other, To: toOther},
		}
		if r.Base != span.Base || r.Other != span.Other {
			r.Resolution = Window
		}
		list = append(list, r)
		base, other = toBase, toOther
	}
	between := func(toBase, toOther int64) {
		for _, c := range edit.Build(nil, toBase-base, toOther-other).Spans {
			add(c.Kind, toBase, toOther, nil)
		}
	}
	for _, r := range runs {
		between(r.Base, r.Other)
		add(edit.Replaced, r.Base+r.Len, r.Other+r.Len, r.transform)
	}
	between(span.Base.To, span.Other.To)
	return list
}
