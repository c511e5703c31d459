package keeper_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/x/song/types"
)

func TestDeleteBranch(t *testing.T) {
	f := newFixture(t)
	songID := f.createSong(drummer, "blue-bossa")
	f.setRole(drummer, songID, singer, types.Role_ROLE_WRITER)
	base := record(drummer, "base", stems("kick"))
	for _, branch := range []string{"main", "dev", "mix"} {
		f.push(drummer, songID, branch, "", base)
	}
	remove := func(signer musician, branch, head string) *types.MsgDeleteBranch {
		return &types.MsgDeleteBranch{Signer: signer.address, SongId: songID, Branch: branch, ExpectedHead: head}
	}
	refused(f, types.ErrUnauthorized, f.msgs.DeleteBranch, remove(stranger, "dev", base.cid))
	refused(f, types.ErrStaleHead, f.msgs.DeleteBranch, remove(drummer, "dev", record(drummer, "other", stems("kick")).cid))
	refused(f, types.ErrBranchNotFound, f.msgs.DeleteBranch, remove(drummer, "nowhere", base.cid))
	refused(f, types.ErrProtected, f.msgs.DeleteBranch, remove(drummer, "main", base.cid))
	must(f, f.msgs.ProtectBranch, &types.MsgProtectBranch{Signer: drummer.address, SongId: songID, Branch: "main"})
	refused(f, types.ErrProtected, f.msgs.DeleteBranch, remove(drummer, "main", base.cid)) // still the default
	must(f, f.msgs.ProtectBranch, &types.MsgProtectBranch{Signer: drummer.address, SongId: songID, Branch: "mix", Protected: true})
	refused(f, types.ErrProtected, f.msgs.DeleteBranch, remove(drummer, "mix", base.cid))

	_, events, err := deliver(f, f.msgs.DeleteBranch, remove(singer, "dev", base.cid))
	require.NoError(t, err)
	require.Equal(t, []string{"EventBranchDeleted"}, eventTypes(events))
	_, err = f.queries.Tree(f.ctx, &types.QueryTreeRequest{SongId: songID, Branch: "dev"})
	require.ErrorIs(t, err, types.ErrBranchNotFound)
	_, err = f.queries.Commit(f.ctx, &types.QueryCommitRequest{Cid: base.cid})
	require.NoError(t, err, "commits stay")
}

func TestBranchesAreBoundedAndFitBesideEachOther(t *testing.T) {
	f := newFixture(t)
	params := types.DefaultParams()
	params.MaxBranches = 3
	must(f, f.msgs.UpdateParams, &types.MsgUpdateParams{Authority: f.authority, Params: params})
	songID := f.createSong(drummer, "blue-bossa")
	base := record(drummer, "base", stems("kick"))
	f.push(drummer, songID, "main", "", base)
	f.push(drummer, songID, "solo/a", "", base)
	for _, branch := range []string{"Main", "main/x", "solo", "SOLO/A", "solo/a/b"} {
		refused(f, types.ErrNameTaken, f.msgs.Push, pushOf(drummer, songID, branch, "", base))
	}
	refused(f, types.ErrInvalidName, f.msgs.Push, pushOf(drummer, songID, "../main", "", base))
	f.push(drummer, songID, "solo/b", "", base)
	refused(f, types.ErrLimit, f.msgs.Push, pushOf(drummer, songID, "solo/c", "", base))

	// Another song's branches do not count.
	other := f.createSong(drummer, "recorda-me")
	for i := range 3 {
		f.push(drummer, other, fmt.Sprintf("b%d", i), "", base)
	}
}
