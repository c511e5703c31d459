// Package types describes credits: messages, queries, state, limits, errors, and the
// roles that a contribution may name. It knows the song module's types and imports
// no keeper.
package types

import "cosmossdk.io/collections"

const (
	// ModuleName is the name of the module.
	ModuleName = "credit"
	// StoreKey is the key of the module's store.
	StoreKey = ModuleName
	// ObjectStoreKey is the key of the store in which counters wait for the end of a
	// block.
	ObjectStoreKey = "object:" + ModuleName
)

// Prefixes of the module's store, with the layout of what follows them. Addresses that
// are not last carry their length:
//
//	addr   = length (1 byte) | raw address (20 or 32 bytes)
//	commit = sha2-256 of the commit's block (32 bytes)
//	song   = song id (20 bytes)
//	^h     = complement of a block height (8 bytes, big-endian): newest first
//
// What is written when a credit changes is under keys of its contributor, so that
// different musicians' transactions run in parallel.
var (
	// ParamsPrefix: 0x00 -> Params
	ParamsPrefix = collections.NewPrefix(0)
	// CreditsPrefix: 0x01 | commit | raw address -> CreditRecord
	CreditsPrefix = collections.NewPrefix(1)
	// ByWalletPrefix: 0x02 | addr | status (4 bytes, big-endian) | ^h of the commit | commit -> nothing
	ByWalletPrefix = collections.NewPrefix(2)
	// BySongPrefix: 0x03 | song | ^h of the commit | commit | raw address -> nothing
	BySongPrefix = collections.NewPrefix(3)
	// ConfirmedPrefix: 0x04 | song | raw address -> number of confirmed credits (8 bytes)
	ConfirmedPrefix = collections.NewPrefix(4)
	// GuestsPrefix: 0x05 | commit | one-time key (33 bytes) -> GuestRecord
	GuestsPrefix = collections.NewPrefix(5)
	// StemsPrefix: 0x06 | digest of a stem's CID (32 bytes) -> FirstClaimRecord
	StemsPrefix = collections.NewPrefix(6)
	// SamplesPrefix: 0x07 | multihash of decoded samples -> FirstClaimRecord
	SamplesPrefix = collections.NewPrefix(7)
	// ConsentsPrefix: 0x08 | song | raw address -> ConsentRecord
	ConsentsPrefix = collections.NewPrefix(8)
	// HonorPrefix: 0x09 | addr | kind (4 bytes, big-endian) -> count (8 bytes)
	HonorPrefix = collections.NewPrefix(9)
	// PeoplePrefix: 0x0a | addr | raw address of another -> credits that the other stands
	// behind (8 bytes)
	PeoplePrefix = collections.NewPrefix(10)
	// SongsPrefix: 0x0b | song -> HonorSong
	SongsPrefix = collections.NewPrefix(11)
)

// HonorTally is the name of the tally of honor in the object store.
const HonorTally byte = 1

// Kinds of what honor counts, as they stand in its keys.
const (
	HonorCredits uint32 = iota
	HonorPeople
	HonorSongs
	HonorForks
	HonorAuditions
	HonorRespects
)
