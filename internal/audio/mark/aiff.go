package mark

import (
	"encoding/binary"
	"fmt"
)

// Markers reads the body of AIFF's MARK chunk: a count, and of each marker its number, its
// frame and its name. What instruments and comments say of markers goes by the number.
func (s *Set) Markers(body []byte) {
	const id = "MARK"
	if len(body) < 2 {
		s.Leave(id)
		return
	}
	order := binary.BigEndian
	n, rest := order.Uint16(body), body[2:]
	for ; n > 0 && len(rest) >= 7; n-- {
		number, at := order.Uint16(rest), rest[2:6:6]
		if !s.add(Mark{fmt.Sprintf("marker %d", number), int64(order.Uint32(at))}, field{order, [][]byte{at}, -1}) {
			break
		}
		name := int(rest[6])
		length := 7 + name + (1+name)%2 // the name and its length are of an even number of bytes
		rest = rest[min(length, len(rest)):]
	}
	if n > 0 {
		s.Leave(id)
	}
}
