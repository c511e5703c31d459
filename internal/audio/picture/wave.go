package picture

import (
	"context"
	"fmt"
	"math"

	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// columns is how finely a wave is measured: more than a picture is wide.
const columns = 1 << 11

// Wave is what is drawn of audio.
type Wave struct {
	frames int64
	rate   int
	points [columns]point
}

// point is what some frames reach, over all channels.
type point struct{ low, high, rms float64 }

// NewWave reads all of the audio.
func NewWave(ctx context.Context, r pcm.Reader, progress func(frames int64)) (*Wave, error) {
	f := r.Format()
	w := &Wave{frames: r.Frames(), rate: f.SampleRate}
	const blockBytes = 1 << 17
	size := f.FrameSize()
	raw := make([]byte, max(blockBytes/size, 1)*size)
	samples := make([]float64, len(raw)/f.SampleSize())
	for at := int64(0); at < w.frames; {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		// No block crosses a column.
		column := w.column(at)
		end := min(w.begin(column+1), at+int64(len(raw)/size))
		n, err := r.ReadFrames(raw[:(end-at)*int64(size)], at)
		if int64(n) < end-at {
			return nil, fmt.Errorf("frame %d: %w", at+int64(n), err)
		}
		w.points[column].add(samples[:f.Floats(samples, raw[:n*size])])
		progress(int64(n))
		at = end
	}
	for i := range w.points {
		if n := w.begin(i+1) - w.begin(i); n > 0 {
			w.points[i].rms = math.Sqrt(w.points[i].rms / float64(n*int64(f.Channels)))
		}
	}
	return w, nil
}

// begin returns the first frame of a column.
func (w *Wave) begin(column int) int64 { return (w.frames*int64(column) + columns - 1) / columns }

// column returns the column of a frame.
func (w *Wave) column(frame int64) int { return int(frame * columns / w.frames) }

func (p *point) add(samples []float64) {
	low, high, sum := p.low, p.high, p.rms
	for _, v := range samples {
		if v != v {
			continue
		}
		low, high = min(low, v), max(high, v)
		sum += v * v
	}
	*p = point{max(low, -1), min(high, 1), min(sum, math.MaxFloat32)}
}

// between returns what the frames from one up to another reach.
func (w *Wave) between(from, to float64) point {
	var out point
	if w.frames == 0 || to <= 0 || from >= float64(w.frames) {
		return out
	}
	scale := columns / float64(w.frames)
	first := min(max(int(from*scale), 0), columns-1)
	last := min(max(int(math.Ceil(to*scale))-1, first), columns-1)
	var sum float64
	for _, p := range w.points[first : last+1] {
		out.low, out.high = min(out.low, p.low), max(out.high, p.high)
		sum += p.rms * p.rms
	}
	out.rms = math.Sqrt(sum / float64(last-first+1))
	return out
}
