package e2e

import (
	"bytes"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// A hub that changes one byte of the audio is found out: nothing of the song comes
// into the folder until an honest one serves it.
func TestCloneFromALiar(t *testing.T) {
	t.Parallel()
	m := musicians(t, "drummer", "listener")
	s := m[0].publishes("honest", band(700))
	stem := s.cidOf("drums.wav")

	var lies atomic.Int64
	liar := liarBefore(t, shared.hub.url, stem, &lies)
	o := m[1].run(m[1].desk, "clone", liar+"/"+s.id(), "honest")
	require.Equal(t, exitCorrupt, o.code, o.errors)
	require.Contains(t, o.errors, "hint:")
	require.Positive(t, lies.Load())
	copied := song{m[1], m[1].desk + "/honest"}
	require.Empty(t, filesOf(t, copied.dir))

	m[1].parrots(m[1].desk, "clone", s.id(), "from-the-hub")
	sameSong(t, s, song{m[1], m[1].desk + "/from-the-hub"})
}

// liarBefore stands before a hub and changes one block.
func liarBefore(t *testing.T, hub, block string, lies *atomic.Int64) string {
	t.Helper()
	target, err := url.Parse(hub)
	require.NoError(t, err)
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.ErrorLog = log.New(io.Discard, "", 0) // a caller who has noticed hangs up
	proxy.ModifyResponse = func(r *http.Response) error {
		if !strings.HasPrefix(r.Request.URL.Path, "/ipfs/"+block) || r.StatusCode != http.StatusOK {
			return nil
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return err
		}
		body[len(body)/2] ^= 1
		lies.Add(1)
		r.Body = io.NopCloser(bytes.NewReader(body))
		r.Header.Set("Content-Length", strconv.Itoa(len(body)))
		return nil
	}
	server := httptest.NewServer(proxy)
	t.Cleanup(server.Close)
	return server.URL
}
