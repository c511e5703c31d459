package cli

import (
	"slices"
	"strings"
	"sync"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/internal/chain"
)

// payments are who paid for a run's transactions. Every client of the chain that a
// command dials reports here, so no command has to think of it.
type payments struct {
	mu   sync.Mutex // a client may be used by several goroutines
	list []chain.Payment
}

// notePayment is told of every transaction that is in a block, also of one whose
// message failed: that costs as well.
func (a *app) notePayment(p chain.Payment) {
	a.paid.mu.Lock()
	defer a.paid.mu.Unlock()
	a.paid.list = append(a.paid.list, p)
	a.ui.SetField("paid_by", strings.Join(payers(a.paid.list), " "))
	a.ui.SetField("fee", feeOf(a.paid.list, "").String())
}

// payers are the wallets that paid, each once.
func payers(list []chain.Payment) []string {
	var names []string
	for _, p := range list {
		if !slices.Contains(names, p.Payer) {
			names = append(names, p.Payer)
		}
	}
	return names
}

// feeOf is what a wallet paid; all of them if it is empty.
func feeOf(list []chain.Payment, payer string) sdk.Coins {
	var sum sdk.Coins
	for _, p := range list {
		if payer == "" || p.Payer == payer {
			sum = sum.Add(p.Fee...)
		}
	}
	return sum
}

// sayWhoPaid tells it after what the command has to say.
func (a *app) sayWhoPaid() {
	for _, payer := range payers(a.paid.list) {
		who := payer
		if slices.ContainsFunc(a.paid.list, func(p chain.Payment) bool { return p.Payer == payer && p.Sender == payer }) {
			who = "your wallet " + payer
		}
		a.ui.Notef("fees paid by %s: %s", who, chain.FormatCoins(feeOf(a.paid.list, payer)))
	}
}
