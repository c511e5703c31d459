package align_test

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/audio/align"
	"github.com/parrots-music/parrots/internal/audio/edit"
	"github.com/parrots-music/parrots/internal/audio/pcm"
)

var stereo = pcm.Format{SampleRate: 48000, Channels: 2, BitDepth: 24}

// noise returns frames that nobody has heard yet.
func noise(f pcm.Format, seed uint64, frames int) []byte {
	b := make([]byte, frames*f.FrameSize())
	for i := range b {
		seed = seed*6364136223846793005 + 1442695040888963407
		b[i] = byte(seed >> 56)
	}
	return b
}

func reader(t *testing.T, f pcm.Format, frames []byte) pcm.Reader {
	t.Helper()
	r, err := pcm.NewBuffer(f, frames)
	require.NoError(t, err)
	return r
}

// aligned returns the script, which was applied.
func aligned(t *testing.T, f pcm.Format, base, other []byte) edit.Script {
	t.Helper()
	b, o := reader(t, f, base), reader(t, f, other)
	script, err := align.Align(t.Context(), b, o, align.Options{})
	require.NoError(t, err)
	require.NoError(t, script.Validate(b.Frames(), o.Frames()))
	var made bytes.Buffer
	require.NoError(t, script.Apply(t.Context(), &made, b, o))
	require.True(t, bytes.Equal(other, made.Bytes()))
	return script
}

// cut returns frames of stereo audio.
func cut(b []byte, from, to int) []byte {
	size := stereo.FrameSize()
	return b[from*size : to*size]
}

