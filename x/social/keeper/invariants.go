package keeper

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"

	"cosmossdk.io/collections"

	"github.com/parrots-music/parrots/x/social/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// CheckInvariants reads the whole state and returns what is wrong with it: nil, at
// the end of every block of every chain. It is for tests and simulations.
func (k Keeper) CheckInvariants(ctx context.Context) error {
	s := scan{wallets: make(map[string]types.WalletCounts)}
	return errors.Join(
		k.checkUsernames(ctx),
		k.checkRespects(ctx, s),
		k.checkComments(ctx, s),
		k.checkFollows(ctx, s),
		k.checkFeed(ctx),
		k.checkWallets(ctx, s),
	)
}

// scan is what each wallet made, by the records of all things.
type scan struct{ wallets map[string]types.WalletCounts }

func (s scan) add(wallet []byte, change func(*types.WalletCounts)) {
	counts := s.wallets[string(wallet)]
	change(&counts)
	s.wallets[string(wallet)] = counts
}

// checkUsernames: every username is its profile's, found by its spelling and by how
// it looks; the others are reserved.
func (k Keeper) checkUsernames(ctx context.Context) error {
	var named, reserved int
	err := k.profiles.Walk(ctx, nil, func(wallet []byte, p types.Profile) (bool, error) {
		if p.Username == "" {
			return false, nil
		}
		named++
		owner, err := k.usernames.Get(ctx, p.Username)
		if err == nil && !bytes.Equal(owner, wallet) {
			err = fmt.Errorf("leads to %X", owner)
		}
		record, err2 := k.folded.Get(ctx, types.FoldUsername(p.Username))
		if err2 == nil && (record.Username != p.Username || !bytes.Equal(record.Owner, wallet) || record.ReservedUntil != 0) {
			err2 = fmt.Errorf("looks like %s", record.Username)
		}
		if err := errors.Join(err, err2); err != nil {
			return true, fmt.Errorf("username %s: %w", p.Username, err)
		}
		return false, nil
	})
	if err != nil {
		return err
	}
	err = k.folded.Walk(ctx, nil, func(_ string, r types.UsernameRecord) (bool, error) {
		if r.ReservedUntil != 0 {
			reserved++
		}
		return false, nil
	})
	return errors.Join(err,
		size(ctx, "usernames", k.usernames.IterateRaw, named),
		size(ctx, "folded usernames", k.folded.IterateRaw, named+reserved))
}

// checkRespects: each is of a song that exists, found from the song and the wallet,
// and counted.
func (k Keeper) checkRespects(ctx context.Context, s scan) error {
	n := 0
	bySong := make(map[songtypes.SongID]uint64)
	err := k.respects.Walk(ctx, nil, func(key collections.Pair[songtypes.SongID, []byte], r types.RespectRecord) (bool, error) {
		n++
		id, wallet, height := key.K1(), key.K2(), ^uint64(r.Height)
		bySong[id]++
		s.add(wallet, func(c *types.WalletCounts) { c.Respects++ })
		err := errors.Join(
			k.songExists(ctx, id),
			present(ctx, k.respectsOfSong, collections.Join3(id, height, wallet)),
			present(ctx, k.respectsOfWallet, collections.Join3(wallet, height, id)))
		if err != nil {
			err = fmt.Errorf("respect of %X for %s: %w", wallet, id, err)
		}
		return err != nil, err
	})
	return errors.Join(err,
		size(ctx, "respects by song", k.respectsOfSong.IterateRaw, n),
		size(ctx, "respects by wallet", k.respectsOfWallet.IterateRaw, n),
		totalled(ctx, "respects", k.totals.respects, bySong))
}

// checkComments: each is on a song that exists, under an id made from its author and
// number, in its threads and in an inbox, and counted.
func (k Keeper) checkComments(ctx context.Context, s scan) error {
	var threads, replies, inbox int
	bySong, byParent := make(map[songtypes.SongID]uint64), make(map[types.CommentID]uint64)
	err := k.comments.Walk(ctx, nil, func(id types.CommentID, r types.CommentRecord) (bool, error) {
		s.add(r.Author, func(c *types.WalletCounts) { c.Comments++ })
		if len(r.Parent) == 0 {
			threads += len(r.Topics())
		} else {
			replies++
		}
		if !r.Deleted {
			bySong[r.SongID()]++
			if len(r.Parent) != 0 {
				byParent[types.CommentID(r.Parent)]++
			}
			if len(r.Recipient) != 0 {
				inbox++
			}
		}
		err := k.checkComment(ctx, id, r)
		if err != nil {
			err = fmt.Errorf("%s: %w", id, err)
		}
		return err != nil, err
	})
	return errors.Join(err,
		size(ctx, "comments in threads", k.threads.IterateRaw, threads),
		size(ctx, "replies", k.replies.IterateRaw, replies),
		size(ctx, "comments in inboxes", k.inbox.IterateRaw, inbox),
		totalled(ctx, "comments", k.totals.comments, bySong),
		totalled(ctx, "replies", k.totals.replies, byParent))
}

