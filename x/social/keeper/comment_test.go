package keeper_test

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/parrots-music/parrots/x/social/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

func bodies(comments []types.Comment) []string {
	list := []string{}
	for _, c := range comments {
		list = append(list, c.Body)
	}
	return list
}

func (f *fixture) comments(req types.QueryCommentsRequest) []string {
	f.Helper()
	return bodies(ask(f, f.queries.Comments, &req).Comments)
}

func (f *fixture) inbox(wallet string) []string {
	f.Helper()
	return bodies(ask(f, f.queries.Inbox, &types.QueryInboxRequest{Address: wallet}).Comments)
}

func (f *fixture) comment(id string) types.Comment {
	f.Helper()
	return ask(f, f.queries.Comment, &types.QueryCommentRequest{CommentId: id}).Comment
}

func TestCommentsAndReplies(t *testing.T) {
	f := newFixture(t)
	song, head := f.createSong(drummer, "blue-bossa")
	f.call(singer, "singer")
	place := types.Place{Stem: "kick.wav", Timed: true, Position: 92 * 705_600_000}
	first := must(f, f.msgs.Comment, &types.MsgComment{Author: singer, SongId: song, Body: "softer\nhere", Place: place}).CommentId
	f.nextBlock()
	f.answer(drummer, first, "I will")
	f.answer(singer, first, "thanks")
	second := f.say(guitarist, song, "nice")
	f.nextBlock()

	require.Equal(t, []string{"nice", "softer\nhere"}, f.comments(types.QueryCommentsRequest{SongId: song}))
	require.Equal(t, types.Comment{
		Id: first, Author: types.Name{Address: singer, Username: "singer"}, SongId: song, Commit: head, Place: place,
		Body: "softer\nhere", Height: 1, Time: genesisTime, Replies: 2,
	}, f.comment(first))
	replies := ask(f, f.queries.Replies, &types.QueryRepliesRequest{CommentId: first}).Comments
	require.Equal(t, []string{"I will", "thanks"}, bodies(replies))
	require.Equal(t, first, replies[0].Parent)
	require.Equal(t, head, replies[0].Commit)
	require.EqualValues(t, 4, ask(f, f.queries.Song, &types.QuerySongRequest{SongId: song}).Comments)

	require.Equal(t, []string{"nice", "softer\nhere"}, f.inbox(drummer))
	require.Equal(t, []string{"I will"}, f.inbox(singer))
	mine := ask(f, f.queries.CommentsOfWallet, &types.QueryCommentsOfWalletRequest{Address: singer, Pagination: &query.PageRequest{Limit: 1}})
	require.Equal(t, []string{"thanks"}, bodies(mine.Comments))
	mine = ask(f, f.queries.CommentsOfWallet, &types.QueryCommentsOfWalletRequest{Address: singer, Pagination: &query.PageRequest{Key: mine.Pagination.NextKey}})
	require.Equal(t, []string{"softer\nhere"}, bodies(mine.Comments))
	require.Empty(t, mine.Pagination.NextKey)

	// What is deleted stays as a tombstone, and waits in no inbox.
	must(f, f.msgs.DeleteComment, &types.MsgDeleteComment{Author: guitarist, CommentId: second})
	f.nextBlock()
	require.Equal(t, []string{"softer\nhere"}, f.inbox(drummer))
	require.Equal(t, []string{"", "softer\nhere"}, f.comments(types.QueryCommentsRequest{SongId: song}))
	require.True(t, f.comment(second).Deleted)
	require.EqualValues(t, 3, ask(f, f.queries.Song, &types.QuerySongRequest{SongId: song}).Comments)
	refused(f, types.ErrDeleted, f.msgs.DeleteComment, &types.MsgDeleteComment{Author: guitarist, CommentId: second})
	refused(f, types.ErrDeleted, f.msgs.EditComment, &types.MsgEditComment{Author: guitarist, CommentId: second, Body: "again"})
	refused(f, types.ErrDeleted, f.msgs.Comment, &types.MsgComment{Author: drummer, Parent: second, Body: "why?"})
}

