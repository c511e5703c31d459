package aiff_test

import (
	"bytes"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/audio/aiff"
	"github.com/parrots-music/parrots/internal/audio/iff"
	"github.com/parrots-music/parrots/internal/audio/pcm"
)

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
func read(t testing.TB, file []byte) (*aiff.File, []byte) {
	t.Helper()
	f, err := aiff.Open(bytes.NewReader(file), int64(len(file)))
	require.NoError(t, err)
	frames := make([]byte, f.Frames()*int64(f.Format().FrameSize()))
	_, err = f.ReadFrames(frames, 0)
	require.NoError(t, err)
	return f, frames
}

func TestReadsWhatItWrote(t *testing.T) {
	source := rand.NewChaCha8([32]byte{1})
	random := rand.New(source)
	for depth := 1; depth <= 64; depth++ {
		for _, float := range []bool{false, true} {
			f := pcm.Format{SampleRate: 1 + random.IntN(pcm.MaxSampleRate), Channels: 1 + random.IntN(7), BitDepth: depth, Float: float}
			if f.Check() != nil {
				continue
			}
			frames := make([]byte, random.IntN(300)*f.FrameSize())
			_, _ = source.Read(frames)
			var file bytes.Buffer
			w, err := aiff.NewWriter(&file, f, int64(len(frames)/f.FrameSize()))
			require.NoError(t, err)
			write(t, w, frames, 1+random.IntN(100))
			got, back := read(t, file.Bytes())
			require.Equal(t, f, got.Format())
			require.True(t, bytes.Equal(frames, back), "%v", f)
			require.Empty(t, got.Header.Warnings)
		}
	}
}

func TestWritesTheBytesOfOthers(t *testing.T) {
	var file bytes.Buffer
	w, err := aiff.NewWriter(&file, ints(24, 1), 1)
	require.NoError(t, err)
	write(t, w, []byte("abc"), 1)
	require.Equal(t, form("AIFF", comm(1, 1, 24, 44100), ssnd("cba")), file.String())

	file.Reset()
	w, err = aiff.NewWriter(&file, floats(32), 1)
	require.NoError(t, err)
	write(t, w, []byte("abcd"), 4)
	require.Equal(t, form("AIFC", chunk("FVER", "\xa2\x80\x51\x40"), comm(1, 1, 32, 44100, "fl32\x00\x00"), ssnd("dcba")), file.String())
}

func TestWritesLikeEveryKind(t *testing.T) {
	for name, c := range valid {
		t.Run(name, func(t *testing.T) {
			like, frames := read(t, []byte(c.file))
			frames = append(append([]byte{}, frames...), frames...)
			var file bytes.Buffer
			w, err := aiff.NewWriterLike(&file, like, like.Frames()*2, nil)
			require.NoError(t, err)
			write(t, w, frames, 5)
			got, back := read(t, file.Bytes())
			require.Equal(t, like.Header.Kind, got.Header.Kind)
			require.Equal(t, like.DataRegion().Coding, got.DataRegion().Coding)
			require.Equal(t, string(frames), string(back))
		})
	}
}

func TestCarriesWhatIsNotOfTheAudio(t *testing.T) {
	file := form("AIFC", chunk("FVER", "\xa2\x80\x51\x40"), chunk("NAME", "odd"), chunk("PEAK", "gone"),
		comm(1, 1, 16, 44100, "sowt", "\x00\x00"), ssnd("ab"), chunk("MARK", "\x00\x00"))
	like, _ := read(t, []byte(file))
	var out bytes.Buffer
	w, err := aiff.NewWriterLike(&out, like, 2, nil)
	require.NoError(t, err)
	write(t, w, []byte("cdef"), 4)
	require.Equal(t, form("AIFC", chunk("FVER", "\xa2\x80\x51\x40"), comm(1, 2, 16, 44100, "sowt", "\x00\x00"), chunk("NAME", "odd"),
		ssnd("cdef"), chunk("MARK", "\x00\x00")), out.String())
}

func TestLongFiles(t *testing.T) {
	for _, frames := range []int64{1 << 32, 1 << 31, -1, 1 << 62} {
		var head strings.Builder
		_, err := aiff.NewWriter(&head, ints(24, 1), frames)
		require.ErrorIs(t, err, iff.ErrTooLong)
		require.Zero(t, head.Len())
	}
	_, err := aiff.NewWriter(io.Discard, ints(24, 1), 1<<30)
	require.NoError(t, err)
}
