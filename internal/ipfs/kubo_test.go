package ipfs_test

import (
	"io"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/ipfs"
	"github.com/parrots-music/parrots/internal/ipfs/kubotest"
	"github.com/parrots-music/parrots/internal/object"
)

// noise is an endless stream that only depends on its seed.
func noise(seed byte) io.Reader { return rand.NewChaCha8([32]byte{seed}) }

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// TestSameCIDAsKubo holds us to the line in the object format: a stem's CID is
// what the pinned Kubo prints for it.
func TestSameCIDAsKubo(t *testing.T) {
	kubo := kubotest.New(t)
	for _, c := range []struct {
		name  string
		bytes int64
		from  func() io.Reader
	}{
		{"empty", 0, func() io.Reader { return noise(1) }},
		{"one byte", 1, func() io.Reader { return noise(2) }},
		{"256 KiB - 1", 256<<10 - 1, func() io.Reader { return noise(3) }},
		{"256 KiB", 256 << 10, func() io.Reader { return noise(4) }},
		{"256 KiB + 1", 256<<10 + 1, func() io.Reader { return noise(5) }},
		{"smallest chunk", object.ChunkMin, func() io.Reader { return noise(6) }},
		{"largest chunk of silence", object.ChunkMax, func() io.Reader { return zeros{} }},
		{"one more than that", object.ChunkMax + 1, func() io.Reader { return zeros{} }},
		{"5 MiB", 5 << 20, func() io.Reader { return noise(7) }},
		{"300 MiB of noise", 300 << 20, func() io.Reader { return noise(8) }},
		{"300 MiB of silence", 300 << 20, func() io.Reader { return zeros{} }},
		{"1024 chunks, which fill a node", 1024 * object.ChunkMax, func() io.Reader { return zeros{} }},
		{"1025 chunks", 1024*object.ChunkMax + 1, func() io.Reader { return zeros{} }},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := kubo.Run(io.LimitReader(c.from(), c.bytes), "add", "-Q", "--only-hash", "--cid-version=1",
				"--raw-leaves", "--chunker=buzhash", "--max-file-links=1024")
			got, err := ipfs.Add(t.Context(), ipfs.Discard, io.LimitReader(c.from(), c.bytes))
			require.NoError(t, err)
			require.Equal(t, want, got.CID.String())
			require.Equal(t, c.bytes, got.Size)
		})
	}
}