func concat(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

func span(kind edit.Kind, b0, b1, o0, o1 int64) edit.Span {
	return edit.Span{Kind: kind, Base: edit.Range{From: b0, To: b1}, Other: edit.Range{From: o0, To: o1}}
}

const bar = 9_600

func TestEditsAreExactToTheFrame(t *testing.T) {
	const n = 90_001
	base, take := noise(stereo, 1, n), noise(stereo, 2, n)
	silence := make([]byte, bar*stereo.FrameSize())
	loop := cut(take, 0, bar)
	loops := concat(loop, loop, loop, loop, loop)
	for _, c := range []struct {
		name        string
		base, other []byte
		changes     []edit.Span
		origins     []edit.Origin
	}{
		{"nothing", base, base, nil, nil},
		{"punch-in", base, concat(cut(base, 0, 30_011), cut(take, 30_011, 54_321), cut(base, 54_321, n)),
			[]edit.Span{span(edit.Replaced, 30_011, 54_321, 30_011, 54_321)}, nil},
		{"one frame", base, concat(cut(base, 0, 30_011), cut(take, 0, 1), cut(base, 30_012, n)),
			[]edit.Span{span(edit.Replaced, 30_011, 30_012, 30_011, 30_012)}, nil},
		{"another bar", base, concat(cut(base, 0, 40_000), cut(take, 0, bar), cut(base, 40_000, n)),
			[]edit.Span{span(edit.Inserted, 40_000, 40_000, 40_000, 40_000+bar)}, nil},
		{"the bar before once more", base, concat(cut(base, 0, 40_000), cut(base, 40_000-bar, n)),
			[]edit.Span{span(edit.Inserted, 40_000-bar, 40_000-bar, 40_000-bar, 40_000)},
			[]edit.Origin{{Base: edit.Range{From: 40_000 - bar, To: 40_000}, Other: edit.Range{From: 40_000 - bar, To: 40_000}}}},
		{"a bar less", base, concat(cut(base, 0, 40_000), cut(base, 40_000+bar, n)),
			[]edit.Span{span(edit.Deleted, 40_000, 40_000+bar, 40_000, 40_000)}, nil},
		{"head trimmed", base, cut(base, 12_347, n), []edit.Span{span(edit.Deleted, 0, 12_347, 0, 0)}, nil},
		{"tail trimmed", base, cut(base, 0, n-77), []edit.Span{span(edit.Deleted, n-77, n, n-77, n-77)}, nil},
		{"nudged, at the same length", base, concat(cut(silence, 0, 350), cut(base, 0, n-350)),
			[]edit.Span{span(edit.Inserted, 0, 0, 0, 350), span(edit.Deleted, n-350, n, n, n)}, nil},
		{"a bar pasted over the next one", base, concat(cut(base, 0, 40_000), cut(base, 40_000-bar, 40_000), cut(base, 40_000+bar, n)),
			[]edit.Span{span(edit.Replaced, 40_000, 40_000+bar, 40_000, 40_000+bar)},
			[]edit.Origin{{Base: edit.Range{From: 40_000 - bar, To: 40_000}, Other: edit.Range{From: 40_000, To: 40_000 + bar}}}},
		{"a bar moved", base, concat(cut(base, 0, 20_000), cut(base, 20_000+bar, 70_000), cut(base, 20_000, 20_000+bar), cut(base, 70_000, n)),
			[]edit.Span{span(edit.Deleted, 20_000, 20_000+bar, 20_000, 20_000), span(edit.Inserted, 70_000, 70_000, 70_000-bar, 70_000)},
			[]edit.Origin{{Base: edit.Range{From: 20_000, To: 20_000 + bar}, Other: edit.Range{From: 70_000 - bar, To: 70_000}, Moved: true}}},
		{"muted", base, concat(cut(base, 0, 40_000), silence, cut(base, 40_000+bar, n)),
			[]edit.Span{span(edit.Replaced, 40_000, 40_000+bar, 40_000, 40_000+bar)}, nil},
		{"more silence", concat(cut(base, 0, 100), silence, cut(base, 100, n)), concat(cut(base, 0, 100), silence, silence, cut(base, 100, n)),
			[]edit.Span{span(edit.Inserted, 100, 100, 100, 100+bar)}, nil},
		{"less silence", concat(cut(base, 0, 100), silence, silence, cut(base, 100, n)), concat(cut(base, 0, 100), silence, cut(base, 100, n)),
			[]edit.Span{span(edit.Deleted, 100, 100+bar, 100, 100)}, nil},
		{"another loop", concat(cut(base, 0, 100), loops, cut(base, 100, n)), concat(cut(base, 0, 100), loops, loop, cut(base, 100, n)),
			[]edit.Span{span(edit.Inserted, 100, 100, 100, 100+bar)},
			[]edit.Origin{{Base: edit.Range{From: 100, To: 100 + bar}, Other: edit.Range{From: 100, To: 100 + bar}}}},
		{"a loop less", concat(loops, base), concat(cut(loops, bar, 5*bar), base), []edit.Span{span(edit.Deleted, 0, bar, 0, 0)}, nil},
		{"a loop less, and a punch-in into another", concat(cut(base, 0, 100), loops, cut(base, 100, n)),
			concat(cut(base, 0, 100), cut(loops, 0, 3*bar+50), cut(base, 200, 900), cut(loop, 750, bar), cut(base, 100, n)),
			[]edit.Span{span(edit.Replaced, 150+3*bar, 850+4*bar, 150+3*bar, 850+3*bar)}, nil},
		{"silence replaced on both sides", concat(cut(base, 0, 5000), silence, cut(base, 5000, 9000)),
			concat(cut(take, 0, 5000), silence, cut(take, 5000, 9000)),
			[]edit.Span{span(edit.Replaced, 0, 5000, 0, 5000), span(edit.Replaced, 5000+bar, 9000+bar, 5000+bar, 9000+bar)}, nil},
		{"everything", base, cut(take, 0, n-5), []edit.Span{span(edit.Replaced, 0, n, 0, n-5)}, nil},
		{"all of it, from nothing", nil, base, []edit.Span{span(edit.Inserted, 0, 0, 0, n)}, nil},
		{"nothing left", base, nil, []edit.Span{span(edit.Deleted, 0, n, 0, 0)}, nil},
		{"nothing, from nothing", nil, nil, nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			script := aligned(t, stereo, c.base, c.other)
			require.Equal(t, c.changes, script.Changes())
			require.Equal(t, c.origins, script.Origins)
		})
	}
}

// TestIslandsOfChanceAreNone holds that a punch-in is one change although some
// samples are the same by chance, and two changes if there are enough of them.
func TestIslandsOfChanceAreNone(t *testing.T) {
	base, take := noise(stereo, 1, 50_000), noise(stereo, 2, 50_000)
	for _, same := range []int{1, align.MinKept - 1, align.MinKept} {
		other := concat(cut(base, 0, 20_000), cut(take, 20_000, 25_000), cut(base, 25_000, 25_000+same),
			cut(take, 25_000+same, 30_000), cut(base, 30_000, 50_000))
		want := []edit.Span{span(edit.Replaced, 20_000, 30_000, 20_000, 30_000)}
		if same == align.MinKept {
			want = []edit.Span{
				span(edit.Replaced, 20_000, 25_000, 20_000, 25_000),
				span(edit.Replaced, 25_000+align.MinKept, 30_000, 25_000+align.MinKept, 30_000),
			}
		}
		require.Equal(t, want, aligned(t, stereo, base, other).Changes())
	}
}

