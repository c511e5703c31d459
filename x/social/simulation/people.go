package simulation

import (
	"context"
	"fmt"

	"github.com/cosmos/cosmos-sdk/testutil/simsx"

	"github.com/parrots-music/parrots/x/social/types"
)

// SetProfile makes MsgSetProfile; only a wallet without a username takes one, since
// a change has to wait.
func (f Factories) SetProfile() simsx.SimMsgFactoryFn[*types.MsgSetProfile] {
	return func(ctx context.Context, td *simsx.ChainDataSource, rep simsx.SimulationReporter) ([]simsx.SimAccount, *types.MsgSetProfile) {
		wallet := td.AnyAccount(rep, simsx.WithSpendableBalance())
		if rep.IsSkipped() {
			return nil, nil
		}
		res, err := f.queries.Profile(ctx, &types.QueryProfileRequest{Address: wallet.AddressBech32})
		if err != nil {
			rep.Skip(err.Error())
			return nil, nil
		}
		msg := &types.MsgSetProfile{
			Wallet: wallet.AddressBech32, DisplayName: td.Rand().StringN(20), Bio: td.Rand().StringN(100),
			Links: []string{"https://music.example"},
		}
		if res.Profile.Username == "" {
			msg.Username = fmt.Sprintf("wallet-%016x", td.Rand().Uint64())
		}
		return []simsx.SimAccount{wallet}, msg
	}
}

// Respect makes MsgRespect of a song that the wallet does not respect.
func (f Factories) Respect() simsx.SimMsgFactoryFn[*types.MsgRespect] {
	return func(ctx context.Context, td *simsx.ChainDataSource, rep simsx.SimulationReporter) ([]simsx.SimAccount, *types.MsgRespect) {
		wallet := td.AnyAccount(rep, simsx.WithSpendableBalance())
		if rep.IsSkipped() {
			return nil, nil
		}
		entry, ok := f.anyEntry(ctx, td, rep, func(e types.FeedEntry) bool {
			return e.SongOwner.Address != wallet.AddressBech32 && f.open(ctx, wallet.AddressBech32, e.SongId) && !f.respects(ctx, wallet.AddressBech32, e.SongId)
		})
		if !ok {
			return nil, nil
		}
		return []simsx.SimAccount{wallet}, &types.MsgRespect{Wallet: wallet.AddressBech32, SongId: entry.SongId}
	}
}

func (f Factories) respects(ctx context.Context, wallet, song string) bool {
	res, err := f.queries.Respect(ctx, &types.QueryRespectRequest{SongId: song, Address: wallet})
	return err != nil || res.Respected
}

// Unrespect makes MsgUnrespect.
func (f Factories) Unrespect() simsx.SimMsgFactoryFn[*types.MsgUnrespect] {
	return func(ctx context.Context, td *simsx.ChainDataSource, rep simsx.SimulationReporter) ([]simsx.SimAccount, *types.MsgUnrespect) {
		wallet := td.AnyAccount(rep)
		if rep.IsSkipped() {
			return nil, nil
		}
		res, err := f.queries.RespectsOfWallet(ctx, &types.QueryRespectsOfWalletRequest{Address: wallet.AddressBech32})
		if err != nil || len(res.Respects) == 0 {
			rep.Skip("respects nothing")
			return nil, nil
		}
		return []simsx.SimAccount{wallet}, &types.MsgUnrespect{
			Wallet: wallet.AddressBech32, SongId: simsx.OneOf(td.Rand(), res.Respects).SongId,
		}
	}
}

// two picks a wallet and another.
func two(td *simsx.ChainDataSource, rep simsx.SimulationReporter) (wallet, other simsx.SimAccount, ok bool) {
	wallet = td.AnyAccount(rep, simsx.WithSpendableBalance())
	other = td.AnyAccountN(10, rep, simsx.ExcludeAccounts(wallet))
	return wallet, other, !rep.IsSkipped()
}

// Follow makes MsgFollow.
func (f Factories) Follow() simsx.SimMsgFactoryFn[*types.MsgFollow] {
	return func(ctx context.Context, td *simsx.ChainDataSource, rep simsx.SimulationReporter) ([]simsx.SimAccount, *types.MsgFollow) {
		wallet, other, ok := two(td, rep)
		if !ok {
			return nil, nil
		}
		res, err := f.queries.Follows(ctx, &types.QueryFollowsRequest{Address: wallet.AddressBech32, Followee: other.AddressBech32})
		if err != nil || res.Follows {
			rep.Skip("follows already")
			return nil, nil
		}
		return []simsx.SimAccount{wallet}, &types.MsgFollow{Wallet: wallet.AddressBech32, Followee: other.AddressBech32}
	}
}

// Unfollow makes MsgUnfollow.
func (f Factories) Unfollow() simsx.SimMsgFactoryFn[*types.MsgUnfollow] {
	return func(ctx context.Context, td *simsx.ChainDataSource, rep simsx.SimulationReporter) ([]simsx.SimAccount, *types.MsgUnfollow) {
		wallet := td.AnyAccount(rep)
		if rep.IsSkipped() {
			return nil, nil
		}
		res, err := f.queries.Following(ctx, &types.QueryFollowingRequest{Address: wallet.AddressBech32})
		if err != nil || len(res.Wallets) == 0 {
			rep.Skip("follows nobody")
			return nil, nil
		}
		return []simsx.SimAccount{wallet}, &types.MsgUnfollow{
			Wallet: wallet.AddressBech32, Followee: simsx.OneOf(td.Rand(), res.Wallets).Address,
		}
	}
}

// Block makes MsgBlock.
func (f Factories) Block() simsx.SimMsgFactoryFn[*types.MsgBlock] {
	return func(ctx context.Context, td *simsx.ChainDataSource, rep simsx.SimulationReporter) ([]simsx.SimAccount, *types.MsgBlock) {
		wallet, other, ok := two(td, rep)
		if !ok {
			return nil, nil
		}
		if !f.welcome(ctx, other.AddressBech32, wallet.AddressBech32) {
			rep.Skip("blocked already")
			return nil, nil
		}
		return []simsx.SimAccount{wallet}, &types.MsgBlock{Wallet: wallet.AddressBech32, Blocked: other.AddressBech32}
	}
}

// Unblock makes MsgUnblock.
func (f Factories) Unblock() simsx.SimMsgFactoryFn[*types.MsgUnblock] {
	return func(ctx context.Context, td *simsx.ChainDataSource, rep simsx.SimulationReporter) ([]simsx.SimAccount, *types.MsgUnblock) {
		wallet := td.AnyAccount(rep)
		if rep.IsSkipped() {
			return nil, nil
		}
		res, err := f.queries.Blocks(ctx, &types.QueryBlocksRequest{Address: wallet.AddressBech32})
		if err != nil || len(res.Wallets) == 0 {
			rep.Skip("keeps nobody away")
			return nil, nil
		}
		return []simsx.SimAccount{wallet}, &types.MsgUnblock{
			Wallet: wallet.AddressBech32, Blocked: simsx.OneOf(td.Rand(), res.Wallets).Address,
		}
	}
}
