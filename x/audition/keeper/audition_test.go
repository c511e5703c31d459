package keeper_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/x/audition/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

func TestOpen(t *testing.T) {
	b := newBand(t)
	res, events, err := deliver(b.fixture, b.msgs.OpenAudition, b.offer())
	require.NoError(t, err)
	require.Equal(t, &types.MsgOpenAuditionResponse{Number: 1, Head: b.solo}, res)
	require.Len(t, events, 1)
	event, err := sdk.ParseTypedEvent(events.ToABCIEvents()[0])
	require.NoError(t, err)
	require.Equal(t, &types.EventAuditionOpened{
		SongId: b.song, Number: 1, Opener: guitarist, Branch: "main", SourceSongId: b.fork, SourceBranch: "solo", Head: b.solo,
	}, event)

	shown := b.show(1)
	require.Equal(t, types.Audition{
		SongId: b.song, Number: 1, Opener: guitarist, Branch: "main", SourceSongId: b.fork, SourceBranch: "solo",
		Title: "A solo over the bridge", Message: "Two takes,\nthe second is better.",
		Status: types.Status_STATUS_OPEN, Revision: 1, OpenedHeight: 1, OpenedTime: genesisTime,
	}, shown.Audition)
	require.Equal(t, types.Revision{Number: 1, Head: b.solo, Author: guitarist, Height: 1, Time: genesisTime}, shown.Latest)
	require.Equal(t, types.Source{Head: b.solo}, shown.Source)
	require.Equal(t, types.Standing{Mergeable: true}, shown.Standing)
}

// Each song counts its own auditions.
func TestNumbersArePerSong(t *testing.T) {
	b := newBand(t)
	require.EqualValues(t, 1, b.open())
	b.setHead(guitarist, b.fork, "riff", b.base)
	riff := b.record(guitarist, b.fork, "riff", "Riff")
	msg := b.offer()
	msg.SourceBranch = "riff"
	require.EqualValues(t, 2, must(b.fixture, b.msgs.OpenAudition, msg).Number)
	other := must(b.fixture, b.songs.ForkSong, &songtypes.MsgForkSong{Creator: stranger, ParentId: b.song}).SongId
	msg.SongId = other
	res := must(b.fixture, b.msgs.OpenAudition, msg)
	require.Equal(t, &types.MsgOpenAuditionResponse{Number: 1, Head: riff}, res)
}

// A branch of the song itself can be offered, by a writer.
func TestOpenFromTheSameSong(t *testing.T) {
	b := newBand(t)
	b.setRole(drummer, b.song, guitarist, songtypes.Role_ROLE_WRITER)
	b.setHead(guitarist, b.song, "riff", b.base)
	riff := b.record(guitarist, b.song, "riff", "Riff")
	res := must(b.fixture, b.msgs.OpenAudition, &types.MsgOpenAudition{
		Opener: guitarist, SongId: b.song, SourceBranch: "riff", Head: riff, Title: "A riff",
	})
	require.Equal(t, riff, res.Head)
	require.Equal(t, b.song, b.show(1).Audition.SourceSongId)
}

