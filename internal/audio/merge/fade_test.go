package merge_test

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/audio/edit"
	"github.com/parrots-music/parrots/internal/audio/merge"
	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// level is frames of a mono format that are all v.
func level(f pcm.Format, v float64, frames int) []byte {
	var b []byte
	for range frames {
		switch {
		case f.Float && f.BitDepth == 64:
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
		case f.Float:
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(v)))
		default:
			p := make([]byte, f.SampleSize())
			pcm.PutInt(p, f.SampleSize(), int32(v))
			b = append(b, p...)
		}
	}
	return b
}

func levels(f pcm.Format, p []byte) []float64 {
	var list []float64
	for i := 0; i < len(p); i += f.SampleSize() {
		switch {
		case f.Float && f.BitDepth == 64:
			list = append(list, math.Float64frombits(binary.LittleEndian.Uint64(p[i:])))
		case f.Float:
			list = append(list, float64(math.Float32frombits(binary.LittleEndian.Uint32(p[i:]))))
		default:
			list = append(list, float64(pcm.Int(p[i:], f.SampleSize())))
		}
	}
	return list
}

// fadedMerge merges a change of ours of a base of zeros into one of theirs that is far
// away, and returns the samples.
func fadedMerge(t *testing.T, f pcm.Format, base []byte, at edit.Range, insert []byte, crossfade int64) []float64 {
	t.Helper()
	size := int64(f.SampleSize())
	n := int64(len(base)) / size
	insertion := int64(len(insert)) / size
	kept := []edit.Match{{Len: at.From}, {Base: at.To, Other: at.From + insertion, Len: n - at.To}}
	ours := slices.Concat(base[:at.From*size], insert, base[at.To*size:])
	theirs := append(slices.Clone(base[:len(base)-int(size)]), level(f, 5, 1)...)
	open := func(b []byte) pcm.Reader {
		r, err := pcm.NewBuffer(f, b)
		require.NoError(t, err)
		return r
	}
	plan, err := merge.Make(open(base),
		merge.Side{Audio: open(ours), Script: edit.Build(kept, n, int64(len(ours))/size)},
		merge.Side{Audio: open(theirs), Script: edit.Build([]edit.Match{{Len: n - 1}}, n, n)})
	require.NoError(t, err)
	require.Empty(t, plan.Conflicts)
	return levels(f, copiedBytes(t, plan, crossfade))
}

func copiedBytes(t *testing.T, plan *merge.Plan, crossfade int64) []byte {
	t.Helper()
	var out writer
	require.NoError(t, plan.Copy(t.Context(), &out, crossfade))
	return out
}

type writer []byte

func (w *writer) Write(p []byte) (int, error) { *w = append(*w, p...); return len(p), nil }

func TestCrossfadeLiesWithinTheEdit(t *testing.T) {
	mono := pcm.Format{SampleRate: 8000, Channels: 1, BitDepth: 16}
	base := level(mono, 0, 20)
	// Three of ten frames fade in, three out: 1/4, 2/4, 3/4 of 100, and back.
	got := fadedMerge(t, mono, base, edit.Range{From: 4, To: 14}, level(mono, 100, 10), 3)
	require.Equal(t, []float64{
		0, 0, 0, 0, 25, 50, 75, 100, 100, 100, 100, 75, 50, 25, 0, 0, 0, 0, 0, 5,
	}, got)
	// No fade is longer than half the edit.
	got = fadedMerge(t, mono, base, edit.Range{From: 4, To: 8}, level(mono, 90, 4), 480)
	require.Equal(t, []float64{0, 0, 0, 0, 30, 60, 60, 30, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5}, got)
	// At the beginning there is nothing to fade from.
	got = fadedMerge(t, mono, base, edit.Range{From: 0, To: 4}, level(mono, 90, 4), 2)
	require.Equal(t, []float64{90, 90, 60, 30, 0}, got[:5])
	// Without a crossfade nothing but frames of the three is in the result.
	got = fadedMerge(t, mono, base, edit.Range{From: 4, To: 8}, level(mono, 90, 4), 0)
	require.Equal(t, []float64{0, 90, 90, 90, 90, 0}, got[3:9])
}

