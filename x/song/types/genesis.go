package types

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"slices"

	errorsmod "cosmossdk.io/errors"

	"github.com/parrots-music/parrots/internal/object"
)

// DefaultGenesis returns the state of a new chain: no songs.
func DefaultGenesis() *GenesisState {
	return &GenesisState{Params: DefaultParams()}
}

// Validate checks a state as a whole: that everything which is named exists, that
// commits and trees hash to their CIDs, and that what is derived is right. Addresses
// are checked when the state is loaded, where their prefix is known.
func (gs GenesisState) Validate() error {
	if err := gs.Params.Validate(); err != nil {
		return err
	}
	v := genesisValidator{
		commits: make(map[Digest]CommitRecord, len(gs.Commits)),
		songs:   make(map[SongID]Song, len(gs.Songs)),
		names:   make(map[string]bool, len(gs.Songs)),
	}
	if err := v.songRecords(gs.Songs); err != nil {
		return err
	}
	if err := v.history(gs.Commits); err != nil {
		return err
	}
	for _, s := range gs.Songs {
		if err := v.song(s); err != nil {
			return errorsmod.Wrapf(err, "song %s", s.Song.Id)
		}
	}
	creators := make(map[string]bool, len(gs.Counts))
	for _, c := range gs.Counts {
		if creators[c.Creator] {
			return errorsmod.Wrapf(ErrInvalidGenesis, "two counts of %s", c.Creator)
		}
		creators[c.Creator] = true
	}
	return nil
}

type genesisValidator struct {
	commits map[Digest]CommitRecord
	songs   map[SongID]Song
	names   map[string]bool
}

// songRecords checks what each song says of itself.
func (v genesisValidator) songRecords(songs []GenesisSong) error {
	for _, s := range songs {
		id, err := ParseSongID(s.Song.Id)
		if err != nil {
			return err
		}
		if _, repeated := v.songs[id]; repeated {
			return errorsmod.Wrapf(ErrInvalidGenesis, "song %s twice", id)
		}
		v.songs[id] = s.Song
		if err := CheckSongName(s.Song.Name); err != nil {
			return errorsmod.Wrapf(err, "song %s", id)
		}
		name := s.Song.Owner + "/" + s.Song.Name
		if v.names[name] {
			return errorsmod.Wrapf(ErrInvalidGenesis, "two songs are called %s", name)
		}
		v.names[name] = true
		if err := CheckBranchName(s.Song.DefaultBranch); err != nil {
			return errorsmod.Wrapf(err, "song %s", id)
		}
		// Governance may have lowered limits since the song was made.
		if err := s.Song.Metadata.Validate(HighestParams()); err != nil {
			return errorsmod.Wrapf(err, "song %s", id)
		}
		if s.Song.Revision == 0 {
			return errorsmod.Wrapf(ErrInvalidGenesis, "song %s has no revision; a new one has 1", id)
		}
		if s.Song.CreatedHeight < 0 {
			return errorsmod.Wrapf(ErrInvalidGenesis, "song %s was made at height %d", id, s.Song.CreatedHeight)
		}
	}
	return nil
}

// history checks the commits and computes their places anew, parents first.
func (v genesisValidator) history(commits []CommitRecord) error {
	ordered := slices.Clone(commits)
	slices.SortStableFunc(ordered, func(a, b CommitRecord) int { return cmp.Compare(a.Generation, b.Generation) })
	for _, record := range ordered {
		digest := Digest(sha256.Sum256(record.Block))
		if err := v.commit(digest, record); err != nil {
			return errorsmod.Wrapf(err, "commit %s", digest)
		}
		v.commits[digest] = record
	}
	return nil
}

func (v genesisValidator) commit(digest Digest, record CommitRecord) error {
	if _, repeated := v.commits[digest]; repeated {
		return errorsmod.Wrap(ErrRepeatedCommit, "in genesis")
	}
	o, err := object.DecodeCommit(record.Block)
	if err != nil {
		return errorsmod.Wrap(ErrInvalidObject, err.Error())
	}
	if len(record.Song) != len(SongID{}) {
		return errorsmod.Wrap(ErrInvalidID, "song of first appearance")
	}
	if _, ok := v.songs[SongID(record.Song)]; !ok {
		return errorsmod.Wrapf(ErrSongNotFound, "%s of first appearance", SongID(record.Song))
	}
	if !slices.Contains(licences, record.Licence) {
		return errorsmod.Wrapf(ErrInvalidMetadata, "licence %.60q", record.Licence)
	}
	if !record.AiTraining.known() {
		return errorsmod.Wrapf(ErrInvalidMetadata, "AI training %d", record.AiTraining)
	}
	if n := len(record.Pusher); n != 0 && (n != 20 && n != 32 || bytes.Equal(record.Pusher, o.Author)) {
		return errorsmod.Wrap(ErrInvalidGenesis, "pusher is no address, or the author's")
	}
	placed := record
	if err := placed.Place(o.Parents, v.lookup); err != nil {
		return err
	}
	if placed.Generation != record.Generation || placed.Depth != record.Depth || !bytes.Equal(placed.Jump, record.Jump) {
		return errorsmod.Wrapf(ErrInvalidGenesis, "generation %d, depth %d or jump is wrong", record.Generation, record.Depth)
	}
	return nil
}

