package pcm

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
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
	done := 0
	if size == 3 && c.Container == 4 {
		done = c.narrow24(dst, src)
	}
	for i := done; i < len(src)/c.Container; i++ {
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

// narrow24 is narrow for the common case, 24 bits in 32. It returns how many samples
// it made before one that has bits where there should be none.
func (c Coding) narrow24(dst, src []byte) int {
	n := len(src) / 4
	for i := range n {
		v := binary.LittleEndian.Uint32(src[4*i:])
		if c.BigEndian {
			v = bits.ReverseBytes32(v)
		}
		if v&0xff != 0 {
			return i
		}
		d := dst[3*i : 3*i+3]
		d[0], d[1], d[2] = byte(v>>8), byte(v>>16), byte(v>>24)
	}
	return n
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

// flip turns unsigned bytes into signed ones, and back. dst may be src.
func flip(dst, src []byte) {
	dst = dst[:len(src)]
	const signs = 0x8080808080808080
	whole := len(src) &^ 7
	for i := 0; i < whole; i += 8 {
		binary.LittleEndian.PutUint64(dst[i:], binary.LittleEndian.Uint64(src[i:])^signs)
	}
	for i := whole; i < len(src); i++ {
		dst[i] = src[i] ^ 0x80
	}
}

// reverse turns the bytes of every sample around. dst may be src.
func reverse(dst, src []byte, size int) {
	dst = dst[:len(src)]
	switch size {
	case 1:
		copy(dst, src)
	case 2:
		reverse16(dst, src)
	case 3:
		for i := 0; i+2 < len(src); i += 3 {
			d, s := dst[i:i+3], src[i:i+3]
			d[0], d[1], d[2] = s[2], s[1], s[0]
		}
	case 4:
		for i := 0; i+3 < len(src); i += 4 {
			binary.LittleEndian.PutUint32(dst[i:], binary.BigEndian.Uint32(src[i:]))
		}
	default:
		for i := 0; i+size <= len(src); i += size {
			for a, b := i, i+size-1; a <= b; a, b = a+1, b-1 {
				dst[a], dst[b] = src[b], src[a]
			}
		}
	}
}

// reverse16 turns four samples of two bytes around at once.
func reverse16(dst, src []byte) {
	const low = 0x00ff00ff00ff00ff
	whole := len(src) &^ 7
	for i := 0; i < whole; i += 8 {
		v := binary.LittleEndian.Uint64(src[i:])
		binary.LittleEndian.PutUint64(dst[i:], v>>8&low|v&low<<8)
	}
	for i := whole; i+1 < len(src); i += 2 {
		dst[i], dst[i+1] = src[i+1], src[i]
	}
}
