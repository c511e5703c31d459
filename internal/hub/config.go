package hub

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/hub/api"
)

// Chain is what a hub asks of a node; *chain.Client is one.
type Chain interface {
	// Check says how the node is, with an error where it is of no use.
	Check(ctx context.Context) (chain.Status, error)
	// CommitBlock returns a commit's block, verified, or chain.ErrNotFound.
	CommitBlock(ctx context.Context, commit cid.Cid) ([]byte, error)
	// CommitsOf returns the commits that a block brought.
	CommitsOf(ctx context.Context, height int64) ([]chain.AddedCommit, error)
	// Commit returns what the chain knows of a commit.
	Commit(ctx context.Context, commit cid.Cid) (chain.CommitInfo, error)
	// Branches returns a page of a song's branches.
	Branches(ctx context.Context, song string, page chain.Page) ([]chain.Branch, []byte, error)
	// Hints returns where a song's people say that its audio is.
	Hints(ctx context.Context, song string) ([]string, error)
	// Account returns a wallet's account, or chain.ErrNoAccount.
	Account(ctx context.Context, address string) (chain.Account, error)
}

// Config of a hub. Dir, ChainID and RPC are needed, the rest has defaults.
type Config struct {
	// Dir holds everything the hub keeps.
	Dir string
	// Listen is the address of the HTTP server; "127.0.0.1:4180" if empty.
	Listen string
	// URL is the origin under which people reach it; http:// and the address it
	// listens on if empty.
	URL string
	// Name and Version are told to whoever asks.
	Name, Version string
	// ChainID is the chain to follow, RPC and REST are its node's URLs; REST may
	// be empty.
	ChainID, RPC, REST string
	// Sponsor is a wallet that may pay newcomers' fees; it is told, not used.
	Sponsor string
	// Newcomers pays the first fees of wallets that are not on the chain yet, up to
	// NewcomersPerDay of them in a day (UTC); nil or 0 for none.
	Newcomers       Sponsor
	NewcomersPerDay int
	// GasPrice is told to clients, in ufeather.
	GasPrice string
	// Swarm are the multiaddrs to listen on for bitswap; none for no listening.
	Swarm []string
	// DHT announces accepted commits through the peers of Bootstrap.
	DHT       bool
	Bootstrap []string
	// Peers are multiaddrs to keep a connection to.
	Peers []string
	// Mirror are the ids of songs to keep whole, beside those that people push here.
	Mirror []string

	// Quota is what one wallet may store, in bytes; 20 GiB if zero.
	Quota int64
	// MaxStaged is what all unfinished uploads may announce, in bytes; 200 GiB if
	// zero.
	MaxStaged int64
	// UploadTTL is how long uploaded blocks wait for their commit; 24 h if zero.
	UploadTTL time.Duration
	// SessionTTL is how long a login lasts; 12 h if zero.
	SessionTTL time.Duration
	// ChallengeTTL is how long a challenge may be answered; 2 min if zero.
	ChallengeTTL time.Duration
	// Poll is how often the chain is looked at; 1 s if zero.
	Poll time.Duration
	// Stall is how long a client may send nothing; 30 s if zero.
	Stall time.Duration

	// Chain stands in for the node at RPC in tests.
	Chain Chain
	// Now is the clock, Random the source of tokens.
	Now    func() time.Time
	Random io.Reader
	Log    *slog.Logger
}

const (
	maxConnections       = 2048
	maxUploadsPerWallet  = 16
	maxRequests          = 256 // of the JSON API at a time
	maxBlockRequests     = 32  // with blocks at a time
	maxBlockRequestsEach = 4   // of one wallet
	maxAccepts           = 8   // uploads whose commit is on chain, walked and moved at a time
	maxSessions          = 10_000
	// maxBlocks is how many blocks an upload may bring, whatever their size, beside
	// one for every blockBytes announced: a stem's have a hundred times as many.
	// Each costs the hub memory, also one of three bytes.
	maxBlocks  = 1 << 17
	blockBytes = 16 << 10
	// blockCost is what a served block counts to its wallet's quota beside its bytes.
	blockCost         = 1 << 10
	maxSessionsEach   = 16
	maxUsedChallenges = 100_000
)

func (cfg *Config) setDefaults() error {
	if cfg.Dir == "" || cfg.ChainID == "" || cfg.RPC == "" {
		return errors.New("hub: folder, chain id and the node's address are needed")
	}
	for _, d := range []struct {
		value *string
		def   string
	}{
		{&cfg.Listen, "127.0.0.1:4180"}, {&cfg.Name, "parrots hub"}, {&cfg.Version, "dev"},
		{&cfg.GasPrice, chain.DefaultGasPrice},
	} {
		if *d.value == "" {
			*d.value = d.def
		}
	}
	for _, d := range []struct {
		value *time.Duration
		def   time.Duration
	}{
		{&cfg.UploadTTL, 24 * time.Hour}, {&cfg.SessionTTL, 12 * time.Hour},
		{&cfg.ChallengeTTL, 2 * time.Minute}, {&cfg.Poll, time.Second}, {&cfg.Stall, 30 * time.Second},
	} {
		if *d.value == 0 {
			*d.value = d.def
		}
	}
	if cfg.Quota == 0 {
		cfg.Quota = 20 << 30
	}
	if cfg.MaxStaged == 0 {
		cfg.MaxStaged = 200 << 30
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Random == nil {
		cfg.Random = rand.Reader
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return cfg.check()
}

// check brings the values that have a form into it, and reaches for the node.
func (cfg *Config) check() error {
	if cfg.URL != "" {
		origin, err := api.Origin(cfg.URL)
		if err != nil {
			return err
		}
		cfg.URL = origin
	}
	if cfg.Sponsor != "" {
		if _, err := chain.ParseAddress(cfg.Sponsor); err != nil {
			return fmt.Errorf("sponsor: %w", err)
		}
	}
	if cfg.Chain == nil {
		client, err := chain.New(chain.Config{RPC: cfg.RPC, ChainID: cfg.ChainID, Now: cfg.Now})
		if err != nil {
			return err
		}
		cfg.Chain = client
	}
	return nil
}
