package ipfs_test

import (
	"bytes"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/ipfs"
)

// BenchmarkAdd is chunking and hashing alone, which is what the CPU has to do for
// a commit.
func BenchmarkAdd(b *testing.B) {
	data := make([]byte, 200<<20)
	_, err := io.ReadFull(noise(9), data)
	require.NoError(b, err)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		_, err := ipfs.Add(b.Context(), ipfs.Discard, bytes.NewReader(data))
		require.NoError(b, err)
	}
}
