// Package mark knows the places that audio files mark in their own frames: the cue
// points, regions, playlists and sampler loops of WAV files, and the markers of AIFF. It
// reads them from the bodies of chunks, and writes them there anew when frames were
// inserted or deleted before them. Nothing else in a body changes, its length neither.
//
// Bodies come from strangers: nothing is believed beyond their real length, and no more
// than MaxMarks are taken. It is pure, and imports nothing of ours.
package mark

import (
	"encoding/binary"
	"math"
	"slices"
	"strings"
)

// Bounds of what is read of one file. The chunks of people's files have a few hundred
// bytes, those of sliced loops some thousands.
const (
	// MaxBytes is how long the bodies may be together.
	MaxBytes = 4 << 20
	// MaxMarks is how many marks are taken.
	MaxMarks = 1 << 16
)

// Mark is a place in a file.
type Mark struct {
	// Name says what it is, as "cue 3" or "loop 1 end". Sound files give each a name
	// of its own.
	Name string
	// Frame is the frame that it stands at. Of what has an end it is the last frame.
	Frame int64
}

// Set is the marks of a file, and the bodies of the chunks that hold them.
type Set struct {
	Marks []Mark
	// Left names the chunks of which not all was understood, without the space at the
	// end. What was not stays as it is.
	Left []string

	fields []field // of Marks
	bodies map[int64][]byte
	cues   map[uint32]int // indices of Marks by the number of a cue point
	bytes  int64
}

// field is where a mark is written.
type field struct {
	order binary.ByteOrder
	at    [][]byte
	// start is the mark from which a length counts, -1 for a place.
	start int
}

// Leave notes that a chunk holds places and is not read.
func (s *Set) Leave(id string) {
	if id = strings.TrimSpace(id); !slices.Contains(s.Left, id) {
		s.Left = append(s.Left, id)
	}
}

// Room says whether a body of so many bytes may be added, and counts it.
func (s *Set) Room(bytes int64) bool {
	if bytes > MaxBytes-s.bytes {
		return false
	}
	s.bytes += bytes
	return true
}

// Keep takes a body that is read, and by which key its chunk is found. Move changes it.
func (s *Set) Keep(key int64, body []byte) {
	if s.bodies == nil {
		s.bodies = map[int64][]byte{}
	}
	s.bodies[key] = body
}

// Body returns a body that was kept. A set that is nil has none.
func (s *Set) Body(key int64) ([]byte, bool) {
	if s == nil {
		return nil, false
	}
	body, ok := s.bodies[key]
	return body, ok
}

// add takes a mark; it is not ok if there are too many.
func (s *Set) add(m Mark, f field) bool {
	if len(s.Marks) >= MaxMarks {
		return false
	}
	s.Marks, s.fields = append(s.Marks, m), append(s.fields, f)
	return true
}

// addLength takes the length of what begins at a mark, in frames; one of none marks
// nothing.
func (s *Set) addLength(name string, start int, order binary.ByteOrder, at []byte) bool {
	n := order.Uint32(at)
	return n == 0 || s.add(Mark{name, s.Marks[start].Frame + int64(n) - 1}, field{order, [][]byte{at}, start})
}

// Move writes new places of the marks, one for each, into the bodies. It returns how
// many cannot be written, as the file has 32 bits for them; these stay.
func (s *Set) Move(to []int64) (stay int) {
	for i, f := range s.fields {
		v := to[i]
		if f.start >= 0 {
			v = max(v-to[f.start]+1, 1)
		}
		if v < 0 || v > math.MaxUint32 {
			stay++
			continue
		}
		for _, at := range f.at {
			f.order.PutUint32(at, uint32(v))
		}
	}
	return stay
}
