package diff_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/audio/compare"
	"github.com/parrots-music/parrots/internal/audio/diff"
	"github.com/parrots-music/parrots/internal/audio/edit"
	"github.com/parrots-music/parrots/internal/audio/pcm"
)

var short = pcm.Format{SampleRate: rate, Channels: 2, BitDepth: 16}

// TestRenderedAgain holds that only what was played anew is reported of a bounce that
// was dithered again.
func TestRenderedAgain(t *testing.T) {
	song, take := song(1, frames), song(2, frames)
	punched := song.cut(0, begin).then(take.cut(begin, end), song.cut(end, frames))
	longer := song.cut(0, begin).then(take.cut(0, bar), song.cut(begin, frames))
	repeated := song.cut(0, begin).then(song.cut(begin-bar, frames))
	shorter := song.cut(0, begin).then(song.cut(end, frames))
	gap := song.cut(0, begin).then(silence(2*bar), song.cut(end, frames))
	const third = -3.0
	for _, c := range []struct {
		name    string
		other   sound
		gain    float64 // dB
		shaping float64
		left    float64 // RMS of the noise, dBFS
		what    diff.What
		changed *edit.Span
	}{
		{"nothing", song, 0, 0, -93.3, diff.Rendered, nil},
		{"nothing, with shaped dither", song, 0, 1, -85.5, diff.Rendered, nil},
		{"nothing, with louder dither", song, 0, 2, -79.9, diff.Rendered, nil},
		{"a punch-in", punched, 0, 0, -93.3, diff.Changed, ptr(span(edit.Replaced, begin, end, begin, end))},
		{"a punch-in, with shaped dither", punched, 0, 1, -85.5, diff.Changed, ptr(span(edit.Replaced, begin, end, begin, end))},
		{"another bar", longer, 0, 0, -93.3, diff.Changed, ptr(span(edit.Inserted, begin, begin, begin, begin+bar))},
		{"a bar once more", repeated, 0, 0, -93.3, diff.Changed, ptr(span(edit.Inserted, begin-bar, begin-bar, begin-bar, begin))},
		{"a bar less", shorter, 0, 0, -93.3, diff.Changed, ptr(span(edit.Deleted, begin, end, begin, begin))},
		{"muted", gap, 0, 0, -93.3, diff.Changed, ptr(span(edit.Replaced, begin, end, begin, end))},
		{"gain", song, third, 0, -94.3, diff.Changed, nil},
		{"gain and a punch-in", punched, third, 0, -94.3, diff.Changed, ptr(span(edit.Replaced, begin, end, begin, end))},
		{"inverted, with another bar", longer.gain(-1), 0, 0, -93.3, diff.Changed, ptr(span(edit.Inserted, begin, begin, begin, begin+bar))},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			g := math.Pow(10, c.gain/20)
			s := compared(t, wavOf(short, song.dithered(16, 1, c.shaping)), wavOf(short, c.other.gain(g).dithered(16, 2, c.shaping)), "a.wav")
			require.Equal(t, c.what, s.What)
			f := s.Finding
			require.NotNil(t, f.Whole)
			factor, _ := f.Whole.Gain()
			require.InDelta(t, c.gain, 20*math.Log10(math.Abs(factor)), 0.006)
			require.InDelta(t, c.left, pcm.DBFS(f.Whole.Left.RMS), 0.7)
			var rest []compare.Region
			for _, r := range f.Regions {
				if r.Transform == nil {
					rest = append(rest, r)
				}
			}
			if c.changed == nil {
				require.Empty(t, rest)
				return
			}
			require.Len(t, rest, 1)
			near(t, *c.changed, rest[0])
			if script, n := f.Rendered(); c.gain == 0 && factor > 0 {
				require.Equal(t, []edit.Span{{Kind: rest[0].Kind, Base: rest[0].Base, Other: rest[0].Other}}, script.Changes())
				require.Greater(t, n, int64(frames/3))
			}
		})
	}
}

func ptr[T any](v T) *T { return &v }

