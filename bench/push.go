package main

import (
	"fmt"
	"os"
	"time"

	"github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/parrots-music/parrots/internal/chain"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

const (
	loadWallets = 1000
	loadRounds  = 4
)

// benchPush measures transactions per second through one node, from the first
// broadcast to the last inclusion: pushes of one commit with 12 stems by as many
// musicians as there are transactions in a round, against bank sends by the same
// wallets, alternating, with and without Block-STM.
func benchPush(b *bench) error {
	for _, executor := range []string{"sequential", "block-stm"} {
		sends, pushes, err := b.loadNode(executor)
		if err != nil {
			return fmt.Errorf("%s: %w", executor, err)
		}
		fmt.Printf("%-11s sends  %.0f tx/s median of %d rounds of %d\n", executor, sends, loadRounds, loadWallets)
		fmt.Printf("%-11s pushes %.0f tx/s, ratio %.2f (bar: 0.70)\n", executor, pushes, pushes/sends)
	}
	return nil
}

// crowd starts a node with wallets that have a song each.
func (b *bench) crowd(executor string) ([]*wallet, *node, error) {
	dir, err := os.MkdirTemp(b.dir, "node-")
	if err != nil {
		return nil, nil, err
	}
	wallets, err := newWallets(loadWallets)
	if err != nil {
		return nil, nil, err
	}
	n, err := startNode(b.parrotsd, dir, executor, wallets)
	if err != nil {
		return nil, nil, err
	}
	create := make([]types.Msg, loadWallets)
	for i, w := range wallets {
		create[i] = &songtypes.MsgCreateSong{Creator: w.address, Name: "load", Metadata: songtypes.Metadata{Title: "Load"}}
	}
	if _, err := n.load(wallets, create); err != nil {
		n.stop()
		return nil, nil, err
	}
	return wallets, n, nil
}

func (b *bench) loadNode(executor string) (sends, pushes float64, err error) {
	wallets, n, err := b.crowd(executor)
	if err != nil {
		return 0, 0, err
	}
	defer n.stop()
	var sendRates, pushRates []float64
	for range loadRounds {
		for _, kind := range []struct {
			make  func([]*wallet) ([]types.Msg, error)
			rates *[]float64
		}{{sendMsgs, &sendRates}, {pushMsgs, &pushRates}} {
			msgs, err := kind.make(wallets)
			if err != nil {
				return 0, 0, err
			}
			rate, err := n.load(wallets, msgs)
			if err != nil {
				return 0, 0, err
			}
			*kind.rates = append(*kind.rates, rate)
		}
	}
	return middle(sendRates), middle(pushRates), nil
}

// sendMsgs pays a wallet that nobody else pays in the same round, so that sends
// conflict no more than pushes of different musicians do.
func sendMsgs(wallets []*wallet) ([]types.Msg, error) {
	msgs := make([]types.Msg, len(wallets))
	for i, w := range wallets {
		receiver := make([]byte, 20)
		copy(receiver, fmt.Sprintf("receiver %d", i))
		to, err := chain.FormatAddress(receiver)
		if err != nil {
			return nil, err
		}
		coins := types.NewCoins(types.NewInt64Coin(denom, 1))
		msgs[i] = &banktypes.MsgSend{FromAddress: w.address, ToAddress: to, Amount: coins}
	}
	return msgs, nil
}

func pushMsgs(wallets []*wallet) ([]types.Msg, error) {
	msgs := make([]types.Msg, len(wallets))
	for i, w := range wallets {
		msg, err := w.push(time.Now())
		if err != nil {
			return nil, err
		}
		msgs[i] = msg
	}
	return msgs, nil
}
