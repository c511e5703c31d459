package keeper

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"cosmossdk.io/collections"

	"github.com/parrots-music/parrots/x/credit/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// CheckInvariants reads the whole state and returns what is wrong with it: nil, on
// every chain after every block. It is for tests, simulations, and a state that is
// loaded.
func (k Keeper) CheckInvariants(ctx context.Context) error {
	want := expected{
		confirmed: make(map[string]uint64), honor: make(map[string]uint64), people: make(map[string]uint64),
	}
	return errors.Join(
		k.checkCredits(ctx, &want),
		k.checkGuests(ctx, &want),
		k.checkSongs(ctx, &want),
		k.checkFirstClaims(ctx),
		k.checkCounts(ctx, want),
	)
}

// expected is what a full scan finds.
type expected struct {
	credits, guests          int
	confirmed, honor, people map[string]uint64
}

// checkCredits: every credit's commit exists and names its contributor, or a guest that
// they claimed, and the lists hold it.
func (k Keeper) checkCredits(ctx context.Context, want *expected) error {
	return k.credits.Walk(ctx, nil, func(key creditKey, record types.CreditRecord) (bool, error) {
		want.credits++
		err := k.checkCredit(ctx, key, record, want)
		if err != nil {
			err = fmt.Errorf("credit of %X in commit %s: %w", key.K2(), key.K1(), err)
		}
		return err != nil, err
	})
}

func (k Keeper) checkCredit(ctx context.Context, key creditKey, record types.CreditRecord, want *expected) error {
	wallet, err := k.rawWallet(key.K2())
	if err != nil {
		return err
	}
	c, err := k.withCommit(ctx, credit{digest: key.K1(), contributor: wallet, record: record})
	if err != nil {
		return err
	}
	if len(c.contributions()) == 0 {
		return errors.New("the commit does not name the contributor")
	}
	for _, guest := range record.Guests {
		claim, err := k.guests.Get(ctx, collections.Join(key.K1(), guest))
		if err != nil || !bytes.Equal(claim.Wallet, wallet.Raw) {
			return fmt.Errorf("guest %X is not claimed by the contributor: %w", guest, err)
		}
		want.guests++
	}
	if record.Status == types.Status_STATUS_CONFIRMED {
		want.confirmed[string(c.song[:])+string(wallet.Raw)]++
	}
	if counts(record) {
		want.honor[honorName(wallet.Raw, types.HonorCredits)]++
		pair := string(wallet.Raw) + "\x00" + string(record.Other)
		if want.people[pair]++; want.people[pair] == 1 {
			want.honor[honorName(wallet.Raw, types.HonorPeople)]++
		}
	}
	return errors.Join(
		present(ctx, "wallet's credits", k.byWallet, c.walletKey(record.Status)),
		present(ctx, "song's credits", k.bySong, c.songKey()),
	)
}

func honorName(wallet []byte, kind uint32) string { return fmt.Sprintf("%X/%d", wallet, kind) }

// checkGuests: a claim is of a guest of its commit. The credits that hold them were
// counted.
func (k Keeper) checkGuests(ctx context.Context, want *expected) error {
	n := 0
	err := k.guests.Walk(ctx, nil, func(key creditKey, _ types.GuestRecord) (bool, error) {
		n++
		_, commit, err := k.songKeeper.Commit(ctx, key.K1())
		if err == nil && findGuest(commit, key.K2()) == nil {
			err = fmt.Errorf("commit %s names no guest %X", key.K1(), key.K2())
		}
		return err != nil, err
	})
	if err == nil && n != want.guests {
		err = fmt.Errorf("%d claims of guests, %d in credits", n, want.guests)
	}
	return err
}

// checkSongs: what raised somebody's honor is a song, and a fork where it says so.
func (k Keeper) checkSongs(ctx context.Context, want *expected) error {
	return k.songs.Walk(ctx, nil, func(id songtypes.SongID, counted types.HonorSong) (bool, error) {
		song, err := k.songKeeper.Song(ctx, id)
		if err != nil {
			return true, err
		}
		if !bytes.Equal(id[:], counted.Song) || (song.Parent == "") != (len(counted.Creator) != 0) || song.Parent == "" && len(counted.Forked) != 0 {
			return true, fmt.Errorf("song %s is counted for what it is not", id)
		}
		if len(counted.Creator) != 0 {
			want.honor[honorName(counted.Creator, types.HonorSongs)]++
		}
		if len(counted.Forked) != 0 {
			want.honor[honorName(counted.Forked, types.HonorForks)]++
		}
		return false, nil
	})
}

// checkFirstClaims: each was in a commit that exists, at its height.
func (k Keeper) checkFirstClaims(ctx context.Context) error {
	check := func(record types.FirstClaimRecord) (bool, error) {
		commit, _, err := k.songKeeper.Commit(ctx, songtypes.Digest(record.Commit))
		if err == nil && commit.Height != record.Height {
			err = fmt.Errorf("a first claim at height %d is in a commit of height %d", record.Height, commit.Height)
		}
		return err != nil, err
	}
	return errors.Join(
		k.stems.Walk(ctx, nil, func(_ songtypes.Digest, record types.FirstClaimRecord) (bool, error) { return check(record) }),
		k.samples.Walk(ctx, nil, func(_ []byte, record types.FirstClaimRecord) (bool, error) { return check(record) }),
	)
}

// checkCounts: counters and lists hold what the scan found, and no more.
func (k Keeper) checkCounts(ctx context.Context, want expected) error {
	return errors.Join(
		sameCounts(ctx, "confirmed credits", k.confirmed, want.confirmed, func(key personKey) (string, bool) {
			id := key.K1()
			return string(id[:]) + string(key.K2()), true
		}),
		sameCounts(ctx, "people", k.people, want.people, func(key peopleKey) (string, bool) {
			return string(key.K1()) + "\x00" + string(key.K2()), true
		}),
		sameCounts(ctx, "honor", k.honors, want.honor, func(key honorKey) (string, bool) {
			return honorName(key.K1(), key.K2()), key.K2() < types.HonorAuditions // the rest is other modules'
		}),
		size(ctx, "wallets' credits", k.byWallet, want.credits),
		size(ctx, "songs' credits", k.bySong, want.credits),
	)
}

func sameCounts[K any](ctx context.Context, what string, counts collections.Map[K, uint64], want map[string]uint64, name func(K) (string, bool)) error {
	found := 0
	err := counts.Walk(ctx, nil, func(key K, n uint64) (bool, error) {
		text, ours := name(key)
		if !ours {
			return false, nil
		}
		found++
		if want[text] != n {
			return true, fmt.Errorf("%s of %q are counted as %d, a scan finds %d", what, text, n, want[text])
		}
		return false, nil
	})
	if err == nil && found != len(want) {
		err = fmt.Errorf("%d counters of %s, a scan finds %d", found, what, len(want))
	}
	return err
}

func present[K any](ctx context.Context, what string, index collections.KeySet[K], key K) error {
	has, err := index.Has(ctx, key)
	if err == nil && !has {
		err = fmt.Errorf("not in the %s", what)
	}
	return err
}

func size[K any](ctx context.Context, what string, index collections.KeySet[K], want int) error {
	n := 0
	err := index.Walk(ctx, nil, func(K) (bool, error) { n++; return false, nil })
	if err == nil && n != want {
		err = fmt.Errorf("%d %s where there should be %d", n, what, want)
	}
	return err
}
