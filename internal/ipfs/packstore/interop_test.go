package packstore

import (
	"testing"

	"github.com/ipld/go-car/v2"
	"github.com/ipld/go-car/v2/blockstore"
	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/ipfs/kubotest"
	"github.com/parrots-music/parrots/internal/ipfs/storetest"
)

func TestGoCarReadsAPack(t *testing.T) {
	s, blocks := filled(t, 60)
	bs, err := blockstore.OpenReadOnly(packFiles(t, s.Dir())[0])
	require.NoError(t, err)
	defer bs.Close()
	for _, b := range blocks {
		got, err := bs.Get(t.Context(), b.CID())
		require.NoError(t, err)
		require.Equal(t, b.Data(), got.RawData())
	}
	r, err := car.OpenReader(packFiles(t, s.Dir())[0])
	require.NoError(t, err)
	defer r.Close()
	stats, err := r.Inspect(true)
	require.NoError(t, err)
	require.EqualValues(t, len(blocks), stats.BlockCount)
	require.True(t, r.Header.Characteristics.IsFullyIndexed())
}

func TestKuboImportsAPack(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	head := storetest.Song(t, s, 2, 2, 1<<20)[1]
	kubo := kubotest.New(t)
	kubo.Run(nil, "dag", "import", "--pin-roots=false", packFiles(t, s.Dir())[0])
	kubo.Run(nil, "pin", "add", "--offline", head.String())
}

func TestProcessesSeeEachOther(t *testing.T) {
	dir := t.TempDir()
	reader := open(t, dir, Options{})
	writer := open(t, dir, Options{})
	blocks := storetest.Blocks(9, 30)
	requireAbsent(t, reader, blocks)
	for i := range blocks { // fast enough to share a tick of the file system's clock
		require.NoError(t, writer.Put(t.Context(), blocks[i]))
		require.NoError(t, writer.Flush(t.Context()))
		requireBlocks(t, reader, blocks[i:i+1])
	}
}
