package hub

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/ipfs"
	"github.com/parrots-music/parrots/internal/ipfs/node"
	"github.com/parrots-music/parrots/internal/ipfs/packstore"
)

// Hub is one hub. New opens it, Run serves until its context ends, Close releases
// what New opened.
type Hub struct {
	cfg      Config
	log      *slog.Logger
	chain    Chain
	lock     *flock.Flock
	listener net.Listener
	blocks   *packstore.Store // served to everybody
	node     *node.Node
	ledger   *ledger
	staging  *staging
	sessions *sessions
	turns    turns
	follower *follower
	follows  *follows
	mirror   *mirror
	// newcomers is nil where none are sponsored.
	newcomers *newcomers
	metrics   *metrics
	handler   http.Handler

	private bool // strangers' hints may lead into this machine and its network
	// accepting is held for reading by whoever moves blocks to the served ones, and for
	// writing by whoever rearranges those.
	accepting  sync.RWMutex
	accepts    gate
	ctx        context.Context // of work that outlives a request; ends with Close
	cancel     context.CancelFunc
	background sync.WaitGroup

	mu     sync.Mutex
	health health
}

// health is the last look at the chain.
type health struct {
	status chain.Status
	err    error
	at     time.Time
}

// ErrInUse says that another hub runs in the folder.
var ErrInUse = errors.New("another hub runs in this folder")

const shutdownTime = 10 * time.Second

// New opens the hub's folder, starts its IPFS node and listens. The chain's node
// need not be up yet.
func New(cfg Config) (_ *Hub, err error) {
	if err := cfg.setDefaults(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("hub's folder: %w", err)
	}
	h := &Hub{cfg: cfg, log: cfg.Log, chain: cfg.Chain, turns: turns{now: map[string]int{}}, accepts: make(gate, maxAccepts)}
	h.ctx, h.cancel = context.WithCancel(context.Background())
	defer func() {
		if err != nil {
			err = errors.Join(err, h.Close())
		}
	}()
	lock := flock.New(filepath.Join(cfg.Dir, "hub.lock"))
	if ok, err := lock.TryLock(); err != nil || !ok {
		return nil, errors.Join(fmt.Errorf("%w: %s", ErrInUse, cfg.Dir), err)
	}
	h.lock = lock
	if h.listener, err = net.Listen("tcp", cfg.Listen); err != nil {
		return nil, fmt.Errorf("hub: %w", err)
	}
	if h.cfg.URL == "" {
		h.cfg.URL = "http://" + h.listener.Addr().String()
	}
	h.private = ipfs.IsPrivateURL(h.cfg.URL)
	if err := h.open(); err != nil {
		return nil, err
	}
	h.handler, err = h.routes()
	return h, err
}

// open opens what is kept in the folder.
func (h *Hub) open() error {
	var err error
	if h.blocks, err = packstore.Open(filepath.Join(h.cfg.Dir, "blocks"), packstore.Options{Now: h.cfg.Now}); err != nil {
		return err
	}
	if h.ledger, err = openLedger(h.cfg.Dir); err != nil {
		return err
	}
	if h.staging, err = openStaging(h.ctx, h.cfg, h.ledger); err != nil {
		return fmt.Errorf("hub's uploads: %w", err)
	}
	if h.follower, err = openFollower(h.cfg.Dir); err != nil {
		return fmt.Errorf("hub's height: %w", err)
	}
	if h.follows, err = openFollows(h.cfg.Dir, h.cfg.Mirror); err != nil {
		return fmt.Errorf("hub's songs: %w", err)
	}
	if h.newcomers, err = openNewcomers(h.cfg); err != nil {
		return fmt.Errorf("hub's newcomers: %w", err)
	}
	h.mirror = newMirror(h)
	if h.sessions, err = newSessions(h.cfg); err != nil {
		return fmt.Errorf("hub's sessions: %w", err)
	}
	h.metrics = newMetrics(h)
	identity, err := h.identity()
	if err != nil {
		return fmt.Errorf("hub's identity: %w", err)
	}
	h.node, err = node.New(node.Config{
		Store: h.blocks, Listen: h.cfg.Swarm, Identity: identity, DHT: h.cfg.DHT, Bootstrap: h.cfg.Bootstrap,
	})
	return err
}

// identity reads the IPFS node's private key, or makes it.
func (h *Hub) identity() ([]byte, error) {
	path := filepath.Join(h.cfg.Dir, "identity")
	key, err := os.ReadFile(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if key, err = node.NewIdentity(h.cfg.Random); err != nil {
		return nil, err
	}
	return key, writeFile(path, key) // a temporary file is its owner's alone, and stays so
}

// URL is the hub's origin.
func (h *Hub) URL() string { return h.cfg.URL }

// PeerAddrs are the multiaddrs of the hub's IPFS node.
func (h *Hub) PeerAddrs() []string { return h.node.Addrs() }

// Run serves until ctx ends; then it lets requests finish for a few seconds.
func (h *Hub) Run(ctx context.Context) error {
	server := &http.Server{
		Handler:           h.handler,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(h.log.Handler(), slog.LevelDebug),
	}
	following, stop := context.WithCancel(ctx)
	h.background.Go(func() { h.follow(following) })
	for range mirrorWorkers {
		h.background.Go(func() { h.mirror.work(following) })
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(&boundedListener{h.listener, make(gate, maxConnections)}) }()
	h.log.Info("hub is up", "url", h.cfg.URL, "peer", h.node.ID(), "commits", h.ledger.count())

	var err error
	select {
	case err = <-failed:
	case <-ctx.Done():
		finish, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
		defer cancel()
		if server.Shutdown(finish) != nil {
			err = server.Close()
		}
	}
	stop()
	h.cancel()
	h.background.Wait()
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	h.log.Info("hub is down")
	return err
}

// Close releases what New opened, after Run has returned.
func (h *Hub) Close() error {
	h.cancel()
	h.background.Wait()
	var errs []error
	if h.node != nil {
		errs = append(errs, h.node.Close())
	}
	if h.staging != nil {
		errs = append(errs, h.staging.close())
	}
	if h.ledger != nil {
		errs = append(errs, h.ledger.close())
	}
	if h.blocks != nil {
		errs = append(errs, h.blocks.Close())
	}
	if h.listener != nil {
		if err := h.listener.Close(); !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	if h.lock != nil {
		errs = append(errs, h.lock.Unlock())
	}
	return errors.Join(errs...)
}

func (h *Hub) setHealth(status chain.Status, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if (err == nil) != (h.health.err == nil) || h.health.at.IsZero() {
		h.log.Info("chain", "height", status.Height, "error", err)
	}
	h.health = health{status, err, h.cfg.Now()}
}

func (h *Hub) lastHealth() health {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.health
}
