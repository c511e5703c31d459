package sync

import (
	"context"
	"errors"
	"fmt"

	"github.com/ipfs/go-cid"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/hub/api"
	"github.com/parrots-music/parrots/internal/ipfs"
	"github.com/parrots-music/parrots/internal/object"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// Remote is a song on a chain together with a hub that serves its audio.
type Remote struct {
	// Name is what the folder calls it; origin and upstream have a meaning.
	Name string
	// Song is the song's id; empty before it is on the chain.
	Song string
	// Chain is the node.
	Chain Chain
	// Gateway gives blocks by their CID.
	Gateway ipfs.Getter
	// Elsewhere finds other places that may have the song's blocks, for where the
	// gateway lacks some; may be nil.
	Elsewhere func(ctx context.Context) ([]Place, error)
	// Hub takes blocks; only a push needs it.
	Hub Hub
}

// Place gives blocks by their CID.
type Place struct {
	// Name is how a person is told of it.
	Name string
	ipfs.Getter
	// Probe is the same without patience: it says soon whether a block is there.
	Probe ipfs.Getter
}

// Chain is what the use cases need of a node. chain.Client has it.
type Chain interface {
	ChainID() string
	Params(ctx context.Context) (songtypes.Params, error)
	Song(ctx context.Context, id string) (songtypes.Song, error)
	SongByName(ctx context.Context, owner, name string) (songtypes.Song, error)
	Branch(ctx context.Context, song, name string) (chain.Branch, error)
	Branches(ctx context.Context, song string, page chain.Page) ([]chain.Branch, []byte, error)
	Collaborators(ctx context.Context, song string, page chain.Page) ([]songtypes.Collaborator, []byte, error)
	CommitBlock(ctx context.Context, id cid.Cid) ([]byte, error)
	Broadcast(ctx context.Context, signer chain.Signer, opts chain.TxOptions, msgs ...sdk.Msg) (chain.TxResult, error)
}

// Hub takes the blocks of a push. api.Client has it, once it is logged in.
type Hub interface {
	// Begin announces the blocks of a commit; again for one that was interrupted.
	Begin(ctx context.Context, root cid.Cid, bytes int64) (api.Upload, error)
	// Missing returns those of the blocks that the hub lacks.
	Missing(ctx context.Context, upload string, cids []cid.Cid) ([]cid.Cid, error)
	// Send sends those of the blocks that the hub lacks.
	Send(ctx context.Context, upload string, from ipfs.Store, cids []cid.Cid, progress func(bytes int64)) (int64, error)
	// Mirror asks the hub to get a commit from another hub, or how far it has come.
	Mirror(ctx context.Context, commit cid.Cid) (api.Mirror, error)
	// Complete asks the hub to serve the blocks, now that the commit is on chain.
	Complete(ctx context.Context, upload string) (api.Upload, error)
}

// source gets commits from the chain where the hub does not have them: the chain
// keeps every commit for good.
type source struct{ remote *Remote }

func (s source) Get(ctx context.Context, c cid.Cid) (ipfs.Block, error) {
	b, err := s.remote.Gateway.Get(ctx, c)
	if err == nil || c.Type() != object.CodecDagCBOR || ctx.Err() != nil {
		return b, err
	}
	data, chainErr := s.remote.Chain.CommitBlock(ctx, c)
	if chainErr != nil {
		return ipfs.Block{}, err // the gateway's answer says more about a tree
	}
	return ipfs.VerifyBlock(c, data)
}

// maxBranches bounds what a node may claim that a song has.
const maxBranches = 10_000

// branches lists a remote's branches.
func (r *Remote) branches(ctx context.Context) ([]chain.Branch, error) {
	var all []chain.Branch
	var page chain.Page
	for {
		part, next, err := r.Chain.Branches(ctx, r.Song, page)
		if err != nil {
			return nil, err
		}
		all = append(all, part...)
		if len(all) > maxBranches {
			return nil, fmt.Errorf("%w: more than %d branches", chain.ErrBadAnswer, maxBranches)
		}
		if len(next) == 0 || len(part) == 0 {
			return all, nil
		}
		page.Key = next
	}
}

// head returns where a branch is on the chain; cid.Undef where there is none.
func (r *Remote) head(ctx context.Context, branch string) (cid.Cid, error) {
	b, err := r.Chain.Branch(ctx, r.Song, branch)
	if errors.Is(err, chain.ErrNotFound) || errors.Is(err, songtypes.ErrBranchNotFound) {
		return cid.Undef, nil
	}
	return b.Head, err
}
