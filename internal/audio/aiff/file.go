// Package aiff reads and writes AIFF and AIFC files of integers of 1 to 32 bits and floats of 32
// or 64, in either byte order.
//
// Reading trusts nothing but the file's real size. What a recorder left when it
// crashed is read as far as it goes, with a warning. Writing goes from front to back,
// and the same frames give the same bytes.
//
// Of ours only pcm, iff and mark may be imported, and nothing here touches a file system, a
// clock or a terminal.
package aiff

import (
	"io"

	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// File is an open file whose audio can be decoded. It implements pcm.Reader and may
// be used by several goroutines at once.
type File struct {
	*pcm.Section
	// Header is what the file says of itself.
	Header *Header
	r      io.ReaderAt
}

// Open reads the header of a file of size bytes. Errors match iff.ErrInvalid,
// pcm.ErrFormat if the file is sound and its audio coded in a way that is not decoded
// here, or are the reader's.
func Open(r io.ReaderAt, size int64) (*File, error) {
	h, err := Parse(r, size)
	if err != nil {
		return nil, err
	}
	return h.Open(r)
}

// Open opens the file whose header was parsed. The error matches pcm.ErrFormat.
func (h *Header) Open(r io.ReaderAt) (*File, error) {
	if h.unopened != nil {
		return nil, h.unopened
	}
	return &File{pcm.NewSection(r, h.region), h, r}, nil
}
