package edit

import "fmt"

// Validate returns an error that matches ErrScript unless s is a script between a
// base and another version of so many frames. What it cannot see is whether kept
// frames are the same.
func (s Script) Validate(base, other int64) error {
	var at Span
	for i, span := range s.Spans {
		if err := span.check(); err != nil {
			return fmt.Errorf("%w: span %d: %w", ErrScript, i, err)
		}
		if span.Base.From != at.Base.To || span.Other.From != at.Other.To {
			return fmt.Errorf("%w: span %d does not begin where the one before it ends", ErrScript, i)
		}
		if i > 0 && span.Changed() == at.Changed() {
			return fmt.Errorf("%w: spans %d and %d are to be one", ErrScript, i-1, i)
		}
		at = span
	}
	if at.Base.To != base || at.Other.To != other {
		return fmt.Errorf("%w: it is one between %d and %d frames, not %d and %d",
			ErrScript, at.Base.To, at.Other.To, base, other)
	}
	return s.checkOrigins()
}

func (s Span) check() error {
	base, other := s.Base.Len(), s.Other.Len()
	var ok bool
	switch s.Kind {
	case Kept:
		ok = base > 0 && base == other
	case Replaced:
		ok = base > 0 && other > 0
	case Inserted:
		ok = base == 0 && other > 0
	case Deleted:
		ok = base > 0 && other == 0
	}
	if !ok {
		return fmt.Errorf("%d frames cannot become %d by being %s", base, other, s.Kind)
	}
	return nil
}

func (s Script) checkOrigins() error {
	var end int64
	next := 0
	for i, o := range s.Origins {
		switch {
		case o.Base.Empty() || o.Base.Len() != o.Other.Len():
			return fmt.Errorf("%w: origin %d is not one of as many frames", ErrScript, i)
		case o.Other.From < end:
			return fmt.Errorf("%w: origin %d begins before the one before it ends", ErrScript, i)
		}
		for next < len(s.Spans) && s.Spans[next].Other.To < o.Other.To {
			next++
		}
		if next == len(s.Spans) || !s.Spans[next].Changed() || !s.Spans[next].Other.Contains(o.Other) {
			return fmt.Errorf("%w: origin %d is of frames that did not change", ErrScript, i)
		}
		if !s.hasBase(o) {
			return fmt.Errorf("%w: origin %d is of frames that base does not have there", ErrScript, i)
		}
		end = o.Other.To
	}
	return nil
}

// hasBase says whether base has the frames that o stems from, and has lost them if
// o is a move.
func (s Script) hasBase(o Origin) bool {
	if !o.Moved {
		base, _ := s.Lengths()
		return Range{0, base}.Contains(o.Base)
	}
	for _, span := range s.Spans {
		if span.Base.Contains(o.Base) {
			return span.Changed()
		}
	}
	return false
}