func (v genesisValidator) lookup(digest Digest) (CommitRecord, error) {
	record, ok := v.commits[digest]
	if !ok {
		return record, errorsmod.Wrap(ErrCommitNotFound, digest.String())
	}
	return record, nil
}

// song checks what hangs on a song, and where it comes from.
func (v genesisValidator) song(s GenesisSong) error {
	if err := v.origin(s.Song); err != nil {
		return err
	}
	if err := v.taken(s); err != nil {
		return err
	}
	seen := make(map[string]bool)
	for _, c := range s.Collaborators {
		if _, known := Role_name[int32(c.Role)]; !known || c.Role == Role_ROLE_UNSPECIFIED || c.Address == s.Song.Owner || seen[c.Address] {
			return errorsmod.Wrapf(ErrInvalidRole, "collaborator %s", c.Address)
		}
		seen[c.Address] = true
	}
	branches := make(map[string]bool)
	for _, b := range s.Branches {
		if err := CheckBranchName(b.Name); err != nil {
			return err
		}
		if branches[b.Name] || len(b.Record.Head) != len(Digest{}) {
			return errorsmod.Wrapf(ErrInvalidGenesis, "branch %s is repeated or has no head", b.Name)
		}
		branches[b.Name] = true
		if err := v.tree(Digest(b.Record.Head), b.Tree); err != nil {
			return errorsmod.Wrapf(err, "branch %s", b.Name)
		}
	}
	return v.releases(s.Releases)
}

// taken checks what a song took over from others, and whom it lets take from it.
func (v genesisValidator) taken(s GenesisSong) error {
	if err := s.Song.CheckObligations(HighestParams().MaxObligations); err != nil {
		return err
	}
	for _, o := range s.Song.Obligations {
		id, err := ParseSongID(o.Song)
		if err != nil {
			return err
		}
		if _, ok := v.songs[id]; !ok {
			return errorsmod.Wrapf(ErrSongNotFound, "%s, of an obligation", id)
		}
	}
	granted := make(map[string]bool, len(s.ForkGrants))
	for _, address := range s.ForkGrants {
		if granted[address] {
			return errorsmod.Wrapf(ErrInvalidGenesis, "%s is granted twice", address)
		}
		granted[address] = true
	}
	return v.admitted(s)
}

// admitted checks the commits of other songs that were let in.
func (v genesisValidator) admitted(s GenesisSong) error {
	seen := make(map[Digest]bool, len(s.Admitted))
	for _, link := range s.Admitted {
		digest, err := ParseDigest(link)
		if err != nil {
			return err
		}
		record, err := v.lookup(digest)
		if err != nil {
			return errorsmod.Wrap(err, "admitted")
		}
		if seen[digest] || SongID(record.Song).String() == s.Song.Id {
			return errorsmod.Wrapf(ErrInvalidGenesis, "%s is admitted twice, or the song's own", digest)
		}
		seen[digest] = true
	}
	return nil
}

func (v genesisValidator) origin(song Song) error {
	if song.Parent == "" {
		if song.Network != song.Id || song.ForkCommit != "" {
			return errorsmod.Wrap(ErrInvalidGenesis, "is no fork, but is of another network or has a fork commit")
		}
		return nil
	}
	id, err := ParseSongID(song.Parent)
	if err != nil {
		return err
	}
	parent, ok := v.songs[id]
	if !ok {
		return errorsmod.Wrapf(ErrSongNotFound, "parent %s", id)
	}
	if song.Network != parent.Network {
		return errorsmod.Wrapf(ErrInvalidGenesis, "is of network %s, its parent of %s", song.Network, parent.Network)
	}
	digest, err := ParseDigest(song.ForkCommit)
	if err != nil {
		return err
	}
	_, err = v.lookup(digest)
	return err
}

func (v genesisValidator) releases(releases []GenesisRelease) error {
	limits := HighestParams()
	tags := make(map[string]bool)
	for _, r := range releases {
		if err := CheckReleaseTag(r.Release.Tag); err != nil {
			return err
		}
		if tags[r.Release.Tag] {
			return errorsmod.Wrapf(ErrReleaseExists, "%s twice", r.Release.Tag)
		}
		tags[r.Release.Tag] = true
		if err := CheckCodes(limits, r.Release.Isrcs, r.Release.Iswc, r.Release.Upc); err != nil {
			return errorsmod.Wrapf(err, "release %s", r.Release.Tag)
		}
		digest, err := ParseDigest(r.Release.Commit)
		if err != nil {
			return err
		}
		if err := v.tree(digest, r.Tree); err != nil {
			return errorsmod.Wrapf(err, "release %s", r.Release.Tag)
		}
	}
	return nil
}

// tree checks that a block is the tree of a commit that exists.
func (v genesisValidator) tree(digest Digest, block []byte) error {
	record, err := v.lookup(digest)
	if err != nil {
		return err
	}
	return CheckTree(record, block)
}
