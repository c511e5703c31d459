package mix_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"os/exec"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/audio/mix"
	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// noise is audio that a seed determines, without any function that machines could
// compute differently.
func noise(t testing.TB, f pcm.Format, frames int, seed uint64) pcm.Reader {
	t.Helper()
	data := make([]byte, frames*f.FrameSize())
	rng := rand.New(rand.NewPCG(seed, 1))
	for i := 0; i < len(data); i += f.SampleSize() {
		switch {
		case f.Float && f.BitDepth == 32:
			binary.LittleEndian.PutUint32(data[i:], math.Float32bits(float32(rng.Float64()-0.5)))
		case f.Float:
			binary.LittleEndian.PutUint64(data[i:], math.Float64bits(rng.Float64()-0.5))
		default:
			pcm.PutInt(data[i:], f.SampleSize(), int32(rng.Uint32())>>(33-8*f.SampleSize()+1))
		}
	}
	b, err := pcm.NewBuffer(f, data)
	require.NoError(t, err)
	return b
}

func render(t testing.TB, tracks []mix.Track, opts mix.Options) ([]byte, mix.Stats) {
	t.Helper()
	m, err := mix.New(tracks, opts)
	require.NoError(t, err)
	var out bytes.Buffer
	frames := int64(0)
	stats, err := m.Render(context.Background(), &out, func(n int64) { frames += n })
	require.NoError(t, err)
	require.Equal(t, m.Frames(), frames)
	require.EqualValues(t, m.Frames()*int64(m.Format().FrameSize()), out.Len())
	return out.Bytes(), stats
}

func ints(t testing.TB, f pcm.Format, samples ...int32) pcm.Reader {
	t.Helper()
	data := make([]byte, len(samples)*f.SampleSize())
	for i, v := range samples {
		pcm.PutInt(data[i*f.SampleSize():], f.SampleSize(), v)
	}
	b, err := pcm.NewBuffer(f, data)
	require.NoError(t, err)
	return b
}

func samplesOf(data []byte, size int) []int32 {
	var list []int32
	for i := 0; i < len(data); i += size {
		list = append(list, pcm.Int(data[i:], size))
	}
	return list
}

var (
	mono16   = pcm.Format{SampleRate: 48000, Channels: 1, BitDepth: 16}
	stereo16 = pcm.Format{SampleRate: 48000, Channels: 2, BitDepth: 16}
)

func TestOneTrackIsItself(t *testing.T) {
	for _, f := range []pcm.Format{
		mono16, stereo16, {SampleRate: 48000, Channels: 2, BitDepth: 24},
		{SampleRate: 48000, Channels: 2, BitDepth: 32, Float: true}, {SampleRate: 48000, Channels: 5, BitDepth: 24},
	} {
		track := noise(t, f, 70_000, 1)
		got, stats := render(t, []mix.Track{{Name: "a", Audio: track}}, mix.Options{BitDepth: f.BitDepth, Float: f.Float, Workers: 2})
		want := make([]byte, len(got))
		_, err := track.ReadFrames(want, 0)
		require.NoError(t, err)
		require.True(t, bytes.Equal(want, got), f)
		require.Zero(t, stats.Clipped)
		require.Greater(t, stats.Peak, 0.2)
	}
}

func TestTracksAddUp(t *testing.T) {
	a, b := ints(t, mono16, 1, 2, 3, 4), ints(t, stereo16, 100, 200, 300, 400)
	got, _ := render(t, []mix.Track{{Name: "a", Audio: a}, {Name: "b", Audio: b, Start: 3}}, mix.Options{BitDepth: 16})
	require.Equal(t, []int32{1, 1, 2, 2, 3, 3, 104, 204, 300, 400}, samplesOf(got, 2))
	got, _ = render(t, []mix.Track{{Name: "a", Audio: a, Start: 2}}, mix.Options{BitDepth: 16})
	require.Equal(t, []int32{0, 0, 1, 2, 3, 4}, samplesOf(got, 2))
}

