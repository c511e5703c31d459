package keeper

import (
	"context"
	"crypto/sha256"

	"cosmossdk.io/collections"

	"github.com/parrots-music/parrots/x/song/types"
)

// InitGenesis checks and loads a state. Indexes are made anew.
func (k Keeper) InitGenesis(ctx context.Context, gs types.GenesisState) error {
	if err := gs.Validate(); err != nil {
		return err
	}
	if err := k.params.Set(ctx, gs.Params); err != nil {
		return err
	}
	for _, c := range gs.Counts {
		creator, err := k.wallet(c.Creator)
		if err != nil {
			return err
		}
		if err := k.counts.Set(ctx, creator.Raw, c.Count); err != nil {
			return err
		}
	}
	for _, record := range gs.Commits {
		if err := k.commits.Set(ctx, sha256.Sum256(record.Block), record); err != nil {
			return err
		}
	}
	for _, s := range gs.Songs {
		if err := k.initSong(ctx, s); err != nil {
			return err
		}
	}
	return k.checkCounts(ctx)
}

func (k Keeper) initSong(ctx context.Context, s types.GenesisSong) error {
	id, err := types.ParseSongID(s.Song.Id)
	if err != nil {
		return err
	}
	owner, err := k.wallet(s.Song.Owner)
	if err != nil {
		return err
	}
	if err := k.claimName(ctx, owner, s.Song.Name, id); err != nil {
		return err
	}
	if err := k.insertSong(ctx, id, s.Song); err != nil {
		return err
	}
	for _, c := range s.Collaborators {
		person, err := k.wallet(c.Address)
		if err != nil {
			return err
		}
		if err := k.setRole(ctx, id, person, standing(c.Role)); err != nil {
			return err
		}
	}
	if err := k.initTags(ctx, id, s.Song); err != nil {
		return err
	}
	if err := k.initTaken(ctx, id, s); err != nil {
		return err
	}
	for _, b := range s.Branches {
		key := collections.Join(id, b.Name)
		if err := k.branches.Set(ctx, key, b.Record); err != nil {
			return err
		}
		if err := k.branchTrees.Set(ctx, key, b.Tree); err != nil {
			return err
		}
	}
	for _, r := range s.Releases {
		key := collections.Join(id, r.Release.Tag)
		if err := k.releases.Set(ctx, key, r.Release); err != nil {
			return err
		}
		if err := k.releaseTrees.Set(ctx, key, r.Tree); err != nil {
			return err
		}
	}
	return nil
}

// initTags counts at once: no block has an end yet.
func (k Keeper) initTags(ctx context.Context, id types.SongID, song types.Song) error {
	return k.WithTallies(nil).retag(ctx, id, nil, song.Metadata.Tags)
}

func (k Keeper) initTaken(ctx context.Context, id types.SongID, s types.GenesisSong) error {
	for _, address := range s.ForkGrants {
		who, err := k.wallet(address)
		if err != nil {
			return err
		}
		if err := k.forkGrants.Set(ctx, collections.Join(id, who.Raw)); err != nil {
			return err
		}
	}
	for _, link := range s.Admitted {
		digest, err := types.ParseDigest(link)
		if err != nil {
			return err
		}
		if err := k.admitted.Set(ctx, collections.Join(id, digest)); err != nil {
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
	err = k.counts.Walk(ctx, nil, func(creator []byte, n uint64) (bool, error) {
		address, err := k.addresses.BytesToString(creator)
		gs.Counts = append(gs.Counts, types.SongCount{Creator: address, Count: n})
		return false, err
	})
	if err != nil {
		return nil, err
	}
	err = k.commits.Walk(ctx, nil, func(_ types.Digest, record types.CommitRecord) (bool, error) {
		gs.Commits = append(gs.Commits, record)
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	err = k.songs.Walk(ctx, nil, func(id types.SongID, song types.Song) (bool, error) {
		s, err := k.exportSong(ctx, id, song)
		gs.Songs = append(gs.Songs, s)
		return false, err
	})
	return gs, err
}

func (k Keeper) exportSong(ctx context.Context, id types.SongID, song types.Song) (types.GenesisSong, error) {
	s := types.GenesisSong{Song: song}
	people := collections.NewPrefixedPairRange[types.SongID, []byte](id)
	err := k.collaborators.Walk(ctx, people, func(key collections.Pair[types.SongID, []byte], role uint32) (bool, error) {
		address, err := k.addresses.BytesToString(key.K2())
		s.Collaborators = append(s.Collaborators, types.Collaborator{Address: address, Role: types.Role(role)})
		return false, err
	})
	if err != nil {
		return s, err
	}
	if err := k.exportTaken(ctx, id, &s); err != nil {
		return s, err
	}
	named := collections.NewPrefixedPairRange[types.SongID, string](id)
	err = k.branches.Walk(ctx, named, func(key collections.Pair[types.SongID, string], record types.BranchRecord) (bool, error) {
		tree, err := k.branchTrees.Get(ctx, key)
		s.Branches = append(s.Branches, types.GenesisBranch{Name: key.K2(), Record: record, Tree: tree})
		return false, err
	})
	if err != nil {
		return s, err
	}
	err = k.releases.Walk(ctx, named, func(key collections.Pair[types.SongID, string], release types.Release) (bool, error) {
		tree, err := k.releaseTrees.Get(ctx, key)
		s.Releases = append(s.Releases, types.GenesisRelease{Release: release, Tree: tree})
		return false, err
	})
	return s, err
}

func (k Keeper) exportTaken(ctx context.Context, id types.SongID, s *types.GenesisSong) error {
	granted := collections.NewPrefixedPairRange[types.SongID, []byte](id)
	err := k.forkGrants.Walk(ctx, granted, func(key collections.Pair[types.SongID, []byte]) (bool, error) {
		address, err := k.addresses.BytesToString(key.K2())
		s.ForkGrants = append(s.ForkGrants, address)
		return false, err
	})
	if err != nil {
		return err
	}
	admitted := collections.NewPrefixedPairRange[types.SongID, types.Digest](id)
	return k.admitted.Walk(ctx, admitted, func(key collections.Pair[types.SongID, types.Digest]) (bool, error) {
		s.Admitted = append(s.Admitted, key.K2().String())
		return false, nil
	})
}
