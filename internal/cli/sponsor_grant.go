package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/ui"
)

const sponsorGrantLong = `Pay the Parrots fees of wallets, named by address or @username, each within its own bounds. Granting again replaces
what a wallet had of you, with a new budget. A wallet that never held a coin is on the
chain from then on. With --song the transaction says for which song it is.`

const sponsorGrantExample = `  parrots sponsor grant parrot1...
  parrots sponsor grant @guitarist parrot1... --budget 2 --expires 30d --song song1...
  parrots sponsor grant parrot1... --budget 20 --period 24h --per-period 1 --max-fee 0.1`

// sponsorFlags are the bounds as a person writes them.
type sponsorFlags struct {
	budget, period, perPeriod, maxFee, expires, song string

	prefix string // of the flags' names
}

// register adds the bounds to a command, whose names begin with prefix.
func (f *sponsorFlags) register(flags *pflag.FlagSet, prefix string) {
	f.prefix = prefix
	flags.StringVar(&f.budget, prefix+"budget", "5", "feathers that each may spend in all")
	flags.StringVar(&f.period, prefix+"period", "24h", "how long a period is: 24h, 7d; none for no periods")
	flags.StringVar(&f.perPeriod, prefix+"per-period", "1", "feathers that each may spend in a period")
	flags.StringVar(&f.maxFee, prefix+"max-fee", "0.1", "feathers that one transaction may cost")
	flags.StringVar(&f.expires, prefix+"expires", "90d", "when it ends: 90d, 2w; never")
}

func sponsorGrant(a *app) *cobra.Command {
	var f sponsorFlags
	c := &cobra.Command{
		Use:     "grant WALLET...",
		Short:   "pay the fees of wallets, within bounds",
		Long:    sponsorGrantLong,
		Example: sponsorGrantExample,
		Args:    cobra.MinimumNArgs(1),

		ValidArgsFunction: a.completePeople,
		RunE: func(cmd *cobra.Command, args []string) error {
			terms, err := f.terms(a.env.Now())
			if err != nil {
				return err
			}
			return a.grant(cmd.Context(), args, terms, f.song)
		},
	}
	flags := c.Flags()
	f.register(flags, "")
	flags.StringVar(&f.song, "song", "", "the song that it is for, as song1... or OWNER/NAME")
	_ = c.RegisterFlagCompletionFunc("song", func(cmd *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
		return a.completeSongs(cmd, nil, begun)
	}) // it fails for a flag that is not there only
	return c
}

func (f sponsorFlags) terms(now time.Time) (t chain.GrantTerms, err error) {
	if t.Budget, err = featherFlag(f.prefix+"budget", f.budget); err != nil {
		return t, err
	}
	if t.MaxFee, err = featherFlag(f.prefix+"max-fee", f.maxFee); err != nil {
		return t, err
	}
	if t.MaxFee.GT(t.Budget) {
		t.MaxFee = t.Budget
	}
	if f.expires != "never" {
		after, err := spanFlag(f.prefix+"expires", f.expires)
		if err != nil {
			return t, err
		}
		at := now.Add(after).UTC().Truncate(time.Second)
		t.Expires = &at
	}
	if f.period == "none" {
		return t, nil
	}
	if t.Period, err = spanFlag(f.prefix+"period", f.period); err != nil {
		return t, err
	}
	if t.PerPeriod, err = featherFlag(f.prefix+"per-period", f.perPeriod); err != nil {
		return t, err
	}
	if t.PerPeriod.GT(t.Budget) {
		t.PerPeriod = t.Budget
	}
	return t, nil
}

// wallets are the addresses of people that are named by theirs or by usernames.
func (a *app) wallets(ctx context.Context, net *online, names []string) ([]string, error) {
	var list []string
	for _, name := range names {
		address, err := a.person(ctx, net, name)
		if errors.Is(err, chain.ErrBadAddress) {
			err = withHint(fmt.Errorf("%w: %w", errUsage, err), "`parrots key list` shows somebody's address to them")
		}
		if err != nil {
			return nil, err
		}
		if slices.Contains(list, address) {
			return nil, usagef("%s is named twice", address)
		}
		list = append(list, address)
	}
	return list, nil
}

type grantJSON struct {
	Granter     string `json:"granter"`
	Grantee     string `json:"grantee"`
	Renewed     bool   `json:"renewed"`
	Transaction string `json:"transaction"`
}

