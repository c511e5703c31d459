package keeper

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"github.com/parrots-music/parrots/x/song/types"
)

// CheckInvariants reads the whole state and returns what is wrong with it: nil, on
// every chain at every height. It is for tests and simulations.
func (k Keeper) CheckInvariants(ctx context.Context) error {
	return errors.Join(
		k.checkCommits(ctx),
		k.checkBranches(ctx),
		k.checkReleases(ctx),
		k.checkForks(ctx),
		k.checkCounts(ctx),
		k.checkIndexes(ctx),
		k.checkTagCounts(ctx),
		k.checkTaken(ctx),
	)
}

// checkCommits: every commit hashes to its key, its parents exist, and its place is
// what they say.
func (k Keeper) checkCommits(ctx context.Context) error {
	lookup := func(digest types.Digest) (types.CommitRecord, error) { return k.commit(ctx, digest) }
	return k.commits.Walk(ctx, nil, func(digest types.Digest, record types.CommitRecord) (bool, error) {
		if sha256.Sum256(record.Block) != digest {
			return true, fmt.Errorf("commit %s does not hash to its CID", digest)
		}
		o, err := fields(record)
		if err != nil {
			return true, fmt.Errorf("commit %s: %w", digest, err)
		}
		placed := record
		if err := placed.Place(o.Parents, lookup); err != nil {
			return true, fmt.Errorf("commit %s: %w", digest, err)
		}
		if placed.Generation != record.Generation || placed.Depth != record.Depth || !bytes.Equal(placed.Jump, record.Jump) {
			return true, fmt.Errorf("commit %s: generation %d, depth %d or jump is wrong", digest, record.Generation, record.Depth)
		}
		if _, err := k.songs.Get(ctx, types.SongID(record.Song)); err != nil {
			return true, fmt.Errorf("song of commit %s: %w", digest, err)
		}
		return false, nil
	})
}

// checkBranches: every branch is a song's, its head exists, and the tree beside it
// is the head's; no tree is left of a branch that is gone.
func (k Keeper) checkBranches(ctx context.Context) error {
	n := 0
	err := k.branches.Walk(ctx, nil, func(key collections.Pair[types.SongID, string], record types.BranchRecord) (bool, error) {
		n++
		err := k.checkTree(ctx, key, types.Digest(record.Head), k.branchTrees)
		if err != nil {
			err = fmt.Errorf("branch %s of %s: %w", key.K2(), key.K1(), err)
		}
		return err != nil, err
	})
	return errors.Join(err, count(ctx, "branch trees", k.branchTrees.IterateRaw, n))
}

// checkReleases: the same of every release.
func (k Keeper) checkReleases(ctx context.Context) error {
	n := 0
	err := k.releases.Walk(ctx, nil, func(key collections.Pair[types.SongID, string], release types.Release) (bool, error) {
		n++
		digest, err := types.ParseDigest(release.Commit)
		if err == nil {
			err = k.checkTree(ctx, key, digest, k.releaseTrees)
		}
		if err != nil {
			err = fmt.Errorf("release %s of %s: %w", key.K2(), key.K1(), err)
		}
		return err != nil, err
	})
	return errors.Join(err, count(ctx, "release trees", k.releaseTrees.IterateRaw, n))
}

func (k Keeper) checkTree(ctx context.Context, key collections.Pair[types.SongID, string], digest types.Digest, trees collections.Map[collections.Pair[types.SongID, string], []byte]) error {
	if _, err := k.songs.Get(ctx, key.K1()); err != nil {
		return err
	}
	record, err := k.commit(ctx, digest)
	if err != nil {
		return err
	}
	block, err := trees.Get(ctx, key)
	if err != nil {
		return err
	}
	return types.CheckTree(record, block)
}

// checkForks: every fork's parent exists and is of the same network.
func (k Keeper) checkForks(ctx context.Context) error {
	return k.songs.Walk(ctx, nil, func(id types.SongID, song types.Song) (bool, error) {
		want := song.Id
		if song.Parent != "" {
			_, parent, err := k.song(ctx, song.Parent)
			if err != nil {
				return true, fmt.Errorf("parent of %s: %w", id, err)
			}
			want = parent.Network
		}
		if song.Network != want {
			return true, fmt.Errorf("song %s is of network %s, not %s", id, song.Network, want)
		}
		return false, nil
	})
}

// checkCounts: the songs are those that the counts say were created, and no others.
// A count that is too low would give the next song an id that is taken.
func (k Keeper) checkCounts(ctx context.Context) error {
	uncounted := uint64(0)
	err := k.songs.Walk(ctx, nil, func(types.SongID, types.Song) (bool, error) {
		uncounted++
		return false, nil
	})
	if err != nil {
		return err
	}
	err = k.counts.Walk(ctx, nil, func(creator []byte, n uint64) (bool, error) {
		if n > uncounted {
			return true, errorsmod.Wrapf(types.ErrInvalidGenesis, "%X is said to have created %d songs, more than there are", creator, n)
		}
		uncounted -= n
		for i := range n {
			id := types.NewSongID(creator, i)
			has, err := k.songs.Has(ctx, id)
			if err == nil && !has {
				err = errorsmod.Wrapf(types.ErrInvalidGenesis, "song %s, number %d of %X, is missing", id, i, creator)
			}
			if err != nil {
				return true, err
			}
		}
		return false, nil
	})
	if err == nil && uncounted != 0 {
		err = errorsmod.Wrapf(types.ErrInvalidGenesis, "%d songs are in nobody's count", uncounted)
	}
	return err
}

