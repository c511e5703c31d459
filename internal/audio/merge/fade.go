package merge

import (
	"encoding/binary"
	"math"

	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// piece is frames to copy, or to fade from into others.
type piece struct {
	from       Source
	at, frames int64
	fades      bool
	into       Source
	intoAt     int64
}

// faded turns segments into pieces. An edit fades in over the beginning, and out over
// the end, of its own frames: there the frames of the base that it replaced, or that
// follow and precede an insertion, sound with it. What an edit deletes fades out over
// the kept frames behind the cut. No fade is longer than half the frames that it has.
func faded(segments []Segment, n, baseFrames int64) []piece {
	var pieces []piece
	if n <= 0 {
		for _, s := range segments {
			pieces = append(pieces, piece{from: s.From, at: s.At, frames: s.Frames})
		}
		return pieces
	}
	cut := int64(-1) // where the base went on before a deletion, if one is before this segment
	for i, s := range segments {
		switch {
		case s.From == Base:
			in := int64(0)
			if cut >= 0 {
				in = min(n, s.Frames/2, baseFrames-cut)
			}
			pieces = appendFade(pieces, piece{from: Base, at: cut, frames: in, into: Base, intoAt: s.At})
			pieces = append(pieces, piece{from: Base, at: s.At + in, frames: s.Frames - in})
			cut = -1
		case s.Frames == 0:
			if i > 0 {
				cut = s.Was.From
			}
		default:
			in, out := int64(0), int64(0)
			if i > 0 {
				in = min(n, s.Frames/2, baseFrames-s.Was.From)
			}
			if i < len(segments)-1 {
				out = min(n, s.Frames/2, s.Was.To)
			}
			end := s.At + s.Frames
			pieces = appendFade(pieces, piece{from: Base, at: s.Was.From, frames: in, into: s.From, intoAt: s.At})
			pieces = append(pieces, piece{from: s.From, at: s.At + in, frames: s.Frames - in - out})
			pieces = appendFade(pieces, piece{from: s.From, at: end - out, frames: out, into: Base, intoAt: s.Was.To - out})
		}
	}
	return pieces
}

func appendFade(pieces []piece, p piece) []piece {
	if p.frames <= 0 {
		return pieces
	}
	p.fades = true
	return append(pieces, p)
}

// mix fades frames from a, which it overwrites, into b: frame k of a fade of n has
// k+1 parts of b and n-k of a, of n+1. Frame first of the fade is the first here.
// Integers are rounded to the nearest, halves upwards; floats are computed in 64 bits,
// each product rounded, so that every machine gives the same bits.
func mix(f pcm.Format, a, b []byte, first, n int64) {
	size, frame := f.SampleSize(), f.FrameSize()
	unused := 8*size - f.BitDepth // low bits that a sample does not have
	for i := 0; i < len(a); i += size {
		k := first + int64(i/frame) + 1
		x, y := a[i:i+size], b[i:i+size]
		if f.Float {
			mixFloats(x, y, k, n+1)
			continue
		}
		v := int64(pcm.Int(x, size)>>unused)*(n+1-k) + int64(pcm.Int(y, size)>>unused)*k
		pcm.PutInt(x, size, int32(floorDiv(2*v+n+1, 2*(n+1)))<<unused)
	}
}

// mixFloats mixes one sample. What is no number gives way to the number.
func mixFloats(x, y []byte, k, n int64) {
	a, b := float(x), float(y)
	v := blend(a, b, k, n)
	switch {
	case !math.IsNaN(v) && len(x) == 8:
		binary.LittleEndian.PutUint64(x, math.Float64bits(v))
	case !math.IsNaN(v):
		binary.LittleEndian.PutUint32(x, math.Float32bits(float32(v)))
	case !math.IsNaN(b):
		copy(x, y)
	}
}

func float(p []byte) float64 {
	if len(p) == 8 {
		return math.Float64frombits(binary.LittleEndian.Uint64(p))
	}
	return float64(math.Float32frombits(binary.LittleEndian.Uint32(p)))
}

// blend is (a*(n-k) + b*k) / n. The conversions keep a compiler from fusing the
// operations.
func blend(a, b float64, k, n int64) float64 {
	x := float64(a * float64(n-k))
	y := float64(b * float64(k))
	return float64(x+y) / float64(n)
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
