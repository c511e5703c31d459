package peaks

import (
	"encoding/binary"
	"math"
	"math/bits"

	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// Builder makes peaks of canonical frames, written in order. Its memory is bounded,
// whatever the length.
type Builder struct {
	format pcm.Format
	frames int64
	rest   []byte // frames that make no point yet, or a part of one
	levels []*growing
}

// growing is a resolution that is being made.
type growing struct {
	level   Level
	now     []sum // of the point that is not complete, by channel
	frames  int64 // in it
	parts   int   // finer points in it
	dropped bool  // has too many points
}

// sum is what a point is made of. Samples are counted as if of 24 bits.
type sum struct {
	min, max int32
	hi, lo   uint64 // sum of squares
}

var nothing = sum{min: math.MaxInt32, max: math.MinInt32}

// NewBuilder begins the peaks of audio in a format that has been checked.
func NewBuilder(f pcm.Format) *Builder {
	b := &Builder{format: f}
	b.grow()
	return b
}

// grow adds the next coarser resolution.
func (b *Builder) grow() {
	frames := int64(Finest)
	for range b.levels {
		frames *= Factor
	}
	g := &growing{level: Level{FramesPerPoint: frames, channels: b.format.Channels}, now: make([]sum, b.format.Channels)}
	g.clear()
	b.levels = append(b.levels, g)
}

func (g *growing) clear() {
	for c := range g.now {
		g.now[c] = nothing
	}
	g.frames, g.parts = 0, 0
}

// Write adds canonical frames; p need not be whole ones. It never fails.
func (b *Builder) Write(p []byte) (int, error) {
	n, point := len(p), Finest*b.format.FrameSize()
	if len(b.rest) > 0 {
		take := min(point-len(b.rest), len(p))
		b.rest, p = append(b.rest, p[:take]...), p[take:]
		if len(b.rest) < point {
			return n, nil
		}
		b.point(b.rest)
		b.rest = b.rest[:0]
	}
	for ; len(p) >= point; p = p[point:] {
		b.point(p[:point])
	}
	b.rest = append(b.rest, p...)
	return n, nil
}

// point takes in the frames of one point of the finest resolution.
func (b *Builder) point(p []byte) {
	g := b.levels[0]
	b.measure(g.now, p)
	g.frames = int64(len(p) / b.format.FrameSize())
	b.frames += g.frames
	b.complete(0)
}

// complete keeps the point of a level that is ready and adds it to the next level.
func (b *Builder) complete(i int) {
	g := b.levels[i]
	g.keep()
	if i+1 == len(b.levels) {
		b.grow()
	}
	next := b.levels[i+1]
	for c, s := range g.now {
		next.now[c].add(s)
	}
	next.frames += g.frames
	next.parts++
	g.clear()
	if next.parts == Factor {
		b.complete(i + 1)
	}
}

// keep appends the point that is ready, unless there are too many.
func (g *growing) keep() {
	if g.dropped = g.dropped || len(g.level.rms)/2+len(g.now) > MaxValues; g.dropped {
		g.level.extremes, g.level.rms = nil, nil
		return
	}
	for _, s := range g.now {
		g.level.extremes = binary.LittleEndian.AppendUint16(g.level.extremes, uint16(s.min>>8))
		g.level.extremes = binary.LittleEndian.AppendUint16(g.level.extremes, uint16(s.max>>8))
		g.level.rms = binary.LittleEndian.AppendUint16(g.level.rms, s.rms(g.frames))
	}
}

func (s *sum) add(o sum) {
	s.min, s.max = min(s.min, o.min), max(s.max, o.max)
	var carry uint64
	s.lo, carry = bits.Add64(s.lo, o.lo, 0)
	s.hi += o.hi + carry
}

// rms returns the root of the mean square of n samples, of 16 bits and rounded.
func (s *sum) rms(n int64) uint16 {
	mean, _ := bits.Div64(s.hi, s.lo, uint64(n)) // at most 2^46, as each square is
	root := uint64(math.Sqrt(float64(mean)))     // exact enough for whole numbers below 2^52
	for root*root > mean {
		root--
	}
	for (root+1)*(root+1) <= mean {
		root++
	}
	return uint16((root + 128) >> 8)
}

// Finish returns the peaks of all that was written; what is no whole frame at the end
// is left out. The builder is of no use afterwards.
func (b *Builder) Finish() *Peaks {
	size := b.format.FrameSize()
	if whole := len(b.rest) / size * size; whole > 0 {
		b.point(b.rest[:whole])
	}
	p := &Peaks{SampleRate: b.format.SampleRate, Channels: b.format.Channels, Frames: b.frames}
	for i := 0; b.frames > 0; i++ {
		if g := b.levels[i]; g.parts > 0 {
			b.complete(i)
		}
		if g := b.levels[i]; !g.dropped {
			p.Levels = append([]Level{g.level}, p.Levels...)
			if g.level.Points() <= Overview {
				break
			}
		}
	}
	return p
}