// checkIndexes: the indexes hold what a scan of the songs gives, and no more.
func (k Keeper) checkIndexes(ctx context.Context) error {
	var songs, tags, forks, people int
	err := k.songs.Walk(ctx, nil, func(id types.SongID, song types.Song) (bool, error) {
		songs++
		tags += len(song.Metadata.Tags)
		if song.Parent != "" {
			forks++
		}
		if err := k.checkIndexed(ctx, id, song); err != nil {
			return true, fmt.Errorf("song %s: %w", id, err)
		}
		return false, nil
	})
	return errors.Join(err,
		count(ctx, "names", k.names.IterateRaw, songs),
		count(ctx, "newest", k.newest.IterateRaw, songs),
		count(ctx, "tags", k.tags.IterateRaw, tags),
		count(ctx, "forks", k.forks.IterateRaw, forks),
		count(ctx, "names of all", k.allNames.IterateRaw, songs),
		k.collaborators.Walk(ctx, nil, func(key collections.Pair[types.SongID, []byte], _ uint32) (bool, error) {
			people++
			return false, present(ctx, "roles", k.roles, collections.Join(key.K2(), key.K1()))
		}),
		count(ctx, "roles", k.roles.IterateRaw, people),
	)
}

// checkTagCounts: between blocks, each tag's count is what the index of tags holds.
func (k Keeper) checkTagCounts(ctx context.Context) error {
	left := make(map[string]uint64)
	err := k.tags.Walk(ctx, nil, func(key collections.Pair[string, types.SongID]) (bool, error) {
		left[key.K1()]++
		return false, nil
	})
	return errors.Join(err,
		k.tagTotals.Walk(ctx, nil, func(tag string, n uint64) (bool, error) {
			if n == 0 || left[tag] != n {
				return true, fmt.Errorf("tag %s is counted %d times, not %d", tag, n, left[tag])
			}
			delete(left, tag)
			return false, nil
		}),
		func() error {
			if len(left) != 0 {
				return fmt.Errorf("%d tags are not counted", len(left))
			}
			return nil
		}(),
	)
}

// checkTaken: what a song took over is well-formed, from songs that exist, and met by
// what the song says of itself, where no permission can meet it; every commit that was
// let in exists and is another song's.
func (k Keeper) checkTaken(ctx context.Context) error {
	err := k.songs.Walk(ctx, nil, func(id types.SongID, song types.Song) (bool, error) {
		if err := song.CheckObligations(types.HighestParams().MaxObligations); err != nil {
			return true, fmt.Errorf("song %s: %w", id, err)
		}
		for _, o := range song.Obligations {
			if _, _, err := k.song(ctx, o.Song); err != nil {
				return true, fmt.Errorf("obligation of %s: %w", id, err)
			}
		}
		return false, nil
	})
	return errors.Join(err,
		k.admitted.Walk(ctx, nil, func(key collections.Pair[types.SongID, types.Digest]) (bool, error) {
			record, err := k.commit(ctx, key.K2())
			if err == nil && types.SongID(record.Song) == key.K1() {
				err = fmt.Errorf("commit %s is admitted to the song that it is of", key.K2())
			}
			return err != nil, err
		}),
		k.forkGrants.Walk(ctx, nil, func(key collections.Pair[types.SongID, []byte]) (bool, error) {
			_, err := k.Song(ctx, key.K1())
			return err != nil, err
		}),
	)
}

func (k Keeper) checkIndexed(ctx context.Context, id types.SongID, song types.Song) error {
	owner, err := k.wallet(song.Owner)
	if err != nil {
		return err
	}
	named, err := k.names.Get(ctx, collections.Join(owner.Raw, song.Name))
	if err == nil && named != id {
		err = fmt.Errorf("name %s leads to %s", song.Name, named)
	}
	errs := []error{
		err,
		present(ctx, "newest", k.newest, newestKey(id, song)),
		present(ctx, "names of all", k.allNames, collections.Join(song.Name, id)),
	}
	for _, tag := range song.Metadata.Tags {
		errs = append(errs, present(ctx, "tag "+tag, k.tags, collections.Join(tag, id)))
	}
	if song.Parent != "" {
		parent, err := types.ParseSongID(song.Parent)
		errs = append(errs, err, present(ctx, "forks of "+song.Parent, k.forks, collections.Join(parent, id)))
	}
	return errors.Join(errs...)
}

func present[K any](ctx context.Context, what string, index collections.KeySet[K], key K) error {
	has, err := index.Has(ctx, key)
	if err == nil && !has {
		err = fmt.Errorf("not in the index: %s", what)
	}
	return err
}

// count checks the number of keys in an index.
func count[K, V any](ctx context.Context, what string, iterate func(context.Context, []byte, []byte, collections.Order) (collections.Iterator[K, V], error), want int) error {
	it, err := iterate(ctx, nil, nil, collections.OrderAscending)
	if err != nil {
		return err
	}
	keys, err := it.Keys()
	if err == nil && len(keys) != want {
		err = fmt.Errorf("%d %s where there should be %d", len(keys), what, want)
	}
	return err
}
