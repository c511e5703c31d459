package cli

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/hub"
)

const hubLong = `Run a hub beside a node: it takes the audio of commits that go to the chain, keeps it
and serves it, over HTTP and to IPFS nodes. It listens on this machine only unless
you say otherwise; put a web server with TLS before it for others. Ctrl-C ends it.

With --sponsor-newcomers the hub pays the first fees of wallets that log in and are not
on the chain yet, out of the wallets of "parrots sponsor setup" or your own. Keys cost
nothing to make: that number, times the budget, is what strangers can spend in a day.`

const hubExample = `  parrots hub --rpc http://127.0.0.1:26657
  parrots hub --rpc http://127.0.0.1:26657 --url https://hub.example --name "Our label" --swarm /ip4/0.0.0.0/tcp/4001
  parrots hub --rpc http://127.0.0.1:26657 --sponsor-newcomers 50 --sponsor-budget 1`

func hubCommand(a *app) *cobra.Command {
	var cfg hub.Config
	var quota int64
	var newcomers int
	var bounds sponsorFlags
	c := &cobra.Command{
		Use:     "hub --rpc URL",
		Short:   "run a hub beside a node",
		Long:    hubLong,
		Example: hubExample,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if cfg.RPC == "" {
				return usagef("--rpc is the URL of your node, http://127.0.0.1:26657 for example")
			}
			home, err := a.env.home()
			if err != nil {
				return err
			}
			if cfg.Dir == "" {
				cfg.Dir = filepath.Join(home, "hub")
			}
			cfg.Dir = a.path(cfg.Dir)
			cfg.Quota = quota << 20
			if newcomers > 0 {
				if err := a.sponsorNewcomers(cmd.Context(), &cfg, newcomers, bounds); err != nil {
					return err
				}
			}
			return a.runHub(cmd.Context(), cfg)
		},
	}
	flags := c.Flags()
	flags.StringVar(&cfg.RPC, "rpc", "", "the node's CometBFT RPC")
	flags.StringVar(&cfg.REST, "rest", "", "the node's REST API")
	flags.StringVar(&cfg.ChainID, "chain-id", "", "the chain to follow (default: the node's)")
	flags.StringVar(&cfg.Dir, "dir", "", "where the hub keeps everything (default: hub in your parrots folder)")
	flags.StringVar(&cfg.Listen, "listen", "127.0.0.1:4180", "the address to listen on")
	flags.StringVar(&cfg.URL, "url", "", "the origin under which people reach it (default: the address)")
	flags.StringVar(&cfg.Name, "name", "a parrots hub", "how the hub is called")
	flags.StringVar(&cfg.Sponsor, "sponsor", "", "a wallet that may pay newcomers' fees")
	flags.IntVar(&newcomers, "sponsor-newcomers", 0, "grant so many wallets a day that are not on the chain yet an allowance, out of your own")
	bounds.register(flags, "sponsor-")
	flags.StringVar(&cfg.GasPrice, "gas-price", chain.DefaultGasPrice, "what the node asks for a unit of gas, in ufeather")
	flags.StringSliceVar(&cfg.Swarm, "swarm", nil, "multiaddrs to listen on for IPFS peers")
	flags.StringSliceVar(&cfg.Peers, "peer", nil, "multiaddrs of IPFS peers to stay connected to")
	flags.StringSliceVar(&cfg.Mirror, "mirror", nil, "ids of songs to keep whole, beside those that are pushed here")
	flags.BoolVar(&cfg.DHT, "dht", false, "announce what the hub serves to the IPFS DHT")
	flags.StringSliceVar(&cfg.Bootstrap, "bootstrap", nil, "multiaddrs of peers to enter the DHT by")
	flags.Int64Var(&quota, "quota", 0, "what one wallet may store, in MiB (default 20480)")
	return c
}

func (a *app) runHub(ctx context.Context, cfg hub.Config) error {
	cfg.Now, cfg.Random, cfg.Version = a.env.Now, a.env.Rand, a.env.Version.Version
	cfg.Log = slog.New(slog.NewTextHandler(a.ui.Err(), &slog.HandlerOptions{Level: hubLogLevel(a.flags.quiet)}))
	if cfg.ChainID == "" {
		id, err := chainOf(ctx, cfg.RPC)
		if err != nil {
			return withHint(err, "start the node first, or name its chain with --chain-id")
		}
		cfg.ChainID = id
	}
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return err
	}
	h, err := hub.New(cfg)
	if err != nil {
		return err
	}
	out := struct {
		URL     string   `json:"url"`
		ChainID string   `json:"chain_id"`
		Peers   []string `json:"peer_addrs"`
	}{h.URL(), cfg.ChainID, h.PeerAddrs()}
	err = a.ui.Emit(out, func() {
		a.ui.Printf("hub at %s, following %s", out.URL, out.ChainID)
		if len(out.Peers) > 0 {
			a.ui.Printf("ipfs peers reach it by %s", strings.Join(out.Peers, " "))
		}
		a.ui.Hintf("`parrots join %s` joins it; Ctrl-C ends it", out.URL)
	})
	if err == nil {
		err = h.Run(ctx) // Ctrl-C is how a hub ends, and no error
	}
	return errors.Join(err, h.Close())
}

func hubLogLevel(quiet bool) slog.Level {
	if quiet {
		return slog.LevelWarn
	}
	return slog.LevelInfo
}

// sponsorNewcomers lets the person's wallets pay for newcomers in turn.
func (a *app) sponsorNewcomers(ctx context.Context, cfg *hub.Config, perDay int, bounds sponsorFlags) error {
	if _, err := bounds.terms(a.env.Now()); err != nil {
		return err
	}
	own, set, err := a.payers(ctx)
	if err != nil {
		return err
	}
	if len(set) == 0 {
		set = []payer{own}
	}
	signers := make([]chain.Signer, len(set))
	for i, p := range set {
		signers[i] = p.signer
	}
	if cfg.ChainID == "" {
		if cfg.ChainID, err = chainOf(ctx, cfg.RPC); err != nil {
			return err
		}
	}
	client, err := chain.New(chain.Config{RPC: cfg.RPC, ChainID: cfg.ChainID, GasPrice: cfg.GasPrice, Now: a.env.Now})
	if err != nil {
		return err
	}
	cfg.NewcomersPerDay = perDay
	cfg.Newcomers = chain.NewSponsors(client, signers, func(now time.Time) chain.GrantTerms {
		t, _ := bounds.terms(now) // it was read without an error above
		return t
	})
	return nil
}

// chainOf asks a node which chain it is on.
func chainOf(ctx context.Context, rpc string) (string, error) {
	// A node says which chain it is on to whoever asks for another.
	_, err := chain.Dial(ctx, chain.Config{RPC: rpc, ChainID: "?", AllowBehind: true})
	var other *chain.WrongChainError
	if errors.As(err, &other) {
		return other.Got, nil
	}
	return "", err
}
