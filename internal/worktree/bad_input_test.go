package worktree

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/object"
)

func TestNamesThatATreeCannotHold(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("other systems do not let these names be made")
	}
	long := strings.Repeat("x", 200)
	tests := map[string]struct{ files, problems []string }{
		"windows device":      {[]string{"aux.wav", "ok.wav"}, []string{"aux.wav"}},
		"device in a project": {[]string{"P/song.als", "P/con/a.wav"}, []string{"P/con/a.wav"}},
		"colon and others":    {[]string{"a:b.wav", "what?.wav", `back\slash.wav`}, []string{`a:b.wav`, `back\slash.wav`, "what?.wav"}},
		"trailing dot":        {[]string{"take./a.wav"}, []string{"take./a.wav"}},
		"trailing space":      {[]string{"a.wav "}, []string{"a.wav "}},
		"control character":   {[]string{"a\x1b[31m.wav", "new\nline.wav"}, []string{"a\x1b[31m.wav", "new\nline.wav"}},
		"right to left":       {[]string{"a\u202evaw.wav"}, []string{"a\u202evaw.wav"}},
		"not UTF-8":           {[]string{"a\xff.wav"}, []string{"a\xff.wav"}},
		"400 bytes":           {[]string{long + "/" + long}, []string{long + "/" + long}},
		"case":                {[]string{"Kick.wav", "kick.wav", "Ünder.wav", "ünder.wav"}, []string{"kick.wav", "ünder.wav"}},
		"case of folders":     {[]string{"Stems/a.wav", "stems/b.wav"}, []string{"stems"}},
		"case in a project":   {[]string{"P/song.als", "P/A.wav", "P/a.wav"}, []string{"P/a.wav"}},
		"sharp s":             {[]string{"straße.wav", "STRASSE.wav"}, []string{"straße.wav"}},
		"NFD twins":           {[]string{"\u00e9.wav", "e\u0301.wav"}, []string{"\u00e9.wav"}},
		"NFD twin folders":    {[]string{"\u00e9/a.wav", "e\u0301/b.wav"}, []string{"e\u0301"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			files := map[string]string{}
			for _, f := range test.files {
				files[f] = f
			}
			s := newSong(t, files)
			require.Equal(t, test.problems, s.problems())
			var inStatus []string
			for _, p := range s.status(object.Tree{}).Problems {
				inStatus = append(inStatus, p.Path)
			}
			require.Equal(t, test.problems, inStatus)
			data, err := s.repo.ReadIndex()
			require.NoError(t, err)
			require.Nil(t, data, "something was changed")
			require.Equal(t, files, s.files())
		})
	}
}

func TestProblemsAreShownSafely(t *testing.T) {
	s := newSong(t, map[string]string{"kick.wav": ""})
	err := error(&ProblemsError{[]Problem{{"a\x1b[31m\n.wav", "its name holds U+001B", "rename it"}}})
	require.NotContains(t, err.Error(), "\x1b")
	require.ErrorIs(t, err, ErrProblems)
	require.Empty(t, s.problems())
}

func TestTooManyFiles(t *testing.T) {
	t.Parallel()
	files := map[string]string{}
	for i := range object.MaxTreeEntries {
		files[fmt.Sprintf("%d.wav", i)] = ""
	}
	s := newSong(t, files)
	require.Empty(t, s.problems())
	s.write(map[string]string{"one more.wav": ""})
	require.Equal(t, []string{"."}, s.problems())
	require.Len(t, s.status(object.Tree{}).Problems, 1)
}

func TestDecomposedNamesBecomeComposed(t *testing.T) {
	name := "드럼/킥.wav" // composed
	nfd := "\u1103\u1173\u1105\u1165\u11b7/\u110f\u1175\u11a8.wav"
	s := newSong(t, map[string]string{nfd: "kick"})
	tree := s.snapshot(object.Tree{})
	require.Equal(t, []string{name}, paths(tree))
	require.True(t, s.status(tree).Clean())

	// A checkout keeps to the names that are on disk.
	s.write(map[string]string{nfd: "KICK"})
	changed := s.snapshot(tree)
	s.checkout(changed, tree)
	require.Equal(t, "kick", contentAt(s.files(), nfd, name))
	require.Len(t, s.files(), 1)
	require.True(t, s.status(tree).Clean())
}

