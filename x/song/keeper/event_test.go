package keeper_test

import (
	"context"
	"testing"

	"github.com/cosmos/gogoproto/proto"
	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/x/song/types"
)

// Every event says whose message it was: an index reads nothing else.
func TestEventsSayWho(t *testing.T) {
	f := newFixture(t)
	songID := f.createSong(drummer, "blue-bossa")
	base := record(drummer, "base", stems("drums"))
	solo := record(guitarist, "solo", stems("guitar"), base.cid)
	says(f, drummer, f.msgs.Push, pushOf(drummer, songID, "main", "", base))
	// The author of a commit is somebody else than who pushes it.
	says(f, drummer, f.msgs.Push, pushOf(drummer, songID, "solo", "", solo.signedBy(guitarist, chainID)))
	says(f, drummer, f.msgs.SetCollaborator, &types.MsgSetCollaborator{
		Signer: drummer.address, SongId: songID, Address: guitarist.address, Role: types.Role_ROLE_MAINTAINER,
	})
	says(f, guitarist, f.msgs.ProtectBranch, &types.MsgProtectBranch{
		Signer: guitarist.address, SongId: songID, Branch: "solo", Protected: true,
	})
	says(f, guitarist, f.msgs.ProtectBranch, &types.MsgProtectBranch{Signer: guitarist.address, SongId: songID, Branch: "solo"})
	says(f, guitarist, f.msgs.PublishRelease, &types.MsgPublishRelease{Signer: guitarist.address, SongId: songID, Tag: "v1", Commit: base.cid})
	says(f, guitarist, f.msgs.AttachCodes, &types.MsgAttachCodes{Signer: guitarist.address, SongId: songID, Tag: "v1", Iswc: "T0345246801"})
	says(f, guitarist, f.msgs.DeleteBranch, &types.MsgDeleteBranch{
		Signer: guitarist.address, SongId: songID, Branch: "solo", ExpectedHead: solo.cid,
	})
	says(f, singer, f.msgs.ForkSong, &types.MsgForkSong{Creator: singer.address, ParentId: songID})
	says(f, drummer, f.msgs.TransferSong, &types.MsgTransferSong{Owner: drummer.address, SongId: songID, NewOwner: guitarist.address})
	says(f, guitarist, f.msgs.AcceptSong, &types.MsgAcceptSong{NewOwner: guitarist.address, SongId: songID})

	updated := says(f, guitarist, f.msgs.UpdateSong, &types.MsgUpdateSong{
		Signer: guitarist.address, SongId: songID, Name: "red-bossa", Metadata: types.Metadata{Licence: "CC0-1.0"}, Archived: true,
	})
	event, err := sdk.ParseTypedEvent(updated.ToABCIEvents()[0])
	require.NoError(t, err)
	require.Equal(t, &types.EventSongUpdated{
		SongId: songID, Signer: guitarist.address, Name: "red-bossa", Licence: "CC0-1.0", Archived: true, Revision: 2,
	}, event)
}

// says delivers a message and checks that it has events and each names who signed.
func says[M, R proto.Message](f *fixture, who musician, handle func(context.Context, M) (R, error), msg M) sdk.Events {
	f.Helper()
	_, events, err := deliver(f, handle, msg)
	require.NoError(f, err)
	require.NotEmpty(f, events)
	for _, e := range events {
		found := false
		for _, a := range e.Attributes {
			found = found || a.Value == `"`+who.address+`"` && a.Key != "author"
		}
		require.True(f, found, "%s does not name %s: %v", e.Type, who.address, e.Attributes)
	}
	return events
}
