package merge_test

import (
	"bytes"
	"io"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/audio/align"
	"github.com/parrots-music/parrots/internal/audio/edit"
	"github.com/parrots-music/parrots/internal/audio/merge"
	"github.com/parrots-music/parrots/internal/audio/pcm"
)

var stereo = pcm.Format{SampleRate: 48000, Channels: 2, BitDepth: 24}

// change is an edit in the base's frames: those of at give way to insert.
type change struct {
	at     edit.Range
	insert []byte
}

// noise returns frames that nobody has heard yet.
func noise(r *rand.Rand, frames int64) []byte {
	b := make([]byte, frames*int64(stereo.FrameSize()))
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

// apply makes edits, sorted and apart, of base, and says how it went.
func apply(base []byte, edits []change) ([]byte, edit.Script) {
	size := int64(stereo.FrameSize())
	var out []byte
	var kept []edit.Match
	at := int64(0)
	keep := func(to int64) {
		kept = append(kept, edit.Match{Base: at, Other: int64(len(out)) / size, Len: to - at})
		out = append(out, base[at*size:to*size]...)
	}
	for _, e := range edits {
		keep(e.at.From)
		out = append(out, e.insert...)
		at = e.at.To
	}
	n := int64(len(base)) / size
	keep(n)
	return out, edit.Build(kept, n, int64(len(out))/size)
}

func reader(t testing.TB, frames []byte) pcm.Reader {
	t.Helper()
	r, err := pcm.NewBuffer(stereo, frames)
	require.NoError(t, err)
	return r
}

func side(t testing.TB, base []byte, edits []change) merge.Side {
	t.Helper()
	frames, script := apply(base, edits)
	return merge.Side{Audio: reader(t, frames), Script: script}
}

func bytesOf(s merge.Side) []byte { return s.Audio.(*pcm.Buffer).Bytes() }

// result merges without conflict.
func result(t testing.TB, base []byte, ours, theirs merge.Side) []byte {
	t.Helper()
	plan, err := merge.Make(reader(t, base), ours, theirs)
	require.NoError(t, err)
	require.Empty(t, plan.Conflicts)
	return copied(t, plan, 0)
}

func copied(t testing.TB, plan *merge.Plan, crossfade int64) []byte {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, plan.Copy(t.Context(), &out, crossfade))
	n, err := plan.Frames()
	require.NoError(t, err)
	require.EqualValues(t, n*int64(stereo.FrameSize()), out.Len())
	return out.Bytes()
}

// randomEdits makes some edits, with a kept frame or more between each two. They stay
// away from what keep lists, and a frame from its ends.
func randomEdits(r *rand.Rand, frames int64, most int, keep []edit.Range) []change {
	var edits []change
	for at := r.Int64N(20); at <= frames && len(edits) < most; {
		e := change{at: edit.Range{From: at, To: min(frames, at+r.Int64N(30))}}
		switch r.IntN(3) {
		case 0:
			e.at.To = at // only inserted
			e.insert = noise(r, 1+r.Int64N(40))
		case 1:
			e.insert = noise(r, 1+r.Int64N(40))
		}
		apart := !slices.ContainsFunc(keep, func(k edit.Range) bool { return touch(k, e.at) })
		if apart && (len(e.insert) > 0 || !e.at.Empty()) {
			edits = append(edits, e)
		}
		at = e.at.To + 1 + r.Int64N(60)
	}
	return edits
}

// touch says that no kept frame lies between two regions.
func touch(a, b edit.Range) bool { return a.From <= b.To && b.From <= a.To }

func ranges(edits []change) []edit.Range {
	list := make([]edit.Range, len(edits))
	for i, e := range edits {
		list[i] = e.at
	}
	return list
}

// through says where edits of the base lie in what others have made of it.
func through(edits, others []change) []change {
	size := int64(stereo.FrameSize())
	out := slices.Clone(edits)
	for i := range out {
		for _, o := range others {
			if o.at.From < edits[i].at.From {
				shift := int64(len(o.insert))/size - o.at.Len()
				out[i].at.From += shift
				out[i].at.To += shift
			}
		}
	}
	return out
}

func TestDisjointEditsEqualBothEditsInEitherOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 400 {
		base := noise(r, 400+r.Int64N(400))
		n := int64(len(base) / stereo.FrameSize())
		x := randomEdits(r, n, 1+r.IntN(4), nil)
		y := randomEdits(r, n, 1+r.IntN(8), ranges(x))
		ours, theirs := side(t, base, x), side(t, base, y)

		merged := result(t, base, ours, theirs)
		xThenY, _ := apply(bytesOf(ours), through(y, x))
		yThenX, _ := apply(bytesOf(theirs), through(x, y))
		require.Equal(t, xThenY, merged)
		require.Equal(t, yThenX, merged)
		require.Equal(t, merged, result(t, base, theirs, ours))
	}
}

