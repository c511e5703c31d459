package history

import (
	"slices"

	"github.com/ipfs/go-cid"
)

// Row is how one commit stands in a drawn graph: lanes side by side, each a line
// down to a commit that is still to come. The lanes of one row's bottom are those
// of the next row's top.
type Row struct {
	// Lane is the commit's lane.
	Lane int
	// Top and Bottom count the lanes that reach this row from above and leave it
	// below; the commit's own lane is counted even where no line reaches it.
	Top, Bottom int
	// Joins are the lanes from above, other than Lane, that end in this commit:
	// lines that branched off from it.
	Joins []int
	// Parents has for each parent of the commit the lane below where it is
	// expected.
	Parents []int
	// Passing has for each lane from above that passes by the commit its lane
	// below.
	Passing []Pass
}

// Pass is a lane that passes by a commit.
type Pass struct{ From, To int }

// Lanes lays out a graph row by row, children before parents, as Walk gives them.
// The zero value is ready.
type Lanes struct{ waiting []cid.Cid }

// Next lays out the next commit.
func (l *Lanes) Next(n Node) Row {
	above := l.waiting
	lane := slices.Index(above, n.CID)
	if lane < 0 {
		lane = len(above)
		above = append(slices.Clone(above), n.CID)
	}
	row := Row{Lane: lane, Top: len(above)}
	var below []cid.Cid
	place := func(c cid.Cid) int {
		if i := slices.Index(below, c); i >= 0 {
			return i
		}
		below = append(below, c)
		return len(below) - 1
	}
	row.Parents = make([]int, len(n.Commit.Parents))
	for i, c := range above {
		switch {
		case i == lane:
			for k, p := range n.Commit.Parents {
				row.Parents[k] = place(p)
			}
		case c == n.CID:
			row.Joins = append(row.Joins, i)
		default:
			row.Passing = append(row.Passing, Pass{From: i, To: place(c)})
		}
	}
	row.Bottom = len(below)
	l.waiting = below
	return row
}
