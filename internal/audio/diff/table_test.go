package diff_test

import (
	"bytes"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/audio/compare"
	"github.com/parrots-music/parrots/internal/audio/diff"
	"github.com/parrots-music/parrots/internal/audio/edit"
	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// The song of the table, and where it is edited.
const (
	rate   = 48000
	frames = 3 * rate
	bar    = rate / 2
	begin  = frames / 3 // of the punch-in
	end    = begin + 2*bar
)

// row is an edit that a musician makes, and what is to be found.
type row struct {
	name string
	base []byte // a file; the song if it is nil
	file string // the name of the other one
	made []byte
	what diff.What
	want func(*testing.T, diff.Stem)
}

func span(kind edit.Kind, b0, b1, o0, o1 int64) edit.Span {
	return edit.Span{Kind: kind, Base: edit.Range{From: b0, To: b1}, Other: edit.Range{From: o0, To: o1}}
}

// exactly wants these changes, exact to the frame, and no explanation of them.
func exactly(spans ...edit.Span) func(*testing.T, diff.Stem) {
	return func(t *testing.T, s diff.Stem) {
		require.Equal(t, spans, s.Finding.Script.Changes())
		require.Len(t, s.Finding.Regions, len(spans))
		for i, r := range s.Finding.Regions {
			require.Equal(t, spans[i], edit.Span{Kind: r.Kind, Base: r.Base, Other: r.Other})
			require.Nil(t, r.Transform)
			require.Zero(t, r.Resolution)
		}
		require.Nil(t, s.Finding.Whole)
	}
}

// and wants several things.
func and(wants ...func(*testing.T, diff.Stem)) func(*testing.T, diff.Stem) {
	return func(t *testing.T, s diff.Stem) {
		for _, w := range wants {
			w(t, s)
		}
	}
}

// from wants frames of other that come from elsewhere in base.
func from(base, other, frames int64, moved bool) func(*testing.T, diff.Stem) {
	return func(t *testing.T, s diff.Stem) {
		require.Equal(t, []edit.Origin{{
			Base: edit.Range{From: base, To: base + frames}, Other: edit.Range{From: other, To: other + frames}, Moved: moved,
		}}, s.Finding.Script.Origins)
	}
}

// gain wants one factor to explain everything.
func gain(db float64, inverted bool, accuracy compare.Accuracy) func(*testing.T, diff.Stem) {
	return func(t *testing.T, s diff.Stem) {
		require.NotNil(t, s.Finding.Whole)
		g, same := s.Finding.Whole.Gain()
		require.True(t, same)
		require.Equal(t, inverted, g < 0)
		require.InDelta(t, db, 20*math.Log10(math.Abs(g)), 1e-9)
		require.Equal(t, accuracy.String(), s.Finding.Whole.Accuracy.String())
		for _, r := range s.Finding.Regions {
			require.NotNil(t, r.Transform)
		}
		require.Zero(t, s.Finding.Residual)
	}
}

// nearly wants a factor that was measured to explain everything to one step.
func nearly(db float64) func(*testing.T, diff.Stem) {
	return func(t *testing.T, s diff.Stem) {
		require.NotNil(t, s.Finding.Whole)
		g, same := s.Finding.Whole.Gain()
		require.True(t, same)
		require.InDelta(t, db, 20*math.Log10(g), 1e-5)
		require.Equal(t, compare.Rounded.String(), s.Finding.Whole.Accuracy.String())
		for _, r := range s.Finding.Regions {
			require.NotNil(t, r.Transform)
		}
	}
}

// everything wants one change of all of it that nothing explains.
func everything(residual float64) func(*testing.T, diff.Stem) {
	return func(t *testing.T, s diff.Stem) {
		require.Len(t, s.Finding.Regions, 1)
		r := s.Finding.Regions[0]
		require.Nil(t, r.Transform)
		require.Equal(t, edit.Replaced, r.Kind)
		require.Less(t, r.Base.From, int64(16)) // what both begin with by chance
		require.Greater(t, r.Base.To, int64(frames-16))
		if residual != 0 {
			require.InDelta(t, pcm.DBFS(residual), pcm.DBFS(s.Finding.Residual.RMS), 0.01)
		}
	}
}

func retagged(t *testing.T, s diff.Stem) { require.True(t, s.Retagged()) }

func container(name string) func(*testing.T, diff.Stem) {
	return func(t *testing.T, s diff.Stem) {
		require.Equal(t, name, s.Other.Container)
		require.False(t, s.Retagged())
	}
}

func muted(t *testing.T, s diff.Stem) {
	require.True(t, s.Finding.Regions[0].After.Silent())
	require.Nil(t, s.Finding.Regions[0].Fade)
}

func delayed(frames int64) func(*testing.T, diff.Stem) {
	return func(t *testing.T, s diff.Stem) { require.Equal(t, frames, s.Finding.Delay()) }
}

func rendered(accuracy compare.Accuracy) func(*testing.T, diff.Stem) {
	return func(t *testing.T, s diff.Stem) {
		require.True(t, s.Finding.OnlyRendered())
		require.Equal(t, accuracy.String(), s.Finding.Whole.Accuracy.String())
	}
}

func dualMono(t *testing.T, s diff.Stem) { require.True(t, s.Finding.Alike) }

// rows are the edits of a stem that musicians make, one each.
func rows(t *testing.T) []row {
	song, take := song(1, frames), song(2, frames)
	w := func(s sound) []byte { return wavOf(stereo, s.pack(24)) }
	ints := song.pack(24)
	head, tail := song.cut(0, begin), song.cut(end, frames)
	last := song.cut(begin-bar, begin)
	xfade := song.each(func(i int, v float64) float64 { return v })
	for c := range xfade {
		for i := begin; i < end; i++ {
			x := math.Min(1, math.Min(float64(i-begin+1), float64(end-i))/(rate/100))
			xfade[c][i] = math.Cos(x*math.Pi/2)*song[c][i] + math.Sin(x*math.Pi/2)*take[c][i]
		}
	}
	const in, out = rate / 2, rate
	faded := song.each(func(i int, v float64) float64 {
		return v * math.Min(1, math.Min(float64(i)/in, float64(frames-i)/out))
	})
	other := func(change func(*pcm.Format)) pcm.Format {
		f := stereo
		change(&f)
		return f
	}
	float := other(func(f *pcm.Format) { f.BitDepth, f.Float = 32, true })
	short := other(func(f *pcm.Format) { f.BitDepth = 16 })
	mono := other(func(f *pcm.Format) { f.Channels = 1 })
	mono16 := other(func(f *pcm.Format) { f.Channels, f.BitDepth = 1, 16 })
	left := sound{song[0]}
	both := func(s sound) sound { return sound{s[0], s[0]} }
	nearlyBoth := sound{song[0], slices.Clone(song[0])}
	nearlyBoth[1][frames-1] += 0.5
	bext := func(reference byte) []byte {
		b := make([]byte, 602)
		copy(b[256:], "DAW-A")
		b[338] = reference
		return chunk("bext", b)
	}
	rf64 := riff{magic: "RF64", format: stereo}.file(ints)
	cut := wavOf(stereo, ints)[:len(ints)*6/10+1]
	whole := int64((len(cut) - 44) / 6)
	punch := span(edit.Replaced, begin, end, begin, end)
	tempo := song.gain(0.7).resampled(1.02)
	pitch := song.then(silence(3000)).resampled(math.Exp2(20.0/1200)).cut(0, frames)
	return []row{
		{"00 base", nil, "a.wav", w(song), diff.SameFile, exactly()},
		{"01 punch-in", nil, "a.wav", w(head.then(take.cut(begin, end), tail)), diff.Changed, exactly(punch)},
		{"02 punch-in, crossfaded", nil, "a.wav", w(xfade), diff.Changed, exactly(punch)},
		{"03 trim the head", nil, "a.wav", w(song.cut(12_347, frames)), diff.Changed,
			and(exactly(span(edit.Deleted, 0, 12_347, 0, 0)), delayed(-12_347))},
		{"04 trim the tail", nil, "a.wav", w(song.cut(0, frames-bar-77)), diff.Changed,
			and(exactly(span(edit.Deleted, frames-bar-77, frames, frames-bar-77, frames-bar-77)), delayed(0))},
		{"05 insert a bar", nil, "a.wav", w(head.then(last, song.cut(begin, frames))), diff.Changed,
			and(exactly(span(edit.Inserted, begin-bar, begin-bar, begin-bar, begin)), from(begin-bar, begin-bar, bar, false))},
		{"06 delete a bar", nil, "a.wav", w(head.then(song.cut(begin+bar, frames))), diff.Changed,
			exactly(span(edit.Deleted, begin, begin+bar, begin, begin))},
		{"07 append a bar", nil, "a.wav", w(song.then(last)), diff.Changed,
			and(exactly(span(edit.Inserted, frames, frames, frames, frames+bar)), from(begin-bar, frames, bar, false))},
		{"08 nudge by 7.3 ms", nil, "a.wav", w(silence(350).then(song)), diff.Changed,
			and(exactly(span(edit.Inserted, 0, 0, 0, 350)), delayed(350))},
		{"08 nudge by 7.3 ms, at the same length", nil, "a.wav", w(silence(350).then(song.cut(0, frames-350))), diff.Changed,
			and(exactly(span(edit.Inserted, 0, 0, 0, 350), span(edit.Deleted, frames-350, frames, frames, frames)), delayed(350))},
		{"09 mute a region", nil, "a.wav", w(head.then(silence(2*bar), tail)), diff.Changed, and(exactly(punch), muted)},
		{"10 paste a bar over the next", nil, "a.wav", w(head.then(last, song.cut(begin+bar, frames))), diff.Changed,
			and(exactly(span(edit.Replaced, begin, begin+bar, begin, begin+bar)), from(begin-bar, begin, bar, false))},
		{"11 gain -3 dB", nil, "a.wav", w(song.gain(math.Pow(10, -3.0/20))), diff.Changed, gain(-3, false, compare.Rounded)},
		{"12 normalise", nil, "a.wav", w(song.gain(math.Pow(10, 4.27/20))), diff.Changed, gain(4.27, false, compare.Rounded)},
		{"12 normalise, by a factor that no hundredth of a dB is", nil, "a.wav", w(song.gain(math.Pow(10, 4.27005/20))), diff.Changed, nearly(4.27005)},
		{"13 invert", nil, "a.wav", w(song.gain(-1)), diff.Changed, gain(0, true, compare.Exact)},
		{"13 invert, and gain -6.02 dB", nil, "a.wav", w(song.gain(-math.Pow(10, -6.02/20))), diff.Changed, gain(-6.02, true, compare.Rounded)},
		{"14 fades", nil, "a.wav", w(faded), diff.Changed, fades(in, out)},
		{"15 swap channels", nil, "a.wav", w(sound{song[1], song[0]}), diff.Changed, swapped},
		{"16 equalise", nil, "a.wav", w(song.equalized()), diff.Changed, everything(song.rms(song.equalized()))},
		{"17 tempo", nil, "a.wav", w(tempo), diff.Changed, replacedBy(int64(tempo.frames()))},
		{"18 pitch", nil, "a.wav", w(pitch), diff.Changed, everything(song.rms(pitch))},
		{"19 dither to 16 bits", nil, "a.wav", wavOf(short, song.dithered(16, 1, 0)), diff.OtherFormat, rendered(compare.Dithered)},
		{"19 dither to 16 bits, shaped", nil, "a.wav", wavOf(short, song.dithered(16, 1, 1)), diff.OtherFormat, rendered(compare.Shaped)},
		{"20 truncate to 16 bits", nil, "a.wav", wavOf(short, truncated(ints)), diff.OtherFormat, rendered(compare.Rounded)},
		{"21 44.1 kHz", nil, "a.wav", wavOf(other(func(f *pcm.Format) { f.SampleRate = 44100 }), song.resampled(48000/44100.0).pack(24)),
			diff.OtherFormat, notCompared},
		{"22 96 kHz", nil, "a.wav", wavOf(other(func(f *pcm.Format) { f.SampleRate = 96000 }), song.resampled(0.5).pack(24)),
			diff.OtherFormat, notCompared},
		{"mono to dual mono", wavOf(mono, left.pack(24)), "a.wav", w(both(left)), diff.OtherFormat, and(exactly(), dualMono)},
		{"dual mono to mono, in 16 bits", w(both(left)), "a.wav", wavOf(mono16, truncated(left.pack(24))), diff.OtherFormat,
			and(rendered(compare.Rounded), dualMono)},
		{"mono to dual mono, and -3 dB", wavOf(mono, left.pack(24)), "a.wav", w(both(left.gain(math.Pow(10, -3.0/20)))), diff.Changed,
			and(gain(-3, false, compare.Rounded), dualMono)},
		{"mono to dual mono, and a punch-in", wavOf(mono, left.pack(24)), "a.wav", w(both(left.cut(0, begin).then(sound{take[0][begin:end]}, left.cut(end, frames)))),
			diff.Changed, and(exactly(punch), dualMono)},
		{"mono to stereo", wavOf(mono, left.pack(24)), "a.wav", w(song), diff.OtherFormat, notCompared},
		{"mono to all but dual mono", wavOf(mono, left.pack(24)), "a.wav", w(nearlyBoth), diff.OtherFormat, notCompared},
		{"23 another writer", nil, "a.wav", riff{magic: "RIFF", format: stereo, after: chunk("LIST", []byte("INFOISFT\x04\x00\x00\x00DAW\x00"))}.file(ints),
			diff.SameAudio, retagged},
		{"24 bext", nil, "a.wav", riff{magic: "RIFF", format: stereo, before: bext(1)}.file(ints), diff.SameAudio, retagged},
		{"25 another bext", riff{magic: "RIFF", format: stereo, before: bext(1)}.file(ints), "a.wav",
			riff{magic: "RIFF", format: stereo, before: bext(2)}.file(ints), diff.SameAudio, retagged},
		{"26 RF64", nil, "a.wav", rf64, diff.SameAudio, container("rf64")},
		{"27 BW64", nil, "a.wav", riff{magic: "BW64", format: stereo}.file(ints), diff.SameAudio, container("bw64")},
		{"28 W64", nil, "a.w64", w64(stereo, ints), diff.SameAudio, container("w64")},
		{"29 AIFF", nil, "a.aiff", aiff(stereo, ints), diff.SameAudio, container("aiff")},
		{"30 floats", nil, "a.wav", wavOf(float, floats(ints, 24)), diff.OtherFormat, exactly()},
		{"30 16 bits in 24", wavOf(short, song.pack(16)), "a.wav", wavOf(stereo, padded(song.pack(16))), diff.OtherFormat, exactly()},
		{"31 FLAC", nil, "a.flac", flacOf(t, stereo, ints), diff.SameAudio, container("flac")},
		{"34 WavPack", nil, "a.wv", []byte("wvpk\x20\x00\x00\x00\x10\x04" + "0123456789012345678901234567890123456789"), diff.Opaque, notCompared},
		{"35 MP3", nil, "a.mp3", bytes.Repeat(append([]byte{0xff, 0xfb, 0xb4, 0x64}, make([]byte, 572)...), 20), diff.Opaque, notCompared},
		{"36 Opus", nil, "a.opus", opus(), diff.Opaque, notCompared},
		{"38 truncated", nil, "a.wav", cut, diff.Changed, and(exactly(span(edit.Deleted, whole, frames, whole, whole)), warned)},
		{"39 a streamed header", nil, "a.wav", riff{magic: "RIFF", format: stereo, streamed: true}.file(ints), diff.SameAudio, retagged},
		{"40 an odd chunk midway", nil, "a.wav", riff{magic: "RIFF", format: stereo, before: chunk("LIST", []byte("INFOICMT\x05\x00\x00\x00take1"))}.file(ints),
			diff.SameAudio, retagged},
	}
}

// opus is the beginning of an Opus file.
func opus() []byte {
	page := append([]byte("OggS\x00\x02"), make([]byte, 20)...)
	head := append([]byte("OpusHead\x01\x02\x38\x01\x80\xbb"), make([]byte, 50)...)
	return append(append(page, 1, 19), head...)
}

func fades(in, out int64) func(*testing.T, diff.Stem) {
	return func(t *testing.T, s diff.Stem) {
		f := s.Finding
		require.Len(t, f.Regions, 2)
		require.Equal(t, span(edit.Replaced, 0, in, 0, in).Base.From, f.Regions[0].Base.From)
		// A fade is over some frames before its last one, by rounding.
		require.InDelta(t, in, f.Regions[0].Base.To, 64)
		require.InDelta(t, frames-out, f.Regions[1].Base.From, 64)
		require.EqualValues(t, frames, f.Regions[1].Base.To)
		for i, r := range f.Regions {
			require.NotNil(t, r.Fade)
			require.Equal(t, i == 0, r.Fade.From < r.Fade.To)
		}
	}
}

func swapped(t *testing.T, s diff.Stem) {
	require.NotNil(t, s.Finding.Whole)
	require.Equal(t, []int{1, 0}, s.Finding.Whole.Channels)
	require.Equal(t, []float64{1, 1}, s.Finding.Whole.Gains)
	require.Equal(t, compare.Exact, s.Finding.Whole.Accuracy)
}

func replacedBy(n int64) func(*testing.T, diff.Stem) {
	return func(t *testing.T, s diff.Stem) {
		everything(0)(t, s)
		require.InDelta(t, n, s.Finding.Regions[0].Other.To, 16)
	}
}

func notCompared(t *testing.T, s diff.Stem) {
	if s.Finding == nil {
		require.ErrorContains(t, s.Other.Reason, "not decoded")
		return
	}
	require.False(t, s.Finding.Comparable())
	require.Empty(t, s.Finding.Script.Spans)
}

func warned(t *testing.T, s diff.Stem) { require.NotEmpty(t, s.Other.Warnings) }

// truncated cuts the lowest bytes of 24-bit samples.
func truncated(ints []byte) []byte {
	var out []byte
	for i := 0; i < len(ints); i += 3 {
		out = append(out, ints[i+1:i+3]...)
	}
	return out
}

// padded puts zeros below 16-bit samples.
func padded(ints []byte) []byte {
	var out []byte
	for i := 0; i < len(ints); i += 2 {
		out = append(out, 0, ints[i], ints[i+1])
	}
	return out
}

func compared(t *testing.T, base, other []byte, name string) diff.Stem {
	t.Helper()
	o := fileOf(other)
	o.Name = name
	s, err := diff.Compare(t.Context(), fileOf(base), o, diff.Options{})
	require.NoError(t, err)
	return s
}

func fileOf(b []byte) diff.File {
	return diff.File{Name: "a.wav", Content: bytes.NewReader(b), Size: int64(len(b))}
}

// TestEveryEditOfTheTable holds diff against what a musician did.
func TestEveryEditOfTheTable(t *testing.T) {
	base := wavOf(stereo, song(1, frames).pack(24))
	for _, r := range rows(t) {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			if r.base == nil {
				r.base = base
			}
			s := compared(t, r.base, r.made, r.file)
			require.Equal(t, r.what, s.What)
			if s.Finding != nil {
				b, o := s.Finding.Script.Lengths()
				require.NoError(t, s.Finding.Script.Validate(b, o))
			}
			r.want(t, s)
		})
	}
}

// TestADamagedFileIsNotCompared holds that damage which shows only in the middle of a
// file is said of it, and is no error.
func TestADamagedFileIsNotCompared(t *testing.T) {
	samples := song(1, frames).pack(24)
	whole := flacOf(t, stereo, samples)
	damaged := bytes.Clone(whole)
	damaged[len(damaged)/2] ^= 1
	s := compared(t, wavOf(stereo, samples), damaged, "a.flac")
	require.Equal(t, diff.Opaque, s.What)
	require.Nil(t, s.Finding)
	require.NoError(t, s.Base.Reason)
	require.ErrorContains(t, s.Other.Reason, "a damaged FLAC file")
	require.Equal(t, diff.SameFile, compared(t, damaged, damaged, "a.flac").What)
}
