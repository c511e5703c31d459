package worktree

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/object"
)

func TestOpenFile(t *testing.T) {
	w := newSong(t, nil)
	require.NoError(t, os.MkdirAll(filepath.Join(w.root, "e\u0301te\u0301"), 0o755)) // as macOS spells it
	require.NoError(t, os.WriteFile(filepath.Join(w.root, "e\u0301te\u0301", "\u00e9t\u00e9.wav"), []byte("sound"), 0o644))
	f, size, err := w.OpenFile("\u00e9t\u00e9/\u00e9t\u00e9.wav")
	require.NoError(t, err)
	defer f.Close()
	data, err := io.ReadAll(f)
	require.NoError(t, err)
	require.Equal(t, "sound", string(data))
	require.EqualValues(t, 5, size)

	outside := filepath.Join(t.TempDir(), "secret")
	require.NoError(t, os.WriteFile(outside, []byte("secret"), 0o600))
	for name, target := range map[string]string{"link.wav": outside, "inner.wav": "e\u0301te\u0301"} {
		require.NoError(t, os.Symlink(target, filepath.Join(w.root, name)))
		_, _, err := w.OpenFile(name)
		require.Error(t, err, name)
	}
	_, _, err = w.OpenFile("nothing.wav")
	require.ErrorIs(t, err, fs.ErrNotExist)
	_, _, err = w.OpenFile("../secret")
	require.ErrorIs(t, err, object.ErrInvalid)
	_, _, err = w.OpenFile("\u00e9t\u00e9")
	require.Error(t, err, "a folder is no file")
}
