package types

import (
	errorsmod "cosmossdk.io/errors"

	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// DefaultGenesis returns the state of a new chain: no auditions.
func DefaultGenesis() *GenesisState {
	return &GenesisState{Params: DefaultParams()}
}

// Validate checks a state as a whole, as far as it speaks of itself. Addresses, and
// the songs and commits that it names, are checked when it is loaded.
func (gs GenesisState) Validate() error {
	if err := gs.Params.Validate(); err != nil {
		return err
	}
	seen := make(map[string]bool, len(gs.Songs))
	for _, s := range gs.Songs {
		if _, err := songtypes.ParseSongID(s.SongId); err != nil {
			return err
		}
		if seen[s.SongId] {
			return errorsmod.Wrapf(ErrInvalidGenesis, "song %s twice", s.SongId)
		}
		seen[s.SongId] = true
		if err := s.validate(); err != nil {
			return errorsmod.Wrapf(err, "song %s", s.SongId)
		}
	}
	return nil
}

func (s GenesisSong) validate() error {
	if s.Settings.RequiredApprovals > HighestParams().MaxRequiredApprovals {
		return errorsmod.Wrapf(ErrInvalidSettings, "%d required approvals", s.Settings.RequiredApprovals)
	}
	for i, a := range s.Auditions {
		if a.Audition.SongId != s.SongId || a.Audition.Number != uint64(i)+1 {
			return errorsmod.Wrapf(ErrInvalidGenesis, "audition %d of %s where %d is due", a.Audition.Number, a.Audition.SongId, i+1)
		}
		if err := a.validate(); err != nil {
			return errorsmod.Wrapf(err, "audition %d", a.Audition.Number)
		}
	}
	return nil
}

func (a GenesisAudition) validate() error {
	if err := a.Audition.validate(); err != nil {
		return err
	}
	if len(a.Revisions) == 0 || len(a.Revisions) != int(a.Audition.Revision) {
		return errorsmod.Wrapf(ErrInvalidGenesis, "%d revisions, not %d", len(a.Revisions), a.Audition.Revision)
	}
	for i, r := range a.Revisions {
		if err := r.validate(uint32(i) + 1); err != nil {
			return errorsmod.Wrapf(err, "revision %d", i+1)
		}
	}
	type key struct {
		revision uint32
		reviewer string
	}
	seen := make(map[key]bool, len(a.Reviews))
	for _, r := range a.Reviews {
		if r.Revision == 0 || r.Revision > a.Audition.Revision || seen[key{r.Revision, r.Reviewer}] {
			return errorsmod.Wrapf(ErrInvalidGenesis, "review of revision %d by %s is repeated, or there is no such revision", r.Revision, r.Reviewer)
		}
		seen[key{r.Revision, r.Reviewer}] = true
		if err := HighestParams().CheckVerdict(r.Verdict, r.Body); err != nil {
			return err
		}
	}
	if a.Audition.Status != Status_STATUS_OPEN && len(a.Waiting) != 0 {
		return errorsmod.Wrap(ErrInvalidGenesis, "waits for somebody and is not open")
	}
	return nil
}

// validate checks what a record says of itself.
func (a Audition) validate() error {
	highest := HighestParams()
	if err := highest.CheckTitle(a.Title); err != nil {
		return err
	}
	if err := highest.CheckMessage("message", a.Message); err != nil {
		return err
	}
	if _, err := songtypes.ParseSongID(a.SourceSongId); err != nil {
		return err
	}
	for _, branch := range []string{a.Branch, a.SourceBranch} {
		if err := songtypes.CheckBranchName(branch); err != nil {
			return err
		}
	}
	if a.SourceSongId == a.SongId && a.SourceBranch == a.Branch {
		return errorsmod.Wrap(ErrOntoItself, a.Branch)
	}
	if a.OpenedHeight < 0 {
		return errorsmod.Wrapf(ErrInvalidGenesis, "opened at height %d", a.OpenedHeight)
	}
	return a.validateStatus()
}

// validateStatus: a closed audition says who closed it, a merged one how, and others
// neither.
func (a Audition) validateStatus() error {
	if a.Status < Status_STATUS_OPEN || a.Status > Status_STATUS_MERGED ||
		(a.Closing != nil) != (a.Status == Status_STATUS_CLOSED) || (a.Merge != nil) != (a.Status == Status_STATUS_MERGED) {
		return errorsmod.Wrapf(ErrInvalidGenesis, "status %s does not fit its closing or merge", a.Status)
	}
	if a.Closing != nil {
		return HighestParams().CheckMessage("reason", a.Closing.Reason)
	}
	if a.Merge == nil {
		return nil
	}
	if a.Merge.Revision != a.Revision {
		return errorsmod.Wrapf(ErrInvalidGenesis, "revision %d was merged, the latest is %d", a.Merge.Revision, a.Revision)
	}
	for _, link := range []string{a.Merge.Base, a.Merge.Head} {
		if _, err := songtypes.ParseDigest(link); err != nil {
			return err
		}
	}
	return nil
}

func (r Revision) validate(number uint32) error {
	if r.Number != number {
		return errorsmod.Wrapf(ErrInvalidGenesis, "has the number %d", r.Number)
	}
	if _, err := songtypes.ParseDigest(r.Head); err != nil {
		return err
	}
	return HighestParams().CheckMessage("message", r.Message)
}