func TestCrossfadeOfADeletionFadesOutWhatIsGone(t *testing.T) {
	mono := pcm.Format{SampleRate: 8000, Channels: 1, BitDepth: 24}
	base := slices.Concat(level(mono, 0, 4), level(mono, 400, 10), level(mono, -400, 12))
	got := fadedMerge(t, mono, base, edit.Range{From: 4, To: 14}, nil, 3)
	require.Equal(t, []float64{0, 0, 0, 0, 200, 0, -200, -400, -400}, got[:9])
	require.Len(t, got, 16)
}

func TestCrossfadeRoundsToTheNearest(t *testing.T) {
	mono := pcm.Format{SampleRate: 8000, Channels: 1, BitDepth: 16}
	// Halves of 5 and of -5, thirds of 32767 and -32768.
	require.Equal(t, []float64{3, 5}, fadedMerge(t, mono, level(mono, 0, 20), edit.Range{From: 4, To: 7}, level(mono, 5, 3), 1)[4:6])
	require.Equal(t, []float64{-2, -5}, fadedMerge(t, mono, level(mono, 0, 20), edit.Range{From: 4, To: 7}, level(mono, -5, 3), 1)[4:6])
	require.Equal(t, []float64{-10923, 10922}, fadedMerge(t, mono, level(mono, -32768, 20), edit.Range{From: 4, To: 9}, level(mono, 32767, 5), 2)[4:6])
}

func TestCrossfadeHasNoMoreBitsThanTheFormat(t *testing.T) {
	mono := pcm.Format{SampleRate: 8000, Channels: 1, BitDepth: 20}
	got := fadedMerge(t, mono, level(mono, 0, 20), edit.Range{From: 4, To: 7}, level(mono, 5<<4, 3), 1)
	require.Equal(t, []float64{3 << 4, 5 << 4}, got[4:6])
}

func TestCrossfadeOfFloats(t *testing.T) {
	for _, depth := range []int{32, 64} {
		mono := pcm.Format{SampleRate: 8000, Channels: 1, BitDepth: depth, Float: true}
		got := fadedMerge(t, mono, level(mono, 0, 20), edit.Range{From: 4, To: 14}, level(mono, 1, 10), 3)
		require.Equal(t, []float64{0, 0.25, 0.5, 0.75, 1, 1, 1, 1, 0.75, 0.5, 0.25, 0}, got[3:15])
		// What is no number is not computed with: the frames of the edit stay.
		got = fadedMerge(t, mono, level(mono, math.NaN(), 20), edit.Range{From: 4, To: 14}, level(mono, 1, 10), 3)
		require.Equal(t, []float64{1, 1, 1}, got[4:7])
	}
	// A third of the way, as every machine computes it: (0.1*2 + 0.7*1) / 3.
	mono := pcm.Format{SampleRate: 8000, Channels: 1, BitDepth: 64, Float: true}
	got := fadedMerge(t, mono, level(mono, 0.1, 20), edit.Range{From: 4, To: 8}, level(mono, 0.7, 4), 2)
	require.Equal(t, uint64(0x3fd3333333333333), math.Float64bits(got[4]))
}

func TestCrossfadeKeepsMergesAlike(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 11))
	for range 100 {
		base := noise(r, 400)
		x := randomEdits(r, 400, 3, nil)
		y := randomEdits(r, 400, 6, ranges(x))
		ours, theirs := side(t, base, x), side(t, base, y)
		a, err := merge.Make(reader(t, base), ours, theirs)
		require.NoError(t, err)
		b, err := merge.Make(reader(t, base), theirs, ours)
		require.NoError(t, err)
		require.Equal(t, copied(t, a, 5), copied(t, b, 5))
		require.Len(t, copied(t, a, 5), len(copied(t, a, 0)))
	}
}
