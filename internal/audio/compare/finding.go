package compare

import (
	"github.com/parrots-music/parrots/internal/audio/edit"
	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// Finding is how other differs from base.
type Finding struct {
	// Base and Other are the formats.
	Base, Other pcm.Format
	// Alike says that one version is mono and all channels of the other one are the same,
	// and that these were compared as one. Transforms are then of one channel.
	Alike bool
	// BaseBits and OtherBits are how many bits the samples use that were looked at for
	// an explanation: fewer than the format has where a bounce of 16 bits was saved
	// with 24. They are 0 where none were.
	BaseBits, OtherBits int
	// Script is exact to the frame. Where formats differ it is one between samples of
	// equal value. It is empty if rates or channels differ, as nothing is compared then.
	Script edit.Script
	// Regions are what is not kept, in order, and what explains it.
	Regions []Region
	// Whole explains all regions but those without a Transform, and holds for the
	// frames that are kept as well; nil if there is no such transform. If it is an
	// identity, other was rendered again.
	Whole *Transform
	// Residual is the level of the difference over all regions that were replaced by
	// as many frames and that no transform explains: what a null test of them leaves.
	Residual Level
}

// Region is a stretch that is not kept.
type Region struct {
	// Kind is Replaced, Inserted or Deleted.
	Kind edit.Kind
	// Base and Other are frames.
	Base, Other edit.Range
	// Transform explains what was replaced; nil if nothing does.
	Transform *Transform
	// Fade explains what was replaced as a fade; nil if it is none.
	Fade *Fade
	// Resolution is how far, in frames, the borders may be off; 0 if they are exact.
	Resolution int64
	// Before and After are the levels of base and of other in the region.
	Before, After Level
	// Difference is the level of their difference if they are as many frames.
	Difference Level
}

// Comparable says that frames could be compared: that rates and channels are the same,
// or that one version is mono and the channels of the other one are alike.
func (f Finding) Comparable() bool {
	return f.Base.SampleRate == f.Other.SampleRate && (f.Base.Channels == f.Other.Channels || f.Alike)
}

// Same says that all samples are the same, be it in another format.
func (f Finding) Same() bool { return f.Comparable() && f.Script.Same() }

// Rendered returns the script in which frames that were only rendered again count as
// kept, and how many there are. It is Script if there are none, as it is where not all
// of other was rendered again: noise in one place of a recording whose other frames are
// the same bit for bit is a change that somebody made there.
func (f Finding) Rendered() (script edit.Script, frames int64) {
	if f.Whole == nil || !f.Whole.Identity() {
		return f.Script, 0
	}
	var matches []edit.Match
	next := 0
	for _, span := range f.Script.Spans {
		if !span.Changed() {
			matches = append(matches, edit.Match{Base: span.Base.From, Other: span.Other.From, Len: span.Base.Len()})
		}
		for ; next < len(f.Regions) && f.Regions[next].Other.To <= span.Other.To && f.Regions[next].Base.To <= span.Base.To; next++ {
			if r := f.Regions[next]; r.Transform != nil && r.Transform.Identity() {
				matches = append(matches, edit.Match{Base: r.Base.From, Other: r.Other.From, Len: r.Base.Len()})
				frames += r.Base.Len()
			}
		}
	}
	if frames == 0 {
		return f.Script, 0
	}
	base, other := f.Script.Lengths()
	return edit.Build(matches, base, other), frames
}

// Delay returns by how many frames all of other is later than base, or earlier if it
// is negative: 0 unless the first change is frames of nothing else before all that is
// the same.
func (f Finding) Delay() int64 {
	if len(f.Regions) == 0 {
		return 0
	}
	r := f.Regions[0]
	for _, later := range f.Regions[1:] {
		if later.Kind != edit.Replaced && later.Base.To != f.frames() {
			return 0
		}
	}
	switch {
	case r.Base.From != 0 || r.Other.From != 0 || r.Base.Len() == f.frames():
	case r.Kind == edit.Inserted && r.After.Silent():
		return r.Other.Len()
	case r.Kind == edit.Deleted:
		return -r.Base.Len()
	}
	return 0
}

func (f Finding) frames() int64 {
	base, _ := f.Script.Lengths()
	return base
}

// OnlyRendered says that nothing changed but the noise that rendering again leaves.
func (f Finding) OnlyRendered() bool {
	if f.Whole == nil || !f.Whole.Identity() {
		return false
	}
	for _, r := range f.Regions {
		if r.Transform == nil {
			return false
		}
	}
	return true
}
