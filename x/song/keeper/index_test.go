package keeper_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/parrots-music/parrots/x/song/keeper"
	"github.com/parrots-music/parrots/x/song/types"
)

// pages reads a list page by page, forwards and backwards.
func pages(f *fixture, list func(*query.PageRequest) ([]string, *query.PageResponse, error)) []string {
	f.Helper()
	read := func(reverse bool) (all []string) {
		var key []byte
		for {
			names, next, err := list(&query.PageRequest{Key: key, Limit: 2, Reverse: reverse})
			require.NoError(f, err)
			require.LessOrEqual(f, len(names), 2)
			all = append(all, names...)
			if key = next.NextKey; len(key) == 0 {
				return all
			}
		}
	}
	all, back := read(false), read(true)
	require.Len(f, back, len(all))
	for i := range back {
		require.Equal(f, all[len(all)-1-i], back[i])
	}
	return all
}

func TestSongsByPrefix(t *testing.T) {
	f := newFixture(t)
	for _, name := range []string{"blue-bossa", "blue", "blues", "blue-in-green", "recorda-me"} {
		f.createSong(drummer, name)
	}
	f.createSong(guitarist, "blue-bossa")
	find := func(prefix string) []string {
		return pages(f, func(page *query.PageRequest) (names []string, next *query.PageResponse, err error) {
			res, err := f.queries.SongsByPrefix(f.ctx, &types.QuerySongsByPrefixRequest{Prefix: prefix, Pagination: page})
			if err != nil {
				return nil, nil, err
			}
			for _, s := range res.Songs {
				names = append(names, s.Name)
			}
			return names, res.Pagination, nil
		})
	}
	require.Equal(t, []string{"blue", "blue-bossa", "blue-bossa", "blue-in-green", "blues"}, find("blue"))
	require.Equal(t, []string{"blue-bossa", "blue-bossa", "blue-in-green"}, find("blue-"))
	require.Equal(t, []string{"recorda-me"}, find("recorda-me"))
	require.Empty(t, find("recorda-me-"))
	require.Empty(t, find("a"))
	require.Len(t, find(""), 6)

	must(f, f.msgs.UpdateSong, &types.MsgUpdateSong{Signer: drummer.address, SongId: f.byName(drummer, "blues"), Name: "mercy"})
	must(f, f.msgs.TransferSong, &types.MsgTransferSong{Owner: drummer.address, SongId: f.byName(drummer, "blue"), NewOwner: singer.address})
	must(f, f.msgs.AcceptSong, &types.MsgAcceptSong{NewOwner: singer.address, SongId: f.byName(drummer, "blue"), Name: "blue-train"})
	require.Equal(t, []string{"blue-bossa", "blue-bossa", "blue-in-green", "blue-train"}, find("blue"))
	require.Equal(t, []string{"mercy"}, find("m"))

	for _, prefix := range []string{"B", "a\x00", "a--"} {
		_, err := f.queries.SongsByPrefix(f.ctx, &types.QuerySongsByPrefixRequest{Prefix: prefix})
		require.ErrorIs(t, err, types.ErrInvalidName)
	}
	for _, page := range []*query.PageRequest{{Key: []byte("red")}, {Offset: 1}, {CountTotal: true}} {
		_, err := f.queries.SongsByPrefix(f.ctx, &types.QuerySongsByPrefixRequest{Prefix: "blue", Pagination: page})
		require.ErrorIs(t, err, types.ErrInvalidPage)
	}
}

func TestTagsAreCounted(t *testing.T) {
	f := newFixture(t)
	tagged := func(name string, tags ...string) string {
		return must(f, f.msgs.CreateSong, &types.MsgCreateSong{
			Creator: drummer.address, Name: name, Metadata: types.Metadata{Tags: tags, Licence: "CC0-1.0"},
		}).SongId
	}
	a := tagged("a", "jazz", "live")
	tagged("b", "jazz", "jazz-funk", "latin")
	find := func(prefix string) []string {
		return pages(f, func(page *query.PageRequest) (tags []string, next *query.PageResponse, err error) {
			res, err := f.queries.Tags(f.ctx, &types.QueryTagsRequest{Prefix: prefix, Pagination: page})
			if err != nil {
				return nil, nil, err
			}
			for _, tag := range res.Tags {
				tags = append(tags, fmt.Sprint(tag.Tag, " ", tag.Songs))
			}
			return tags, res.Pagination, nil
		})
	}
	require.Equal(t, []string{"jazz 2", "jazz-funk 1", "latin 1", "live 1"}, find(""))
	require.Equal(t, []string{"jazz 2", "jazz-funk 1"}, find("jazz"))
	require.Empty(t, find("rock"))

	must(f, f.msgs.UpdateSong, &types.MsgUpdateSong{Signer: drummer.address, SongId: a, Metadata: types.Metadata{Tags: []string{"jazz", "rock"}, Licence: "CC0-1.0"}})
	require.Equal(t, []string{"jazz 2", "jazz-funk 1", "latin 1", "rock 1"}, find(""))
	f.push(drummer, a, "main", "", record(drummer, "first", stems("a")))
	must(f, f.msgs.ForkSong, &types.MsgForkSong{Creator: singer.address, ParentId: a})
	require.Equal(t, []string{"rock 2"}, find("r"), "a fork has its parent's tags")

	_, err := f.queries.Tags(f.ctx, &types.QueryTagsRequest{Prefix: "JAZZ"})
	require.ErrorIs(t, err, types.ErrInvalidName)
}

