package keeper

import (
	"context"

	"cosmossdk.io/collections"

	"github.com/parrots-music/parrots/x/audition/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// An open audition is in the inboxes of its opener and of those who maintained the
// song when it was opened, reopened or last revised, as many as max_waiting says.
// What it waits for is worked out when it is looked at.

// enter puts an open audition where open auditions are.
func (k Keeper) enter(ctx context.Context, s *scene) error {
	if err := k.claim(ctx, s); err != nil {
		return err
	}
	return k.wait(ctx, s)
}

// leave takes an audition away from there.
func (k Keeper) leave(ctx context.Context, s *scene) error {
	key, err := offerOf(s.id, s.audition)
	if err != nil {
		return err
	}
	if err := k.offers.Remove(ctx, key); err != nil {
		return err
	}
	return k.stopWaiting(ctx, s)
}

// wait fills inboxes, and empties those of people who left.
func (k Keeper) wait(ctx context.Context, s *scene) error {
	if err := k.stopWaiting(ctx, s); err != nil {
		return err
	}
	people, err := k.songs.Maintainers(ctx, s.song)
	if err != nil {
		return err
	}
	opener, err := k.wallet(s.audition.Opener)
	if err != nil {
		return err
	}
	people = append(people[:min(len(people), int(s.params.MaxWaiting))], opener.Raw)
	for _, person := range people {
		if err := k.setWaiting(ctx, s.id, s.audition, person); err != nil {
			return err
		}
	}
	return nil
}

func (k Keeper) setWaiting(ctx context.Context, id songtypes.SongID, a types.Audition, person []byte) error {
	if err := k.waiters.Set(ctx, collections.Join3(id, a.Number, person)); err != nil {
		return err
	}
	return k.waiting.Set(ctx, openerKey(person, id, a))
}

func (k Keeper) stopWaiting(ctx context.Context, s *scene) error {
	people, err := k.waitersOf(ctx, s.id, s.audition.Number)
	if err != nil {
		return err
	}
	for _, person := range people {
		if err := k.waiters.Remove(ctx, collections.Join3(s.id, s.audition.Number, person)); err != nil {
			return err
		}
		if err := k.waiting.Remove(ctx, openerKey(person, s.id, s.audition)); err != nil {
			return err
		}
	}
	return nil
}

// waitersOf are those in whose inboxes an audition is.
func (k Keeper) waitersOf(ctx context.Context, id songtypes.SongID, number uint64) ([][]byte, error) {
	var people [][]byte
	rng := collections.NewSuperPrefixedTripleRange[songtypes.SongID, uint64, []byte](id, number)
	err := k.waiters.Walk(ctx, rng, func(key waiterKey) (bool, error) {
		people = append(people, key.K3())
		return false, nil
	})
	return people, err
}

// turn is what an audition waits for from a wallet.
func (k Keeper) turn(ctx context.Context, wallet []byte, id songtypes.SongID, a types.Audition) (types.Turn, error) {
	song, err := k.songs.Song(ctx, id)
	if err != nil {
		return 0, err
	}
	maintains, err := k.songs.Maintains(ctx, song, wallet)
	if err != nil {
		return 0, err
	}
	opener, err := k.wallet(a.Opener)
	if err != nil {
		return 0, err
	}
	opened := string(opener.Raw) == string(wallet)
	standing, err := k.standing(ctx, id, song, a)
	if err != nil {
		return 0, err
	}
	said, err := k.verdict(ctx, id, a, wallet)
	if err != nil {
		return 0, err
	}
	judged := said == types.Verdict_VERDICT_APPROVE || said == types.Verdict_VERDICT_ASK_CHANGES
	switch {
	case opened && len(standing.ChangesAskedBy) != 0:
		return types.Turn_TURN_REVISE, nil
	case maintains && !opened && !judged:
		return types.Turn_TURN_REVIEW, nil
	case maintains && mayMerge(a, standing) == nil:
		return types.Turn_TURN_MERGE, nil
	default:
		return types.Turn_TURN_UNSPECIFIED, nil
	}
}
