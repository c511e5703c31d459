package keeper_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/x/song/types"
)

func (f *fixture) song(songID string) types.Song {
	f.Helper()
	res, err := f.queries.Song(f.ctx, &types.QuerySongRequest{SongId: songID})
	require.NoError(f, err)
	return res.Song
}

func TestCreateSong(t *testing.T) {
	f := newFixture(t)
	metadata := types.Metadata{Title: "Blue Bossa", Tags: []string{"jazz"}, Licence: "CC-BY-4.0", TempoMbpm: 140_000}
	res, events, err := deliver(f, f.msgs.CreateSong, &types.MsgCreateSong{
		Creator: strings.ToUpper(drummer.address), Name: "blue-bossa", Metadata: metadata,
	})
	require.NoError(t, err)
	require.Equal(t, []string{"EventSongCreated"}, eventTypes(events))
	want := types.Song{
		Id: res.SongId, Owner: drummer.address, Name: "blue-bossa", Metadata: metadata, DefaultBranch: "main",
		Network: res.SongId, CreatedHeight: 1, CreatedTime: genesisTime, Revision: 1,
	}
	require.Equal(t, want, f.song(res.SongId), "the owner in canonical spelling")
	require.Equal(t, types.NewSongID(drummer.key.PubKey().Address(), 0).String(), res.SongId)

	byName, err := f.queries.SongByName(f.ctx, &types.QuerySongByNameRequest{Owner: drummer.address, Name: "blue-bossa"})
	require.NoError(t, err)
	require.Equal(t, want, byName.Song)

	refused(f, types.ErrNameTaken, f.msgs.CreateSong, &types.MsgCreateSong{Creator: drummer.address, Name: "blue-bossa"})
	f.createSong(guitarist, "blue-bossa") // names are unique per owner only
	for want, msg := range map[error]*types.MsgCreateSong{
		types.ErrInvalidName:     {Creator: drummer.address, Name: "blu\u0435-bossa"},
		types.ErrInvalidMetadata: {Creator: drummer.address, Name: "a", Metadata: types.Metadata{Licence: "MIT"}},
		types.ErrInvalidAddress:  {Creator: "cosmos1qqqq", Name: "a"},
	} {
		refused(f, want, f.msgs.CreateSong, msg)
	}
	refused(f, types.ErrInvalidName, f.msgs.CreateSong, &types.MsgCreateSong{Creator: drummer.address, Name: "a", DefaultBranch: "a..b"})
}

func TestUpdateSong(t *testing.T) {
	f := newFixture(t)
	songID := f.createSong(drummer, "blue-bossa")
	f.setRole(drummer, songID, guitarist, types.Role_ROLE_MAINTAINER)
	f.setRole(drummer, songID, singer, types.Role_ROLE_WRITER)
	f.push(drummer, songID, "main", "", record(drummer, "base", stems("kick")))
	update := func(signer musician) *types.MsgUpdateSong {
		return &types.MsgUpdateSong{Signer: signer.address, SongId: songID, Metadata: types.Metadata{Title: "New", Tags: []string{"bossa", "jazz"}}}
	}
	_, events, err := deliver(f, f.msgs.UpdateSong, update(guitarist))
	require.NoError(t, err)
	require.Equal(t, []string{"EventSongUpdated"}, eventTypes(events))
	require.Equal(t, "New", f.song(songID).Metadata.Title)
	require.Equal(t, "blue-bossa", f.song(songID).Name)

	refused(f, types.ErrUnauthorized, f.msgs.UpdateSong, update(singer))
	refused(f, types.ErrUnauthorized, f.msgs.UpdateSong, update(stranger))
	rename := update(guitarist)
	rename.Name = "recorda-me"
	refused(f, types.ErrUnauthorized, f.msgs.UpdateSong, rename)
	archive := update(guitarist)
	archive.Archived = true
	refused(f, types.ErrUnauthorized, f.msgs.UpdateSong, archive)
	branch := update(drummer)
	branch.DefaultBranch = "nowhere"
	refused(f, types.ErrBranchNotFound, f.msgs.UpdateSong, branch)

	rename = update(drummer)
	rename.Name, rename.Metadata.Tags = "recorda-me", []string{"jazz", "latin"}
	must(f, f.msgs.UpdateSong, rename)
	f.createSong(drummer, "blue-bossa") // the old name is free again
	for tag, count := range map[string]int{"jazz": 1, "latin": 1, "bossa": 0} {
		res, err := f.queries.SongsByTag(f.ctx, &types.QuerySongsByTagRequest{Tag: tag})
		require.NoError(t, err)
		require.Len(t, res.Songs, count, tag)
	}
	rename.Name = "blue-bossa"
	refused(f, types.ErrNameTaken, f.msgs.UpdateSong, rename)
}