func TestPan(t *testing.T) {
	const x = 10_000
	for _, tc := range []struct {
		pan         int
		mono        [2]int32
		left, right int32 // of a stereo track with x in both
	}{
		{0, [2]int32{x, x}, x, x}, // a mono mix of its own, told twice below
		{-100, [2]int32{14142, 0}, x, 0}, {100, [2]int32{0, 14142}, 0, x}, {-50, [2]int32{12247, 7071}, x, x / 2}, {28, [2]int32{8485, 11314}, 7200, x},
	} {
		if tc.pan != 0 {
			got, _ := render(t, []mix.Track{{Name: "a", Audio: ints(t, mono16, x), Pan: tc.pan}}, mix.Options{BitDepth: 16})
			require.Equal(t, tc.mono[:], samplesOf(got, 2), tc.pan)
		}
		got, _ := render(t, []mix.Track{{Name: "a", Audio: ints(t, stereo16, x, x), Pan: tc.pan}}, mix.Options{BitDepth: 16})
		require.Equal(t, []int32{tc.left, tc.right}, samplesOf(got, 2), tc.pan)
	}
}

func TestGain(t *testing.T) {
	require.Equal(t, 1.0, mix.Factor(0))
	require.Equal(t, 10.0, mix.Factor(20_000), "exact where it can be")
	require.Equal(t, 0.1, mix.Factor(-20_000))
	require.Equal(t, 0.7079457843841379, mix.Factor(-3_000))
	for gain := -144_000; gain <= 48_000; gain += 777 {
		want := math.Pow(10, float64(gain)/20_000)
		require.InEpsilon(t, want, mix.Factor(gain), 1e-14)
	}
	got, _ := render(t, []mix.Track{{Name: "a", Audio: ints(t, mono16, 10_000, -10_000, 3), Gain: -6_000}}, mix.Options{BitDepth: 16})
	require.Equal(t, []int32{5012, -5012, 2}, samplesOf(got, 2))
}

func TestRoundingAndClipping(t *testing.T) {
	f24 := pcm.Format{SampleRate: 48000, Channels: 1, BitDepth: 24}
	// Halves of a 16-bit step go to the even one.
	got, _ := render(t, []mix.Track{{Name: "a", Audio: ints(t, f24, 128, 3*128, -128, -3*128, 129, 127)}}, mix.Options{BitDepth: 16})
	require.Equal(t, []int32{0, 2, 0, -2, 1, 0}, samplesOf(got, 2))
	full := ints(t, mono16, 32767, -32768, 20_000)
	got, stats := render(t, []mix.Track{{Name: "a", Audio: full}, {Name: "b", Audio: full}}, mix.Options{BitDepth: 16})
	require.Equal(t, []int32{32767, -32768, 32767}, samplesOf(got, 2))
	require.EqualValues(t, 3, stats.Clipped)
	require.Equal(t, 2.0, stats.Peak)
	_, stats = render(t, []mix.Track{{Name: "a", Audio: full}, {Name: "b", Audio: full}}, mix.Options{BitDepth: 32, Float: true})
	require.EqualValues(t, 3, stats.Clipped, "told, and kept")
}

func TestWhatIsNoNumberIsSilence(t *testing.T) {
	f := pcm.Format{SampleRate: 48000, Channels: 1, BitDepth: 64, Float: true}
	var data []byte
	for _, x := range []float64{math.NaN(), math.Inf(1), 0.5, math.MaxFloat64, -math.MaxFloat64} {
		data = binary.LittleEndian.AppendUint64(data, math.Float64bits(x))
	}
	b, err := pcm.NewBuffer(f, data)
	require.NoError(t, err)
	got, stats := render(t, []mix.Track{{Name: "a", Audio: b, Gain: 6_000}}, mix.Options{BitDepth: 16})
	require.Equal(t, []int32{0, 0, 32690, 0, 0}, samplesOf(got, 2), "a sum that is infinite is no number either")
	require.EqualValues(t, 4, stats.Invalid)
}

