package ipfs_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"runtime"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/ipfs"
)

func TestAddReportsWhatFails(t *testing.T) {
	broken := errors.New("cable pulled")
	r := io.MultiReader(io.LimitReader(noise(1), 5<<20), iotest.ErrReader(broken))
	_, err := ipfs.Add(t.Context(), ipfs.Discard, r)
	require.ErrorIs(t, err, broken)

	_, err = ipfs.Add(t.Context(), sinkFunc(func() error { return ipfs.ErrDiskFull }), io.LimitReader(noise(1), 50<<20))
	require.ErrorIs(t, err, ipfs.ErrDiskFull)

	ctx, cancel := context.WithCancel(t.Context())
	_, err = ipfs.Add(ctx, sinkFunc(func() error { cancel(); return nil }), io.LimitReader(noise(1), 50<<20))
	require.ErrorIs(t, err, context.Canceled)
}

type sinkFunc func() error

func (f sinkFunc) Put(context.Context, ...ipfs.Block) error { return f() }

func TestAddInOddReads(t *testing.T) {
	data, err := io.ReadAll(io.LimitReader(noise(2), 2<<20))
	require.NoError(t, err)
	whole, err := ipfs.Add(t.Context(), ipfs.Discard, bytes.NewReader(data))
	require.NoError(t, err)
	odd, err := ipfs.Add(t.Context(), ipfs.Discard, iotest.HalfReader(iotest.DataErrReader(bytes.NewReader(data))))
	require.NoError(t, err)
	require.Equal(t, whole, odd)
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// TestAddNeedsLittleMemory adds 1 GiB; the bar for a file of any length is 300 MB.
func TestAddNeedsLittleMemory(t *testing.T) {
	var peak uint64
	seen := 0
	watch := writerFunc(func(p []byte) (int, error) {
		if seen += len(p); seen > 32<<20 {
			seen = 0
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapInuse)
		}
		return len(p), nil
	})
	_, err := ipfs.Add(t.Context(), ipfs.Discard, io.TeeReader(io.LimitReader(zeros{}, 1<<30), watch))
	require.NoError(t, err)
	require.NotZero(t, peak)
	require.Less(t, peak, uint64(150<<20))
}
