package types

import (
	errorsmod "cosmossdk.io/errors"
)

// DefaultGenesis returns the state of a new chain: nobody said anything.
func DefaultGenesis() *GenesisState {
	return &GenesisState{Params: DefaultParams()}
}

// Validate checks a state by itself. Addresses, and that the songs exist, are
// checked when the state is loaded.
func (gs GenesisState) Validate() error {
	if err := gs.Params.Validate(); err != nil {
		return err
	}
	if err := gs.validateNames(); err != nil {
		return err
	}
	if err := gs.validateComments(); err != nil {
		return err
	}
	seen := make(map[Moment]bool, len(gs.Feed))
	for _, r := range gs.Feed {
		if err := r.Validate(); err != nil {
			return err
		}
		if seen[r.Moment()] {
			return errorsmod.Wrap(ErrInvalidGenesis, "a feed entry is repeated")
		}
		seen[r.Moment()] = true
	}
	return gs.validatePairs()
}

// validateNames: no two usernames look alike.
func (gs GenesisState) validateNames() error {
	folded := make(map[string]string)
	take := func(username string) error {
		if err := CheckUsername(username); err != nil {
			return err
		}
		if other, taken := folded[FoldUsername(username)]; taken {
			return errorsmod.Wrapf(ErrUsernameTaken, "%s looks like %s", username, other)
		}
		folded[FoldUsername(username)] = username
		return nil
	}
	wallets := make(map[string]bool, len(gs.Profiles))
	for _, p := range gs.Profiles {
		if wallets[p.Address] {
			return errorsmod.Wrapf(ErrInvalidGenesis, "two profiles of %s", p.Address)
		}
		wallets[p.Address] = true
		// Governance may have lowered limits since the profile was set.
		if err := p.Validate(HighestParams()); err != nil {
			return errorsmod.Wrapf(err, "profile of %s", p.Address)
		}
		if p.Username == "" {
			continue
		}
		if err := take(p.Username); err != nil {
			return err
		}
	}
	for _, r := range gs.Reserved {
		if r.ReservedUntil <= 0 || !isAddress(r.Owner) {
			return errorsmod.Wrapf(ErrInvalidGenesis, "username %s is reserved for nobody or no time", r.Username)
		}
		if err := take(r.Username); err != nil {
			return err
		}
	}
	return nil
}

// validateComments: each author's are numbered from 0, and each reply's parent is
// a comment on the same song that is no reply.
func (gs GenesisState) validateComments() error {
	byID := make(map[CommentID]CommentRecord, len(gs.Comments))
	counts := make(map[string]uint64)
	highest := make(map[string]uint64)
	for _, r := range gs.Comments {
		if err := r.Validate(); err != nil {
			return err
		}
		if _, repeated := byID[r.ID()]; repeated {
			return errorsmod.Wrapf(ErrInvalidGenesis, "%s twice", r.ID())
		}
		byID[r.ID()] = r
		author := string(r.Author)
		counts[author]++
		highest[author] = max(highest[author], r.Number+1)
		if counts[author] == 0 || r.Number+1 == 0 {
			return errorsmod.Wrapf(ErrInvalidGenesis, "%s has an absurd number", r.ID())
		}
	}
	for _, r := range gs.Comments {
		if n, last := counts[string(r.Author)], highest[string(r.Author)]; n != last {
			return errorsmod.Wrapf(ErrInvalidGenesis, "%d comments of %X, whose highest number is %d", n, r.Author, last-1)
		}
		if len(r.Parent) == 0 {
			continue
		}
		parent, ok := byID[CommentID(r.Parent)]
		if !ok || len(parent.Parent) != 0 || string(parent.Song) != string(r.Song) {
			return errorsmod.Wrapf(ErrInvalidGenesis, "parent of %s is missing, a reply, or on another song", r.ID())
		}
	}
	for _, r := range gs.Feed {
		if r.Kind != FeedKind_FEED_KIND_COMMENT {
			continue
		}
		if len(r.Comment) != len(CommentID{}) {
			return errorsmod.Wrap(ErrInvalidID, "comment of a feed entry")
		}
		if _, ok := byID[CommentID(r.Comment)]; !ok {
			return errorsmod.Wrapf(ErrCommentNotFound, "%s of a feed entry", CommentID(r.Comment))
		}
	}
	return nil
}

// validatePairs: nothing is said twice.
func (gs GenesisState) validatePairs() error {
	seen := make(map[string]bool)
	once := func(kind, a, b string, height int64) error {
		key := kind + "/" + a + "/" + b
		if seen[key] || a == b || height < 0 {
			return errorsmod.Wrapf(ErrInvalidGenesis, "%s of %s and %s is repeated, of one and the same, or of a negative height", kind, a, b)
		}
		seen[key] = true
		return nil
	}
	for _, r := range gs.Respects {
		if err := once("respect", r.SongId, r.Wallet, r.Height); err != nil {
			return err
		}
	}
	for _, f := range gs.Follows {
		if err := once("follow", f.Wallet, f.Followee, f.Height); err != nil {
			return err
		}
	}
	for _, b := range gs.Blocks {
		if err := once("block", b.Wallet, b.Blocked, 0); err != nil {
			return err
		}
	}
	return nil
}
