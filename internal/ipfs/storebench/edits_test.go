//go:build unix

package storebench

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/ipfs/packstore"
)

const (
	frameBytes  = 6 // 24 bit, stereo
	stemSeconds = 80
	sampleRate  = 48000
)

// BenchmarkEditPass stores four stems, then what an edit pass makes of them
// (a punch-in, a trimmed head, an inserted bar, gain on a whole stem), and
// reports the bytes that the second time added: in our packs, and in a restic
// repository with and without its compression. Time is of no interest.
func BenchmarkEditPass(b *testing.B) {
	if _, err := exec.LookPath("restic"); err != nil {
		b.Skip("restic, which this compares with, is not installed")
	}
	folder := benchDir(b)
	before, after := editPass()
	ours := filepath.Join(benchDir(b), "packs")
	repos := map[string]string{"off": benchDir(b), "auto": benchDir(b)}
	for _, dir := range repos {
		restic(b, dir, "init")
	}
	for b.Loop() {
		base := map[string]int64{}
		for round, stems := range [][][]byte{before, after} {
			for i, s := range stems {
				require.NoError(b, os.WriteFile(filepath.Join(folder, fmt.Sprintf("%d.wav", i)), s, 0o666))
			}
			store(b, ours, folder)
			grown(b, base, round, "packs", ours)
			for mode, dir := range repos {
				restic(b, dir, "backup", "--compression="+mode, folder)
				grown(b, base, round, "restic-"+mode, dir)
			}
		}
	}
}

func store(b *testing.B, dir, folder string) {
	b.Helper()
	s, err := packstore.Open(dir, packstore.Options{})
	require.NoError(b, err)
	files, err := os.ReadDir(folder)
	require.NoError(b, err)
	for _, f := range files {
		addFile(b, s, filepath.Join(folder, f.Name()))
	}
	require.NoError(b, s.Close())
}

func restic(b *testing.B, repo string, args ...string) {
	b.Helper()
	env := append(os.Environ(), "RESTIC_PASSWORD=bench", "RESTIC_CACHE_DIR="+filepath.Join(repo, "..", "restic-cache"))
	run(b, env, "restic", append([]string{"--no-cache", "-q", "-r", repo}, args...)...)
}

// grown reports by how much a folder grew from round 0 to round 1.
func grown(b *testing.B, base map[string]int64, round int, name, dir string) {
	b.Helper()
	var total int64
	require.NoError(b, filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			total += info.Size()
		}
		return err
	}))
	if round == 0 {
		base[name] = total
		return
	}
	b.ReportMetric(float64(total-base[name])/1e6, name+"-new-MB")
}

// editPass returns four stems and what became of them.
func editPass() (before, after [][]byte) {
	for i := range 4 {
		before = append(before, stem(uint64(i), 1))
	}
	bar := 2 * sampleRate * frameBytes
	third := len(before[0]) / 3 / frameBytes * frameBytes
	punched := bytes.Clone(before[0])
	copy(punched[third:third+2*bar], stem(9, 1)[third:])
	trimmed := before[1][12347*frameBytes:]
	inserted := bytes.Join([][]byte{before[2][:third], before[2][third-bar : third], before[2][third:]}, nil)
	return before, [][]byte{punched, trimmed, inserted, stem(3, 0.707)}
}

// stem is a chord with room noise, 24 bit stereo, the same for the same seed.
func stem(seed uint64, gain float64) []byte {
	rng := rand.New(rand.NewPCG(seed, 1))
	out := make([]byte, 0, stemSeconds*sampleRate*frameBytes+2)
	for i := range stemSeconds * sampleRate {
		t := float64(i) / sampleRate
		tone := math.Sin(2*math.Pi*110*float64(seed+1)*t) + math.Sin(2*math.Pi*164.8*t)*math.Sin(t)
		for range 2 {
			v := gain * (tone*1e6 + rng.Float64()*4e4)
			out = binary.LittleEndian.AppendUint32(out, uint32(int32(v)))[:len(out)+3]
		}
	}
	return out
}
