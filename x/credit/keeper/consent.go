package keeper

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/x/credit/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// maxNamed bounds the contributors that an error names.
const maxNamed = 5

// terms are what a song's people agree on.
type terms struct {
	licence    string
	aiTraining songtypes.AiTraining
}

func termsOf(m songtypes.Metadata) terms {
	return terms{songtypes.FullLicence(m.Licence), m.AiTraining}
}

func (t terms) String() string { return fmt.Sprintf("%s, %s", t.licence, t.aiTraining) }

func (k Keeper) consentToLicence(ctx context.Context, msg *types.MsgConsentToLicence) error {
	who, err := k.wallet(msg.Contributor)
	if err != nil {
		return err
	}
	id, err := songtypes.ParseSongID(msg.SongId)
	if err != nil {
		return err
	}
	if _, err := k.songKeeper.Song(ctx, id); err != nil {
		return err
	}
	if !slices.Contains(songtypes.Licences(), msg.Licence) {
		return errorsmod.Wrapf(types.ErrInvalidLicence, "%.60q is none of %s", msg.Licence, strings.Join(songtypes.Licences(), " "))
	}
	if _, known := songtypes.AiTraining_name[int32(msg.AiTraining)]; !known {
		return errorsmod.Wrapf(types.ErrInvalidLicence, "ai_training %d", msg.AiTraining)
	}
	key := collections.Join(id, who.Raw)
	has, err := k.confirmed.Has(ctx, key)
	if err != nil {
		return err
	}
	if !has {
		return errorsmod.Wrapf(types.ErrNoContributor, "%s has none in %s; confirm it first", who.Text, msg.SongId)
	}
	record := types.ConsentRecord{
		Licence: msg.Licence, AiTraining: msg.AiTraining, Height: sdk.UnwrapSDKContext(ctx).BlockHeight(),
	}
	if err := k.consents.Set(ctx, key, record); err != nil {
		return err
	}
	return emit(ctx, &types.EventConsented{
		SongId: msg.SongId, Licence: msg.Licence, AiTraining: msg.AiTraining, Signer: who.Text,
	})
}

// requireConsent holds new terms against the consents of everybody with a confirmed
// credit in the song. The signer consents by signing. Consents are used up: the next
// change asks anew.
func (k Keeper) requireConsent(ctx context.Context, id songtypes.SongID, want terms, signer []byte) error {
	var missing []string
	rng := collections.NewPrefixedPairRange[songtypes.SongID, []byte](id)
	err := k.confirmed.Walk(ctx, rng, func(key personKey, _ uint64) (bool, error) {
		if bytes.Equal(key.K2(), signer) {
			return false, nil
		}
		consent, err := k.consents.Get(ctx, key)
		if err == nil && (terms{consent.Licence, consent.AiTraining}) == want {
			return false, nil
		}
		if err != nil && !errors.Is(err, collections.ErrNotFound) {
			return true, err
		}
		text, err := k.addresses.BytesToString(key.K2())
		missing = append(missing, text)
		return len(missing) > maxNamed, err
	})
	if err != nil {
		return err
	}
	if len(missing) > 0 {
		return errorsmod.Wrapf(types.ErrConsentMissing, "%s needs the consent of %s", want, names(missing))
	}
	return k.consents.Clear(ctx, rng)
}

// names lists at most maxNamed of them.
func names(list []string) string {
	if len(list) > maxNamed {
		return strings.Join(list[:maxNamed], ", ") + " and more"
	}
	return strings.Join(list, ", ")
}
