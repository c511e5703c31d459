package keeper_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/x/song/types"
)

func names(songs []types.Song) (list []string) {
	for _, s := range songs {
		list = append(list, s.Name)
	}
	return list
}

func TestSongsAreListed(t *testing.T) {
	f := newFixture(t)
	for i := range 5 {
		f.nextBlock()
		must(f, f.msgs.CreateSong, &types.MsgCreateSong{
			Creator: drummer.address, Name: fmt.Sprintf("song-%d", 4-i), Metadata: types.Metadata{Tags: []string{"jazz"}},
		})
	}
	f.createSong(singer, "aria")
	f.createSong(newMusician("singer 2"), "jazzy")

	// Newest first, in pages.
	var newest []string
	page := &query.PageRequest{Limit: 2}
	for page.Key != nil || newest == nil {
		res, err := f.queries.Songs(f.ctx, &types.QuerySongsRequest{Pagination: page})
		require.NoError(t, err)
		require.LessOrEqual(t, len(res.Songs), 2)
		newest = append(newest, names(res.Songs)...)
		page = &query.PageRequest{Limit: 2, Key: res.Pagination.NextKey}
	}
	require.Len(t, newest, 7)
	require.ElementsMatch(t, []string{"song-0", "aria", "jazzy"}, newest[:3]) // of one block
	require.Equal(t, []string{"song-1", "song-2", "song-3", "song-4"}, newest[3:])

	byOwner, err := f.queries.SongsByOwner(f.ctx, &types.QuerySongsByOwnerRequest{Owner: drummer.address})
	require.NoError(t, err)
	require.Equal(t, []string{"song-0", "song-1", "song-2", "song-3", "song-4"}, names(byOwner.Songs))
	reverse, err := f.queries.SongsByOwner(f.ctx, &types.QuerySongsByOwnerRequest{
		Owner: drummer.address, Pagination: &query.PageRequest{Limit: 2, Reverse: true},
	})
	require.NoError(t, err)
	require.Equal(t, []string{"song-4", "song-3"}, names(reverse.Songs))
	byTag, err := f.queries.SongsByTag(f.ctx, &types.QuerySongsByTagRequest{Tag: "jazz"})
	require.NoError(t, err)
	require.Len(t, byTag.Songs, 5)
	byTag, err = f.queries.SongsByTag(f.ctx, &types.QuerySongsByTagRequest{Tag: "jaz"})
	require.NoError(t, err)
	require.Empty(t, byTag.Songs, "tags match as a whole")
}

func TestReleasesAreListed(t *testing.T) {
	f := newFixture(t)
	songID := f.createSong(drummer, "blue-bossa")
	base := record(drummer, "base", stems("kick"))
	f.push(drummer, songID, "main", "", base)
	for _, tag := range []string{"v2", "v1"} {
		must(f, f.msgs.PublishRelease, &types.MsgPublishRelease{Signer: drummer.address, SongId: songID, Tag: tag, Commit: base.cid})
	}
	res, err := f.queries.Releases(f.ctx, &types.QueryReleasesRequest{SongId: songID})
	require.NoError(t, err)
	require.Len(t, res.Releases, 2)
	require.Equal(t, "v1", res.Releases[0].Tag)
}

func TestCommitBlockHashesToItsCID(t *testing.T) {
	f := newFixture(t)
	songID := f.createSong(drummer, "blue-bossa")
	base := record(drummer, "base", stems("kick"))
	f.push(drummer, songID, "main", "", base)
	res, err := f.queries.CommitBlock(f.ctx, &types.QueryCommitBlockRequest{Cid: base.cid})
	require.NoError(t, err)
	require.Equal(t, base.cid, object.CIDOf(res.Block).String())
	tree, err := f.queries.Tree(f.ctx, &types.QueryTreeRequest{SongId: songID})
	require.NoError(t, err)
	require.Equal(t, base.Tree, object.CIDOf(tree.Block).String())
}

