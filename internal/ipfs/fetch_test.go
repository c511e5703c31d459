package ipfs_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ipfs/go-cid"
	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/ipfs"
	"github.com/parrots-music/parrots/internal/ipfs/storetest"
)

// gatewayOf serves a store's blocks; before may answer first, and then says so.
func gatewayOf(t *testing.T, s ipfs.Store, before func(w http.ResponseWriter, r *http.Request, n int64) bool) *ipfs.HTTPSource {
	t.Helper()
	var count atomic.Int64
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if before != nil && before(w, r, count.Add(1)) {
			return
		}
		c, err := cid.Decode(strings.TrimPrefix(r.URL.Path, "/ipfs/"))
		if err != nil || r.URL.Query().Get("format") != "raw" {
			http.Error(w, "bad", http.StatusBadRequest)
			return
		}
		b, err := s.Get(r.Context(), c)
		if err != nil {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write(b.Data())
	}))
	t.Cleanup(srv.Close)
	source, err := ipfs.NewHTTPSource(srv.URL, nil)
	require.NoError(t, err)
	return source
}

func TestFetchGoesOnWhereItStopped(t *testing.T) {
	from, into := ipfs.NewMemStore(), ipfs.NewMemStore()
	history := storetest.Song(t, from, 4, 4, 2<<20)
	head := history[3]
	ctx, cancel := context.WithCancel(t.Context())
	var before, after ipfs.Fetched
	_, err := ipfs.FetchDAG(ctx, gatewayOf(t, from, nil), into, ipfs.FetchOptions{Progress: func(f ipfs.Fetched) {
		if before = f; f.Blocks == 20 {
			cancel()
		}
	}}, head)
	require.ErrorIs(t, err, context.Canceled)

	after, err = ipfs.FetchDAG(t.Context(), gatewayOf(t, from, nil), into, ipfs.FetchOptions{Concurrency: 3}, head)
	require.NoError(t, err)
	require.GreaterOrEqual(t, after.Present, before.Blocks)
	missing, err := ipfs.Missing(t.Context(), into, ipfs.Bounds{}, head)
	require.NoError(t, err)
	require.Empty(t, missing)
	n := 0
	require.NoError(t, from.Keys(t.Context(), func(cid.Cid) error { n++; return nil }))
	require.EqualValues(t, n, after.Blocks+after.Present)
}

func TestFetchBounds(t *testing.T) {
	from := ipfs.NewMemStore()
	head := storetest.Song(t, from, 1, 2, 1<<20)[0]
	_, err := ipfs.FetchDAG(t.Context(), from, ipfs.NewMemStore(), ipfs.FetchOptions{Bounds: ipfs.Bounds{Blocks: 3}}, head)
	require.ErrorIs(t, err, ipfs.ErrLimit)
	_, err = ipfs.FetchDAG(t.Context(), from, ipfs.NewMemStore(), ipfs.FetchOptions{MaxBytes: 1 << 20}, head)
	require.ErrorIs(t, err, ipfs.ErrLimit)
	_, err = ipfs.FetchDAG(t.Context(), ipfs.NewMemStore(), ipfs.NewMemStore(), ipfs.FetchOptions{}, head)
	require.ErrorIs(t, err, ipfs.ErrNotFound)
}

func TestFetchSkips(t *testing.T) {
	from, into := ipfs.NewMemStore(), ipfs.NewMemStore()
	history := storetest.Song(t, from, 3, 2, 100)
	_, err := ipfs.FetchDAG(t.Context(), from, into, ipfs.FetchOptions{Skip: func(c cid.Cid) bool { return c.Equals(history[1]) }}, history[2])
	require.NoError(t, err)
	for i, want := range []bool{false, false, true} {
		ok, err := into.Has(t.Context(), history[i])
		require.NoError(t, err)
		require.Equal(t, want, ok)
	}
}

func TestSourceTriesAgain(t *testing.T) {
	from := ipfs.NewMemStore()
	b := put(t, from, ipfs.CodecRaw, []byte("hit"))
	source := gatewayOf(t, from, func(w http.ResponseWriter, _ *http.Request, n int64) bool {
		if n < 3 {
			http.Error(w, "busy", http.StatusServiceUnavailable)
		}
		return n < 3
	})
	got, err := source.Get(t.Context(), b.CID())
	require.NoError(t, err)
	require.Equal(t, b.Data(), got.Data())
}

func TestHostileGateways(t *testing.T) {
	b := storetest.Blocks(1, 1)[0]
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		want   error
	}{
		"other bytes": {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("lies")) }, ipfs.ErrCorrupt},
		"endless":     {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 5<<20)) }, ipfs.ErrBlockTooLarge},
		"not there":   {http.NotFound, ipfs.ErrNotFound},
	} {
		source := gatewayOf(t, ipfs.NewMemStore(), func(w http.ResponseWriter, r *http.Request, _ int64) bool {
			c.answer(w, r)
			return true
		})
		_, err := source.Get(t.Context(), b.CID())
		require.ErrorIs(t, err, c.want, name)
	}
	away := gatewayOf(t, ipfs.NewMemStore(), func(w http.ResponseWriter, r *http.Request, _ int64) bool {
		http.Redirect(w, r, "http://169.254.169.254/latest", http.StatusFound)
		return true
	})
	_, err := away.Get(t.Context(), b.CID())
	require.ErrorContains(t, err, "redirects elsewhere")
	for _, bad := range []string{"", "ftp://x", "file:///etc", "http://", "localhost:80"} {
		_, err := ipfs.NewHTTPSource(bad, nil)
		require.Error(t, err, bad)
	}
}

func TestFirstOf(t *testing.T) {
	one, two := ipfs.NewMemStore(), ipfs.NewMemStore()
	b := put(t, two, ipfs.CodecRaw, []byte("second hub"))
	got, err := ipfs.FirstOf(one, two).Get(t.Context(), b.CID())
	require.NoError(t, err)
	require.Equal(t, b.Data(), got.Data())
	_, err = ipfs.FirstOf(one).Get(t.Context(), b.CID())
	require.ErrorIs(t, err, ipfs.ErrNotFound)
	_, err = ipfs.FirstOf().Get(t.Context(), b.CID())
	require.True(t, errors.Is(err, ipfs.ErrNotFound))
}