// golden is a session with everything in it.
func golden(t testing.TB) []mix.Track {
	return []mix.Track{
		{Name: "drums", Audio: noise(t, pcm.Format{SampleRate: 48000, Channels: 2, BitDepth: 24}, 100_000, 1)},
		{Name: "bass", Audio: noise(t, pcm.Format{SampleRate: 48000, Channels: 1, BitDepth: 16}, 80_000, 2), Gain: -3_000, Pan: -30, Start: 12_345},
		{Name: "keys", Audio: noise(t, pcm.Format{SampleRate: 48000, Channels: 2, BitDepth: 32, Float: true}, 60_000, 3), Gain: 1_500, Pan: 17, Start: 70_001},
		{Name: "pad", Audio: noise(t, pcm.Format{SampleRate: 44100, Channels: 2, BitDepth: 16}, 40_000, 4), Gain: -6_020, Start: 1},
		{Name: "vox", Audio: noise(t, pcm.Format{SampleRate: 96000, Channels: 1, BitDepth: 24}, 90_000, 5), Gain: -20_000, Pan: 100, Start: 33_333},
		{Name: "fx", Audio: noise(t, pcm.Format{SampleRate: 22050, Channels: 1, BitDepth: 64, Float: true}, 9_000, 6), Gain: 6_000},
	}
}

// The same tracks are the same bytes: on every machine, with any number of workers.
func TestGoldenBytes(t *testing.T) {
	for _, tc := range []struct {
		opts mix.Options
		want string
	}{
		{mix.Options{BitDepth: 16}, "3c696a73d43ab952"},
		{mix.Options{BitDepth: 16, Dither: true}, "58dfdd9a6bb1d0ee"},
		{mix.Options{BitDepth: 24}, "691e215cdb1edb07"},
		{mix.Options{BitDepth: 32, Float: true}, "985b6d90e3e7863f"},
		{mix.Options{BitDepth: 24, Rate: 44100, Dither: true}, "eeb8514db6a32ceb"},
	} {
		for workers := range 4 {
			tc.opts.Workers, tc.opts.Resample = workers, true
			got, _ := render(t, golden(t), tc.opts)
			sum := sha256.Sum256(got)
			require.Equal(t, tc.want, hex.EncodeToString(sum[:8]), "%+v", tc.opts)
		}
	}
}

// Processors that fuse a product and a sum round once where others round twice. The
// language forbids it here; what the compiler makes of this package for one that could
// shows that it knows.
func TestNothingIsFused(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles for another processor")
	}
	cmd := exec.Command("go", "build", "-gcflags=-S", "github.com/parrots-music/parrots/internal/audio/mix")
	cmd.Env = append(cmd.Environ(), "GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	require.Contains(t, string(out), "FMULD", "this is the listing")
	for line := range strings.Lines(string(out)) {
		for _, fused := range []string{"FMADD", "FMSUB", "FNMADD", "FNMSUB"} {
			require.NotContains(t, line, fused)
		}
	}
}

func TestDither(t *testing.T) {
	f24 := pcm.Format{SampleRate: 48000, Channels: 1, BitDepth: 24}
	samples := make([]int32, 200_000)
	for i := range samples {
		samples[i] = 64 // a quarter of a 16-bit step
	}
	track := []mix.Track{{Name: "a", Audio: ints(t, f24, samples...)}}
	plain, _ := render(t, track, mix.Options{BitDepth: 16})
	require.Equal(t, make([]byte, len(plain)), plain, "without dither it is lost")
	got, _ := render(t, track, mix.Options{BitDepth: 16, Dither: true})
	sum, square, most := 0.0, 0.0, int32(0)
	for _, v := range samplesOf(got, 2) {
		sum += float64(v)
		square += (float64(v) - 0.25) * (float64(v) - 0.25)
		most = max(most, v, -v)
	}
	n := float64(len(samples))
	require.InDelta(t, 0.25, sum/n, 0.01, "with dither it is there on average")
	require.InDelta(t, 0.25, square/n, 0.01, "and the error's power does not depend on the signal: 1/4 step squared")
	require.LessOrEqual(t, most, int32(1))
}

