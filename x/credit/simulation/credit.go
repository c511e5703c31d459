package simulation

import (
	"context"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	"github.com/cosmos/cosmos-sdk/testutil/simsx"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/x/credit/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// Factories make messages that have to succeed.
type Factories struct {
	queries types.QueryServer
}

// NewFactories returns factories over the module's queries.
func NewFactories(queries types.QueryServer) Factories { return Factories{queries} }

// anyCredit picks a credit of some account that suits, or skips.
func (f Factories) anyCredit(ctx context.Context, td *simsx.ChainDataSource, rep simsx.SimulationReporter, suits func(types.Credit) bool) (types.Credit, simsx.SimAccount, bool) {
	first := td.Rand().Intn(td.AccountsCount())
	for i := range td.AccountsCount() {
		account := td.AccountAt(rep, (first+i)%td.AccountsCount())
		res, err := f.queries.CreditsByWallet(ctx, &types.QueryCreditsByWalletRequest{
			Wallet: account.AddressBech32, Pagination: &query.PageRequest{Limit: 20, Reverse: td.Rand().Bool()},
		})
		if err != nil {
			break
		}
		var fitting []types.Credit
		for _, c := range res.Credits {
			if suits(c) {
				fitting = append(fitting, c)
			}
		}
		if len(fitting) > 0 {
			return simsx.OneOf(td.Rand(), fitting), account, true
		}
	}
	rep.Skip("no credit suits")
	return types.Credit{}, simsx.SimAccount{}, false
}

// said is how a contributor's word comes to the chain: by their own transaction, or
// signed and brought by another.
func (f Factories) said(ctx context.Context, td *simsx.ChainDataSource, rep simsx.SimulationReporter, c types.Credit, who simsx.SimAccount, action types.Action, statement string) (simsx.SimAccount, *types.Signature) {
	if td.Rand().Bool() {
		return who, nil
	}
	res, err := f.queries.SignText(ctx, &types.QuerySignTextRequest{
		Commit: c.Commit, Contributor: c.Contributor, Action: action, Statement: statement,
	})
	if err != nil {
		rep.Skip(err.Error())
		return who, nil
	}
	signature, err := who.PrivKey.Sign(res.SignBytes)
	if err != nil {
		rep.Skip(err.Error())
		return who, nil
	}
	key, err := codectypes.NewAnyWithValue(who.PrivKey.PubKey())
	if err != nil {
		rep.Skip(err.Error())
		return who, nil
	}
	return td.AnyAccount(rep, simsx.WithSpendableBalance()), &types.Signature{PubKey: key, Signature: signature}
}

// ConfirmCredit makes MsgConfirmCredit.
func (f Factories) ConfirmCredit() simsx.SimMsgFactoryFn[*types.MsgConfirmCredit] {
	return func(ctx context.Context, td *simsx.ChainDataSource, rep simsx.SimulationReporter) ([]simsx.SimAccount, *types.MsgConfirmCredit) {
		c, who, ok := f.anyCredit(ctx, td, rep, func(c types.Credit) bool { return c.Status != types.Status_STATUS_CONFIRMED })
		if !ok {
			return nil, nil
		}
		sender, signature := f.said(ctx, td, rep, c, who, types.Action_ACTION_CONFIRM, "")
		if rep.IsSkipped() {
			return nil, nil
		}
		return []simsx.SimAccount{sender}, &types.MsgConfirmCredit{
			Signer: sender.AddressBech32, Commit: c.Commit, Contributor: c.Contributor, Signature: signature,
		}
	}
}

// DisputeCredit makes MsgDisputeCredit.
func (f Factories) DisputeCredit() simsx.SimMsgFactoryFn[*types.MsgDisputeCredit] {
	return func(ctx context.Context, td *simsx.ChainDataSource, rep simsx.SimulationReporter) ([]simsx.SimAccount, *types.MsgDisputeCredit) {
		c, who, ok := f.anyCredit(ctx, td, rep, func(types.Credit) bool { return true })
		if !ok {
			return nil, nil
		}
		statement := "it was not me, " + td.Rand().StringN(20)
		sender, signature := f.said(ctx, td, rep, c, who, types.Action_ACTION_DISPUTE, statement)
		if rep.IsSkipped() {
			return nil, nil
		}
		return []simsx.SimAccount{sender}, &types.MsgDisputeCredit{
			Signer: sender.AddressBech32, Commit: c.Commit, Contributor: c.Contributor, Statement: statement, Signature: signature,
		}
	}
}

// AnswerDispute makes MsgAnswerDispute.
func (f Factories) AnswerDispute() simsx.SimMsgFactoryFn[*types.MsgAnswerDispute] {
	return func(ctx context.Context, td *simsx.ChainDataSource, rep simsx.SimulationReporter) ([]simsx.SimAccount, *types.MsgAnswerDispute) {
		c, _, ok := f.anyCredit(ctx, td, rep, func(c types.Credit) bool {
			return c.Status == types.Status_STATUS_DISPUTED && td.HasAccount(c.Author)
		})
		if !ok {
			return nil, nil
		}
		author := td.GetAccount(rep, c.Author)
		return []simsx.SimAccount{author}, &types.MsgAnswerDispute{
			Author: c.Author, Commit: c.Commit, Contributor: c.Contributor, Statement: td.Rand().StringN(20),
		}
	}
}

// ClaimGuestCredit makes MsgClaimGuestCredit. The one-time keys of simulated guests are
// made from their names.
func (f Factories) ClaimGuestCredit() simsx.SimMsgFactoryFn[*types.MsgClaimGuestCredit] {
	return func(ctx context.Context, td *simsx.ChainDataSource, rep simsx.SimulationReporter) ([]simsx.SimAccount, *types.MsgClaimGuestCredit) {
		c, _, ok := f.anyCredit(ctx, td, rep, func(c types.Credit) bool {
			_, found := f.unclaimed(ctx, c.Commit)
			return found
		})
		if !ok {
			return nil, nil
		}
		guest, _ := f.unclaimed(ctx, c.Commit)
		wallet := td.AnyAccount(rep, simsx.WithSpendableBalance())
		commit, err := songtypes.ParseCID(c.Commit)
		if rep.IsSkipped() || err != nil {
			return nil, nil
		}
		key := secp256k1.GenPrivKeyFromSecret([]byte(guest.Name))
		signer, err := td.AddressCodec().BytesToString(key.PubKey().Address())
		if err != nil {
			rep.Skip(err.Error())
			return nil, nil
		}
		text := object.GuestClaimText(sdk.UnwrapSDKContext(ctx).ChainID(), commit, guest.Key, wallet.AddressBech32)
		signature, err := key.Sign(object.ADR036SignBytes(signer, text))
		if err != nil {
			rep.Skip(err.Error())
			return nil, nil
		}
		return []simsx.SimAccount{wallet}, &types.MsgClaimGuestCredit{
			Signer: wallet.AddressBech32, Commit: c.Commit, GuestKey: guest.Key, Signature: signature,
		}
	}
}

func (f Factories) unclaimed(ctx context.Context, commit string) (songtypes.Guest, bool) {
	res, err := f.queries.CreditsByCommit(ctx, &types.QueryCreditsByCommitRequest{Commit: commit})
	if err != nil {
		return songtypes.Guest{}, false
	}
	for _, g := range res.Guests {
		if g.ClaimedBy == "" {
			return g.Guest, true
		}
	}
	return songtypes.Guest{}, false
}

// ConsentToLicence makes MsgConsentToLicence.
func (f Factories) ConsentToLicence() simsx.SimMsgFactoryFn[*types.MsgConsentToLicence] {
	return func(ctx context.Context, td *simsx.ChainDataSource, rep simsx.SimulationReporter) ([]simsx.SimAccount, *types.MsgConsentToLicence) {
		c, who, ok := f.anyCredit(ctx, td, rep, func(c types.Credit) bool { return c.Status == types.Status_STATUS_CONFIRMED })
		if !ok {
			return nil, nil
		}
		return []simsx.SimAccount{who}, &types.MsgConsentToLicence{
			Contributor: who.AddressBech32, SongId: c.SongId, Licence: simsx.OneOf(td.Rand(), songtypes.Licences()),
		}
	}
}

// UpdateParams makes the message of a governance proposal.
func (f Factories) UpdateParams() simsx.SimMsgFactoryFn[*types.MsgUpdateParams] {
	return func(_ context.Context, td *simsx.ChainDataSource, rep simsx.SimulationReporter) ([]simsx.SimAccount, *types.MsgUpdateParams) {
		params := types.DefaultParams()
		params.MaxMultisigKeys = uint32(1 + td.Rand().Intn(64))
		params.GasPerByte = uint64(td.Rand().Intn(10))
		return nil, &types.MsgUpdateParams{Authority: td.ModuleAccountAddress(rep, "gov"), Params: params}
	}
}