func TestOpenRefuses(t *testing.T) {
	b := newBand(t)
	unrelated := b.createSong(guitarist, "other")
	b.record(guitarist, unrelated, "solo", "Elsewhere")
	b.setHead(guitarist, b.fork, "old", b.base)
	archived := must(b.fixture, b.songs.ForkSong, &songtypes.MsgForkSong{Creator: drummer, ParentId: b.song, Name: "archived"}).SongId
	must(b.fixture, b.songs.UpdateSong, &songtypes.MsgUpdateSong{Signer: drummer, SongId: archived, Archived: true})

	for what, tc := range map[string]struct {
		spoil func(*types.MsgOpenAudition)
		want  error
	}{
		"onto itself": {func(m *types.MsgOpenAudition) { m.SongId, m.Branch = b.fork, "solo" }, types.ErrOntoItself},
		"onto itself, unsaid": {func(m *types.MsgOpenAudition) {
			m.SongId, m.Branch, m.SourceSongId = b.fork, "solo", ""
		}, types.ErrOntoItself},
		"unrelated song":     {func(m *types.MsgOpenAudition) { m.SourceSongId = unrelated }, types.ErrUnrelated},
		"another's fork":     {func(m *types.MsgOpenAudition) { m.Opener = stranger }, types.ErrUnauthorized},
		"nothing new":        {func(m *types.MsgOpenAudition) { m.SourceBranch = "main" }, types.ErrNothingOffered},
		"an old commit":      {func(m *types.MsgOpenAudition) { m.SourceBranch = "old" }, types.ErrNothingOffered},
		"no source branch":   {func(m *types.MsgOpenAudition) { m.SourceBranch = "nowhere" }, types.ErrSourceGone},
		"no branch":          {func(m *types.MsgOpenAudition) { m.Branch = "nowhere" }, songtypes.ErrBranchNotFound},
		"moved":              {func(m *types.MsgOpenAudition) { m.Head = b.base }, types.ErrSourceMoved},
		"no CID":             {func(m *types.MsgOpenAudition) { m.Head = "bafy" }, songtypes.ErrInvalidID},
		"no title":           {func(m *types.MsgOpenAudition) { m.Title = "" }, types.ErrInvalidText},
		"title of two lines": {func(m *types.MsgOpenAudition) { m.Title = "a\nb" }, types.ErrInvalidText},
		"bidi override":      {func(m *types.MsgOpenAudition) { m.Title = "a\u202eb" }, types.ErrInvalidText},
		"line separator":     {func(m *types.MsgOpenAudition) { m.Message = "a\u2028b" }, types.ErrInvalidText},
		"paragraph":          {func(m *types.MsgOpenAudition) { m.Message = "a\u2029b" }, types.ErrInvalidText},
		"zero width":         {func(m *types.MsgOpenAudition) { m.Message = "a\u200bb" }, types.ErrInvalidText},
		"long title":         {func(m *types.MsgOpenAudition) { m.Title = strings.Repeat("🎸", 50) + "x" }, types.ErrInvalidText},
		"long message":       {func(m *types.MsgOpenAudition) { m.Message = strings.Repeat("x", 5001) }, types.ErrInvalidText},
		"branch name":        {func(m *types.MsgOpenAudition) { m.Branch = "../x" }, songtypes.ErrInvalidName},
		"source name":        {func(m *types.MsgOpenAudition) { m.SourceBranch = "" }, songtypes.ErrInvalidName},
		"no song":            {func(m *types.MsgOpenAudition) { m.SongId = "song1x" }, songtypes.ErrInvalidID},
		"unknown song": {func(m *types.MsgOpenAudition) {
			m.SongId = songtypes.NewSongID([]byte("x"), 9).String()
		}, songtypes.ErrSongNotFound},
		"unknown source": {func(m *types.MsgOpenAudition) {
			m.SourceSongId = songtypes.NewSongID([]byte("x"), 9).String()
		}, songtypes.ErrSongNotFound},
		"archived": {func(m *types.MsgOpenAudition) { m.SongId = archived }, songtypes.ErrArchived},
		"address":  {func(m *types.MsgOpenAudition) { m.Opener = "parrot1x" }, songtypes.ErrInvalidAddress},
	} {
		t.Run(what, func(t *testing.T) {
			msg := b.offer()
			tc.spoil(msg)
			refused(b.fixture, tc.want, b.msgs.OpenAudition, msg)
		})
	}
	msg := b.offer()
	msg.Title = strings.Repeat("🎸", 50) // 200 bytes, the limit
	must(b.fixture, b.msgs.OpenAudition, msg)
	require.ErrorContains(t, refused(b.fixture, types.ErrAlreadyOffered, b.msgs.OpenAudition, b.offer()), "audition 1")
}

// blocklist is the social module's side.
type blocklist map[string]bool

func (l blocklist) IsBlocked(_ context.Context, _, who []byte) (bool, error) {
	return l[string(who)], nil
}

