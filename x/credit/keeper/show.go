package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/x/credit/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// What queries show: records, with what the commit says.

func (k Keeper) songID(ctx context.Context, text string) (songtypes.SongID, error) {
	id, err := songtypes.ParseSongID(text)
	if err != nil {
		return id, err
	}
	_, err = k.songKeeper.Song(ctx, id)
	return id, err
}

// showAt shows the credit under a key.
func (k Keeper) showAt(ctx context.Context, digest songtypes.Digest, contributor []byte) (types.Credit, error) {
	record, err := k.credits.Get(ctx, collections.Join(digest, contributor))
	if err != nil {
		return types.Credit{}, err
	}
	wallet, err := k.rawWallet(contributor)
	if err != nil {
		return types.Credit{}, err
	}
	c, err := k.withCommit(ctx, credit{digest: digest, contributor: wallet, record: record})
	if err != nil {
		return types.Credit{}, err
	}
	return k.show(c)
}

func (k Keeper) show(c credit) (types.Credit, error) {
	shown := types.Credit{
		Commit: c.digest.String(), SongId: c.song.String(), Contributor: c.contributor.Text,
		Status: c.record.Status, Sequence: c.record.Sequence, ClaimedHeight: c.record.ClaimedHeight,
		ConfirmedHeight: c.record.ConfirmedHeight, DisputedHeight: c.record.DisputedHeight,
		Signature: c.record.Signature, Statement: c.record.Statement, Answer: c.record.Answer,
		Message: c.commit.Message, Height: c.height,
	}
	var err error
	if shown.Author, err = k.addresses.BytesToString(c.commit.Author); err != nil {
		return shown, err
	}
	if len(c.record.Other) != 0 {
		if shown.Other, err = k.addresses.BytesToString(c.record.Other); err != nil {
			return shown, err
		}
	}
	shown.Contributions, err = k.showContributions(c.contributions())
	return shown, err
}

func (k Keeper) showContributions(list []object.Contribution) ([]songtypes.Contribution, error) {
	var shown []songtypes.Contribution
	for _, con := range list {
		s := songtypes.Contribution{Roles: con.Roles, Instrument: con.Instrument, Paths: con.Paths}
		if con.Guest != nil {
			s.Guest = &songtypes.Guest{Key: con.Guest.Key, Name: con.Guest.Name}
		} else {
			var err error
			if s.Contributor, err = k.addresses.BytesToString(con.Contributor); err != nil {
				return nil, err
			}
		}
		shown = append(shown, s)
	}
	return shown, nil
}

// showGuests shows a commit's guests, claimed or not.
func (k Keeper) showGuests(ctx context.Context, c credit) ([]types.GuestCredit, error) {
	var list []types.GuestCredit
	seen := make(map[string]bool)
	for _, con := range c.commit.Contributions {
		if con.Guest == nil || seen[string(con.Guest.Key)] {
			continue
		}
		seen[string(con.Guest.Key)] = true
		shown := types.GuestCredit{Guest: songtypes.Guest{Key: con.Guest.Key, Name: con.Guest.Name}}
		var err error
		if shown.Contributions, err = k.showContributions(c.commit.ContributionsOf(nil, con.Guest.Key)); err != nil {
			return nil, err
		}
		claim, err := k.guests.Get(ctx, collections.Join(c.digest, con.Guest.Key))
		if err == nil {
			shown.Height = claim.Height
			shown.ClaimedBy, err = k.addresses.BytesToString(claim.Wallet)
		}
		if err != nil && !errors.Is(err, collections.ErrNotFound) {
			return nil, err
		}
		list = append(list, shown)
	}
	return list, nil
}

func (k Keeper) honorOf(ctx context.Context, wallet []byte) (types.Honor, error) {
	var h types.Honor
	for kind, field := range []*uint64{
		types.HonorCredits: &h.Credits, types.HonorPeople: &h.People, types.HonorSongs: &h.Songs,
		types.HonorForks: &h.Forks, types.HonorAuditions: &h.Auditions, types.HonorRespects: &h.Respects,
	} {
		n, err := k.honor.Total(ctx, collections.Join(wallet, uint32(kind)))
		if err != nil {
			return h, err
		}
		*field = n
	}
	return h, nil
}

// maxMultihashBytes is the longest that an entry of a tree may have.
const maxMultihashBytes = 72

func (k Keeper) firstClaim(ctx context.Context, req *types.QueryFirstClaimRequest) (types.FirstClaimRecord, error) {
	if req.Cid == "" {
		if len(req.Pcm) == 0 || len(req.Pcm) > maxMultihashBytes {
			return types.FirstClaimRecord{}, errorsmod.Wrap(types.ErrInvalidHash, "give the CID of a stem, or the multihash of its samples")
		}
		return get(ctx, k.samples, req.Pcm, types.ErrNoFirstClaim, "by these samples")
	}
	link, err := object.ParseCID(req.Cid)
	if err != nil {
		return types.FirstClaimRecord{}, errorsmod.Wrapf(types.ErrInvalidHash, "%.80q: %v", req.Cid, err)
	}
	return get(ctx, k.stems, songtypes.Digest(object.Digest(link)), types.ErrNoFirstClaim, req.Cid)
}
