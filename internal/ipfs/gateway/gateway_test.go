package gateway

import (
	"bytes"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/ipfs/go-cid"
	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/ipfs"
	"github.com/parrots-music/parrots/internal/ipfs/storetest"
)

func serve(t *testing.T, opts Options) (*httptest.Server, *ipfs.MemStore) {
	t.Helper()
	s := ipfs.NewMemStore()
	h, err := New(s, opts)
	require.NoError(t, err)
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return srv, s
}

func get(t *testing.T, url string, header ...string) (*http.Response, []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	require.NoError(t, err)
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp, body
}

func add(t *testing.T, s ipfs.Store, data []byte) cid.Cid {
	t.Helper()
	added, err := ipfs.Add(t.Context(), s, bytes.NewReader(data))
	require.NoError(t, err)
	return added.CID
}

func noise(n int) []byte {
	b := make([]byte, n)
	rand.NewChaCha8([32]byte{5}).Read(b)
	return b
}

func TestTrustlessClientGetsASong(t *testing.T) {
	srv, store := serve(t, Options{})
	history := storetest.Song(t, store, 3, 3, 1<<20)
	source, err := ipfs.NewHTTPSource(srv.URL, nil)
	require.NoError(t, err)
	into := ipfs.NewMemStore()
	_, err = ipfs.FetchDAG(t.Context(), source, into, ipfs.FetchOptions{}, history[2])
	require.NoError(t, err)
	missing, err := ipfs.Missing(t.Context(), into, ipfs.Bounds{}, history[2])
	require.NoError(t, err)
	require.Empty(t, missing)
	_, err = source.Get(t.Context(), storetest.Blocks(1, 1)[0].CID())
	require.ErrorIs(t, err, ipfs.ErrNotFound)
}

func TestCARHoldsTheHistory(t *testing.T) {
	srv, store := serve(t, Options{})
	history := storetest.Song(t, store, 2, 2, 1<<20)
	resp, body := get(t, srv.URL+"/ipfs/"+history[1].String()+"?format=car")
	require.Equal(t, http.StatusOK, resp.StatusCode)
	into := ipfs.NewMemStore()
	roots, _, err := ipfs.ReadCAR(t.Context(), into, bytes.NewReader(body), ipfs.CARBounds{})
	require.NoError(t, err)
	require.Equal(t, []cid.Cid{history[1]}, roots)
	missing, err := ipfs.Missing(t.Context(), into, ipfs.Bounds{}, history[1])
	require.NoError(t, err)
	require.Empty(t, missing)
}

func TestRanges(t *testing.T) {
	srv, store := serve(t, Options{})
	data := noise(3 << 20)
	url := srv.URL + "/ipfs/" + add(t, store, data).String()
	for _, c := range []struct {
		rng      string
		from, to int
	}{
		{"bytes=0-99", 0, 100},
		{"bytes=1000000-1500000", 1000000, 1500001},
		{"bytes=-10", len(data) - 10, len(data)},
		{"bytes=3145700-", 3145700, len(data)},
	} {
		resp, body := get(t, url, "Range", c.rng)
		require.Equal(t, http.StatusPartialContent, resp.StatusCode, c.rng)
		require.True(t, bytes.Equal(data[c.from:c.to], body), c.rng)
	}
	resp, body := get(t, url)
	require.Equal(t, http.StatusOK, resp.StatusCode)
	require.True(t, bytes.Equal(data, body))
	resp, _ = get(t, url, "Range", "bytes=99999999-")
	require.Equal(t, http.StatusRequestedRangeNotSatisfiable, resp.StatusCode)
}

func TestNothingServedRunsInABrowser(t *testing.T) {
	srv, store := serve(t, Options{})
	for name, data := range map[string]string{
		"page.html": "<!doctype html><html><script>alert(1)</script></html>",
		"logo.svg":  `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`,
		"code.js":   "alert(1)",
		"doc.xml":   `<?xml version="1.0"?><a xmlns="http://www.w3.org/1999/xhtml"/>`,
		"doc.pdf":   "%PDF-1.7\n",
		"app.wasm":  "\x00asm\x01\x00\x00\x00",
	} {
		url := srv.URL + "/ipfs/" + add(t, store, []byte(data)).String()
		for _, query := range []string{"", "?filename=" + name} {
			resp, body := get(t, url+query)
			require.Equal(t, http.StatusOK, resp.StatusCode, name)
			require.Equal(t, data, string(body))
			require.Equal(t, "nosniff", resp.Header.Get("X-Content-Type-Options"))
			require.Contains(t, resp.Header.Get("Content-Security-Policy"), "sandbox")
			require.Contains(t, []string{"application/octet-stream", "text/plain; charset=utf-8"}, resp.Header.Get("Content-Type"), name+query)
		}
	}
	wav := append([]byte("RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00"), make([]byte, 100)...)
	resp, _ := get(t, srv.URL+"/ipfs/"+add(t, store, wav).String())
	require.Contains(t, resp.Header.Get("Content-Type"), "audio/")
}

func TestRefusals(t *testing.T) {
	hidden := storetest.Blocks(4, 1)[0]
	srv, store := serve(t, Options{Serve: func(c cid.Cid) bool { return !c.Equals(hidden.CID()) }})
	require.NoError(t, store.Put(t.Context(), hidden))
	shown := add(t, store, []byte("audible")).String()
	for path, status := range map[string]int{
		"/ipfs/" + shown:                 http.StatusOK,
		"/ipfs/" + shown + "?format=tar": http.StatusNotAcceptable,
		"/ipfs/" + hidden.CID().String(): http.StatusGone,
		"/ipfs/bafkqabtimvwgy3yk":        http.StatusBadRequest, // identity
		"/ipfs/not-a-cid":                http.StatusBadRequest,
		"/ipns/" + shown:                 http.StatusNotFound,
		"/":                              http.StatusNotFound,
		"/ipfs/" + storetest.Blocks(5, 1)[0].CID().String(): http.StatusNotFound,
	} {
		resp, _ := get(t, srv.URL+path)
		require.Equal(t, status, resp.StatusCode, path)
	}
	resp, err := http.Post(srv.URL+"/ipfs/"+shown, "text/plain", nil)
	require.NoError(t, err)
	resp.Body.Close()
	require.Equal(t, http.StatusMethodNotAllowed, resp.StatusCode)
}

func TestSourceFillsIn(t *testing.T) {
	remote := ipfs.NewMemStore()
	data := noise(1 << 20)
	c := add(t, remote, data)
	srv, store := serve(t, Options{Source: remote})
	_, body := get(t, srv.URL+"/ipfs/"+c.String())
	require.True(t, bytes.Equal(data, body))
	ok, err := store.Has(t.Context(), c)
	require.NoError(t, err)
	require.True(t, ok)
}
