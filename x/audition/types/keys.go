// Package types describes the audition module: messages, state, keys, errors and
// limits, and what others may know of it. It imports the types of songs, which
// auditions stand on, and no keeper.
package types

import "cosmossdk.io/collections"

const (
	// ModuleName is the name of the module.
	ModuleName = "audition"
	// StoreKey is the key of the module's store.
	StoreKey = ModuleName
)

// Prefixes of the module's store, with the layout of what follows them. Numbers are
// big-endian:
//
//	addr   = length (1 byte) | raw address (20 or 32 bytes)
//	text   = bytes; followed by 0x00 unless last
//	song   = song id (20 bytes)
//	number = the audition's number in the song (8 bytes)
//
// The count of a song's auditions is what two openers in one block share: auditions
// are numbered per song. Reviewers share nothing, nor do auditions of several songs.
var (
	// ParamsPrefix: 0x00 -> Params
	ParamsPrefix = collections.NewPrefix(0)
	// SettingsPrefix: 0x01 | song -> Settings
	SettingsPrefix = collections.NewPrefix(1)
	// CountsPrefix: 0x02 | song -> number of auditions opened (8 bytes)
	CountsPrefix = collections.NewPrefix(2)
	// AuditionsPrefix: 0x03 | song | number -> Audition
	AuditionsPrefix = collections.NewPrefix(3)
	// RevisionsPrefix: 0x04 | song | number | revision (4 bytes) -> Revision
	RevisionsPrefix = collections.NewPrefix(4)
	// ReviewsPrefix: 0x05 | song | number | revision (4 bytes) | raw address of the reviewer -> Review
	ReviewsPrefix = collections.NewPrefix(5)
	// ByStatusPrefix: 0x06 | song | status (4 bytes) | ^number -> nothing
	ByStatusPrefix = collections.NewPrefix(6)
	// ByOpenerPrefix: 0x07 | addr of the opener | ^height of opening (8 bytes) | song | number -> nothing
	ByOpenerPrefix = collections.NewPrefix(7)
	// OffersPrefix: 0x08 | song | song of the source | text source branch | text branch -> number
	// of the open audition of that branch to this one
	OffersPrefix = collections.NewPrefix(8)
	// WaitersPrefix: 0x09 | song | number | raw address -> nothing: in whose inboxes an open audition is
	WaitersPrefix = collections.NewPrefix(9)
	// WaitingPrefix: 0x0a | addr | ^height of opening (8 bytes) | song | number -> nothing: the inbox
	WaitingPrefix = collections.NewPrefix(10)
)
