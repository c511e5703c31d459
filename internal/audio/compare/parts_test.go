package compare

import (
	"math"
	"math/cmplx"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/audio/edit"
	"github.com/parrots-music/parrots/internal/audio/pcm"
)

func TestFourier(t *testing.T) {
	const n = 64
	r := rand.New(rand.NewPCG(1, 2))
	x, want := make([]complex128, n), make([]complex128, n)
	for i := range x {
		x[i] = complex(r.NormFloat64(), r.NormFloat64())
	}
	for k := range want {
		for i, v := range x {
			want[k] += v * cmplx.Exp(complex(0, -2*math.Pi*float64(i*k)/n))
		}
	}
	got := append([]complex128(nil), x...)
	f := newFourier(n)
	f.transform(got)
	for k := range want {
		require.Less(t, cmplx.Abs(want[k]-got[k]), 1e-12)
	}
	f.inverse(got)
	for i := range x {
		require.Less(t, cmplx.Abs(x[i]-got[i]), 1e-12)
	}
}

// TestWideningKeepsEveryValue reads random samples of every format in the format that
// it has in common with another.
func TestWideningKeepsEveryValue(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var formats []pcm.Format
	for _, depth := range []int{8, 16, 20, 24, 32} {
		formats = append(formats, pcm.Format{SampleRate: 48000, Channels: 2, BitDepth: depth})
	}
	for _, depth := range []int{32, 64} {
		formats = append(formats, pcm.Format{SampleRate: 48000, Channels: 2, BitDepth: depth, Float: true})
	}
	for _, f := range formats {
		data := make([]byte, 40*f.FrameSize())
		for i := 0; i < len(data); i += f.SampleSize() {
			if f.Float {
				pcm.PutInt(data[i+f.SampleSize()-4:], 4, int32(r.Uint32()&^(1<<30))) // no NaN
			} else {
				pcm.PutInt(data[i:], f.SampleSize(), int32(r.Uint32())>>(32-8*f.SampleSize())&^(1<<(8*f.SampleSize()-f.BitDepth)-1))
			}
		}
		source, err := pcm.NewBuffer(f, data)
		require.NoError(t, err)
		want := make([]float64, 80)
		f.Floats(want, data)
		for _, g := range formats {
			wide := common(f, g)
			require.Equal(t, wide, common(g, f))
			require.NoError(t, wide.Check())
			w := widen(source, wide)
			p := make([]byte, 40*wide.FrameSize())
			n, err := w.ReadFrames(p, 0)
			require.NoError(t, err)
			require.Equal(t, 40, n)
			got := make([]float64, 80)
			wide.Floats(got, p)
			require.Equal(t, want, got, "%s as %s", f, wide)
		}
	}
}

func TestUsedBits(t *testing.T) {
	for _, c := range []struct{ size, used int }{{3, 16}, {3, 24}, {3, 8}, {3, 17}, {4, 16}, {4, 24}, {4, 31}, {2, 16}} {
		b := bits{format: pcm.Format{SampleRate: 1, Channels: 1, BitDepth: 8 * c.size}}
		require.Zero(t, b.depth())
		raw := make([]byte, 101*c.size)
		b.note(raw)
		require.Equal(t, 8*c.size, b.depth(), "silence says nothing")
		pcm.PutInt(raw[77*c.size:], c.size, 1<<(8*c.size-c.used))
		b.note(raw)
		require.Equal(t, c.used, b.depth())
	}
}

func TestNeatFactors(t *testing.T) {
	require.Equal(t, math.Pow(10, -3.0/20), neat(0.70794))
	require.Equal(t, -1.0, neat(-1.00001))
	require.Equal(t, 0.70794*1.0005, neat(0.70794*1.0005), "what is near no hundredth of a dB stays")
	require.InDelta(t, 0.5, neat(0.5), 1e-4)
}

// TestRenderedCountsAsKept is what merge relies on.
func TestRenderedCountsAsKept(t *testing.T) {
	again := &Transform{Gains: []float64{1}, Channels: []int{0}}
	louder := &Transform{Gains: []float64{2}, Channels: []int{0}}
	r := func(from, to int64) edit.Range { return edit.Range{From: from, To: to} }
	f := Finding{
		Whole:  again,
		Script: edit.Build([]edit.Match{{Base: 0, Other: 0, Len: 10}, {Base: 50, Other: 60, Len: 10}}, 80, 90),
		Regions: []Region{
			{Kind: edit.Replaced, Base: r(10, 30), Other: r(10, 30), Transform: again},
			{Kind: edit.Inserted, Base: r(30, 30), Other: r(30, 40)},
			{Kind: edit.Replaced, Base: r(30, 50), Other: r(40, 60), Transform: again},
			{Kind: edit.Replaced, Base: r(60, 80), Other: r(70, 90), Transform: louder},
		},
	}
	script, n := f.Rendered()
	require.EqualValues(t, 40, n)
	require.NoError(t, script.Validate(80, 90))
	require.Equal(t, []edit.Span{
		{Kind: edit.Inserted, Base: r(30, 30), Other: r(30, 40)},
		{Kind: edit.Replaced, Base: r(60, 80), Other: r(70, 90)},
	}, script.Changes())
}
