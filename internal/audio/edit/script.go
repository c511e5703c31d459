// Package edit holds edit scripts of audio: what was kept, replaced, inserted and
// deleted between a base and another version of it, exact to the frame. It finds
// nothing by itself: package align does, and diff and merge read what it found.
//
// It is pure, and of ours imports package pcm only.
package edit

import (
	"errors"
	"fmt"
	"slices"
)

// ErrScript means that a script is none, or none of the audio it is applied to.
var ErrScript = errors.New("not an edit script of this audio")

// Kind says what happened to a span.
type Kind uint8

// The kinds. Their names are part of the output of parrots diff --json.
const (
	// Kept frames are the same in base and other, and equally many.
	Kept Kind = iota + 1
	// Replaced frames of base gave way to other ones, not necessarily as many.
	Replaced
	// Inserted frames are in other only.
	Inserted
	// Deleted frames are in base only.
	Deleted
)

var kindNames = [...]string{"none", "kept", "replaced", "inserted", "deleted"}

// String returns the kind's name in lower case.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind %d", uint8(k))
}

// MarshalText implements encoding.TextMarshaler.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (k *Kind) UnmarshalText(text []byte) error {
	i := slices.Index(kindNames[:], string(text))
	if i < 1 {
		return fmt.Errorf("%w: a span of kind %.20q", ErrScript, text)
	}
	*k = Kind(i)
	return nil
}

// Range is the frames from From up to but not including To.
type Range struct{ From, To int64 }

// Len counts the frames.
func (r Range) Len() int64 { return r.To - r.From }

// Empty says that there are none.
func (r Range) Empty() bool { return r.To <= r.From }

// Contains says whether all frames of s are in r.
func (r Range) Contains(s Range) bool { return r.From <= s.From && s.To <= r.To }

// String writes the range as [from,to).
func (r Range) String() string { return fmt.Sprintf("[%d,%d)", r.From, r.To) }

// Span is one step of a script: what Base was became Other. The range is empty, but
// has its place, in Base of what is inserted and in Other of what is deleted.
type Span struct {
	Kind        Kind
	Base, Other Range
}

// Changed says that the span is not kept.
func (s Span) Changed() bool { return s.Kind != Kept }

// Origin says of frames of other that are new where they are that they are frames of
// base from elsewhere, bit for bit.
type Origin struct {
	// Base and Other are equally long. Other lies within one changed span.
	Base, Other Range
	// Moved says that Base lies within one changed span too: the frames are gone
	// from their old place. Otherwise they were copied.
	Moved bool
}

// Script is how other is made of base.
type Script struct {
	// Spans partition base and other, in order. Kept and changed spans alternate, so
	// that there is one way only to write a script down: what is deleted where
	// something else is inserted is one replaced span.
	Spans []Span
	// Origins annotate changed spans, in the order of other. They overlap nowhere in
	// other. Nothing is lost by ignoring them.
	Origins []Origin
}

// Same says that nothing changed.
func (s Script) Same() bool {
	return !slices.ContainsFunc(s.Spans, Span.Changed)
}

// Changes returns the spans that are not kept.
func (s Script) Changes() []Span {
	var list []Span
	for _, span := range s.Spans {
		if span.Changed() {
			list = append(list, span)
		}
	}
	return list
}

// Kept counts the frames that are kept.
func (s Script) Kept() int64 {
	var n int64
	for _, span := range s.Spans {
		if !span.Changed() {
			n += span.Base.Len()
		}
	}
	return n
}

// Lengths returns how many frames base and other have.
func (s Script) Lengths() (base, other int64) {
	if len(s.Spans) == 0 {
		return 0, 0
	}
	last := s.Spans[len(s.Spans)-1]
	return last.Base.To, last.Other.To
}

// Invert returns the script that makes base of other. A copy has no inverse: what
// it was copied from never went away, so of the origins only moves are left.
func (s Script) Invert() Script {
	var inverse Script
	for _, span := range s.Spans {
		inverse.Spans = append(inverse.Spans, Span{inverseKind(span.Kind), span.Other, span.Base})
	}
	for _, o := range s.Origins {
		if o.Moved {
			inverse.Origins = append(inverse.Origins, Origin{o.Other, o.Base, true})
		}
	}
	slices.SortFunc(inverse.Origins, func(a, b Origin) int { return int(a.Other.From - b.Other.From) })
	return inverse.withoutOverlap()
}

// withoutOverlap drops origins that begin before the one in front of them ends: two
// places of other may stem from the same frames of base, but not the other way round.
func (s Script) withoutOverlap() Script {
	var end int64
	s.Origins = slices.DeleteFunc(s.Origins, func(o Origin) bool {
		if o.Other.From < end {
			return true
		}
		end = o.Other.To
		return false
	})
	return s
}

func inverseKind(k Kind) Kind {
	switch k {
	case Inserted:
		return Deleted
	case Deleted:
		return Inserted
	}
	return k
}
