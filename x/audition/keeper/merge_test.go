package keeper_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/x/audition/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

func TestMerge(t *testing.T) {
	b := newBand(t)
	number := b.open()
	ahead := b.record(drummer, b.song, "main", "Meanwhile")
	msg := b.merge(singer, number)
	res, events, err := deliver(b.fixture, b.msgs.MergeAudition, msg)
	require.NoError(t, err)
	require.Equal(t, b.head(b.song, "main"), res.Head)
	require.Equal(t, []string{res.Head}, res.Commits)
	last, err := sdk.ParseTypedEvent(events.ToABCIEvents()[len(events)-1])
	require.NoError(t, err)
	require.Equal(t, &types.EventAuditionMerged{
		SongId: b.song, Number: number, Revision: 1, Opener: guitarist, Merger: singer, Base: ahead, Head: res.Head,
	}, last)
	shown := b.show(number)
	require.Equal(t, types.Status_STATUS_MERGED, shown.Audition.Status)
	require.Equal(t, &types.Merge{Merger: singer, Revision: 1, Base: ahead, Head: res.Head, Height: 1}, shown.Audition.Merge)
	require.Contains(t, shown.Standing.WhyNot, "merged")

	refused(b.fixture, types.ErrMerged, b.msgs.MergeAudition, msg)
	refused(b.fixture, types.ErrMerged, b.msgs.MergeAudition, b.merge(drummer, number))
	refused(b.fixture, types.ErrMerged, b.msgs.CloseAudition, &types.MsgCloseAudition{Signer: guitarist, SongId: b.song, Number: number})
	refused(b.fixture, types.ErrMerged, b.msgs.ReopenAudition, &types.MsgReopenAudition{Signer: drummer, SongId: b.song, Number: number})
	refused(b.fixture, types.ErrMerged, b.msgs.ReviewAudition, b.review(singer, number, 1, approve))
	b.record(guitarist, b.fork, "solo", "Take 2")
	refused(b.fixture, types.ErrMerged, b.msgs.ReviseAudition, &types.MsgReviseAudition{Signer: guitarist, SongId: b.song, Number: number})
	require.EqualValues(t, 2, b.open(), "what comes after is a new audition")
}

// Where nothing happened meanwhile, the branch moves to what was offered.
func TestFastForward(t *testing.T) {
	b := newBand(t)
	number := b.open()
	msg := b.merge(drummer, number)
	msg.Push.Commits, msg.Push.Head, msg.OfferedEdges = nil, b.solo, nil
	must(b.fixture, b.msgs.MergeAudition, msg)
	require.Equal(t, b.solo, b.head(b.song, "main"))
	require.Equal(t, b.base, b.show(number).Audition.Merge.Base)
}

// An audition whose work came in by a plain push is merged by a push that moves
// nothing.
func TestMergedByAnEarlierPush(t *testing.T) {
	b := newBand(t)
	number := b.open()
	b.setHead(drummer, b.song, "main", b.solo)
	on := b.record(drummer, b.song, "main", "And on")
	must(b.fixture, b.msgs.MergeAudition, &types.MsgMergeAudition{
		Signer: drummer, SongId: b.song, Number: number, Revision: 1,
		Push: songtypes.MsgPush{Signer: drummer, SongId: b.song, Branch: "main", ExpectedHead: on, Head: on},
	})
	require.Equal(t, &types.Merge{Merger: drummer, Revision: 1, Base: on, Head: on, Height: 1}, b.show(number).Audition.Merge)
}

// What was offered can be merged when its branch is gone: the chain has the commit.
func TestSourceGone(t *testing.T) {
	b := newBand(t)
	number := b.open()
	must(b.fixture, b.songs.DeleteBranch, &songtypes.MsgDeleteBranch{Signer: guitarist, SongId: b.fork, Branch: "solo", ExpectedHead: b.solo})
	require.Equal(t, types.Source{Gone: true}, b.show(number).Source)
	must(b.fixture, b.msgs.MergeAudition, b.merge(drummer, number))
	require.True(t, b.show(number).Source.Gone)
}

