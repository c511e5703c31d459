package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/ui"
)

const sponsorListLong = `Show for whom you pay, and who pays for you, with what is left of it. The chain keeps
grants by who received them: where it has very many, a node may refuse --given.`

func sponsorList(a *app) *cobra.Command {
	var given, received bool
	c := &cobra.Command{
		Use:     "list",
		Short:   "show for whom you pay, and who pays for you",
		Long:    sponsorListLong,
		Example: "  parrots sponsor list\n  parrots sponsor list --received --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.listSponsors(cmd.Context(), given || !received, received || !given)
		},
	}
	c.Flags().BoolVar(&given, "given", false, "only for whom you pay")
	c.Flags().BoolVar(&received, "received", false, "only who pays for you")
	return c
}

// allowanceJSON is an allowance in --json. Amounts are coins such as "100ufeather".
type allowanceJSON struct {
	Granter   string     `json:"granter"`
	Grantee   string     `json:"grantee"`
	Kind      string     `json:"kind"`
	Messages  []string   `json:"messages,omitempty"`
	MaxFee    string     `json:"max_fee,omitempty"`
	Budget    string     `json:"budget_left,omitempty"`
	Period    string     `json:"period,omitempty"`
	PerPeriod string     `json:"per_period,omitempty"`
	Left      string     `json:"period_left,omitempty"`
	Resets    *time.Time `json:"period_resets,omitempty"`
	Expires   *time.Time `json:"expires,omitempty"`

	terms chain.Terms
}

func allowanceView(g chain.Allowance, now time.Time) allowanceJSON {
	t := g.Terms(now)
	v := allowanceJSON{
		Granter: g.Granter, Grantee: g.Grantee, Kind: t.Kind, Messages: t.Messages,
		MaxFee: t.MaxFee.String(), Budget: t.Budget.String(), Expires: t.Expires, terms: t,
	}
	if t.Period > 0 {
		v.Period, v.PerPeriod, v.Left, v.Resets = spanName(t.Period), t.PerPeriod.String(), t.Left.String(), &t.Resets
	}
	return v
}

func (a *app) listSponsors(ctx context.Context, given, received bool) error {
	net, err := a.joined(ctx)
	if err != nil {
		return err
	}
	own, set, err := a.payers(ctx)
	if err != nil {
		return err
	}
	var out struct {
		Given    *[]allowanceJSON `json:"given,omitempty"`
		Received *[]allowanceJSON `json:"received,omitempty"`
	}
	if given {
		list := []allowanceJSON{}
		for _, p := range append([]payer{own}, set...) {
			if err := a.eachGiven(ctx, net, p.Address, func(v allowanceJSON) { list = append(list, v) }); err != nil {
				return err
			}
		}
		out.Given = &list
	}
	if received {
		granted, err := net.chain.Allowances(ctx, own.Address)
		if err != nil {
			return err
		}
		list := []allowanceJSON{}
		for _, g := range granted {
			list = append(list, allowanceView(g, a.env.Now()))
		}
		out.Received = &list
	}
	return a.ui.Emit(out, func() {
		if out.Given != nil {
			a.printAllowances("you pay for", "you pay for nobody", *out.Given, func(v allowanceJSON) string { return v.Grantee })
		}
		if out.Received != nil {
			a.printAllowances("your fees are paid by", "nobody pays your fees", *out.Received, func(v allowanceJSON) string { return v.Granter })
		}
	})
}

// maxGiven bounds what a node may claim that a wallet grants.
const maxGiven = 100_000

// eachGiven visits whom one wallet pays for.
func (a *app) eachGiven(ctx context.Context, net *online, granter string, visit func(allowanceJSON)) error {
	page := chain.Page{Limit: 200}
	for n := 0; n < maxGiven; {
		some, next, err := net.chain.AllowancesBy(ctx, granter, page)
		if err != nil {
			return err
		}
		for _, g := range some {
			visit(allowanceView(g, a.env.Now()))
		}
		if n += len(some); len(next) == 0 || len(some) == 0 {
			return nil
		}
		page.Key = next
	}
	return nil
}

func (a *app) printAllowances(title, none string, list []allowanceJSON, who func(allowanceJSON) string) {
	if len(list) == 0 {
		a.ui.Notef("%s", none)
		return
	}
	a.ui.Printf("%s", title)
	for _, v := range list {
		a.ui.Printf("  %s  %s", ui.Clean(who(v)), ui.Clean(boundsText(v.terms)))
	}
}

// boundsText says what an allowance pays, in a line.
func boundsText(t chain.Terms) string {
	if t.Kind == chain.KindOther {
		return "in a way that this parrots does not know"
	}
	parts := []string{leftText(t.Budget)}
	if t.Period > 0 {
		parts = append(parts, fmt.Sprintf("%s of %s until %s",
			chain.FormatCoins(t.Left), chain.FormatCoins(t.PerPeriod), t.Resets.UTC().Format("2006-01-02 15:04")))
	}
	if t.MaxFee != nil {
		parts = append(parts, chain.FormatCoins(t.MaxFee)+" for one transaction")
	}
	if t.Expires != nil {
		parts = append(parts, "ends "+t.Expires.UTC().Format("2006-01-02 15:04"))
	}
	switch {
	case len(t.Messages) > 0:
		parts = append(parts, "for "+strings.Join(t.Messages, ", "))
	case t.Kind != chain.KindSponsorship:
		parts = append(parts, "for any transaction")
	}
	return strings.Join(parts, "; ")
}

func leftText(budget sdk.Coins) string {
	if budget == nil {
		return "without a limit"
	}
	return chain.FormatCoins(budget) + " left"
}
