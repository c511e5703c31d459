package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/hub/api"
	"github.com/parrots-music/parrots/internal/testports"
)

const chainID = "parrots-e2e-1"

// network is a node, the hub beside it, and a faucet.
type network struct {
	*node
	hub *hub

	faucet struct {
		sync.Mutex // one transaction of a wallet at a time
		signer     chain.Signer
	}
}

// startNetwork makes a chain of one validator and starts its node and a hub.
func startNetwork(ctx context.Context, dir string) (*network, error) {
	n := &network{}
	if err := n.makeFaucet(filepath.Join(dir, "faucet")); err != nil {
		return nil, err
	}
	var err error
	if n.node, err = newNode(ctx, filepath.Join(dir, "node"), n.faucet.signer.Address()); err != nil {
		return nil, err
	}
	if err := n.node.start(ctx); err != nil {
		return nil, err
	}
	if n.hub, err = newHub(filepath.Join(dir, "hub"), n.rpc); err != nil {
		return nil, errors.Join(err, n.node.stop())
	}
	if err := n.hub.start(ctx); err != nil {
		return nil, errors.Join(err, n.node.stop())
	}
	return n, nil
}

func (n *network) stop() error { return errors.Join(n.hub.stop(), n.node.stop()) }

func (n *network) makeFaucet(dir string) error {
	keys, err := chain.OpenKeyring(chain.KeyringConfig{Backend: chain.BackendTest, Dir: dir, AllowTest: true})
	if err != nil {
		return err
	}
	if _, _, err := keys.Create("faucet"); err != nil {
		return err
	}
	n.faucet.signer, err = keys.Signer("faucet")
	return err
}

// fund gives wallets 1,000 feather each.
func (n *network) fund(t *testing.T, addresses ...string) {
	t.Helper()
	n.faucet.Lock()
	defer n.faucet.Unlock()
	coins := sdk.NewCoins(sdk.NewInt64Coin(chain.FeeDenom, 1_000_000_000))
	var msgs []sdk.Msg
	for _, to := range addresses {
		msgs = append(msgs, &banktypes.MsgSend{FromAddress: n.faucet.signer.Address(), ToAddress: to, Amount: coins})
	}
	_, err := n.client(t).Broadcast(t.Context(), n.faucet.signer, chain.TxOptions{}, msgs...)
	require.NoError(t, err, "the faucet gives coins")
}

// client asks the node as any program would.
func (n *network) client(t *testing.T) *chain.Client {
	t.Helper()
	client, err := chain.New(chain.Config{RPC: n.rpc, ChainID: chainID, Timeout: patience, InclusionTimeout: patience})
	require.NoError(t, err)
	return client
}

// node is a parrotsd.
type node struct {
	*process
	home            string
	rpc, rest, grpc string
	args            []string
}

// newNode makes the home of a chain's only validator.
func newNode(ctx context.Context, home, faucet string) (*node, error) {
	if err := os.MkdirAll(home, 0o700); err != nil {
		return nil, err
	}
	for _, args := range [][]string{
		{"init", "e2e", "--chain-id", chainID},
		{"keys", "add", "validator", "--keyring-backend", "test"},
		{"genesis", "add-genesis-account", "validator", "2000000000000ufeather", "--keyring-backend", "test"},
		{"genesis", "add-genesis-account", faucet, "1000000000000ufeather"},
		{"genesis", "gentx", "validator", "1000000000000ufeather", "--chain-id", chainID, "--keyring-backend", "test"},
		{"genesis", "collect-gentxs"},
	} {
		if _, err := output(ctx, parrotsd, append(args, "--home", home)...); err != nil {
			return nil, err
		}
	}
	return nodeAt(home)
}

// nodeAt gives the node of a home its ports.
func nodeAt(home string) (*node, error) {
	ports, err := testports.Take(4)
	if err != nil {
		return nil, err
	}
	n := &node{home: home, rpc: "http://" + testports.Loopback(ports[0]), rest: "http://" + testports.Loopback(ports[2]), grpc: testports.Loopback(ports[3])}
	n.args = []string{"start", "--home", home,
		"--rpc.laddr", "tcp://" + testports.Loopback(ports[0]), "--rpc.pprof_laddr", "",
		"--p2p.laddr", "tcp://" + testports.Loopback(ports[1]),
		"--api.address", "tcp://" + testports.Loopback(ports[2]), "--grpc.address", testports.Loopback(ports[3]),
		"--block-executor", "block-stm", "--log_no_color",
	}
	return n, nil
}

