package ipfs_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"testing"

	"github.com/ipfs/go-cid"
	carv2 "github.com/ipld/go-car/v2"
	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/ipfs"
	"github.com/parrots-music/parrots/internal/ipfs/storetest"
)

func export(t testing.TB, s ipfs.Store, skip func(cid.Cid) bool, roots ...cid.Cid) []byte {
	t.Helper()
	var buf bytes.Buffer
	n, err := ipfs.WriteCAR(t.Context(), &buf, s, skip, roots...)
	require.NoError(t, err)
	require.EqualValues(t, buf.Len(), n)
	return buf.Bytes()
}

func TestCARGoesThereAndBack(t *testing.T) {
	s := ipfs.NewMemStore()
	history := storetest.Song(t, s, 3, 3, 700<<10)
	data := export(t, s, nil, history[2])

	into := ipfs.NewMemStore()
	roots, _, err := ipfs.ReadCAR(t.Context(), into, bytes.NewReader(data), ipfs.CARBounds{})
	require.NoError(t, err)
	require.Equal(t, history[2:], roots)
	missing, err := ipfs.Missing(t.Context(), into, ipfs.Bounds{}, history[2])
	require.NoError(t, err)
	require.Empty(t, missing)

	br, err := carv2.NewBlockReader(bytes.NewReader(data)) // what others read
	require.NoError(t, err)
	require.Equal(t, history[2:], br.Roots)
	for err == nil {
		_, err = br.Next()
	}
	require.ErrorIs(t, err, io.EOF)

	tail := export(t, s, func(c cid.Cid) bool { return c.Equals(history[1]) }, history[2])
	require.Less(t, len(tail), len(data))
}

func TestCARWithManyRoots(t *testing.T) {
	s := ipfs.NewMemStore()
	blocks := storetest.Blocks(1, 1000)
	roots := make([]cid.Cid, len(blocks))
	for i, b := range blocks {
		roots[i] = b.CID()
	}
	var buf bytes.Buffer
	_, err := ipfs.NewCARWriter(&buf, roots...)
	require.NoError(t, err)
	r, err := ipfs.NewCARReader(&buf, ipfs.CARBounds{})
	require.NoError(t, err)
	require.Equal(t, roots, r.Roots)
	_, err = ipfs.NewCARWriter(io.Discard, append(roots, roots...)...)
	require.ErrorIs(t, err, ipfs.ErrLimit)
	_, err = ipfs.NewCARWriter(io.Discard)
	require.Error(t, err)
	require.NoError(t, s.Close())
}

func TestHostileCAR(t *testing.T) {
	b := storetest.Blocks(2, 1)[0]
	start := func() *bytes.Buffer {
		var buf bytes.Buffer
		_, err := ipfs.NewCARWriter(&buf, b.CID())
		require.NoError(t, err)
		return &buf
	}
	section := func(buf *bytes.Buffer, c cid.Cid, data []byte) []byte {
		buf.Write(binary.AppendUvarint(nil, uint64(c.ByteLen()+len(data))))
		buf.Write(c.Bytes())
		buf.Write(data)
		return buf.Bytes()
	}
	identity, err := cid.Decode("bafkqabtimvwgy3yk")
	require.NoError(t, err)
	good := section(start(), b.CID(), b.Data())
	huge := binary.AppendUvarint(start().Bytes(), 1<<40)
	for name, c := range map[string]struct {
		data   []byte
		bounds ipfs.CARBounds
		want   error
	}{
		"empty":                 {nil, ipfs.CARBounds{}, io.ErrUnexpectedEOF},
		"no header":             {[]byte{5, 1, 2, 3, 4, 5}, ipfs.CARBounds{}, ipfs.ErrMalformed},
		"huge header":           {[]byte{0xff, 0xff, 0xff, 0xff, 0x7f}, ipfs.CARBounds{}, ipfs.ErrLimit},
		"huge block":            {huge, ipfs.CARBounds{}, ipfs.ErrLimit},
		"cut short":             {good[:len(good)-1], ipfs.CARBounds{}, io.ErrUnexpectedEOF},
		"cut in a length":       {append(start().Bytes(), 0x80), ipfs.CARBounds{}, io.ErrUnexpectedEOF},
		"another block's bytes": {section(start(), b.CID(), []byte("other")), ipfs.CARBounds{}, ipfs.ErrCorrupt},
		"an identity block":     {section(start(), identity, nil), ipfs.CARBounds{}, ipfs.ErrUnsupportedCID},
		"no CID":                {append(start().Bytes(), 2, 0xff, 0xff), ipfs.CARBounds{}, ipfs.ErrUnsupportedCID},
		"too many blocks":       {section(bytes.NewBuffer(bytes.Clone(good)), b.CID(), b.Data()), ipfs.CARBounds{Blocks: 1}, ipfs.ErrLimit},
		"too many bytes":        {good, ipfs.CARBounds{Bytes: 10}, ipfs.ErrLimit},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := ipfs.ReadCAR(t.Context(), ipfs.NewMemStore(), bytes.NewReader(c.data), c.bounds)
			require.ErrorIs(t, err, c.want)
		})
	}
}

func FuzzReadCAR(f *testing.F) {
	s := ipfs.NewMemStore()
	f.Add(export(f, s, nil, storetest.Song(f, s, 2, 1, 100)...))
	f.Add([]byte{0})
	f.Fuzz(func(t *testing.T, data []byte) {
		into := ipfs.NewMemStore()
		roots, n, err := ipfs.ReadCAR(t.Context(), into, bytes.NewReader(data), ipfs.CARBounds{Blocks: 100, Bytes: 1 << 20})
		if err == nil && len(roots) > 0 && n > int64(len(data)) {
			t.Fatalf("%d bytes of blocks out of %d", n, len(data))
		}
		for _, c := range roots {
			require.NoError(t, ipfs.CheckCID(c))
		}
	})
}