func TestMergeWithTheBaseOrWithItself(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	for range 300 {
		base := noise(r, r.Int64N(600))
		unchanged := side(t, base, nil)
		x := side(t, base, randomEdits(r, int64(len(base)/stereo.FrameSize()), r.IntN(9), nil))
		require.Equal(t, bytesOf(x), result(t, base, x, unchanged))
		require.Equal(t, bytesOf(x), result(t, base, unchanged, x))
		require.Equal(t, bytesOf(x), result(t, base, x, x))
	}
}

func TestConflictIfAndOnlyIfRegionsOverlapOrTouch(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	var conflicts, clean int
	for range 1500 {
		base := noise(r, 300+r.Int64N(300))
		n := int64(len(base) / stereo.FrameSize())
		x, y := randomEdits(r, n, 1+r.IntN(3), nil), randomEdits(r, n, 1+r.IntN(3), nil)
		ours, theirs := side(t, base, x), side(t, base, y)
		want := false
		for _, a := range x {
			for _, b := range y {
				// Two that delete the same made one change.
				same := a.at == b.at && bytes.Equal(a.insert, b.insert)
				want = want || touch(a.at, b.at) && !same
			}
		}
		plan, err := merge.Make(reader(t, base), ours, theirs)
		require.NoError(t, err)
		swapped, err := merge.Make(reader(t, base), theirs, ours)
		require.NoError(t, err)
		require.Equal(t, want, len(plan.Conflicts) > 0, "%v and %v", ranges(x), ranges(y))
		require.Len(t, swapped.Conflicts, len(plan.Conflicts))
		if !want {
			clean++
			require.Equal(t, copied(t, plan, 0), copied(t, swapped, 0))
			continue
		}
		conflicts++
		for i, c := range plan.Conflicts {
			s := swapped.Conflicts[i]
			require.Equal(t, merge.Conflict{Was: c.Was, Ours: c.Theirs, Theirs: c.Ours}, s)
		}
		require.ErrorIs(t, plan.Copy(t.Context(), io.Discard, 0), merge.ErrUndecided)
		// Decided for one side, only what the other did apart from it is left of that.
		require.NoError(t, plan.DecideAll(merge.Ours))
		rest := slices.DeleteFunc(slices.Clone(y), func(b change) bool {
			return slices.ContainsFunc(plan.Conflicts, func(c merge.Conflict) bool { return c.Was.Contains(b.at) })
		})
		require.Equal(t, result(t, base, ours, side(t, base, rest)), copied(t, plan, 0))
		require.NoError(t, swapped.DecideAll(merge.Theirs))
		require.Equal(t, copied(t, plan, 0), copied(t, swapped, 0))
		require.NoError(t, plan.DecideAll(merge.Base))
		require.Error(t, plan.Decide(len(plan.Conflicts), merge.Ours))
	}
	require.Greater(t, conflicts, 200)
	require.Greater(t, clean, 200)
}

// The aligner finds by itself what the other tests tell.
func TestMergeOfWhatTheAlignerFinds(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	base := noise(r, 60_000)
	x := []change{{edit.Range{From: 20_000, To: 24_000}, noise(r, 4000)}}
	y := []change{{edit.Range{From: 40_000, To: 40_000}, noise(r, 9001)}}
	var sides [2]merge.Side
	for i, edits := range [][]change{x, y} {
		frames, _ := apply(base, edits)
		script, err := align.Align(t.Context(), reader(t, base), reader(t, frames), align.Options{})
		require.NoError(t, err)
		sides[i] = merge.Side{Audio: reader(t, frames), Script: script}
	}
	want, _ := apply(base, slices.Concat(x, y))
	require.Equal(t, want, result(t, base, sides[0], sides[1]))
}

