package pcm

import (
	"errors"
	"fmt"
)

// ErrPadding means that a file has bits where its header promises none.
var ErrPadding = errors.New("the file has bits where its header says that there are none")

// Coding is how the samples of a format lie in a file that does not compress them.
type Coding struct {
	Format
	// Container is how many bytes of the file a sample takes: SampleSize or more,
	// then the upper bytes are the sample, and the lower ones must be zero.
	Container int
	// BigEndian says that the upper byte comes first.
	BigEndian bool
	// Unsigned says that silence is half of the full range, not zero. Only samples of
	// one byte are.
	Unsigned bool
}

// Check returns an error that matches ErrFormat if no samples can lie so.
func (c Coding) Check() error {
	if err := c.Format.Check(); err != nil {
		return err
	}
	size := c.SampleSize()
	switch {
	case c.Container < size || c.Container > 8 || c.Float && c.Container != size:
		return fmt.Errorf("%w: samples of %d bits in %d bytes", ErrFormat, c.BitDepth, c.Container)
	case c.Unsigned && (c.Float || c.Container != 1):
		return fmt.Errorf("%w: unsigned samples of %d bytes", ErrFormat, c.Container)
	}
	return nil
}

// Stride returns the bytes that a frame takes in the file.
func (c Coding) Stride() int { return c.Channels * c.Container }

// Plain says that the file's bytes are canonical frames.
func (c Coding) Plain() bool {
	return c.Container == c.SampleSize() && !c.Unsigned && (!c.BigEndian || c.Container == 1)
}

// Decode makes canonical frames of the whole frames that src holds and returns how
// many it made. dst has room for them; it may be src itself. at is the number of the
// first one, for the error, which matches ErrPadding.
func (c Coding) Decode(dst, src []byte, at int64) (int, error) {
	frames := len(src) / c.Stride()
	src = src[:frames*c.Stride()]
	switch size := c.SampleSize(); {
	case c.Container != size:
		return c.narrow(dst, src, at)
	case c.Unsigned:
		flip(dst, src)
	case c.BigEndian:
		reverse(dst, src, size)
	default:
		copy(dst, src)
	}
	return frames, nil
}

// Encode makes frames as they lie in the file of the whole canonical frames that src
// holds, and returns how many. dst has room for them and does not overlap src, but
// it may be src itself where a sample takes as many bytes in both.
func (c Coding) Encode(dst, src []byte) int {
	frames := len(src) / c.FrameSize()
	src = src[:frames*c.FrameSize()]
	switch size := c.SampleSize(); {
	case c.Container != size:
		c.widen(dst, src)
	case c.Unsigned:
		flip(dst, src)
	case c.BigEndian:
		reverse(dst, src, size)
	default:
		copy(dst, src)
	}
	return frames
}

// narrow drops the lower bytes of samples that take more than they need.
func (c Coding) narrow(dst, src []byte, at int64) (int, error) {
	size, pad := c.SampleSize(), c.Container-c.SampleSize()
	for i := range len(src) / c.Container {
		s := src[i*c.Container:][:c.Container]
		low, high := s[:pad], s[pad:]
		if c.BigEndian {
			low, high = s[size:], s[:size]
		}
		for _, b := range low {
			if b != 0 {
				return i / c.Channels, fmt.Errorf("%w: frame %d, channel %d: the lower %d of the %d bits of the sample %x must be zero",
					ErrPadding, at+int64(i/c.Channels), i%c.Channels+1, 8*pad, 8*c.Container, s)
			}
		}
		d := dst[i*size:][:size]
		copy(d, high)
		if c.BigEndian {
			reverse(d, d, size)
		}
	}
	return len(src) / c.Stride(), nil
}

// widen is the inverse of narrow.
func (c Coding) widen(dst, src []byte) {
	size, pad := c.SampleSize(), c.Container-c.SampleSize()
	for i := range len(src) / size {
		d := dst[i*c.Container:][:c.Container]
		clear(d[:pad])
		copy(d[pad:], src[i*size:][:size])
		if c.BigEndian {
			reverse(d, d, c.Container)
		}
	}
}

// flip turns unsigned bytes into signed ones, and back.
func flip(dst, src []byte) {
	dst = dst[:len(src)]
	for i, b := range src {
		dst[i] = b ^ 0x80
	}
}

// reverse turns the bytes of every sample around. dst may be src.
func reverse(dst, src []byte, size int) {
	dst = dst[:len(src)]
	switch size {
	case 1:
		copy(dst, src)
	case 2:
		for i := 0; i+1 < len(src); i += 2 {
			dst[i], dst[i+1] = src[i+1], src[i]
		}
	case 3:
		for i := 0; i+2 < len(src); i += 3 {
			dst[i], dst[i+1], dst[i+2] = src[i+2], src[i+1], src[i]
		}
	case 4:
		for i := 0; i+3 < len(src); i += 4 {
			dst[i], dst[i+1], dst[i+2], dst[i+3] = src[i+3], src[i+2], src[i+1], src[i]
		}
	default:
		for i := 0; i+size <= len(src); i += size {
			for a, b := i, i+size-1; a <= b; a, b = a+1, b-1 {
				dst[a], dst[b] = src[b], src[a]
			}
		}
	}
}