// granting is a command that grants.
type granting struct {
	a     *app
	net   *online
	terms chain.GrantTerms
	memo  string
	// load is how many grants each payer has made by what is known, for taking turns.
	load map[string]uint64
	done []grantJSON
}

func (a *app) grant(ctx context.Context, names []string, t chain.GrantTerms, song string) error {
	net, err := a.joined(ctx)
	if err != nil {
		return err
	}
	wallets, err := a.wallets(ctx, net, names)
	if err != nil {
		return err
	}
	own, set, err := a.payers(ctx)
	if err != nil {
		return err
	}
	g := &granting{a: a, net: net, terms: t}
	if song != "" {
		found, err := net.song(ctx, song)
		if err != nil {
			return err
		}
		g.memo = "sponsored for " + found.Id
	}
	for _, w := range wallets {
		if w == own.Address || slices.ContainsFunc(set, func(p payer) bool { return p.Address == w }) {
			return usagef("%s is your own wallet, which pays for itself", w)
		}
	}
	if len(set) == 0 {
		set = []payer{own}
	}
	if err := g.count(ctx, set); err != nil {
		return err
	}
	plan, renewed, err := g.plan(ctx, wallets, own, set)
	if err != nil {
		return err
	}
	for _, p := range append(set, own) {
		if list := plan[p.Address]; len(list) > 0 {
			if err := g.send(ctx, p, list, renewed); err != nil {
				return err
			}
			delete(plan, p.Address)
		}
	}
	return g.show(wallets)
}

// count finds out how much each payer has to do. How many transactions a wallet has
// sent stands for how many grants it has made: the chain keeps grants by those who
// received them, and counting another way means to read them all.
func (g *granting) count(ctx context.Context, set []payer) error {
	g.load = map[string]uint64{}
	for _, p := range set {
		account, err := g.net.chain.Account(ctx, p.Address)
		if errors.Is(err, chain.ErrNoAccount) && len(set) > 1 {
			err = withHint(err, "`parrots sponsor setup` gives the sponsoring wallets their coins")
		}
		if err != nil {
			return err
		}
		g.load[p.Address] = account.Sequence
	}
	return nil
}

// plan says who pays for whom: who does already goes on, else the one with the fewest.
func (g *granting) plan(ctx context.Context, wallets []string, own payer, set []payer) (plan map[string][]string, renewed map[string]bool, err error) {
	plan, renewed = map[string][]string{}, map[string]bool{}
	for _, w := range wallets {
		granted, err := g.net.chain.Allowances(ctx, w)
		if err != nil {
			return nil, nil, err
		}
		chosen := ""
		for _, p := range append([]payer{own}, set...) {
			if slices.ContainsFunc(granted, func(a chain.Allowance) bool { return a.Granter == p.Address }) {
				chosen, renewed[w] = p.Address, true
			}
		}
		if chosen == "" {
			chosen = slices.MinFunc(set, func(a, b payer) int {
				return int(g.load[a.Address]) - int(g.load[b.Address])
			}).Address
			g.load[chosen]++
		}
		plan[chosen] = append(plan[chosen], w)
	}
	return plan, renewed, nil
}

// grantsPerTx keeps a transaction within any node's bounds.
const grantsPerTx = 50

// send grants in one transaction, or several where they are many; a wallet that has a
// grant loses it and gets the new one in the same.
func (g *granting) send(ctx context.Context, from payer, wallets []string, renewed map[string]bool) error {
	for some := range slices.Chunk(wallets, grantsPerTx) {
		var msgs []sdk.Msg
		for _, w := range some {
			if renewed[w] {
				msgs = append(msgs, chain.Revoke(from.Address, w))
			}
			grant, err := g.terms.Grant(from.Address, w)
			if err != nil {
				return err
			}
			msgs = append(msgs, grant)
		}
		result, err := g.net.chain.Broadcast(ctx, from.signer, chain.TxOptions{Memo: g.memo}, msgs...)
		if err != nil {
			return err
		}
		for _, w := range some {
			g.done = append(g.done, grantJSON{from.Address, w, renewed[w], result.Hash})
		}
	}
	return g.warnOfPoverty(ctx, from)
}

// warnOfPoverty says so where a granter cannot pay what it has granted just now.
func (g *granting) warnOfPoverty(ctx context.Context, from payer) error {
	has, err := g.net.chain.Balance(ctx, from.Address)
	if err == nil && has.LT(g.terms.Budget) {
		g.a.ui.Warnf("%s pays, and has only %s feather itself", from.Address, chain.FormatFeather(has))
	}
	return err
}

