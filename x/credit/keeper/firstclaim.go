package keeper

import (
	"context"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/x/credit/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// claimStems notes the first appearance of each stem of a new commit, by its content
// and by its samples: the same audio in another container or with other tags has the
// same samples. A session is no stem but a folder that changes with every save.
func (k Keeper) claimStems(ctx context.Context, added songtypes.CommitAdded) error {
	if added.Tree == nil {
		return nil
	}
	record := types.FirstClaimRecord{Commit: added.Digest[:], Height: sdk.UnwrapSDKContext(ctx).BlockHeight()}
	for _, e := range added.Tree.Entries {
		if e.Kind == object.KindSession {
			continue
		}
		if err := claimFirst(ctx, k.stems, songtypes.Digest(object.Digest(e.CID)), record); err != nil {
			return err
		}
		if len(e.PCM) == 0 {
			continue
		}
		if err := claimFirst(ctx, k.samples, e.PCM, record); err != nil {
			return err
		}
	}
	return nil
}

func claimFirst[K any](ctx context.Context, claims collections.Map[K, types.FirstClaimRecord], key K, record types.FirstClaimRecord) error {
	known, err := claims.Has(ctx, key)
	if err != nil || known {
		return err
	}
	return claims.Set(ctx, key, record)
}
