package wav_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/audio/mark"
	"github.com/parrots-music/parrots/internal/audio/wav"
)

// marked are files of every kind of 4 frames of 16 bits, with marks at given frames: a
// region of the cue point before the audio, as its label comes first, and behind it the
// cue point itself and a loop.
var marked = map[string]func(cue, length, begin, end int32) string{
	"wav": func(cue, length, begin, end int32) string {
		return riff(format(1, 1, 48000, 2, 16), adtl(length), chunk("data", "abcdefgh"), cuePoint(cue), loop(begin, end))
	},
	"rifx": func(cue, length, begin, end int32) string {
		return rifx(chunkX("fmt ", be(1, 1, int64(48000), int64(96000), 2, 16)), chunkX("data", "badcfehg"),
			chunkX("LIST", "adtlltxt"+be(int64(8), int64(3), int64(length))),
			chunkX("cue ", be(int64(1), int64(3), int64(cue))+"data"+be(int64(0), int64(0), int64(cue))),
			chunkX("smpl", strings.Repeat("\x00", 28)+be(int64(1), int64(0), int64(7), int64(0), int64(begin), int64(end), int64(0), int64(0))))
	},
	"rf64": func(cue, length, begin, end int32) string {
		rest := format(1, 1, 48000, 2, 16) + adtl(length) + "data\xff\xff\xff\xffabcdefgh" + cuePoint(cue) + loop(begin, end)
		return "RF64\xff\xff\xff\xffWAVE" + ds64(uint64(40+len(rest)), 8, 4) + rest
	},
	"w64": func(cue, length, begin, end int32) string {
		body := func(c string) string { return c[8:] }
		return w64(0, chunk64("fmt ", le(1, 1, int64(48000), int64(96000), 2, 16)), chunk64("data", "abcdefgh"),
			chunk64("cue ", body(cuePoint(cue))), chunk64("smpl", body(loop(begin, end))), chunk64("LIST", body(adtl(length))))
	},
}

func cuePoint(frame int32) string {
	return chunk("cue ", le(int64(1), int64(3), int64(frame))+"data"+le(int64(0), int64(0), int64(frame)))
}

func loop(begin, end int32) string {
	return chunk("smpl", strings.Repeat("\x00", 28)+le(int64(1), int64(0), int64(7), int64(0), int64(begin), int64(end), int64(0), int64(0)))
}

func adtl(length int32) string {
	return chunk("LIST", "adtlltxt"+le(int64(8), int64(3), int64(length)))
}

func TestMovesMarks(t *testing.T) {
	for kind, file := range marked {
		t.Run(kind, func(t *testing.T) {
			like, frames := read(t, []byte(file(1, 2, 0, 3)))
			require.Equal(t, wav.Kind(kind), like.Header.Kind)
			require.Empty(t, like.Header.Warnings)
			marks, err := like.Marks()
			require.NoError(t, err)
			require.Empty(t, marks.Left)
			require.ElementsMatch(t, []mark.Mark{
				{Name: "cue 3", Frame: 1}, {Name: "cue 3 LIST end", Frame: 2}, {Name: "loop 7 begin", Frame: 0}, {Name: "loop 7 end", Frame: 3},
			}, marks.Marks)

			to := map[string]int64{"cue 3": 20, "cue 3 LIST end": 29, "loop 7 begin": 40, "loop 7 end": 50}
			at := make([]int64, len(marks.Marks))
			for i, m := range marks.Marks {
				at[i] = to[m.Name]
			}
			require.Zero(t, marks.Move(at))
			var out bytes.Buffer
			w, err := wav.NewWriterLike(&out, like, 4, marks)
			require.NoError(t, err)
			write(t, w, frames, 3)
			want, _ := read(t, []byte(file(20, 10, 40, 50)))
			got, _ := read(t, out.Bytes())
			for _, id := range []string{"cue ", "LIST", "smpl"} {
				require.Equal(t, body(t, want, file(20, 10, 40, 50), id), body(t, got, out.String(), id), id)
			}
		})
	}
}

// body returns the body of a chunk of a file.
func body(t *testing.T, f *wav.File, file, id string) string {
	t.Helper()
	for _, c := range f.Header.Chunks {
		if c.ID == id {
			return file[c.Offset:c.End()]
		}
	}
	t.Fatalf("no chunk %q", id)
	return ""
}

func TestNamesWhatMarksItDoesNotMove(t *testing.T) {
	long := chunk("cue ", strings.Repeat("\x00", mark.MaxBytes+2))
	f, _ := read(t, []byte(riff(format(1, 1, 48000, 2, 16), chunk("data", "ab"), chunk("r64m", "abcd"), long,
		chunk("LIST", "INFO"), chunk("LIST", "adt"), chunk("cue ", "\xff\xff\xff\xff"))))
	marks, err := f.Marks()
	require.NoError(t, err)
	require.ElementsMatch(t, []string{"r64m", "cue"}, marks.Left)
	require.Empty(t, marks.Marks)
}
