package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/x/audition/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

func TestReview(t *testing.T) {
	b := newBand(t)
	number := b.open()
	b.reviewed(stranger, number, 1, comment)
	b.reviewed(guitarist, number, 1, comment)
	refused(b.fixture, types.ErrUnauthorized, b.msgs.ReviewAudition, b.review(stranger, number, 1, approve))
	refused(b.fixture, types.ErrUnauthorized, b.msgs.ReviewAudition, b.review(stranger, number, 1, ask))
	refused(b.fixture, types.ErrUnauthorized, b.msgs.ReviewAudition, b.review(guitarist, number, 1, approve))
	refused(b.fixture, types.ErrStaleRevision, b.msgs.ReviewAudition, b.review(singer, number, 2, approve))
	refused(b.fixture, types.ErrStaleRevision, b.msgs.ReviewAudition, b.review(singer, number, 0, approve))
	refused(b.fixture, types.ErrInvalidVerdict, b.msgs.ReviewAudition, b.review(singer, number, 1, 0))
	refused(b.fixture, types.ErrInvalidVerdict, b.msgs.ReviewAudition, b.review(singer, number, 1, 4))
	refused(b.fixture, types.ErrInvalidVerdict, b.msgs.ReviewAudition, b.review(singer, number, 1, -1))
	empty := b.review(singer, number, 1, comment)
	empty.Body = ""
	refused(b.fixture, types.ErrInvalidText, b.msgs.ReviewAudition, empty)
	empty.Verdict, empty.Body = ask, "\u202e"
	refused(b.fixture, types.ErrInvalidText, b.msgs.ReviewAudition, empty)

	b.reviewed(singer, number, 1, ask)
	b.reviewed(drummer, number, 1, approve)
	standing := b.show(number).Standing
	require.Equal(t, []string{singer}, standing.ChangesAskedBy)
	require.Equal(t, []string{drummer}, standing.ApprovedBy)
	require.False(t, standing.Mergeable)
	require.Contains(t, standing.WhyNot, singer)

	b.another(number, "Take 2")
	require.Equal(t, types.Standing{Mergeable: true}, b.show(number).Standing, "reviews of revision 1 are stale")
	refused(b.fixture, types.ErrStaleRevision, b.msgs.ReviewAudition, b.review(singer, number, 1, approve))
	b.reviewed(singer, number, 2, approve)
	res, err := b.queries.Reviews(b.ctx, &types.QueryReviewsRequest{SongId: b.song, Number: number})
	require.NoError(t, err)
	stale := make(map[bool]int)
	for _, r := range res.Reviews {
		stale[r.Stale]++
	}
	require.Equal(t, map[bool]int{true: 4, false: 1}, stale)
	latest, err := b.queries.Reviews(b.ctx, &types.QueryReviewsRequest{SongId: b.song, Number: number, Revision: 2})
	require.NoError(t, err)
	require.Len(t, latest.Reviews, 1)

	b.reviewed(singer, number, 2, comment)
	require.Empty(t, b.show(number).Standing.ApprovedBy, "the newer review replaces the older one")
}

// A verdict counts while its author maintains the song.
func TestVerdictsOfThoseWhoLeft(t *testing.T) {
	b := newBand(t)
	number := b.open()
	b.reviewed(singer, number, 1, ask)
	require.False(t, b.show(number).Standing.Mergeable)
	b.setRole(drummer, b.song, singer, songtypes.Role_ROLE_WRITER)
	require.True(t, b.show(number).Standing.Mergeable)
	require.Empty(t, b.turns(singer), "nothing waits for who cannot do it")
	refused(b.fixture, types.ErrUnauthorized, b.msgs.ReviewAudition, b.review(singer, number, 1, approve))
}

