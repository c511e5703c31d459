// Package node is a peer of the IPFS network over a block store: a libp2p host
// that speaks bitswap both ways and, where it is switched on, announces what it
// has to the DHT. Nothing is announced, no peer is looked for and no address is
// listened on unless the configuration says so.
//
// It must import no room but ipfs and object.
package node

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"

	"github.com/ipfs/boxo/bitswap"
	"github.com/ipfs/boxo/bitswap/network/bsnet"
	blocks "github.com/ipfs/go-block-format"
	"github.com/ipfs/go-cid"
	"github.com/libp2p/go-libp2p"
	dht "github.com/libp2p/go-libp2p-kad-dht"
	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/routing"
	"github.com/libp2p/go-libp2p/p2p/net/connmgr"
	ma "github.com/multiformats/go-multiaddr"
	manet "github.com/multiformats/go-multiaddr/net"

	"github.com/parrots-music/parrots/internal/ipfs"
	"github.com/parrots-music/parrots/internal/ipfs/bridge"
)

// Config of a node.
type Config struct {
	// Store holds what the node serves and where Fetch puts what it gets.
	Store ipfs.Store
	// Listen are multiaddrs, as "/ip4/127.0.0.1/tcp/4101". None: only dial.
	Listen []string
	// Identity is what NewIdentity returned; nil makes one for this run.
	Identity []byte
	// Serve says whether a block may be given to strangers; nil serves all.
	Serve func(cid.Cid) bool
	// DHT joins the DHT through Bootstrap and lets Announce speak to it.
	DHT bool
	// Bootstrap are multiaddrs of peers with /p2p/, used with DHT only.
	Bootstrap []string
	// MaxConns is above how many connections idle ones are closed; 0 is 200.
	MaxConns int
	// MaxMemory bounds what libp2p may use for connections and streams, in
	// bytes; 0 is 256 MiB.
	MaxMemory int64
}

// Node is a running peer.
type Node struct {
	store  ipfs.Store
	host   host.Host
	swap   *bitswap.Bitswap
	dht    *dht.IpfsDHT // nil unless switched on
	cancel context.CancelFunc
}

// NewIdentity makes the private key of a node, to be kept secret and given to
// every New of the same node.
func NewIdentity(random io.Reader) ([]byte, error) {
	key, _, err := crypto.GenerateEd25519Key(random)
	if err != nil {
		return nil, err
	}
	return crypto.MarshalPrivateKey(key)
}

