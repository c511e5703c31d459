// Package lines merges small texts, such as lyrics, line by line: a three-way merge
// like that of git, but without marks of conflict in the text, which nobody sings.
//
// It is pure and imports nothing of ours.
package lines

import (
	"bytes"
	"slices"
	"unicode/utf8"
)

// Bounds of what is merged. Two sides that both differ from the base in more than
// maxCells pairs of lines are not compared.
const (
	MaxBytes = 1 << 20
	maxCells = 4 << 20
)

// Merge returns what both sides made of base. Where both changed the same lines or
// neighbouring ones, each differently, there is a conflict, and the result has ours.
// ok is false if the three are not merged at all: too different, or no text, that is
// longer than MaxBytes, not UTF-8, or with a zero byte in it.
func Merge(base, ours, theirs []byte) (merged []byte, conflicts int, ok bool) {
	for _, text := range [][]byte{base, ours, theirs} {
		if len(text) > MaxBytes || !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0 {
			return nil, 0, false
		}
	}
	b, o, t := split(base), split(ours), split(theirs)
	fromOurs, ok1 := diff(b, o)
	fromTheirs, ok2 := diff(b, t)
	if !ok1 || !ok2 {
		return nil, 0, false
	}
	at := 0
	for len(fromOurs)+len(fromTheirs) > 0 {
		g := take(&fromOurs, &fromTheirs)
		lines, agreed := g.settle(o, t)
		if !agreed {
			conflicts++
		}
		merged = append(merged, slices.Concat(b[at:g.start]...)...)
		merged = append(merged, slices.Concat(lines...)...)
		at = g.end
	}
	return append(merged, slices.Concat(b[at:]...)...), conflicts, true
}

// split cuts a text behind each line's end.
func split(text []byte) [][]byte {
	return slices.Collect(bytes.Lines(text))
}

// change says that lines start to end of the base became lines from to to of a side.
type change struct{ start, end, from, to int }

// diff returns what differs, with at least one common line between two changes. It
// fails if that would be too much work.
func diff(base, side [][]byte) (changes []change, ok bool) {
	head := 0
	for head < min(len(base), len(side)) && bytes.Equal(base[head], side[head]) {
		head++
	}
	n, m := len(base), len(side)
	for n > head && m > head && bytes.Equal(base[n-1], side[m-1]) {
		n, m = n-1, m-1
	}
	if (n-head)*(m-head) > maxCells {
		return nil, false
	}
	common := longest(base[head:n], side[head:m])
	i, j := 0, 0
	for i < n-head || j < m-head {
		if common.match(i, j) {
			i, j = i+1, j+1
			continue
		}
		c := change{start: head + i, from: head + j}
		for (i < n-head || j < m-head) && !common.match(i, j) {
			if j == m-head || i < n-head && common.at(i+1, j) >= common.at(i, j+1) {
				i++
			} else {
				j++
			}
		}
		c.end, c.to = head+i, head+j
		changes = append(changes, c)
	}
	return changes, true
}

// table has, for each pair of lines, how many lines can be common from there on.
type table struct {
	a, b  [][]byte
	cells []int32
}

func longest(a, b [][]byte) table {
	t := table{a, b, make([]int32, (len(a)+1)*(len(b)+1))}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if bytes.Equal(a[i], b[j]) {
				t.cells[i*(len(b)+1)+j] = t.at(i+1, j+1) + 1
			} else {
				t.cells[i*(len(b)+1)+j] = max(t.at(i+1, j), t.at(i, j+1))
			}
		}
	}
	return t
}

func (t table) at(i, j int) int32 { return t.cells[i*(len(t.b)+1)+j] }

// match says whether lines i and j are equal and common. Equal lines always are in
// some longest common text.
func (t table) match(i, j int) bool {
	return i < len(t.a) && j < len(t.b) && bytes.Equal(t.a[i], t.b[j])
}

// group is changes of both sides that overlap or touch.
type group struct {
	start, end   int
	ours, theirs []change
}

// take takes the first group off both lists.
func take(ours, theirs *[]change) group {
	var g group
	for first := true; ; first = false {
		from := ours
		if len(*ours) == 0 || len(*theirs) > 0 && (*theirs)[0].start < (*ours)[0].start {
			from = theirs
		}
		if len(*from) == 0 {
			return g
		}
		c := (*from)[0]
		switch {
		case first:
			g.start, g.end = c.start, c.end
		case c.start > g.end:
			return g
		}
		g.end = max(g.end, c.end)
		if from == ours {
			g.ours = append(g.ours, c)
		} else {
			g.theirs = append(g.theirs, c)
		}
		*from = (*from)[1:]
	}
}

// settle returns the lines that stand for a group, and whether it was one side's alone
// or both made the same.
func (g group) settle(ours, theirs [][]byte) (lines [][]byte, agreed bool) {
	switch {
	case len(g.theirs) == 0:
		return g.of(g.ours, ours), true
	case len(g.ours) == 0:
		return g.of(g.theirs, theirs), true
	}
	o, t := g.of(g.ours, ours), g.of(g.theirs, theirs)
	return o, slices.EqualFunc(o, t, bytes.Equal)
}

// of returns a side's lines for the group's lines of the base.
func (g group) of(changes []change, side [][]byte) [][]byte {
	first, last := changes[0], changes[len(changes)-1]
	return side[first.from-(first.start-g.start) : last.to+(g.end-last.end)]
}