func TestTouching(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	base := noise(r, 100)
	at := func(from, to int64, frames int64) change {
		return change{edit.Range{From: from, To: to}, noise(r, frames)}
	}
	same := at(30, 40, 7)
	for _, c := range []struct {
		name     string
		x, y     change
		conflict edit.Range // empty at 0 if there is none
	}{
		{"one kept frame between", at(10, 20, 10), at(21, 30, 9), edit.Range{}},
		{"no kept frame between", at(10, 20, 10), at(20, 30, 9), edit.Range{From: 10, To: 30}},
		{"two insertions at one point", at(50, 50, 3), at(50, 50, 4), edit.Range{From: 50, To: 50}},
		{"insertions a frame apart", at(50, 50, 3), at(51, 51, 4), edit.Range{}},
		{"insertion at the end of what was replaced", at(10, 20, 10), at(20, 20, 4), edit.Range{From: 10, To: 20}},
		{"insertion at the end of what was deleted", at(10, 20, 0), at(20, 20, 4), edit.Range{From: 10, To: 20}},
		{"one within the other", at(10, 60, 5), at(30, 31, 1), edit.Range{From: 10, To: 60}},
		{"at the beginning", at(0, 0, 5), at(0, 1, 1), edit.Range{From: 0, To: 1}},
		{"the same", same, same, edit.Range{}},
		{"deleted by both", at(5, 9, 0), at(5, 9, 0), edit.Range{}},
		{"deleted by both, by one more", at(5, 9, 0), at(5, 10, 0), edit.Range{From: 5, To: 10}},
	} {
		t.Run(c.name, func(t *testing.T) {
			plan, err := merge.Make(reader(t, base), side(t, base, []change{c.x}), side(t, base, []change{c.y}))
			require.NoError(t, err)
			if c.conflict == (edit.Range{}) {
				require.Empty(t, plan.Conflicts)
				return
			}
			require.Len(t, plan.Conflicts, 1)
			require.Equal(t, c.conflict, plan.Conflicts[0].Was)
			require.Empty(t, plan.Conflicts[0].Everything)
		})
	}
}

func TestRegionsOfAConflictInEachSide(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	base := noise(r, 1000)
	ours := side(t, base, []change{
		{edit.Range{From: 10, To: 10}, noise(r, 100)},
		{edit.Range{From: 200, To: 300}, noise(r, 50)},
		{edit.Range{From: 310, To: 320}, nil},
	})
	theirs := side(t, base, []change{{edit.Range{From: 250, To: 315}, noise(r, 5)}})
	plan, err := merge.Make(reader(t, base), ours, theirs)
	require.NoError(t, err)
	require.Equal(t, []merge.Conflict{{
		Was:    edit.Range{From: 200, To: 320},
		Ours:   edit.Range{From: 300, To: 360},
		Theirs: edit.Range{From: 200, To: 260},
	}}, plan.Conflicts)
	require.Equal(t, merge.Counts{Ours: 1}, plan.Taken)
}

func TestASideThatChangedEverything(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	base := noise(r, 1000)
	all := []change{{edit.Range{From: 0, To: 1000}, noise(r, 999)}}
	louder, same := side(t, base, all), side(t, base, all)
	punch := side(t, base, []change{{edit.Range{From: 10, To: 20}, noise(r, 10)}})

	plan, err := merge.Make(reader(t, base), punch, louder)
	require.NoError(t, err)
	require.Equal(t, []merge.Conflict{{
		Was: edit.Range{To: 1000}, Ours: edit.Range{To: 1000}, Theirs: edit.Range{To: 999},
		Everything: []merge.Source{merge.Theirs},
	}}, plan.Conflicts)
	require.NoError(t, plan.DecideAll(merge.Theirs))
	require.Equal(t, bytesOf(louder), copied(t, plan, 480))

	// The other one was told to have, though silence is as silent as before.
	told := punch
	told.Everything = true
	quiet := side(t, base, []change{{edit.Range{From: 500, To: 520}, nil}})
	plan, err = merge.Make(reader(t, base), told, quiet)
	require.NoError(t, err)
	require.Len(t, plan.Conflicts, 1)
	require.Equal(t, []merge.Source{merge.Ours}, plan.Conflicts[0].Everything)

	require.Equal(t, bytesOf(louder), result(t, base, louder, side(t, base, nil)))
	require.Equal(t, bytesOf(louder), result(t, base, louder, same))
	// Cut down to a loop, everything that is left is the base's.
	loop := side(t, base, []change{{edit.Range{To: 900}, nil}, {edit.Range{From: 950, To: 1000}, nil}})
	tail := side(t, base, []change{{edit.Range{From: 920, To: 930}, noise(r, 3)}})
	require.Len(t, result(t, base, loop, tail), 43*stereo.FrameSize())
}

func TestARerenderedSideCountsAsUnchanged(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	base := noise(r, 1000)
	punch := change{edit.Range{From: 10, To: 20}, noise(r, 11)}
	// rendered is base with edits, of which every frame differs in its last bits.
	rendered := func(edits ...change) merge.Side {
		frames, script := apply(base, edits)
		frames = slices.Clone(frames)
		for i := 0; i < len(frames); i += 3 {
			frames[i] ^= byte(1 + r.IntN(3))
		}
		return merge.Side{Audio: reader(t, frames), Script: script, Rerendered: true}
	}
	ours := side(t, base, []change{punch})
	require.Equal(t, bytesOf(ours), result(t, base, ours, rendered()))
	require.Equal(t, bytesOf(ours), result(t, base, rendered(), ours))
	// With a punch-in of its own, that is all that is taken of it.
	other := rendered(change{edit.Range{From: 500, To: 500}, noise(r, 7)})
	merged := result(t, base, ours, other)
	size := stereo.FrameSize()
	require.Equal(t, bytesOf(ours)[:501*size], merged[:501*size])
	require.Equal(t, bytesOf(other)[500*size:507*size], merged[501*size:508*size])
	require.Equal(t, base[500*size:], merged[508*size:])
	// If nothing else happened, it is taken as it is.
	require.Equal(t, bytesOf(other), result(t, base, other, side(t, base, nil)))
	require.Equal(t, bytesOf(other), result(t, base, other, other))
	require.Equal(t, base, result(t, base, rendered(), rendered()))
}

