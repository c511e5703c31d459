package storetest

import (
	"bytes"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/ipfs/go-cid"
	"github.com/ipld/go-ipld-prime/codec/dagcbor"
	"github.com/ipld/go-ipld-prime/datamodel"
	"github.com/ipld/go-ipld-prime/fluent/qp"
	cidlink "github.com/ipld/go-ipld-prime/linking/cid"
	"github.com/ipld/go-ipld-prime/node/basicnode"
	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/ipfs"
)

// Song puts a history shaped like ours into a store: commits that link their
// parent and a tree, which links stems of the given length in bytes. The first
// stem changes with every commit, the others stay. It returns the commits, the
// oldest first, and flushes.
func Song(t testing.TB, s ipfs.Store, commits, stems int, bytesEach int64) []cid.Cid {
	t.Helper()
	stem := func(seed byte) cid.Cid {
		added, err := ipfs.Add(t.Context(), s, io.LimitReader(rand.NewChaCha8([32]byte{seed, 77}), bytesEach))
		require.NoError(t, err)
		return added.CID
	}
	kept := make([]cid.Cid, stems)
	for i := range kept[1:] {
		kept[1+i] = stem(byte(100 + i))
	}
	var history []cid.Cid
	for i := range commits {
		kept[0] = stem(byte(i))
		tree := putCBOR(t, s, "entries", kept)
		links := []cid.Cid{tree}
		if i > 0 {
			links = append(links, history[i-1])
		}
		history = append(history, putCBOR(t, s, "tree", links))
	}
	require.NoError(t, s.Flush(t.Context()))
	return history
}

// putCBOR puts {key: [links...]} as a dag-cbor block.
func putCBOR(t testing.TB, s ipfs.Store, key string, links []cid.Cid) cid.Cid {
	t.Helper()
	n, err := qp.BuildMap(basicnode.Prototype.Any, 1, func(ma datamodel.MapAssembler) {
		qp.MapEntry(ma, key, qp.List(int64(len(links)), func(la datamodel.ListAssembler) {
			for _, c := range links {
				qp.ListEntry(la, qp.Link(cidlink.Link{Cid: c}))
			}
		}))
	})
	require.NoError(t, err)
	var buf bytes.Buffer
	require.NoError(t, dagcbor.Encode(n, &buf))
	b, err := ipfs.NewBlock(ipfs.CodecDagCBOR, buf.Bytes())
	require.NoError(t, err)
	require.NoError(t, s.Put(t.Context(), b))
	return b.CID()
}
