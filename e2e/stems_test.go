package e2e

import (
	"bytes"
	"encoding/binary"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const sampleRate = 48_000

// take is a WAV of 24-bit stereo noise, a different one for every seed.
func take(seed uint64, seconds float64) []byte {
	frames := int(seconds * sampleRate)
	const frameBytes = 6
	var b bytes.Buffer
	b.WriteString("RIFF")
	write := func(v any) { _ = binary.Write(&b, binary.LittleEndian, v) } // a buffer takes everything
	write(uint32(36 + frames*frameBytes))
	b.WriteString("WAVEfmt ")
	write(struct {
		Size                 uint32
		Format, Channels     uint16
		Rate, BytesPerSecond uint32
		FrameBytes, Bits     uint16
	}{16, 1, 2, sampleRate, sampleRate * frameBytes, frameBytes, 24})
	b.WriteString("data")
	write(uint32(frames * frameBytes))
	samples := make([]byte, frames*frameBytes)
	noise := rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8), byte(seed >> 16), byte(seed >> 24)})
	_, _ = noise.Read(samples) // never fails
	b.Write(samples)
	return b.Bytes()
}

// band is a small song: three stems, one in a folder.
func band(seed uint64) map[string][]byte {
	return map[string][]byte{
		"drums.wav":       take(seed, 2),
		"bass.wav":        take(seed+1, 1),
		"vox/lead 01.wav": take(seed+2, 0.5),
		"lyrics.txt":      []byte("all aboard the night train\n"),
	}
}

// filesOf reads a song's folder without what parrots keeps in it.
func filesOf(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if d.Name() == ".parrots" {
				return fs.SkipDir
			}
			return nil
		}
		data, err := os.ReadFile(path)
		files[filepath.ToSlash(strings.TrimPrefix(path, dir+string(filepath.Separator)))] = data
		return err
	}))
	return files
}

// sameSong says that two folders hold the same files, byte for byte.
func sameSong(t *testing.T, want, got song) {
	t.Helper()
	wanted, there := filesOf(t, want.dir), filesOf(t, got.dir)
	require.ElementsMatch(t, names(wanted), names(there), "the same files")
	for path := range wanted {
		require.True(t, bytes.Equal(wanted[path], there[path]), "%s is the same, byte for byte", path)
	}
}

func names(files map[string][]byte) []string {
	list := make([]string, 0, len(files))
	for name := range files {
		list = append(list, name)
	}
	return list
}
