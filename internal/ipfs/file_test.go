package ipfs_test

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"testing"
	"testing/iotest"

	"github.com/ipfs/boxo/ipld/merkledag"
	"github.com/ipfs/boxo/ipld/unixfs"
	"github.com/ipfs/go-cid"
	format "github.com/ipfs/go-ipld-format"
	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/ipfs"
	"github.com/parrots-music/parrots/internal/object"
)

func put(t testing.TB, s ipfs.Store, codec uint64, data []byte) ipfs.Block {
	t.Helper()
	b, err := ipfs.NewBlock(codec, data)
	require.NoError(t, err)
	require.NoError(t, s.Put(t.Context(), b))
	return b
}

// node puts a UnixFS file node that may lie: child i is said to have sizes[i]
// bytes, the whole to have total.
func node(t testing.TB, s ipfs.Store, total uint64, data []byte, kids []cid.Cid, sizes ...uint64) cid.Cid {
	t.Helper()
	fs := unixfs.NewFSNode(unixfs.TFile)
	fs.SetData(data)
	sum := uint64(len(data))
	for _, n := range sizes {
		fs.AddBlockSize(n)
		sum += n
	}
	fs.UpdateFilesize(int64(total) - int64(sum))
	raw, err := fs.GetBytes()
	require.NoError(t, err)
	n := merkledag.NodeWithData(raw)
	for _, k := range kids {
		require.NoError(t, n.AddRawLink("", &format.Link{Cid: k, Size: 1}))
	}
	enc, err := n.EncodeProtobuf(true)
	require.NoError(t, err)
	return put(t, s, ipfs.CodecDagPB, enc).CID()
}

func TestFileReadsLikeAFile(t *testing.T) {
	for _, size := range []int64{0, 1, object.ChunkMin, 1 << 20, 5<<20 + 17} {
		data, err := io.ReadAll(io.LimitReader(noise(byte(size)), size))
		require.NoError(t, err)
		s := ipfs.NewMemStore()
		added, err := ipfs.Add(t.Context(), s, bytes.NewReader(data))
		require.NoError(t, err)
		f, err := ipfs.Open(t.Context(), s, added.CID)
		require.NoError(t, err)
		require.Equal(t, size, f.Size())
		if size <= 1<<20 { // it reads byte by byte
			require.NoError(t, iotest.TestReader(f, data))
		}
		for range 50 {
			from := rand.Int64N(size + 1)
			n := rand.Int64N(size - from + 1)
			_, err := f.Seek(from, io.SeekStart)
			require.NoError(t, err)
			got, err := io.ReadAll(io.LimitReader(onlyReader{f}, n))
			require.NoError(t, err)
			require.True(t, bytes.Equal(data[from:from+n], got))
		}
		for _, from := range []int64{0, size / 2, size} {
			_, err = f.Seek(from-size, io.SeekEnd)
			require.NoError(t, err)
			var out bytes.Buffer
			n, err := f.WriteTo(&out)
			require.NoError(t, err)
			require.Equal(t, size-from, n)
			require.True(t, bytes.Equal(data[from:], out.Bytes()))
		}
		require.NoError(t, f.Close())
	}
}

// Whoever reads backwards, a part of a leaf at a time, has every leaf fetched and
// verified once.
func TestFileReadsBackwards(t *testing.T) {
	data, err := io.ReadAll(io.LimitReader(noise(7), 8<<20))
	require.NoError(t, err)
	s := ipfs.NewMemStore()
	added, err := ipfs.Add(t.Context(), s, bytes.NewReader(data))
	require.NoError(t, err)
	blocks := 0
	require.NoError(t, s.Keys(t.Context(), func(cid.Cid) error { blocks++; return nil }))
	from := &counted{Getter: s}
	f, err := ipfs.Open(t.Context(), from, added.CID)
	require.NoError(t, err)
	const step = 100_000
	part := make([]byte, step)
	for at := len(data) - step; at >= 0; at -= step {
		_, err := f.Seek(int64(at), io.SeekStart)
		require.NoError(t, err)
		_, err = io.ReadFull(f, part)
		require.NoError(t, err)
		require.True(t, bytes.Equal(data[at:at+step], part))
	}
	require.LessOrEqual(t, from.gets, blocks+1)
}

// counted counts the blocks that are read.
type counted struct {
	ipfs.Getter
	gets int
}

func (c *counted) Get(ctx context.Context, id cid.Cid) (ipfs.Block, error) {
	c.gets++
	return c.Getter.Get(ctx, id)
}

type onlyReader struct{ io.Reader } // hides WriteTo

// TestFileWithLeavesInProtobuf reads a file that somebody imported otherwise:
// leaves wrapped in dag-pb.
func TestFileWithLeavesInProtobuf(t *testing.T) {
	s := ipfs.NewMemStore()
	a := node(t, s, 3, []byte("dum"), nil)
	b := node(t, s, 3, []byte("tek"), nil)
	root := node(t, s, 9, nil, []cid.Cid{a, b, a}, 3, 3, 3)
	f, err := ipfs.Open(t.Context(), s, root)
	require.NoError(t, err)
	require.NoError(t, iotest.TestReader(f, []byte("dumtekdum")))
	_, err = f.Seek(2, io.SeekStart)
	require.NoError(t, err)
	var out bytes.Buffer
	_, err = f.WriteTo(&out)
	require.NoError(t, err)
	require.Equal(t, "mtekdum", out.String())
}

