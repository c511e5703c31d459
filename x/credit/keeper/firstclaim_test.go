package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/x/credit/types"
)

func TestFirstClaims(t *testing.T) {
	f := newFixture(t)
	songID, w := f.bossa()
	f.nextBlock()
	// Somebody else adds the same guitar to a song of their own, and a stem of theirs.
	theirs := f.createSong(stranger, "my-song")
	copied := commit(stranger, []string{"guitar", "noise"}, nil)
	f.push(stranger, theirs, "main", copied)

	claim := func(req *types.QueryFirstClaimRequest) types.FirstClaim {
		res, err := f.queries.FirstClaim(f.ctx, req)
		require.NoError(t, err)
		return res.Claim
	}
	want := types.FirstClaim{
		Commit: w.cid, SongId: songID, Author: drummer.address, Pusher: drummer.address, Height: 1, Time: genesisTime.Unix(),
	}
	require.Equal(t, want, claim(&types.QueryFirstClaimRequest{Cid: stemCID("guitar")}))
	require.Equal(t, want, claim(&types.QueryFirstClaimRequest{Pcm: hashOf("pcm of guitar")}))
	require.Equal(t, copied.cid, claim(&types.QueryFirstClaimRequest{Cid: stemCID("noise")}).Commit)

	// The first push by another hand names author and pusher both.
	draft := commit(guitarist, []string{"sketch"}, nil)
	f.push(stranger, theirs, "draft", draft.signedBy(guitarist))
	sketch := claim(&types.QueryFirstClaimRequest{Cid: stemCID("sketch")})
	require.Equal(t, guitarist.address, sketch.Author)
	require.Equal(t, stranger.address, sketch.Pusher)

	for want, req := range map[error]*types.QueryFirstClaimRequest{
		types.ErrNoFirstClaim: {Cid: stemCID("silence")}, types.ErrInvalidHash: {},
	} {
		_, err := f.queries.FirstClaim(f.ctx, req)
		require.ErrorIs(t, err, want)
	}
	for _, req := range []*types.QueryFirstClaimRequest{{Cid: "bafy"}, {Pcm: make([]byte, 100)}} {
		_, err := f.queries.FirstClaim(f.ctx, req)
		require.ErrorIs(t, err, types.ErrInvalidHash)
	}
}
