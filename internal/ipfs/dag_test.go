package ipfs_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/ipfs/go-cid"
	"github.com/ipld/go-ipld-prime/codec/dagcbor"
	cidlink "github.com/ipld/go-ipld-prime/linking/cid"
	"github.com/ipld/go-ipld-prime/node/basicnode"
	"github.com/ipld/go-ipld-prime/traversal"
	mh "github.com/multiformats/go-multihash"
	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/ipfs"
	"github.com/parrots-music/parrots/internal/ipfs/storetest"
)

func TestCheckCID(t *testing.T) {
	good := storetest.Blocks(1, 3)
	for _, b := range good {
		require.NoError(t, ipfs.CheckCID(b.CID()))
	}
	hash := func(code uint64, length int) mh.Multihash {
		h, err := mh.Sum([]byte("solo"), code, length)
		require.NoError(t, err)
		return h
	}
	for name, c := range map[string]cid.Cid{
		"identity":      cid.NewCidV1(cid.Raw, hash(mh.IDENTITY, -1)),
		"version 0":     cid.NewCidV0(hash(mh.SHA2_256, -1)),
		"sha2-512":      cid.NewCidV1(cid.Raw, hash(mh.SHA2_512, -1)),
		"short sha2":    cid.NewCidV1(cid.Raw, hash(mh.SHA2_256, 20)),
		"codec json":    cid.NewCidV1(0x0200, hash(mh.SHA2_256, -1)),
		"codec dagjson": cid.NewCidV1(cid.DagJSON, hash(mh.SHA2_256, -1)),
	} {
		require.ErrorIs(t, ipfs.CheckCID(c), ipfs.ErrUnsupportedCID, name)
	}
	require.ErrorIs(t, ipfs.CheckCID(cid.Undef), ipfs.ErrUnsupportedCID)
	_, err := ipfs.ParseCID("la la la")
	require.ErrorIs(t, err, ipfs.ErrUnsupportedCID)
}

func TestVerifyBlock(t *testing.T) {
	b := storetest.Blocks(2, 1)[0]
	_, err := ipfs.VerifyBlock(b.CID(), b.Data())
	require.NoError(t, err)
	_, err = ipfs.VerifyBlock(b.CID(), append([]byte{0}, b.Data()...))
	require.ErrorIs(t, err, ipfs.ErrCorrupt)
	_, err = ipfs.NewBlock(ipfs.CodecRaw, make([]byte, ipfs.MaxBlockSize+1))
	require.ErrorIs(t, err, ipfs.ErrBlockTooLarge)
	_, err = ipfs.NewBlock(0x0200, nil)
	require.ErrorIs(t, err, ipfs.ErrUnsupportedCID)
}

