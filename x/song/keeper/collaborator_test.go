package keeper_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/x/song/types"
)

func TestWhoMayPush(t *testing.T) {
	f := newFixture(t)
	songID := f.createSong(drummer, "blue-bossa")
	f.setRole(drummer, songID, guitarist, types.Role_ROLE_MAINTAINER)
	f.setRole(drummer, songID, singer, types.Role_ROLE_WRITER)

	// The default branch is protected from the beginning, before it exists.
	refused(f, types.ErrProtected, f.msgs.Push, pushOf(singer, songID, "main", "", record(singer, "a", stems("voice"))))
	refused(f, types.ErrUnauthorized, f.msgs.Push, pushOf(stranger, songID, "main", "", record(stranger, "a", stems("noise"))))
	refused(f, types.ErrUnauthorized, f.msgs.Push, pushOf(stranger, songID, "dev", "", record(stranger, "a", stems("noise"))))
	base := record(guitarist, "base", stems("guitar"))
	f.push(guitarist, songID, "main", "", base)
	solo := record(singer, "solo", stems("guitar", "voice"), base.cid)
	refused(f, types.ErrProtected, f.msgs.Push, pushOf(singer, songID, "main", base.cid, solo))
	f.push(singer, songID, "solo", "", solo)

	protect := &types.MsgProtectBranch{Signer: singer.address, SongId: songID, Branch: "solo", Protected: true}
	refused(f, types.ErrUnauthorized, f.msgs.ProtectBranch, protect)
	protect.Signer = guitarist.address
	_, events, err := deliver(f, f.msgs.ProtectBranch, protect)
	require.NoError(t, err)
	require.Equal(t, []string{"EventBranchProtected"}, eventTypes(events))
	next := record(singer, "next", stems("voice"), solo.cid)
	refused(f, types.ErrProtected, f.msgs.Push, pushOf(singer, songID, "solo", solo.cid, next))
	protect.Protected = false
	must(f, f.msgs.ProtectBranch, protect)
	f.push(singer, songID, "solo", solo.cid, next)
	protect.Branch = "nowhere"
	refused(f, types.ErrBranchNotFound, f.msgs.ProtectBranch, protect)
}

func TestWhoAppointsWhom(t *testing.T) {
	f := newFixture(t)
	songID := f.createSong(drummer, "blue-bossa")
	set := func(signer, who musician, role types.Role) *types.MsgSetCollaborator {
		return &types.MsgSetCollaborator{Signer: signer.address, SongId: songID, Address: who.address, Role: role}
	}
	const none, writer, maintainer = types.Role_ROLE_UNSPECIFIED, types.Role_ROLE_WRITER, types.Role_ROLE_MAINTAINER

	refused(f, types.ErrUnauthorized, f.msgs.SetCollaborator, set(stranger, stranger, writer))
	refused(f, types.ErrUnauthorized, f.msgs.SetCollaborator, set(stranger, stranger, none))
	refused(f, types.ErrInvalidRole, f.msgs.SetCollaborator, set(drummer, drummer, writer))
	refused(f, types.ErrInvalidRole, f.msgs.SetCollaborator, set(drummer, guitarist, 99))
	for _, length := range []int{19, 21, 31, 33, 255} {
		nobody := musician{address: sdk.MustBech32ifyAddressBytes(prefix, make([]byte, length))}
		refused(f, types.ErrInvalidAddress, f.msgs.SetCollaborator, set(drummer, nobody, writer))
	}
	_, events, err := deliver(f, f.msgs.SetCollaborator, set(drummer, guitarist, maintainer))
	require.NoError(t, err)
	require.Equal(t, []string{"EventCollaboratorSet"}, eventTypes(events))

	// A maintainer appoints writers, and no one to their own level or from it.
	must(f, f.msgs.SetCollaborator, set(guitarist, singer, writer))
	refused(f, types.ErrUnauthorized, f.msgs.SetCollaborator, set(guitarist, singer, maintainer))
	refused(f, types.ErrUnauthorized, f.msgs.SetCollaborator, set(singer, stranger, writer))
	refused(f, types.ErrUnauthorized, f.msgs.SetCollaborator, set(singer, singer, maintainer))
	must(f, f.msgs.SetCollaborator, set(drummer, singer, maintainer))
	refused(f, types.ErrUnauthorized, f.msgs.SetCollaborator, set(guitarist, singer, none))

	// Everybody may leave; a role that is set again changes nothing.
	must(f, f.msgs.SetCollaborator, set(singer, singer, none))
	_, events, err = deliver(f, f.msgs.SetCollaborator, set(drummer, guitarist, maintainer))
	require.NoError(t, err)
	require.Empty(t, events)
	people, err := f.queries.Collaborators(f.ctx, &types.QueryCollaboratorsRequest{SongId: songID})
	require.NoError(t, err)
	require.Equal(t, []types.Collaborator{{Address: guitarist.address, Role: maintainer}}, people.Collaborators)
}

func TestCollaboratorsAreBounded(t *testing.T) {
	f := newFixture(t)
	params := types.DefaultParams()
	params.MaxCollaborators = 3
	must(f, f.msgs.UpdateParams, &types.MsgUpdateParams{Authority: f.authority, Params: params})
	songID := f.createSong(drummer, "blue-bossa")
	for i := range 3 {
		f.setRole(drummer, songID, newMusician(fmt.Sprint(i)), types.Role_ROLE_WRITER)
	}
	refused(f, types.ErrLimit, f.msgs.SetCollaborator, &types.MsgSetCollaborator{
		Signer: drummer.address, SongId: songID, Address: singer.address, Role: types.Role_ROLE_WRITER,
	})
	f.setRole(drummer, songID, newMusician("1"), types.Role_ROLE_MAINTAINER) // no one new
}
