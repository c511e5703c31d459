package edit

// Match is frames that are the same in both: Len frames from Base and from Other on.
type Match struct{ Base, Other, Len int64 }

// Build returns the script between a base and another version of so many frames of
// which the matches are kept, which are in order and overlap neither in base nor in
// other. Matches without a frame count for nothing.
func Build(matches []Match, base, other int64) Script {
	var s Script
	for _, m := range matches {
		if m.Len > 0 {
			s.change(m.Base, m.Other)
			s.keep(m)
		}
	}
	s.change(base, other)
	return s
}

// change adds the changed span up to a frame of base and one of other, if there is any.
func (s *Script) change(base, other int64) {
	fromBase, fromOther := s.Lengths()
	span := Span{Replaced, Range{fromBase, base}, Range{fromOther, other}}
	switch {
	case span.Base.Empty() && span.Other.Empty():
		return
	case span.Base.Empty():
		span.Kind = Inserted
	case span.Other.Empty():
		span.Kind = Deleted
	}
	s.Spans = append(s.Spans, span)
}

func (s *Script) keep(m Match) {
	if n := len(s.Spans); n > 0 && !s.Spans[n-1].Changed() {
		s.Spans[n-1].Base.To += m.Len
		s.Spans[n-1].Other.To += m.Len
		return
	}
	s.Spans = append(s.Spans, Span{Kept, Range{m.Base, m.Base + m.Len}, Range{m.Other, m.Other + m.Len}})
}
