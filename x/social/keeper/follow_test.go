package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/parrots-music/parrots/x/social/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

func (f *fixture) follow(wallet, followee string) {
	f.Helper()
	must(f, f.msgs.Follow, &types.MsgFollow{Wallet: wallet, Followee: followee})
}

func (f *fixture) feed() []types.FeedEntry {
	f.Helper()
	return ask(f, f.queries.Feed, &types.QueryFeedRequest{}).Entries
}

// kinds names the entries of a feed.
func kinds(entries []types.FeedEntry) (list []string) {
	for _, e := range entries {
		list = append(list, e.Kind.String()[len("FEED_KIND_"):]+" "+e.SongName)
	}
	return list
}

func TestFollow(t *testing.T) {
	f := newFixture(t)
	f.follow(singer, drummer)
	f.nextBlock()
	f.follow(guitarist, drummer)
	f.follow(singer, guitarist)
	f.nextBlock()
	p := ask(f, f.queries.Profile, &types.QueryProfileRequest{Address: drummer})
	require.EqualValues(t, 2, p.Followers)
	require.EqualValues(t, 2, ask(f, f.queries.Profile, &types.QueryProfileRequest{Address: singer}).Following)
	require.Equal(t, []types.Name{{Address: guitarist}, {Address: singer}}, ask(f, f.queries.Followers, &types.QueryFollowersRequest{Address: drummer}).Wallets)
	require.Len(t, ask(f, f.queries.Following, &types.QueryFollowingRequest{Address: singer}).Wallets, 2)
	require.True(t, ask(f, f.queries.Follows, &types.QueryFollowsRequest{Address: singer, Followee: drummer}).Follows)
	require.False(t, ask(f, f.queries.Follows, &types.QueryFollowsRequest{Address: drummer, Followee: singer}).Follows)

	refused(f, types.ErrAlreadyFollowed, f.msgs.Follow, &types.MsgFollow{Wallet: singer, Followee: drummer})
	refused(f, types.ErrSelf, f.msgs.Follow, &types.MsgFollow{Wallet: singer, Followee: singer})
	refused(f, songtypes.ErrInvalidAddress, f.msgs.Follow, &types.MsgFollow{Wallet: singer, Followee: "drummer"})
	refused(f, types.ErrNotFollowed, f.msgs.Unfollow, &types.MsgUnfollow{Wallet: drummer, Followee: singer})
	must(f, f.msgs.Unfollow, &types.MsgUnfollow{Wallet: singer, Followee: drummer})

	params := types.DefaultParams()
	params.MaxFollows = 1
	must(f, f.msgs.UpdateParams, &types.MsgUpdateParams{Authority: f.authority, Params: params})
	refused(f, types.ErrLimit, f.msgs.Follow, &types.MsgFollow{Wallet: singer, Followee: drummer})
	f.nextBlock()
	require.EqualValues(t, 1, ask(f, f.queries.Profile, &types.QueryProfileRequest{Address: drummer}).Followers)
}

func TestParams(t *testing.T) {
	f := newFixture(t)
	_, err := deliver(f, f.msgs.UpdateParams, &types.MsgUpdateParams{Authority: drummer, Params: types.DefaultParams()})
	require.Error(t, err)
	refused(f, types.ErrInvalidParams, f.msgs.UpdateParams, &types.MsgUpdateParams{Authority: f.authority})
	highest := types.HighestParams()
	must(f, f.msgs.UpdateParams, &types.MsgUpdateParams{Authority: f.authority, Params: highest})
	require.Equal(t, highest, ask(f, f.queries.Params, &types.QueryParamsRequest{}).Params)
}

