package align

import (
	"encoding/binary"

	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// A block's hash is the polynomial in multiplier, modulo 2^64, of what fold makes of
// its frames. It is chosen for being quick to roll on by one frame. Whoever makes
// audio whose hashes collide gains a longer script: what is kept is compared.
const (
	multiplier = 0x9e3779b97f4a7c15
	foldBy     = 0xff51afd7ed558ccd
)

// power returns multiplier to the nth.
func power(n int64) uint64 {
	p := uint64(1)
	for range n {
		p *= multiplier
	}
	return p
}

// padding is how many bytes behind the last frame folding may look at.
const padding = 8

// fold makes one number of each frame of size bytes. p has padding bytes behind them.
func fold(dst []uint64, p []byte, size int) {
	if size > 8 {
		foldWide(dst, p, size)
		return
	}
	mask := ^uint64(0) >> (64 - 8*size)
	for i := range dst {
		x := (binary.LittleEndian.Uint64(p[i*size:]) & mask) * foldBy
		dst[i] = x ^ x>>32
	}
}

func foldWide(dst []uint64, p []byte, size int) {
	for i := range dst {
		frame := p[i*size : (i+1)*size]
		var h uint64
		for len(frame) >= 8 {
			h = (h ^ binary.LittleEndian.Uint64(frame)) * foldBy
			h ^= h >> 32
			frame = frame[8:]
		}
		for _, b := range frame {
			h = (h ^ uint64(b)) * foldBy
			h ^= h >> 32
		}
		dst[i] = h
	}
}

// folded reads the frames of a range in blocks and hands on what fold makes of them.
type folded struct {
	*pair
	from   pcm.Reader
	bytes  []byte
	values []uint64
}

func newFolded(p *pair, from pcm.Reader) *folded {
	n := p.full()
	return &folded{p, from, make([]byte, n*int64(p.size)+padding), make([]uint64, n)}
}

// each calls use with the numbers of the frames from at up to end, in order.
func (f *folded) each(at, end int64, use func([]uint64) error) error {
	for at < end {
		if err := f.ctx.Err(); err != nil {
			return err
		}
		n := int(min(int64(len(f.values)), end-at))
		if err := readFrames(f.from, f.bytes[:n*f.size], at); err != nil {
			return err
		}
		f.progress(int64(n))
		f.work += int64(n)
		fold(f.values[:n], f.bytes, f.size)
		if err := use(f.values[:n]); err != nil {
			return err
		}
		at += int64(n)
	}
	return nil
}