func TestFormatsAreRefusedByName(t *testing.T) {
	f := func(rate, channels, depth int, float bool) merge.Side {
		b, err := pcm.NewBuffer(pcm.Format{SampleRate: rate, Channels: channels, BitDepth: depth, Float: float}, nil)
		require.NoError(t, err)
		return merge.Side{Audio: b}
	}
	base := f(48000, 2, 24, false)
	for _, c := range []struct {
		ours, theirs merge.Side
		want         string
	}{
		{base, f(44100, 2, 24, false), "theirs is 44100 Hz, "},
		{f(48000, 1, 16, false), base, "yours is 1 channel, 16 bit, "},
		{f(48000, 2, 32, true), f(96000, 2, 24, false), "yours is 32 bit float and theirs is 96000 Hz, "},
	} {
		_, err := merge.Make(base.Audio, c.ours, c.theirs)
		var format *merge.FormatError
		require.ErrorAs(t, err, &format)
		require.EqualError(t, err, "not of one format: "+c.want+"what both grew out of is 48000 Hz, 2 channels, 24 bit")
	}
}

func TestScriptsThatDoNotFitAreRefused(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	base := noise(r, 100)
	good := side(t, base, []change{{edit.Range{From: 10, To: 20}, noise(r, 10)}})
	span := func(kind edit.Kind, a, b, c, d int64) edit.Span {
		return edit.Span{Kind: kind, Base: edit.Range{From: a, To: b}, Other: edit.Range{From: c, To: d}}
	}
	for name, spans := range map[string][]edit.Span{
		"none":             nil,
		"out of range":     {span(edit.Kept, 0, 101, 0, 101)},
		"negative":         {span(edit.Kept, -5, 100, -5, 100)},
		"overlapping":      {span(edit.Kept, 0, 60, 0, 60), span(edit.Replaced, 50, 100, 50, 100)},
		"with a gap":       {span(edit.Kept, 0, 40, 0, 40), span(edit.Replaced, 50, 100, 50, 100)},
		"kept and longer":  {span(edit.Kept, 0, 50, 0, 50), span(edit.Replaced, 50, 60, 50, 60), span(edit.Kept, 60, 100, 60, 101)},
		"two that are one": {span(edit.Replaced, 0, 50, 0, 50), span(edit.Deleted, 50, 100, 50, 50)},
		"backwards":        {span(edit.Replaced, 0, 100, 0, 150), span(edit.Kept, 100, 50, 150, 100)},
		"of no kind":       {span(0, 0, 100, 0, 100)},
	} {
		t.Run(name, func(t *testing.T) {
			bad := merge.Side{Audio: reader(t, base), Script: edit.Script{Spans: spans}}
			_, err := merge.Make(reader(t, base), good, bad)
			require.ErrorIs(t, err, edit.ErrScript)
			require.ErrorContains(t, err, "theirs")
			_, err = merge.Make(reader(t, base), bad, good)
			require.ErrorContains(t, err, "ours")
		})
	}
}

// short says that it has more frames than it has.
type short struct{ pcm.Reader }

func (s short) Frames() int64 { return s.Reader.Frames() + 10 }

func TestAudioThatIsShorterThanItSays(t *testing.T) {
	r := rand.New(rand.NewPCG(10, 10))
	base := noise(r, 100)
	_, script := apply(noise(r, 110), []change{{edit.Range{From: 1, To: 2}, noise(r, 1)}})
	ours := merge.Side{Audio: short{reader(t, noise(r, 100))}, Script: script}
	theirs := merge.Side{Audio: short{reader(t, noise(r, 100))}, Script: script}
	theirs.Script, ours.Rerendered = edit.Build(nil, 110, 110), true
	_, err := merge.Make(short{reader(t, base)}, theirs, theirs)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	ours.Rerendered = false
	unchanged := edit.Build([]edit.Match{{Len: 110}}, 110, 110)
	plan, err := merge.Make(short{reader(t, base)}, ours, merge.Side{Audio: short{reader(t, base)}, Script: unchanged})
	require.NoError(t, err)
	require.ErrorIs(t, plan.Copy(t.Context(), io.Discard, 0), io.ErrUnexpectedEOF)
}