// tone is a sine at a rate, as floats.
func tone(t testing.TB, rate, frames int, hz float64) pcm.Reader {
	f := pcm.Format{SampleRate: rate, Channels: 1, BitDepth: 64, Float: true}
	var data []byte
	for i := range frames {
		data = binary.LittleEndian.AppendUint64(data, math.Float64bits(0.5*math.Sin(2*math.Pi*hz*float64(i)/float64(rate))))
	}
	b, err := pcm.NewBuffer(f, data)
	require.NoError(t, err)
	return b
}

// What passes is where it was, as loud as it was; what would alias is gone.
func TestResampling(t *testing.T) {
	for _, tc := range []struct {
		from, to int
		hz       float64
		passes   bool
	}{
		{44100, 48000, 1000, true}, {44100, 48000, 20_400, true}, {48000, 44100, 20_400, true}, {96000, 44100, 15_000, true},
		{48000, 96000, 22_000, true}, {192000, 44100, 440, true}, {22050, 48000, 10_000, true},
		{48000, 44100, 22_300, false}, {96000, 48000, 25_000, false}, {192000, 44100, 60_000, false},
	} {
		in := tone(t, tc.from, tc.from/2, tc.hz)
		got, _ := render(t, []mix.Track{{Name: "a", Audio: in}}, mix.Options{Rate: tc.to, Resample: true, BitDepth: 32, Float: true})
		frames := len(got) / 4
		require.Equal(t, tc.to/2, frames)
		worst := 0.0
		for i := 4000; i < frames-4000; i++ {
			want := 0.0
			if tc.passes {
				want = 0.5 * math.Sin(2*math.Pi*tc.hz*float64(i)/float64(tc.to))
			}
			x := float64(math.Float32frombits(binary.LittleEndian.Uint32(got[4*i:])))
			worst = max(worst, math.Abs(x-want))
		}
		t.Logf("%d to %d, %g Hz: %.1f dBFS", tc.from, tc.to, tc.hz, pcm.DBFS(worst))
		require.Less(t, pcm.DBFS(worst), -120.0, "%d to %d, %g Hz", tc.from, tc.to, tc.hz)
	}
}

// However far apart rates are, and whatever they are, memory is bounded: a window of
// what is converted, and the coefficients of all kernels together.
func TestResamplingIsBounded(t *testing.T) {
	in := func(rate, frames int) pcm.Reader {
		return noise(t, pcm.Format{SampleRate: rate, Channels: 2, BitDepth: 16}, frames, 1)
	}
	largest := &asked{Reader: in(384_000, 960_000)}
	got, _ := render(t, []mix.Track{{Name: "a", Audio: largest}}, mix.Options{Rate: 8000, Resample: true, BitDepth: 16})
	require.Len(t, got, 960_000/48*4)
	require.Less(t, largest.most.Load(), int64(1_100_000))

	_, err := mix.New([]mix.Track{{Name: "a", Audio: in(pcm.MaxSampleRate, 10)}}, mix.Options{Rate: 8192, Resample: true, BitDepth: 16})
	require.ErrorIs(t, err, mix.ErrRefused)
	require.ErrorContains(t, err, "too far apart")

	var many []mix.Track
	for rate := 40_010; rate < 44_000; rate += 20 {
		many = append(many, mix.Track{Name: "a", Audio: noise(t, pcm.Format{SampleRate: rate, Channels: 1, BitDepth: 16}, 10, 1)})
	}
	opts := mix.Options{Rate: 48_000, Resample: true, BitDepth: 16}
	_, err = mix.New(many[:1], opts)
	require.NoError(t, err)
	_, err = mix.New(many, opts)
	require.ErrorIs(t, err, mix.ErrRefused)
}

