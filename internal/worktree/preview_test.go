package worktree

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/object"
)

func says(text string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}
}

func TestPreviewsAreNeverCommitted(t *testing.T) {
	s := newSong(t, nil)
	s.write(map[string]string{"drums/snare.wav": "snare"})
	folder := s.PreviewFolder("drums/snare.wav")
	require.Equal(t, "drums/snare.wav.preview", folder)
	require.NoError(t, s.WritePreview(folder+"/base.wav", says("base")))
	require.NoError(t, s.WritePreview(folder+"/joint 1, ours.wav", says("ours")))
	require.Equal(t, "drums/snare.wav 2.preview", s.PreviewFolder("drums/snare.wav"))

	tree := s.snapshot(object.Tree{})
	require.Len(t, tree.Entries, 1)
	require.Equal(t, "drums/snare.wav", tree.Entries[0].Path)

	s.write(map[string]string{IgnoreFile: "!*\n!*.preview/\n!/drums/snare.wav.preview/\n"})
	tree = s.snapshot(object.Tree{})
	require.Len(t, tree.Entries, 2, "no pattern brings them back")

	previews := []string{folder + "/base.wav", folder + "/joint 1, ours.wav", folder + "/gone.wav"}
	require.NoError(t, s.RemovePreviews(previews))
	require.NoDirExists(t, filepath.Join(s.root, folder))
}

func TestAPreviewThatSomebodyHasWorkedOnStays(t *testing.T) {
	s := newSong(t, nil)
	require.NoError(t, s.WritePreview("a.preview/base.wav", says("base")))
	file := filepath.Join(s.root, "a.preview", "base.wav")
	require.NoError(t, os.Chmod(file, 0o644))
	s.write(map[string]string{"a.preview/mine.wav": "mine"})
	require.NoError(t, s.RemovePreviews([]string{"a.preview/base.wav"}))
	require.FileExists(t, file)
	require.ErrorIs(t, s.WritePreview("a.preview/mine.wav", says("x")), os.ErrExist)
}

func TestPreviewsStayInTheirFolder(t *testing.T) {
	s := newSong(t, nil)
	s.write(map[string]string{"a.wav": "a"})
	for _, p := range []string{"a.wav", "../x.preview/a", "/x.preview/a", "x.preview/../a.wav", ".parrots/x.preview/a", "", "x.preview", "a.preview//b"} {
		require.Error(t, s.WritePreview(p, says("x")), p)
		require.Error(t, s.RemovePreviews([]string{p}), p)
	}
	require.FileExists(t, filepath.Join(s.root, "a.wav"))
	outside := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(outside, "base.wav"), []byte("x"), 0o444))
	if err := os.Symlink(outside, filepath.Join(s.root, "out.preview")); err != nil {
		t.Skip("no links here")
	}
	require.Error(t, s.WritePreview("out.preview/new.wav", says("x")))
	require.NoError(t, s.RemovePreviews([]string{"out.preview/base.wav"}))
	require.FileExists(t, filepath.Join(outside, "base.wav"))
}

func TestAPreviewThatFailsIsNotThere(t *testing.T) {
	s := newSong(t, nil)
	broken := errors.New("broken")
	err := s.WritePreview("a.preview/base.wav", func(w io.Writer) error {
		_, _ = io.WriteString(w, "half")
		return broken
	})
	require.ErrorIs(t, err, broken)
	require.NoFileExists(t, filepath.Join(s.root, "a.preview", "base.wav"))

	require.NoError(t, os.Mkdir(filepath.Join(s.root, "real"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(s.root, "real", "base.wav"), []byte("x"), 0o444))
	if err := os.Symlink("real", filepath.Join(s.root, "in.preview")); err == nil {
		require.NoError(t, s.RemovePreviews([]string{"in.preview/base.wav"}))
		require.FileExists(t, filepath.Join(s.root, "real", "base.wav"))
	}

	long := s.PreviewFolder("x/" + strings.Repeat("ä", 126) + ".wav")
	require.NoError(t, s.WritePreview(long+"/base.wav", says("base")))
}