func TestCommentOnPartsOfASong(t *testing.T) {
	f := newFixture(t)
	song, head := f.createSong(drummer, "blue-bossa")
	must(f, f.songMsgs.PublishRelease, &songtypes.MsgPublishRelease{Signer: drummer, SongId: song, Tag: "v1", Commit: head})
	later := f.push(drummer, song, "main", head)
	write := func(body string, msg types.MsgComment) string {
		msg.Author, msg.SongId, msg.Body = singer, song, body
		return must(f, f.msgs.Comment, &msg).CommentId
	}
	write("song", types.MsgComment{})
	write("old song", types.MsgComment{Commit: head})
	write("commit", types.MsgComment{Target: types.Target_TARGET_COMMIT, Commit: head})
	release := write("release", types.MsgComment{Target: types.Target_TARGET_RELEASE, Release: "v1"})
	audition := write("audition", types.MsgComment{Target: types.Target_TARGET_AUDITION, Audition: 1})

	require.Equal(t, []string{"audition", "release", "commit", "old song", "song"}, f.comments(types.QueryCommentsRequest{SongId: song}))
	require.Equal(t, []string{"commit"}, f.comments(types.QueryCommentsRequest{SongId: song, Target: types.Target_TARGET_COMMIT, Commit: head}))
	require.Empty(t, f.comments(types.QueryCommentsRequest{SongId: song, Target: types.Target_TARGET_COMMIT, Commit: later}))
	require.Equal(t, []string{"release"}, f.comments(types.QueryCommentsRequest{SongId: song, Target: types.Target_TARGET_RELEASE, Release: "v1"}))
	require.Equal(t, []string{"audition"}, f.comments(types.QueryCommentsRequest{SongId: song, Target: types.Target_TARGET_AUDITION, Audition: 1}))
	require.Equal(t, head, f.comment(release).Commit)
	require.Equal(t, later, f.comment(audition).Commit)
}

