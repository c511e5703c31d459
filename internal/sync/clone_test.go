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