// Of two who edit what they have read, the second one is told.
func TestUpdateSongComparesAndSwaps(t *testing.T) {
	f := newFixture(t)
	songID := f.createSong(drummer, "blue-bossa")
	require.EqualValues(t, 1, f.song(songID).Revision)
	edit := func(title string, expected uint64) *types.MsgUpdateSong {
		return &types.MsgUpdateSong{
			Signer: drummer.address, SongId: songID, Metadata: types.Metadata{Title: title}, ExpectedRevision: expected,
		}
	}
	must(f, f.msgs.UpdateSong, edit("Mine", 1))
	require.EqualValues(t, 2, f.song(songID).Revision)
	err := refused(f, types.ErrStaleRevision, f.msgs.UpdateSong, edit("Theirs", 1))
	require.ErrorContains(t, err, "revision 2, not 1")
	refused(f, types.ErrStaleRevision, f.msgs.UpdateSong, edit("Theirs", 3))
	must(f, f.msgs.UpdateSong, edit("Theirs", 2))
	must(f, f.msgs.UpdateSong, edit("Whatever", 0))
	require.EqualValues(t, 4, f.song(songID).Revision)
	must(f, f.msgs.TransferSong, &types.MsgTransferSong{Owner: drummer.address, SongId: songID, NewOwner: singer.address})
	require.EqualValues(t, 4, f.song(songID).Revision, "an offer edits nothing")
}

func TestArchivedSongTakesNothing(t *testing.T) {
	f := newFixture(t)
	songID := f.createSong(drummer, "blue-bossa")
	works := line(drummer, "take", 2)
	f.push(drummer, songID, "main", "", works[0])
	f.push(drummer, songID, "dev", "", works[0])
	must(f, f.msgs.PublishRelease, &types.MsgPublishRelease{Signer: drummer.address, SongId: songID, Tag: "v1", Commit: works[0].cid})
	must(f, f.msgs.TransferSong, &types.MsgTransferSong{Owner: drummer.address, SongId: songID, NewOwner: singer.address})
	f.setRole(drummer, songID, guitarist, types.Role_ROLE_MAINTAINER)
	update := &types.MsgUpdateSong{Signer: drummer.address, SongId: songID, Archived: true}
	must(f, f.msgs.UpdateSong, update)

	refused(f, types.ErrArchived, f.msgs.UpdateSong, update)
	refused(f, types.ErrArchived, f.msgs.Push, pushOf(drummer, songID, "main", works[0].cid, works[1]))
	refused(f, types.ErrArchived, f.msgs.SetCollaborator, &types.MsgSetCollaborator{Signer: drummer.address, SongId: songID, Address: guitarist.address})
	refused(f, types.ErrArchived, f.msgs.ProtectBranch, &types.MsgProtectBranch{Signer: drummer.address, SongId: songID, Branch: "dev", Protected: true})
	refused(f, types.ErrArchived, f.msgs.DeleteBranch, &types.MsgDeleteBranch{Signer: drummer.address, SongId: songID, Branch: "dev", ExpectedHead: works[0].cid})
	refused(f, types.ErrArchived, f.msgs.PublishRelease, &types.MsgPublishRelease{Signer: drummer.address, SongId: songID, Tag: "v2", Commit: works[0].cid})
	refused(f, types.ErrArchived, f.msgs.AttachCodes, &types.MsgAttachCodes{Signer: drummer.address, SongId: songID, Tag: "v1", Iswc: "T0345246801"})
	refused(f, types.ErrArchived, f.msgs.TransferSong, &types.MsgTransferSong{Owner: drummer.address, SongId: songID})
	refused(f, types.ErrArchived, f.msgs.AcceptSong, &types.MsgAcceptSong{NewOwner: singer.address, SongId: songID})
	update.Archived, update.Signer = false, guitarist.address
	refused(f, types.ErrUnauthorized, f.msgs.UpdateSong, update)

	// Reading and forking go on; only the owner opens it again.
	must(f, f.msgs.ForkSong, &types.MsgForkSong{Creator: stranger.address, ParentId: songID})
	update.Signer = drummer.address
	must(f, f.msgs.UpdateSong, update)
	f.push(drummer, songID, "main", works[0].cid, works[1])
}