func (g *granting) show(wallets []string) error {
	slices.SortFunc(g.done, func(a, b grantJSON) int {
		return slices.Index(wallets, a.Grantee) - slices.Index(wallets, b.Grantee)
	})
	out := struct {
		Grants    []grantJSON `json:"grants"`
		MaxFee    string      `json:"max_fee"`
		Budget    string      `json:"budget"`
		Period    string      `json:"period,omitempty"`
		PerPeriod string      `json:"per_period,omitempty"`
		Expires   *time.Time  `json:"expires,omitempty"`
	}{Grants: g.done, MaxFee: chain.Feathers(g.terms.MaxFee).String(), Budget: chain.Feathers(g.terms.Budget).String(), Expires: g.terms.Expires}
	if g.terms.Period > 0 {
		out.Period, out.PerPeriod = spanName(g.terms.Period), chain.Feathers(g.terms.PerPeriod).String()
	}
	return g.a.ui.Emit(out, func() {
		for _, d := range g.done {
			verb := "pays for"
			if d.Renewed {
				verb = "pays anew for"
			}
			g.a.ui.Printf("%s %s %s", d.Granter, verb, d.Grantee)
		}
		g.a.ui.Printf("%s each: %s", ui.Count(len(g.done), "wallet"), termsText(g.terms))
	})
}

// termsText says what a grant pays, in a line.
func termsText(t chain.GrantTerms) string {
	text := fmt.Sprintf("%s feather in all", chain.FormatFeather(t.Budget))
	if t.Period > 0 {
		text += fmt.Sprintf(", %s in %s", chain.FormatFeather(t.PerPeriod), spanName(t.Period))
	}
	text += fmt.Sprintf(", %s for one transaction", chain.FormatFeather(t.MaxFee))
	if t.Expires != nil {
		text += ", until " + t.Expires.Format("2006-01-02 15:04 MST")
	}
	return text
}

// spanName writes a duration as a flag takes it.
func spanName(d time.Duration) string {
	const day = 24 * time.Hour
	if d > day && d%day == 0 {
		return fmt.Sprintf("%dd", d/day)
	}
	if d%time.Hour == 0 {
		return fmt.Sprintf("%dh", d/time.Hour)
	}
	return d.String()
}

func sponsorRevoke(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "revoke WALLET...",
		Short:   "pay no longer for wallets",
		Example: "  parrots sponsor revoke parrot1...\n  parrots sponsor revoke @guitarist",
		Args:    cobra.MinimumNArgs(1),

		ValidArgsFunction: a.completePeople,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.revoke(cmd.Context(), args)
		},
	}
}

// revoke takes back what this person's wallets pay for others.
func (a *app) revoke(ctx context.Context, names []string) error {
	net, err := a.joined(ctx)
	if err != nil {
		return err
	}
	wallets, err := a.wallets(ctx, net, names)
	if err != nil {
		return err
	}
	own, set, err := a.payers(ctx)
	if err != nil {
		return err
	}
	byPayer := map[string][]sdk.Msg{}
	for _, w := range wallets {
		granted, err := net.chain.Allowances(ctx, w)
		if err != nil {
			return err
		}
		found := false
		for _, p := range append([]payer{own}, set...) {
			if slices.ContainsFunc(granted, func(g chain.Allowance) bool { return g.Granter == p.Address }) {
				byPayer[p.Address] = append(byPayer[p.Address], chain.Revoke(p.Address, w))
				found = true
			}
		}
		if !found {
			return withHint(fmt.Errorf("%w: you do not pay for %s", chain.ErrNotFound, w), "`parrots sponsor list --given` shows for whom you do")
		}
	}
	for _, p := range append([]payer{own}, set...) {
		for some := range slices.Chunk(byPayer[p.Address], grantsPerTx) {
			if _, err := net.chain.Broadcast(ctx, p.signer, chain.TxOptions{}, some...); err != nil {
				return err
			}
		}
		delete(byPayer, p.Address)
	}
	out := struct {
		Revoked []string `json:"revoked"`
	}{wallets}
	return a.ui.Emit(out, func() {
		for _, w := range wallets {
			a.ui.Printf("you pay no longer for %s", w)
		}
	})
}
