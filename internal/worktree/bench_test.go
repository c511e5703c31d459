package worktree

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/object"
)

// large is a folder of 10,000 files: 20 stems and a project with 9,980 files in
// 100 folders.
func large(t testing.TB) *song {
	files := map[string]string{"Project/song.als": "als"}
	for i := range 20 {
		files[fmt.Sprintf("stem %d.wav", i)] = fmt.Sprint("stem", i)
	}
	for i := range 9979 {
		files[fmt.Sprintf("Project/Samples/%02d/sample %d.wav", i%100, i)] = fmt.Sprint("sample", i)
	}
	return newSong(t, files)
}

// BenchmarkStatus10000 compares Status of 10,000 unchanged files with git status
// of the same folder:
//
//	go test -run=- -bench=Status10000 ./internal/worktree
func BenchmarkStatus10000(b *testing.B) {
	s := large(b)
	time.Sleep(50 * time.Millisecond) // past the file system's tick: nothing is racy
	tree := s.snapshot(object.Tree{})
	b.Run("parrots", func(b *testing.B) {
		s.mem.reads.Store(0)
		for b.Loop() {
			require.True(b, s.status(tree).Clean())
		}
		require.Zero(b, s.mem.reads.Load())
	})
	b.Run("git", func(b *testing.B) {
		git := func(args ...string) {
			cmd := exec.Command("git", append([]string{"-c", "user.name=a", "-c", "user.email=a@b", "-c", "gc.auto=0"}, args...)...)
			cmd.Dir = s.root
			out, err := cmd.CombinedOutput()
			require.NoError(b, err, string(out))
		}
		if _, err := exec.LookPath("git"); err != nil {
			b.Skip("git, to compare with, is not installed")
		}
		require.NoError(b, os.WriteFile(filepath.Join(s.root, ".gitignore"), []byte(".parrots\n"), 0o644))
		git("init", "-q")
		git("add", "-A")
		git("commit", "-qm", "all")
		for b.Loop() {
			git("status", "--porcelain")
		}
	})
}
