package e2e

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const crashes = 10

// The power fails while a push is under way, at ten points picked by chance. Each
// time a second push finishes the job, and in the end somebody else gets every byte.
func TestPowerFailsWhilePushing(t *testing.T) {
	t.Parallel()
	chance := dice(t)
	m := musicians(t, "drummer", "singer")
	cut := &powerCut{chance, timed(func() { m[0].publishes("rehearsal", band(90)) })}
	s := m[0].begins("power-cut", band(100))
	takes, killed := 1, 0
	for killed < crashes {
		require.Less(t, takes, 4*crashes, "most pushes were quicker than the power cut")
		if cut.killed(t, s.musician, s.dir, "push", "--yes") {
			killed++
		}
		s.does("push", "--yes")
		require.Equal(t, s.head(), s.onChain("main"), "the second push finishes what the first began")
		s.records(fmt.Sprintf("take-%d.wav", takes), take(uint64(100+takes), 8))
		s.does("commit", "-m", fmt.Sprintf("take %d", takes))
		takes++
	}
	s.does("push")
	require.Len(t, s.log(), takes, "no commit is lost or doubled")
	sameSong(t, s, m[1].clones(s.id(), "power-cut"))
	s.does("doctor")
}

// The power fails while a clone is under way, at ten points picked by chance. Each
// time a second clone goes on where it was, and nothing lies outside its folder.
func TestPowerFailsWhileCloning(t *testing.T) {
	t.Parallel()
	chance := dice(t)
	stems := band(200)
	for i := range 8 {
		stems[fmt.Sprintf("session/take %d.wav", i)] = take(uint64(210+i), 10)
	}
	m := musicians(t, "drummer", "singer")
	s := m[0].publishes("power-cut", stems)
	id := s.id()
	cut := &powerCut{chance, timed(func() { m[1].clones(id, "train") })}
	for killed, tries := 0, 0; killed < crashes; tries++ {
		require.Less(t, tries, 4*crashes, "most clones were quicker than the power cut")
		listener := newcomer(t, "listener")
		listener.parrots(listener.desk, "join", shared.hub.url)
		if cut.killed(t, listener, listener.desk, "clone", id, "train") {
			killed++
		}
		onlyHolds(t, listener.desk, "train")
		again := listener.clones(id, "train")
		sameSong(t, s, again)
		require.Equal(t, s.head(), again.head())
		onlyHolds(t, listener.desk, "train")
		require.Contains(t, again.does("status"), "nothing changed since")
	}
}

func timed(do func()) time.Duration {
	began := time.Now()
	do()
	return time.Since(began)
}

// powerCut kills commands at points picked by chance.
type powerCut struct {
	chance *rand.Rand
	whole  time.Duration // how long the last command took that ended by itself
}

// killed starts a command and kills it within the time that it takes as a whole; it
// says no where the command was quicker, and has learnt then how quick it is now.
func (p *powerCut) killed(t *testing.T, m *musician, dir string, args ...string) bool {
	t.Helper()
	cmd := m.command(t.Context(), dir, args...)
	var says bytes.Buffer
	cmd.Stdout, cmd.Stderr = &says, &says
	after := time.Duration(p.chance.Float64() * float64(p.whole))
	began := time.Now()
	require.NoError(t, cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		require.NoError(t, err, "it ended by itself: %s", says.String())
		p.whole = time.Since(began)
		t.Logf("ended by itself before %v, after %v", after, p.whole)
		return false
	case <-time.After(after):
	}
	require.NoError(t, cmd.Process.Kill())
	err := <-ended
	t.Logf("killed after %v of about %v: %v", after.Round(time.Millisecond), p.whole.Round(time.Millisecond), err)
	return err != nil
}

// onlyHolds says that a folder holds nothing but, perhaps, one entry.
func onlyHolds(t *testing.T, dir, name string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		require.Equal(t, name, e.Name(), "nothing is written outside the song's folder, %s", filepath.Join(dir, name))
	}
}
