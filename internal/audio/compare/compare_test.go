package compare_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/audio/compare"
	"github.com/parrots-music/parrots/internal/audio/edit"
	"github.com/parrots-music/parrots/internal/audio/pcm"
)

var (
	stereo = pcm.Format{SampleRate: 48000, Channels: 2, BitDepth: 24}
	floats = pcm.Format{SampleRate: 48000, Channels: 2, BitDepth: 32, Float: true}
)

// music is a few partials under a little noise, of 40,000 frames, by channel.
func music(seed uint64) [2][]float64 {
	r := rand.New(rand.NewPCG(seed, 1))
	var out [2][]float64
	for c := range out {
		f := 0.01 + 0.02*r.Float64()
		for i := range 40_000 {
			x := float64(i)
			out[c] = append(out[c], 0.3*math.Sin(f*x)+0.1*math.Sin(2.7*f*x+x*x*1e-7)+0.01*(r.Float64()-0.5))
		}
	}
	return out
}

// frames makes 24-bit frames of two channels.
func frames(t *testing.T, x [2][]float64) pcm.Reader {
	t.Helper()
	data := make([]byte, len(x[0])*stereo.FrameSize())
	for i := range x[0] {
		for c := range x {
			pcm.PutInt(data[(2*i+c)*3:], 3, int32(math.Round(x[c][i]*(1<<23-1))))
		}
	}
	b, err := pcm.NewBuffer(stereo, data)
	require.NoError(t, err)
	return b
}

func each(x [2][]float64, change func(i int, v float64) float64) [2][]float64 {
	var out [2][]float64
	for c := range x {
		for i, v := range x[c] {
			out[c] = append(out[c], change(i, v))
		}
	}
	return out
}

func compared(t *testing.T, base, other pcm.Reader) compare.Finding {
	t.Helper()
	f, err := compare.Compare(t.Context(), base, other, compare.Options{})
	require.NoError(t, err)
	holds(t, f, base.Frames(), other.Frames())
	return f
}

// holds checks what is true of every finding: the script is one of both, and the regions
// are, in order, all that it changed.
func holds(t *testing.T, f compare.Finding, base, other int64) {
	t.Helper()
	require.NoError(t, f.Script.Validate(base, other))
	changes := f.Script.Changes()
	var at edit.Range
	for _, r := range f.Regions {
		i := slices.IndexFunc(changes, func(s edit.Span) bool { return s.Base.Contains(r.Base) && s.Other.Contains(r.Other) })
		require.GreaterOrEqual(t, i, 0, "%v", r)
		require.LessOrEqual(t, at.From, r.Base.From)
		require.LessOrEqual(t, at.To, r.Other.From)
		at = edit.Range{From: r.Base.To, To: r.Other.To}
	}
	var changed, explained int64
	for _, s := range changes {
		changed += s.Base.Len() + s.Other.Len()
	}
	for _, r := range f.Regions {
		explained += r.Base.Len() + r.Other.Len()
		for _, v := range []float64{r.Before.Peak, r.Before.RMS, r.After.Peak, r.After.RMS, r.Difference.Peak, r.Difference.RMS} {
			require.False(t, math.IsNaN(v) || v < 0, "%v", r)
		}
	}
	require.Equal(t, changed, explained)
	script, _ := f.Rendered()
	require.NoError(t, script.Validate(base, other))
}

func TestNamesWhatWasDoneToAllOfIt(t *testing.T) {
	x := music(1)
	base := frames(t, x)
	for name, c := range map[string]struct {
		other    [2][]float64
		gains    []float64
		channels []int
	}{
		"gain":     {each(x, func(_ int, v float64) float64 { return v * math.Pow(10, -3.0/20) }), []float64{0.7079, 0.7079}, []int{0, 1}},
		"polarity": {each(x, func(_ int, v float64) float64 { return -v }), []float64{-1, -1}, []int{0, 1}},
		"swapped":  {[2][]float64{x[1], x[0]}, []float64{1, 1}, []int{1, 0}},
		"one side": {[2][]float64{x[0], each(x, func(_ int, v float64) float64 { return v / 2 })[1]}, []float64{1, 0.5012}, []int{0, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			f := compared(t, base, frames(t, c.other))
			require.NotNil(t, f.Whole)
			require.Equal(t, c.channels, f.Whole.Channels)
			require.InDeltaSlice(t, c.gains, f.Whole.Gains, 2e-3)
			require.False(t, f.Whole.Identity())
			require.False(t, f.OnlyRendered())
		})
	}
}

