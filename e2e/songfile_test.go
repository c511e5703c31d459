package e2e

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// A drummer says what the song is; the chain is told with the push, and a singer who
// clones it hears the same mix to the last bit.
func TestSayWhatASongIs(t *testing.T) {
	t.Parallel()
	m := musicians(t, "drummer", "singer")
	s := m[0].begins("described", band(870))
	s.does("song", "set", "title", "Night Train")
	s.does("song", "set", "tempo", "96.5")
	s.does("song", "set", "key", "Am")
	s.does("song", "set", "drums.wav", "gain", "-3")
	s.does("commit", "-m", "what it is")
	s.does("push", "--yes")
	on := s.record()
	require.Equal(t, "Night Train", on.Title)
	require.EqualValues(t, 96500, on.TempoMbpm)
	require.Equal(t, "A minor", on.Key)

	s.does("song", "set", "tempo", "100")
	s.does("commit", "-m", "faster")
	s.does("push")
	on = s.record()
	require.EqualValues(t, 100_000, on.TempoMbpm)
	require.Equal(t, "Night Train", on.Title)

	copied := m[1].clones(s.id(), "described")
	require.Contains(t, copied.does("song"), "100")
	require.Equal(t, s.bounces(), copied.bounces())
}

// record is what the chain says of the song.
func (s song) record() songtypes.Metadata {
	s.t.Helper()
	on, err := shared.client(s.t).Song(s.t.Context(), s.id())
	require.NoError(s.t, err)
	return on.Metadata
}

// bounces mixes the last commit and returns what identifies the audio.
func (s song) bounces() string {
	s.t.Helper()
	var mixed struct{ PCM string }
	s.json(&mixed, s.dir, "bounce", "HEAD", "-o", filepath.Join(s.t.TempDir(), "mix.wav"))
	require.NotEmpty(s.t, mixed.PCM)
	return mixed.PCM
}
