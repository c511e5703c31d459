package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/x/social/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

func (f *fixture) respect(wallet, song string) {
	f.Helper()
	must(f, f.msgs.Respect, &types.MsgRespect{Wallet: wallet, SongId: song})
}

func TestRespect(t *testing.T) {
	f := newFixture(t)
	song, _ := f.createSong(drummer, "blue-bossa")
	other, _ := f.createSong(drummer, "red-bossa")
	f.call(singer, "singer")
	f.respect(singer, song)
	f.nextBlock()
	f.respect(guitarist, song)
	f.respect(singer, other)
	f.nextBlock()

	require.EqualValues(t, 2, ask(f, f.queries.Song, &types.QuerySongRequest{SongId: song}).Respects)
	require.EqualValues(t, 3, f.honor[string(raw(drummer))])
	who := ask(f, f.queries.RespectsOfSong, &types.QueryRespectsOfSongRequest{SongId: song}).Respects
	require.Equal(t, []types.SongRespect{
		{Wallet: types.Name{Address: guitarist}, Height: 2},
		{Wallet: types.Name{Address: singer, Username: "singer"}, Height: 1},
	}, who)
	what := ask(f, f.queries.RespectsOfWallet, &types.QueryRespectsOfWalletRequest{Address: singer}).Respects
	require.Len(t, what, 2)
	require.Equal(t, "red-bossa", what[0].SongName)
	require.Equal(t, song, what[1].SongId)
	require.True(t, ask(f, f.queries.Respect, &types.QueryRespectRequest{SongId: song, Address: singer}).Respected)
	require.EqualValues(t, 2, ask(f, f.queries.Profile, &types.QueryProfileRequest{Address: singer}).Respects)

	must(f, f.msgs.Unrespect, &types.MsgUnrespect{Wallet: singer, SongId: song})
	f.nextBlock()
	require.EqualValues(t, 1, ask(f, f.queries.Song, &types.QuerySongRequest{SongId: song}).Respects)
	require.False(t, ask(f, f.queries.Respect, &types.QueryRespectRequest{SongId: song, Address: singer}).Respected)
	f.respect(singer, song)
}

func TestRespectsThatAreNone(t *testing.T) {
	f := newFixture(t)
	song, _ := f.createSong(drummer, "blue-bossa")
	f.respect(singer, song)
	refused(f, types.ErrAlreadyRespected, f.msgs.Respect, &types.MsgRespect{Wallet: singer, SongId: song})
	refused(f, types.ErrOwnSong, f.msgs.Respect, &types.MsgRespect{Wallet: drummer, SongId: song})
	refused(f, types.ErrNotRespected, f.msgs.Unrespect, &types.MsgUnrespect{Wallet: guitarist, SongId: song})
	none := songtypes.NewSongID(raw(stranger), 0).String()
	refused(f, songtypes.ErrSongNotFound, f.msgs.Respect, &types.MsgRespect{Wallet: singer, SongId: none})
	refused(f, songtypes.ErrInvalidID, f.msgs.Respect, &types.MsgRespect{Wallet: singer, SongId: "blue-bossa"})

	must(f, f.msgs.Block, &types.MsgBlock{Wallet: drummer, Blocked: stranger})
	refused(f, types.ErrBlocked, f.msgs.Respect, &types.MsgRespect{Wallet: stranger, SongId: song})
	must(f, f.songMsgs.UpdateSong, &songtypes.MsgUpdateSong{Signer: drummer, SongId: song, Archived: true})
	refused(f, songtypes.ErrArchived, f.msgs.Respect, &types.MsgRespect{Wallet: guitarist, SongId: song})
	must(f, f.msgs.Unrespect, &types.MsgUnrespect{Wallet: singer, SongId: song})
	require.Zero(t, f.honor[string(raw(drummer))])
}

// A respect that is taken back is taken from who had the song when it was given.
func TestRespectAndTransfer(t *testing.T) {
	f := newFixture(t)
	song, _ := f.createSong(drummer, "blue-bossa")
	f.respect(singer, song)
	must(f, f.songMsgs.TransferSong, &songtypes.MsgTransferSong{Owner: drummer, SongId: song, NewOwner: guitarist})
	must(f, f.songMsgs.AcceptSong, &songtypes.MsgAcceptSong{NewOwner: guitarist, SongId: song})
	f.respect(stranger, song)
	must(f, f.msgs.Unrespect, &types.MsgUnrespect{Wallet: singer, SongId: song})
	require.Zero(t, f.honor[string(raw(drummer))])
	require.EqualValues(t, 1, f.honor[string(raw(guitarist))])
}
