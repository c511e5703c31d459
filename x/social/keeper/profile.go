package keeper

import (
	"bytes"
	"context"
	"errors"
	"time"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"github.com/parrots-music/parrots/x/social/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

func (k Keeper) setProfile(ctx context.Context, msg *types.MsgSetProfile) error {
	wallet, err := k.wallet(msg.Wallet)
	if err != nil {
		return err
	}
	params, err := k.params.Get(ctx)
	if err != nil {
		return err
	}
	old, err := k.profile(ctx, wallet)
	if err != nil {
		return err
	}
	profile := types.Profile{
		Address: wallet.Text, Username: old.Username, UsernameTime: old.UsernameTime,
		DisplayName: msg.DisplayName, Bio: msg.Bio, Avatar: msg.Avatar, Links: msg.Links,
	}
	if err := profile.Validate(params); err != nil {
		return err
	}
	if msg.Username != "" && msg.Username != old.Username {
		if err := k.rename(ctx, params, wallet, &profile, msg.Username); err != nil {
			return err
		}
	}
	if err := k.profiles.Set(ctx, wallet.Raw, profile); err != nil {
		return err
	}
	return emit(ctx, &types.EventProfileSet{Wallet: wallet.Text, Username: profile.Username})
}

// profile returns a wallet's profile, an empty one if it has none.
func (k Keeper) profile(ctx context.Context, wallet songtypes.Wallet) (types.Profile, error) {
	return getOr(ctx, k.profiles, wallet.Raw, types.Profile{Address: wallet.Text})
}

// rename takes a username and keeps the old one for its wallet for a while.
func (k Keeper) rename(ctx context.Context, params types.Params, wallet songtypes.Wallet, profile *types.Profile, username string) error {
	if err := types.CheckUsername(username); err != nil {
		return err
	}
	_, _, seconds := now(ctx)
	if until := profile.UsernameTime + params.UsernamePeriod; profile.Username != "" && seconds < until {
		return errorsmod.Wrapf(types.ErrUsernameTooSoon, "%s can be changed from %s on", profile.Username, utc(until))
	}
	if err := k.free(ctx, wallet, username, seconds); err != nil {
		return err
	}
	if profile.Username != "" {
		if err := k.reserve(ctx, wallet, profile.Username, seconds+params.UsernameReserve); err != nil {
			return err
		}
	}
	profile.Username, profile.UsernameTime = username, seconds
	return k.takeUsername(ctx, wallet.Raw, username)
}

// free checks that nobody else has a username that looks like this one, or had it
// until lately.
func (k Keeper) free(ctx context.Context, wallet songtypes.Wallet, username string, seconds int64) error {
	record, err := k.folded.Get(ctx, types.FoldUsername(username))
	switch {
	case errors.Is(err, collections.ErrNotFound):
		return nil
	case err != nil:
		return err
	case bytes.Equal(record.Owner, wallet.Raw):
		return nil
	case record.ReservedUntil == 0:
		return errorsmod.Wrapf(types.ErrUsernameTaken, "%s looks like %s, which another wallet has; choose one that cannot be mistaken for it", username, record.Username)
	case seconds < record.ReservedUntil:
		return errorsmod.Wrapf(types.ErrUsernameTaken, "%s looks like %s, which is kept for the wallet that had it until %s", username, record.Username, utc(record.ReservedUntil))
	}
	return nil
}

func (k Keeper) reserve(ctx context.Context, wallet songtypes.Wallet, username string, until int64) error {
	if err := k.usernames.Remove(ctx, username); err != nil {
		return err
	}
	return k.folded.Set(ctx, types.FoldUsername(username), types.UsernameRecord{
		Username: username, Owner: wallet.Raw, ReservedUntil: until,
	})
}

func (k Keeper) takeUsername(ctx context.Context, wallet []byte, username string) error {
	if err := k.usernames.Set(ctx, username, wallet); err != nil {
		return err
	}
	return k.folded.Set(ctx, types.FoldUsername(username), types.UsernameRecord{Username: username, Owner: wallet})
}

func utc(seconds int64) string { return time.Unix(seconds, 0).UTC().Format(time.RFC3339) }
