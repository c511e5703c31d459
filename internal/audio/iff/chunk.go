// Package iff takes files apart into the chunks of which WAV and AIFF files are made,
// and puts them together, by the Interchange File Format of 1985 and what became of it:
// a chunk has a name, a length and a body, and an even number of bytes.
//
// Nothing that a chunk claims is believed beyond the file's real size, and nothing is
// read of a body unless somebody asks for it. It is pure: of ours only pcm and mark may be
// imported, and nothing here touches a file system, a clock or a terminal.
package iff

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// ErrInvalid means that a file is not what it says it is.
var ErrInvalid = errors.New("the file is damaged")

// Errorf returns an error that matches ErrInvalid and names a byte of the file.
func Errorf(offset int64, format string, args ...any) error {
	return fmt.Errorf("%w: at byte %d: %s", ErrInvalid, offset, fmt.Sprintf(format, args...))
}

// MaxChunks bounds the chunks of a file. Files that people have seen have a few dozen.
const MaxChunks = 4096

// Chunk is a part of a file.
type Chunk struct {
	// ID is four characters; in Wave64 files the 16 bytes of a GUID if it stands for
	// no four characters.
	ID string
	// Head is the byte of the file that the chunk begins with, Offset that of its body.
	Head, Offset int64
	// Size is how much of the body is in the file, in bytes.
	Size int64
	// Claimed is the size of the body that the chunk's head says.
	Claimed uint64
}

// End returns the byte after the body.
func (c Chunk) End() int64 { return c.Offset + c.Size }

// Truncated says that the file ends before the chunk does.
func (c Chunk) Truncated() bool { return c.Claimed > uint64(c.Size) }

// Layout is how chunks are written in one kind of file.
type Layout struct {
	// Head is the length of what stands before a body.
	Head int
	// Align is what the chunks' lengths are rounded up to.
	Align int64
	// Parse reads a head; ok is false if none can look so.
	Parse func(head []byte) (id string, size uint64, ok bool)
	// Known says that a chunk of this name is usual in such a file.
	Known func(id string) bool
}

// Classic is the layout of heads of four characters and four bytes.
func Classic(order binary.ByteOrder, known func(id string) bool) Layout {
	return Layout{Head: 8, Align: 2, Known: known, Parse: func(head []byte) (string, uint64, bool) {
		id := string(head[:4])
		return id, uint64(order.Uint32(head[4:])), Printable(id)
	}}
}

// Printable says that a chunk's name consists of printable ASCII.
func Printable(id string) bool {
	for _, c := range []byte(id) {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return true
}

// Scanner walks over the chunks of a file.
type Scanner struct {
	r      io.ReaderAt
	size   int64
	layout Layout
	last   Chunk
	next   int64
	count  int
}

// NewScanner returns a scanner of the chunks of a file of size bytes, the first of
// which begins at offset start.
func NewScanner(r io.ReaderAt, start, size int64, layout Layout) *Scanner {
	return &Scanner{r: r, size: size, layout: layout, next: start}
}

// Pos returns where the next chunk should begin.
func (s *Scanner) Pos() int64 { return s.next }

// Next returns the next chunk. The error is io.EOF at the end of the file, matches
// ErrInvalid where no chunk can be, or is the reader's.
func (s *Scanner) Next() (Chunk, error) {
	if s.size-s.next <= 0 {
		return Chunk{}, io.EOF
	}
	if s.count++; s.count > MaxChunks {
		return Chunk{}, Errorf(s.next, "there are more than %d chunks", MaxChunks)
	}
	head := make([]byte, s.layout.Head)
	if int64(len(head)) > s.size-s.next {
		return Chunk{}, Errorf(s.next, "the file ends in the head of a chunk")
	}
	if err := ReadFull(s.r, head, s.next); err != nil {
		return Chunk{}, err
	}
	id, size, ok := s.layout.Parse(head)
	if !ok {
		return Chunk{}, Errorf(s.next, "a chunk should begin here, not %x", head)
	}
	s.last = Chunk{ID: id, Head: s.next, Offset: s.next + int64(len(head))}
	return s.Resize(size)
}

// Resize changes the length of the chunk that Next returned last, for one whose head
// does not know it.
func (s *Scanner) Resize(size uint64) (Chunk, error) {
	c := &s.last
	c.Claimed = size
	c.Size = int64(min(size, uint64(s.size-c.Offset)))
	var err error
	s.next, err = s.after(*c)
	return *c, err
}

// after returns where the chunk after c begins. Some programs forget the byte that
// makes a length even, so the name that stands there decides.
func (s *Scanner) after(c Chunk) (int64, error) {
	length := c.End() - c.Head
	pad := (s.layout.Align - length%s.layout.Align) % s.layout.Align
	padded := min(c.End(), math.MaxInt64-pad) + pad
	if pad == 0 || padded >= s.size {
		return min(padded, s.size), nil
	}
	with, err := s.known(padded)
	if err != nil || with {
		return padded, err
	}
	without, err := s.known(c.End())
	if err != nil || !without {
		return padded, err
	}
	return c.End(), nil
}

// known says that a chunk of a usual name begins at a byte.
func (s *Scanner) known(at int64) (bool, error) {
	head := make([]byte, s.layout.Head)
	if s.size-at < int64(len(head)) {
		return false, nil
	}
	if err := ReadFull(s.r, head, at); err != nil {
		return false, err
	}
	id, _, ok := s.layout.Parse(head)
	return ok && s.layout.Known(id), nil
}

// Body returns the bytes of a chunk's body, at most limit of them.
func (c Chunk) Body(r io.ReaderAt, limit int64) ([]byte, error) {
	p := make([]byte, min(c.Size, limit))
	return p, ReadFull(r, p, c.Offset)
}

// ReadFull fills p with the bytes of a file from an offset, which are there.
func ReadFull(r io.ReaderAt, p []byte, offset int64) error {
	n, err := r.ReadAt(p, offset)
	switch {
	case n == len(p):
		return nil
	case err == nil || errors.Is(err, io.EOF):
		return fmt.Errorf("at byte %d: the file ends, and was longer before: %w", offset+int64(n), io.ErrUnexpectedEOF)
	}
	return fmt.Errorf("at byte %d: %w", offset, err)
}
