package flac

import (
	"crypto/md5" // the format's own checksum, not a defence
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"

	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// ErrUnsupported means that FLAC cannot hold audio of a format.
var ErrUnsupported = errors.New("FLAC cannot hold this audio")

// Encoder writes a FLAC file. The same frames and blocks make the same bytes.
type Encoder struct {
	w      io.WriteSeeker
	format pcm.Format
	sum    hash.Hash
	rest   []byte // canonical frames that make no block yet
	frames int64
	number uint64
	// sizes of the frames of the file, for STREAMINFO
	smallest, largest int
	channels          [8][]int64
	closed            bool
}

// CanHold says whether FLAC can hold audio of a format.
func CanHold(f pcm.Format) error {
	switch err := f.Check(); {
	case err != nil:
		return err
	case f.Float:
		return fmt.Errorf("%w: samples are floats", ErrUnsupported)
	case f.BitDepth < minDepth:
		return fmt.Errorf("%w: samples of %d bits, fewer than %d", ErrUnsupported, f.BitDepth, minDepth)
	case f.Channels > 8:
		return fmt.Errorf("%w: %d channels, more than 8", ErrUnsupported, f.Channels)
	case f.SampleRate > 1<<20-1:
		return fmt.Errorf("%w: %d Hz", ErrUnsupported, f.SampleRate)
	}
	return nil
}

// NewEncoder begins a file with metadata blocks, such as another file's Metadata.
// Close the encoder to complete the file.
func NewEncoder(w io.WriteSeeker, f pcm.Format, blocks []Block) (*Encoder, error) {
	if err := CanHold(f); err != nil {
		return nil, err
	}
	e := &Encoder{w: w, format: f, sum: md5.New()}
	head := append([]byte(magic), e.streamInfo()...)
	head[4] |= lastFlag(len(blocks) == 0)
	for i, b := range blocks {
		if len(b.Data) > 1<<24-1 {
			return nil, fmt.Errorf("%w: a metadata block of %d bytes", ErrUnsupported, len(b.Data))
		}
		head = binary.BigEndian.AppendUint32(head, uint32(b.Type)<<24|uint32(len(b.Data)))
		head[len(head)-4] |= lastFlag(i == len(blocks)-1)
		head = append(head, b.Data...)
	}
	_, err := w.Write(head)
	return e, err
}

func lastFlag(last bool) byte {
	if last {
		return 0x80
	}
	return 0
}

// streamInfo returns the block with its header, as far as it is known.
func (e *Encoder) streamInfo() []byte {
	b := make([]byte, 4+streamInfoSize)
	b[3] = streamInfoSize
	p := b[4:]
	binary.BigEndian.PutUint16(p, encodedBlock)
	binary.BigEndian.PutUint16(p[2:], encodedBlock)
	p[4], p[5], p[6] = byte(e.smallest>>16), byte(e.smallest>>8), byte(e.smallest)
	p[7], p[8], p[9] = byte(e.largest>>16), byte(e.largest>>8), byte(e.largest)
	binary.BigEndian.PutUint64(p[10:], uint64(e.format.SampleRate)<<44|
		uint64(e.format.Channels-1)<<41|uint64(e.format.BitDepth-1)<<36|uint64(e.frames)&(1<<36-1))
	if e.frames > 0 {
		e.sum.Sum(p[18:18])
	}
	return b
}

// Write adds canonical frames; p need not be whole ones.
func (e *Encoder) Write(p []byte) (int, error) {
	block := encodedBlock * e.format.FrameSize()
	n := len(p)
	for len(e.rest)+len(p) >= block {
		take := block - len(e.rest)
		whole := p[:take]
		if len(e.rest) > 0 {
			e.rest = append(e.rest, whole...)
			whole = e.rest
		}
		if err := e.block(whole); err != nil {
			return 0, err
		}
		e.rest, p = e.rest[:0], p[take:]
	}
	e.rest = append(e.rest, p...)
	return n, nil
}

// Close writes what is left and completes STREAMINFO. It does not close the file.
func (e *Encoder) Close() error {
	if e.closed {
		return nil
	}
	e.closed = true
	if n := len(e.rest) % e.format.FrameSize(); n != 0 {
		return fmt.Errorf("the audio ends with %d bytes of a frame of %d", n, e.format.FrameSize())
	}
	if len(e.rest) > 0 {
		if err := e.block(e.rest); err != nil {
			return err
		}
	}
	end, err := e.w.Seek(0, io.SeekCurrent)
	if err != nil {
		return err
	}
	// Behind the magic and the block's header, which says whether it is the last.
	if _, err := e.w.Seek(int64(len(magic)+4), io.SeekStart); err != nil {
		return err
	}
	if _, err := e.w.Write(e.streamInfo()[4:]); err != nil {
		return err
	}
	_, err = e.w.Seek(end, io.SeekStart)
	return err
}

// block writes one frame of the file.
func (e *Encoder) block(p []byte) error {
	size := e.format.SampleSize()
	shift := size*8 - e.format.BitDepth
	n := len(p) / e.format.FrameSize()
	for c := range e.format.Channels {
		e.channels[c] = e.channels[c][:0]
		for i := range n {
			e.channels[c] = append(e.channels[c], int64(pcm.Int(p[(i*e.format.Channels+c)*size:], size)>>shift))
		}
	}
	justified(e.sum, e.format, p)
	assignment, plans := e.plan()
	frame := e.frame(n, assignment, plans)
	e.frames += int64(n)
	e.number++
	if e.smallest == 0 || len(frame) < e.smallest {
		e.smallest = len(frame)
	}
	e.largest = max(e.largest, len(frame))
	_, err := e.w.Write(frame)
	return err
}

// plan chooses how the channels are coded: of two of them also as difference and mean.
func (e *Encoder) plan() (byte, []plan) {
	depth := uint(e.format.BitDepth)
	plans := make([]plan, e.format.Channels)
	for c := range plans {
		plans[c] = analyse(e.channels[c], depth)
	}
	independent := byte(e.format.Channels - 1)
	if e.format.Channels != 2 || depth == 32 {
		return independent, plans
	}
	left, right := plans[0], plans[1]
	n := len(e.channels[0])
	mids, sides := make([]int64, n), make([]int64, n)
	for i, l := range e.channels[0] {
		r := e.channels[1][i]
		mids[i], sides[i] = (l+r)>>1, l-r
	}
	mid, side := analyse(mids, depth), analyse(sides, depth+1)
	best, assignment := left.bits+right.bits, independent
	for _, other := range []struct {
		assignment byte
		a, b       plan
	}{{leftSide, left, side}, {sideRight, side, right}, {midSide, mid, side}} {
		if other.a.bits+other.b.bits < best {
			best, assignment = other.a.bits+other.b.bits, other.assignment
			plans = []plan{other.a, other.b}
		}
	}
	return assignment, plans
}

// frame codes one frame of the file.
func (e *Encoder) frame(n int, assignment byte, plans []plan) []byte {
	size, sizeTail := byte(12), []byte(nil)
	if n != encodedBlock {
		size, sizeTail = 7, binary.BigEndian.AppendUint16(nil, uint16(n-1))
	}
	b := []byte{0xff, 0xf8, size<<4 | rateCode(e.format.SampleRate), assignment<<4 | depthCode(e.format.BitDepth)<<1}
	b = appendNumber(b, e.number)
	b = append(b, sizeTail...)
	b = append(b, crc8(b))
	w := bitWriter{out: b}
	for i := range plans {
		plans[i].write(&w)
	}
	w.align()
	return binary.BigEndian.AppendUint16(w.out, crc16(w.out))
}

// rateCode is 0, as STREAMINFO says, for rates that have no code.
func rateCode(rate int) byte {
	for code, r := range rates {
		if r == rate {
			return byte(code)
		}
	}
	return 0
}

func depthCode(depth int) byte {
	for code, d := range depths {
		if d == depth {
			return byte(code)
		}
	}
	return 0
}

// appendNumber writes a number in UTF-8's scheme, extended to 36 bits.
func appendNumber(b []byte, v uint64) []byte {
	if v < 0x80 {
		return append(b, byte(v))
	}
	n := 2 // bytes, of which the first holds 7-n bits
	for v >= 1<<(5*n+1) {
		n++
	}
	b = append(b, byte(0xff<<(8-n))|byte(v>>(6*(n-1))))
	for i := n - 2; i >= 0; i-- {
		b = append(b, 0x80|byte(v>>(6*i))&0x3f)
	}
	return b
}
