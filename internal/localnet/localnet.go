// Package localnet starts a whole network on this machine: a node, a hub and three
// wallets, each its own process, as a person would start them by hand, and can play
// the story of a song that travels between them.
//
// It starts processes and waits for them; what they do is elsewhere. It prints
// nothing: a Teller is told what happens. Everything lives in one folder and
// listens on the loopback interface only.
package localnet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/hub/api"
)

// ChainID is the chain of every localnet.
const ChainID = "parrots-local-1"

// Names are the wallets, called by what they play.
var Names = []string{"drummer", "guitarist", "singer"}

// Errors to compare with errors.Is.
var (
	// ErrPort: a port is in use.
	ErrPort = errors.New("a port is in use")
	// ErrState: the folder holds something else than a localnet of this version.
	ErrState = errors.New("the folder is not a localnet's")
	// ErrTool: a program that is needed is not there.
	ErrTool = errors.New("a program is missing")
	// ErrProcess: a process that was started ended.
	ErrProcess = errors.New("a process ended")
)

// Config of a localnet.
type Config struct {
	// Dir holds everything.
	Dir string
	// Parrots and Parrotsd are the programs; Ipfs may be empty.
	Parrots, Parrotsd, Ipfs string
	// FirstPort is the first of the ports that are used; 0 takes the usual ones.
	FirstPort int
	// Teller is told what happens.
	Teller Teller
}

// Teller is told what happens, for a person to read.
type Teller interface {
	// Chapter begins a part of the story.
	Chapter(text string)
	// Command is about to be run by a wallet.
	Command(who, command string)
	// Output is what a command printed.
	Output(line string)
}

// Ports of a localnet, all on the loopback interface.
type Ports struct {
	RPC, P2P, REST, GRPC, Hub, Swarm int
}

func portsFrom(first int) Ports {
	if first == 0 {
		return Ports{RPC: 26657, P2P: 26656, REST: 1317, GRPC: 9090, Hub: 4180, Swarm: 4190}
	}
	return Ports{RPC: first, P2P: first + 1, REST: first + 2, GRPC: first + 3, Hub: first + 4, Swarm: first + 5}
}

// check says which port is taken.
func (p Ports) check() error {
	for _, port := range []struct {
		what string
		n    int
	}{{"the node's RPC", p.RPC}, {"the node's peers", p.P2P}, {"the node's REST API", p.REST}, {"the node's gRPC", p.GRPC}, {"the hub", p.Hub}, {"the hub's IPFS peers", p.Swarm}} {
		l, err := net.Listen("tcp", loopback(port.n))
		if err != nil {
			return fmt.Errorf("%w: %d, for %s", ErrPort, port.n, port.what)
		}
		if err := l.Close(); err != nil {
			return err
		}
	}
	return nil
}

// blame adds to a port that is taken what an earlier start in this folder has left
// running.
func (n *Net) blame(err error) error {
	var pids []string
	for _, log := range []string{"hub.log", "node.log"} {
		if pid := leftOver(n.path(log)); pid != 0 {
			pids = append(pids, strconv.Itoa(pid))
		}
	}
	if len(pids) == 0 {
		return err
	}
	return fmt.Errorf("%w; a localnet in this folder runs or was killed: its processes are %s", err, strings.Join(pids, " and "))
}

func loopback(port int) string { return fmt.Sprintf("127.0.0.1:%d", port) }

// Net is a running localnet.
type Net struct {
	cfg   Config
	state state
	ports Ports
	node  *process
	hub   *process
}

// state is what the folder remembers, in localnet.json.
type state struct {
	Version int               `json:"version"`
	Wallets map[string]string `json:"wallets"` // name to address
	// Song is the demo's song, Fork the guitarist's; empty before it was played.
	Song string `json:"song,omitempty"`
	Fork string `json:"fork,omitempty"`
}

const stateVersion = 1

// Start starts the node and the hub and waits until both answer. The first time, it
// makes the chain and the wallets.
func Start(ctx context.Context, cfg Config) (*Net, error) {
	n := &Net{cfg: cfg, ports: portsFrom(cfg.FirstPort)}
	if err := n.ports.check(); err != nil {
		return nil, n.blame(err)
	}
	fresh, err := n.load()
	if err != nil {
		return nil, err
	}
	if fresh {
		if err := n.create(ctx); err != nil {
			return nil, err
		}
	}
	if err := n.startNode(ctx); err != nil {
		return nil, errors.Join(err, n.Stop())
	}
	if err := n.StartHub(ctx); err != nil {
		return nil, errors.Join(err, n.Stop())
	}
	for _, name := range Names {
		if _, err := n.run(ctx, name, n.cfg.Dir, "join", n.HubURL()); err != nil {
			return nil, errors.Join(err, n.Stop())
		}
	}
	return n, nil
}

