package compare

import (
	"cmp"
	"context"
	"fmt"
	"math"

	"github.com/parrots-music/parrots/internal/audio/edit"
	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// blockFrames returns how many frames are read at once: some windows.
func blockFrames(channels int) int64 { return Window * max(1, int64(16/channels)) }

// piece is as many frames of base as of other, which are compared one by one.
type piece struct{ base, other, len int64 }

// pair reads both versions side by side as numbers. Their channels are as many.
type pair struct {
	ctx         context.Context
	base, other pcm.Reader
	channels    int
	used        [2]bits // of base and of other
	block       int64   // frames that are read at once
	progress    func(int64)
	searched    int64 // frames of base
	raw         [2][]byte
	b, o        []float64
}

func newPair(ctx context.Context, base, other pcm.Reader, progress func(int64)) *pair {
	if progress == nil {
		progress = func(int64) {}
	}
	f, g := base.Format(), other.Format()
	n := blockFrames(max(f.Channels, g.Channels))
	return &pair{
		ctx: ctx, base: base, other: other, channels: f.Channels, progress: progress,
		used: [2]bits{{format: f}, {format: g}}, block: n,
		raw: [2][]byte{make([]byte, n*int64(f.FrameSize())), make([]byte, n*int64(g.FrameSize()))},
		b:   make([]float64, n*int64(f.Channels)), o: make([]float64, n*int64(g.Channels)),
	}
}

// each calls use with the samples of a piece, block by block, and the frame within
// the piece that a block begins at. All blocks but the last are whole windows.
func (p *pair) each(c piece, use func(at int64, b, o []float64)) error {
	for at := int64(0); at < c.len; {
		n := min(p.block, c.len-at)
		b, o, err := p.readBoth(c.base+at, c.other+at, n)
		if err != nil {
			return err
		}
		use(at, b, o)
		at += n
	}
	return nil
}

// readBoth reads both versions at a time, as decoding and verifying takes a while.
func (p *pair) readBoth(base, other, n int64) (b, o []float64, err error) {
	done := make(chan error, 1)
	go func() {
		var err error
		b, err = p.read(0, p.b, base, n)
		done <- err
	}()
	o, err = p.read(1, p.o, other, n)
	p.progress(2 * n)
	return b, o, cmp.Or(<-done, err)
}

// measure returns the level of frames of base, version 0, or of other, version 1.
func (p *pair) measure(version int, r edit.Range) (Level, error) {
	var m meter
	for !r.Empty() {
		n := min(p.block, r.Len())
		x, err := p.read(version, p.b, r.From, n)
		if err != nil {
			return Level{}, err
		}
		p.progress(n)
		m.add(x)
		r.From += n
	}
	return m.level(), nil
}

// step is the smallest step of the coarser version, as far as it was read.
func (p *pair) step() float64 { return max(p.used[0].step(), p.used[1].step()) }

// read converts n frames from at on into numbers.
func (p *pair) read(version int, dst []float64, at, n int64) ([]float64, error) {
	r := p.base
	if version == 1 {
		r = p.other
	}
	if err := p.ctx.Err(); err != nil {
		return nil, err
	}
	f := r.Format()
	raw := p.raw[version][:n*int64(f.FrameSize())]
	if got, err := r.ReadFrames(raw, at); int64(got) < n {
		return nil, fmt.Errorf("frame %d: %w", at+int64(got), err)
	}
	p.used[version].note(raw)
	x := dst[:f.Floats(dst, raw)]
	if f.Float {
		tame(x)
	}
	return x, nil
}

// loudest bounds what is measured of floats, some of which are no sound at all.
const loudest = 1 << 20

func tame(x []float64) {
	for i, v := range x {
		if v != v {
			x[i] = 0
		} else if math.Abs(v) > loudest {
			x[i] = math.Copysign(loudest, v)
		}
	}
}