// contentAt returns the content under either spelling: Macs may change it.
func contentAt(files map[string]string, names ...string) string {
	for _, name := range names {
		if content, ok := files[name]; ok {
			return content
		}
	}
	return ""
}

func TestLinksAreLeftOutWithAWarning(t *testing.T) {
	s := newSong(t, map[string]string{"kick.wav": "kick"})
	outside := t.TempDir()
	if err := os.Symlink(outside, filepath.Join(s.root, "Samples")); err != nil {
		t.Skip("this system lets only administrators make links: ", err)
	}
	require.NoError(t, os.Symlink("kick.wav", filepath.Join(s.root, "same.wav")))
	snap, err := s.Snapshot(t.Context(), SnapshotOptions{})
	require.NoError(t, err)
	require.Equal(t, []string{"kick.wav"}, paths(snap.Tree))
	var links []string
	for _, w := range snap.Warnings {
		if strings.Contains(w.Reason, "is a link") {
			links = append(links, w.Path)
		}
	}
	require.Equal(t, []string{"Samples", "same.wav"}, links)

	// Nothing is written through a link, wherever it points.
	for _, target := range []string{"Samples/a.wav", "Samples", "same.wav"} {
		with := object.Tree{Entries: append([]object.Entry{}, snap.Tree.Entries...)}
		with.Entries = append(with.Entries, object.Entry{Path: target, CID: snap.Tree.Entries[0].CID, Size: 4, Kind: object.KindStem})
		with.Sort()
		_, err := s.Checkout(t.Context(), with, CheckoutOptions{Base: snap.Tree})
		require.ErrorIs(t, err, ErrLocalChanges)
	}
	left, err := os.ReadDir(outside)
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestFilesThatChangeWhileTheyAreRead(t *testing.T) {
	t.Parallel()
	s := newSong(t, map[string]string{"take.wav": "a", "other.wav": "b"})
	grow := &growing{memory: s.mem, path: filepath.Join(s.root, "take.wav"), t: t}
	s.content = grow
	require.Equal(t, []string{"take.wav"}, s.problems())
	require.EqualValues(t, readAttempts, grow.times)

	grow.until = 1 // a save that ends while it is read is waited for
	grow.times = 0
	require.Empty(t, s.problems())
}

func TestDamagedIndexIsRebuilt(t *testing.T) {
	s := newSong(t, band())
	tree := s.snapshot(object.Tree{})
	whole, err := s.repo.ReadIndex()
	require.NoError(t, err)
	for name, damaged := range map[string][]byte{
		"bit flip":  append(append([]byte{}, whole[:40]...), append([]byte{whole[40] ^ 1}, whole[41:]...)...),
		"cut short": whole[:len(whole)-7],
		"empty":     {},
		"text":      []byte("not an index"),
	} {
		require.NoError(t, s.repo.WriteIndex(damaged), name)
		st := s.status(tree)
		require.True(t, st.Clean(), name)
		require.Len(t, st.Notices, 1, name)
		require.NoError(t, s.repo.WriteIndex(damaged), name)
		snap, err := s.Snapshot(t.Context(), SnapshotOptions{Base: tree})
		require.NoError(t, err, name)
		require.Equal(t, tree, snap.Tree, name)
		require.Len(t, snap.Notices, 1, name)
		require.Empty(t, s.status(tree).Notices, name)
	}
}

func TestChangeWithinTheClocksTickIsSeen(t *testing.T) {
	t.Parallel()
	s := newSong(t, nil)
	for i := range 50 {
		s.write(map[string]string{"take.wav": fmt.Sprintf("%02d a", i)})
		tree := s.snapshot(object.Tree{})
		s.write(map[string]string{"take.wav": fmt.Sprintf("%02d b", i)}) // as long, maybe at the same time
		require.False(t, s.status(tree).Clean())
		require.NotEqual(t, tree, s.snapshot(tree))
	}
}

func TestTouchedProjectIsNoChange(t *testing.T) {
	s := newSong(t, band())
	tree := s.snapshot(object.Tree{})
	later := time.Now().Add(time.Hour)
	require.NoError(t, os.Chtimes(filepath.Join(s.root, "Project", "song.als"), later, later))
	require.True(t, s.status(tree).Clean())
	require.Equal(t, tree, s.snapshot(tree))
}
