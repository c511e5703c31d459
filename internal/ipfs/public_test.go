package ipfs_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/internal/ipfs"
	"github.com/parrots-music/parrots/internal/ipfs/storetest"
)

func TestPublicAddresses(t *testing.T) {
	for address, public := range map[string]bool{
		"93.184.216.34": true, "2606:2800:220:1::1": true, "::ffff:93.184.216.34": true,
		"127.0.0.1": false, "::1": false, "::ffff:127.0.0.1": false, "10.1.2.3": false, "172.16.0.1": false,
		"192.168.1.1": false, "169.254.169.254": false, "100.64.0.1": false, "0.0.0.0": false, "::": false,
		"fe80::1": false, "fd00::1": false, "224.0.0.1": false, "255.255.255.255": false,
	} {
		require.Equal(t, public, ipfs.IsPublic(netip.MustParseAddr(address)), address)
	}
	for url, private := range map[string]bool{
		"http://127.0.0.1:4180": true, "http://localhost:4180": true, "http://[::1]": true, "http://192.168.1.5": true,
		"https://hub.example": false, "https://93.184.216.34": false, "": false, "http://%": false,
	} {
		require.Equal(t, private, ipfs.IsPrivateURL(url), url)
	}
}

func TestPublicClientStaysOutside(t *testing.T) {
	asked := false
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
	defer server.Close()
	byName := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	for _, url := range []string{server.URL, byName} {
		source, err := ipfs.NewHTTPSource(url, ipfs.PublicClient())
		require.NoError(t, err)
		_, err = source.Get(t.Context(), storetest.Blocks(1, 1)[0].CID())
		require.ErrorIs(t, err, ipfs.ErrPrivate)
	}
	require.False(t, asked)
}
