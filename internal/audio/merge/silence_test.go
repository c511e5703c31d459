package merge_test

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/audio/align"
	"github.com/parrots-music/parrots/internal/audio/edit"
	"github.com/parrots-music/parrots/internal/audio/merge"
)

// silence is frames of which every byte is the same.
func silence(frames int64, value byte) []byte {
	return bytes.Repeat([]byte{value}, int(frames)*stereo.FrameSize())
}

// However much of a recording a side replaces, the other side's changes of the rest
// are merged, and conflict if and only if they overlap or touch it.
func TestLargeEditsConflictIfAndOnlyIfTheyOverlapOrTouch(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 11))
	var conflicts, clean int
	for range 1500 {
		base := noise(r, 300+r.Int64N(300))
		n := int64(len(base) / stereo.FrameSize())
		left := 1 + r.Int64N(n/16) // frames that theirs keeps
		begin := r.Int64N(left + 1)
		y := []change{{edit.Range{From: begin, To: n - (left - begin)}, noise(r, r.Int64N(2*n))}}
		at := r.Int64N(n + 1)
		if r.IntN(2) == 0 { // as likely as not in what is left
			if at = r.Int64N(left + 1); at > begin {
				at += y[0].at.Len()
			}
		}
		x := []change{{edit.Range{From: at, To: min(n, at+r.Int64N(3))}, noise(r, 1+r.Int64N(20))}}
		ours, theirs := side(t, base, x), side(t, base, y)
		plan, err := merge.Make(reader(t, base), ours, theirs)
		require.NoError(t, err)
		require.Equal(t, touch(x[0].at, y[0].at), len(plan.Conflicts) > 0, "%v and %v of %d", x[0].at, y[0].at, n)
		if len(plan.Conflicts) > 0 {
			conflicts++
			continue
		}
		clean++
		both := []change{x[0], y[0]}
		slices.SortFunc(both, func(a, b change) int { return int(a.at.From - b.at.From) })
		want, _ := apply(base, both)
		require.Equal(t, want, copied(t, plan, 0))
		require.Equal(t, want, result(t, base, theirs, ours))
	}
	require.Greater(t, conflicts, 200)
	require.Greater(t, clean, 200)
}

// aligned is a version with the script that is found, not told.
func aligned(t *testing.T, base, other []byte) merge.Side {
	t.Helper()
	script, err := align.Align(t.Context(), reader(t, base), reader(t, other), align.Options{})
	require.NoError(t, err)
	return merge.Side{Audio: reader(t, other), Script: script}
}

// The other side punches in what little is left.
func TestMergeOfNearlyEverythingThatTheAlignerFinds(t *testing.T) {
	r := rand.New(rand.NewPCG(12, 12))
	base := noise(r, 200_000)
	theirs, _ := apply(base, []change{{edit.Range{From: 0, To: 194_000}, noise(r, 190_000)}})
	ours, _ := apply(base, []change{{edit.Range{From: 196_000, To: 197_000}, noise(r, 1000)}})
	want, _ := apply(theirs, []change{{edit.Range{From: 192_000, To: 193_000}, ours[196_000*6 : 197_000*6]}})
	require.Equal(t, want, result(t, base, aligned(t, base, ours), aligned(t, base, theirs)))
}

// Two recordings that share nothing but a silence do not become one.
func TestUnrelatedRecordingsThatShareASilence(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 13))
	for _, value := range []byte{0, 7} {
		base := slices.Concat(silence(3000, value), noise(r, 100_000), silence(2000, value))
		for _, theirs := range [][]byte{
			slices.Concat(silence(3000, value), noise(r, 100_000), silence(2000, value)),
			slices.Concat(silence(2500, value), noise(r, 80_000), silence(2500, value)),
			slices.Concat(noise(r, 120_000), silence(100, value)),
		} {
			for _, x := range []change{
				{edit.Range{From: 1000, To: 1500}, noise(r, 500)},
				{edit.Range{From: 0, To: 0}, noise(r, 800)},
				{edit.Range{From: 104_000, To: 104_500}, noise(r, 10)},
			} {
				ours, _ := apply(base, []change{x})
				plan, err := merge.Make(reader(t, base), aligned(t, base, ours), aligned(t, base, theirs))
				require.NoError(t, err)
				require.Len(t, plan.Conflicts, 1)
				require.Equal(t, []merge.Source{merge.Theirs}, plan.Conflicts[0].Everything)
			}
		}
	}
}

// On a track that nobody has played on, silence is the common place.
func TestTwoWhoPlayOnAnEmptyTrack(t *testing.T) {
	r := rand.New(rand.NewPCG(14, 14))
	base := silence(100_000, 0)
	x := change{edit.Range{From: 0, To: 97_000}, noise(r, 97_000)}
	y := change{edit.Range{From: 98_000, To: 99_000}, noise(r, 1000)}
	want, _ := apply(base, []change{x, y})
	require.Equal(t, want, result(t, base, side(t, base, []change{x}), side(t, base, []change{y})))
}

// One phrase is sung anew, another one comes: each in its place in a long silence.
func TestPhrasesInSilence(t *testing.T) {
	r := rand.New(rand.NewPCG(15, 15))
	base := slices.Concat(silence(50_000, 0), noise(r, 20_000), silence(130_000, 0))
	x := change{edit.Range{From: 50_000, To: 70_000}, noise(r, 20_000)}
	y := change{edit.Range{From: 150_000, To: 160_000}, noise(r, 10_000)}
	want, _ := apply(base, []change{x, y})
	ours, _ := apply(base, []change{x})
	theirs, _ := apply(base, []change{y})
	require.Equal(t, want, result(t, base, aligned(t, base, ours), aligned(t, base, theirs)))
}
