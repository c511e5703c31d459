package sync

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/repo"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// A clone may end before the folder is a song's: the next one takes it up.
func TestPrepareGoesOn(t *testing.T) {
	song := songtypes.Song{Id: songtypes.NewSongID(make([]byte, 20), 0).String(), Name: "train"}
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, repo.DirName, "refs"), 0o755))
	_, err := Prepare(CloneRequest{Dir: dir}, song)
	require.NoError(t, err)
	_, err = Prepare(CloneRequest{Dir: dir}, song)
	require.NoError(t, err, "and one that ended later")

	taken := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(taken, "mine.wav"), nil, 0o644))
	_, err = Prepare(CloneRequest{Dir: taken}, song)
	require.ErrorIs(t, err, ErrFolder)
}

func TestCloneGoesOnAtAnotherHub(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "night-train")
	at := func(hub string) CloneRequest {
		return CloneRequest{Dir: dir, Remotes: map[string]repo.Remote{"origin": {Song: "song1x", Hub: hub}}}
	}
	_, err := Prepare(at("http://one"), songtypes.Song{Id: "song1x", Name: "night-train"})
	require.NoError(t, err)
	r, err := Prepare(at("http://two"), songtypes.Song{Id: "song1x", Name: "night-train"})
	require.NoError(t, err)
	config, err := r.Config()
	require.NoError(t, err)
	require.Equal(t, "http://two", config.Remotes["origin"].Hub)
}