func TestNoTransformOfUnrelatedMusic(t *testing.T) {
	f := compared(t, frames(t, music(1)), frames(t, music(2)))
	require.Nil(t, f.Whole)
	require.Positive(t, f.Residual.RMS)
	_, n := f.Rendered()
	require.Zero(t, n, "merge must not take it for the same")
}

func TestAFadeIsNamed(t *testing.T) {
	x := music(1)
	f := compared(t, frames(t, x), frames(t, each(x, func(i int, v float64) float64 {
		return v * (1 - max(float64(i-20_000), 0)/20_001)
	})))
	require.Len(t, f.Regions, 1)
	require.NotNil(t, f.Regions[0].Fade)
	require.Greater(t, f.Regions[0].Fade.From, f.Regions[0].Fade.To)
}

func TestDitherIsRenderedAndAPunchInIsNot(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	x := music(1)
	dithered := each(x, func(_ int, v float64) float64 { return v + (r.Float64()-r.Float64())/(1<<23) })
	f := compared(t, frames(t, x), frames(t, dithered))
	require.True(t, f.OnlyRendered())
	script, _ := f.Rendered()
	require.True(t, script.Same())
	punch := music(4)
	for c := range dithered {
		copy(dithered[c][10_000:20_000], punch[c])
	}
	f = compared(t, frames(t, x), frames(t, dithered))
	require.False(t, f.OnlyRendered())
	script, _ = f.Rendered()
	require.Len(t, script.Changes(), 1)
	require.Equal(t, edit.Range{From: 10_000, To: 20_000}, script.Changes()[0].Base)
}

func TestDelay(t *testing.T) {
	x := music(1)
	late := [2][]float64{append(make([]float64, 700), x[0]...), append(make([]float64, 700), x[1]...)}
	require.EqualValues(t, 700, compared(t, frames(t, x), frames(t, late)).Delay())
	require.EqualValues(t, -700, compared(t, frames(t, late), frames(t, x)).Delay())
	require.Zero(t, compared(t, frames(t, x), frames(t, x)).Delay())
}

// A stranger's floats may be anything, and audio of any length may meet any other.
func TestHostileSamples(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	special := []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)), math.MaxFloat32, -math.MaxFloat32, math.SmallestNonzeroFloat32, 0}
	make1 := func(frames int) pcm.Reader {
		data := make([]byte, frames*floats.FrameSize())
		for i := 0; i < len(data); i += 4 {
			v := math.Float32bits(r.Float32() - 0.5)
			if r.IntN(3) == 0 {
				v = math.Float32bits(special[r.IntN(len(special))])
			}
			pcm.PutInt(data[i:], 4, int32(v))
		}
		b, err := pcm.NewBuffer(floats, data)
		require.NoError(t, err)
		return b
	}
	for range 20 {
		for _, n := range []int{0, 1, 2, 1023, 1024, 5000} {
			compared(t, make1(n), make1(r.IntN(3000)))
		}
	}
}

func TestWhatCannotBeCompared(t *testing.T) {
	mono, err := pcm.NewBuffer(pcm.Format{SampleRate: 48000, Channels: 1, BitDepth: 24}, make([]byte, 300))
	require.NoError(t, err)
	f, err := compare.Compare(t.Context(), frames(t, music(1)), mono, compare.Options{})
	require.NoError(t, err)
	require.False(t, f.Comparable())
	require.False(t, f.Same())
	require.Empty(t, f.Regions)
}

// broken fails behind some frames.
type broken struct{ pcm.Reader }

var errBroken = errors.New("the disk is gone")

func (b broken) ReadFrames(p []byte, at int64) (int, error) {
	if at > 15_000 {
		return 0, errBroken
	}
	return b.Reader.ReadFrames(p, at)
}

func TestErrorsAndCancelling(t *testing.T) {
	base, other := frames(t, music(1)), frames(t, music(2))
	_, err := compare.Compare(t.Context(), base, broken{other}, compare.Options{})
	require.ErrorIs(t, err, errBroken)
	_, err = compare.Compare(t.Context(), broken{base}, other, compare.Options{Exact: true})
	require.ErrorIs(t, err, errBroken)
	ctx, cancel := context.WithCancel(t.Context())
	_, err = compare.Compare(ctx, base, other, compare.Options{Progress: func(int64) { cancel() }})
	require.ErrorIs(t, err, context.Canceled)
}
