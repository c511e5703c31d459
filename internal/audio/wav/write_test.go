package wav_test

import (
	"bytes"
	"io"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/audio/iff"
	"github.com/parrots-music/parrots/internal/audio/pcm"
	"github.com/parrots-music/parrots/internal/audio/wav"
)

var kinds = []wav.Kind{wav.RIFF, wav.RIFX, wav.RF64, wav.BW64, wav.Wave64}

// write gives a writer frames in pieces, and completes the file.
func write(t testing.TB, w *iff.Writer, frames []byte, piece int) {
	t.Helper()
	for len(frames) > 0 {
		n, err := w.Write(frames[:min(piece, len(frames))])
		require.NoError(t, err)
		frames = frames[n:]
	}
	require.NoError(t, w.Close())
}

// read opens a file and returns all of its frames.
func read(t testing.TB, file []byte) (*wav.File, []byte) {
	t.Helper()
	f, err := wav.Open(bytes.NewReader(file), int64(len(file)))
	require.NoError(t, err)
	frames := make([]byte, f.Frames()*int64(f.Format().FrameSize()))
	_, err = f.ReadFrames(frames, 0)
	require.NoError(t, err)
	return f, frames
}

func TestReadsWhatItWrote(t *testing.T) {
	source := rand.NewChaCha8([32]byte{1})
	random := rand.New(source)
	for _, kind := range kinds {
		for depth := 1; depth <= 64; depth++ {
			for _, float := range []bool{false, true} {
				f := pcm.Format{SampleRate: 1 + random.IntN(200000), Channels: 1 + random.IntN(7), BitDepth: depth, Float: float}
				if f.Check() != nil {
					continue
				}
				frames := make([]byte, random.IntN(300)*f.FrameSize())
				_, _ = source.Read(frames)
				var file, again bytes.Buffer
				w, err := wav.NewWriter(&file, kind, f, int64(len(frames)/f.FrameSize()))
				require.NoError(t, err)
				write(t, w, frames, 1+random.IntN(100))
				w, err = wav.NewWriter(&again, kind, f, int64(len(frames)/f.FrameSize()))
				require.NoError(t, err)
				write(t, w, frames, len(frames)+1)
				require.Equal(t, file.Bytes(), again.Bytes())

				got, back := read(t, file.Bytes())
				require.Equal(t, kind, got.Header.Kind)
				require.Equal(t, f, got.Format())
				require.True(t, bytes.Equal(frames, back), "%s %v", kind, f)
				require.Empty(t, got.Header.Warnings)
			}
		}
	}
}

func TestWritesTheBytesOfOthers(t *testing.T) {
	for name, c := range map[string]struct {
		kind   wav.Kind
		format pcm.Format
		frames string
		want   string
	}{
		"16 bit":     {"wav", pcmFormat(16, 2), "abcdefgh", riff(format(1, 2, 48000, 2, 16), chunk("data", "abcdefgh"))},
		"8 bit":      {"wav", pcmFormat(8, 1), "\x00\x7f\x80", riff(format(1, 1, 48000, 1, 8), chunk("data", "\x80\xff\x00"))},
		"24 bit":     {"wav", pcmFormat(24, 1), "abc", riff(format(1, 1, 48000, 3, 24), chunk("data", "abc"))},
		"20 bit":     {"wav", pcmFormat(20, 1), "\x10bc", riff(chunk("fmt ", le(0xfffe, 1, int64(48000), int64(144000), 3, 24, 22, 20, int64(4), subPCM)), chunk("data", "\x10bc"))},
		"float":      {"wav", floatFormat(32), "abcd", riff(chunk("fmt ", le(3, 1, int64(48000), int64(192000), 4, 32, 0)), chunk("fact", le(int64(1))), chunk("data", "abcd"))},
		"3 channels": {"wav", pcmFormat(16, 3), "abcdef", riff(extensible(3, 48000, 2, 16, 16, subPCM), chunk("data", "abcdef"))},
		"RF64":       {"rf64", pcmFormat(16, 1), "abcd", "RF64\xff\xff\xff\xffWAVE" + ds64(76, 4, 2) + format(1, 1, 48000, 2, 16) + "data\xff\xff\xff\xffabcd"},
		"Wave64":     {"w64", pcmFormat(16, 1), "abcd", w64(0, chunk64("fmt ", le(1, 1, int64(48000), int64(96000), 2, 16)), chunk64("data", "abcd"))},
		"RIFX":       {"rifx", pcmFormat(16, 1), "abcd", rifx(chunkX("fmt ", be(1, 1, int64(48000), int64(96000), 2, 16)), chunkX("data", "badc"))},
	} {
		t.Run(name, func(t *testing.T) {
			var file bytes.Buffer
			w, err := wav.NewWriter(&file, c.kind, c.format, int64(len(c.frames)/c.format.FrameSize()))
			require.NoError(t, err)
			write(t, w, []byte(c.frames), 2)
			require.Equal(t, c.want, file.String())
		})
	}
}

// Every file that can be read can be written again, with other audio and all that is
// not of the audio.
func TestWritesLikeEveryKind(t *testing.T) {
	for name, c := range valid {
		t.Run(name, func(t *testing.T) {
			like, frames := read(t, []byte(c.file))
			frames = append(append([]byte{}, frames...), frames...)
			var file bytes.Buffer
			w, err := wav.NewWriterLike(&file, like, like.Frames()*2, nil)
			require.NoError(t, err)
			write(t, w, frames, 5)
			got, back := read(t, file.Bytes())
			require.Equal(t, like.Header.Kind, got.Header.Kind)
			require.Equal(t, like.DataRegion().Coding, got.DataRegion().Coding)
			require.Equal(t, string(frames), string(back))
			require.Equal(t, carried(t, c.file), carried(t, file.String()))
		})
	}
}

