// Package mix adds tracks up to one piece of audio, so that the same tracks give the
// same bytes on every machine and with any number of cores.
//
// To that end all arithmetic is in 64-bit floats, in the order of the tracks, and every
// product that is added to something is converted explicitly: the language then forbids
// to fuse the two, which some processors do and others cannot. Gains in dB are computed
// with package math/big, pans with square roots, which IEEE 754 defines to the last bit,
// and filters with sums of their series; nothing is taken from package math that may
// differ between machines. A sample is rounded half to even.
//
// Only internal/audio/pcm may be imported of ours, and nothing here touches a file
// system, a clock or a terminal. Memory does not grow with the length of the tracks.
package mix

import (
	"errors"
	"fmt"
	"strings"

	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// ErrRefused is what errors match about tracks that cannot be mixed as they are.
var ErrRefused = errors.New("the tracks do not fit together")

// MaxTracks bounds a mix.
const MaxTracks = 1024

// Track is one voice of a mix.
type Track struct {
	// Name is how errors call it.
	Name  string
	Audio pcm.Reader
	// Start is where it begins, in frames at the rate of the mix.
	Start int64
	// Gain is in thousandths of a dB.
	Gain int
	// Pan is from -100, left, to 100, right. A mono track in a stereo mix keeps its
	// power, and a centred one is in both channels as it is: left and right are
	// multiplied with the square roots of 1-p and 1+p. Of a stereo track the channel
	// away from the pan is turned down, by 1-|p|, and the other one stays.
	Pan int
}

// Options say what the mix is to be.
type Options struct {
	// Rate is the sample rate, in Hz; that of the tracks if it is 0.
	Rate int
	// Resample allows tracks of other rates.
	Resample bool
	// BitDepth is 16 or 24 for integers, 32 for floats.
	BitDepth int
	Float    bool
	// Dither adds noise of one bit with a triangular density before it rounds, from a
	// fixed seed.
	Dither bool
	// Workers is how many blocks are mixed at once. The bytes do not depend on it.
	Workers int
}

// Mix is a mix that is ready to be rendered.
type Mix struct {
	format pcm.Format
	frames int64
	voices []voice
	opts   Options
}

// voice is a track with what it is multiplied with.
type voice struct {
	name   string
	source source
	start  int64
	frames int64 // at the rate of the mix
	// factors are by channel of the mix.
	factors []float64
}

// RateError names tracks whose rates differ. It matches ErrRefused.
type RateError struct {
	Rate   int
	Tracks []Track
}

// Error lists the tracks.
func (e *RateError) Error() string {
	list := make([]string, len(e.Tracks))
	for i, t := range e.Tracks {
		list[i] = fmt.Sprintf("%s is at %d Hz", t.Name, t.Audio.Format().SampleRate)
	}
	return fmt.Sprintf("the mix is at %d Hz, and %s", e.Rate, strings.Join(list, ", "))
}

// Unwrap makes the error match ErrRefused.
func (e *RateError) Unwrap() error { return ErrRefused }

// New prepares a mix. The error matches ErrRefused, and is a RateError for rates.
//
// The mix is mono where all tracks are and none is panned. Tracks of more than two
// channels are mixed channel by channel, if all have the same number and none is panned.
func New(tracks []Track, opts Options) (*Mix, error) {
	if len(tracks) == 0 || len(tracks) > MaxTracks {
		return nil, fmt.Errorf("%w: %d tracks are not 1 to %d", ErrRefused, len(tracks), MaxTracks)
	}
	if opts.Rate == 0 {
		opts.Rate = tracks[0].Audio.Format().SampleRate
	}
	channels, err := channelsOf(tracks)
	if err != nil {
		return nil, err
	}
	m := &Mix{format: pcm.Format{SampleRate: opts.Rate, Channels: channels, BitDepth: opts.BitDepth, Float: opts.Float}, opts: opts}
	if err := m.format.Check(); err != nil {
		return nil, err
	}
	if opts.Float && opts.BitDepth != 32 || !opts.Float && opts.BitDepth != 16 && opts.BitDepth != 24 {
		return nil, fmt.Errorf("%w: a mix has 16 or 24 bits, or floats of 32", ErrRefused)
	}
	if err := checkRates(tracks, opts); err != nil {
		return nil, err
	}
	kernels := kernels{}
	for _, t := range tracks {
		v, err := newVoice(t, m.format, kernels)
		if err != nil {
			return nil, err
		}
		m.voices = append(m.voices, v)
		m.frames = max(m.frames, v.start+v.frames)
	}
	for _, k := range kernels {
		k.compute()
	}
	return m, nil
}

// maxStart keeps positions far from overflow: a week at the highest rate.
const maxStart = int64(7*24*3600) * pcm.MaxSampleRate

func newVoice(t Track, f pcm.Format, kernels kernels) (voice, error) {
	if t.Start < 0 || t.Start > maxStart || t.Audio.Frames() > maxStart {
		return voice{}, fmt.Errorf("%w: %s lies at %d, which is out of bounds", ErrRefused, t.Name, t.Start)
	}
	v := voice{name: t.Name, start: t.Start, frames: t.Audio.Frames(), source: direct{t.Audio}, factors: factors(t, f.Channels)}
	rate := t.Audio.Format().SampleRate
	if rate == f.SampleRate {
		return v, nil
	}
	k, err := kernels.from(rate, f.SampleRate)
	if err != nil {
		return voice{}, fmt.Errorf("%w: %s: %w", ErrRefused, t.Name, err)
	}
	v.source, v.frames = resampled{t.Audio, k}, k.length(t.Audio.Frames())
	return v, nil
}

func checkRates(tracks []Track, opts Options) error {
	var wrong []Track
	for _, t := range tracks {
		if t.Audio.Format().SampleRate != opts.Rate {
			wrong = append(wrong, t)
		}
	}
	if len(wrong) > 0 && !opts.Resample {
		return &RateError{opts.Rate, wrong}
	}
	return nil
}

func channelsOf(tracks []Track) (int, error) {
	most, panned := 1, false
	for _, t := range tracks {
		most = max(most, t.Audio.Format().Channels)
		panned = panned || t.Pan != 0
	}
	if most <= 2 {
		if panned {
			most = 2
		}
		return most, nil
	}
	for _, t := range tracks {
		if n := t.Audio.Format().Channels; n != most || t.Pan != 0 {
			return 0, fmt.Errorf("%w: there is a track of %d channels, and %s has %d or is panned; only tracks of one format mix beyond stereo", ErrRefused, most, t.Name, n)
		}
	}
	return most, nil
}

// Format is what the mix is.
func (m *Mix) Format() pcm.Format { return m.format }

// Frames is the length of the mix.
func (m *Mix) Frames() int64 { return m.frames }
