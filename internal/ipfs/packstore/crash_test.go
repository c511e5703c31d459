package packstore

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/ipfs/storetest"
)

// crashEnv makes the test binary the process that TestKill kills.
const crashEnv = "PARROTS_TEST_PACKSTORE_WRITER"

// crashBlocks is how many blocks the writer loops over.
const crashBlocks = 400

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashEnv); dir != "" {
		writeUntilKilled(dir)
	}
	os.Exit(m.Run())
}

// writeUntilKilled puts blocks and says after each Flush how many are safe.
func writeUntilKilled(dir string) {
	ctx := context.Background()
	s, err := Open(dir, Options{PackSize: 1 << 20})
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	for i, b := range storetest.Blocks(42, crashBlocks) {
		err := s.Put(ctx, b)
		if err == nil && i%7 == 0 {
			if err = s.Flush(ctx); err == nil {
				fmt.Println("safe", i+1)
			}
		}
		if err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
	}
	fmt.Println("done")
	select {} // until killed
}

// TestKill kills writers at random points, two at a time in one store, and
// requires of the store afterwards that every block they called safe is there
// and right, that nothing in it is damaged, and that the next writer can go on.
func TestKill(t *testing.T) {
	dir := t.TempDir()
	blocks := storetest.Blocks(42, crashBlocks)
	for round := range 12 {
		first, second := startWriter(t, dir), startWriter(t, dir)
		safe := first.read(t, rand.IntN(crashBlocks/7))
		time.Sleep(time.Duration(rand.IntN(3000)) * time.Microsecond)
		for _, w := range []*writerProcess{first, second} {
			require.NoError(t, w.cmd.Process.Kill())
			safe = max(safe, w.read(t, crashBlocks))
			_ = w.cmd.Wait() // it was killed
		}
		t.Logf("round %d: %d blocks were safe", round, safe)
		s := open(t, dir, Options{PackSize: 1 << 20})
		for _, b := range blocks[:safe] {
			got, err := s.Get(t.Context(), b.CID())
			require.NoError(t, err)
			require.Equal(t, b.Data(), got.Data())
		}
		require.NoError(t, s.Check(t.Context(), func(p Problem) { t.Errorf("%v", p) }))
		require.NoError(t, s.Close())
		if round%3 == 2 {
			require.NoError(t, os.RemoveAll(filepath.Join(dir, packsDir))) // start over
		}
	}
	s := open(t, dir, Options{})
	require.NoError(t, s.Put(t.Context(), blocks...))
	require.NoError(t, s.Flush(t.Context()))
	left, err := os.ReadDir(filepath.Join(dir, incomingDir))
	require.NoError(t, err)
	require.Empty(t, left, "what the killed left was salvaged or removed")
}

// A pack that lost its lock is not forgotten.
func TestSalvageWithoutALock(t *testing.T) {
	dir := t.TempDir()
	blocks := storetest.Blocks(43, 2)
	s := open(t, dir, Options{})
	require.NoError(t, s.Put(t.Context(), blocks[0]))
	s.writer.current.leave() // as if its process had been killed
	locks, err := filepath.Glob(filepath.Join(dir, incomingDir, "*"+lockExt))
	require.NoError(t, err)
	require.Len(t, locks, 1)
	require.NoError(t, os.Remove(locks[0]))

	again := open(t, dir, Options{})
	require.NoError(t, again.Put(t.Context(), blocks[1]))
	require.NoError(t, again.Flush(t.Context()))
	left, err := os.ReadDir(filepath.Join(dir, incomingDir))
	require.NoError(t, err)
	require.Empty(t, left)
	got, err := again.Get(t.Context(), blocks[0].CID())
	require.NoError(t, err)
	require.Equal(t, blocks[0].Data(), got.Data())
}

type writerProcess struct {
	cmd   *exec.Cmd
	lines *bufio.Scanner
}

func startWriter(t *testing.T, dir string) *writerProcess {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), crashEnv+"="+dir)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	return &writerProcess{cmd: cmd, lines: bufio.NewScanner(out)}
}

// read reads up to n lines and returns how many blocks are safe after them.
func (w *writerProcess) read(t *testing.T, n int) int {
	t.Helper()
	safe := 0
	for ; n > 0 && w.lines.Scan(); n-- {
		line := w.lines.Text()
		require.False(t, strings.HasPrefix(line, "error"), line)
		_, _ = fmt.Sscanf(line, "safe %d", &safe)
	}
	return safe
}
