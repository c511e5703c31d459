package keeper

import (
	"bytes"
	"context"
	"errors"

	"cosmossdk.io/collections"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/x/credit/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// addHonor changes one of a wallet's counters. Many transactions of a block may: a
// thousand forks of one song are the owner's.
func (k Keeper) addHonor(ctx context.Context, wallet []byte, kind uint32, delta int64) error {
	return k.honor.Add(ctx, collections.Join(wallet, kind), delta)
}

// countCredit adds a credit to a wallet's honor, or takes it away, with the other
// wallet that stands behind it.
func (k Keeper) countCredit(ctx context.Context, wallet, other []byte, delta int64) error {
	if err := k.addHonor(ctx, wallet, types.HonorCredits, delta); err != nil {
		return err
	}
	before, after, err := addCount(ctx, k.people, collections.Join(wallet, other), delta)
	switch {
	case err != nil:
		return err
	case before == 0:
		return k.addHonor(ctx, wallet, types.HonorPeople, 1)
	case after == 0:
		return k.addHonor(ctx, wallet, types.HonorPeople, -1)
	}
	return nil
}

// countSong counts a song for who began it, and a fork for who owned its parent then.
func (k Keeper) countSong(ctx context.Context, song songtypes.Song) error {
	id, err := songtypes.ParseSongID(song.Id)
	if err != nil {
		return err
	}
	creator, err := k.wallet(song.Owner)
	if err != nil {
		return err
	}
	counted := types.HonorSong{Song: id[:]}
	if song.Parent == "" {
		counted.Creator = creator.Raw
	} else if counted.Forked, err = k.forkedFrom(ctx, song, creator.Raw); err != nil {
		return err
	}
	if err := k.countHonorSong(ctx, counted); err != nil {
		return err
	}
	return k.songs.Set(ctx, id, counted)
}

// forkedFrom is the owner of a fork's parent; nil where that is who forked it.
func (k Keeper) forkedFrom(ctx context.Context, fork songtypes.Song, creator []byte) ([]byte, error) {
	parent, err := songtypes.ParseSongID(fork.Parent)
	if err != nil {
		return nil, err
	}
	song, err := k.songKeeper.Song(ctx, parent)
	if err != nil {
		return nil, err
	}
	owner, err := k.wallet(song.Owner)
	if err != nil || bytes.Equal(owner.Raw, creator) {
		return nil, err
	}
	return owner.Raw, nil
}

func (k Keeper) countHonorSong(ctx context.Context, song types.HonorSong) error {
	if len(song.Creator) != 0 {
		return k.addHonor(ctx, song.Creator, types.HonorSongs, 1)
	}
	if len(song.Forked) != 0 {
		return k.addHonor(ctx, song.Forked, types.HonorForks, 1)
	}
	return nil
}

// AddRespects changes the respects that a wallet has received. The module of respects
// calls it, for whoever owned the song when it was respected.
func (k Keeper) AddRespects(ctx context.Context, owner []byte, delta int64) error {
	return k.addHonor(ctx, owner, types.HonorRespects, delta)
}

// countAudition counts a merged audition. Whoever merged it stands behind the credits
// that came with it, but for their own: those of the commits that lead to head and not
// to base, the target branch's heads after and before. The merge itself has checked who
// may do it.
func (k Keeper) countAudition(ctx context.Context, opener, merger []byte, base, head songtypes.Digest) error {
	if !bytes.Equal(opener, merger) {
		if err := k.addHonor(ctx, opener, types.HonorAuditions, 1); err != nil {
			return err
		}
	}
	params, err := k.params.Get(ctx)
	if err != nil {
		return err
	}
	queue, seen := []songtypes.Digest{head}, map[songtypes.Digest]bool{head: true}
	for n := uint32(0); len(queue) > 0 && n < params.MaxAuditionCommits; n++ {
		digest := queue[0]
		queue = queue[1:]
		known, err := k.leads(ctx, base, digest)
		if err != nil {
			return err
		}
		if known {
			continue
		}
		if err := k.standBehind(ctx, digest, merger); err != nil {
			return err
		}
		_, commit, err := k.songKeeper.Commit(ctx, digest)
		if err != nil {
			return err
		}
		for _, link := range commit.Parents {
			if parent := songtypes.Digest(object.Digest(link)); !seen[parent] {
				seen[parent], queue = true, append(queue, parent)
			}
		}
	}
	return nil
}

// leads says whether a commit is on the first-parent line of base.
func (k Keeper) leads(ctx context.Context, base, commit songtypes.Digest) (bool, error) {
	err := k.songKeeper.Leads(ctx, base, commit, nil)
	if errors.Is(err, songtypes.ErrNotDescendant) {
		return false, nil
	}
	return err == nil, err
}

// standBehind puts a wallet behind the credits of a commit that have nobody yet.
func (k Keeper) standBehind(ctx context.Context, digest songtypes.Digest, other []byte) error {
	var found []credit
	rng := collections.NewPrefixedPairRange[songtypes.Digest, []byte](digest)
	err := k.credits.Walk(ctx, rng, func(key creditKey, record types.CreditRecord) (bool, error) {
		if len(record.Other) != 0 || bytes.Equal(key.K2(), other) {
			return false, nil
		}
		wallet, err := k.rawWallet(key.K2())
		found = append(found, credit{digest: digest, contributor: wallet, record: record})
		return err != nil, err
	})
	if err != nil {
		return err
	}
	for _, c := range found {
		next := c.record
		next.Other = other
		if err := k.change(ctx, c, next); err != nil {
			return err
		}
	}
	return nil
}
