package ipfs

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// shared is what carriers use between themselves and their customers (RFC 6598).
var shared = netip.MustParsePrefix("100.64.0.0/10")

// IsPublic says whether an address can be anybody's on the internet.
func IsPublic(a netip.Addr) bool {
	a = a.Unmap()
	return a.IsGlobalUnicast() && !a.IsPrivate() && !shared.Contains(a)
}

// IsPrivateURL says whether an URL names this machine or one of a private network by
// its number, as on a localnet. A name is not looked up.
func IsPrivateURL(text string) bool {
	u, err := url.Parse(text)
	if err != nil {
		return false
	}
	host := u.Hostname()
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && !IsPublic(a)
}

// PublicClient is an HTTP client that connects to public addresses only, whatever the
// name it is given stands for: a stranger who names a gateway must not reach what
// listens on this machine or in its network.
func PublicClient() *http.Client {
	dialer := &net.Dialer{Timeout: 10 * time.Second, Control: publicOnly}
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.DialContext, t.Proxy = dialer.DialContext, nil
	return &http.Client{Transport: t}
}

// publicOnly sees the address after the name was looked up.
func publicOnly(_, address string, _ syscall.RawConn) error {
	a, err := netip.ParseAddrPort(address)
	if err != nil || !IsPublic(a.Addr()) {
		return fmt.Errorf("%w: %s", ErrPrivate, address)
	}
	return nil
}
