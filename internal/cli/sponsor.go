package cli

import (
	"context"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	sdkmath "cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/repo"
)

const sponsorLong = `Pay the fees of others, so that nobody needs a coin to join for one take. What you
grant pays for Parrots transactions alone: songs, pushes, forks, credits and the like,
never for coins that are sent. It has a budget, a part of it for each period, a highest
fee for one transaction, and an end. Who has one need not do anything: parrots uses it
and says who paid.

A sponsor of many lets several wallets pay in turn ("sponsor setup"): then a node can
work on what they pay for at the same time.`

const sponsorExample = `  parrots sponsor grant parrot1...
  parrots sponsor list
  parrots sponsor revoke parrot1...
  parrots sponsor setup --wallets 8 --each 50`

func sponsorCommand(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:     "sponsor",
		Short:   "pay the fees of others",
		Long:    sponsorLong,
		Example: sponsorExample,
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	c.AddCommand(sponsorGrant(a), sponsorList(a), sponsorRevoke(a), sponsorSetup(a), sponsorReturn(a))
	return c
}

// payer is a wallet of this person's that pays for others.
type payer struct {
	chain.Key
	signer chain.Signer
}

// sponsorName is how the keys of `sponsor setup` are called, by number.
var sponsorName = regexp.MustCompile(`^sponsor-([1-9][0-9]{0,3})$`)

// payers are the person's own wallet, and the set that `sponsor setup` made, in the
// order of its numbers.
func (a *app) payers(ctx context.Context) (own payer, set []payer, err error) {
	w, err := a.wallet(ctx, false)
	if err != nil {
		return payer{}, nil, err
	}
	if own, err = payerOf(w.keyring, w.Key); err != nil {
		return payer{}, nil, err
	}
	keys, err := w.keyring.List()
	if err != nil {
		return payer{}, nil, err
	}
	for _, key := range keys {
		if sponsorName.MatchString(key.Name) {
			p, err := payerOf(w.keyring, key)
			if err != nil {
				return payer{}, nil, err
			}
			set = append(set, p)
		}
	}
	slices.SortFunc(set, func(a, b payer) int { return sponsorNumber(a.Name) - sponsorNumber(b.Name) })
	return own, set, nil
}

func payerOf(keyring *chain.Keyring, key chain.Key) (payer, error) {
	signer, err := keyring.Signer(key.Name)
	return payer{key, signer}, err
}

func sponsorNumber(name string) int {
	n, _ := strconv.Atoi(strings.TrimPrefix(name, "sponsor-"))
	return n
}

// joined dials the network that this person joined.
func (a *app) joined(ctx context.Context) (*online, error) { return a.online(ctx, repo.Remote{}) }

// featherFlag reads an amount that a flag gives in feathers.
func featherFlag(flag, text string) (sdkmath.Int, error) {
	amount, err := chain.ParseFeather(text)
	if err != nil {
		return amount, usagef("--%s: %v", flag, err)
	}
	if !amount.IsPositive() {
		return amount, usagef("--%s must be more than nothing", flag)
	}
	return amount, nil
}

var spanText = regexp.MustCompile(`^([0-9]{1,5})([dw])$`)

// spanFlag reads a duration that a flag gives: 90d, 2w, 24h, 30m.
func spanFlag(flag, text string) (time.Duration, error) {
	if m := spanText.FindStringSubmatch(text); m != nil {
		n, _ := strconv.Atoi(m[1])
		unit := 24 * time.Hour
		if m[2] == "w" {
			unit *= 7
		}
		if time.Duration(n) <= math.MaxInt64/unit && n > 0 {
			return time.Duration(n) * unit, nil
		}
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < time.Second {
		return 0, usagef("--%s: %q is no time such as 24h, 30d or 2w", flag, text)
	}
	return d, nil
}

const sponsorSetupLong = `Make keys called sponsor-1, sponsor-2 and so on, and bring each to so many feathers out
of your own wallet. "sponsor grant" lets them pay in turn from then on. Run it again to
add keys, or to fill them up. Write down their words: "parrots key backup sponsor-1".`

// maxSponsorWallets bounds a set, each of whose wallets is a key and a transfer.
const maxSponsorWallets = 64

func sponsorSetup(a *app) *cobra.Command {
	var wallets int
	var each string
	c := &cobra.Command{
		Use:     "setup --wallets N --each FEATHERS",
		Short:   "make several wallets that pay in turn",
		Long:    sponsorSetupLong,
		Example: "  parrots sponsor setup --wallets 8 --each 50",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if wallets < 1 || wallets > maxSponsorWallets {
				return usagef("--wallets is a number from 1 to %d", maxSponsorWallets)
			}
			amount, err := featherFlag("each", each)
			if err != nil {
				return err
			}
			return a.setUpSponsors(cmd.Context(), wallets, amount)
		},
	}
	c.Flags().IntVar(&wallets, "wallets", 8, "how many there are to be")
	c.Flags().StringVar(&each, "each", "", "feathers that each is to have")
	return c
}

