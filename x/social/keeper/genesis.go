package keeper

import (
	"context"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"github.com/parrots-music/parrots/x/social/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// InitGenesis checks and loads a state. Indexes and counters are made anew.
func (k Keeper) InitGenesis(ctx context.Context, gs types.GenesisState) error {
	if err := gs.Validate(); err != nil {
		return err
	}
	if err := k.params.Set(ctx, gs.Params); err != nil {
		return err
	}
	if err := k.initProfiles(ctx, gs); err != nil {
		return err
	}
	for _, r := range gs.Respects {
		if err := k.initRespect(ctx, r); err != nil {
			return err
		}
	}
	for _, r := range gs.Comments {
		if err := k.songExists(ctx, r.SongID()); err != nil {
			return err
		}
		if err := k.insertComment(ctx, r); err != nil {
			return err
		}
	}
	if err := k.initPairs(ctx, gs); err != nil {
		return err
	}
	for _, r := range gs.Feed {
		if err := k.songExists(ctx, r.SongID()); err != nil {
			return err
		}
		if err := k.insertFeed(ctx, r); err != nil {
			return err
		}
	}
	return k.EndBlock(ctx)
}

func (k Keeper) songExists(ctx context.Context, id songtypes.SongID) error {
	_, err := k.songs.Song(ctx, id)
	return err
}

func (k Keeper) initProfiles(ctx context.Context, gs types.GenesisState) error {
	for _, p := range gs.Profiles {
		wallet, err := k.wallet(p.Address)
		if err != nil {
			return err
		}
		if wallet.Text != p.Address {
			return errorsmod.Wrapf(types.ErrInvalidGenesis, "%s is not in canonical spelling", p.Address)
		}
		if err := k.profiles.Set(ctx, wallet.Raw, p); err != nil {
			return err
		}
		if p.Username == "" {
			continue
		}
		if err := k.takeUsername(ctx, wallet.Raw, p.Username); err != nil {
			return err
		}
	}
	for _, r := range gs.Reserved {
		if err := k.folded.Set(ctx, types.FoldUsername(r.Username), r); err != nil {
			return err
		}
	}
	return nil
}

func (k Keeper) initRespect(ctx context.Context, r types.GenesisRespect) error {
	id, _, err := k.song(ctx, r.SongId)
	if err != nil {
		return err
	}
	wallet, err := k.wallet(r.Wallet)
	if err != nil {
		return err
	}
	owner, err := k.wallet(r.Owner)
	if err != nil {
		return err
	}
	return k.insertRespect(ctx, id, wallet.Raw, types.RespectRecord{Owner: owner.Raw, Height: r.Height})
}

func (k Keeper) initPairs(ctx context.Context, gs types.GenesisState) error {
	for _, f := range gs.Follows {
		wallet, followee, err := k.two(f.Wallet, f.Followee)
		if err != nil {
			return err
		}
		if err := k.insertFollow(ctx, wallet.Raw, followee.Raw, uint64(f.Height)); err != nil {
			return err
		}
	}
	for _, b := range gs.Blocks {
		wallet, other, err := k.two(b.Wallet, b.Blocked)
		if err != nil {
			return err
		}
		if err := k.blocks.Set(ctx, collections.Join(wallet.Raw, other.Raw)); err != nil {
			return err
		}
	}
	return nil
}

// ExportGenesis returns the whole state.
func (k Keeper) ExportGenesis(ctx context.Context) (*types.GenesisState, error) {
	params, err := k.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	gs := &types.GenesisState{Params: params}
	for _, export := range []func(context.Context, *types.GenesisState) error{
		k.exportProfiles, k.exportRespects, k.exportComments, k.exportPairs, k.exportFeed,
	} {
		if err := export(ctx, gs); err != nil {
			return nil, err
		}
	}
	return gs, nil
}

func (k Keeper) exportProfiles(ctx context.Context, gs *types.GenesisState) error {
	err := k.profiles.Walk(ctx, nil, func(_ []byte, p types.Profile) (bool, error) {
		gs.Profiles = append(gs.Profiles, p)
		return false, nil
	})
	if err != nil {
		return err
	}
	return k.folded.Walk(ctx, nil, func(_ string, r types.UsernameRecord) (bool, error) {
		if r.ReservedUntil != 0 {
			gs.Reserved = append(gs.Reserved, r)
		}
		return false, nil
	})
}

func (k Keeper) exportRespects(ctx context.Context, gs *types.GenesisState) error {
	return k.respects.Walk(ctx, nil, func(key collections.Pair[songtypes.SongID, []byte], r types.RespectRecord) (bool, error) {
		texts, err := k.texts(key.K2(), r.Owner)
		if err != nil {
			return true, err
		}
		gs.Respects = append(gs.Respects, types.GenesisRespect{
			SongId: key.K1().String(), Wallet: texts[0], Owner: texts[1], Height: r.Height,
		})
		return false, nil
	})
}

func (k Keeper) exportComments(ctx context.Context, gs *types.GenesisState) error {
	return k.comments.Walk(ctx, nil, func(_ types.CommentID, r types.CommentRecord) (bool, error) {
		gs.Comments = append(gs.Comments, r)
		return false, nil
	})
}

func (k Keeper) exportPairs(ctx context.Context, gs *types.GenesisState) error {
	err := k.follows.Walk(ctx, nil, func(key walletPair, height uint64) (bool, error) {
		texts, err := k.texts(key.K1(), key.K2())
		if err != nil {
			return true, err
		}
		gs.Follows = append(gs.Follows, types.GenesisFollow{Wallet: texts[0], Followee: texts[1], Height: int64(height)})
		return false, nil
	})
	if err != nil {
		return err
	}
	return k.blocks.Walk(ctx, nil, func(key walletPair) (bool, error) {
		texts, err := k.texts(key.K1(), key.K2())
		if err != nil {
			return true, err
		}
		gs.Blocks = append(gs.Blocks, types.GenesisBlock{Wallet: texts[0], Blocked: texts[1]})
		return false, nil
	})
}

func (k Keeper) exportFeed(ctx context.Context, gs *types.GenesisState) error {
	return k.feed.Walk(ctx, nil, func(_ types.Moment, r types.FeedRecord) (bool, error) {
		gs.Feed = append(gs.Feed, r)
		return false, nil
	})
}

// texts spells raw addresses.
func (k Keeper) texts(raw ...[]byte) ([]string, error) {
	list := make([]string, len(raw))
	for i, b := range raw {
		var err error
		if list[i], err = k.addresses.BytesToString(b); err != nil {
			return nil, err
		}
	}
	return list, nil
}