// carried returns the chunks that are not of the audio.
func carried(t *testing.T, file string) (chunks []string) {
	f, err := wav.Open(strings.NewReader(file), int64(len(file)))
	require.NoError(t, err)
	for _, c := range f.Header.Chunks {
		if !strings.Contains("fmt data ds64 fact PEAK", c.ID) {
			chunks = append(chunks, c.ID+":"+file[c.Offset:c.End()])
		}
	}
	return chunks
}

func TestCarriesWhatIsNotOfTheAudio(t *testing.T) {
	bext := strings.Repeat("\x00", 338) + le(uint64(1234)) + strings.Repeat("\x00", 256)
	file := riff(chunk("bext", bext), chunk("JUNK", "12345678"), format(3, 1, 48000, 4, 32), chunk("fact", le(int64(1))), chunk("PEAK", "12345678"),
		chunk("iXML", "<odd>"), chunk("data", "abcd"), chunk("cue ", le(int64(0))), chunk("LIST", "INFOx"))
	like, _ := read(t, []byte(file))
	var out bytes.Buffer
	w, err := wav.NewWriterLike(&out, like, 2, nil)
	require.NoError(t, err)
	write(t, w, []byte("efghijkl"), 8)
	want := riff(format(3, 1, 48000, 4, 32), chunk("fact", le(int64(2))), chunk("bext", bext), chunk("iXML", "<odd>"),
		chunk("data", "efghijkl"), chunk("cue ", le(int64(0))), chunk("LIST", "INFOx"))
	require.Equal(t, want, out.String())
	got, _ := read(t, out.Bytes())
	require.EqualValues(t, 1234, got.Header.TimeReference)
}

// long is a file that has a head and then silence.
type long struct{ head []byte }

func (l long) ReadAt(p []byte, at int64) (int, error) {
	clear(p)
	if at < int64(len(l.head)) {
		copy(p, l.head[at:])
	}
	return len(p), nil
}

func TestLongFiles(t *testing.T) {
	f := pcmFormat(24, 2)
	for name, c := range map[string]struct {
		kind, is wav.Kind
		frames   int64
		fails    bool
	}{
		"just below 4 GiB":     {wav.RIFF, wav.RIFF, (math.MaxUint32 - 36) / 6, false},
		"beyond 4 GiB":         {wav.RIFF, wav.RF64, (math.MaxUint32-36)/6 + 1, false},
		"a day":                {wav.RIFF, wav.RF64, 48000 * 86400, false},
		"a day as Wave64":      {wav.Wave64, wav.Wave64, 48000 * 86400, false},
		"a day as BW64":        {wav.BW64, wav.BW64, 48000 * 86400, false},
		"a day as RIFX":        {wav.RIFX, "", 48000 * 86400, true},
		"a million years":      {wav.RIFF, "", math.MaxInt64 / 4, true},
		"before the beginning": {wav.RIFF, "", -1, true},
	} {
		t.Run(name, func(t *testing.T) {
			var head bytes.Buffer
			_, err := wav.NewWriter(&head, c.kind, f, c.frames)
			if c.fails {
				require.ErrorIs(t, err, iff.ErrTooLong)
				require.Zero(t, head.Len())
				return
			}
			require.NoError(t, err)
			size := int64(head.Len()) + c.frames*6
			if c.is == wav.Wave64 {
				size += (8 - size%8) % 8
			}
			got, err := wav.Open(long{head.Bytes()}, size)
			require.NoError(t, err)
			require.Equal(t, c.is, got.Header.Kind)
			require.Equal(t, c.frames, got.Frames())
			require.Empty(t, got.Header.Warnings)
		})
	}
}

func TestWriterCountsFrames(t *testing.T) {
	for _, kind := range []wav.Kind{wav.RIFF, wav.RIFX} {
		w, err := wav.NewWriter(io.Discard, kind, pcmFormat(16, 1), 3)
		require.NoError(t, err)
		_, err = w.Write([]byte("abc"))
		require.NoError(t, err)
		require.ErrorContains(t, w.Close(), "2 of the 3 frames that were announced are missing")
		_, err = w.Write([]byte("defg"))
		require.ErrorIs(t, err, iff.ErrTooLong)
		_, err = w.Write([]byte("def"))
		require.NoError(t, err)
		require.NoError(t, w.Close())
	}
	_, err := wav.NewWriter(io.Discard, wav.RIFF, pcmFormat(0, 1), 3)
	require.ErrorIs(t, err, pcm.ErrFormat)
	_, err = wav.NewWriter(io.Discard, "mp3", pcmFormat(16, 1), 3)
	require.ErrorIs(t, err, pcm.ErrFormat)
}

// full is a disk without room.
type full struct{ room int }

func (f *full) Write(p []byte) (int, error) {
	if f.room -= len(p); f.room < 0 {
		return 0, io.ErrShortWrite
	}
	return len(p), nil
}

func TestWriterTellsOfAFullDisk(t *testing.T) {
	file := riff(chunk("bext", "abcd"), format(1, 1, 48000, 2, 16), chunk("data", ""), chunk("LIST", "INFO"))
	like, _ := read(t, []byte(file))
	for room := range len(file) + 6 {
		w, err := wav.NewWriterLike(&full{room}, like, 3, nil)
		if err == nil {
			if _, err = w.Write([]byte("abcdef")); err == nil {
				err = w.Close()
			}
		}
		require.ErrorIs(t, err, io.ErrShortWrite, room)
	}
}