func TestCommentsThatAreNone(t *testing.T) {
	f := newFixture(t)
	song, head := f.createSong(drummer, "blue-bossa")
	empty := must(f, f.songMsgs.CreateSong, &songtypes.MsgCreateSong{Creator: drummer, Name: "empty"}).SongId
	first := f.say(singer, song, "first")
	reply := f.answer(drummer, first, "second")
	limit := int(types.DefaultParams().MaxCommentBytes)
	f.say(singer, song, strings.Repeat("🥁", limit/4))
	require.Empty(t, f.comment(f.say(singer, empty, "no commit yet")).Commit)
	nothing := f.cidOf(songtypes.Commit{Tree: head, Author: stranger, Message: "never pushed"})
	timed := func(position int64) types.Place { return types.Place{Timed: true, Position: position} }
	f.say(singer, song, "at the very end")
	must(f, f.msgs.Comment, &types.MsgComment{Author: singer, SongId: song, Body: "x", Place: timed(types.DefaultParams().MaxPosition)})

	for what, tc := range map[string]struct {
		want error
		msg  types.MsgComment
	}{
		"no text":                   {types.ErrInvalidComment, types.MsgComment{SongId: song}},
		"one byte too many":         {types.ErrInvalidComment, types.MsgComment{SongId: song, Body: strings.Repeat("🥁", limit/4) + "!"}},
		"half an emoji":             {types.ErrInvalidComment, types.MsgComment{SongId: song, Body: "🥁"[:3]}},
		"bidi override":             {types.ErrInvalidComment, types.MsgComment{SongId: song, Body: "a\u202eb"}},
		"line separator":            {types.ErrInvalidComment, types.MsgComment{SongId: song, Body: "a\u2028b"}},
		"paragraph separator":       {types.ErrInvalidComment, types.MsgComment{SongId: song, Body: "a\u2029b"}},
		"negative position":         {types.ErrInvalidPosition, types.MsgComment{SongId: song, Place: timed(-1)}},
		"most negative position":    {types.ErrInvalidPosition, types.MsgComment{SongId: song, Place: timed(math.MinInt64)}},
		"position after the end":    {types.ErrInvalidPosition, types.MsgComment{SongId: song, Place: timed(types.DefaultParams().MaxPosition + 1)}},
		"absurd position":           {types.ErrInvalidPosition, types.MsgComment{SongId: song, Place: timed(math.MaxInt64)}},
		"position without a mark":   {types.ErrInvalidPosition, types.MsgComment{SongId: song, Place: types.Place{Position: 1}}},
		"stem outside":              {types.ErrInvalidComment, types.MsgComment{SongId: song, Place: types.Place{Stem: "../kick.wav"}}},
		"stem of 10 kB":             {types.ErrInvalidComment, types.MsgComment{SongId: song, Place: types.Place{Stem: strings.Repeat("a", 10_000)}}},
		"no song":                   {songtypes.ErrInvalidID, types.MsgComment{}},
		"a song that is not":        {songtypes.ErrSongNotFound, types.MsgComment{SongId: songtypes.NewSongID(raw(stranger), 0).String()}},
		"a commit that is not":      {songtypes.ErrCommitNotFound, types.MsgComment{SongId: song, Commit: nothing}},
		"no commit":                 {types.ErrInvalidTarget, types.MsgComment{SongId: song, Target: types.Target_TARGET_COMMIT}},
		"a release that is not":     {songtypes.ErrReleaseNotFound, types.MsgComment{SongId: song, Target: types.Target_TARGET_RELEASE, Release: "v2"}},
		"release tag":               {songtypes.ErrInvalidName, types.MsgComment{SongId: song, Target: types.Target_TARGET_RELEASE, Release: "../v2"}},
		"an audition that is not":   {types.ErrAuditionNotFound, types.MsgComment{SongId: song, Target: types.Target_TARGET_AUDITION, Audition: 2}},
		"no audition":               {types.ErrInvalidTarget, types.MsgComment{SongId: song, Target: types.Target_TARGET_AUDITION}},
		"two targets":               {types.ErrInvalidTarget, types.MsgComment{SongId: song, Target: types.Target_TARGET_AUDITION, Audition: 1, Release: "v1"}},
		"unknown target":            {types.ErrInvalidTarget, types.MsgComment{SongId: song, Target: 9}},
		"reply to nothing":          {types.ErrCommentNotFound, types.MsgComment{Parent: types.NewCommentID(raw(stranger), 7).String()}},
		"reply to no id":            {types.ErrInvalidID, types.MsgComment{Parent: "comment1qqq"}},
		"reply to a reply":          {types.ErrInvalidTarget, types.MsgComment{Parent: reply}},
		"reply on another song":     {types.ErrInvalidTarget, types.MsgComment{Parent: first, SongId: empty}},
		"reply with a place":        {types.ErrInvalidTarget, types.MsgComment{Parent: first, Place: timed(5)}},
		"reply with a target":       {types.ErrInvalidTarget, types.MsgComment{Parent: first, Target: types.Target_TARGET_COMMIT, Commit: head}},
		"reply with another commit": {types.ErrInvalidTarget, types.MsgComment{Parent: first, Commit: head}},
	} {
		t.Run(what, func(t *testing.T) {
			msg := tc.msg
			msg.Author = guitarist
			if msg.Body == "" && what != "no text" {
				msg.Body = "hello"
			}
			refused(f, tc.want, f.msgs.Comment, &msg)
		})
	}
}

