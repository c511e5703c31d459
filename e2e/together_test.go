package e2e

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// Two who may both push do it at the same moment. One is told that the other was
// first, pulls, and then pushes.
func TestPushAtTheSameTime(t *testing.T) {
	t.Parallel()
	m := musicians(t, "drummer", "singer")
	ours := m[0].publishes("duet", band(30))
	ours.letsIn(m[1], "maintainer")
	theirs := m[1].clones(ours.id(), "duet")

	ours.records("drums.wav", take(40, 1))
	ours.does("commit", "-m", "drums again")
	theirs.records("vox/lead 02.wav", take(41, 1))
	theirs.does("commit", "-m", "a second voice")

	second := race(t, ours, theirs)
	says := second.cannot(exitConflict, "push", "--yes")
	require.Contains(t, says, "the other side has commits that you do not have")
	require.Contains(t, says, "hint: `parrots pull`")

	second.does("pull")
	second.does("push")
	first := ours
	if second.musician == ours.musician {
		first = theirs
	}
	first.does("pull")
	sameSong(t, ours, theirs)
	require.Equal(t, take(40, 1), theirs.hears("drums.wav"))
	require.Equal(t, take(41, 1), ours.hears("vox/lead 02.wav"))
	require.Len(t, ours.log()[0].Parents, 2, "a merge")
	require.Equal(t, ours.head(), ours.onChain("main"))
}

// Two who changed the same stem keep both, side by side, and are told.
func TestChangeTheSameStem(t *testing.T) {
	t.Parallel()
	m := musicians(t, "drummer", "bassist")
	ours := m[0].publishes("same-stem", band(50))
	ours.letsIn(m[1], "maintainer")
	theirs := m[1].clones(ours.id(), "same-stem")

	mine, other := take(60, 1), take(61, 1)
	ours.records("bass.wav", mine)
	ours.does("commit", "-m", "bass, by the drummer")
	ours.does("push")
	theirs.records("bass.wav", other)
	theirs.does("commit", "-m", "bass, by the bassist")
	theirs.cannot(exitConflict, "push", "--yes")

	o := theirs.run(theirs.dir, "pull")
	require.Equal(t, exitConflict, o.code)
	require.Contains(t, o.out, "both sides: bass.wav")
	require.Contains(t, o.errors, "merge --continue")
	require.Equal(t, other, theirs.hears("bass.wav"), "the bassist's own stays where it was")
	beside, err := filepath.Glob(filepath.Join(theirs.dir, "bass (*.wav"))
	require.NoError(t, err)
	require.Len(t, beside, 1)
	require.Contains(t, filepath.Base(beside[0]), m[0].address[:10], "it is named after who played it")
	require.Equal(t, mine, theirs.hears(filepath.Base(beside[0])))
	theirs.cannot(exitConflict, "pull")

	theirs.does("merge", "--continue", "-m", "both basses")
	theirs.does("push")
	ours.does("pull")
	sameSong(t, ours, theirs)
	require.Len(t, ours.log(), 4)
}

// A writer pushes to branches of their own, and is told so when it is the song's main
// branch.
func TestPushAsAWriter(t *testing.T) {
	t.Parallel()
	m := musicians(t, "drummer", "singer")
	ours := m[0].publishes("writers", band(65))
	ours.letsIn(m[1], "writer")
	theirs := m[1].clones(ours.id(), "writers")

	theirs.records("vox/lead 02.wav", take(66, 1))
	theirs.does("commit", "-m", "a second voice")
	says := theirs.cannot(exitRefused, "push", "--yes")
	require.Contains(t, says, "branch is protected")
	require.Contains(t, says, "hint: `parrots switch -c")
	theirs.does("switch", "-c", "second-voice")
	theirs.does("push", "second-voice")

	ours.does("fetch")
	ours.does("merge", "origin/second-voice")
	ours.does("push")
	sameSong(t, ours, theirs)
}

// letsIn gives somebody a role.
func (s song) letsIn(other *musician, role string) {
	s.t.Helper()
	s.does("collaborator", "add", other.address, "--role", role)
	require.Contains(s.t, s.does("collaborator"), other.address+"  "+role)
}

// race lets two push at once and returns the one who was late.
func race(t *testing.T, a, b song) (late song) {
	t.Helper()
	codes := make(chan [2]int, 2)
	for i, s := range []song{a, b} {
		cmd := s.command(t.Context(), s.dir, "push", "--yes")
		require.NoError(t, cmd.Start())
		go func() {
			_ = cmd.Wait() // the exit code says all
			codes <- [2]int{i, cmd.ProcessState.ExitCode()}
		}()
	}
	ended := map[int]int{}
	for range 2 {
		c := <-codes
		ended[c[0]] = c[1]
	}
	t.Logf("exit codes: %d and %d", ended[0], ended[1])
	if ended[0] == exitConflict {
		require.Zero(t, ended[1])
		return a
	}
	require.Zero(t, ended[0])
	require.Equal(t, exitConflict, ended[1])
	return b
}