// load reads the folder's state; fresh says that there is none yet.
func (n *Net) load() (fresh bool, err error) {
	data, err := os.ReadFile(n.path("localnet.json"))
	if errors.Is(err, fs.ErrNotExist) {
		entries, err := os.ReadDir(n.cfg.Dir)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return false, err
		}
		if len(entries) > 0 {
			return false, fmt.Errorf("%w, or its making was interrupted: %s", ErrState, n.cfg.Dir)
		}
		return true, nil
	}
	if err != nil {
		return false, err
	}
	if err := json.Unmarshal(data, &n.state); err != nil || n.state.Version != stateVersion {
		return false, fmt.Errorf("%w of this version: %s", ErrState, n.cfg.Dir)
	}
	return false, nil
}

func (n *Net) save() error {
	data, err := json.MarshalIndent(n.state, "", "  ")
	if err != nil {
		return err
	}
	temp := n.path("localnet.json.tmp")
	if err := os.WriteFile(temp, append(data, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(temp, n.path("localnet.json"))
}

// Wait waits until ctx ends or a process does, which is an error.
func (n *Net) Wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case <-n.node.done:
		return fmt.Errorf("%w: the node; see %s", ErrProcess, n.node.log)
	case <-n.hub.done:
		return fmt.Errorf("%w: the hub; see %s", ErrProcess, n.hub.log)
	}
}

// Stop ends the hub, then the node.
func (n *Net) Stop() error {
	return errors.Join(n.hub.stop(), n.node.stop())
}

// HubURL is the hub's origin.
func (n *Net) HubURL() string { return "http://" + loopback(n.ports.Hub) }

// RPC is the node's CometBFT RPC.
func (n *Net) RPC() string { return "http://" + loopback(n.ports.RPC) }

// REST is the node's REST API.
func (n *Net) REST() string { return "http://" + loopback(n.ports.REST) }

// Address is a wallet's address.
func (n *Net) Address(name string) string { return n.state.Wallets[name] }

// Home is a wallet's parrots folder.
func (n *Net) Home(name string) string { return n.path("wallets", name) }

func (n *Net) path(elem ...string) string {
	return filepath.Join(append([]string{n.cfg.Dir}, elem...)...)
}

// startNode starts parrotsd and waits for its first block.
func (n *Net) startNode(ctx context.Context) error {
	var err error
	n.node, err = start(n.path("node.log"), nil, n.cfg.Parrotsd, "start",
		"--home", n.path("node"),
		"--rpc.laddr", "tcp://"+loopback(n.ports.RPC),
		"--p2p.laddr", "tcp://"+loopback(n.ports.P2P),
		"--rpc.pprof_laddr", "",
		"--api.enable", "--api.swagger", "--api.address", "tcp://"+loopback(n.ports.REST),
		"--grpc.address", loopback(n.ports.GRPC),
		"--minimum-gas-prices", chain.DefaultGasPrice+chain.FeeDenom,
		"--block-executor", "block-stm",
	)
	if err != nil {
		return err
	}
	return n.node.await(ctx, "the node", func(ctx context.Context) error {
		_, err := chain.Dial(ctx, chain.Config{RPC: n.RPC(), ChainID: ChainID, Timeout: 2 * time.Second})
		return err
	})
}

// StartHub starts the hub and waits for its answer.
func (n *Net) StartHub(ctx context.Context) error {
	var err error
	n.hub, err = start(n.path("hub.log"), nil, n.cfg.Parrots, "hub",
		"--rpc", n.RPC(), "--rest", n.REST(), "--chain-id", ChainID, "--dir", n.path("hub"),
		"--listen", loopback(n.ports.Hub), "--name", "localnet",
		"--swarm", fmt.Sprintf("/ip4/127.0.0.1/tcp/%d", n.ports.Swarm),
	)
	if err != nil {
		return err
	}
	return n.hub.await(ctx, "the hub", func(ctx context.Context) error {
		_, err := n.info(ctx)
		return err
	})
}

// StopHub ends the hub and leaves the node.
func (n *Net) StopHub() error { return n.hub.stop() }

func (n *Net) info(ctx context.Context) (api.Info, error) {
	client, err := api.New(n.HubURL(), api.Options{Timeout: 2 * time.Second, Attempts: 1})
	if err != nil {
		return api.Info{}, err
	}
	return client.Info(ctx)
}