func TestEdit(t *testing.T) {
	f := newFixture(t)
	song, _ := f.createSong(drummer, "blue-bossa")
	id := f.say(singer, song, "frist")
	f.nextBlock()
	must(f, f.msgs.EditComment, &types.MsgEditComment{Author: singer, CommentId: id, Body: "first"})
	got := f.comment(id)
	require.Equal(t, "first", got.Body)
	require.EqualValues(t, 2, got.EditedHeight)
	require.EqualValues(t, 1, got.Height)

	refused(f, types.ErrUnchanged, f.msgs.EditComment, &types.MsgEditComment{Author: singer, CommentId: id, Body: "first"})
	refused(f, types.ErrInvalidComment, f.msgs.EditComment, &types.MsgEditComment{Author: singer, CommentId: id})
	refused(f, types.ErrNotAuthor, f.msgs.EditComment, &types.MsgEditComment{Author: drummer, CommentId: id, Body: "I say so"})
	refused(f, types.ErrNotAuthor, f.msgs.DeleteComment, &types.MsgDeleteComment{Author: drummer, CommentId: id})
	must(f, f.msgs.Block, &types.MsgBlock{Wallet: drummer, Blocked: singer})
	refused(f, types.ErrBlocked, f.msgs.EditComment, &types.MsgEditComment{Author: singer, CommentId: id, Body: "boo"})
	must(f, f.msgs.DeleteComment, &types.MsgDeleteComment{Author: singer, CommentId: id})
}

func TestModeration(t *testing.T) {
	f := newFixture(t)
	song, _ := f.createSong(drummer, "blue-bossa")
	must(f, f.songMsgs.SetCollaborator, &songtypes.MsgSetCollaborator{Signer: drummer, SongId: song, Address: guitarist, Role: songtypes.Role_ROLE_MAINTAINER})
	must(f, f.songMsgs.SetCollaborator, &songtypes.MsgSetCollaborator{Signer: drummer, SongId: song, Address: singer, Role: songtypes.Role_ROLE_WRITER})
	id := f.say(stranger, song, "boo")
	hide := func(signer string, hidden bool) *types.MsgHideComment {
		return &types.MsgHideComment{Signer: signer, CommentId: id, Hidden: hidden}
	}
	refused(f, types.ErrUnauthorized, f.msgs.HideComment, hide(singer, true))
	refused(f, types.ErrUnauthorized, f.msgs.HideComment, hide(stranger, true))
	refused(f, types.ErrUnchanged, f.msgs.HideComment, hide(guitarist, false))
	must(f, f.msgs.HideComment, hide(guitarist, true))
	got := f.comment(id)
	require.True(t, got.Hidden)
	require.Equal(t, guitarist, got.HiddenBy)
	require.Equal(t, "boo", got.Body, "hidden is a mark, and reversible")
	require.Empty(t, f.feed()[0].Text, "the feed does not repeat what is hidden")
	refused(f, types.ErrUnchanged, f.msgs.HideComment, hide(drummer, true))
	must(f, f.msgs.HideComment, hide(drummer, false))
	require.False(t, f.comment(id).Hidden)

	must(f, f.msgs.Block, &types.MsgBlock{Wallet: drummer, Blocked: stranger})
	refused(f, types.ErrAlreadyBlocked, f.msgs.Block, &types.MsgBlock{Wallet: drummer, Blocked: stranger})
	refused(f, types.ErrSelf, f.msgs.Block, &types.MsgBlock{Wallet: drummer, Blocked: drummer})
	refused(f, types.ErrBlocked, f.msgs.Comment, &types.MsgComment{Author: stranger, SongId: song, Body: "boo"})
	blocked, err := f.keeper.IsBlocked(f.ctx, raw(drummer), raw(stranger))
	require.NoError(t, err)
	require.True(t, blocked)
	require.Len(t, ask(f, f.queries.Blocks, &types.QueryBlocksRequest{Address: drummer}).Wallets, 1)

	// It holds for answers to what they wrote elsewhere, too, and for no other song.
	theirs, _ := f.createSong(singer, "red-bossa")
	remark := f.say(drummer, theirs, "nice")
	refused(f, types.ErrBlocked, f.msgs.Comment, &types.MsgComment{Author: stranger, Parent: remark, Body: "boo"})
	f.say(stranger, theirs, "boo")
	must(f, f.msgs.Unblock, &types.MsgUnblock{Wallet: drummer, Blocked: stranger})
	refused(f, types.ErrNotBlocked, f.msgs.Unblock, &types.MsgUnblock{Wallet: drummer, Blocked: stranger})
	f.say(stranger, song, "sorry")
}
