//go:build unix

package cli

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// A pipe or a device that a picture is written to stays what it is, also behind a link:
// --png /dev/stdout must not put a file in its place.
func TestReplaceFileWritesIntoWhatIsNoFile(t *testing.T) {
	dir := t.TempDir()
	pipe, link := filepath.Join(dir, "pipe"), filepath.Join(dir, "link")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	require.NoError(t, os.Symlink("pipe", link))
	for _, path := range []string{pipe, link} {
		reader, err := os.OpenFile(pipe, os.O_RDWR, 0) // so that nobody waits for the other
		require.NoError(t, err)
		require.NoError(t, replaceFile(path, say("drawn")))
		got := make([]byte, 5)
		_, err = reader.Read(got)
		require.NoError(t, err)
		require.Equal(t, "drawn", string(got))
		require.NoError(t, reader.Close())
	}
	info, err := os.Lstat(pipe)
	require.NoError(t, err)
	require.Equal(t, fs.ModeNamedPipe, info.Mode().Type())
	info, err = os.Lstat(link)
	require.NoError(t, err)
	require.Equal(t, fs.ModeSymlink, info.Mode().Type())
	require.ErrorIs(t, replacePlainFile(pipe, "x-*", nil), errUsage)
}
