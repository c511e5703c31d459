package main

import (
	"fmt"

	"github.com/cosmos/cosmos-sdk/types"

	socialtypes "github.com/parrots-music/parrots/x/social/types"
)

// benchSocial measures transactions per second through one node as benchPush does:
// respects and comments against bank sends by the same wallets, alternating, with
// and without Block-STM. In each round all wallets respect and comment on one song.
func benchSocial(b *bench) error {
	for _, executor := range []string{"sequential", "block-stm"} {
		rates, err := b.loadSocial(executor)
		if err != nil {
			return fmt.Errorf("%s: %w", executor, err)
		}
		sends := middle(rates["sends"])
		fmt.Printf("%-11s sends    %.0f tx/s median of %d rounds of %d\n", executor, sends, loadRounds, loadWallets)
		for _, kind := range []string{"respects", "comments"} {
			rate := middle(rates[kind])
			fmt.Printf("%-11s %s %.0f tx/s, ratio %.2f (bar: 0.80)\n", executor, kind, rate, rate/sends)
		}
	}
	return nil
}

// loadSocial returns the rates of each kind of transaction, round by round.
func (b *bench) loadSocial(executor string) (map[string][]float64, error) {
	wallets, n, err := b.crowd(executor)
	if err != nil {
		return nil, err
	}
	defer n.stop()
	rates := make(map[string][]float64)
	for round := range loadRounds {
		sends, err := sendMsgs(wallets)
		if err != nil {
			return nil, err
		}
		respects, comments := socialMsgs(wallets, round)
		for _, kind := range []struct {
			name string
			msgs []types.Msg
		}{{"sends", sends}, {"respects", respects}, {"comments", comments}} {
			rate, err := n.load(wallets, kind.msgs)
			if err != nil {
				return nil, err
			}
			rates[kind.name] = append(rates[kind.name], rate)
		}
	}
	return rates, nil
}

// socialMsgs are everybody's respect for, and comment on, the song of the round's
// wallet. That wallet itself respects another one's.
func socialMsgs(wallets []*wallet, round int) (respects, comments []types.Msg) {
	song := wallets[round].song
	for i, w := range wallets {
		respected := song
		if i == round {
			respected = wallets[round+len(wallets)/2].song
		}
		respects = append(respects, &socialtypes.MsgRespect{Wallet: w.address, SongId: respected})
		comments = append(comments, &socialtypes.MsgComment{
			Author: w.address, SongId: song, Body: "The snare is late in the second verse",
			Place: socialtypes.Place{Stem: "snare.wav", Timed: true, Position: 92 * 705_600_000},
		})
	}
	return respects, comments
}
