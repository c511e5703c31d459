package songfile_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/songfile"
)

const listed = `title: Night Train # mine
studio: home
stems:
  # the good one
  guitar.wav:   # Mina
    gain: -3    # soft
    plugin: comp
  bass.wav:
  'it''s.wav': {gain: 2}
  "q: 1.wav": {pan: L30}
`

func TestRenameStemTouchesNothingElse(t *testing.T) {
	for _, tc := range []struct{ name, from, to, old, now string }{
		{"plain", "guitar.wav", "gtr.wav", "  guitar.wav:   # Mina", "  gtr.wav:   # Mina"},
		{"into a folder", "bass.wav", "old takes/bass: 2.wav", "  bass.wav:", "  'old takes/bass: 2.wav':"},
		{"in single quotes", "it's.wav", "its.wav", "  'it''s.wav':", "  its.wav:"},
		{"in double quotes", "q: 1.wav", "q.wav", `  "q: 1.wav":`, "  q.wav:"},
		{"not listed", "vox.wav", "voice.wav", "", ""},
		{"to one that is listed", "guitar.wav", "bass.wav", "", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			out, err := songfile.RenameStem([]byte(listed), tc.from, tc.to)
			require.NoError(t, err)
			require.Equal(t, strings.Replace(listed, tc.old, tc.now, 1), string(out))
		})
	}
}

func TestRenameStemOfAnOddLayout(t *testing.T) {
	out, err := songfile.RenameStem([]byte("stems:\n  ? a.wav\n  : gain: -3\n"), "a.wav", "b.wav")
	require.NoError(t, err)
	song, err := songfile.Parse(out)
	require.NoError(t, err)
	stem, ok := song.Stem("b.wav")
	require.True(t, ok)
	require.EqualValues(t, -3000, stem.Gain)
	for _, data := range []string{"", "stems:\n", "stems: [a]\n", "title: x\n"} {
		out, err := songfile.RenameStem([]byte(data), "a.wav", "b.wav")
		require.NoError(t, err)
		require.Equal(t, data, string(out))
	}
	_, err = songfile.RenameStem([]byte("a: [\n"), "a.wav", "b.wav")
	require.ErrorIs(t, err, songfile.ErrInvalid)
}