func TestMergeRefuses(t *testing.T) {
	b := newBand(t)
	number := b.open()
	b.setRole(drummer, b.song, stranger, songtypes.Role_ROLE_WRITER)
	alone, _ := commitOn(drummer, "Without the solo", b.base)
	for what, tc := range map[string]struct {
		spoil func(*types.MsgMergeAudition)
		want  error
	}{
		"a writer":        {func(m *types.MsgMergeAudition) { m.Signer, m.Push.Signer = stranger, stranger }, types.ErrUnauthorized},
		"the opener":      {func(m *types.MsgMergeAudition) { m.Signer, m.Push.Signer = guitarist, guitarist }, types.ErrUnauthorized},
		"another signer":  {func(m *types.MsgMergeAudition) { m.Push.Signer = singer }, types.ErrInvalidPush},
		"another song":    {func(m *types.MsgMergeAudition) { m.Push.SongId = b.fork }, types.ErrInvalidPush},
		"another branch":  {func(m *types.MsgMergeAudition) { m.Push.Branch = "solo" }, types.ErrInvalidPush},
		"forced":          {func(m *types.MsgMergeAudition) { m.Push.Force = true }, types.ErrInvalidPush},
		"stale revision":  {func(m *types.MsgMergeAudition) { m.Revision = 2 }, types.ErrStaleRevision},
		"stale head":      {func(m *types.MsgMergeAudition) { m.Push.ExpectedHead = b.solo }, songtypes.ErrStaleHead},
		"no such":         {func(m *types.MsgMergeAudition) { m.Number = 7 }, types.ErrAuditionNotFound},
		"without edge":    {func(m *types.MsgMergeAudition) { m.OfferedEdges = nil }, songtypes.ErrNotDescendant},
		"wrong edge":      {func(m *types.MsgMergeAudition) { m.OfferedEdges[0].Parent = 2 }, songtypes.ErrInvalidMergeEdge},
		"edge to nowhere": {func(m *types.MsgMergeAudition) { m.OfferedEdges[0].Commit = b.solo }, songtypes.ErrInvalidMergeEdge},
		"many edges":      {func(m *types.MsgMergeAudition) { m.OfferedEdges = make([]songtypes.MergeEdge, 65) }, types.ErrLimit},
		"without the offer": {func(m *types.MsgMergeAudition) {
			m.Push.Commits, m.OfferedEdges = []songtypes.Commit{alone}, nil
		}, songtypes.ErrNotDescendant},
		"another's commit": {func(m *types.MsgMergeAudition) { m.Push.Commits[0].Author = singer }, songtypes.ErrInvalidSignature},
	} {
		t.Run(what, func(t *testing.T) {
			msg := b.merge(drummer, number)
			tc.spoil(msg)
			refused(b.fixture, tc.want, b.msgs.MergeAudition, msg)
			require.Equal(t, b.base, b.head(b.song, "main"))
		})
	}
	b.reviewed(singer, number, 1, ask)
	refused(b.fixture, types.ErrChangesAsked, b.msgs.MergeAudition, b.merge(drummer, number))
}

// A source that moves during the merge changes nothing: the revision is pinned. One
// that is revised meanwhile makes the merge stale.
func TestSourceMovesDuringTheMerge(t *testing.T) {
	b := newBand(t)
	number := b.open()
	msg := b.merge(drummer, number)
	b.record(guitarist, b.fork, "solo", "Take 2")
	ctx := b.ctx
	cached, _ := b.ctx.CacheContext()
	b.ctx = cached
	must(b.fixture, b.msgs.MergeAudition, msg)
	b.ctx = ctx
	must(b.fixture, b.msgs.ReviseAudition, &types.MsgReviseAudition{Signer: guitarist, SongId: b.song, Number: number})
	refused(b.fixture, types.ErrStaleRevision, b.msgs.MergeAudition, msg)
}

// listener is a module that hooks in.
type listener struct {
	heard  []string
	refuse error
}

func (l *listener) AfterAuditionOpened(_ context.Context, _ songtypes.SongID, _ uint64, opener []byte) error {
	l.heard = append(l.heard, "opened by "+sdk.MustBech32ifyAddressBytes(prefix, opener))
	return l.refuse
}

func (l *listener) AfterAuditionMerged(_ context.Context, _ songtypes.SongID, _ uint64, opener, merger []byte, base, head songtypes.Digest) error {
	l.heard = append(l.heard, sdk.MustBech32ifyAddressBytes(prefix, opener)+" merged by "+sdk.MustBech32ifyAddressBytes(prefix, merger)+" "+base.String()+" "+head.String())
	return l.refuse
}

func TestHooks(t *testing.T) {
	b := newBand(t)
	l := new(listener)
	b.keeper.SetHooks(l)
	number := b.open()
	msg := b.merge(drummer, number)
	l.refuse = errors.New("no")
	refused(b.fixture, l.refuse, b.msgs.MergeAudition, msg)
	l.refuse, l.heard = nil, l.heard[:1]
	head := must(b.fixture, b.msgs.MergeAudition, msg).Head
	require.Equal(t, []string{"opened by " + guitarist, guitarist + " merged by " + drummer + " " + b.base + " " + head}, l.heard)
}
