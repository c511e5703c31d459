package cli

import (
	"bytes"

	"github.com/parrots-music/parrots/internal/history"
)

// graphRow is what stands to the left of a commit's lines.
type graphRow struct {
	at, beside string
	after      []string
}

// graphRows draws the lines between commits; without graph it only indents.
func graphRows(entries []logEntry, graph bool) []graphRow {
	rows := make([]graphRow, len(entries))
	if !graph {
		for i := range rows {
			rows[i] = graphRow{beside: "    "}
		}
		return rows
	}
	var lanes history.Lanes
	for i, e := range entries {
		row := lanes.Next(e.Node)
		if i > 0 && len(row.Joins) > 0 {
			rows[i-1].after = append(rows[i-1].after, drawJoins(row))
		}
		rows[i] = graphRow{at: drawCommit(row), beside: drawParents(row)}
	}
	return rows
}

// canvas is one line of text, two columns for each lane.
type canvas []byte

func newCanvas(lanes int) canvas { return bytes.Repeat([]byte{' '}, 2*lanes) }

func (c canvas) put(lane int, mark byte) { c[2*lane] = mark }

// line leads from one lane above to another below.
func (c canvas) line(from, to int) {
	switch {
	case from == to:
		c.put(from, '|')
	case from < to:
		for i := 2*from + 2; i < 2*to-1; i++ {
			c[i] = '_'
		}
		c[2*to-1] = '\\'
	default:
		for i := 2*to + 2; i < 2*from-1; i++ {
			c[i] = '_'
		}
		c[2*to+1] = '/'
	}
}

func drawCommit(row history.Row) string {
	c := newCanvas(row.Top)
	for _, p := range row.Passing {
		c.put(p.From, '|')
	}
	for _, j := range row.Joins {
		c.put(j, ' ')
	}
	c.put(row.Lane, '*')
	return string(c)
}

// drawJoins is the line above a commit where lanes that branched off from it end.
func drawJoins(row history.Row) string {
	c := newCanvas(row.Top)
	for _, p := range row.Passing {
		c.put(p.From, '|')
	}
	c.put(row.Lane, '|')
	for _, j := range row.Joins {
		c.line(j, row.Lane)
	}
	return string(c)
}

// drawParents is the line below a commit, where lanes begin and move.
func drawParents(row history.Row) string {
	c := newCanvas(max(row.Top, row.Bottom))
	for _, p := range row.Passing {
		c.line(p.From, p.To)
	}
	for _, p := range row.Parents {
		c.line(row.Lane, p)
	}
	return string(c)
}
