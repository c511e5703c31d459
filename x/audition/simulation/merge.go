package simulation

import (
	"context"
	"errors"

	"github.com/cosmos/cosmos-sdk/testutil/simsx"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/x/audition/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// Merge makes MsgMergeAudition: a merge commit of both heads with an empty tree. Where
// the source has taken from songs that the target may not take from, the chain refuses.
func (f Factories) Merge() simsx.SimMsgFactoryX {
	return simsx.NewSimMsgFactoryWithDeliveryResultHandler(
		func(ctx context.Context, td *simsx.ChainDataSource, rep simsx.SimulationReporter) (accounts, *types.MsgMergeAudition, simsx.SimDeliveryResultHandler) {
			signer, msg, err := f.merge(ctx, td)
			if err != nil {
				rep.Skip(err.Error())
				return nil, nil, nil
			}
			return accounts{td.GetAccount(rep, signer)}, msg, orLicence
		})
}

func orLicence(err error) error {
	if errors.Is(err, songtypes.ErrLicence) {
		return nil
	}
	return err
}

var errNothing = errors.New("nothing to merge")

func (f Factories) merge(ctx context.Context, td *simsx.ChainDataSource) (string, *types.MsgMergeAudition, error) {
	a, ok := f.some(ctx, td, func(s shown) bool {
		return s.Standing.Mergeable && len(f.people(ctx, td, s.song, songtypes.Role_ROLE_MAINTAINER)) != 0
	})
	if !ok {
		return "", nil, errNothing
	}
	target, ok := f.branch(ctx, a.song.Id, a.Audition.Branch)
	if !ok {
		return "", nil, errNothing
	}
	signer := simsx.OneOf(td.Rand(), f.people(ctx, td, a.song, songtypes.Role_ROLE_MAINTAINER))
	msg, err := merge(td, a, target, signer)
	return signer, msg, err
}

func merge(td *simsx.ChainDataSource, a shown, target songtypes.Branch, signer string) (*types.MsgMergeAudition, error) {
	var tree songtypes.Tree
	_, link, err := tree.Encode()
	if err != nil {
		return nil, err
	}
	commit := songtypes.Commit{
		Parents: []string{target.Head, a.Latest.Head}, Tree: link.String(), Author: signer,
		Created: uint64(td.Rand().Intn(1 << 40)), Message: text(td),
	}
	if target.Head == a.Latest.Head {
		commit.Parents = commit.Parents[:1] // an earlier push took it in
	}
	o, err := commit.Object(td.AddressCodec())
	if err != nil {
		return nil, err
	}
	block, err := o.Encode()
	if err != nil {
		return nil, err
	}
	msg := &types.MsgMergeAudition{
		Signer: signer, SongId: a.song.Id, Number: a.Audition.Number, Revision: a.Audition.Revision,
		Push: songtypes.MsgPush{
			Signer: signer, SongId: a.song.Id, Branch: target.Name, ExpectedHead: target.Head,
			Commits: []songtypes.Commit{commit}, Tree: tree,
		},
	}
	if len(commit.Parents) == 2 {
		msg.OfferedEdges = []songtypes.MergeEdge{{Commit: object.CIDOf(block).String(), Parent: 1}}
	}
	return msg, nil
}
