package bridge

import (
	"testing"

	blocks "github.com/ipfs/go-block-format"
	"github.com/ipfs/go-cid"
	format "github.com/ipfs/go-ipld-format"
	mh "github.com/multiformats/go-multihash"
	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/ipfs"
	"github.com/parrots-music/parrots/internal/ipfs/storetest"
)

func TestBlockstore(t *testing.T) {
	ctx := t.Context()
	store := ipfs.NewMemStore()
	bs := Blockstore(store)
	for _, b := range storetest.Blocks(1, 6) {
		out, err := ToBoxo(b)
		require.NoError(t, err)
		require.NoError(t, bs.Put(ctx, out))
		got, err := bs.Get(ctx, b.CID())
		require.NoError(t, err)
		require.Equal(t, b.Data(), got.RawData())
		n, err := bs.GetSize(ctx, b.CID())
		require.NoError(t, err)
		require.Equal(t, len(b.Data()), n)

		old := cid.NewCidV0(b.CID().Hash()) // as old tools ask
		got, err = bs.Get(ctx, old)
		require.NoError(t, err)
		require.Equal(t, old, got.Cid())
	}
	keys, err := bs.AllKeysChan(ctx)
	require.NoError(t, err)
	n := 0
	for range keys {
		n++
	}
	require.Equal(t, 6, n)
}

func TestBlockstoreRefusals(t *testing.T) {
	ctx := t.Context()
	bs := Blockstore(ipfs.NewMemStore())
	hash, err := mh.Sum([]byte("smuggled"), mh.IDENTITY, -1)
	require.NoError(t, err)
	absent := storetest.Blocks(2, 1)[0].CID()
	for _, c := range []cid.Cid{absent, cid.NewCidV1(cid.Raw, hash)} {
		ok, err := bs.Has(ctx, c)
		require.NoError(t, err)
		require.False(t, ok)
		_, err = bs.Get(ctx, c)
		require.True(t, format.IsNotFound(err))
		_, err = bs.GetSize(ctx, c)
		require.True(t, format.IsNotFound(err))
	}
	lie, err := blocks.NewBlockWithCid([]byte("other bytes"), absent)
	require.NoError(t, err)
	require.ErrorIs(t, bs.Put(ctx, lie), ipfs.ErrCorrupt)
	require.Error(t, bs.DeleteBlock(ctx, absent))
}
