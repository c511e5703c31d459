package aiff

import "github.com/parrots-music/parrots/internal/audio/mark"

// Marks reads the markers of the file. What is damaged or too long is named in the set;
// an error is the reader's.
func (f *File) Marks() (*mark.Set, error) {
	s := &mark.Set{}
	for _, c := range f.Header.Chunks {
		switch {
		case c.ID != "MARK" || c.Truncated():
			continue
		case !s.Room(c.Size):
			s.Leave(c.ID)
			continue
		}
		body, err := c.Body(f.r, c.Size)
		if err != nil {
			return nil, err
		}
		s.Keep(c.Head, body)
		s.Markers(body)
	}
	return s, nil
}
