package songfile_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/songfile"
)

func merge(t *testing.T, base, ours, theirs string) (string, []songfile.Conflict) {
	t.Helper()
	out, conflicts, err := songfile.Merge([]byte(base), []byte(ours), []byte(theirs))
	require.NoError(t, err)
	return string(out), conflicts
}

func replaced(t *testing.T, s string, pairs ...string) string {
	t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		require.Contains(t, s, pairs[i])
		s = strings.Replace(s, pairs[i], pairs[i+1], 1)
	}
	return s
}

func TestMergeTakesFieldsOfBoth(t *testing.T) {
	ours := replaced(t, full, "title: Night Train", "title: Day Train # better", "gain: -3 dB", "gain: -6")
	theirs := replaced(t, full, "pan: L30", "pan: L50", "key: f#m", "key: A minor", "bpm_source: felt\n", "bpm_source: felt\nextra: {deep: [1, 2]}\n",
		"  drums/kick.wav:\n", "  drums/kick.wav:\n    gain: 1\n  new.wav:\n    start: 12\n")
	out, conflicts := merge(t, full, ours, theirs)
	require.Empty(t, conflicts)
	want := replaced(t, ours, "pan: L30", "pan: L50", "key: f#m", "key: A minor", "  drums/kick.wav:\n", "  drums/kick.wav:\n    gain: 1\n",
		"mute: yes}\n", "mute: yes}\n  new.wav:\n    start: 12\n", "bpm_source: felt\n", "bpm_source: felt\nextra:\n  deep: [1, 2]\n")
	require.Equal(t, want, out)
}

func TestMergeConflicts(t *testing.T) {
	ours := replaced(t, full, "gain: -3 dB", "gain: -6", "key: f#m\n", "")
	theirs := replaced(t, full, "gain: -3 dB", "gain: -9", "key: f#m", "key: G", "pan: L30", "pan: R1")
	out, conflicts := merge(t, full, ours, theirs)
	require.Equal(t, []songfile.Conflict{
		{"key", "f#m", "", "G"}, {"stems: bass.wav: gain", "-3 dB", "-6", "-9"},
	}, conflicts)
	require.Equal(t, replaced(t, ours, "pan: L30", "pan: R1"), out, "ours stays where both changed, the rest is taken")

	// A stem that theirs removed stays as long as ours has something new to say of it.
	ours = replaced(t, full, "mood: dark", "mood: dark\n    mute: true")
	theirs, err := remove(full, "stems", "bass.wav")
	require.NoError(t, err)
	out, conflicts = merge(t, full, ours, theirs)
	require.Len(t, conflicts, 1)
	require.Equal(t, "stems: bass.wav", conflicts[0].Field)
	require.Contains(t, out, "mute: true")
	// And the other way round.
	_, conflicts = merge(t, full, theirs, ours)
	require.Len(t, conflicts, 1)

	// A tempo map is one field.
	ours = replaced(t, full, "bar 1: 96", "bar 1: 97")
	theirs = replaced(t, full, "bar 33: 104.5", "bar 33: 105")
	_, conflicts = merge(t, full, ours, theirs)
	require.Len(t, conflicts, 1)
	require.Equal(t, "tempo", conflicts[0].Field)

	_, conflicts = merge(t, "a: {b: 1}", "a: 2", "a: {b: 1, c: 3}")
	require.Len(t, conflicts, 1)
	_, _, err = songfile.Merge(nil, []byte("a: ["), nil)
	require.ErrorIs(t, err, songfile.ErrInvalid)
	require.Contains(t, err.Error(), "yours: song.yaml:2:1: ")
}

func remove(s string, path ...string) (string, error) {
	out, err := songfile.Remove([]byte(s), path...)
	return string(out), err
}

func TestMergeOfFilesThatBothMade(t *testing.T) {
	out, conflicts := merge(t, "", "title: a\nstems:\n  x.wav:\n", "title: a\ntempo: 96\nstems:\n  y.wav:\n")
	require.Empty(t, conflicts)
	require.Equal(t, "title: a\ntempo: 96\nstems:\n  x.wav:\n  y.wav:\n", out)
}

// Properties over generated edits: a side that changed nothing adds nothing, disjoint
// edits both arrive whatever the order, and there is a conflict where both changed one
// field differently, and only there.
func TestMergeProperties(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	fields := [][]string{
		{"title"}, {"tempo"}, {"key"}, {"mood"}, {"stems", "bass.wav", "gain"}, {"stems", "bass.wav", "pan"}, {"stems", "bass.wav", "verb"},
		{"stems", "drums/kick.wav", "gain"}, {"stems", "solo.wav", "gain"}, {"stems", "solo.wav", "start"}, {"stems", "new.wav", "gain"}, {"a", "b", "c"},
	}
	side := func(n int) (string, map[int]string) {
		data := []byte(full)
		set := map[int]string{}
		for range n {
			i, value := rng.IntN(len(fields)), fmt.Sprint(rng.IntN(3))
			out, err := songfile.Set(data, value, fields[i]...)
			require.NoError(t, err)
			data, set[i] = out, value
		}
		return string(data), set
	}
	for range 80 {
		x, xs := side(1 + rng.IntN(4))
		y, ys := side(1 + rng.IntN(4))
		out, conflicts := merge(t, full, full, y)
		require.Empty(t, conflicts)
		requireSame(t, y, out)
		out, conflicts = merge(t, full, x, full)
		require.Empty(t, conflicts)
		require.Equal(t, x, out)

		clash := 0
		for i, v := range ys {
			if w, ok := xs[i]; ok && w != v {
				clash++
			}
		}
		out, conflicts = merge(t, full, x, y)
		require.Len(t, conflicts, clash)
		back, conflicts := merge(t, full, y, x)
		require.Len(t, conflicts, clash)
		if clash == 0 {
			requireSame(t, out, back)
		}
	}
}

// requireSame compares what two files say: merging one into the other changes nothing.
func requireSame(t *testing.T, a, b string) {
	t.Helper()
	out, conflicts := merge(t, a, a, b)
	require.Empty(t, conflicts)
	require.Equal(t, a, out)
}