func TestFeeds(t *testing.T) {
	f := newFixture(t)
	song, head := f.createSong(drummer, "blue-bossa")
	f.nextBlock()
	head = f.push(drummer, song, "main", head, songtypes.Commit{Message: "Second"}, songtypes.Commit{Message: "Third"})
	fork := must(f, f.songMsgs.ForkSong, &songtypes.MsgForkSong{Creator: guitarist, ParentId: song, Name: "red-bossa"}).SongId
	must(f, f.songMsgs.PublishRelease, &songtypes.MsgPublishRelease{Signer: drummer, SongId: song, Tag: "v1", Commit: head, Title: "Single"})
	f.nextBlock()
	said := f.say(singer, fork, "I like it")
	f.answer(guitarist, said, "thanks") // replies are in the inbox, not in feeds
	h := f.keeper.Hooks()
	id, err := songtypes.ParseSongID(song)
	require.NoError(t, err)
	require.NoError(t, h.AfterAuditionOpened(f.ctx, id, 1, raw(guitarist)))
	f.nextBlock()
	require.NoError(t, h.AfterAuditionMerged(f.ctx, id, 1, raw(guitarist), raw(drummer), songtypes.Digest{}, songtypes.Digest{}))

	require.Equal(t, []string{
		"MERGE blue-bossa", "AUDITION blue-bossa", "COMMENT red-bossa", "RELEASE blue-bossa", "FORK red-bossa",
		"COMMITS blue-bossa", "COMMITS blue-bossa", "SONG blue-bossa",
	}, kinds(f.feed()))
	all := f.feed()
	require.EqualValues(t, 3, all[5].Commits, "one push is one entry")
	require.Equal(t, "Third", all[5].Text)
	require.Equal(t, head, all[5].Commit)
	require.Equal(t, song, all[4].Parent)
	require.Equal(t, "I like it", all[2].Text)
	require.Equal(t, said, all[2].Comment)
	require.Equal(t, "Single", all[3].Text)
	require.Equal(t, drummer, all[0].Actor.Address)
	require.Equal(t, "The blue-bossa", all[7].Text)

	of := ask(f, f.queries.FeedOfWallet, &types.QueryFeedOfWalletRequest{Address: guitarist}).Entries
	require.Equal(t, []string{"AUDITION blue-bossa", "FORK red-bossa"}, kinds(of))
	in := ask(f, f.queries.FeedOfSong, &types.QueryFeedOfSongRequest{SongId: fork}).Entries
	require.Equal(t, []string{"COMMENT red-bossa", "FORK red-bossa"}, kinds(in))

	must(f, f.msgs.DeleteComment, &types.MsgDeleteComment{Author: singer, CommentId: said})
	require.Len(t, f.feed(), 7, "what is deleted is no news")
}

// The feed of those whom a wallet follows is what a merge of their feeds gives, page
// by page.
func TestFeedOfFollowing(t *testing.T) {
	f := newFixture(t)
	for i, wallet := range []string{drummer, guitarist, stranger} {
		f.createSong(wallet, "song-"+string(rune('a'+i)))
		f.nextBlock()
	}
	for range 3 {
		for i, wallet := range []string{drummer, guitarist, stranger} {
			f.say(wallet, songtypes.NewSongID(raw([]string{guitarist, drummer, drummer}[i]), 0).String(), "well")
		}
		f.nextBlock()
	}
	f.follow(singer, drummer)
	f.follow(singer, guitarist)
	f.follow(singer, newWallet("silent"))
	var want []types.FeedEntry
	for _, e := range f.feed() {
		if e.Actor.Address == drummer || e.Actor.Address == guitarist {
			want = append(want, e)
		}
	}
	require.Len(t, want, 2*(2+3))
	for _, limit := range []uint64{1, 3, 10, 100} {
		var got []types.FeedEntry
		p := &query.PageRequest{Limit: limit}
		for {
			res := ask(f, f.queries.FeedOfFollowing, &types.QueryFeedOfFollowingRequest{Address: singer, Pagination: p})
			require.LessOrEqual(t, uint64(len(res.Entries)), limit)
			got = append(got, res.Entries...)
			if len(res.Pagination.NextKey) == 0 {
				break
			}
			p.Key = res.Pagination.NextKey
		}
		require.Equal(t, want, got, "pages of %d", limit)
	}
	_, err := f.queries.FeedOfFollowing(f.ctx, &types.QueryFeedOfFollowingRequest{Address: singer, Pagination: &query.PageRequest{Key: []byte("x")}})
	require.ErrorIs(t, err, types.ErrInvalidPage)
	require.Empty(t, ask(f, f.queries.FeedOfFollowing, &types.QueryFeedOfFollowingRequest{Address: stranger}).Entries)
}
