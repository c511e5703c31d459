package merge

import (
	"cmp"
	"slices"

	"github.com/parrots-music/parrots/internal/audio/mark"
)

// Marks says what became of the marks of ours, which stand in the result.
type Marks struct {
	// At is where each of them belongs, in frames of the result.
	At []int64
	// Moved counts those that are not where they were.
	Moved int
	// Gone counts those whose frames are not in the result, and of which theirs does not
	// say where they are now. They are where the frames would be.
	Gone int
	// Ours and Theirs say that a side has marks other than the base's, and not those
	// that the other side has.
	Ours, Theirs bool
	// Shifts says that frames of ours are at other places than before.
	Shifts bool
}

// Marks finds the places of ours's marks in the result. A mark goes with its frame. Where
// the frame is gone, theirs is asked: what took it away may have put its mark elsewhere.
// The error matches ErrUndecided if there are conflicts left.
func (p *Plan) Marks(base, ours, theirs []mark.Mark) (Marks, error) {
	places, err := p.places()
	if err != nil {
		return Marks{}, err
	}
	m := Marks{At: make([]int64, len(ours))}
	was, now := only(base), only(theirs)
	for i, o := range ours {
		at, exact := places.find(Ours, o.Frame)
		switch {
		case o.Frame > places.lengths[Ours]: // it stands at nothing
			at = o.Frame
		case !exact:
			at, exact = places.follow(at, was[o.Name], now[o.Name])
			if !exact {
				m.Gone++
			}
		}
		if m.At[i] = at; at != o.Frame {
			m.Moved++
		}
	}
	end, _ := places.find(Ours, places.lengths[Ours])
	m.Shifts = m.Moved > 0 || end != places.lengths[Ours]
	if !sameMarks(placed(ours, m.At), places.of(Theirs, theirs)) {
		m.Ours = places.marked(Ours, base, ours)
		m.Theirs = places.marked(Theirs, base, theirs)
	}
	return m, nil
}

// only returns marks by their names; those that share one are left out.
func only(marks []mark.Mark) map[string]*mark.Mark {
	list := make(map[string]*mark.Mark, len(marks))
	for i, m := range marks {
		if _, ok := list[m.Name]; ok {
			list[m.Name] = nil
			continue
		}
		list[m.Name] = &marks[i]
	}
	return list
}

// follow returns where theirs has put a mark, if it has. One that has the base's number of
// frames still was only carried along by a program that does not know what it is.
func (p *places) follow(at int64, was, now *mark.Mark) (int64, bool) {
	if was == nil || now == nil || was.Frame == now.Frame {
		return at, false
	}
	if there, exact := p.find(Theirs, now.Frame); exact {
		return there, true
	}
	return at, false
}

// marked says whether a side has other marks than the base. A mark is the same if it has
// the base's number of frames, or stands at the base's frame.
func (p *places) marked(s Source, base, marks []mark.Mark) bool {
	if len(base) != len(marks) {
		return true
	}
	base, marks = sorted(base), sorted(marks)
	for i, b := range base {
		m := marks[i]
		there, _ := across(p.scripts[s], b.Frame, false)
		if m.Name != b.Name || m.Frame != b.Frame && m.Frame != there {
			return true
		}
	}
	return false
}

// of returns marks of a side where they would be in the result.
func (p *places) of(s Source, marks []mark.Mark) []mark.Mark {
	at := make([]int64, len(marks))
	for i, m := range marks {
		at[i], _ = p.find(s, m.Frame)
	}
	return placed(marks, at)
}

func placed(marks []mark.Mark, at []int64) []mark.Mark {
	list := make([]mark.Mark, len(marks))
	for i, m := range marks {
		list[i] = mark.Mark{Name: m.Name, Frame: at[i]}
	}
	return list
}

func sameMarks(a, b []mark.Mark) bool { return slices.Equal(sorted(a), sorted(b)) }

func sorted(marks []mark.Mark) []mark.Mark {
	return slices.SortedFunc(slices.Values(marks), func(a, b mark.Mark) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Frame, b.Frame))
	})
}