func (k Keeper) checkComment(ctx context.Context, id types.CommentID, r types.CommentRecord) error {
	if r.ID() != id {
		return fmt.Errorf("is under another id")
	}
	errs := []error{r.Validate(), k.songExists(ctx, r.SongID())}
	if len(r.Parent) != 0 {
		parent, err := k.comments.Get(ctx, types.CommentID(r.Parent))
		if err == nil && (len(parent.Parent) != 0 || !bytes.Equal(parent.Song, r.Song)) {
			err = fmt.Errorf("replies to a reply or across songs")
		}
		errs = append(errs, err, present(ctx, k.replies, collections.Join(types.CommentID(r.Parent), r.Moment())))
	} else {
		for _, topic := range r.Topics() {
			errs = append(errs, present(ctx, k.threads, collections.Join(topic, r.Moment())))
		}
	}
	if len(r.Commit) != 0 {
		_, _, err := k.songs.Commit(ctx, songtypes.Digest(r.Commit))
		errs = append(errs, err)
	}
	if len(r.Recipient) != 0 && !r.Deleted {
		errs = append(errs, present(ctx, k.inbox, collections.Join(r.Recipient, r.Moment())))
	}
	return errors.Join(errs...)
}

// checkFollows: each is found from both ends, and counted.
func (k Keeper) checkFollows(ctx context.Context, s scan) error {
	n := 0
	byFollowee := make(map[string]uint64)
	err := k.follows.Walk(ctx, nil, func(key walletPair, height uint64) (bool, error) {
		n++
		byFollowee[string(key.K2())]++
		s.add(key.K1(), func(c *types.WalletCounts) { c.Following++ })
		err := present(ctx, k.followers, collections.Join3(key.K2(), ^height, key.K1()))
		return err != nil, err
	})
	if err != nil {
		return err
	}
	counted := make(map[string]uint64)
	err = k.totals.followers.Walk(ctx, nil, func(wallet []byte, n uint64) (bool, error) {
		counted[string(wallet)] = n
		return false, nil
	})
	if err == nil && !maps.Equal(counted, byFollowee) {
		err = fmt.Errorf("followers are not as counted")
	}
	return errors.Join(err, size(ctx, "followers", k.followers.IterateRaw, n))
}

// checkFeed: each entry is where its moment says, in the feeds of its actor and its
// song, and what it is of exists.
func (k Keeper) checkFeed(ctx context.Context) error {
	n := 0
	err := k.feed.Walk(ctx, nil, func(m types.Moment, r types.FeedRecord) (bool, error) {
		n++
		errs := []error{
			r.Validate(), k.songExists(ctx, r.SongID()),
			present(ctx, k.feedOfWallet, collections.Join(r.Actor, m)),
			present(ctx, k.feedOfSong, collections.Join(r.SongID(), m)),
		}
		if r.Moment() != m {
			errs = append(errs, fmt.Errorf("is at another moment"))
		}
		switch r.Kind {
		case types.FeedKind_FEED_KIND_COMMITS:
			_, _, err := k.songs.Commit(ctx, songtypes.Digest(r.Commit))
			errs = append(errs, err)
		case types.FeedKind_FEED_KIND_RELEASE:
			_, err := k.songs.Release(ctx, r.SongID(), r.Release)
			errs = append(errs, err)
		case types.FeedKind_FEED_KIND_COMMENT:
			comment, err := k.comments.Get(ctx, types.CommentID(r.Comment))
			if err == nil && (comment.Deleted || len(comment.Parent) != 0) {
				err = fmt.Errorf("is of a comment that is deleted or a reply")
			}
			errs = append(errs, err)
		}
		err := errors.Join(errs...)
		if err != nil {
			err = fmt.Errorf("feed entry %X: %w", m, err)
		}
		return err != nil, err
	})
	return errors.Join(err,
		size(ctx, "feed entries by wallet", k.feedOfWallet.IterateRaw, n),
		size(ctx, "feed entries by song", k.feedOfSong.IterateRaw, n))
}

// checkWallets: each wallet's counts are what a scan finds.
func (k Keeper) checkWallets(ctx context.Context, s scan) error {
	err := k.wallets.Walk(ctx, nil, func(wallet []byte, counts types.WalletCounts) (bool, error) {
		if found := s.wallets[string(wallet)]; found != counts {
			return true, fmt.Errorf("%X is said to have made %v, a scan finds %v", wallet, counts, found)
		}
		delete(s.wallets, string(wallet))
		return false, nil
	})
	if err == nil && len(s.wallets) != 0 {
		err = fmt.Errorf("%d wallets have no counts", len(s.wallets))
	}
	return err
}

// totalled compares counters with what a scan found.
func totalled[K comparable](ctx context.Context, what string, totals collections.Map[K, uint64], found map[K]uint64) error {
	counted := make(map[K]uint64, len(found))
	err := totals.Walk(ctx, nil, func(key K, n uint64) (bool, error) {
		counted[key] = n
		return false, nil
	})
	if err == nil && !maps.Equal(counted, found) {
		err = fmt.Errorf("%s are not as counted", what)
	}
	return err
}

func present[K any](ctx context.Context, index collections.KeySet[K], key K) error {
	has, err := index.Has(ctx, key)
	if err == nil && !has {
		err = fmt.Errorf("not in the index: %s", index.KeyCodec().Stringify(key))
	}
	return err
}

// size checks the number of keys in an index.
func size[K, V any](ctx context.Context, what string, iterate func(context.Context, []byte, []byte, collections.Order) (collections.Iterator[K, V], error), want int) error {
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
