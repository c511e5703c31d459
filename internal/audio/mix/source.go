package mix

import (
	"errors"
	"fmt"
	"io"

	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// source gives the samples of a track at the rate of the mix.
type source interface {
	channels() int
	// read fills dst with whole frames that begin at frame at, which all exist.
	read(dst []float64, at int64, b *buffers) error
}

// buffers are one worker's.
type buffers struct {
	raw     []byte
	input   []float64
	invalid int64 // samples that were no numbers
}

// floats reads canonical frames as numbers of which 1.0 is full scale.
func (b *buffers) floats(r pcm.Reader, dst []float64, at int64) error {
	f := r.Format()
	n := len(dst) * f.SampleSize()
	if cap(b.raw) < n {
		b.raw = make([]byte, n)
	}
	raw := b.raw[:n]
	got, err := r.ReadFrames(raw, at)
	if got < len(dst)/f.Channels {
		if err == nil || errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return fmt.Errorf("frame %d: %w", at+int64(got), err)
	}
	f.Floats(dst, raw)
	if f.Float {
		b.invalid += silenceInvalid(dst)
	}
	return nil
}

// silenceInvalid replaces what is no number: what machines make of it differs.
func silenceInvalid(samples []float64) (count int64) {
	for i, x := range samples {
		if x-x != 0 { // infinite or not a number
			samples[i] = 0
			count++
		}
	}
	return count
}

// direct is a track that has the rate of the mix.
type direct struct{ audio pcm.Reader }

func (d direct) channels() int { return d.audio.Format().Channels }

func (d direct) read(dst []float64, at int64, b *buffers) error { return b.floats(d.audio, dst, at) }
