package e2e

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	takeHeader = 44
	takeFrame  = 6
)

// spliced is a take with other frames in place of those from a to b.
func spliced(audio []byte, a, b int, with []byte) []byte {
	with = with[takeHeader:]
	out := append([]byte{}, audio[:takeHeader+a*takeFrame]...)
	out = append(append(out, with...), audio[takeHeader+b*takeFrame:]...)
	binary.LittleEndian.PutUint32(out[4:], uint32(len(out)-8))
	binary.LittleEndian.PutUint32(out[takeHeader-4:], uint32(len(out)-takeHeader))
	return out
}

// Two play in one stem, in different places: each gets what the other one did.
func TestPlayInTheSameStem(t *testing.T) {
	t.Parallel()
	m := musicians(t, "drummer", "bassist")
	ours := m[0].publishes("one-stem", band(300))
	ours.letsIn(m[1], "maintainer")
	theirs := m[1].clones(ours.id(), "one-stem")

	base := take(301, 1)
	fill, bar := take(310, 0.1), take(311, 0.5)
	ours.records("bass.wav", spliced(base, 30_000, 34_800, fill))
	ours.does("commit", "-m", "a fill")
	ours.does("push")
	theirs.records("bass.wav", spliced(base, 10_000, 10_000, bar))
	theirs.does("commit", "-m", "a bar more")

	says := theirs.does("pull")
	require.Contains(t, says, "merged: bass.wav (1 change of yours and 1 change of theirs)")
	theirs.does("push", "--yes")
	ours.does("pull")
	both := spliced(spliced(base, 30_000, 34_800, fill), 10_000, 10_000, bar)
	require.Equal(t, both, theirs.hears("bass.wav"))
	require.Equal(t, both, ours.hears("bass.wav"))
	sameSong(t, ours, theirs)
	require.Len(t, ours.log()[0].Parents, 2)

	// In the same place, the bassist decides, and both have that.
	second, third := take(312, 0.1), take(313, 0.2)
	ours.records("bass.wav", spliced(both, 1_000, 5_800, second))
	ours.does("commit", "-m", "the first note")
	ours.does("push")
	theirs.records("bass.wav", spliced(both, 2_000, 11_600, third))
	theirs.does("commit", "-m", "the first notes")
	says = theirs.cannot(exitConflict, "pull")
	require.Contains(t, says, "hint: both versions are in the folder")
	previews, err := filepath.Glob(filepath.Join(theirs.dir, "bass.wav.preview", "joint 1 *.wav"))
	require.NoError(t, err)
	require.Len(t, previews, 3)
	theirs.does("merge", "--theirs", "bass.wav")
	theirs.does("merge", "--continue")
	require.NoDirExists(t, filepath.Join(theirs.dir, "bass.wav.preview"))
	theirs.does("push")
	ours.does("pull")
	require.Equal(t, spliced(both, 1_000, 5_800, second), ours.hears("bass.wav"))
	sameSong(t, ours, theirs)
}

// The power fails while a merge is under way, at ten points picked by chance, half of
// them in a merge that ends in a conflict. Each time nothing is lost, and the merge can
// be done again.
func TestPowerFailsWhileMerging(t *testing.T) {
	t.Parallel()
	chance := dice(t)
	m := newcomer(t, "drummer")
	base := take(320, 10)
	s := m.begins("power-cut", map[string][]byte{"bass.wav": base})
	s.does("switch", "--create", "theirs")
	const at = 250_000
	theirs := take(321, 0.1)
	s.records("bass.wav", spliced(base, at, at+4800, theirs))
	s.does("commit", "-m", "theirs")
	whole := time.Second
	for killed, round := 0, 0; killed < crashes; round++ {
		require.Less(t, round, 4*crashes, "most merges were quicker than the power cut")
		overlap := round%2 == 1
		from := 1000 + 1000*round
		if overlap {
			from = at - 1000
		}
		mine := spliced(base, from, from+2400, take(uint64(400+round), 0.05))
		want := mine
		if !overlap {
			want = spliced(mine, at, at+4800, theirs)
		}
		s.does("switch", "--create", fmt.Sprintf("round-%d", round), "main")
		s.records("bass.wav", mine)
		s.does("commit", "-m", "mine")
		if s.powerFails(time.Duration(chance.Float64()*float64(whole)), "merge", "theirs") {
			killed++
		}
		s.does("status")
		began := time.Now()
		s.mergesAgain(t, mine, overlap)
		whole = time.Since(began)
		require.True(t, bytes.Equal(want, s.hears("bass.wav")), "round %d", round)
		require.Contains(t, s.does("status"), "nothing changed since")
		require.Len(t, s.log()[0].Parents, 2)
	}
	s.does("doctor")
}

// mergesAgain does what a merge has not done when the power failed.
func (s song) mergesAgain(t *testing.T, mine []byte, overlap bool) {
	t.Helper()
	if strings.Contains(s.does("status"), "a merge waits for you") {
		s.does("merge", "--abort")
	}
	if len(s.log()[0].Parents) == 2 {
		return // it was done
	}
	require.True(t, bytes.Equal(mine, s.hears("bass.wav")), "the drummer's own is there")
	if !overlap {
		s.does("merge", "theirs")
		return
	}
	s.cannot(exitConflict, "merge", "theirs")
	s.does("merge", "--ours", ".")
	s.does("merge", "--continue")
}

// powerFails kills a command after a while, and says whether that was in time.
func (s song) powerFails(after time.Duration, args ...string) bool {
	cmd := s.command(s.t.Context(), s.dir, args...)
	require.NoError(s.t, cmd.Start())
	timer := time.AfterFunc(after, func() { _ = cmd.Process.Kill() }) // it may have ended
	defer timer.Stop()
	_ = cmd.Wait() // how it ended is asked below
	return !cmd.ProcessState.Exited()
}
