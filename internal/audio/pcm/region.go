package pcm

import (
	"errors"
	"fmt"
	"io"
)

// Region is where the frames lie in a file that does not compress them, so that one
// pass over the file's bytes can have its canonical frames too: what is Plain is
// there as it is, and Decode makes it of the rest.
type Region struct {
	Coding
	// Offset is the byte of the file that frame 0 begins with. No gaps follow.
	Offset int64
	// Frames are those that are whole and in the file, whatever its header promises.
	Frames int64
}

// Bytes returns the length of the region in bytes of the file.
func (r Region) Bytes() int64 { return r.Frames * int64(r.Stride()) }

// Section reads the canonical frames of a region. It implements Reader.
type Section struct {
	r      io.ReaderAt
	region Region
}

// NewSection returns a reader of a region, whose coding has been checked, of a file.
func NewSection(r io.ReaderAt, region Region) *Section { return &Section{r, region} }

// Format implements Reader.
func (s *Section) Format() Format { return s.region.Format }

// Frames implements Reader.
func (s *Section) Frames() int64 { return s.region.Frames }

// DataRegion returns where the frames lie in the file.
func (s *Section) DataRegion() Region { return s.region }

// widest is how much of a file is in memory at once where samples take more bytes
// there than in canonical frames: a frame of MaxChannels and more.
const widest = 16 << 10

// ReadFrames implements Reader.
func (s *Section) ReadFrames(p []byte, at int64) (int, error) {
	if at < 0 {
		return 0, fmt.Errorf("frame %d is before the beginning", at)
	}
	size := int64(s.region.FrameSize())
	want := int64(len(p)) / size
	left := max(0, s.region.Frames-at)
	n, err := s.read(p[:min(want, left)*size], at)
	if err == nil && int64(n) < want {
		err = io.EOF
	}
	return n, err
}

// read fills p with frames that the region has.
func (s *Section) read(p []byte, at int64) (int, error) {
	if s.region.Container == s.region.SampleSize() {
		return s.readInto(p, p, at)
	}
	size, stride := s.region.FrameSize(), s.region.Stride()
	buf := make([]byte, min(len(p)/size*stride, widest/stride*stride))
	done := 0
	for len(p) > 0 {
		n, err := s.readInto(p, buf[:min(len(buf), len(p)/size*stride)], at)
		done += n
		if err != nil {
			return done, err
		}
		p, at = p[n*size:], at+int64(n)
	}
	return done, nil
}

// readInto fills buf with frames as they lie in the file, and makes canonical ones in
// dst of them, which may be buf.
func (s *Section) readInto(dst, buf []byte, at int64) (int, error) {
	offset := s.region.Offset + at*int64(s.region.Stride())
	n, err := s.r.ReadAt(buf, offset)
	frames, bad := s.region.Decode(dst, buf[:n], at)
	switch {
	case bad != nil:
		return frames, bad
	case n == len(buf):
		return frames, nil
	case err == nil || errors.Is(err, io.EOF):
		return frames, fmt.Errorf("the file ends at byte %d, and was longer before: %w", offset+int64(n), io.ErrUnexpectedEOF)
	}
	return frames, fmt.Errorf("at byte %d: %w", offset+int64(n), err)
}