// asked notes the longest read.
type asked struct {
	pcm.Reader
	most atomic.Int64
}

func (a *asked) ReadFrames(p []byte, at int64) (int, error) {
	a.most.Store(max(a.most.Load(), int64(len(p))))
	return a.Reader.ReadFrames(p, at)
}

func TestRefusals(t *testing.T) {
	a := mix.Track{Name: "a", Audio: noise(t, stereo16, 10, 1)}
	b := mix.Track{Name: "b", Audio: noise(t, pcm.Format{SampleRate: 44100, Channels: 2, BitDepth: 16}, 10, 1)}
	_, err := mix.New([]mix.Track{a, b}, mix.Options{BitDepth: 16})
	require.ErrorIs(t, err, mix.ErrRefused)
	require.ErrorContains(t, err, "the mix is at 48000 Hz, and b is at 44100 Hz")
	var rate *mix.RateError
	require.ErrorAs(t, err, &rate)
	b.Audio = noise(t, pcm.Format{SampleRate: 44101, Channels: 2, BitDepth: 16}, 10, 1)
	_, err = mix.New([]mix.Track{a, b}, mix.Options{BitDepth: 16, Resample: true})
	require.ErrorContains(t, err, "no simple ratio")
	b.Audio = noise(t, pcm.Format{SampleRate: 48000, Channels: 6, BitDepth: 16}, 10, 1)
	_, err = mix.New([]mix.Track{a, b}, mix.Options{BitDepth: 16})
	require.ErrorContains(t, err, "6 channels, and a has 2")
	for _, opts := range []mix.Options{{BitDepth: 12}, {BitDepth: 64, Float: true}, {BitDepth: 16, Rate: -1}} {
		_, err = mix.New([]mix.Track{a}, opts)
		require.Error(t, err)
	}
	_, err = mix.New(nil, mix.Options{BitDepth: 16})
	require.ErrorIs(t, err, mix.ErrRefused)
	a.Start = -1
	_, err = mix.New([]mix.Track{a}, mix.Options{BitDepth: 16})
	require.ErrorIs(t, err, mix.ErrRefused)
}

// short is a file that has fewer frames than it claims.
type short struct{ pcm.Reader }

func (s short) Frames() int64 { return s.Reader.Frames() + 1 }

var errDisk = errors.New("disk")

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errDisk }

func TestFailures(t *testing.T) {
	m, err := mix.New([]mix.Track{{Name: "bass.wav", Audio: short{noise(t, stereo16, 100_000, 1)}}}, mix.Options{BitDepth: 16, Workers: 2})
	require.NoError(t, err)
	_, err = m.Render(context.Background(), io.Discard, nil)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.ErrorContains(t, err, "bass.wav: frame 100000")
	m, err = mix.New([]mix.Track{{Name: "a", Audio: noise(t, stereo16, 1_000_000, 1)}}, mix.Options{BitDepth: 16, Workers: 2})
	require.NoError(t, err)
	_, err = m.Render(context.Background(), failing{}, nil)
	require.ErrorIs(t, err, errDisk)
	ctx, cancel := context.WithCancel(context.Background())
	_, err = m.Render(ctx, io.Discard, func(int64) { cancel() })
	require.ErrorIs(t, err, context.Canceled)
}

func BenchmarkMix(b *testing.B) {
	var tracks []mix.Track
	f := pcm.Format{SampleRate: 48000, Channels: 2, BitDepth: 24}
	for i := range 10 {
		tracks = append(tracks, mix.Track{Name: "a", Audio: noise(b, f, 480_000, uint64(i)), Gain: -1000 * i, Pan: i})
	}
	m, err := mix.New(tracks, mix.Options{BitDepth: 24, Workers: runtime.GOMAXPROCS(0)})
	require.NoError(b, err)
	b.SetBytes(10 * 480_000 * 6)
	for b.Loop() {
		_, err := m.Render(context.Background(), io.Discard, nil)
		require.NoError(b, err)
	}
}
