package ipfs_test

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/ipfs/go-cid"
	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/ipfs"
)

func TestFileAtReadsAtAnyPlace(t *testing.T) {
	for _, size := range []int64{0, 1, 1 << 20, 5<<20 + 17} {
		data, err := io.ReadAll(io.LimitReader(noise(byte(size)), size))
		require.NoError(t, err)
		s := ipfs.NewMemStore()
		added, err := ipfs.Add(t.Context(), s, bytes.NewReader(data))
		require.NoError(t, err)
		f, err := ipfs.OpenAt(t.Context(), s, added.CID)
		require.NoError(t, err)
		require.Equal(t, size, f.Size())
		require.NoError(t, iotest.TestReader(io.NewSectionReader(f, 0, size), data))
		var group sync.WaitGroup
		for n := range 4 {
			group.Go(func() {
				r := rand.New(rand.NewPCG(uint64(n), 0))
				for range 50 {
					at := r.Int64N(size + 1)
					p := make([]byte, r.Int64N(size-at+1))
					got, err := f.ReadAt(p, at)
					if err != nil || got != len(p) || !bytes.Equal(p, data[at:at+int64(got)]) {
						t.Errorf("%d bytes at %d: %d, %v", len(p), at, got, err)
					}
				}
			})
		}
		group.Wait()
		_, err = f.ReadAt(make([]byte, 2), size-1)
		require.Error(t, err)
		_, err = f.ReadAt(nil, -1)
		require.Error(t, err)
	}
}

// getting counts what is read of a store.
type getting struct {
	ipfs.Store
	gets int
}

func (g *getting) Get(ctx context.Context, c cid.Cid) (ipfs.Block, error) {
	g.gets++
	return g.Store.Get(ctx, c)
}

func TestFileAtReadsBackwardWithoutReadingTwice(t *testing.T) {
	data, err := io.ReadAll(io.LimitReader(noise(7), 4<<20))
	require.NoError(t, err)
	s := &getting{Store: ipfs.NewMemStore()}
	added, err := ipfs.Add(t.Context(), s, bytes.NewReader(data))
	require.NoError(t, err)
	f, err := ipfs.OpenAt(t.Context(), s, added.CID)
	require.NoError(t, err)
	p := make([]byte, 100_000)
	for at := int64(len(data)); at > 0; {
		n := min(at, int64(len(p)))
		at -= n
		_, err := f.ReadAt(p[:n], at)
		require.NoError(t, err)
		require.True(t, bytes.Equal(data[at:at+n], p[:n]))
	}
	require.LessOrEqual(t, s.gets, 1+len(data)/(128<<10))
}
