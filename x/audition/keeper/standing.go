package keeper

import (
	"context"
	"strings"

	errorsmod "cosmossdk.io/errors"

	"github.com/parrots-music/parrots/x/audition/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// standing counts what the song's present maintainers say of the latest revision.
// They are few (song's max_collaborators), and strangers' comments, of which there
// may be many, are not walked.
func (k Keeper) standing(ctx context.Context, id songtypes.SongID, song songtypes.Song, a types.Audition) (types.Standing, error) {
	settings, err := orZero(k.settings.Get(ctx, id))
	if err != nil {
		return types.Standing{}, err
	}
	standing := types.Standing{RequiredApprovals: settings.RequiredApprovals}
	people, err := k.songs.Maintainers(ctx, song)
	if err != nil {
		return standing, err
	}
	for _, person := range people {
		verdict, err := k.verdict(ctx, id, a, person)
		if err != nil {
			return standing, err
		}
		if verdict != types.Verdict_VERDICT_APPROVE && verdict != types.Verdict_VERDICT_ASK_CHANGES {
			continue
		}
		text, err := k.addresses.BytesToString(person)
		if err != nil {
			return standing, err
		}
		if verdict == types.Verdict_VERDICT_APPROVE {
			standing.ApprovedBy = append(standing.ApprovedBy, text)
		} else {
			standing.ChangesAskedBy = append(standing.ChangesAskedBy, text)
		}
	}
	return standing, nil
}

// mayMerge says why an audition cannot be merged as it stands.
func mayMerge(a types.Audition, s types.Standing) error {
	if err := isOpen(a); err != nil {
		return err
	}
	if len(s.ChangesAskedBy) != 0 {
		return errorsmod.Wrapf(types.ErrChangesAsked, "by %s in revision %d; revise it, or let them review it again", some(s.ChangesAskedBy), a.Revision)
	}
	if n := len(s.ApprovedBy); n < int(s.RequiredApprovals) {
		return errorsmod.Wrapf(types.ErrNotApproved, "revision %d has %d of %d approvals by maintainers who did not open it", a.Revision, n, s.RequiredApprovals)
	}
	return nil
}

// some names a few of many.
func some(wallets []string) string {
	const few = 3
	if len(wallets) > few {
		return strings.Join(wallets[:few], ", ") + " and others"
	}
	return strings.Join(wallets, ", ")
}
