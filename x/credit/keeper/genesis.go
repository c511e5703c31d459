package keeper

import (
	"context"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"github.com/parrots-music/parrots/internal/tally"
	"github.com/parrots-music/parrots/x/credit/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// InitGenesis checks and loads a state. Songs are loaded before it. Indexes and what of
// honor follows from credits and songs are made anew.
func (k Keeper) InitGenesis(ctx context.Context, gs types.GenesisState) error {
	if err := gs.Validate(); err != nil {
		return err
	}
	if err := k.params.Set(ctx, gs.Params); err != nil {
		return err
	}
	// What waits for the end of a block in genesis would be counted again in the first.
	k.honor = tally.New(nil, types.HonorTally, k.honors)
	for _, c := range gs.Credits {
		if err := k.initCredit(ctx, c); err != nil {
			return errorsmod.Wrapf(err, "credit of %X in commit %s", c.Contributor, songtypes.Digest(c.Commit))
		}
	}
	for _, g := range gs.Guests {
		if err := k.guests.Set(ctx, collections.Join(songtypes.Digest(g.Commit), g.Key), g.Record); err != nil {
			return err
		}
	}
	for _, c := range gs.Stems {
		if err := k.stems.Set(ctx, songtypes.Digest(c.Hash), c.Record); err != nil {
			return err
		}
	}
	for _, c := range gs.Samples {
		if err := k.samples.Set(ctx, c.Hash, c.Record); err != nil {
			return err
		}
	}
	for _, c := range gs.Consents {
		if err := k.consents.Set(ctx, collections.Join(songtypes.SongID(c.Song), c.Contributor), c.Record); err != nil {
			return err
		}
	}
	if err := k.initHonor(ctx, gs); err != nil {
		return err
	}
	return k.CheckInvariants(ctx)
}

func (k Keeper) initCredit(ctx context.Context, g types.GenesisCredit) error {
	wallet, err := k.rawWallet(g.Contributor)
	if err != nil {
		return err
	}
	c, err := k.withCommit(ctx, credit{digest: songtypes.Digest(g.Commit), contributor: wallet})
	if err != nil {
		return err
	}
	return k.insert(ctx, c, g.Record)
}

func (k Keeper) initHonor(ctx context.Context, gs types.GenesisState) error {
	for _, s := range gs.Songs {
		if err := k.countHonorSong(ctx, s); err != nil {
			return err
		}
		if err := k.songs.Set(ctx, songtypes.SongID(s.Song), s); err != nil {
			return err
		}
	}
	for _, h := range gs.Honor {
		if err := k.addHonor(ctx, h.Wallet, types.HonorAuditions, int64(h.Auditions)); err != nil {
			return err
		}
		if err := k.addHonor(ctx, h.Wallet, types.HonorRespects, int64(h.Respects)); err != nil {
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
	if err := k.exportCredits(ctx, gs); err != nil {
		return nil, err
	}
	err = k.stems.Walk(ctx, nil, func(digest songtypes.Digest, record types.FirstClaimRecord) (bool, error) {
		gs.Stems = append(gs.Stems, types.GenesisFirstClaim{Hash: digest[:], Record: record})
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	err = k.samples.Walk(ctx, nil, func(hash []byte, record types.FirstClaimRecord) (bool, error) {
		gs.Samples = append(gs.Samples, types.GenesisFirstClaim{Hash: hash, Record: record})
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	return gs, k.exportHonor(ctx, gs)
}

func (k Keeper) exportCredits(ctx context.Context, gs *types.GenesisState) error {
	err := k.credits.Walk(ctx, nil, func(key creditKey, record types.CreditRecord) (bool, error) {
		digest := key.K1()
		gs.Credits = append(gs.Credits, types.GenesisCredit{Commit: digest[:], Contributor: key.K2(), Record: record})
		return false, nil
	})
	if err != nil {
		return err
	}
	err = k.guests.Walk(ctx, nil, func(key creditKey, record types.GuestRecord) (bool, error) {
		digest := key.K1()
		gs.Guests = append(gs.Guests, types.GenesisGuest{Commit: digest[:], Key: key.K2(), Record: record})
		return false, nil
	})
	if err != nil {
		return err
	}
	return k.consents.Walk(ctx, nil, func(key personKey, record types.ConsentRecord) (bool, error) {
		song := key.K1()
		gs.Consents = append(gs.Consents, types.GenesisConsent{Song: song[:], Contributor: key.K2(), Record: record})
		return false, nil
	})
}

// exportHonor exports what does not follow from the rest.
func (k Keeper) exportHonor(ctx context.Context, gs *types.GenesisState) error {
	err := k.songs.Walk(ctx, nil, func(_ songtypes.SongID, song types.HonorSong) (bool, error) {
		gs.Songs = append(gs.Songs, song)
		return false, nil
	})
	if err != nil {
		return err
	}
	return k.honors.Walk(ctx, nil, func(key honorKey, n uint64) (bool, error) {
		if key.K2() != types.HonorAuditions && key.K2() != types.HonorRespects {
			return false, nil
		}
		last := len(gs.Honor) - 1
		if last < 0 || string(gs.Honor[last].Wallet) != string(key.K1()) {
			gs.Honor = append(gs.Honor, types.GenesisHonor{Wallet: key.K1()})
			last++
		}
		if key.K2() == types.HonorAuditions {
			gs.Honor[last].Auditions = n
		} else {
			gs.Honor[last].Respects = n
		}
		return false, nil
	})
}
