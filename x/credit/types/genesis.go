package types

import (
	"bytes"

	errorsmod "cosmossdk.io/errors"

	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// DefaultGenesis returns the state of a new chain: no credits.
func DefaultGenesis() *GenesisState { return &GenesisState{Params: DefaultParams()} }

// Validate checks what each record says of itself, and that none is there twice.
// Whether commits and songs exist is checked when the state is loaded.
func (gs GenesisState) Validate() error {
	if err := gs.Params.Validate(); err != nil {
		return err
	}
	seen := make(genesisKeys)
	for _, c := range gs.Credits {
		if err := seen.add("credit", c.Commit, 32, c.Contributor); err != nil {
			return err
		}
		if err := c.Record.validate(c.Contributor); err != nil {
			return errorsmod.Wrapf(err, "credit of %X in commit %X", c.Contributor, c.Commit)
		}
	}
	for _, g := range gs.Guests {
		if err := seen.add("guest", g.Commit, 32, nil, g.Key...); err != nil {
			return err
		}
		if len(g.Key) != 33 || !isAddress(g.Record.Wallet) || g.Record.Height < 0 {
			return errorsmod.Wrapf(ErrInvalidGenesis, "guest %X of commit %X", g.Key, g.Commit)
		}
	}
	if err := validateFirstClaims(seen, gs); err != nil {
		return err
	}
	for _, c := range gs.Consents {
		if err := seen.add("consent", c.Song, len(songtypes.SongID{}), c.Contributor); err != nil {
			return err
		}
		if c.Record.Licence == "" || c.Record.Height < 0 {
			return errorsmod.Wrapf(ErrInvalidGenesis, "consent of %X", c.Contributor)
		}
	}
	return validateHonor(seen, gs)
}

func validateFirstClaims(seen genesisKeys, gs GenesisState) error {
	for _, c := range gs.Stems {
		if err := seen.add("stem", c.Hash, 32, nil); err != nil {
			return err
		}
	}
	for _, c := range gs.Samples {
		if err := seen.add("samples", c.Hash, len(c.Hash), nil); err != nil {
			return err
		}
		if len(c.Hash) == 0 {
			return errorsmod.Wrap(ErrInvalidGenesis, "samples without a hash")
		}
	}
	for _, list := range [][]GenesisFirstClaim{gs.Stems, gs.Samples} {
		for _, c := range list {
			if len(c.Record.Commit) != 32 || c.Record.Height < 0 {
				return errorsmod.Wrapf(ErrInvalidGenesis, "first claim of %X", c.Hash)
			}
		}
	}
	return nil
}

func validateHonor(seen genesisKeys, gs GenesisState) error {
	for _, s := range gs.Songs {
		if err := seen.add("song", s.Song, len(songtypes.SongID{}), nil); err != nil {
			return err
		}
		if len(s.Creator) != 0 && !isAddress(s.Creator) || len(s.Forked) != 0 && !isAddress(s.Forked) ||
			len(s.Creator) != 0 && len(s.Forked) != 0 {
			return errorsmod.Wrapf(ErrInvalidGenesis, "honor of song %X", s.Song)
		}
	}
	for _, h := range gs.Honor {
		if err := seen.add("honor", nil, 0, h.Wallet); err != nil {
			return err
		}
		if h.Auditions == 0 && h.Respects == 0 {
			return errorsmod.Wrapf(ErrInvalidGenesis, "honor of %X is empty", h.Wallet)
		}
	}
	return nil
}

// genesisKeys are the keys that were seen.
type genesisKeys map[string]bool

// add notes a key of a first part of n bytes, a wallet where it is not nil, and more.
func (g genesisKeys) add(what string, first []byte, n int, wallet []byte, more ...byte) error {
	key := what + "\x00" + string(first) + string(wallet) + string(more)
	if len(first) != n || wallet != nil && !isAddress(wallet) || g[key] {
		return errorsmod.Wrapf(ErrInvalidGenesis, "%s %X %X is malformed or there twice", what, first, wallet)
	}
	g[key] = true
	return nil
}

func isAddress(b []byte) bool { return len(b) == 20 || len(b) == 32 }

func (r CreditRecord) validate(contributor []byte) error {
	_, known := Status_name[int32(r.Status)]
	confirmed, disputed := r.Status == Status_STATUS_CONFIRMED, r.Status == Status_STATUS_DISPUTED
	switch {
	case !known || r.Status == Status_STATUS_UNSPECIFIED:
		return errorsmod.Wrapf(ErrInvalidGenesis, "status %d", r.Status)
	case r.ClaimedHeight < 0 || r.ConfirmedHeight < 0 || r.DisputedHeight < 0:
		return errorsmod.Wrap(ErrInvalidGenesis, "a height is negative")
	case (confirmed || disputed) && r.Sequence == 0:
		return errorsmod.Wrapf(ErrInvalidGenesis, "%s without a step", r.Status)
	case disputed != (r.Statement != "") || !disputed && r.Answer != "":
		return errorsmod.Wrapf(ErrInvalidGenesis, "%s does not go with its statements", r.Status)
	case len(r.Other) != 0 && (!isAddress(r.Other) || bytes.Equal(r.Other, contributor)):
		return errorsmod.Wrap(ErrInvalidGenesis, "who stands behind it is no address, or the contributor's")
	}
	for _, key := range r.Guests {
		if len(key) != 33 {
			return errorsmod.Wrapf(ErrInvalidGenesis, "guest's key %X", key)
		}
	}
	return nil
}
