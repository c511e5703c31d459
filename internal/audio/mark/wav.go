package mark

import (
	"encoding/binary"
	"fmt"
)

// Cue reads the body of a cue chunk: a count, and of each point its number, its place in
// the playlist's order, the chunk that it is in and that chunk's place, the place of the
// block that it is in, and its frame. Points of anything but the one data chunk, and
// such as count from a block, are left.
func (s *Set) Cue(body []byte, order binary.ByteOrder) {
	const id, size = "cue ", 24
	n, points := counted(body, order, 0, 4)
	if uint64(n)*size > uint64(len(points)) {
		s.Leave(id)
	}
	for ; n > 0 && len(points) >= size; n, points = n-1, points[size:] {
		p := points[:size:size]
		if string(p[8:12]) != "data" || order.Uint32(p[12:]) != 0 || order.Uint32(p[16:]) != 0 {
			s.Leave(id)
			continue
		}
		number, frame := order.Uint32(p), order.Uint32(p[20:])
		f := field{order, [][]byte{p[20:]}, -1}
		if order.Uint32(p[4:]) == frame { // most programs write it twice
			f.at = append(f.at, p[4:8])
		}
		if !s.add(Mark{fmt.Sprintf("cue %d", number), int64(frame)}, f) {
			s.Leave(id)
			return
		}
		if s.cues == nil {
			s.cues = map[uint32]int{}
		}
		if _, ok := s.cues[number]; !ok {
			s.cues[number] = len(s.Marks) - 1
		}
	}
}

// Sampler reads the loops of a smpl chunk. A loop has a first and a last frame.
func (s *Set) Sampler(body []byte, order binary.ByteOrder) {
	const id, size = "smpl", 24
	n, loops := counted(body, order, 28, 36)
	if uint64(n)*size > uint64(len(loops)) {
		s.Leave(id)
	}
	for ; n > 0 && len(loops) >= size; n, loops = n-1, loops[size:] {
		l := loops[:size:size]
		number := order.Uint32(l)
		for i, what := range []string{"begin", "end"} {
			at := l[8+4*i : 12+4*i]
			m := Mark{fmt.Sprintf("loop %d %s", number, what), int64(order.Uint32(at))}
			if !s.add(m, field{order, [][]byte{at}, -1}) {
				s.Leave(id)
				return
			}
		}
	}
}

// Playlist reads a plst chunk: from which cue points on how many frames are played. The
// cue points are to be read before.
func (s *Set) Playlist(body []byte, order binary.ByteOrder) {
	const id, size = "plst", 12
	n, parts := counted(body, order, 0, 4)
	if uint64(n)*size > uint64(len(parts)) {
		s.Leave(id)
	}
	for ; n > 0 && len(parts) >= size; n, parts = n-1, parts[size:] {
		s.region(id, parts[:size], order)
	}
}

// IsLabels says that the body of a LIST chunk, of which at least 4 bytes are here, is
// about cue points.
func IsLabels(body []byte) bool { return len(body) >= 4 && string(body[:4]) == "adtl" }

// Labels reads the body of a LIST chunk about cue points: of what it holds, ltxt says how
// many frames long a region is. The cue points are to be read before.
func (s *Set) Labels(body []byte, order binary.ByteOrder) {
	const id = "LIST"
	for rest := body[4:]; len(rest) >= 8; {
		name, size := string(rest[:4]), uint64(order.Uint32(rest[4:]))
		rest = rest[8:]
		if size > uint64(len(rest)) {
			s.Leave(id)
			return
		}
		if name == "ltxt" && size >= 8 {
			s.region(id, rest[:8], order)
		}
		rest = rest[min(size+size%2, uint64(len(rest))):]
	}
}

// region reads the number of a cue point and how many frames long it is.
func (s *Set) region(id string, p []byte, order binary.ByteOrder) {
	number := order.Uint32(p)
	start, ok := s.cues[number]
	if !ok && order.Uint32(p[4:]) == 0 {
		return
	}
	if !ok || !s.addLength(fmt.Sprintf("cue %d %s end", number, id), start, order, p[4:8]) {
		s.Leave(id)
	}
}

// counted returns the number of records that a body says it has, and where they begin.
func counted(body []byte, order binary.ByteOrder, count, begin int) (uint32, []byte) {
	if len(body) < begin {
		return 0, nil
	}
	return order.Uint32(body[count:]), body[begin:]
}
