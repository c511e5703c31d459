// Package storetest is the conformance suite that every ipfs.Store passes. It is
// imported by tests only.
package storetest

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/ipfs/go-cid"
	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/ipfs"
)

// Blocks makes n blocks of noise that only depend on seed, a few of them empty,
// tiny or as large as a block may be.
func Blocks(seed uint64, n int) []ipfs.Block {
	rng := rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8), 1})
	codecs := []uint64{ipfs.CodecRaw, ipfs.CodecDagPB, ipfs.CodecDagCBOR}
	blocks := make([]ipfs.Block, n)
	for i := range blocks {
		size := int(rng.Uint64() % 5000)
		switch i % 50 {
		case 11:
			size = 1
		case 12:
			size = 300 << 10
		case 49:
			size = ipfs.MaxBlockSize
		}
		data := make([]byte, size)
		rng.Read(data)
		b, err := ipfs.NewBlock(codecs[i%3], data)
		if err != nil {
			panic(err) // sizes and codecs above are allowed
		}
		blocks[i] = b
	}
	return blocks
}

// Run runs the suite. open returns an empty store, which the suite closes.
func Run(t *testing.T, open func(t *testing.T) ipfs.Store) {
	for name, test := range map[string]func(*testing.T, ipfs.Store){
		"what was put can be got":            testPutGet,
		"a block not put is not found":       testNotFound,
		"putting again changes nothing":      testPutAgain,
		"the empty block is a block":         testEmptyBlock,
		"blocks are found by hash":           testOtherCodec,
		"keys lists every block":             testKeys,
		"a visitor's error ends keys":        testKeysStop,
		"many goroutines may use it at once": testConcurrent,
		"a done context is respected":        testContext,
		"files go in and come out":           testFile,
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			test(t, s)
			require.NoError(t, s.Close())
		})
	}
}

func testPutGet(t *testing.T, s ipfs.Store) {
	ctx := t.Context()
	blocks := Blocks(1, 200)
	require.NoError(t, s.Put(ctx, blocks[:50]...))
	requireHeld(t, s, blocks[:50]) // before Flush
	require.NoError(t, s.Flush(ctx))
	require.NoError(t, s.Put(ctx, blocks[50:]...))
	requireHeld(t, s, blocks)
	require.NoError(t, s.Flush(ctx))
	require.NoError(t, s.Flush(ctx)) // nothing to do
	requireHeld(t, s, blocks)
}

func requireHeld(t *testing.T, s ipfs.Store, blocks []ipfs.Block) {
	t.Helper()
	for _, b := range blocks {
		ok, err := s.Has(t.Context(), b.CID())
		require.NoError(t, err)
		require.True(t, ok)
		n, err := s.Size(t.Context(), b.CID())
		require.NoError(t, err)
		require.Equal(t, len(b.Data()), n)
		got, err := s.Get(t.Context(), b.CID())
		require.NoError(t, err)
		require.Equal(t, b.CID(), got.CID())
		require.True(t, bytes.Equal(b.Data(), got.Data()))
	}
}

func testNotFound(t *testing.T, s ipfs.Store) {
	c := Blocks(2, 1)[0].CID()
	ok, err := s.Has(t.Context(), c)
	require.NoError(t, err)
	require.False(t, ok)
	_, err = s.Get(t.Context(), c)
	require.ErrorIs(t, err, ipfs.ErrNotFound)
	var missing *ipfs.NotFoundError
	require.ErrorAs(t, err, &missing)
	require.Equal(t, c, missing.CID)
	_, err = s.Size(t.Context(), c)
	require.ErrorIs(t, err, ipfs.ErrNotFound)
}

func testPutAgain(t *testing.T, s ipfs.Store) {
	blocks := Blocks(3, 10)
	for range 3 {
		require.NoError(t, s.Put(t.Context(), blocks...))
		require.NoError(t, s.Flush(t.Context()))
	}
	require.Len(t, keys(t, s), len(blocks))
	requireHeld(t, s, blocks)
}

func testEmptyBlock(t *testing.T, s ipfs.Store) {
	b, err := ipfs.NewBlock(ipfs.CodecRaw, nil)
	require.NoError(t, err)
	require.NoError(t, s.Put(t.Context(), b))
	requireHeld(t, s, []ipfs.Block{b})
	require.NoError(t, s.Flush(t.Context()))
	requireHeld(t, s, []ipfs.Block{b})
}

func testOtherCodec(t *testing.T, s ipfs.Store) {
	b := Blocks(4, 1)[0]
	require.NoError(t, s.Put(t.Context(), b))
	other := ipfs.DigestOf(b.CID()).CID(ipfs.CodecDagCBOR)
	got, err := s.Get(t.Context(), other)
	require.NoError(t, err)
	require.Equal(t, other, got.CID())
	require.Equal(t, b.Data(), got.Data())
}

func keys(t *testing.T, s ipfs.Store) map[cid.Cid]bool {
	t.Helper()
	got := map[cid.Cid]bool{}
	require.NoError(t, s.Keys(t.Context(), func(c cid.Cid) error {
		got[c] = true
		return nil
	}))
	return got
}

func testKeys(t *testing.T, s ipfs.Store) {
	blocks := Blocks(5, 60)
	require.NoError(t, s.Put(t.Context(), blocks[:30]...))
	require.NoError(t, s.Flush(t.Context()))
	require.NoError(t, s.Put(t.Context(), blocks[30:]...))
	want := map[cid.Cid]bool{}
	for _, b := range blocks {
		want[b.CID()] = true
	}
	require.Equal(t, want, keys(t, s))
}

func testKeysStop(t *testing.T, s ipfs.Store) {
	require.NoError(t, s.Put(t.Context(), Blocks(6, 10)...))
	stop, n := errors.New("stop"), 0
	err := s.Keys(t.Context(), func(cid.Cid) error { n++; return stop })
	require.ErrorIs(t, err, stop)
	require.Equal(t, 1, n)
}

func testConcurrent(t *testing.T, s ipfs.Store) {
	blocks := Blocks(7, 200)
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			for i, b := range blocks {
				if i%4 != worker%4 {
					continue
				}
				if err := s.Put(t.Context(), b); err != nil {
					t.Error(err)
				}
				if got, err := s.Get(t.Context(), b.CID()); err != nil || !bytes.Equal(got.Data(), b.Data()) {
					t.Errorf("get after put: %v", err)
				}
				if i%16 == worker {
					if err := s.Flush(t.Context()); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	wg.Wait()
	requireHeld(t, s, blocks)
	require.Len(t, keys(t, s), len(blocks))
}

func testContext(t *testing.T, s ipfs.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	b := Blocks(8, 1)[0]
	require.ErrorIs(t, s.Put(ctx, b), context.Canceled)
	_, err := s.Get(ctx, b.CID())
	require.ErrorIs(t, err, context.Canceled)
}

func testFile(t *testing.T, s ipfs.Store) {
	data := make([]byte, 3<<20)
	rand.NewChaCha8([32]byte{9}).Read(data)
	added, err := ipfs.Add(t.Context(), s, bytes.NewReader(data))
	require.NoError(t, err)
	require.EqualValues(t, len(data), added.Size)
	require.NoError(t, s.Flush(t.Context()))
	f, err := ipfs.Open(t.Context(), s, added.CID)
	require.NoError(t, err)
	var out bytes.Buffer
	_, err = f.WriteTo(&out)
	require.NoError(t, err)
	require.True(t, bytes.Equal(data, out.Bytes()))
}
