package merge_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/audio/edit"
	"github.com/parrots-music/parrots/internal/audio/mark"
	"github.com/parrots-music/parrots/internal/audio/merge"
)

func at(frames ...int64) []mark.Mark {
	list := make([]mark.Mark, len(frames))
	for i, f := range frames {
		list[i] = mark.Mark{Name: fmt.Sprint("cue ", i), Frame: f}
	}
	return list
}

func frameAt(frames []byte, i int64) []byte {
	size := int64(stereo.FrameSize())
	return frames[i*size : (i+1)*size]
}

// A mark of ours stands at the same frame in the result, unless theirs took that away.
func TestMarksGoWithTheirFrames(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 21))
	var gone, moved int
	for range 500 {
		base := noise(r, 300+r.Int64N(300))
		n := int64(len(base) / stereo.FrameSize())
		x := randomEdits(r, n, r.IntN(4), nil)
		y := randomEdits(r, n, 1+r.IntN(4), ranges(x))
		ours, theirs := side(t, base, x), side(t, base, y)
		plan, err := merge.Make(reader(t, base), ours, theirs)
		require.NoError(t, err)
		merged := copied(t, plan, 0)

		length := int64(len(bytesOf(ours)) / stereo.FrameSize())
		marks := at(length, 0, r.Int64N(length+1), length+7)
		for range 20 {
			marks = append(marks, mark.Mark{Name: "any", Frame: r.Int64N(length)})
		}
		found, err := plan.Marks(nil, marks, nil)
		require.NoError(t, err)
		want := 0
		lost := through(y, x) // what theirs did, in frames of ours
		for i, m := range marks {
			if m.Frame > length {
				require.Equal(t, m.Frame, found.At[i])
				continue
			}
			end := int64(len(merged) / stereo.FrameSize())
			if m.Frame == length {
				require.Equal(t, end, found.At[i])
				continue
			}
			taken := slices.IndexFunc(lost, func(c change) bool { return c.at.From <= m.Frame && m.Frame < c.at.To })
			if taken < 0 {
				require.Equal(t, frameAt(bytesOf(ours), m.Frame), frameAt(merged, found.At[i]))
				continue
			}
			if c := lost[taken]; int64(len(c.insert)/stereo.FrameSize()) != c.at.Len() {
				want++
			}
			require.LessOrEqual(t, found.At[i], end)
		}
		require.Equal(t, want, found.Gone)
		gone += want
		moved += found.Moved
	}
	require.Greater(t, gone, 100)
	require.Greater(t, moved, 1000)
}

func TestAMarkWhoseFramesAreGoneFollowsWhoTookThem(t *testing.T) {
	r := rand.New(rand.NewPCG(22, 22))
	base := noise(r, 1000)
	ours := side(t, base, []change{{edit.Range{From: 10, To: 10}, noise(r, 5)}})
	theirs := side(t, base, []change{{edit.Range{From: 400, To: 600}, nil}})
	plan, err := merge.Make(reader(t, base), ours, theirs)
	require.NoError(t, err)
	for _, c := range []struct {
		name         string
		base, theirs []mark.Mark
		want         merge.Marks
	}{
		{"with no word of theirs", nil, nil, merge.Marks{At: []int64{405}, Moved: 1, Gone: 1, Ours: true, Shifts: true}},
		{"that was carried along", at(500), at(500), merge.Marks{At: []int64{405}, Moved: 1, Gone: 1, Shifts: true}},
		{"that theirs put elsewhere", at(500), at(300), merge.Marks{At: []int64{305}, Moved: 1, Shifts: true}},
		{"that theirs has no more", at(500), nil, merge.Marks{At: []int64{405}, Moved: 1, Gone: 1, Theirs: true, Shifts: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			found, err := plan.Marks(c.base, at(505), c.theirs)
			require.NoError(t, err)
			require.Equal(t, c.want, found)
		})
	}
}

func TestMarksThatSidesChanged(t *testing.T) {
	r := rand.New(rand.NewPCG(23, 23))
	base := noise(r, 1000)
	ours := side(t, base, []change{{edit.Range{From: 10, To: 20}, noise(r, 10)}})
	theirs := side(t, base, []change{{edit.Range{From: 400, To: 400}, noise(r, 100)}})
	plan, err := merge.Make(reader(t, base), ours, theirs)
	require.NoError(t, err)
	for _, c := range []struct {
		name               string
		base, ours, theirs []mark.Mark
		oursDo, theirsDo   bool
	}{
		{"neither", at(500), at(500), at(500), false, false},
		{"theirs moved them with what it inserted", at(500), at(500), at(600), false, false},
		{"theirs", at(500), at(500), at(601), false, true},
		{"theirs has one more", at(500), at(500), at(500, 700), false, true},
		{"ours", at(500), at(510), at(500), true, false},
		{"both", at(500), at(510), at(611), true, true},
		{"both, to one place", at(500), at(510), at(610), false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			found, err := plan.Marks(c.base, c.ours, c.theirs)
			require.NoError(t, err)
			require.Equal(t, c.oursDo, found.Ours)
			require.Equal(t, c.theirsDo, found.Theirs)
			require.Equal(t, c.ours[0].Frame+100, found.At[0])
		})
	}
}

// A whole side, or the base, may stand for a conflict.
func TestMarksOfWhatWasDecided(t *testing.T) {
	r := rand.New(rand.NewPCG(24, 24))
	base := noise(r, 1000)
	ours := side(t, base, []change{{edit.Range{From: 100, To: 300}, noise(r, 400)}})
	theirs := side(t, base, []change{{edit.Range{From: 200, To: 400}, noise(r, 100)}})
	for from, want := range map[merge.Source][]int64{merge.Base: {50, 400}, merge.Ours: {50, 600}, merge.Theirs: {50, 300}} {
		plan, err := merge.Make(reader(t, base), ours, theirs)
		require.NoError(t, err)
		_, err = plan.Marks(nil, nil, nil)
		require.ErrorIs(t, err, merge.ErrUndecided)
		require.NoError(t, plan.DecideAll(from))
		found, err := plan.Marks(nil, at(50, 600), nil)
		require.NoError(t, err)
		require.Equal(t, want, found.At, from)
	}
	theirs.Everything = true
	plan, err := merge.Make(reader(t, base), ours, theirs)
	require.NoError(t, err)
	require.NoError(t, plan.DecideAll(merge.Theirs))
	found, err := plan.Marks(nil, at(50, 1100), nil)
	require.NoError(t, err)
	require.Equal(t, []int64{50, 800}, found.At)
}