// near wants a region whose borders are off by its resolution at most, which is stated.
func near(t *testing.T, want edit.Span, r compare.Region) {
	t.Helper()
	require.Equal(t, want.Kind, r.Kind)
	require.EqualValues(t, compare.Window, r.Resolution)
	for _, c := range [][2]int64{
		{want.Base.From, r.Base.From}, {want.Base.To, r.Base.To}, {want.Other.From, r.Other.From}, {want.Other.To, r.Other.To},
	} {
		// The notes of the test are far louder than noise: the border is within 2 ms.
		require.InDelta(t, c[0], c[1], 96, "%v: %v", want, r)
	}
	require.Equal(t, want.Base.Len()-want.Other.Len(), r.Base.Len()-r.Other.Len(), "what is between is exact")
}

// TestARegionIsExplained holds that a transform is found where it is, and not beyond.
func TestARegionIsExplained(t *testing.T) {
	song := song(1, frames)
	base := wavOf(stereo, song.pack(24))
	quieter := song.cut(0, begin).then(song.cut(begin, end).gain(math.Pow(10, -4.5/20)), song.cut(end, frames))
	s := compared(t, base, wavOf(stereo, quieter.pack(24)), "a.wav")
	require.Len(t, s.Finding.Regions, 1)
	r := s.Finding.Regions[0]
	require.Equal(t, edit.Range{From: begin, To: end}, r.Base)
	require.NotNil(t, r.Transform)
	g, _ := r.Transform.Gain()
	require.InDelta(t, -4.5, 20*math.Log10(g), 1e-9)
	require.Nil(t, s.Finding.Whole, "the rest has another gain")

	// A region that was dithered again is no bounce of all.
	noisy := wavOf(short, append(append(song.cut(0, begin).pack(16), song.cut(begin, end).dithered(16, 3, 0)...), song.cut(end, frames).pack(16)...))
	s = compared(t, wavOf(short, song.pack(16)), noisy, "a.wav")
	require.Equal(t, diff.Changed, s.What)
	require.Nil(t, s.Finding.Whole)
	require.Len(t, s.Finding.Regions, 1)
	require.True(t, s.Finding.Regions[0].Transform.Identity())
	script, n := s.Finding.Rendered()
	require.Zero(t, n, "a merge must not lose it")
	require.Equal(t, s.Finding.Script, script)

	// Channels can have factors of their own.
	panned := sound{song.gain(0.5)[0], song.gain(0.8)[1]}
	s = compared(t, base, wavOf(stereo, panned.pack(24)), "a.wav")
	require.NotNil(t, s.Finding.Whole)
	require.InDeltaSlice(t, []float64{0.5, 0.8}, s.Finding.Whole.Gains, 1e-4)

	// Noise of 16 bits is noise in a file of 24 too.
	a, b := padded(song.dithered(16, 1, 0)), padded(song.dithered(16, 2, 0))
	s = compared(t, wavOf(stereo, a), wavOf(stereo, b), "a.wav")
	require.Equal(t, diff.Rendered, s.What)
	require.Equal(t, 16, s.Finding.OtherBits)
}

// TestExactLeavesOutExplanations is what merge --exact relies on.
func TestExactLeavesOutExplanations(t *testing.T) {
	song := song(1, frames)
	a, b := wavOf(short, song.dithered(16, 1, 0)), wavOf(short, song.dithered(16, 2, 0))
	s, err := diff.Compare(t.Context(), fileOf(a), fileOf(b), diff.Options{Exact: true})
	require.NoError(t, err)
	require.Equal(t, diff.Changed, s.What)
	require.Nil(t, s.Finding.Whole)
	for _, r := range s.Finding.Regions {
		require.Nil(t, r.Transform)
	}
}

// TestQuietTakesAreNotNoise holds that another take is one although it is quiet.
func TestQuietTakesAreNotNoise(t *testing.T) {
	quiet := math.Pow(10, -50.0/20)
	song, take := song(1, frames).gain(quiet), song(2, frames).gain(quiet)
	punched := song.cut(0, begin).then(take.cut(begin, end), song.cut(end, frames))
	s := compared(t, wavOf(short, song.dithered(16, 1, 0)), wavOf(short, punched.dithered(16, 2, 0)), "a.wav")
	require.Equal(t, diff.Changed, s.What)
	var changed int64
	for _, r := range s.Finding.Regions {
		if r.Transform == nil {
			require.GreaterOrEqual(t, r.Base.From, int64(begin-compare.Window))
			require.LessOrEqual(t, r.Base.To, int64(end+compare.Window))
			changed += r.Base.Len()
		}
	}
	require.Greater(t, changed, int64(end-begin)/2)
}

