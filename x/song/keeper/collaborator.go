package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"github.com/parrots-music/parrots/x/song/types"
)

// standing is what a wallet is to a song, in rising order of what it may do.
type standing uint32

const (
	stranger   = standing(types.Role_ROLE_UNSPECIFIED)
	writer     = standing(types.Role_ROLE_WRITER)
	maintainer = standing(types.Role_ROLE_MAINTAINER)
	owner      = maintainer + 1
)

func (s standing) String() string {
	return [...]string{"stranger", "writer", "maintainer", "owner"}[min(s, owner)]
}

func (k Keeper) standing(ctx context.Context, id types.SongID, song types.Song, who types.Wallet) (standing, error) {
	if who.Text == song.Owner {
		return owner, nil
	}
	role, err := k.collaborators.Get(ctx, collections.Join(id, who.Raw))
	if errors.Is(err, collections.ErrNotFound) {
		return stranger, nil
	}
	return standing(role), err
}

// require refuses wallets below a standing.
func (k Keeper) require(ctx context.Context, id types.SongID, song types.Song, who types.Wallet, least standing) error {
	has, err := k.standing(ctx, id, song, who)
	if err != nil {
		return err
	}
	if has < least {
		return errorsmod.Wrapf(types.ErrUnauthorized, "%s is a %s of the song, not a %s", who.Text, has, least)
	}
	return nil
}

func (k Keeper) setCollaborator(ctx context.Context, msg *types.MsgSetCollaborator) error {
	signer, err := k.wallet(msg.Signer)
	if err != nil {
		return err
	}
	person, err := k.wallet(msg.Address)
	if err != nil {
		return err
	}
	if _, known := types.Role_name[int32(msg.Role)]; !known {
		return errorsmod.Wrapf(types.ErrInvalidRole, "%d", msg.Role)
	}
	id, song, err := k.activeSong(ctx, msg.SongId)
	if err != nil {
		return err
	}
	if person.Text == song.Owner {
		return errorsmod.Wrap(types.ErrInvalidRole, "the owner may do everything and has no other role")
	}
	had, err := k.standing(ctx, id, song, person)
	if err != nil {
		return err
	}
	wants := standing(msg.Role)
	if err := k.mayAppoint(ctx, id, song, signer, person, had, wants); err != nil {
		return err
	}
	if had == wants {
		return nil
	}
	if err := k.storeRole(ctx, id, person, had, wants); err != nil {
		return err
	}
	return emit(ctx, &types.EventCollaboratorSet{
		SongId: song.Id, Address: person.Text, Role: msg.Role, Signer: signer.Text,
	})
}

// mayAppoint lets the owner do everything, maintainers invite and remove writers,
// and everybody leave.
func (k Keeper) mayAppoint(ctx context.Context, id types.SongID, song types.Song, signer, person types.Wallet, had, wants standing) error {
	if signer.Text == person.Text && had != stranger && wants == stranger {
		return nil
	}
	least := maintainer
	if had >= maintainer || wants >= maintainer {
		least = owner
	}
	return k.require(ctx, id, song, signer, least)
}

func (k Keeper) storeRole(ctx context.Context, id types.SongID, person types.Wallet, had, wants standing) error {
	if wants == stranger {
		return k.removeRole(ctx, id, person)
	}
	if had == stranger {
		if err := k.roomForCollaborator(ctx, id); err != nil {
			return err
		}
	}
	return k.setRole(ctx, id, person, wants)
}

// setRole stores a role, and where it is found by its wallet.
func (k Keeper) setRole(ctx context.Context, id types.SongID, person types.Wallet, role standing) error {
	if err := k.collaborators.Set(ctx, collections.Join(id, person.Raw), uint32(role)); err != nil {
		return err
	}
	return k.roles.Set(ctx, collections.Join(person.Raw, id))
}

// removeRole takes a role away, if there is one.
func (k Keeper) removeRole(ctx context.Context, id types.SongID, person types.Wallet) error {
	if err := k.collaborators.Remove(ctx, collections.Join(id, person.Raw)); err != nil {
		return err
	}
	return k.roles.Remove(ctx, collections.Join(person.Raw, id))
}

func (k Keeper) roomForCollaborator(ctx context.Context, id types.SongID) error {
	params, err := k.params.Get(ctx)
	if err != nil {
		return err
	}
	count := uint32(0)
	rng := collections.NewPrefixedPairRange[types.SongID, []byte](id)
	err = k.collaborators.Walk(ctx, rng, func(collections.Pair[types.SongID, []byte], uint32) (bool, error) {
		count++
		return false, nil
	})
	if err == nil && count >= params.MaxCollaborators {
		err = errorsmod.Wrapf(types.ErrLimit, "the song has %d collaborators, limit is %d", count, params.MaxCollaborators)
	}
	return err
}