// setUpSponsors may be interrupted anywhere: it makes what is missing.
func (a *app) setUpSponsors(ctx context.Context, n int, each sdkmath.Int) error {
	net, err := a.joined(ctx)
	if err != nil {
		return err
	}
	w, err := a.wallet(ctx, false)
	if err != nil {
		return err
	}
	for i := 1; i <= n; i++ {
		name := fmt.Sprintf("sponsor-%d", i)
		if _, err := w.keyring.Key(name); err == nil {
			continue
		}
		if _, _, err := w.keyring.Create(name); err != nil {
			return err
		}
	}
	own, set, err := a.payers(ctx)
	if err != nil {
		return err
	}
	sends, total, err := fillUp(ctx, net, own, set[:min(n, len(set))], each)
	if err != nil {
		return err
	}
	if len(sends) > 0 {
		question := fmt.Sprintf("your wallet gives them %s feather in all. Send it?", chain.FormatFeather(total))
		if err := a.confirm(question); err != nil {
			return err
		}
		if _, err := net.chain.Broadcast(ctx, own.signer, chain.TxOptions{}, sends...); err != nil {
			return err
		}
	}
	return a.showSet(ctx, net, set)
}

// fillUp are the transfers that bring wallets to an amount.
func fillUp(ctx context.Context, net *online, from payer, set []payer, each sdkmath.Int) ([]sdk.Msg, sdkmath.Int, error) {
	total := sdkmath.ZeroInt()
	var sends []sdk.Msg
	for _, p := range set {
		has, err := net.chain.Balance(ctx, p.Address)
		if err != nil {
			return nil, total, err
		}
		if lacks := each.Sub(has); lacks.IsPositive() && p.Address != from.Address {
			total = total.Add(lacks)
			sends = append(sends, &banktypes.MsgSend{FromAddress: from.Address, ToAddress: p.Address, Amount: chain.Feathers(lacks)})
		}
	}
	return sends, total, nil
}

type payerJSON struct {
	Key     string `json:"key"`
	Address string `json:"address"`
	Balance string `json:"balance"`
}

func (a *app) showSet(ctx context.Context, net *online, set []payer) error {
	list := make([]payerJSON, len(set))
	for i, p := range set {
		has, err := net.chain.Balance(ctx, p.Address)
		if err != nil {
			return err
		}
		list[i] = payerJSON{p.Name, p.Address, chain.Feathers(has).String()}
		if !has.IsPositive() {
			list[i].Balance = "0" + chain.FeeDenom
		}
	}
	out := struct {
		Wallets []payerJSON `json:"wallets"`
	}{list}
	return a.ui.Emit(out, func() {
		for _, p := range list {
			a.ui.Printf("%-12s %s  %s", p.Key, p.Address, amountText(p.Balance))
		}
		a.ui.Hintf("`parrots sponsor grant WALLET` lets them pay in turn; `parrots key backup sponsor-1` shows a key's words")
	})
}

// amountText writes coins of the chain's for a person.
func amountText(text string) string {
	c, err := sdk.ParseCoinsNormalized(text)
	if err != nil {
		return text
	}
	return chain.FormatCoins(c)
}

func sponsorReturn(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "return",
		Short:   "bring what the sponsoring wallets have left back to yours",
		Example: "  parrots sponsor return",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.returnCoins(cmd.Context()) },
	}
}

// returnFee is what a wallet keeps to pay for the transfer itself, in ufeather: many
// times what it costs.
const returnFee = 10_000

func (a *app) returnCoins(ctx context.Context) error {
	net, err := a.joined(ctx)
	if err != nil {
		return err
	}
	own, set, err := a.payers(ctx)
	if err != nil {
		return err
	}
	for _, p := range set {
		has, err := net.chain.Balance(ctx, p.Address)
		if err != nil {
			return err
		}
		if left := has.SubRaw(returnFee); left.IsPositive() && p.Address != own.Address {
			send := &banktypes.MsgSend{FromAddress: p.Address, ToAddress: own.Address, Amount: chain.Feathers(left)}
			if _, err := net.chain.Broadcast(ctx, p.signer, chain.TxOptions{}, send); err != nil {
				return err
			}
		}
	}
	return a.showSet(ctx, net, set)
}