func TestSettings(t *testing.T) {
	b := newBand(t)
	set := func(who string, n uint32) *types.MsgSetAuditionSettings {
		return &types.MsgSetAuditionSettings{Signer: who, SongId: b.song, Settings: types.Settings{RequiredApprovals: n}}
	}
	refused(b.fixture, types.ErrUnauthorized, b.msgs.SetAuditionSettings, set(stranger, 1))
	refused(b.fixture, types.ErrLimit, b.msgs.SetAuditionSettings, set(drummer, 21))
	number := b.open()
	must(b.fixture, b.msgs.SetAuditionSettings, set(singer, 2))
	res, err := b.queries.Settings(b.ctx, &types.QuerySettingsRequest{SongId: b.song})
	require.NoError(t, err)
	require.EqualValues(t, 2, res.Settings.RequiredApprovals)

	b.reviewed(singer, number, 1, approve)
	require.Contains(t, b.show(number).Standing.WhyNot, "1 of 2 approvals")
	refused(b.fixture, types.ErrNotApproved, b.msgs.MergeAudition, b.merge(drummer, number))
	b.another(number, "Take 2")
	b.reviewed(drummer, number, 2, approve)
	refused(b.fixture, types.ErrNotApproved, b.msgs.MergeAudition, b.merge(drummer, number))
	b.reviewed(singer, number, 2, approve)
	must(b.fixture, b.msgs.MergeAudition, b.merge(drummer, number))
	must(b.fixture, b.msgs.SetAuditionSettings, set(drummer, 0))
	refused(b.fixture, songtypes.ErrInvalidID, b.msgs.SetAuditionSettings, &types.MsgSetAuditionSettings{Signer: drummer})
}

func TestBlocked(t *testing.T) {
	b := newBand(t)
	number := b.open()
	raw, err := b.addresses.StringToBytes(guitarist)
	require.NoError(t, err)
	own, err := b.addresses.StringToBytes(drummer)
	require.NoError(t, err)
	b.keeper.SetBlocks(blocklist{string(raw): true, string(own): true})
	b.record(guitarist, b.fork, "solo", "Take 2")
	refused(b.fixture, types.ErrBlocked, b.msgs.ReviseAudition, &types.MsgReviseAudition{Signer: guitarist, SongId: b.song, Number: number})
	refused(b.fixture, types.ErrBlocked, b.msgs.ReviewAudition, b.review(guitarist, number, 1, comment))
	must(b.fixture, b.msgs.CloseAudition, &types.MsgCloseAudition{Signer: guitarist, SongId: b.song, Number: number})
	refused(b.fixture, types.ErrBlocked, b.msgs.ReopenAudition, &types.MsgReopenAudition{Signer: guitarist, SongId: b.song, Number: number})
	refused(b.fixture, types.ErrBlocked, b.msgs.OpenAudition, b.offer())
	must(b.fixture, b.msgs.ReopenAudition, &types.MsgReopenAudition{Signer: drummer, SongId: b.song, Number: number})
	b.reviewed(drummer, number, 1, approve)
}

func TestWaiting(t *testing.T) {
	b := newBand(t)
	number := b.open()
	review, revise, merge := types.Turn_TURN_REVIEW, types.Turn_TURN_REVISE, types.Turn_TURN_MERGE
	is := func(turn types.Turn) map[uint64]types.Turn { return map[uint64]types.Turn{number: turn} }
	require.Equal(t, is(review), b.turns(drummer))
	require.Equal(t, is(review), b.turns(singer))
	require.Empty(t, b.turns(guitarist))
	require.Empty(t, b.turns(stranger))

	b.reviewed(drummer, number, 1, comment)
	require.Equal(t, is(review), b.turns(drummer), "a comment is no verdict")
	b.reviewed(singer, number, 1, ask)
	require.Empty(t, b.turns(singer))
	require.Equal(t, is(revise), b.turns(guitarist))
	b.setRole(drummer, b.song, stranger, songtypes.Role_ROLE_MAINTAINER)
	b.another(number, "Take 2")
	require.Empty(t, b.turns(guitarist))
	require.Equal(t, is(review), b.turns(singer))
	require.Equal(t, is(review), b.turns(stranger), "a revision reaches those who came meanwhile")

	b.require(2)
	b.reviewed(singer, number, 2, approve)
	require.Empty(t, b.turns(singer), "it waits for another")
	b.reviewed(stranger, number, 2, approve)
	require.Equal(t, is(merge), b.turns(singer))
	must(b.fixture, b.msgs.MergeAudition, b.merge(drummer, number))
	for _, who := range []string{drummer, singer, stranger, guitarist} {
		require.Empty(t, b.turns(who))
	}
}