// start starts the node and waits for its first block.
func (n *node) start(ctx context.Context) error {
	if err := n.launch(); err != nil {
		return err
	}
	return n.await(ctx, func(ctx context.Context) error {
		_, err := chain.Dial(ctx, chain.Config{RPC: n.rpc, ChainID: chainID, Timeout: 5 * time.Second})
		return err
	})
}

func (n *node) launch() (err error) {
	n.process, err = start(filepath.Join(filepath.Dir(n.home), filepath.Base(n.home)+".log"), parrotsd, n.args...)
	return err
}

// hub is a parrots hub, which comes back at the same address.
type hub struct {
	*process
	dir  string
	url  string
	args []string
}

func newHub(dir, rpc string, more ...string) (*hub, error) {
	ports, err := testports.Take(2)
	if err != nil {
		return nil, err
	}
	h := &hub{dir: dir, url: "http://" + testports.Loopback(ports[0])}
	h.args = append([]string{"hub", "--rpc", rpc, "--chain-id", chainID, "--dir", dir,
		"--listen", testports.Loopback(ports[0]), "--swarm", fmt.Sprintf("/ip4/127.0.0.1/tcp/%d", ports[1])}, more...)
	return h, os.MkdirAll(dir, 0o700)
}

// start starts the hub and waits for its answer.
func (h *hub) start(ctx context.Context) error {
	if err := h.launch(); err != nil {
		return err
	}
	return h.await(ctx, func(ctx context.Context) error {
		_, err := h.info(ctx)
		return err
	})
}

func (h *hub) launch() (err error) {
	h.process, err = start(filepath.Clean(h.dir)+".log", parrots, h.args...)
	return err
}

func (h *hub) info(ctx context.Context) (api.Info, error) {
	client, err := api.New(h.url, api.Options{Timeout: 5 * time.Second, Attempts: 1})
	if err != nil {
		return api.Info{}, err
	}
	return client.Info(ctx)
}

// ownHub starts a hub for one test, beside the shared node or another one.
func ownHub(t *testing.T, rpc string, more ...string) *hub {
	t.Helper()
	h, err := newHub(filepath.Join(t.TempDir(), "hub"), rpc, more...)
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, h.process.stop())
		if t.Failed() {
			t.Logf("the hub at %s said:\n%s", h.url, h.said())
		}
	})
	h.restart(t)
	return h
}

func (h *hub) restart(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	require.NoError(t, h.start(ctx), "the hub starts")
}

// tx sends a transaction by parrotsd itself, as a musician, and waits for its block.
// It returns the code and what the node says about it.
func (m *musician) tx(args ...string) (code uint32, log string) {
	m.t.Helper()
	code, log, hash := m.send(args...)
	if code != 0 {
		return code, log
	}
	out := m.parrotsd("query", "wait-tx", hash, "--timeout", patience.String(), "--node", shared.tcp(), "--output", "json")
	var included struct {
		Code   uint32 `json:"code"`
		RawLog string `json:"raw_log"`
	}
	require.NoError(m.t, json.Unmarshal([]byte(out), &included), "%s", out)
	return included.Code, included.RawLog
}

// send is tx without the wait: what the node says at the door.
func (m *musician) send(args ...string) (code uint32, log, hash string) {
	m.t.Helper()
	all := append([]string{"tx"}, args[:2]...) // the command; what follows overrules the rest
	all = append(all, "--from", "main", "--keyring-backend", "test", "--keyring-dir", m.home, "--chain-id", chainID,
		"--node", shared.tcp(), "--gas", "5000000", "--gas-prices", "0.001ufeather", "--yes", "--output", "json")
	out := m.parrotsd(append(all, args[2:]...)...)
	var sent struct {
		Code   uint32 `json:"code"`
		RawLog string `json:"raw_log"`
		Hash   string `json:"txhash"`
	}
	require.NoError(m.t, json.Unmarshal([]byte(out), &sent), "%s", out)
	return sent.Code, sent.RawLog, sent.Hash
}

// query asks the node by parrotsd.
func (m *musician) query(into any, args ...string) {
	m.t.Helper()
	out := m.parrotsd(append(append([]string{"query", "song"}, args...), "--node", shared.tcp(), "--output", "json")...)
	require.NoError(m.t, json.Unmarshal([]byte(out), into), "%s", out)
}

func (m *musician) parrotsd(args ...string) string {
	m.t.Helper()
	out, err := output(m.t.Context(), parrotsd, append(args, "--home", filepath.Join(m.home, "parrotsd"))...)
	require.NoError(m.t, err)
	return out
}

func (n *node) tcp() string { return strings.Replace(n.rpc, "http://", "tcp://", 1) }
