package worktree

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/object"
)

func TestDefaultIgnores(t *testing.T) {
	s := newSong(t, map[string]string{
		".DS_Store": "", "stems/.DS_Store": "", "._kick.wav": "", "Thumbs.db": "", "desktop.ini": "",
		"kick.wav.asd": "", "kick.wav.reapeaks": "", "song.rpp-bak": "", "Backup/song [2024].als": "",
		"peaks/kick.pk": "", "S.logicx/Freeze Files/a.caf": "", "S.logicx/Alternatives/000/Undo Data.nosync/x": "",
		"a.txt~": "", "~$lyrics.docx": "", "nested/.parrots/HEAD": "",
		// and what stays
		"kick.wav": "kick", "Samples/Imported/hat.wav": "hat", "song.als": "als", "S.logicx/Alternatives/000/ProjectData": "p",
	})
	tree := s.snapshot(object.Tree{})
	require.Equal(t, []string{"S.logicx", "Samples", "kick.wav", "song.als"}, paths(tree))
	fresh := newSongWith(t, s.mem, nil)
	fresh.checkout(object.Tree{}, tree)
	require.Len(t, fresh.files(), 4)
}

func TestIgnoreFile(t *testing.T) {
	s := newSong(t, map[string]string{
		IgnoreFile: "# mine\r\n*.bak\n!keep.bak\nBounces/\n/top.txt\ndeep/**/x.wav\n!Backup/\n take?.wav\n",
		"a.bak":    "", "keep.bak": "", "Bounces/a.wav": "", "top.txt": "", "sub/top.txt": "",
		"deep/a/b/x.wav": "", "Backup/a.wav": "", "take1.wav": "", "b.wav": "",
	})
	require.Equal(t, []string{IgnoreFile, "Backup/a.wav", "b.wav", "keep.bak", "sub/top.txt", "take1.wav"}, paths(s.snapshot(object.Tree{})))
}

func TestIgnoringConcernsWhatIsNew(t *testing.T) {
	s := newSong(t, map[string]string{"a.wav": "a", "Bounces/b.wav": "b"})
	tree := s.snapshot(object.Tree{})
	s.write(map[string]string{IgnoreFile: "Bounces/\n*.wav\n", "c.wav": "c", "Bounces/d.wav": "d"})
	require.Equal(t, []string{IgnoreFile, "Bounces/b.wav", "a.wav"}, paths(s.snapshot(tree)))
}

func TestIgnoreFileIsBounded(t *testing.T) {
	for _, text := range []string{strings.Repeat("x", maxIgnoreBytes+1), strings.Repeat("x\n", maxIgnorePatterns)} {
		s := newSong(t, map[string]string{IgnoreFile: text})
		_, err := s.Snapshot(t.Context(), SnapshotOptions{})
		require.ErrorContains(t, err, IgnoreFile)
	}
}
