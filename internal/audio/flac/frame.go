package flac

import (
	"encoding/binary"
	"io"

	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// decoder turns frames into canonical ones. It keeps its buffers, and is used by
// one goroutine at a time.
type decoder struct {
	format pcm.Format
	narrow channels[int32]
	wide   channels[int64]
}

type channels[T sample] struct{ buf [8][]T }

// frame decodes the frame that data begins with, whose header is h, appends its
// audio to out and returns how many bytes the frame has.
func (d *decoder) frame(data []byte, h header, out []byte) (size int, _ []byte, err error) {
	r := &bitReader{data: data, pos: h.size}
	if d.format.BitDepth == 32 {
		err = d.wide.decode(r, h, 32)
	} else {
		err = d.narrow.decode(r, h, uint(d.format.BitDepth))
	}
	if err != nil {
		return 0, out, err
	}
	end := r.byteOffset()
	if r.over || end+2 > len(data) {
		return 0, out, errTruncated
	}
	if crc16(data[:end]) != binary.BigEndian.Uint16(data[end:]) {
		return 0, out, errCRC
	}
	size, shift := d.format.SampleSize(), uint(d.format.SampleSize()*8-d.format.BitDepth)
	if d.format.BitDepth == 32 {
		out = d.wide.interleave(out, h, size, shift)
	} else {
		out = d.narrow.interleave(out, h, size, shift)
	}
	return end + 2, out, nil
}

func (c *channels[T]) decode(r *bitReader, h header, depth uint) error {
	for ch := range h.channels {
		if cap(c.buf[ch]) < h.blockSize {
			c.buf[ch] = make([]T, h.blockSize)
		}
		c.buf[ch] = c.buf[ch][:h.blockSize]
		bits := depth
		if h.assignment == sideRight && ch == 0 || (h.assignment == leftSide || h.assignment == midSide) && ch == 1 {
			bits++
		}
		if err := subframe(r, c.buf[ch], bits); err != nil {
			return err
		}
		if r.over {
			return errTruncated
		}
	}
	c.correlate(h.assignment)
	return nil
}

// correlate makes left and right of what two channels were coded as.
func (c *channels[T]) correlate(assignment byte) {
	a, b := c.buf[0], c.buf[1]
	switch assignment {
	case leftSide:
		for i := range b {
			b[i] = a[i] - b[i]
		}
	case sideRight:
		for i := range a {
			a[i] += b[i]
		}
	case midSide:
		for i, side := range b {
			mid := a[i]<<1 | side&1
			a[i], b[i] = (mid+side)>>1, (mid-side)>>1
		}
	}
}

// interleave appends the block as canonical frames.
func (c *channels[T]) interleave(out []byte, h header, size int, shift uint) []byte {
	frame := h.channels * size
	start := len(out)
	out = append(out, make([]byte, h.blockSize*frame)...)
	for ch := range h.channels {
		p := out[start+ch*size:]
		switch size {
		case 2:
			for i, v := range c.buf[ch] {
				binary.LittleEndian.PutUint16(p[i*frame:], uint16(v<<shift))
			}
		case 3:
			for i, v := range c.buf[ch] {
				v <<= shift
				q := p[i*frame : i*frame+3 : i*frame+3]
				q[0], q[1], q[2] = byte(v), byte(v>>8), byte(v>>16)
			}
		default:
			for i, v := range c.buf[ch] {
				pcm.PutInt(p[i*frame:], size, int32(v<<shift))
			}
		}
	}
	return out
}

// justified writes samples as the MD5 of STREAMINFO wants them: with their bits in
// the lower part of their bytes.
func justified(w io.Writer, f pcm.Format, frames []byte) {
	size := f.SampleSize()
	if shift := size*8 - f.BitDepth; shift != 0 {
		lower := make([]byte, len(frames))
		for i := 0; i < len(frames); i += size {
			pcm.PutInt(lower[i:], size, pcm.Int(frames[i:], size)>>shift)
		}
		frames = lower
	}
	_, _ = w.Write(frames) // a hash never fails
}
