package worktree

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/object"
)

func TestTheSongFileSaysWhatAStemIs(t *testing.T) {
	s := newSong(t, map[string]string{
		"bass.wav": "bass", "takes/vox.wav": "vox", "keys.wav": "keys",
		"song.yaml": "stems:\n  bass.wav:\n    kind: take\n    instrument: bass guitar\n    start: 2\n  takes/vox.wav:\n",
	})
	tree := s.snapshot(object.Tree{})
	find := func(path string) object.Entry {
		e, ok := tree.Find(path)
		require.True(t, ok)
		return e
	}
	require.Equal(t, object.KindTake, find("bass.wav").Kind)
	require.Equal(t, "bass guitar", find("bass.wav").Instrument)
	require.EqualValues(t, 2*object.TicksPerSecond, find("bass.wav").Start)
	require.Equal(t, object.KindTake, find("takes/vox.wav").Kind, "where it is silent the folder says")
	require.Equal(t, object.KindOther, find("song.yaml").Kind)

	// What it no longer says of a stem that it lists is over.
	s.write(map[string]string{"song.yaml": "stems:\n  bass.wav:\n    start: 1\n"})
	tree = s.snapshot(tree)
	require.Equal(t, object.KindStem, find("bass.wav").Kind)
	require.Empty(t, find("bass.wav").Instrument)
	require.EqualValues(t, object.TicksPerSecond, find("bass.wav").Start)

	// What it does not list stays as it was, also under another name.
	s.write(map[string]string{"song.yaml": "title: x\n"})
	require.NoError(t, os.Rename(filepath.Join(s.root, "bass.wav"), filepath.Join(s.root, "low.wav")))
	tree = s.snapshot(tree)
	require.EqualValues(t, object.TicksPerSecond, find("low.wav").Start)

	// So does everything where it is broken, and the file itself is saved.
	s.write(map[string]string{"song.yaml": "stems:\n  low.wav:\n    gain: loud\n", "new.wav": "new"})
	snapshot, err := s.Snapshot(t.Context(), SnapshotOptions{Base: tree})
	require.NoError(t, err)
	last := snapshot.Warnings[len(snapshot.Warnings)-1] // others say that these are no audio
	require.Equal(t, "song.yaml", last.Path)
	require.Contains(t, last.Reason, `line 3, column 11: low.wav: gain: "loud" is no gain`)
	tree = snapshot.Tree
	require.EqualValues(t, object.TicksPerSecond, find("low.wav").Start)
	find("new.wav")
	status := s.status(tree)
	require.True(t, status.Clean())
	require.Len(t, status.Warnings, 1)
}
