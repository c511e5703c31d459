package types

import (
	"context"

	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/parrots-music/parrots/internal/object"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// SongKeeper is what credits need of songs.
type SongKeeper interface {
	// Song returns a song.
	Song(ctx context.Context, id songtypes.SongID) (songtypes.Song, error)
	// Commit returns a commit's record and its fields.
	Commit(ctx context.Context, digest songtypes.Digest) (songtypes.CommitRecord, object.Commit, error)
	// Leads checks that target is in head's history.
	Leads(ctx context.Context, head, target songtypes.Digest, edges []songtypes.MergeEdge) error
}

// AccountKeeper says what checking a signature costs.
type AccountKeeper interface {
	// GetParams returns x/auth's parameters.
	GetParams(ctx context.Context) authtypes.Params
}
