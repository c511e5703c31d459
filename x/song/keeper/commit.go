package keeper

import (
	"bytes"
	"context"
	"errors"
	"time"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/x/song/types"
)

// commit reads a commit's record.
func (k Keeper) commit(ctx context.Context, digest types.Digest) (types.CommitRecord, error) {
	return get(ctx, k.commits, digest, types.ErrCommitNotFound, digest)
}

// fields decodes the block of a record.
func fields(record types.CommitRecord) (object.Commit, error) {
	c, err := object.DecodeCommit(record.Block)
	if err != nil {
		// The state only holds blocks that were encoded here.
		return object.Commit{}, errorsmod.Wrap(types.ErrInvalidObject, err.Error())
	}
	return c, nil
}

// newCommit is a commit that a push brings, encoded.
type newCommit struct {
	digest    types.Digest
	block     []byte
	object    object.Commit
	signature *types.AuthorSignature
}

func (k Keeper) encodeCommit(ctx context.Context, params types.Params, c types.Commit) (newCommit, error) {
	o, err := c.Object(k.addresses)
	if err != nil {
		return newCommit{}, err
	}
	block, err := o.Encode()
	if err != nil {
		return newCommit{}, errorsmod.Wrap(types.ErrInvalidObject, err.Error())
	}
	charge(ctx, params, block, "commit")
	return newCommit{types.Digest(object.Digest(object.CIDOf(block))), block, o, c.Signature}, nil
}

// addCommit stores a commit that the chain has not seen. Its parents are stored.
func (k Keeper) addCommit(ctx context.Context, p *push, c newCommit, signature *types.AuthorSignature) error {
	sdkCtx := sdk.UnwrapSDKContext(ctx)
	record := types.CommitRecord{
		Block:      c.block,
		Song:       p.id[:],
		Licence:    p.song.Metadata.Licence,
		AiTraining: p.song.Metadata.AiTraining,
		Height:     sdkCtx.BlockHeight(),
		Time:       sdkCtx.BlockTime().Unix(),
		Signature:  signature,
	}
	if !bytes.Equal(p.signer.Raw, c.object.Author) {
		record.Pusher = p.signer.Raw
	}
	lookup := func(digest types.Digest) (types.CommitRecord, error) { return p.record(ctx, k, digest) }
	if err := record.Place(c.object.Parents, lookup); err != nil {
		return err
	}
	if err := k.commits.Set(ctx, c.digest, record); err != nil {
		return err
	}
	p.records[c.digest] = record
	author, err := k.addresses.BytesToString(c.object.Author)
	if err != nil {
		return err
	}
	return emit(ctx, &types.EventCommitAdded{
		SongId: p.song.Id, Commit: c.digest.String(), Author: author, Pusher: p.signer.Text,
	})
}

// commitInfo is what queries show of a record. network is that of the song in
// which the commit first appeared.
func (k Keeper) commitInfo(ctx context.Context, digest types.Digest, record types.CommitRecord, o object.Commit, networks map[types.SongID]string) (types.CommitInfo, error) {
	c, err := types.NewCommit(o, k.addresses)
	if err != nil {
		return types.CommitInfo{}, err
	}
	c.Signature = record.Signature
	pusher := c.Author
	if len(record.Pusher) != 0 {
		if pusher, err = k.addresses.BytesToString(record.Pusher); err != nil {
			return types.CommitInfo{}, err
		}
	}
	id := types.SongID(record.Song)
	network, known := networks[id]
	if !known {
		song, err := k.songs.Get(ctx, id)
		if err != nil && !errors.Is(err, collections.ErrNotFound) {
			return types.CommitInfo{}, err
		}
		network = song.Network
		networks[id] = network
	}
	return types.CommitInfo{
		Cid: digest.String(), Commit: c, Generation: record.Generation,
		Song: id.String(), Network: network, Licence: record.Licence, AiTraining: record.AiTraining,
		Height: record.Height, Time: time.Unix(record.Time, 0).UTC(), Pusher: pusher,
	}, nil
}