func TestRevise(t *testing.T) {
	b := newBand(t)
	number := b.open()
	revise := func(who string) *types.MsgReviseAudition {
		return &types.MsgReviseAudition{Signer: who, SongId: b.song, Number: number, Message: "Again"}
	}
	refused(b.fixture, types.ErrNothingOffered, b.msgs.ReviseAudition, revise(guitarist))
	b.nextBlock()
	second := b.record(guitarist, b.fork, "solo", "Take 2")
	require.Equal(t, types.Source{Head: second, Moved: true}, b.show(number).Source)
	require.Equal(t, b.solo, b.show(number).Latest.Head, "a revision stays where it was pinned")
	refused(b.fixture, types.ErrUnauthorized, b.msgs.ReviseAudition, revise(stranger))
	refused(b.fixture, types.ErrUnauthorized, b.msgs.ReviseAudition, revise(drummer))
	wrong := revise(guitarist)
	wrong.Head = b.solo
	refused(b.fixture, types.ErrSourceMoved, b.msgs.ReviseAudition, wrong)
	require.Equal(t, &types.MsgReviseAuditionResponse{Revision: 2, Head: second}, must(b.fixture, b.msgs.ReviseAudition, revise(guitarist)))

	b.setRole(guitarist, b.fork, stranger, songtypes.Role_ROLE_WRITER)
	third := b.record(stranger, b.fork, "solo", "Take 3")
	must(b.fixture, b.msgs.ReviseAudition, revise(stranger))
	res, err := b.queries.Revisions(b.ctx, &types.QueryRevisionsRequest{SongId: b.song, Number: number})
	require.NoError(t, err)
	var heads []string
	for _, r := range res.Revisions {
		heads = append(heads, r.Head)
	}
	require.Equal(t, []string{b.solo, second, third}, heads)
	require.Equal(t, stranger, res.Revisions[2].Author)

	msg := revise(guitarist)
	msg.Number = 9
	refused(b.fixture, types.ErrAuditionNotFound, b.msgs.ReviseAudition, msg)
	must(b.fixture, b.songs.DeleteBranch, &songtypes.MsgDeleteBranch{Signer: guitarist, SongId: b.fork, Branch: "solo", ExpectedHead: third})
	refused(b.fixture, types.ErrSourceGone, b.msgs.ReviseAudition, revise(guitarist))
}

func TestCloseAndReopen(t *testing.T) {
	b := newBand(t)
	number := b.open()
	shut := func(who string) *types.MsgCloseAudition {
		return &types.MsgCloseAudition{Signer: who, SongId: b.song, Number: number, Reason: "We keep it a duo"}
	}
	reopen := func(who string) *types.MsgReopenAudition {
		return &types.MsgReopenAudition{Signer: who, SongId: b.song, Number: number}
	}
	refused(b.fixture, types.ErrUnauthorized, b.msgs.CloseAudition, shut(stranger))
	refused(b.fixture, types.ErrOpen, b.msgs.ReopenAudition, reopen(guitarist))
	must(b.fixture, b.msgs.CloseAudition, shut(guitarist))
	require.Equal(t, "We keep it a duo", b.show(number).Audition.Closing.Reason)
	require.Contains(t, b.show(number).Standing.WhyNot, "closed")
	refused(b.fixture, types.ErrClosed, b.msgs.CloseAudition, shut(guitarist))
	refused(b.fixture, types.ErrClosed, b.msgs.ReviewAudition, b.review(singer, number, 1, approve))
	refused(b.fixture, types.ErrClosed, b.msgs.MergeAudition, b.merge(drummer, number))
	require.Empty(t, b.turns(drummer))
	must(b.fixture, b.msgs.ReopenAudition, reopen(guitarist))
	require.Equal(t, map[uint64]types.Turn{number: types.Turn_TURN_REVIEW}, b.turns(drummer))

	must(b.fixture, b.msgs.CloseAudition, shut(singer))
	require.ErrorContains(t, refused(b.fixture, types.ErrUnauthorized, b.msgs.ReopenAudition, reopen(guitarist)), singer)
	refused(b.fixture, types.ErrUnauthorized, b.msgs.ReopenAudition, reopen(stranger))
	again := b.open()
	refused(b.fixture, types.ErrAlreadyOffered, b.msgs.ReopenAudition, reopen(drummer))
	must(b.fixture, b.msgs.CloseAudition, &types.MsgCloseAudition{Signer: guitarist, SongId: b.song, Number: again})
	must(b.fixture, b.msgs.ReopenAudition, reopen(drummer))
	require.Nil(t, b.show(number).Audition.Closing)

	must(b.fixture, b.songs.UpdateSong, &songtypes.MsgUpdateSong{Signer: drummer, SongId: b.song, Archived: true})
	refused(b.fixture, songtypes.ErrArchived, b.msgs.ReviewAudition, b.review(singer, number, 1, approve))
	require.False(t, b.show(number).Standing.Mergeable)
	must(b.fixture, b.msgs.CloseAudition, shut(guitarist))
	refused(b.fixture, songtypes.ErrArchived, b.msgs.ReopenAudition, reopen(drummer))
}
