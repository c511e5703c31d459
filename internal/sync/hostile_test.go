package sync

import (
	"context"
	"crypto/rand"
	"io"
	"testing"

	"github.com/ipfs/go-cid"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/parrots-music/parrots/internal/ipfs"
)

// repeated is a UnixFS node of n times the same child of so many bytes.
func repeated(t *testing.T, child cid.Cid, size uint64, n int) (ipfs.Block, uint64) {
	t.Helper()
	whole := uint64(n) * size
	file := protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), 2)
	file = protowire.AppendVarint(protowire.AppendTag(file, 3, protowire.VarintType), whole)
	var node []byte
	for range n {
		file = protowire.AppendVarint(protowire.AppendTag(file, 4, protowire.VarintType), size)
		link := protowire.AppendBytes(protowire.AppendTag(nil, 1, protowire.BytesType), child.Bytes())
		link = protowire.AppendString(protowire.AppendTag(link, 2, protowire.BytesType), "")
		link = protowire.AppendVarint(protowire.AppendTag(link, 3, protowire.VarintType), size)
		node = protowire.AppendBytes(protowire.AppendTag(node, 2, protowire.BytesType), link)
	}
	b, err := ipfs.NewBlock(ipfs.CodecDagPB, protowire.AppendBytes(protowire.AppendTag(node, 1, protowire.BytesType), file))
	require.NoError(t, err)
	return b, whole
}

// Three blocks can be a file of 128 GiB. They are fetched once each, and whoever opens
// the file knows its length before it is read; the worktree compares that with the tree.
func TestRepeatedBlocksAreFetchedOnce(t *testing.T) {
	ctx := context.Background()
	song, _ := newSong(t)
	leaf, err := ipfs.NewBlock(ipfs.CodecRaw, make([]byte, 256<<10))
	require.NoError(t, err)
	inner, size := repeated(t, leaf.CID(), 256<<10, 1024)
	root, size := repeated(t, inner.CID(), size, 512)
	theirs := ipfs.NewMemStore()
	require.NoError(t, theirs.Put(ctx, leaf, inner, root))

	n, err := song.bringContent(ctx, theirs, content{files: []cid.Cid{root.CID()}, bytes: int64(size)})
	require.NoError(t, err)
	require.EqualValues(t, len(leaf.Data())+len(inner.Data())+len(root.Data()), n)
	opened, err := stored{blocks: song.Blocks, progress: NoProgress{}}.Open(ctx, root.CID())
	require.NoError(t, err)
	defer opened.Close()
	sized, ok := opened.(interface{ Size() int64 })
	require.True(t, ok, "the worktree asks for it")
	require.EqualValues(t, 128<<30, sized.Size())
}

// What a hub sends for files is bounded by what the trees say that they have.
func TestFetchIsBoundedByTheTrees(t *testing.T) {
	ctx := context.Background()
	song, _ := newSong(t)
	theirs := ipfs.NewMemStore()
	const size = 12 << 20
	added, err := ipfs.Add(ctx, theirs, io.LimitReader(rand.Reader, size))
	require.NoError(t, err)

	n, err := song.bringContent(ctx, theirs, content{files: []cid.Cid{added.CID}, bytes: 1})
	require.ErrorIs(t, err, ipfs.ErrLimit)
	require.Less(t, n, int64(size/2))
	_, err = song.bringContent(ctx, theirs, content{files: []cid.Cid{added.CID}, bytes: size})
	require.NoError(t, err)
}
