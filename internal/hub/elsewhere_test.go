package hub

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ipfs/go-cid"
	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/ipfs"
)

// deaf hears only some of the questions for a block.
type deaf struct {
	block ipfs.Block
	hears int // this one
	asked int
}

func (d *deaf) Get(ctx context.Context, _ cid.Cid) (ipfs.Block, error) {
	if d.asked++; d.asked == d.hears {
		return d.block, nil
	}
	<-ctx.Done()
	return ipfs.Block{}, ctx.Err()
}

func TestPeersAreAskedAgain(t *testing.T) {
	block, err := ipfs.NewBlock(ipfs.CodecRaw, []byte("boom"))
	require.NoError(t, err)
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		b, err := patient{&deaf{block: block, hears: 2}}.Get(t.Context(), block.CID())
		require.NoError(t, err)
		require.Equal(t, block.Data(), b.Data())
		require.Equal(t, swapAgain, time.Since(begin))

		begin = time.Now()
		_, err = patient{&deaf{}}.Get(t.Context(), block.CID())
		require.ErrorIs(t, err, ipfs.ErrNotFound)
		require.Equal(t, swapTime, time.Since(begin))

		canceled, cancel := context.WithCancel(t.Context())
		cancel()
		_, err = patient{&deaf{}}.Get(canceled, block.CID())
		require.ErrorIs(t, err, context.Canceled)
	})
}
