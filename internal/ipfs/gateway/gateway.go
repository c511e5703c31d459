// Package gateway serves a block store over HTTP as an IPFS gateway: blocks and
// CARs for clients that verify (https://specs.ipfs.tech/http-gateways/), and
// files with byte ranges for browsers and players that cannot.
//
// Whatever is served was made by strangers and may share an origin with the web
// app. So nothing is served that a browser would run: types other than audio,
// pictures and plain text become a download, and every answer is sandboxed.
//
// It must import no room but ipfs and object.
package gateway

import (
	"fmt"
	"net/http"
	"time"

	"github.com/ipfs/boxo/blockservice"
	"github.com/ipfs/boxo/exchange/offline"
	"github.com/ipfs/boxo/gateway"
	"github.com/ipfs/go-cid"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/parrots-music/parrots/internal/ipfs"
	"github.com/parrots-music/parrots/internal/ipfs/bridge"
)

// Options of a gateway. The zero value serves everything in the store, and
// nothing else.
type Options struct {
	// Source is asked for blocks that are not in the store, which then keeps
	// them. nil serves local blocks only; set it with Serve, or strangers fill
	// the disk.
	Source ipfs.Getter
	// Serve says whether what is below a root may be served; nil serves all.
	Serve func(root cid.Cid) bool
	// MaxRequests at a time; 0 is 128.
	MaxRequests int
	// MaxDuration of one answer; 0 is 15 minutes.
	MaxDuration time.Duration
	// Metrics to register with; nil registers nowhere.
	Metrics prometheus.Registerer
}

// stall is how long an answer may make no progress.
const stall = 30 * time.Second

// New returns the handler for /ipfs/.
func New(store ipfs.Store, opts Options) (http.Handler, error) {
	if opts.MaxRequests == 0 {
		opts.MaxRequests = 128
	}
	if opts.MaxDuration == 0 {
		opts.MaxDuration = 15 * time.Minute
	}
	if opts.Metrics == nil {
		opts.Metrics = prometheus.NewRegistry()
	}
	local := bridge.Blockstore(store)
	exchange := offline.Exchange(local)
	if opts.Source != nil {
		exchange = bridge.Exchange(opts.Source)
	}
	backend, err := gateway.NewBlocksBackend(blockservice.New(local, exchange))
	if err != nil {
		return nil, fmt.Errorf("gateway: %w", err)
	}
	inner := gateway.NewHandler(gateway.Config{
		DeserializedResponses: true,
		NoDNSLink:             true,
		DisableHTMLErrors:     true,
		RetrievalTimeout:      stall,
		MaxRequestDuration:    opts.MaxDuration,
		MaxConcurrentRequests: opts.MaxRequests,
		MetricsRegistry:       opts.Metrics,
	}, backend)
	inner = gateway.NewHeaders(nil).ApplyCors().Wrap(inner)
	return guard{next: inner, serve: opts.Serve}, nil
}
