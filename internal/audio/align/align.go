// Package align finds the edit script between two versions of audio: which frames
// were kept, replaced, inserted and deleted, exact to the frame.
//
// The script is the shortest: it keeps the most frames, in the fewest changes, and
// where audio repeats and several scripts are equally short, changes come as early
// as they can. Three rules bound that. Fewer than MinKept equal frames in a row count
// as chance between two changes. A block that base has many times vouches for
// nothing by itself (maxCopies). And of more than maxRuns stretches that could be
// kept, the longest are looked at. What is said to be kept has always been compared.
//
// It works in passes over blocks of frames. What both begin and end with is set
// aside. Base is hashed in blocks on a grid, and a hash rolls over what is left of
// other to find them again; the runs that are found are drawn out to the frame, and
// of them the best chain is chosen. In what is left between, frames are compared
// under the offsets on either side. Memory holds the hashes: a few bytes for
// every 256 frames.
//
// It is pure: it reads audio through pcm.Reader, and of ours imports the rooms of
// frames and of scripts only.
package align

import (
	"context"
	"errors"
	"fmt"

	"github.com/parrots-music/parrots/internal/audio/edit"
	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// ErrFormat means that the frames of two formats cannot be compared.
var ErrFormat = errors.New("audio of different formats")

// Options are what an alignment can be told. The zero value is what diff uses.
type Options struct {
	// Progress is told the frames of base and other that were read since it was last
	// told; nil for nobody. It may be called from several goroutines, and the sum may
	// exceed the frames that there are, as some are read twice.
	Progress func(frames int64)
}

// Align returns the script that makes other of base, whose frames are the same if
// their bytes are. The formats must be equal.
func Align(ctx context.Context, base, other pcm.Reader, opts Options) (edit.Script, error) {
	if base.Format() != other.Format() {
		return edit.Script{}, fmt.Errorf("%w: %s and %s", ErrFormat, base.Format(), other.Format())
	}
	p := newPair(ctx, base, other, opts.Progress)
	return p.align(limitsFor(max(base.Frames(), other.Frames())))
}

// align returns the script of the pair within limits.
func (p *pair) align(l limits) (edit.Script, error) {
	head, tail, err := p.ends()
	if err != nil {
		return edit.Script{}, err
	}
	var found []run
	if tail.Other > head.Len {
		// A run may take frames from what both begin and end with.
		from, to := max(head.Len-l.kept, 0), min(tail.Other+l.kept, p.other.Frames())
		if found, err = p.find(from, to, tail, l); err != nil {
			return edit.Script{}, err
		}
	}
	chosen, err := p.choose(found, head, tail, l)
	if err != nil {
		return edit.Script{}, err
	}
	if chosen, err = p.fill(chosen, l); err != nil {
		return edit.Script{}, err
	}
	if chosen, err = p.slide(chosen, l.kept); err != nil {
		return edit.Script{}, err
	}
	script := edit.Build(chosen, p.base.Frames(), p.other.Frames())
	script.Origins, err = p.origins(script, found, l.kept)
	return script, err
}

// ends finds what both begin with and what both end with. The two do not overlap.
func (p *pair) ends() (head, tail run, err error) {
	whole := p.whole()
	shorter := min(whole.to.base, whole.to.other)
	if head.Len, err = p.forward(0, 0, shorter); err != nil {
		return
	}
	tail.Len, err = p.backward(whole.to.base, whole.to.other, shorter-head.Len)
	tail.Base, tail.Other = whole.to.base-tail.Len, whole.to.other-tail.Len
	return head, tail, err
}

// whole is all of base and all of other.
func (p *pair) whole() area { return area{to: corner{p.base.Frames(), p.other.Frames()}} }

// find returns the runs of at least l.kept frames by which the frames of other from
// one up to another resemble base, anywhere in base.
func (p *pair) find(from, to int64, tail run, l limits) ([]run, error) {
	x, err := newIndex(p, l)
	if err != nil {
		return nil, err
	}
	blocks, err := x.scan(p, from, to)
	if err != nil {
		return nil, err
	}
	var list []run
	spare := 4 * (p.base.Frames() + p.other.Frames()) // frames that may be looked at
	for _, b := range blocks {
		blocks := run{Base: int64(b.block) * l.grid, Other: b.window, Len: int64(b.next-b.block) * l.grid}
		r, err := p.drawOut(blocks, tail, max(spare, l.grid))
		spare -= r.Len - blocks.Len
		if err != nil {
			return nil, err
		}
		if r.Len >= l.kept {
			list = append(list, r)
		}
	}
	return list, nil
}

// drawOut makes a run as long as it can be, by up to most frames on either side.
// Those of the tail are known.
func (p *pair) drawOut(r, tail run, most int64) (run, error) {
	before, err := p.backward(r.Base, r.Other, min(r.Base, r.Other, most))
	if err != nil {
		return run{}, err
	}
	end := p.whole().to
	if diagonal(r) == diagonal(tail) {
		end = corner{max(tail.Base, baseEnd(r)), max(tail.Other, otherEnd(r))}
	}
	after, err := p.forward(baseEnd(r), otherEnd(r), min(end.base-baseEnd(r), end.other-otherEnd(r), most))
	r = run{Base: r.Base - before, Other: r.Other - before, Len: before + r.Len + after}
	if diagonal(r) == diagonal(tail) && baseEnd(r) >= tail.Base {
		r.Len = baseEnd(tail) - r.Base
	}
	return r, err
}

// Under returns the script that keeps what is the same under given offsets only: equal
// frames of the matches, which are in order and overlap neither in base nor in other.
// What counts as chance for Align does so here.
func Under(ctx context.Context, base, other pcm.Reader, matches []edit.Match, opts Options) (edit.Script, error) {
	if base.Format() != other.Format() {
		return edit.Script{}, fmt.Errorf("%w: %s and %s", ErrFormat, base.Format(), other.Format())
	}
	p := newPair(ctx, base, other, opts.Progress)
	l := limitsFor(max(base.Frames(), other.Frames()))
	var kept []run
	for _, m := range matches {
		runs, err := p.within(m, l.kept)
		if err != nil {
			return edit.Script{}, err
		}
		kept = append(kept, runs...)
	}
	return edit.Build(kept, base.Frames(), other.Frames()), nil
}

// within returns the runs of a match that are long enough, and those that the audio
// begins or ends with.
func (p *pair) within(m run, kept int64) ([]run, error) {
	var head, tail run
	end := p.whole().to
	var err error
	if m.Base == 0 && m.Other == 0 {
		if head.Len, err = p.forward(0, 0, m.Len); err != nil {
			return nil, err
		}
	}
	if baseEnd(m) == end.base && otherEnd(m) == end.other {
		if tail.Len, err = p.backward(end.base, end.other, m.Len-head.Len); err != nil {
			return nil, err
		}
	}
	tail.Base, tail.Other = end.base-tail.Len, end.other-tail.Len
	middle := run{Base: m.Base + head.Len, Other: m.Other + head.Len, Len: m.Len - head.Len - tail.Len}
	runs, err := p.islands(areaOf(middle), diagonal(middle), kept)
	return append(append([]run{head}, runs...), tail), err
}
