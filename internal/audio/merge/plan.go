package merge

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/parrots-music/parrots/internal/audio/edit"
)

// maker makes a plan.
type maker struct {
	Plan
	sides   [3]Side
	changes [3][]edit.Span
	// at is how far the base is planned.
	at int64
}

func (m *maker) plan() error {
	for _, s := range []Source{Theirs, Ours} {
		if m.untouched(s) {
			other := Ours + Theirs - s
			m.whole(other)
			m.count(other, len(m.changes[other]))
			return nil
		}
	}
	everything, err := m.everything()
	if err != nil {
		return err
	}
	if len(everything) > 0 || m.sides[Ours].Rerendered && m.sides[Theirs].Rerendered {
		if same, err := m.sameAudio(); err != nil || same {
			return err
		}
	}
	if len(everything) > 0 {
		c := Conflict{Was: m.all(Base), Ours: m.all(Ours), Theirs: m.all(Theirs), Everything: everything}
		m.conflict(c, func(s Source) []Segment { return []Segment{m.wholeOf(s)} })
		return nil
	}
	for len(m.changes[Ours])+len(m.changes[Theirs]) > 0 {
		if err := m.place(m.next()); err != nil {
			return err
		}
	}
	m.keepUpTo(m.inputs[Base].Frames())
	return nil
}

// untouched says whether a side is the base, bit for bit.
func (m *maker) untouched(s Source) bool {
	return len(m.changes[s]) == 0 && !m.sides[s].Rerendered
}

func (m *maker) all(s Source) edit.Range { return edit.Range{To: m.inputs[s].Frames()} }

// whole makes a side the result.
func (m *maker) whole(s Source) {
	m.parts = append(m.parts, part{segments: []Segment{m.wholeOf(s)}})
}

func (m *maker) wholeOf(s Source) Segment { return Segment{s, 0, m.inputs[s].Frames(), m.all(Base)} }

func (m *maker) count(from Source, n int) {
	switch from {
	case Ours:
		m.Taken.Ours += n
	case Theirs:
		m.Taken.Theirs += n
	case Base:
		m.Taken.Both += n
	}
}

// sameAudio takes both sides if they are one, which the scripts do not show where
// they were rendered anew or nothing of the base is left.
func (m *maker) sameAudio() (bool, error) {
	same, err := m.equal(m.all(Ours), m.all(Theirs))
	if err != nil || !same {
		return false, err
	}
	m.whole(Ours)
	m.count(Base, max(1, len(m.changes[Ours])))
	return true, nil
}

// everything lists the sides that changed all of the base.
func (m *maker) everything() ([]Source, error) {
	var list []Source
	for _, s := range []Source{Ours, Theirs} {
		all, err := m.changedAll(s)
		if err != nil {
			return nil, err
		}
		if all {
			list = append(list, s)
		}
	}
	return list, nil
}

// group is changes that overlap or touch, of one side or of both.
type group struct {
	// was is the region of the base from the first to the last of them.
	was edit.Range
	// changes are those of each side.
	changes [3][]edit.Span
}

// next takes the next group off the changes: the first change, and all that touch
// what is in the group already. Two changes of one side never touch.
func (m *maker) next() group {
	var g group
	for first := true; ; first = false {
		s := Ours
		if o, t := m.changes[Ours], m.changes[Theirs]; len(o) == 0 || len(t) > 0 && t[0].Base.From < o[0].Base.From {
			s = Theirs
		}
		if len(m.changes[s]) == 0 {
			return g
		}
		c := m.changes[s][0]
		switch {
		case first:
			g.was = c.Base
		case c.Base.From > g.was.To:
			return g
		}
		g.was.To = max(g.was.To, c.Base.To)
		g.changes[s] = append(g.changes[s], c)
		m.changes[s] = m.changes[s][1:]
	}
}

// in returns the region of a side that stands for the group's region of the base.
// Around the side's changes it has what the base has.
func (g group) in(s Source) edit.Range {
	first, last := g.changes[s][0], g.changes[s][len(g.changes[s])-1]
	return edit.Range{
		From: first.Other.From - (first.Base.From - g.was.From),
		To:   last.Other.To + (g.was.To - last.Base.To),
	}
}

// made returns what the result has for the group's region if only a side's changes
// count; none of them do for the base.
func (g group) made(s Source) []Segment {
	var list []Segment
	at := g.was.From
	for _, c := range g.changes[s] {
		list = appendKept(list, at, c.Base.From)
		list = append(list, Segment{s, c.Other.From, c.Other.Len(), c.Base})
		at = c.Base.To
	}
	return appendKept(list, at, g.was.To)
}

// appendKept appends frames of the base.
func appendKept(list []Segment, from, to int64) []Segment {
	if to == from {
		return list
	}
	return append(list, Segment{Base, from, to - from, edit.Range{From: from, To: to}})
}

// place puts what the base has up to a group, and the group, into the plan.
func (m *maker) place(g group) error {
	m.keepUpTo(g.was.From)
	m.at = g.was.To
	for _, s := range []Source{Ours, Theirs} {
		if len(g.changes[Ours+Theirs-s]) == 0 {
			m.add(g.made(s)...)
			m.count(s, 1)
			return nil
		}
	}
	ours, theirs := g.in(Ours), g.in(Theirs)
	same, err := m.equal(ours, theirs)
	if err != nil {
		return err
	}
	if same {
		m.add(g.made(Ours)...)
		m.count(Base, 1)
		return nil
	}
	m.conflict(Conflict{Was: g.was, Ours: ours, Theirs: theirs}, g.made)
	return nil
}

func (m *maker) keepUpTo(end int64) {
	m.add(appendKept(nil, m.at, end)...)
}

func (m *maker) add(segments ...Segment) {
	m.parts = append(m.parts, part{segments: segments})
}

func (m *maker) conflict(c Conflict, choice func(Source) []Segment) {
	m.Conflicts = append(m.Conflicts, c)
	p := part{conflict: len(m.Conflicts)}
	for _, s := range []Source{Base, Ours, Theirs} {
		p.choices[s] = choice(s)
	}
	m.parts = append(m.parts, p)
}

// equal says whether ours and theirs have the same frames in two regions.
func (m *maker) equal(ours, theirs edit.Range) (bool, error) {
	if ours.Len() != theirs.Len() {
		return false, nil
	}
	size := int64(m.Format.FrameSize())
	step := blockBytes / size
	p, q := make([]byte, step*size), make([]byte, step*size)
	for at := int64(0); at < ours.Len(); at += step {
		n := min(step, ours.Len()-at)
		a, b := p[:n*size], q[:n*size]
		if err := m.read(Ours, a, ours.From+at); err != nil {
			return false, err
		}
		if err := m.read(Theirs, b, theirs.From+at); err != nil {
			return false, err
		}
		if !bytes.Equal(a, b) {
			return false, nil
		}
	}
	return true, nil
}

// blockBytes is about how much is read at once; a frame is shorter.
const blockBytes = 64 << 10

// read fills buf with frames of an input.
func (p *Plan) read(s Source, buf []byte, at int64) error {
	n, err := p.inputs[s].ReadFrames(buf, at)
	if n == len(buf)/p.Format.FrameSize() {
		return nil
	}
	if err == nil || errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("%s: frame %d: %w", s, at+int64(n), err)
}