func TestHostileFiles(t *testing.T) {
	s := ipfs.NewMemStore()
	leaf := put(t, s, ipfs.CodecRaw, []byte("abc")).CID()
	empty := put(t, s, ipfs.CodecRaw, nil).CID()
	cbor := put(t, s, ipfs.CodecDagCBOR, []byte{0xa0}).CID()
	dir, err := unixfs.EmptyDirNode().EncodeProtobuf(true)
	require.NoError(t, err)
	deep := leaf
	for range 20 {
		deep = node(t, s, 3, nil, []cid.Cid{deep}, 3)
	}
	bomb, size := leaf, uint64(3)
	for size < 1<<50 { // a few blocks that claim to be a petabyte
		kids, sizes := make([]cid.Cid, 100), make([]uint64, 100)
		for i := range kids {
			kids[i], sizes[i] = bomb, size
		}
		bomb, size = node(t, s, 100*size, nil, kids, sizes...), 100*size
	}
	missing, err := ipfs.NewBlock(ipfs.CodecRaw, []byte("gone"))
	require.NoError(t, err)
	for name, c := range map[string]struct {
		root cid.Cid
		want error
	}{
		"root not there":             {missing.CID(), ipfs.ErrNotFound},
		"leaf not there":             {node(t, s, 4, nil, []cid.Cid{missing.CID()}, 4), ipfs.ErrNotFound},
		"leaf longer than said":      {node(t, s, 2, nil, []cid.Cid{leaf}, 2), ipfs.ErrMalformed},
		"leaf shorter than said":     {node(t, s, 9, nil, []cid.Cid{leaf}, 9), ipfs.ErrMalformed},
		"node disagrees with itself": {node(t, s, 5, nil, []cid.Cid{leaf}, 3), ipfs.ErrMalformed},
		"more sizes than links":      {node(t, s, 6, nil, []cid.Cid{leaf}, 3, 3), ipfs.ErrMalformed},
		"fewer sizes than links":     {node(t, s, 3, nil, []cid.Cid{leaf, leaf}, 3), ipfs.ErrMalformed},
		"data and links":             {node(t, s, 6, []byte("abc"), []cid.Cid{leaf}, 3), ipfs.ErrMalformed},
		"children without bytes":     {node(t, s, 3, nil, []cid.Cid{empty, leaf}, 0, 3), ipfs.ErrMalformed},
		"sizes that overflow":        {node(t, s, 1, nil, []cid.Cid{leaf, leaf}, 1<<63, 1<<63+1), ipfs.ErrMalformed},
		"too deep":                   {deep, ipfs.ErrMalformed},
		"too long":                   {bomb, ipfs.ErrLimit},
		"a commit":                   {cbor, ipfs.ErrMalformed},
		"a commit inside":            {node(t, s, 1, nil, []cid.Cid{cbor}, 1), ipfs.ErrMalformed},
		"a folder":                   {put(t, s, ipfs.CodecDagPB, dir).CID(), ipfs.ErrMalformed},
		"noise":                      {put(t, s, ipfs.CodecDagPB, []byte{0xff, 0x01, 0x02}).CID(), ipfs.ErrMalformed},
		"no node at all":             {put(t, s, ipfs.CodecDagPB, nil).CID(), ipfs.ErrMalformed},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := ipfs.Open(t.Context(), s, c.root)
			if err != nil {
				require.ErrorIs(t, err, c.want)
				return
			}
			_, err = io.Copy(io.Discard, onlyReader{f})
			require.ErrorIs(t, err, c.want)
			_, err = f.Seek(0, io.SeekStart)
			require.NoError(t, err)
			_, err = f.WriteTo(io.Discard)
			require.ErrorIs(t, err, c.want)
		})
	}
}

func TestWriteToStops(t *testing.T) {
	s := ipfs.NewMemStore()
	added, err := ipfs.Add(t.Context(), s, io.LimitReader(noise(3), 20<<20))
	require.NoError(t, err)
	f, err := ipfs.Open(t.Context(), s, added.CID)
	require.NoError(t, err)
	_, err = f.WriteTo(writerFunc(func([]byte) (int, error) { return 0, ipfs.ErrDiskFull }))
	require.ErrorIs(t, err, ipfs.ErrDiskFull)

	ctx, cancel := context.WithCancel(t.Context())
	f, err = ipfs.Open(ctx, s, added.CID)
	require.NoError(t, err)
	_, err = f.WriteTo(writerFunc(func(p []byte) (int, error) { cancel(); return len(p), nil }))
	require.ErrorIs(t, err, context.Canceled)
}

func FuzzOpen(f *testing.F) {
	s := ipfs.NewMemStore()
	leaf := put(f, s, ipfs.CodecRaw, []byte("abc")).CID()
	good, err := s.Get(f.Context(), node(f, s, 6, nil, []cid.Cid{leaf, leaf}, 3, 3))
	require.NoError(f, err)
	f.Add(good.Data())
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > ipfs.MaxBlockSize {
			return
		}
		b := put(t, s, ipfs.CodecDagPB, data)
		file, err := ipfs.Open(t.Context(), s, b.CID())
		if err != nil {
			return
		}
		n, err := io.Copy(io.Discard, onlyReader{file})
		if err == nil && n != file.Size() {
			t.Fatalf("read %d of %d bytes", n, file.Size())
		}
	})
}
