package audio_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/audio"
	"github.com/parrots-music/parrots/internal/audio/flac"
	"github.com/parrots-music/parrots/internal/audio/iff"
	"github.com/parrots-music/parrots/internal/audio/pcm"
)

// A file of every container takes other audio, and stays what it is.
func TestWritesLikeEveryContainer(t *testing.T) {
	format := stereo(24, false)
	for _, container := range []string{"wav", "rifx", "rf64", "bw64", "w64", "aiff", "flac"} {
		t.Run(container, func(t *testing.T) {
			frames := noise(format, 500)
			like, got := load(t, store(t, container, format, frames))
			require.True(t, bytes.Equal(frames, got))
			require.Equal(t, container, like.Facts.Container)
			_, flat := like.DataRegion()
			require.Equal(t, container != "flac", flat)

			out, err := os.Create(filepath.Join(t.TempDir(), "a"))
			require.NoError(t, err)
			defer out.Close()
			frames = noise(format, 300)
			w, err := audio.NewWriterLike(out, like, 300, nil)
			require.NoError(t, err)
			_, err = w.Write(frames)
			require.NoError(t, err)
			require.NoError(t, w.Close())
			back, got := load(t, out.Name())
			require.True(t, bytes.Equal(frames, got))
			require.EqualValues(t, 300, back.Facts.Frames)
			back.Facts.Frames = 500
			require.Equal(t, like.Facts, back.Facts)
		})
	}
}

func TestWritesWhatContainersHold(t *testing.T) {
	out, err := os.Create(filepath.Join(t.TempDir(), "a"))
	require.NoError(t, err)
	defer out.Close()
	_, err = audio.NewWriter(out, "flac", stereo(32, true), 1)
	require.ErrorIs(t, err, flac.ErrUnsupported)
	_, err = audio.NewWriter(out, "aiff", stereo(16, false), 1<<40)
	require.ErrorIs(t, err, iff.ErrTooLong)
	_, err = audio.NewWriter(out, "mp3", stereo(16, false), 1)
	require.ErrorIs(t, err, pcm.ErrFormat)
	buffer, err := pcm.NewBuffer(stereo(16, false), nil)
	require.NoError(t, err)
	_, err = audio.NewWriterLike(out, &audio.File{Reader: buffer}, 1, nil)
	require.ErrorIs(t, err, pcm.ErrFormat)
}
