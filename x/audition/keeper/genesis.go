package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"github.com/parrots-music/parrots/x/audition/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// InitGenesis checks and loads a state. Indexes are made anew. Songs are loaded.
func (k Keeper) InitGenesis(ctx context.Context, gs types.GenesisState) error {
	if err := gs.Validate(); err != nil {
		return err
	}
	if err := k.params.Set(ctx, gs.Params); err != nil {
		return err
	}
	for _, s := range gs.Songs {
		if err := k.initSong(ctx, s); err != nil {
			return errorsmod.Wrapf(err, "song %s", s.SongId)
		}
	}
	return nil
}

func (k Keeper) initSong(ctx context.Context, s types.GenesisSong) error {
	id, song, err := k.song(ctx, s.SongId)
	if err != nil {
		return err
	}
	if s.Settings != (types.Settings{}) {
		if err := k.settings.Set(ctx, id, s.Settings); err != nil {
			return err
		}
	}
	if len(s.Auditions) != 0 {
		if err := k.counts.Set(ctx, id, uint64(len(s.Auditions))); err != nil {
			return err
		}
	}
	for _, a := range s.Auditions {
		if err := k.initAudition(ctx, &scene{id: id, song: song, audition: a.Audition}, a); err != nil {
			return errorsmod.Wrapf(err, "audition %d", a.Audition.Number)
		}
	}
	return nil
}

func (k Keeper) initAudition(ctx context.Context, s *scene, g types.GenesisAudition) error {
	if err := k.initRecord(ctx, s); err != nil {
		return err
	}
	for _, r := range g.Revisions {
		if err := k.revisions.Set(ctx, collections.Join3(s.id, s.audition.Number, r.Number), r); err != nil {
			return err
		}
	}
	for _, r := range g.Reviews {
		reviewer, err := k.wallet(r.Reviewer)
		if err != nil {
			return err
		}
		if err := k.reviews.Set(ctx, collections.Join4(s.id, s.audition.Number, r.Revision, reviewer.Raw), r); err != nil {
			return err
		}
	}
	for _, text := range g.Waiting {
		person, err := k.wallet(text)
		if err != nil {
			return err
		}
		if err := k.setWaiting(ctx, s.id, s.audition, person.Raw); err != nil {
			return err
		}
	}
	return k.checkAudition(ctx, s.id, s.audition)
}

// initRecord stores an audition with its indexes.
func (k Keeper) initRecord(ctx context.Context, s *scene) error {
	opener, err := k.wallet(s.audition.Opener)
	if err != nil {
		return err
	}
	if err := k.auditions.Set(ctx, keyOf(s.id, s.audition), s.audition); err != nil {
		return err
	}
	if err := k.byOpener.Set(ctx, openerKey(opener.Raw, s.id, s.audition)); err != nil {
		return err
	}
	if err := k.byStatus.Set(ctx, byStatusKey(s.id, s.audition)); err != nil {
		return err
	}
	if s.audition.Status != types.Status_STATUS_OPEN {
		return nil
	}
	return k.claim(ctx, s)
}

// ExportGenesis returns the whole state.
func (k Keeper) ExportGenesis(ctx context.Context) (*types.GenesisState, error) {
	params, err := k.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	gs := &types.GenesisState{Params: params}
	songs, err := k.knownSongs(ctx)
	if err != nil {
		return nil, err
	}
	for _, id := range songs {
		s, err := k.exportSong(ctx, id)
		if err != nil {
			return nil, err
		}
		gs.Songs = append(gs.Songs, s)
	}
	return gs, nil
}

// knownSongs are those that have settings or auditions, by id.
func (k Keeper) knownSongs(ctx context.Context) ([]songtypes.SongID, error) {
	withSettings, err := keys(k.settings.Iterate(ctx, nil))
	if err != nil {
		return nil, err
	}
	counted, err := keys(k.counts.Iterate(ctx, nil))
	return mergeSorted(withSettings, counted), err
}

func keys[K, V any](it collections.Iterator[K, V], err error) ([]K, error) {
	if err != nil {
		return nil, err
	}
	return it.Keys()
}

// mergeSorted merges two lists of ids that are sorted as text.
func mergeSorted(a, b []songtypes.SongID) []songtypes.SongID {
	var merged []songtypes.SongID
	for len(a) != 0 || len(b) != 0 {
		switch {
		case len(b) == 0, len(a) != 0 && string(a[0][:]) < string(b[0][:]):
			merged, a = append(merged, a[0]), a[1:]
		case len(a) != 0 && a[0] == b[0]:
			a = a[1:]
		default:
			merged, b = append(merged, b[0]), b[1:]
		}
	}
	return merged
}

func (k Keeper) exportSong(ctx context.Context, id songtypes.SongID) (types.GenesisSong, error) {
	s := types.GenesisSong{SongId: id.String()}
	var err error
	if s.Settings, err = orZero(k.settings.Get(ctx, id)); err != nil {
		return s, err
	}
	rng := collections.NewPrefixedPairRange[songtypes.SongID, uint64](id)
	err = k.auditions.Walk(ctx, rng, func(_ auditionKey, a types.Audition) (bool, error) {
		g, err := k.exportAudition(ctx, id, a)
		s.Auditions = append(s.Auditions, g)
		return false, err
	})
	return s, err
}

func (k Keeper) exportAudition(ctx context.Context, id songtypes.SongID, a types.Audition) (types.GenesisAudition, error) {
	g := types.GenesisAudition{Audition: a}
	revisions := collections.NewSuperPrefixedTripleRange[songtypes.SongID, uint64, uint32](id, a.Number)
	err := k.revisions.Walk(ctx, revisions, func(_ revisionKey, r types.Revision) (bool, error) {
		g.Revisions = append(g.Revisions, r)
		return false, nil
	})
	reviews := collections.NewSuperPrefixedQuadRange[songtypes.SongID, uint64, uint32, []byte](id, a.Number)
	err = errors.Join(err, k.reviews.Walk(ctx, reviews, func(_ reviewKey, r types.Review) (bool, error) {
		g.Reviews = append(g.Reviews, r)
		return false, nil
	}))
	people, walked := k.waitersOf(ctx, id, a.Number)
	err = errors.Join(err, walked)
	for _, person := range people {
		text, failed := k.addresses.BytesToString(person)
		g.Waiting, err = append(g.Waiting, text), errors.Join(err, failed)
	}
	return g, err
}
