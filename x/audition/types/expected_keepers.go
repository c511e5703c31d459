package types

import (
	"context"

	"github.com/parrots-music/parrots/internal/object"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// SongKeeper is what auditions use of the song module.
type SongKeeper interface {
	Song(ctx context.Context, id songtypes.SongID) (songtypes.Song, error)
	Commit(ctx context.Context, digest songtypes.Digest) (songtypes.CommitRecord, object.Commit, error)
	Branch(ctx context.Context, id songtypes.SongID, name string) (songtypes.BranchRecord, error)
	MayWrite(ctx context.Context, song songtypes.Song, address []byte) (bool, error)
	Maintains(ctx context.Context, song songtypes.Song, address []byte) (bool, error)
	Maintainers(ctx context.Context, song songtypes.Song) ([][]byte, error)
	PushOffered(ctx context.Context, msg *songtypes.MsgPush, offer songtypes.Offer) (*songtypes.MsgPushResponse, error)
	Leads(ctx context.Context, head, target songtypes.Digest, edges []songtypes.MergeEdge) error
}

// BlockKeeper says which wallets a wallet does not want at its songs.
type BlockKeeper interface {
	IsBlocked(ctx context.Context, owner, who []byte) (bool, error)
}