// In a block, tags are counted when it ends.
func TestTagsAreCountedAtTheEndOfABlock(t *testing.T) {
	f := newFixture(t)
	f.keeper = f.keeper.WithTallies(f.objectKey)
	msgs := keeper.NewMsgServer(f.keeper)
	for i := range 20 {
		ctx := f.ctx.WithTxIndex(i)
		_, err := msgs.CreateSong(ctx, &types.MsgCreateSong{Creator: drummer.address, Name: fmt.Sprint("song-", i), Metadata: types.Metadata{Tags: []string{"jazz"}}})
		require.NoError(t, err)
	}
	res, err := f.queries.Tags(f.ctx, &types.QueryTagsRequest{})
	require.NoError(t, err)
	require.Empty(t, res.Tags)
	require.NoError(t, f.keeper.EndBlock(f.ctx))
	res, err = f.queries.Tags(f.ctx, &types.QueryTagsRequest{})
	require.NoError(t, err)
	require.Equal(t, []types.TagCount{{Tag: "jazz", Songs: 20}}, res.Tags)
}

func TestSongsByCollaborator(t *testing.T) {
	f := newFixture(t)
	var songs []string
	for i := range 5 {
		songs = append(songs, f.createSong(drummer, fmt.Sprint("song-", i)))
		f.setRole(drummer, songs[i], guitarist, types.Role_ROLE_WRITER)
	}
	f.setRole(drummer, songs[1], guitarist, types.Role_ROLE_MAINTAINER)
	f.setRole(drummer, songs[2], guitarist, types.Role_ROLE_UNSPECIFIED)
	must(f, f.msgs.TransferSong, &types.MsgTransferSong{Owner: drummer.address, SongId: songs[3], NewOwner: guitarist.address})
	must(f, f.msgs.AcceptSong, &types.MsgAcceptSong{NewOwner: guitarist.address, SongId: songs[3]})
	found := pages(f, func(page *query.PageRequest) (names []string, next *query.PageResponse, err error) {
		res, err := f.queries.SongsByCollaborator(f.ctx, &types.QuerySongsByCollaboratorRequest{Address: guitarist.address, Pagination: page})
		if err != nil {
			return nil, nil, err
		}
		for _, s := range res.Songs {
			names = append(names, s.Song.Name+" "+s.Role.String())
		}
		return names, res.Pagination, nil
	})
	require.ElementsMatch(t, []string{"song-0 ROLE_WRITER", "song-1 ROLE_MAINTAINER", "song-4 ROLE_WRITER"}, found)
	_, err := f.queries.SongsByCollaborator(f.ctx, &types.QuerySongsByCollaboratorRequest{Address: "x"})
	require.ErrorIs(t, err, types.ErrInvalidAddress)
}

// FuzzTextPages reads a stranger's page key.
func FuzzTextPages(f *testing.F) {
	fix := newFixture(f)
	fix.createSong(drummer, "blue")
	fix.createSong(drummer, "blues")
	f.Add("bl", []byte("blue"), false)
	f.Add("", []byte{0, 255}, true)
	f.Fuzz(func(t *testing.T, prefix string, key []byte, reverse bool) {
		res, err := fix.queries.SongsByPrefix(fix.ctx, &types.QuerySongsByPrefixRequest{
			Prefix: prefix, Pagination: &query.PageRequest{Key: key, Reverse: reverse, Limit: 1},
		})
		if err == nil && len(res.Songs) > 1 {
			t.Fatalf("%d songs on a page of one", len(res.Songs))
		}
	})
}
