package worktree

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/object"
)

// band is a folder as a musician has it.
func band() map[string]string {
	return map[string]string{
		"kick.wav":                         "kick",
		"stems/bass.wav":                   "bass",
		"lyrics.txt":                       "la la",
		"cover.png":                        "png",
		"Project/song.als":                 "als",
		"Project/Samples/Imported/hat.wav": "hat",
		"Project/Samples/snare.aif":        "snare",
	}
}

func TestSnapshotGoesToAnotherFolderAndBack(t *testing.T) {
	a := newSong(t, band())
	old := time.Date(2019, 5, 4, 3, 2, 1, int(7*time.Millisecond), time.UTC)
	require.NoError(t, os.Chtimes(filepath.Join(a.root, "Project", "song.als"), old, old))
	tree := a.snapshot(object.Tree{})
	require.Equal(t, []string{"Project", "cover.png", "kick.wav", "lyrics.txt", "stems/bass.wav"}, paths(tree))

	b := newSongWith(t, a.mem, nil)
	b.checkout(object.Tree{}, tree)
	require.Equal(t, band(), b.files())
	require.True(t, b.status(tree).Clean())
	require.Equal(t, tree, b.snapshot(tree))
	info, err := os.Stat(filepath.Join(b.root, "Project", "song.als"))
	require.NoError(t, err)
	require.True(t, info.ModTime().Equal(old))
}

func TestUnchangedFolderIsNotRead(t *testing.T) {
	s := newSong(t, band())
	time.Sleep(20 * time.Millisecond) // past the file system's tick, so that nothing is racy
	tree := s.snapshot(object.Tree{})
	s.mem.reads.Store(0)
	require.True(t, s.status(tree).Clean())
	require.Equal(t, tree, s.snapshot(tree))
	require.Zero(t, s.mem.reads.Load())
}

// A file that is written to its old length within a tick of the file system's clock
// has the stat that it had. The index then says that it cannot tell.
func TestRacyFilesAreReadAgain(t *testing.T) {
	for _, racy := range []bool{true, false} {
		s := newSong(t, band())
		tree := s.snapshot(object.Tree{})
		s.write(map[string]string{"kick.wav": "Kick"})
		info, err := os.Lstat(filepath.Join(s.root, "kick.wav"))
		require.NoError(t, err)
		data, err := s.repo.ReadIndex()
		require.NoError(t, err)
		ix, err := decodeIndex(data)
		require.NoError(t, err)
		i, ok := ix.find("kick.wav")
		require.True(t, ok)
		ix.files[i].stat, ix.files[i].racy = statOf(info), racy
		require.NoError(t, s.repo.WriteIndex(ix.encode()))
		require.Equal(t, racy, !s.status(tree).Clean(), "only the mark tells")
	}
}

func TestChangedSince(t *testing.T) {
	const moment = 100
	for st, want := range map[stat]bool{
		{mtime: 1, ctime: moment - 1}: false,
		{mtime: 1, ctime: moment}:     true, // the same tick
		{mtime: 1, ctime: moment + 1}: true,
		{mtime: moment + 9, ctime: 1}: false, // a program set it
		{mtime: moment - 1}:           false, // a system without change times
		{mtime: moment}:               true,
	} {
		require.Equal(t, want, st.changedSince(moment), st)
		f := folder{scan: &scan{files: []found{{path: "a"}}}, entries: make([]cached, 1), fresh: make([]bool, 1)}
		f.remember(0, object.FromDigest([32]byte{1}), st, moment)
		require.Equal(t, want, f.entries[0].racy, st)
	}
}

func TestStatus(t *testing.T) {
	s := newSong(t, band())
	tree := s.snapshot(object.Tree{})
	s.write(map[string]string{"kick.wav": "KICK", "new.wav": "new", "Project/song.als": "more"})
	s.remove("cover.png")
	require.NoError(t, os.Rename(filepath.Join(s.root, "stems", "bass.wav"), filepath.Join(s.root, "bass.wav")))
	var got []string
	for _, c := range s.status(tree).Changes {
		got = append(got, string(c.Kind)+" "+c.From+" "+c.Path)
	}
	require.Equal(t, []string{
		"modified  Project", "renamed stems/bass.wav bass.wav", "deleted  cover.png",
		"modified  kick.wav", "added  new.wav",
	}, got)
}
