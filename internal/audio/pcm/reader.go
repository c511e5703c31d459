package pcm

import (
	"fmt"
	"io"
)

// Reader gives random access to canonical frames, as io.ReaderAt does to bytes.
// It may be used by several goroutines at once.
type Reader interface {
	Format() Format
	// Frames is the length. Reading may show that the file has fewer.
	Frames() int64
	// ReadFrames fills p, whose length is a multiple of the frame's size, with the
	// frames that begin at frame at, and returns how many whole frames it read. If
	// those are fewer than asked for, err says why: io.EOF at the end.
	ReadFrames(p []byte, at int64) (frames int, err error)
}

// Buffer is audio in memory.
type Buffer struct {
	format Format
	data   []byte
}

// NewBuffer returns a reader of canonical frames, which are not copied. It fails if
// the format is none or data is no whole number of frames.
func NewBuffer(f Format, data []byte) (*Buffer, error) {
	if err := f.Check(); err != nil {
		return nil, err
	}
	if len(data)%f.FrameSize() != 0 {
		return nil, fmt.Errorf("%w: %d bytes are no whole number of frames of %d bytes", ErrFormat, len(data), f.FrameSize())
	}
	return &Buffer{f, data}, nil
}

// Format implements Reader.
func (b *Buffer) Format() Format { return b.format }

// Frames implements Reader.
func (b *Buffer) Frames() int64 { return int64(len(b.data) / b.format.FrameSize()) }

// Bytes returns the canonical frames.
func (b *Buffer) Bytes() []byte { return b.data }

// ReadFrames implements Reader.
func (b *Buffer) ReadFrames(p []byte, at int64) (int, error) {
	size := b.format.FrameSize()
	if at < 0 {
		return 0, fmt.Errorf("frame %d is before the beginning", at)
	}
	if at >= b.Frames() {
		return 0, io.EOF
	}
	n := copy(p, b.data[at*int64(size):]) / size
	if n < len(p)/size {
		return n, io.EOF
	}
	return n, nil
}
