package keeper

import (
	"context"
	"errors"
	"fmt"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"github.com/parrots-music/parrots/x/audition/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// CheckInvariants reads the whole state and returns what is wrong with it: nil, on
// every chain at every height. It is for tests and simulations.
func (k Keeper) CheckInvariants(ctx context.Context) error {
	return errors.Join(k.checkAuditions(ctx), k.checkReviews(ctx), k.checkCounts(ctx), k.checkIndexes(ctx))
}

// checkAuditions: whatever an audition names exists.
func (k Keeper) checkAuditions(ctx context.Context) error {
	return k.auditions.Walk(ctx, nil, func(key auditionKey, a types.Audition) (bool, error) {
		if a.SongId != key.K1().String() || a.Number != key.K2() {
			return true, fmt.Errorf("audition %d of %s is under another key", a.Number, a.SongId)
		}
		err := k.checkAudition(ctx, key.K1(), a)
		if err != nil {
			err = fmt.Errorf("audition %d of %s: %w", a.Number, a.SongId, err)
		}
		return err != nil, err
	})
}

// checkAudition: song and source exist and are related, revisions are numbered from 1
// without a gap, their heads and those of the merge are commits of the chain, and
// only an open audition waits for somebody.
func (k Keeper) checkAudition(ctx context.Context, id songtypes.SongID, a types.Audition) error {
	song, err := k.songs.Song(ctx, id)
	if err != nil {
		return err
	}
	if _, err := k.related(ctx, &scene{song: song, audition: a}); err != nil {
		return err
	}
	if err := k.checkRevisions(ctx, id, a); err != nil {
		return err
	}
	if a.Merge != nil {
		if err := errors.Join(k.isCommit(ctx, a.Merge.Base), k.isCommit(ctx, a.Merge.Head), k.isWallet(a.Merge.Merger)); err != nil {
			return err
		}
	}
	if a.Closing != nil {
		if err := k.isWallet(a.Closing.Closer); err != nil {
			return err
		}
	}
	people, err := k.waitersOf(ctx, id, a.Number)
	if err == nil && len(people) != 0 && a.Status != types.Status_STATUS_OPEN {
		err = errorsmod.Wrap(types.ErrInvalidGenesis, "waits for somebody and is not open")
	}
	return err
}

func (k Keeper) checkRevisions(ctx context.Context, id songtypes.SongID, a types.Audition) error {
	want := uint32(0)
	rng := collections.NewSuperPrefixedTripleRange[songtypes.SongID, uint64, uint32](id, a.Number)
	err := k.revisions.Walk(ctx, rng, func(key revisionKey, r types.Revision) (bool, error) {
		want++
		if key.K3() != want || r.Number != want {
			return true, fmt.Errorf("revision %d under key %d where %d is due", r.Number, key.K3(), want)
		}
		return false, errors.Join(k.isCommit(ctx, r.Head), k.isWallet(r.Author))
	})
	if err == nil && want != a.Revision {
		err = fmt.Errorf("%d revisions, not %d", want, a.Revision)
	}
	return err
}

func (k Keeper) isCommit(ctx context.Context, link string) error {
	digest, err := songtypes.ParseDigest(link)
	if err == nil {
		_, _, err = k.songs.Commit(ctx, digest)
	}
	return err
}

func (k Keeper) isWallet(text string) error {
	_, err := k.wallet(text)
	return err
}

// checkReviews: every review, and so every approval, is of a revision that exists;
// revisions are of auditions that exist.
func (k Keeper) checkReviews(ctx context.Context) error {
	err := k.reviews.Walk(ctx, nil, func(key reviewKey, r types.Review) (bool, error) {
		has, err := k.revisions.Has(ctx, collections.Join3(key.K1(), key.K2(), key.K3()))
		if err == nil && (!has || r.Revision != key.K3()) {
			err = fmt.Errorf("review by %s of revision %d of audition %d of %s, which does not exist", r.Reviewer, r.Revision, key.K2(), key.K1())
		}
		return err != nil, err
	})
	return errors.Join(err, k.revisions.Walk(ctx, nil, func(key revisionKey, _ types.Revision) (bool, error) {
		_, err := k.audition(ctx, key.K1(), key.K2())
		return err != nil, err
	}))
}

// checkCounts: a song's auditions are numbered from 1 to its count, none missing. A
// count that is too low would give the next audition a number that is taken.
func (k Keeper) checkCounts(ctx context.Context) error {
	total := 0
	err := k.counts.Walk(ctx, nil, func(id songtypes.SongID, n uint64) (bool, error) {
		total += int(n)
		for number := uint64(1); number <= n; number++ {
			if _, err := k.audition(ctx, id, number); err != nil {
				return true, err
			}
		}
		return false, nil
	})
	return errors.Join(err, count(ctx, "auditions", k.auditions.Iterate, total))
}

// checkIndexes: the indexes hold what a scan of the auditions gives, and no more.
func (k Keeper) checkIndexes(ctx context.Context) error {
	var all, open, waiters int
	err := k.auditions.Walk(ctx, nil, func(key auditionKey, a types.Audition) (bool, error) {
		all++
		people, err := k.waitersOf(ctx, key.K1(), a.Number)
		waiters += len(people)
		err = errors.Join(err, k.checkIndexed(ctx, key.K1(), a, people))
		if a.Status == types.Status_STATUS_OPEN {
			open++
			err = errors.Join(err, k.checkOffer(ctx, key.K1(), a))
		}
		if err != nil {
			err = fmt.Errorf("audition %d of %s: %w", a.Number, a.SongId, err)
		}
		return err != nil, err
	})
	return errors.Join(err,
		count(ctx, "by status", k.byStatus.Iterate, all),
		count(ctx, "by opener", k.byOpener.Iterate, all),
		count(ctx, "offers", k.offers.Iterate, open),
		count(ctx, "waiters", k.waiters.Iterate, waiters),
		count(ctx, "waiting", k.waiting.Iterate, waiters),
	)
}

func (k Keeper) checkIndexed(ctx context.Context, id songtypes.SongID, a types.Audition, waiters [][]byte) error {
	opener, err := k.wallet(a.Opener)
	if err != nil {
		return err
	}
	errs := []error{
		present(ctx, "status", k.byStatus, byStatusKey(id, a)),
		present(ctx, "opener", k.byOpener, openerKey(opener.Raw, id, a)),
	}
	for _, person := range waiters {
		errs = append(errs, present(ctx, "waiting", k.waiting, openerKey(person, id, a)))
	}
	return errors.Join(errs...)
}

func (k Keeper) checkOffer(ctx context.Context, id songtypes.SongID, a types.Audition) error {
	key, err := offerOf(id, a)
	if err != nil {
		return err
	}
	number, err := k.offers.Get(ctx, key)
	if err == nil && number != a.Number {
		err = fmt.Errorf("its offer leads to %d", number)
	}
	return err
}

func present[K any](ctx context.Context, what string, index collections.KeySet[K], key K) error {
	has, err := index.Has(ctx, key)
	if err == nil && !has {
		err = fmt.Errorf("not in the index: %s", what)
	}
	return err
}

// count checks the number of keys in an index.
func count[K any, I interface{ Keys() ([]K, error) }](ctx context.Context, what string, iterate func(context.Context, collections.Ranger[K]) (I, error), want int) error {
	it, err := iterate(ctx, nil)
	if err != nil {
		return err
	}
	have, err := it.Keys()
	if err == nil && len(have) != want {
		err = fmt.Errorf("%d keys of %s where there should be %d", len(have), what, want)
	}
	return err
}