// Whatever a stranger asks gets an answer or an error that is registered, and reads
// a bounded part of the state.
func TestHostileQueries(t *testing.T) {
	f := newFixture(t)
	songID := f.createSong(drummer, "blue-bossa")
	f.push(drummer, songID, "main", "", record(drummer, "base", stems("kick")))
	unknown := types.NewSongID([]byte("nobody"), 1).String()
	long := strings.Repeat("a", 1<<20)

	for _, id := range []string{"", "song1", long, strings.ToUpper(songID), songID + "\x00", "parrot1qqqqqq"} {
		_, err := f.queries.Song(f.ctx, &types.QuerySongRequest{SongId: id})
		require.ErrorIs(t, err, types.ErrInvalidID)
		_, err = f.queries.Log(f.ctx, &types.QueryLogRequest{SongId: id, Cursor: []byte{1}})
		require.ErrorIs(t, err, types.ErrInvalidID)
	}
	_, err := f.queries.Song(f.ctx, &types.QuerySongRequest{SongId: unknown})
	require.ErrorIs(t, err, types.ErrSongNotFound)
	_, err = f.queries.Branches(f.ctx, &types.QueryBranchesRequest{SongId: unknown})
	require.ErrorIs(t, err, types.ErrSongNotFound)
	_, err = f.queries.SongByName(f.ctx, &types.QuerySongByNameRequest{Owner: drummer.address, Name: "nothing"})
	require.ErrorIs(t, err, types.ErrSongNotFound)
	for _, name := range []string{long, "a\x00b", "../x"} {
		_, err = f.queries.Branch(f.ctx, &types.QueryBranchRequest{SongId: songID, Branch: name})
		require.ErrorIs(t, err, types.ErrInvalidName)
		_, err = f.queries.Tree(f.ctx, &types.QueryTreeRequest{SongId: songID, Release: name})
		require.ErrorIs(t, err, types.ErrInvalidName)
		_, err = f.queries.SongsByTag(f.ctx, &types.QuerySongsByTagRequest{Tag: name})
		require.ErrorIs(t, err, types.ErrInvalidName)
		_, err = f.queries.SongByName(f.ctx, &types.QuerySongByNameRequest{Owner: drummer.address, Name: name})
		require.ErrorIs(t, err, types.ErrInvalidName)
		_, err = f.queries.Commit(f.ctx, &types.QueryCommitRequest{Cid: name})
		require.ErrorIs(t, err, types.ErrInvalidID)
	}
	_, err = f.queries.Tree(f.ctx, &types.QueryTreeRequest{SongId: songID, Branch: "main", Release: "v1"})
	require.ErrorIs(t, err, types.ErrInvalidName)
	_, err = f.queries.SongsByOwner(f.ctx, &types.QuerySongsByOwnerRequest{Owner: long})
	require.ErrorIs(t, err, types.ErrInvalidAddress)
}

// maxPage is the most results of a page.
const maxPage = 200

func TestHostilePages(t *testing.T) {
	f := newFixture(t)
	songID := f.createSong(drummer, "blue-bossa")
	base := record(drummer, "base", stems("kick"))
	for i := range 3 {
		f.push(drummer, songID, fmt.Sprintf("b%d", i), "", base)
	}
	for _, page := range []*query.PageRequest{{Offset: 1}, {CountTotal: true}} {
		_, err := f.queries.Songs(f.ctx, &types.QuerySongsRequest{Pagination: page})
		require.ErrorIs(t, err, types.ErrInvalidPage)
	}
	all, err := f.queries.Branches(f.ctx, &types.QueryBranchesRequest{SongId: songID, Pagination: &query.PageRequest{Limit: math.MaxUint64}})
	require.NoError(t, err)
	require.Len(t, all.Branches, 3)
	// A key leads nowhere but into the song's own branches.
	f.push(drummer, f.createSong(drummer, "another"), "x", "", base)
	for _, key := range [][]byte{{0}, {0xff}, []byte(strings.Repeat("\xff", 300)), []byte("b1"), []byte("b1\x00"), {}} {
		for _, reverse := range []bool{false, true} {
			res, err := f.queries.Branches(f.ctx, &types.QueryBranchesRequest{
				SongId: songID, Pagination: &query.PageRequest{Key: key, Reverse: reverse},
			})
			require.NoError(t, err)
			for _, branch := range res.Branches {
				require.NotEqual(t, "x", branch.Name)
			}
		}
	}
	for i := range maxPage {
		f.createSong(drummer, fmt.Sprintf("song-%d", i))
	}
	many, err := f.queries.Songs(f.ctx, &types.QuerySongsRequest{Pagination: &query.PageRequest{Limit: math.MaxUint64}})
	require.NoError(t, err)
	require.Len(t, many.Songs, maxPage, "of two more")
	for _, key := range [][]byte{{0}, {0xff}, make([]byte, 300)} {
		_, err := f.queries.Songs(f.ctx, &types.QuerySongsRequest{Pagination: &query.PageRequest{Key: key}})
		require.NoError(t, err)
	}
}