func TestTransferTakesTwoSteps(t *testing.T) {
	f := newFixture(t)
	songID := f.createSong(drummer, "blue-bossa")
	f.setRole(drummer, songID, guitarist, types.Role_ROLE_WRITER)
	f.setRole(drummer, songID, singer, types.Role_ROLE_MAINTAINER)
	offer := &types.MsgTransferSong{Owner: drummer.address, SongId: songID, NewOwner: singer.address}
	accept := &types.MsgAcceptSong{NewOwner: singer.address, SongId: songID}

	refused(f, types.ErrNotOffered, f.msgs.AcceptSong, accept)
	refused(f, types.ErrUnauthorized, f.msgs.TransferSong, &types.MsgTransferSong{Owner: singer.address, SongId: songID, NewOwner: singer.address})
	refused(f, types.ErrInvalidAddress, f.msgs.TransferSong, &types.MsgTransferSong{Owner: drummer.address, SongId: songID, NewOwner: drummer.address})
	refused(f, types.ErrNotOffered, f.msgs.TransferSong, &types.MsgTransferSong{Owner: drummer.address, SongId: songID})
	must(f, f.msgs.TransferSong, offer)
	require.Equal(t, drummer.address, f.song(songID).Owner, "an offer changes nothing yet")
	refused(f, types.ErrNotOffered, f.msgs.AcceptSong, &types.MsgAcceptSong{NewOwner: stranger.address, SongId: songID})
	must(f, f.msgs.TransferSong, &types.MsgTransferSong{Owner: drummer.address, SongId: songID})
	refused(f, types.ErrNotOffered, f.msgs.AcceptSong, accept)

	must(f, f.msgs.TransferSong, offer)
	f.createSong(singer, "blue-bossa")
	err := refused(f, types.ErrNameTaken, f.msgs.AcceptSong, accept)
	require.ErrorContains(t, err, "give another name")
	accept.Name = "blue-bossa-2"
	_, events, err := deliver(f, f.msgs.AcceptSong, accept)
	require.NoError(t, err)
	require.Equal(t, []string{"EventSongTransferred"}, eventTypes(events))

	song := f.song(songID)
	require.Equal(t, singer.address, song.Owner)
	require.Empty(t, song.PendingOwner)
	f.createSong(drummer, "blue-bossa") // the old owner's name is free
	people, err := f.queries.Collaborators(f.ctx, &types.QueryCollaboratorsRequest{SongId: songID})
	require.NoError(t, err)
	require.Equal(t, []types.Collaborator{{Address: guitarist.address, Role: types.Role_ROLE_WRITER}}, people.Collaborators)
	refused(f, types.ErrUnauthorized, f.msgs.UpdateSong, &types.MsgUpdateSong{Signer: drummer.address, SongId: songID})
	refused(f, types.ErrNotOffered, f.msgs.AcceptSong, accept)
}

func TestUpdateParams(t *testing.T) {
	f := newFixture(t)
	params := types.DefaultParams()
	params.MaxTags = 1
	_, _, err := deliver(f, f.msgs.UpdateParams, &types.MsgUpdateParams{Authority: drummer.address, Params: params})
	require.Error(t, err)
	refused(f, types.ErrInvalidParams, f.msgs.UpdateParams, &types.MsgUpdateParams{Authority: f.authority})
	_, events, err := deliver(f, f.msgs.UpdateParams, &types.MsgUpdateParams{Authority: f.authority, Params: params})
	require.NoError(t, err)
	require.Equal(t, []string{"EventParamsUpdated"}, eventTypes(events))
	res, err := f.queries.Params(f.ctx, &types.QueryParamsRequest{})
	require.NoError(t, err)
	require.Equal(t, params, res.Params)
	refused(f, types.ErrLimit, f.msgs.CreateSong, &types.MsgCreateSong{
		Creator: drummer.address, Name: "a", Metadata: types.Metadata{Tags: []string{"a", "b"}},
	})
}