func TestHostileCBOR(t *testing.T) {
	identity, err := cid.Decode("bafkqabtimvwgy3yk")
	require.NoError(t, err)
	link := append([]byte{0xd8, 42, 0x58, byte(1 + identity.ByteLen()), 0}, identity.Bytes()...)
	for name, c := range map[string]struct {
		data []byte
		want error
	}{
		"nothing":           {nil, ipfs.ErrMalformed},
		"two items":         {[]byte{0x00, 0x00}, ipfs.ErrMalformed},
		"huge array":        {[]byte{0x9b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, ipfs.ErrMalformed},
		"huge map":          {[]byte{0xbb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, ipfs.ErrMalformed},
		"string cut short":  {[]byte{0x45, 1, 2}, ipfs.ErrMalformed},
		"indefinite":        {[]byte{0x9f, 0xff}, ipfs.ErrMalformed},
		"too deep":          {bytes.Repeat([]byte{0x81}, 1000), ipfs.ErrMalformed},
		"another tag":       {[]byte{0xc1, 0x00}, ipfs.ErrMalformed},
		"link without zero": {[]byte{0xd8, 42, 0x41, 1}, ipfs.ErrMalformed},
		"link to identity":  {link, ipfs.ErrUnsupportedCID},
	} {
		b, err := ipfs.NewBlock(ipfs.CodecDagCBOR, c.data)
		require.NoError(t, err)
		_, err = ipfs.Links(b)
		require.ErrorIs(t, err, c.want, name)
	}
}

func TestWalkVisitsEachOnceParentsFirst(t *testing.T) {
	s := ipfs.NewMemStore()
	history := storetest.Song(t, s, 5, 3, 600<<10)
	var order []cid.Cid
	require.NoError(t, ipfs.Walk(t.Context(), s, ipfs.Bounds{}, func(c cid.Cid) (bool, error) {
		order = append(order, c)
		return true, nil
	}, history[4], history[2]))
	require.Equal(t, history[4], order[0])
	seen := map[cid.Cid]bool{}
	for _, c := range order {
		require.False(t, seen[c])
		seen[c] = true
	}
	n := 0
	require.NoError(t, s.Keys(t.Context(), func(c cid.Cid) error {
		n++
		require.True(t, seen[c])
		return nil
	}))
	require.Len(t, order, n)
}

func TestWalkStopsWhereItIsTold(t *testing.T) {
	s := ipfs.NewMemStore()
	history := storetest.Song(t, s, 5, 2, 100)
	visited := map[cid.Cid]bool{}
	require.NoError(t, ipfs.Walk(t.Context(), s, ipfs.Bounds{}, func(c cid.Cid) (bool, error) {
		visited[c] = true
		return !c.Equals(history[2]), nil // the other side has this one
	}, history[4]))
	require.True(t, visited[history[2]])
	require.False(t, visited[history[1]])

	stop := errors.New("stop")
	err := ipfs.Walk(t.Context(), s, ipfs.Bounds{}, func(cid.Cid) (bool, error) { return true, stop }, history[4])
	require.ErrorIs(t, err, stop)
}

func TestWalkIsBounded(t *testing.T) {
	s := ipfs.NewMemStore()
	history := storetest.Song(t, s, 5, 2, 100)
	all := func(cid.Cid) (bool, error) { return true, nil }
	require.ErrorIs(t, ipfs.Walk(t.Context(), s, ipfs.Bounds{Blocks: 5}, all, history[4]), ipfs.ErrLimit)
	require.ErrorIs(t, ipfs.Walk(t.Context(), s, ipfs.Bounds{Bytes: 100}, all, history[4]), ipfs.ErrLimit)
	require.NoError(t, ipfs.Walk(t.Context(), s, ipfs.Bounds{Blocks: 100, Bytes: 10000}, all, history[4]))
}

func TestMissingAndReachable(t *testing.T) {
	full, partial := ipfs.NewMemStore(), ipfs.NewMemStore()
	history := storetest.Song(t, full, 3, 2, 600<<10)
	// A leaf that can be known to be missing: one of a commit whose tree is there.
	var leaf cid.Cid
	require.NoError(t, ipfs.Walk(t.Context(), full, ipfs.Bounds{}, func(c cid.Cid) (bool, error) {
		if c.Prefix().Codec == ipfs.CodecRaw && !leaf.Defined() {
			leaf = c
		}
		return !c.Equals(history[1]), nil
	}, history[2]))
	require.NoError(t, full.Keys(t.Context(), func(c cid.Cid) error {
		if c.Equals(leaf) || c.Equals(history[0]) {
			return nil
		}
		b, err := full.Get(t.Context(), c)
		require.NoError(t, err)
		return partial.Put(t.Context(), b)
	}))
	missing, err := ipfs.Missing(t.Context(), partial, ipfs.Bounds{}, history[2])
	require.NoError(t, err)
	require.Contains(t, missing, history[0])
	require.Contains(t, missing, leaf)
	_, err = ipfs.Reachable(t.Context(), partial, history[2])
	require.ErrorIs(t, err, ipfs.ErrNotFound, "what is below a missing commit is not known")

	oldest, err := full.Get(t.Context(), history[0])
	require.NoError(t, err)
	require.NoError(t, partial.Put(t.Context(), oldest))
	live, err := ipfs.Reachable(t.Context(), partial, history[2])
	require.NoError(t, err)
	for _, c := range append(history, leaf) {
		require.Contains(t, live, ipfs.DigestOf(c))
	}
}

// FuzzLinks compares our scanner with the codec of go-ipld-prime: whatever that
// decodes, we find the same links in.
func FuzzLinks(f *testing.F) {
	s := ipfs.NewMemStore()
	storetest.Song(f, s, 2, 2, 100)
	require.NoError(f, s.Keys(f.Context(), func(c cid.Cid) error {
		b, err := s.Get(f.Context(), c)
		f.Add(b.Data())
		return err
	}))
	f.Add([]byte{0xfb, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0})
	f.Add([]byte{0xf6})
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<16 {
			return
		}
		pb, err := ipfs.NewBlock(ipfs.CodecDagPB, data)
		require.NoError(t, err)
		_, _ = ipfs.Links(pb)
		b, err := ipfs.NewBlock(ipfs.CodecDagCBOR, data)
		require.NoError(t, err)
		got, err := ipfs.Links(b)
		nb := basicnode.Prototype.Any.NewBuilder()
		if dagcbor.Decode(nb, bytes.NewReader(data)) != nil || err != nil {
			return
		}
		links, err := traversal.SelectLinks(nb.Build())
		require.NoError(t, err)
		require.Len(t, got, len(links))
		want := map[cid.Cid]int{}
		for _, l := range links {
			want[l.(cidlink.Link).Cid]++
		}
		for _, c := range got {
			want[c]--
		}
		for c, n := range want {
			require.Zero(t, n, c)
		}
	})
}
