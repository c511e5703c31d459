package types

import (
	"cosmossdk.io/collections"
)

const (
	// ModuleName is the name of the module.
	ModuleName = "social"
	// StoreKey is the key of the module's store.
	StoreKey = ModuleName
	// ObjectStoreKey is the key of the store in which counters wait for the end of a
	// block.
	ObjectStoreKey = "object:" + ModuleName
)

// Prefixes of the module's store, with the layout of what follows them:
//
//	addr    = length (1 byte) | raw address (20 or 32 bytes); without length if last
//	text    = ASCII bytes; followed by 0x00 unless last
//	song    = song id (20 bytes)
//	comment = comment id (20 bytes)
//	moment  = ^height (8 bytes) | ^transaction's index (4 bytes) | 20 bytes that tell
//	          apart what one transaction made: the newest come first
//	height  = ^height (8 bytes)
//
// What different wallets do lies under different keys, whatever they do it to. The
// counters that many change at once are tallies.
var (
	// ParamsPrefix: 0x00 -> Params
	ParamsPrefix = collections.NewPrefix(0)
	// ProfilesPrefix: 0x01 | addr -> Profile
	ProfilesPrefix = collections.NewPrefix(1)
	// FoldedPrefix: 0x02 | folded username -> UsernameRecord
	FoldedPrefix = collections.NewPrefix(2)
	// UsernamesPrefix: 0x03 | username in use -> raw address
	UsernamesPrefix = collections.NewPrefix(3)
	// WalletsPrefix: 0x04 | addr -> WalletCounts
	WalletsPrefix = collections.NewPrefix(4)
	// RespectsPrefix: 0x05 | song | addr -> RespectRecord
	RespectsPrefix = collections.NewPrefix(5)
	// RespectsOfSongPrefix: 0x06 | song | height | addr -> nothing
	RespectsOfSongPrefix = collections.NewPrefix(6)
	// RespectsOfWalletPrefix: 0x07 | addr | height | song -> nothing
	RespectsOfWalletPrefix = collections.NewPrefix(7)
	// RespectCountsPrefix: 0x08 | song -> number (8 bytes)
	RespectCountsPrefix = collections.NewPrefix(8)
	// CommentsPrefix: 0x09 | comment -> CommentRecord
	CommentsPrefix = collections.NewPrefix(9)
	// ThreadsPrefix: 0x0a | length (1 byte) | topic | moment -> nothing; a topic is
	// a song, or a song with what of it is talked about
	ThreadsPrefix = collections.NewPrefix(10)
	// RepliesPrefix: 0x0b | comment | moment -> nothing
	RepliesPrefix = collections.NewPrefix(11)
	// InboxPrefix: 0x0c | addr | moment -> nothing
	InboxPrefix = collections.NewPrefix(12)
	// CommentCountsPrefix: 0x0d | song -> number (8 bytes)
	CommentCountsPrefix = collections.NewPrefix(13)
	// ReplyCountsPrefix: 0x0e | comment -> number (8 bytes)
	ReplyCountsPrefix = collections.NewPrefix(14)
	// FollowsPrefix: 0x0f | addr of who follows | addr of whom -> height (8 bytes)
	FollowsPrefix = collections.NewPrefix(15)
	// FollowersPrefix: 0x10 | addr of whom | height | addr of who follows -> nothing
	FollowersPrefix = collections.NewPrefix(16)
	// FollowerCountsPrefix: 0x11 | addr -> number (8 bytes)
	FollowerCountsPrefix = collections.NewPrefix(17)
	// BlocksPrefix: 0x12 | addr of who keeps away | addr of whom -> nothing
	BlocksPrefix = collections.NewPrefix(18)
	// FeedPrefix: 0x13 | moment -> FeedRecord
	FeedPrefix = collections.NewPrefix(19)
	// FeedOfWalletPrefix: 0x14 | addr | moment -> nothing
	FeedOfWalletPrefix = collections.NewPrefix(20)
	// FeedOfSongPrefix: 0x15 | song | moment -> nothing
	FeedOfSongPrefix = collections.NewPrefix(21)
)
