package mix

import (
	"fmt"

	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// A kernel converts between two sample rates. It is a sinc under a Kaiser window, with
// one set of coefficients for every place that an output frame can have between two
// input frames: 256 of them where the rate goes up, and more in proportion where it goes
// down. What is below 0.925 of the lower rate's half passes with an error below -120 dBFS,
// and so does no alias come above that. It does not move the audio.
type kernel struct {
	// up output frames take as long as down input frames.
	up, down int64
	// taps are the coefficients of a phase; the one at half is on the input frame at or
	// before the output frame.
	taps, half int
	// ratio is by how much the rate goes down, 1 where it goes up.
	ratio  float64
	phases [][]float64
}

const (
	kernelTaps = 256
	kernelBeta = 12.0 // of the Kaiser window
	kernelPass = 0.966
	// maxCoefficients bounds the memory of all kernels of a mix, at 32 MB: rates whose
	// ratio is odd need many.
	maxCoefficients = 4 << 20
	// maxRatio is how far apart rates may be. No two that music has are so far.
	maxRatio = 64
	// windowSamples is about how much of a track is converted at once.
	windowSamples = 1 << 18
)

// kernels are those of a mix, by the rate that they convert from.
type kernels map[int]*kernel

// from returns the kernel between two rates.
func (ks kernels) from(rate, to int) (*kernel, error) {
	if k, ok := ks[rate]; ok {
		return k, nil
	}
	room := int64(maxCoefficients)
	for _, k := range ks {
		room -= k.up * int64(k.taps)
	}
	k, err := newKernel(rate, to, room)
	if err == nil {
		ks[rate] = k
	}
	return k, err
}

// newKernel makes a kernel of at most so many coefficients, which are still to be computed.
func newKernel(from, to int, most int64) (*kernel, error) {
	if from/to >= maxRatio || to/from >= maxRatio {
		return nil, fmt.Errorf("%d and %d Hz are too far apart; convert it with another program", from, to)
	}
	g := gcd(from, to)
	k := &kernel{up: int64(to / g), down: int64(from / g), ratio: min(1, float64(to)/float64(from))}
	k.half = int(float64(kernelTaps/2)/k.ratio) + 1
	k.taps = 2 * k.half
	if k.up*int64(k.taps) > most {
		return nil, fmt.Errorf("from %d to %d Hz there is no simple ratio; convert it with another program", from, to)
	}
	return k, nil
}

// compute fills in the coefficients.
func (k *kernel) compute() {
	cutoff := k.ratio * kernelPass
	width := float64(kernelTaps/2) / k.ratio
	k.phases = make([][]float64, k.up)
	for p := range k.phases {
		k.phases[p] = phase(k, float64(p)/float64(k.up), cutoff, width)
	}
}

// phase computes the coefficients for output frames that lie so far behind an input
// frame. They are scaled so that a constant stays what it is.
func phase(k *kernel, offset, cutoff, width float64) []float64 {
	c := make([]float64, k.taps)
	sum := 0.0
	for i := range c {
		t := float64(i-k.half+1) - offset
		c[i] = float64(sinc(float64(cutoff*t)) * kaiser(t/width))
		sum += c[i]
	}
	for i := range c {
		c[i] /= sum
	}
	return c
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// length is how many output frames so many input frames become.
func (k *kernel) length(frames int64) int64 { return (frames*k.up + k.down - 1) / k.down }

// resampled is a track of another rate.
type resampled struct {
	audio pcm.Reader
	k     *kernel
}

func (r resampled) channels() int { return r.audio.Format().Channels }

func (r resampled) read(dst []float64, at int64, b *buffers) error {
	channels := r.channels()
	step := max(1, windowSamples/int64(channels)*r.k.up/r.k.down)
	for len(dst) > 0 {
		n := min(step, int64(len(dst)/channels))
		if err := r.convert(dst[:n*int64(channels)], at, b); err != nil {
			return err
		}
		dst, at = dst[n*int64(channels):], at+n
	}
	return nil
}

// convert is read for a few frames, whose input is in memory as a whole.
func (r resampled) convert(dst []float64, at int64, b *buffers) error {
	channels := r.channels()
	n := int64(len(dst) / channels)
	k := r.k
	first := at*k.down/k.up - int64(k.half) + 1
	last := (at+n-1)*k.down/k.up + int64(k.half)
	input, err := r.window(first, last+1, b)
	if err != nil {
		return err
	}
	for i := range n {
		place := (at + i) * k.down
		coefficients := k.phases[place%k.up]
		from := int(place/k.up-int64(k.half)+1-first) * channels
		for c := range channels {
			sum := 0.0
			x := input[from+c:]
			for j, h := range coefficients {
				sum += float64(h * x[j*channels])
			}
			dst[int(i)*channels+c] = sum
		}
	}
	return nil
}

// window reads input frames from first up to end; beyond the track there is silence.
func (r resampled) window(first, end int64, b *buffers) ([]float64, error) {
	channels := int64(r.channels())
	n := int((end - first) * channels)
	if cap(b.input) < n {
		b.input = make([]float64, n)
	}
	input := b.input[:n]
	clear(input)
	from, to := max(0, first), min(end, r.audio.Frames())
	if from >= to {
		return input, nil
	}
	return input, b.floats(r.audio, input[(from-first)*channels:(to-first)*channels], from)
}

// sinc is sin(pi x)/(pi x).
func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	return sinPi(x) / float64(pi*x)
}

const pi = 3.14159265358979323846264338327950288

// sinPi is sin(pi x) by its series around the nearest whole number, where x is exact.
func sinPi(x float64) float64 {
	whole := roundHalfEven(x)
	y := float64(pi * (x - whole))
	square := float64(y * y)
	sum, term := y, y
	for k := 2.0; k < 30; k += 2 {
		term = -float64(term*square) / float64(k*(k+1))
		sum += term
	}
	if int64(whole)%2 != 0 {
		return -sum
	}
	return sum
}

// kaiser is the window at x from -1 to 1, and 0 beyond.
func kaiser(x float64) float64 {
	rest := 1 - float64(x*x)
	if rest <= 0 {
		return 0
	}
	return bessel(kernelBeta*kernelBeta/4*rest) / bessel(kernelBeta*kernelBeta/4)
}

// bessel is the modified Bessel function I0 of 2*sqrt(q), by its series.
func bessel(q float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1.0; k < 60; k++ {
		term = float64(term*q) / float64(k*k)
		sum += term
	}
	return sum
}
