package compare

import (
	"encoding/binary"
	"math"

	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// common returns a format that holds the samples of both exactly. Rates and channels
// are the same.
func common(f, g pcm.Format) pcm.Format {
	switch {
	case !f.Float && !g.Float:
		f.BitDepth = max(f.BitDepth, g.BitDepth)
	case f.Float && g.Float:
		f.BitDepth = max(f.BitDepth, g.BitDepth)
	case !f.Float:
		return common(g, f)
	case g.BitDepth > 24: // f is of floats, g of integers
		f.BitDepth = 64
	}
	return f
}

// widened reads audio in a format that holds its samples exactly.
type widened struct {
	pcm.Reader
	to pcm.Format
}

func widen(r pcm.Reader, to pcm.Format) pcm.Reader {
	if r.Format() == to {
		return r
	}
	return widened{r, to}
}

func (w widened) Format() pcm.Format { return w.to }

// ReadFrames implements pcm.Reader. It reads into the end of p, and converts from there.
func (w widened) ReadFrames(p []byte, at int64) (int, error) {
	from := w.Reader.Format()
	size := from.FrameSize()
	raw := p[len(p)-len(p)/w.to.FrameSize()*size:]
	n, err := w.Reader.ReadFrames(raw, at)
	raw = raw[:n*size]
	switch {
	case w.to.Float == from.Float && w.to.SampleSize() == from.SampleSize():
		copy(p, raw)
	case !w.to.Float:
		widenInts(p, raw, w.to.SampleSize(), from.SampleSize())
	default:
		w.floats(p, raw, from)
	}
	return n, err
}

// widenInts puts zeros below the bytes of samples.
func widenInts(p, raw []byte, to, from int) {
	for i := 0; i*from < len(raw); i++ {
		var sample [4]byte
		copy(sample[to-from:], raw[i*from:(i+1)*from])
		copy(p[i*to:(i+1)*to], sample[:to])
	}
}

func (w widened) floats(p, raw []byte, from pcm.Format) {
	size := from.SampleSize()
	var x [1]float64
	for i := 0; i*size < len(raw); i++ {
		from.Floats(x[:], raw[i*size:(i+1)*size])
		if w.to.SampleSize() == 4 {
			binary.LittleEndian.PutUint32(p[i*4:], math.Float32bits(float32(x[0])))
		} else {
			binary.LittleEndian.PutUint64(p[i*8:], math.Float64bits(x[0]))
		}
	}
}
