package sync

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/parrots-music/parrots/internal/ipfs"
)

func TestStoredAtReadsAnywhereFromSeveralGoroutines(t *testing.T) {
	data := make([]byte, 3<<20)
	random := rand.NewChaCha8([32]byte{1})
	_, _ = random.Read(data)
	store := ipfs.NewMemStore()
	added, err := ipfs.Add(context.Background(), store, bytes.NewReader(data))
	require.NoError(t, err)
	f, err := openStoredAt(context.Background(), store, added.CID, uint64(len(data)))
	require.NoError(t, err)
	require.EqualValues(t, len(data), f.size)
	_, err = openStoredAt(context.Background(), store, added.CID, 5)
	require.ErrorIs(t, err, ipfs.ErrMalformed, "the tree says another length")
	var g errgroup.Group
	for seed := range uint64(4) {
		g.Go(func() error {
			rng := rand.New(rand.NewPCG(seed, 1))
			for range 50 {
				at, n := rng.IntN(len(data)), 1+rng.IntN(400_000)
				p := make([]byte, n)
				got, err := f.ReadAt(p, int64(at))
				want := data[at:min(len(data), at+n)]
				if !bytes.Equal(want, p[:got]) || (got < n) != errors.Is(err, io.EOF) {
					return errors.New("not what was written")
				}
			}
			return nil
		})
	}
	require.NoError(t, g.Wait())
	_, err = f.ReadAt(make([]byte, 1), int64(len(data)))
	require.ErrorIs(t, err, io.EOF)
	_, err = f.ReadAt(make([]byte, 1), -1)
	require.Error(t, err)
}
