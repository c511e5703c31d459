package keeper

import (
	"bytes"
	"context"
	"slices"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/x/credit/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// credit is a credit that a message speaks of, with its commit.
type credit struct {
	digest      songtypes.Digest
	contributor songtypes.Wallet
	record      types.CreditRecord
	commit      object.Commit
	// song and height are those of the commit's first appearance.
	song   songtypes.SongID
	height int64
}

// credit reads a credit by the CID of its commit and its contributor.
func (k Keeper) credit(ctx context.Context, commit, contributor string) (credit, error) {
	digest, err := songtypes.ParseDigest(commit)
	if err != nil {
		return credit{}, err
	}
	wallet, err := k.wallet(contributor)
	if err != nil {
		return credit{}, err
	}
	record, err := get(ctx, k.credits, collections.Join(digest, wallet.Raw), types.ErrCreditNotFound, wallet.Text+" in commit "+commit)
	if err != nil {
		return credit{}, err
	}
	return k.withCommit(ctx, credit{digest: digest, contributor: wallet, record: record})
}

// withCommit reads the commit of a credit.
func (k Keeper) withCommit(ctx context.Context, c credit) (credit, error) {
	record, commit, err := k.songKeeper.Commit(ctx, c.digest)
	if err != nil {
		return c, err
	}
	c.commit, c.song, c.height = commit, songtypes.SongID(record.Song), record.Height
	return c, nil
}

// step is a copy of the record that has taken one more step. What belongs to the last
// step is left behind.
func (c credit) step(status types.Status) types.CreditRecord {
	next := c.record
	next.Status, next.Sequence = status, next.Sequence+1
	next.Signature, next.Statement, next.Answer = nil, "", ""
	return next
}

// counts says whether a credit is part of its contributor's honor.
func counts(r types.CreditRecord) bool {
	return r.Status == types.Status_STATUS_CONFIRMED && len(r.Other) != 0
}

// change replaces a credit's record, with what follows from it.
func (k Keeper) change(ctx context.Context, c credit, next types.CreditRecord) error {
	if err := k.credits.Set(ctx, collections.Join(c.digest, c.contributor.Raw), next); err != nil {
		return err
	}
	if err := k.reindex(ctx, c, next.Status); err != nil {
		return err
	}
	if counts(c.record) && counts(next) && bytes.Equal(c.record.Other, next.Other) {
		return nil
	}
	if counts(c.record) {
		if err := k.countCredit(ctx, c.contributor.Raw, c.record.Other, -1); err != nil {
			return err
		}
	}
	if counts(next) {
		return k.countCredit(ctx, c.contributor.Raw, next.Other, 1)
	}
	return nil
}

// reindex moves a credit in the lists that its status has a part in.
func (k Keeper) reindex(ctx context.Context, c credit, to types.Status) error {
	from := c.record.Status
	if from == to {
		return nil
	}
	if from != types.Status_STATUS_UNSPECIFIED {
		if err := k.byWallet.Remove(ctx, c.walletKey(from)); err != nil {
			return err
		}
	}
	if err := k.byWallet.Set(ctx, c.walletKey(to)); err != nil {
		return err
	}
	var delta int64
	switch types.Status_STATUS_CONFIRMED {
	case to:
		delta = 1
	case from:
		delta = -1
	default:
		return nil
	}
	_, _, err := addCount(ctx, k.confirmed, collections.Join(c.song, c.contributor.Raw), delta)
	return err
}

func (c credit) walletKey(status types.Status) walletKey {
	return collections.Join4(c.contributor.Raw, uint32(status), ^uint64(c.height), c.digest)
}

func (c credit) songKey() songKey {
	return collections.Join4(c.song, ^uint64(c.height), c.digest, c.contributor.Raw)
}

// contributions are what the commit says of the contributor.
func (c credit) contributions() []object.Contribution {
	return c.commit.ContributionsOf(c.contributor.Raw, c.record.Guests...)
}

// text is what the contributor signs for the next step.
func (c credit) text(chainID string, action object.CreditAction, statement string) []byte {
	return object.CreditStep{
		ChainID: chainID, Commit: c.digest.CID(), Contributor: c.contributor.Text, Action: action,
		Statement: statement, Contributions: c.contributions(), Sequence: c.record.Sequence,
	}.Text()
}

// claim makes the credits of a new commit, one for each wallet that it names. The
// author's own is confirmed at once: the author has signed the commit.
func (k Keeper) claim(ctx context.Context, added songtypes.CommitAdded) error {
	var done [][]byte
	for _, con := range added.Commit.Contributions {
		for _, role := range con.Roles {
			if err := types.CheckRole(role); err != nil {
				return err
			}
		}
		if con.Guest != nil || slices.ContainsFunc(done, func(a []byte) bool { return bytes.Equal(a, con.Contributor) }) {
			continue
		}
		done = append(done, con.Contributor)
		if err := k.claimFor(ctx, added, con.Contributor); err != nil {
			return err
		}
	}
	return nil
}

func (k Keeper) claimFor(ctx context.Context, added songtypes.CommitAdded, contributor []byte) error {
	height := sdk.UnwrapSDKContext(ctx).BlockHeight()
	own := bytes.Equal(contributor, added.Commit.Author)
	next := types.CreditRecord{Status: types.Status_STATUS_CLAIMED, ClaimedHeight: height}
	switch {
	case !own:
		next.Other = added.Commit.Author
	case added.Maintained && !bytes.Equal(added.Pusher, contributor):
		next.Other = added.Pusher
	}
	if own {
		next.Status, next.Sequence, next.ConfirmedHeight = types.Status_STATUS_CONFIRMED, 1, height
	}
	c := credit{digest: added.Digest, commit: added.Commit, song: added.Song, height: height}
	var err error
	if c.contributor, err = k.rawWallet(contributor); err != nil {
		return err
	}
	if err := k.insert(ctx, c, next); err != nil {
		return err
	}
	return k.emitClaimed(ctx, c, added.Pusher, own)
}

// insert adds a credit that was not there.
func (k Keeper) insert(ctx context.Context, c credit, record types.CreditRecord) error {
	if err := k.bySong.Set(ctx, c.songKey()); err != nil {
		return err
	}
	return k.change(ctx, c, record)
}

func (k Keeper) emitClaimed(ctx context.Context, c credit, pusher []byte, confirmed bool) error {
	author, err := k.addresses.BytesToString(c.commit.Author)
	if err != nil {
		return err
	}
	signer, err := k.addresses.BytesToString(pusher)
	if err != nil {
		return err
	}
	return emit(ctx, &types.EventCreditClaimed{
		SongId: c.song.String(), Commit: c.digest.String(), Contributor: c.contributor.Text,
		Author: author, Signer: signer, Confirmed: confirmed,
	})
}

func (k Keeper) rawWallet(raw []byte) (songtypes.Wallet, error) {
	text, err := k.addresses.BytesToString(raw)
	return songtypes.Wallet{Raw: raw, Text: text}, err
}
