package diff_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/audio/compare"
	"github.com/parrots-music/parrots/internal/audio/diff"
)

// TestFindingsHoldTogether makes versions by random edits, gains and dither, and checks
// what has to be true of every finding.
func TestFindingsHoldTogether(t *testing.T) {
	for seed := range uint64(24) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(seed, 1))
			base := song(seed, 60_000)
			other := edited(r, base)
			depth, f := 24, stereo
			if r.IntN(2) == 0 {
				depth, f = 16, short
			}
			a, b := base.pack(depth), other.pack(depth)
			if r.IntN(3) == 0 {
				a, b = base.dithered(depth, 1, 0), other.dithered(depth, 2, float64(r.IntN(2)))
			}
			s := compared(t, wavOf(f, a), wavOf(f, b), "a.wav")
			holdsTogether(t, *s.Finding)
			again := compared(t, wavOf(f, a), wavOf(f, b), "a.wav")
			require.Equal(t, s, again, "the same each time")
			exact, err := diff.Compare(t.Context(), fileOf(wavOf(f, a)), fileOf(wavOf(f, b)), diff.Options{Exact: true})
			require.NoError(t, err)
			require.GreaterOrEqual(t, exact.Finding.Script.Kept(), s.Finding.Script.Kept(), "explaining keeps no more")
			require.Equal(t, diff.SameFile, compared(t, wavOf(f, a), wavOf(f, a), "a.wav").What)
		})
	}
}

// edited returns a version that somebody may have made.
func edited(r *rand.Rand, s sound) sound {
	take := song(r.Uint64(), s.frames())
	for range r.IntN(4) {
		from := r.IntN(s.frames() / 2)
		to := from + 1 + r.IntN(s.frames()/3)
		switch r.IntN(5) {
		case 0:
			s = s.cut(0, from).then(take.cut(0, to-from), s.cut(to, s.frames()))
		case 1:
			s = s.cut(0, from).then(s.cut(to, s.frames()))
		case 2:
			s = s.cut(0, to).then(s.cut(from, s.frames()))
		case 3:
			s = s.cut(0, from).then(silence(to-from), s.cut(to, s.frames()))
		case 4:
			s = s.cut(0, from).then(s.cut(from, to).gain(0.7), s.cut(to, s.frames()))
		}
	}
	if r.IntN(3) == 0 {
		s = s.gain(math.Pow(10, -r.Float64()))
	}
	return s
}

// holdsTogether checks that regions are what is not kept, in order and without a gap.
func holdsTogether(t *testing.T, f compare.Finding) {
	base, other := f.Script.Lengths()
	require.NoError(t, f.Script.Validate(base, other))
	next := 0
	for _, span := range f.Script.Changes() {
		b, o := span.Base.From, span.Other.From
		for ; next < len(f.Regions) && f.Regions[next].Other.To <= span.Other.To && f.Regions[next].Base.To <= span.Base.To; next++ {
			r := f.Regions[next]
			require.Equal(t, [2]int64{b, o}, [2]int64{r.Base.From, r.Other.From})
			require.Positive(t, r.Base.Len()+r.Other.Len())
			if r.Transform != nil {
				require.Equal(t, r.Base.Len(), r.Other.Len())
				require.Len(t, r.Transform.Gains, 2)
			}
			b, o = r.Base.To, r.Other.To
		}
		require.Equal(t, [2]int64{span.Base.To, span.Other.To}, [2]int64{b, o})
	}
	require.Len(t, f.Regions, next)
	script, n := f.Rendered()
	require.NoError(t, script.Validate(base, other))
	require.Equal(t, f.Script.Kept()+n, script.Kept())
}
