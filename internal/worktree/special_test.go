//go:build unix

package worktree

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/object"
)

func TestPipesAndSocketsAreRefused(t *testing.T) {
	s := newSong(t, map[string]string{"kick.wav": "kick"})
	require.NoError(t, syscall.Mkfifo(filepath.Join(s.root, "pipe.wav"), 0o644))
	l, err := net.Listen("unix", filepath.Join(s.root, "sock"))
	require.NoError(t, err)
	defer l.Close()
	require.ElementsMatch(t, []string{"pipe.wav", "sock"}, s.problems())

	s.write(map[string]string{IgnoreFile: "*.wav\nsock\n!kick.wav\n"})
	require.Equal(t, []string{IgnoreFile, "kick.wav"}, paths(s.snapshot(object.Tree{})))
}

func TestDevicesAreRefused(t *testing.T) {
	s := newSong(t, nil)
	if err := syscall.Mknod(filepath.Join(s.root, "null.wav"), syscall.S_IFCHR|0o666, 1<<8|3); err != nil {
		t.Skip("only an administrator may make devices: ", err)
	}
	require.Equal(t, []string{"null.wav"}, s.problems())
}

func TestUnreadableFilesAndFolders(t *testing.T) {
	if asNobody(t) {
		return
	}
	s := newSong(t, map[string]string{"a.wav": "a", "b.wav": "b", "c/d.wav": "d"})
	require.NoError(t, os.Chmod(filepath.Join(s.root, "a.wav"), 0))
	require.Equal(t, []string{"a.wav"}, s.problems())
	require.NoError(t, os.Chmod(filepath.Join(s.root, "c"), 0))
	require.Equal(t, []string{"c"}, s.problems())
	require.NoError(t, os.Chmod(filepath.Join(s.root, "c"), 0o755)) // so that it can be removed
}

func TestReadOnlyFolder(t *testing.T) {
	if asNobody(t) {
		return
	}
	s := newSong(t, band())
	tree := s.snapshot(object.Tree{})
	s.write(map[string]string{"kick.wav": "KICK"})
	require.NoError(t, os.Chmod(s.repo.Dir(), 0o555))
	defer os.Chmod(s.repo.Dir(), 0o755) //nolint:errcheck // only so that the folder can be removed
	require.Len(t, s.status(tree).Changes, 1)
	_, err := s.Snapshot(t.Context(), SnapshotOptions{Base: tree})
	require.ErrorContains(t, err, "cannot be written")
	_, err = s.Checkout(t.Context(), object.Tree{}, CheckoutOptions{Base: tree})
	require.Error(t, err)
}

// asNobody runs the test once more as a user without rights where it is run by an
// administrator, whom no mode of a file stops, and says whether it did.
func asNobody(t *testing.T) bool {
	t.Helper()
	if os.Getuid() != 0 {
		return false
	}
	const nobody = 65534
	dir, err := os.MkdirTemp("", "nobody") //nolint:usetesting // a folder of the test would be closed to others
	require.NoError(t, err)
	defer os.RemoveAll(dir)
	program, err := os.ReadFile(os.Args[0])
	require.NoError(t, err)
	copied := filepath.Join(dir, "worktree.test")
	require.NoError(t, os.WriteFile(copied, program, 0o755))
	require.NoError(t, os.Chown(dir, nobody, nobody))
	cmd := exec.Command(copied, "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Dir = dir
	cmd.Env = []string{"TMPDIR=" + dir, "HOME=" + dir, "PATH=" + os.Getenv("PATH")}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.Contains(t, string(out), "--- PASS: "+t.Name(), "it ran")
	return true
}