// New starts a node.
func New(cfg Config) (_ *Node, err error) {
	if cfg.Identity == nil {
		if cfg.Identity, err = NewIdentity(rand.Reader); err != nil {
			return nil, err
		}
	}
	key, err := crypto.UnmarshalPrivateKey(cfg.Identity)
	if err != nil {
		return nil, fmt.Errorf("node identity: %w", err)
	}
	h, err := newHost(cfg, key)
	if err != nil {
		return nil, fmt.Errorf("start node: %w", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	n := &Node{store: cfg.Store, host: h, cancel: cancel}
	defer func() {
		if err != nil {
			err = errors.Join(err, n.Close())
		}
	}()
	var find routing.ContentDiscovery
	if cfg.DHT {
		if n.dht, err = joinDHT(ctx, h, cfg.Bootstrap); err != nil {
			return nil, err
		}
		find = n.dht
	}
	opts := []bitswap.Option{
		bitswap.MaxCidSize(64), // ours have 36 bytes
		bitswap.MaxQueuedWantlistEntriesPerPeer(1024),
		bitswap.WithoutDuplicatedBlockStats(),
	}
	if cfg.Serve != nil {
		opts = append(opts, bitswap.WithPeerBlockRequestFilter(func(_ peer.ID, c cid.Cid) bool { return cfg.Serve(c) }))
	}
	n.swap = bitswap.New(ctx, bsnet.NewFromIpfsHost(h), find, bridge.Blockstore(cfg.Store), opts...)
	return n, nil
}

func newHost(cfg Config, key crypto.PrivKey) (host.Host, error) {
	if cfg.MaxConns == 0 {
		cfg.MaxConns = 200
	}
	limits, err := resourceLimits(cfg.MaxMemory)
	if err != nil {
		return nil, err
	}
	conns, err := connmgr.NewConnManager(cfg.MaxConns*3/4, cfg.MaxConns)
	if err != nil {
		return nil, err
	}
	opts := []libp2p.Option{
		libp2p.Identity(key),
		libp2p.UserAgent("parrots"),
		libp2p.ResourceManager(limits),
		libp2p.ConnectionManager(conns),
		libp2p.DisableRelay(),
		libp2p.DisableMetrics(),
	}
	if len(cfg.Listen) == 0 {
		opts = append(opts, libp2p.NoListenAddrs)
	} else {
		opts = append(opts, libp2p.ListenAddrStrings(cfg.Listen...))
	}
	return libp2p.New(opts...)
}

func joinDHT(ctx context.Context, h host.Host, bootstrap []string) (*dht.IpfsDHT, error) {
	peers := make([]peer.AddrInfo, 0, len(bootstrap))
	for _, s := range bootstrap {
		info, err := peer.AddrInfoFromString(s)
		if err != nil {
			return nil, fmt.Errorf("bootstrap peer %q: %w", s, err)
		}
		peers = append(peers, *info)
	}
	d, err := dht.New(h, dht.BootstrapPeers(peers...), dht.Mode(dht.ModeAutoServer))
	if err != nil {
		return nil, fmt.Errorf("join the dht: %w", err)
	}
	return d, d.Bootstrap(ctx)
}

// ID is the node's peer id.
func (n *Node) ID() string { return n.host.ID().String() }

// Addrs are the node's multiaddrs, complete with /p2p/ and its id.
func (n *Node) Addrs() []string {
	addrs, err := peer.AddrInfoToP2pAddrs(&peer.AddrInfo{ID: n.host.ID(), Addrs: n.host.Addrs()})
	if err != nil {
		return nil
	}
	out := make([]string, len(addrs))
	for i, a := range addrs {
		out[i] = a.String()
	}
	return out
}

// Connect dials a peer by a multiaddr that ends in /p2p/ and its id.
func (n *Node) Connect(ctx context.Context, addr string) error {
	m, err := ma.NewMultiaddr(addr)
	if err != nil {
		return fmt.Errorf("peer address %q: %w", addr, err)
	}
	info, err := peer.AddrInfoFromP2pAddr(m)
	if err != nil {
		return fmt.Errorf("peer address %q: %w", addr, err)
	}
	return n.host.Connect(ctx, *info)
}

// AddrOf is the IP address that a multiaddr begins with; one that begins with a name
// has none.
func AddrOf(addr string) (netip.Addr, bool) {
	m, err := ma.NewMultiaddr(addr)
	if err != nil {
		return netip.Addr{}, false
	}
	ip, err := manet.ToIP(m)
	if err != nil {
		return netip.Addr{}, false
	}
	return netip.AddrFromSlice(ip)
}

// Peers are the ids of the peers the node is connected to, sorted.
func (n *Node) Peers() []string {
	ids := n.host.Network().Peers()
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = id.String()
	}
	slices.Sort(out)
	return out
}

// Session returns a source that asks the node's peers for blocks and remembers
// who had the earlier ones. It asks until ctx ends: give it a deadline.
func (n *Node) Session(ctx context.Context) ipfs.Getter {
	return session{fetch: n.swap.NewSession(ctx).GetBlock}
}

type session struct {
	fetch func(context.Context, cid.Cid) (blocks.Block, error)
}

func (s session) Get(ctx context.Context, c cid.Cid) (ipfs.Block, error) {
	if err := ipfs.CheckCID(c); err != nil {
		return ipfs.Block{}, err
	}
	b, err := s.fetch(ctx, c)
	if err != nil {
		return ipfs.Block{}, err
	}
	return bridge.FromBoxo(b)
}

// Fetch gets everything the roots reach from peers into the node's store, and
// flushes.
func (n *Node) Fetch(ctx context.Context, opts ipfs.FetchOptions, roots ...cid.Cid) (ipfs.Fetched, error) {
	return ipfs.FetchDAG(ctx, n.Session(ctx), noticed{n.store, n}, opts, roots...)
}

// Notice tells the node of blocks that came into its store some other way, so
// that peers who wait for them get them.
func (n *Node) Notice(ctx context.Context, bs ...ipfs.Block) error {
	out := make([]blocks.Block, len(bs))
	for i, b := range bs {
		var err error
		if out[i], err = bridge.ToBoxo(b); err != nil {
			return err
		}
	}
	return n.swap.NotifyNewBlocks(ctx, out...)
}

// noticed is a store whose node notices what is put.
type noticed struct {
	ipfs.Store
	node *Node
}

func (s noticed) Put(ctx context.Context, bs ...ipfs.Block) error {
	if err := s.Store.Put(ctx, bs...); err != nil {
		return err
	}
	return s.node.Notice(ctx, bs...)
}

// ErrNoDHT is what Announce returns on a node that does not use the DHT.
var ErrNoDHT = errors.New("announcing to the dht is switched off")

// Announce tells the DHT that this node has the block. Announce the root of what
// people look for, not every block.
func (n *Node) Announce(ctx context.Context, c cid.Cid) error {
	if n.dht == nil {
		return ErrNoDHT
	}
	return n.dht.Provide(ctx, c, true)
}

// Close stops the node. The store stays open.
func (n *Node) Close() error {
	var errs []error
	if n.swap != nil {
		errs = append(errs, n.swap.Close())
	}
	if n.dht != nil {
		errs = append(errs, n.dht.Close())
	}
	n.cancel()
	return errors.Join(append(errs, n.host.Close())...)
}