// TestSeveralEditsOfABounce holds that what lies between two insertions is found,
// although no offset suggests itself.
func TestSeveralEditsOfABounce(t *testing.T) {
	const frames = 8 * rate
	song, take := song(1, frames), song(2, frames)
	several := song.cut(0, 2*rate).then(take.cut(0, bar), song.cut(2*rate, 5*rate), take.cut(bar, 2*bar+50), song.cut(6*rate, frames))
	nudged := silence(777).then(song.cut(0, frames-777))
	trimmed := song.cut(12_345, frames-23_456)
	moved := song.cut(0, rate).then(song.cut(3*rate, 6*rate), song.cut(rate, 3*rate), song.cut(6*rate, frames))
	for _, c := range []struct {
		name    string
		other   sound
		changed []edit.Span
	}{
		{"two insertions and a deletion", several, []edit.Span{
			span(edit.Inserted, 2*rate, 2*rate, 2*rate, 2*rate+bar),
			span(edit.Replaced, 5*rate, 6*rate, 5*rate+bar, 5*rate+2*bar+50),
		}},
		{"a nudge at the same length", nudged, []edit.Span{
			span(edit.Inserted, 0, 0, 0, 777), span(edit.Deleted, frames-777, frames, frames, frames),
		}},
		{"head and tail trimmed", trimmed, []edit.Span{
			span(edit.Deleted, 0, 12_345, 0, 0), span(edit.Deleted, frames-23_456, frames, frames-12_345-23_456, frames-12_345-23_456),
		}},
		{"a part moved", moved, []edit.Span{
			span(edit.Deleted, rate, 3*rate, rate, rate), span(edit.Inserted, 6*rate, 6*rate, 4*rate, 6*rate),
		}},
	} {
		for gain, name := range map[float64]string{0: "", -4.5: ", quieter"} {
			t.Run(c.name+name, func(t *testing.T) {
				t.Parallel()
				other := c.other.gain(math.Pow(10, gain/20)).dithered(16, 2, 0)
				f := compared(t, wavOf(short, song.dithered(16, 1, 0)), wavOf(short, other), "a.wav").Finding
				require.NotNil(t, f.Whole)
				factor, _ := f.Whole.Gain()
				require.InDelta(t, gain, 20*math.Log10(factor), 0.006)
				var rest []compare.Region
				for _, r := range f.Regions {
					if r.Transform == nil {
						rest = append(rest, r)
					}
				}
				require.Len(t, rest, len(c.changed))
				for i, r := range rest {
					near(t, c.changed[i], r)
				}
			})
		}
	}
}

// TestSilenceIsNoGuide holds that what is the same in any case, the silence between the
// notes of a loop, does not hide where a quieter version has a bar more.
func TestSilenceIsNoGuide(t *testing.T) {
	loop := song(1, 70_000).then(silence(30_000))
	base := loop.then(loop, loop, loop, loop)
	const at, n = 150_000, 40_000
	other := base.cut(0, at+n).then(base.cut(at, base.frames())).gain(math.Pow(10, -3.0/20))
	f := compared(t, wavOf(stereo, base.pack(24)), wavOf(stereo, other.pack(24)), "a.wav").Finding
	gain(-3, false, compare.Rounded)(t, diff.Stem{Finding: &compare.Finding{Whole: f.Whole}})
	var rest []compare.Region
	for _, r := range f.Regions {
		if r.Transform == nil {
			rest = append(rest, r)
		}
	}
	require.Len(t, rest, 1)
	near(t, span(edit.Inserted, at, at, at, at+n), rest[0])
	require.Greater(t, f.Script.Kept(), int64(100_000), "silence is kept")
}

// TestATraceOfReverbSaysNothing holds that a gain which explains the last faint seconds
// does not count as one of all the music before, which was equalised.
func TestATraceOfReverbSaysNothing(t *testing.T) {
	faint := func(s sound) sound {
		return s.each(func(i int, v float64) float64 {
			if i > frames/2 {
				return v * 1e-5
			}
			return v
		})
	}
	song := song(1, frames)
	other := faint(song.equalized().cut(0, frames/2).then(song.cut(frames/2, frames).gain(0.7)))
	s := compared(t, wavOf(stereo, faint(song).pack(24)), wavOf(stereo, other.pack(24)), "a.wav")
	require.Nil(t, s.Finding.Whole)
}
