package wav

import (
	"slices"

	"github.com/parrots-music/parrots/internal/audio/iff"
	"github.com/parrots-music/parrots/internal/audio/mark"
)

// unread are chunks that hold places which nothing here moves: markers with 64 bits, of
// RF64 and of Wave64, slices of loops, regions.
var unread = map[string]string{
	"r64m": "r64m", "strc": "strc", "regn": "regn",
	"\x56\x62\xf7\xab\x2d\x39\xd2\x11\x86\xc7\x00\xc0\x4f\x8e\xdb\x8a": "marker list",
}

// Marks reads the places that the file marks. What is damaged or too long is named in
// the set; an error is the reader's.
func (f *File) Marks() (*mark.Set, error) {
	s := &mark.Set{}
	order := f.Header.Kind.order()
	// What counts from cue points comes after them, wherever it stands.
	for _, ids := range [][]string{{"cue ", "smpl"}, {"plst", "LIST"}} {
		for _, c := range f.Header.Chunks {
			if !slices.Contains(ids, c.ID) || c.Truncated() {
				continue
			}
			body, err := f.marking(s, c)
			if err != nil {
				return nil, err
			}
			if body == nil {
				continue
			}
			switch c.ID {
			case "cue ":
				s.Cue(body, order)
			case "smpl":
				s.Sampler(body, order)
			case "plst":
				s.Playlist(body, order)
			case "LIST":
				s.Labels(body, order)
			}
		}
	}
	for _, c := range f.Header.Chunks {
		if name, ok := unread[c.ID]; ok {
			s.Leave(name)
		}
	}
	return s, nil
}

// marking returns the body of a chunk if it marks places, and keeps it.
func (f *File) marking(s *mark.Set, c iff.Chunk) ([]byte, error) {
	if c.ID == "LIST" {
		head, err := c.Body(f.r, 4)
		if err != nil || !mark.IsLabels(head) {
			return nil, err
		}
	}
	if !s.Room(c.Size) {
		s.Leave(c.ID)
		return nil, nil
	}
	body, err := c.Body(f.r, c.Size)
	if err != nil {
		return nil, err
	}
	s.Keep(c.Head, body)
	return body, nil
}
