package songfile_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

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

// stems is a song file of n stems, all with fields.
func stems(n int, fields func(i int) string) string {
	var b strings.Builder
	b.WriteString("title: long\nstems:\n")
	for i := range n {
		fmt.Fprintf(&b, "  s%d.wav:\n%s", i, fields(i))
	}
	return b.String()
}

// A file is not read anew for each of many changes: what takes a second took minutes.
func TestManyChangesAreMergedInTime(t *testing.T) {
	gain := func(value string) func(int) string {
		return func(int) string { return "    gain: " + value + "\n" }
	}
	base := stems(1200, gain("1"))
	theirs := stems(1300, func(i int) string {
		switch i % 4 {
		case 0:
			return "    gain: 2\n" // changed
		case 1:
			return "    gain: 1\n    pan: L30\n    start: bar 5\n" // added
		case 2:
			return "    pan: R1\n" // removed, and added
		}
		return ""
	})
	theirs = replaced(t, theirs, "  s8.wav:\n    gain: 2\n", "", "title: long", "title: longer")
	start := time.Now()
	out, conflicts := merge(t, base, base, theirs)
	require.Less(t, time.Since(start), 30*time.Second)
	require.Empty(t, conflicts)
	requireSame(t, theirs, out)
	requireSame(t, out, theirs)

	ours := replaced(t, base, "title: long", "title: long # mine", "  s3.wav:\n    gain: 1\n", "  s3.wav:\n    gain: 7\n")
	out, conflicts = merge(t, base, ours, theirs)
	require.Equal(t, []string{"stems: s3.wav: gain"}, []string{conflicts[0].Field})
	require.Len(t, conflicts, 1)
	require.Contains(t, out, "title: longer # mine\n")

	// At worst nothing is merged.
	long := stems(18_000, gain("1"))
	_, _, err := songfile.Merge([]byte(long), []byte(long), []byte(stems(18_000, gain("2"))))
	require.ErrorIs(t, err, songfile.ErrInvalid)
	require.ErrorContains(t, err, "choose one of the files")
}

// requireSame compares what two files say: merging one into the other changes nothing.
func requireSame(t *testing.T, a, b string) {
	t.Helper()
	out, conflicts := merge(t, a, a, b)
	require.Empty(t, conflicts)
	require.Equal(t, a, out)
}
