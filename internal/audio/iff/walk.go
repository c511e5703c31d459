package iff

import (
	"errors"
	"fmt"
	"io"
)

// Visitor is told of the chunks of a file.
type Visitor interface {
	// Visit takes a chunk in. It may resize it.
	Visit(s *Scanner, c Chunk) error
	// End is where the file says that it ends.
	End() uint64
	// Complete says that all chunks have come that are needed.
	Complete() bool
}

// Walk tells v of all chunks, in order. Once all have come that are needed, what can
// be no chunk, or lies behind the end, is no error, and warning says what is ignored.
func (s *Scanner) Walk(v Visitor) (warning string, err error) {
	for {
		at := s.next
		if v.Complete() && uint64(at) >= v.End() && at < s.size {
			return fmt.Sprintf("the %d bytes from byte %d are behind the end of the audio file, and ignored", s.size-at, at), nil
		}
		c, err := s.Next()
		switch {
		case errors.Is(err, io.EOF):
			return "", nil
		case errors.Is(err, ErrInvalid) && v.Complete():
			return fmt.Sprintf("what follows the audio is ignored: %v", err), nil
		case err != nil:
			return "", err
		}
		if err := v.Visit(s, c); err != nil {
			return "", err
		}
	}
}
