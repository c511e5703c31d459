package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	rpchttp "github.com/cometbft/cometbft/rpc/client/http"
	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/types"
	authtx "github.com/cosmos/cosmos-sdk/x/auth/tx"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	"golang.org/x/sync/errgroup"

	"github.com/parrots-music/parrots/internal/chain"
)

// node is a parrotsd that is given load.
type node struct {
	cmd    *exec.Cmd
	out    bytes.Buffer
	rpc    *rpchttp.HTTP
	config client.TxConfig
}

// startNode makes a chain in which every wallet has coins, and runs it.
func startNode(parrotsd, dir, executor string, wallets []*wallet) (*node, error) {
	run := func(args ...string) error {
		_, err := command(dir, nil, parrotsd, append(args, "--home", dir)...)
		return err
	}
	for _, args := range [][]string{
		{"init", "bench", "--chain-id", chainID},
		{"keys", "add", "validator", "--keyring-backend", "test"},
	} {
		if err := run(args...); err != nil {
			return nil, err
		}
	}
	if err := fund(filepath.Join(dir, "config", "genesis.json"), wallets); err != nil {
		return nil, err
	}
	for _, args := range [][]string{
		{"genesis", "add-genesis-account", "validator", "2000000000000" + denom, "--keyring-backend", "test"},
		{"genesis", "gentx", "validator", "1000000000000" + denom, "--chain-id", chainID, "--keyring-backend", "test"},
		{"genesis", "collect-gentxs"},
	} {
		if err := run(args...); err != nil {
			return nil, err
		}
	}
	return runNode(parrotsd, dir, executor)
}

func runNode(parrotsd, dir, executor string) (*node, error) {
	rpc, err := freeAddress()
	if err != nil {
		return nil, err
	}
	p2p, err := freeAddress()
	if err != nil {
		return nil, err
	}
	n := &node{cmd: exec.Command(parrotsd, "start", "--home", dir, "--block-executor", executor,
		"--rpc.laddr", "tcp://"+rpc, "--p2p.laddr", "tcp://"+p2p, "--rpc.pprof_laddr", "",
		"--grpc.enable=false", "--api.enable=false", "--log_level", "error")}
	n.cmd.Env = append(os.Environ(), "PARROTSD_MEMPOOL_SIZE=20000", "PARROTSD_CONSENSUS_TIMEOUT_COMMIT=300ms")
	n.cmd.Stdout, n.cmd.Stderr = &n.out, &n.out
	if err := n.cmd.Start(); err != nil {
		return nil, err
	}
	codec, err := chain.NewCodec()
	if err == nil {
		banktypes.RegisterInterfaces(codec.InterfaceRegistry())
		n.config = authtx.NewTxConfig(codec, authtx.DefaultSignModes)
		n.rpc, err = rpchttp.New("http://"+rpc, "/websocket")
	}
	if err == nil {
		err = n.ready()
	}
	if err != nil {
		n.stop()
		return nil, err
	}
	return n, nil
}

// ready waits for the first block.
func (n *node) ready() error {
	for range 300 {
		status, err := n.rpc.Status(context.Background())
		if err == nil && status.SyncInfo.LatestBlockHeight > 0 {
			return nil
		}
		time.Sleep(200 * time.Millisecond)
	}
	return fmt.Errorf("the node does not start:\n%s", n.out.String())
}

func (n *node) stop() {
	_ = n.cmd.Process.Signal(syscall.SIGTERM)
	_ = n.cmd.Wait()
}

// load broadcasts one message of each wallet and waits until all are in blocks. It
// returns transactions per second.
func (n *node) load(wallets []*wallet, msgs []types.Msg) (float64, error) {
	txs := make([][]byte, len(msgs))
	for i, msg := range msgs {
		var err error
		if txs[i], err = wallets[i].sign(n.config, msg); err != nil {
			return 0, err
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	status, err := n.rpc.Status(ctx)
	if err != nil {
		return 0, err
	}
	start := time.Now()
	if err := n.broadcast(ctx, txs); err != nil {
		return 0, err
	}
	if err := n.included(ctx, status.SyncInfo.LatestBlockHeight+1, len(txs)); err != nil {
		return 0, err
	}
	return float64(len(txs)) / time.Since(start).Seconds(), nil
}

// submitters is how many clients send transactions at a time. One alone would wait
// for the node most of the time.
const submitters = 8

// broadcast sends transactions that do not depend on each other.
func (n *node) broadcast(ctx context.Context, txs [][]byte) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(submitters)
	for _, tx := range txs {
		group.Go(func() error {
			res, err := n.rpc.BroadcastTxSync(ctx, tx)
			if err == nil && res.Code != 0 {
				err = fmt.Errorf("refused: %s", res.Log)
			}
			return err
		})
	}
	return group.Wait()
}

// included waits until blocks from a height on hold n transactions, all successful.
func (n *node) included(ctx context.Context, height int64, want int) error {
	for got := 0; got < want; {
		res, err := n.rpc.BlockResults(ctx, &height)
		if err != nil {
			if ctx.Err() != nil {
				return errors.Join(ctx.Err(), err)
			}
			time.Sleep(10 * time.Millisecond)
			continue
		}
		for _, tx := range res.TxsResults {
			if tx.Code != 0 {
				return fmt.Errorf("failed in block %d: %s", height, tx.Log)
			}
		}
		got += len(res.TxsResults)
		height++
	}
	return nil
}

const walletCoins = 1_000_000_000

// fund writes the wallets into a genesis file; one command for each would take
// minutes.
func fund(path string, wallets []*wallet) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var genesis map[string]any
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	if err := decoder.Decode(&genesis); err != nil {
		return err
	}
	state := genesis["app_state"].(map[string]any)
	auth, bank := state["auth"].(map[string]any), state["bank"].(map[string]any)
	accounts, _ := auth["accounts"].([]any)
	balances, _ := bank["balances"].([]any)
	for _, w := range wallets {
		accounts = append(accounts, map[string]any{
			"@type": "/cosmos.auth.v1beta1.BaseAccount", "address": w.address,
			"pub_key": nil, "account_number": fmt.Sprint(w.number), "sequence": "0",
		})
		balances = append(balances, map[string]any{
			"address": w.address, "coins": []any{map[string]any{"denom": denom, "amount": fmt.Sprint(walletCoins)}},
		})
	}
	auth["accounts"], bank["balances"] = accounts, balances
	bank["supply"] = []any{map[string]any{"denom": denom, "amount": fmt.Sprint(len(wallets) * walletCoins)}}
	data, err = json.Marshal(genesis)
	if err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o600)
}

// freeAddress is a loopback address that nobody listens on.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close() //nolint:errcheck // it only was to find a port
	return strings.TrimSpace(l.Addr().String()), nil
}
