package types

import "cosmossdk.io/collections"

const (
	// ModuleName is the name of the module.
	ModuleName = "song"
	// StoreKey is the key of the module's store.
	StoreKey = ModuleName
	// ObjectStoreKey is the key of the store in which counters wait for the end of a
	// block.
	ObjectStoreKey = "object:" + ModuleName
)

// TagTally is the name of the tally of tags in the object store.
const TagTally = byte(0)

// Prefixes of the module's store, with the layout of what follows them. Addresses
// and names that are not last carry their length or a terminator:
//
//	addr  = length (1 byte) | raw address (20 or 32 bytes)
//	text  = ASCII bytes; followed by 0x00 unless last
//	song  = song id (20 bytes)
//
// Musicians who work on different songs share no key, and no key counts or names
// the latest of anything, so that their transactions run in parallel.
var (
	// ParamsPrefix: 0x00 -> Params
	ParamsPrefix = collections.NewPrefix(0)
	// CountsPrefix: 0x01 | raw address -> number of songs created (8 bytes, big-endian)
	CountsPrefix = collections.NewPrefix(1)
	// SongsPrefix: 0x02 | song -> Song
	SongsPrefix = collections.NewPrefix(2)
	// NamesPrefix: 0x03 | addr of the owner | text name -> song
	NamesPrefix = collections.NewPrefix(3)
	// NewestPrefix: 0x04 | ^height of creation (8 bytes, big-endian) | song -> nothing
	NewestPrefix = collections.NewPrefix(4)
	// TagsPrefix: 0x05 | text tag | song -> nothing
	TagsPrefix = collections.NewPrefix(5)
	// ForksPrefix: 0x06 | song of the parent | song of the fork -> nothing
	ForksPrefix = collections.NewPrefix(6)
	// CollaboratorsPrefix: 0x07 | song | raw address -> role (4 bytes, big-endian)
	CollaboratorsPrefix = collections.NewPrefix(7)
	// BranchesPrefix: 0x08 | song | text name -> BranchRecord
	BranchesPrefix = collections.NewPrefix(8)
	// BranchTreesPrefix: 0x09 | song | text name -> canonical bytes of the head's tree
	BranchTreesPrefix = collections.NewPrefix(9)
	// CommitsPrefix: 0x0a | sha2-256 of the block (32 bytes) -> CommitRecord
	CommitsPrefix = collections.NewPrefix(10)
	// ReleasesPrefix: 0x0b | song | text tag -> Release
	ReleasesPrefix = collections.NewPrefix(11)
	// ReleaseTreesPrefix: 0x0c | song | text tag -> canonical bytes of the commit's tree
	ReleaseTreesPrefix = collections.NewPrefix(12)
	// ForkGrantsPrefix: 0x0d | song | raw address -> nothing
	ForkGrantsPrefix = collections.NewPrefix(13)
	// AllNamesPrefix: 0x0e | text name | song -> nothing
	AllNamesPrefix = collections.NewPrefix(14)
	// TagCountsPrefix: 0x0f | text tag -> number of songs (8 bytes, big-endian)
	TagCountsPrefix = collections.NewPrefix(15)
	// RolesPrefix: 0x10 | addr of a collaborator | song -> nothing
	RolesPrefix = collections.NewPrefix(16)
	// AdmittedPrefix: 0x11 | song | sha2-256 of a commit of another song (32 bytes) -> nothing
	AdmittedPrefix = collections.NewPrefix(17)
)
