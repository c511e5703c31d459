package simulation

import (
	"context"
	"fmt"

	"github.com/cosmos/cosmos-sdk/testutil/simsx"

	"github.com/parrots-music/parrots/x/song/types"
)

// PublishRelease makes MsgPublishRelease of the head of a branch.
func (f Factories) PublishRelease() simsx.SimMsgFactoryFn[*types.MsgPublishRelease] {
	return func(ctx context.Context, td *simsx.ChainDataSource, rep simsx.SimulationReporter) ([]simsx.SimAccount, *types.MsgPublishRelease) {
		song, owner, ok := f.anySong(ctx, td, rep, func(song types.Song) bool {
			return active(song) && len(f.branches(ctx, song.Id)) > 0 && f.fits(ctx, song.Metadata, song.Owner, song.Obligations)
		})
		if !ok {
			return nil, nil
		}
		branch := simsx.OneOf(td.Rand(), f.branches(ctx, song.Id))
		return []simsx.SimAccount{owner}, &types.MsgPublishRelease{
			Signer: owner.AddressBech32, SongId: song.Id, Tag: fmt.Sprintf("v%016x", td.Rand().Uint64()),
			Commit: branch.Head, Branch: branch.Name, Title: td.Rand().StringN(20),
		}
	}
}

// AttachCodes makes MsgAttachCodes for a release without an ISWC.
func (f Factories) AttachCodes() simsx.SimMsgFactoryFn[*types.MsgAttachCodes] {
	return func(ctx context.Context, td *simsx.ChainDataSource, rep simsx.SimulationReporter) ([]simsx.SimAccount, *types.MsgAttachCodes) {
		song, owner, ok := f.anySong(ctx, td, rep, active)
		if !ok {
			return nil, nil
		}
		res, err := f.queries.Releases(ctx, &types.QueryReleasesRequest{SongId: song.Id})
		if err == nil {
			for _, release := range res.Releases {
				if release.Iswc == "" {
					return []simsx.SimAccount{owner}, &types.MsgAttachCodes{
						Signer: owner.AddressBech32, SongId: song.Id, Tag: release.Tag, Iswc: iswc(td.Rand().Intn(1e9)),
					}
				}
			}
		}
		rep.Skip("no release without a code")
		return nil, nil
	}
}

// iswc gives a number its check digit.
func iswc(n int) string {
	digits := fmt.Sprintf("%09d", n)
	sum := 1
	for i := range len(digits) {
		sum += (i + 1) * int(digits[i]-'0')
	}
	return fmt.Sprintf("T%s%d", digits, (10-sum%10)%10)
}
