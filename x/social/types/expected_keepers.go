package types

import (
	"context"

	"github.com/parrots-music/parrots/internal/object"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// SongKeeper is what this module asks of songs.
type SongKeeper interface {
	Song(ctx context.Context, id songtypes.SongID) (songtypes.Song, error)
	Commit(ctx context.Context, digest songtypes.Digest) (songtypes.CommitRecord, object.Commit, error)
	Branch(ctx context.Context, id songtypes.SongID, name string) (songtypes.BranchRecord, error)
	Release(ctx context.Context, id songtypes.SongID, tag string) (songtypes.Release, error)
	Maintains(ctx context.Context, song songtypes.Song, address []byte) (bool, error)
}

// CreditKeeper counts the respects that a wallet's songs received as its honor.
type CreditKeeper interface {
	AddRespects(ctx context.Context, owner []byte, delta int64) error
}

// AuditionKeeper knows which auditions there are.
type AuditionKeeper interface {
	AuditionExists(ctx context.Context, song songtypes.SongID, number uint64) (bool, error)
}
