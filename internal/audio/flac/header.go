package flac

import (
	"errors"
	"fmt"

	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// header is what a frame says of itself.
type header struct {
	variable   bool // number counts samples, not frames
	blockSize  int  // frames of audio in it
	rate       int  // Hz, 0 if STREAMINFO says it
	channels   int
	assignment byte // how the channels are coded: independent, or one of the following
	depth      int  // 0 if STREAMINFO says it
	number     uint64
	size       int // bytes of the header itself
}

// How two channels are coded.
const (
	leftSide  = 8
	sideRight = 9
	midSide   = 10
)

// maxHeader is the longest header: 4 bytes, a number of 7, block size, rate, CRC-8.
const maxHeader = 16

var (
	blockSizes = [16]int{0, 192, 576, 1152, 2304, 4608, 0, 0, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768}
	rates      = [12]int{0, 88200, 176400, 192000, 8000, 16000, 22050, 24000, 32000, 44100, 48000, 96000}
	depths     = [8]int{0, 8, 12, -1, 16, 20, 24, 32}
)

var errNoHeader = errors.New("no frame begins here")

// parseHeader reads the header that b begins with. Chance alone makes bytes look
// like one every few hundred MB.
func parseHeader(b []byte) (header, error) {
	if len(b) < 6 || b[0] != 0xff || b[1]&0xfe != 0xf8 {
		return header{}, errNoHeader
	}
	h := header{variable: b[1]&1 != 0, assignment: b[3] >> 4, depth: depths[b[3]>>1&7]}
	h.channels = int(h.assignment) + 1
	if h.assignment >= leftSide {
		h.channels = 2
	}
	if h.assignment > midSide || h.depth < 0 || b[3]&1 != 0 {
		return header{}, errNoHeader
	}
	var n int
	if h.number, n = codedNumber(b[4:]); n == 0 {
		return header{}, errNoHeader
	}
	h.size = 4 + n
	ok := h.parseBlockSize(b, b[2]>>4) && h.parseRate(b, b[2]&15)
	if !ok || h.size >= len(b) || crc8(b[:h.size]) != b[h.size] {
		return header{}, errNoHeader
	}
	h.size++
	return h, nil
}

func (h *header) parseBlockSize(b []byte, code byte) bool {
	switch code {
	case 6, 7:
		v, ok := h.uint(b, int(code)-5)
		h.blockSize = v + 1
		return ok
	}
	h.blockSize = blockSizes[code]
	return h.blockSize != 0
}

func (h *header) parseRate(b []byte, code byte) (ok bool) {
	switch code {
	case 12:
		h.rate, ok = h.uint(b, 1)
		h.rate *= 1000
	case 13:
		h.rate, ok = h.uint(b, 2)
	case 14:
		h.rate, ok = h.uint(b, 2)
		h.rate *= 10
	case 15:
		return false
	default:
		h.rate, ok = rates[code], true
	}
	return ok
}

// uint takes an integer of 1 or 2 bytes from the end of the header.
func (h *header) uint(b []byte, bytes int) (int, bool) {
	if h.size+bytes > len(b) {
		return 0, false
	}
	v := int(b[h.size])
	if bytes == 2 {
		v = v<<8 | int(b[h.size+1])
	}
	h.size += bytes
	return v, true
}

// codedNumber reads a number in UTF-8's scheme, extended to 36 bits; n is 0 if
// there is none.
func codedNumber(b []byte) (v uint64, n int) {
	first := b[0]
	switch {
	case first < 0x80:
		return uint64(first), 1
	case first < 0xc0 || first == 0xff:
		return 0, 0
	}
	for n = 1; first<<n&0x80 != 0; n++ {
	}
	if n > len(b) {
		return 0, 0
	}
	v = uint64(first & (0x7f >> n))
	for _, c := range b[1:n] {
		if c&0xc0 != 0x80 {
			return 0, 0
		}
		v = v<<6 | uint64(c&0x3f)
	}
	return v, n
}

// check compares a frame with the stream that it is in: we read no stream whose
// format changes on the way.
func (h header) check(f pcm.Format) error {
	switch {
	case h.channels != f.Channels:
		return fmt.Errorf("a frame has %d channels, the file %d", h.channels, f.Channels)
	case h.depth != 0 && h.depth != f.BitDepth:
		return fmt.Errorf("a frame has %d bits, the file %d", h.depth, f.BitDepth)
	case h.rate != 0 && h.rate != f.SampleRate:
		return fmt.Errorf("a frame has %d Hz, the file %d Hz", h.rate, f.SampleRate)
	}
	return nil
}

// isFrame says whether the header is that of a whole frame, of whatever format. What
// it does not say is as in the stream that it is in.
func (h header) isFrame(b []byte, f pcm.Format) bool {
	f.Channels = h.channels
	if h.depth != 0 {
		f.BitDepth = h.depth
	}
	_, _, err := (&decoder{format: f}).frame(b, h, nil)
	return err == nil
}
