package worktree

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What git ignores by a file of patterns, we do.
func TestIgnoringIsGits(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git, to compare with, is not installed")
	}
	names := []string{"a", "b", "x.wav", "keep.wav", "Mix", "foo", "#x", "!y", "a b"}
	patterns := []string{
		"a", "a/", "/a", "*.wav", "!keep.wav", "a/b", "a/**", "**/b", "**/foo/x.wav", "a/*/x.wav", "Mix/**/x.wav",
		"foo*", "?", "[ab]", `\#x`, `\!y`, "a b", "*/b", "/*", "!/Mix", "**", "a/**/", "!a/keep.wav", "x.*", "**/a/b",
		"# no", "", "  ", "!Mix/", "foo/", "/Mix/*.wav", "!/foo/*",
	}
	r := rand.New(rand.NewPCG(1, 2))
	files := map[string]string{}
	for range 80 {
		var segments []string
		for range 1 + r.IntN(3) {
			segments = append(segments, names[r.IntN(len(names))])
		}
		files[strings.Join(segments, "/")] = ""
	}
	for p := range files { // no file is also a folder
		for dir := filepath.Dir(p); dir != "."; dir = filepath.Dir(dir) {
			delete(files, dir)
		}
	}
	s := newSong(t, files)
	git := func(args ...string) string {
		cmd := exec.Command("git", args...)
		cmd.Dir = s.root
		out, err := cmd.Output()
		require.NoError(t, err)
		return string(out)
	}
	git("init", "-q")
	for range 150 {
		var lines []string
		for range 1 + r.IntN(4) {
			lines = append(lines, patterns[r.IntN(len(patterns))])
		}
		text := strings.Join(lines, "\n") + "\n"
		// Both our own files and the ignore file stay out of the comparison.
		exclude := text + ".parrots/\n" + IgnoreFile + "\n"
		require.NoError(t, os.WriteFile(filepath.Join(s.root, ".git", "info", "exclude"), []byte(exclude), 0o644))
		s.write(map[string]string{IgnoreFile: exclude})
		want := strings.Split(strings.TrimSuffix(git("ls-files", "-o", "--exclude-standard", "-z"), "\x00"), "\x00")
		found, err := s.scan(t.Context(), known{})
		require.NoError(t, err)
		got := []string{}
		for _, f := range found.files {
			got = append(got, f.path)
		}
		if len(got) == 0 {
			got = []string{""}
		}
		require.ElementsMatch(t, want, got, "%q", lines)
	}
}