// TestGeneratedEditsAreFound makes random edits of noise, in which each script but
// the one that made it is longer.
func TestGeneratedEditsAreFound(t *testing.T) {
	for _, f := range []pcm.Format{
		stereo, {SampleRate: 44100, Channels: 1, BitDepth: 16}, {SampleRate: 48000, Channels: 1, BitDepth: 64, Float: true},
		{SampleRate: 96000, Channels: 6, BitDepth: 24},
	} {
		for seed := range uint64(8) {
			generated(t, f, seed)
		}
	}
}

func generated(t *testing.T, f pcm.Format, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 1))
	size := int64(f.FrameSize())
	base := noise(f, seed+1, 60_000)
	var other []byte
	var matches []edit.Match
	var at int64
	for n := range uint64(5) {
		kept := align.MinKept + r.Int64N(5000)
		matches = append(matches, edit.Match{Base: at, Other: int64(len(other)) / size, Len: kept})
		other = append(other, base[at*size:(at+kept)*size]...)
		at += kept
		skip, add := r.Int64N(4000), 1+r.Int64N(4000)
		switch r.IntN(3) {
		case 0:
			skip = 0
		case 1:
			skip, add = skip+1, 0
		}
		at += skip
		other = append(other, noise(f, 1000+10*seed+n, int(add))...)
	}
	matches = append(matches, edit.Match{Base: at, Other: int64(len(other)) / size, Len: 60_000 - at})
	other = append(other, base[at*size:]...)
	want := slid(matches, base, other, size)
	got := aligned(t, f, base, other)
	require.Equal(t, edit.Build(want, 60_000, int64(len(other))/size).Spans, got.Spans, "%s, seed %d", f, seed)
}

// slid lengthens matches where the frames beside them are the same by chance.
func slid(matches []edit.Match, base, other []byte, size int64) []edit.Match {
	frame := func(b []byte, i int64) []byte { return b[i*size : (i+1)*size] }
	for i := 1; i < len(matches); i++ {
		last, m := &matches[i-1], &matches[i]
		for last.Base+last.Len < m.Base && last.Other+last.Len < m.Other &&
			bytes.Equal(frame(base, last.Base+last.Len), frame(other, last.Other+last.Len)) {
			last.Len++
		}
		for bytes.Equal(frame(base, m.Base-1), frame(other, m.Other-1)) {
			m.Base, m.Other, m.Len = m.Base-1, m.Other-1, m.Len+1
			if last.Base+last.Len > m.Base || last.Other+last.Len > m.Other {
				last.Len--
			}
		}
	}
	return matches
}

func TestAlignRefusesTwoFormats(t *testing.T) {
	mono := stereo
	mono.Channels = 1
	_, err := align.Align(t.Context(), reader(t, stereo, nil), reader(t, mono, nil), align.Options{})
	require.ErrorIs(t, err, align.ErrFormat)
}

func TestAlignCanBeInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	b := reader(t, stereo, noise(stereo, 1, 100))
	_, err := align.Align(ctx, b, b, align.Options{})
	require.ErrorIs(t, err, context.Canceled)
}

// short is a file that ends before its header says.
type short struct{ pcm.Reader }

func (s short) Frames() int64 { return s.Reader.Frames() + 10 }

func TestAlignTellsWhereReadingFailed(t *testing.T) {
	b := reader(t, stereo, noise(stereo, 1, 5000))
	_, err := align.Align(t.Context(), short{b}, b, align.Options{})
	require.ErrorIs(t, err, io.EOF)
	require.ErrorContains(t, err, "frame 5000")
}

func TestProgressIsTold(t *testing.T) {
	b := reader(t, stereo, noise(stereo, 1, 100_000))
	o := reader(t, stereo, noise(stereo, 2, 100_000))
	var told int64
	_, err := align.Align(t.Context(), b, o, align.Options{Progress: func(n int64) { told += n }})
	require.NoError(t, err)
	require.Greater(t, told, int64(200_000))
}
