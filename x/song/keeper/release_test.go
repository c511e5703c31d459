package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/x/song/types"
)

func TestPublishRelease(t *testing.T) {
	f := newFixture(t)
	songID := f.createSong(drummer, "blue-bossa")
	f.setRole(drummer, songID, guitarist, types.Role_ROLE_MAINTAINER)
	f.setRole(drummer, songID, singer, types.Role_ROLE_WRITER)
	works := line(drummer, "take", 4)
	f.push(drummer, songID, "main", "", works...)
	aside := record(drummer, "aside", stems("kick", "cowbell"), works[0].cid)
	f.push(drummer, songID, "dev", "", aside)

	release := func(tag string, w work) *types.MsgPublishRelease {
		return &types.MsgPublishRelease{Signer: guitarist.address, SongId: songID, Tag: tag, Commit: w.cid, Tree: w.tree}
	}
	v1 := release("v1", works[3])
	v1.Tree, v1.Title, v1.Notes = types.Tree{}, "Single", "First\nrelease" // the head needs no tree
	v1.Isrcs, v1.Upc = []string{"FRZ039800212"}, "614141999996"
	_, events, err := deliver(f, f.msgs.PublishRelease, v1)
	require.NoError(t, err)
	require.Equal(t, []string{"EventReleasePublished"}, eventTypes(events))
	res, err := f.queries.Release(f.ctx, &types.QueryReleaseRequest{SongId: songID, Tag: "v1"})
	require.NoError(t, err)
	require.Equal(t, types.Release{
		Tag: "v1", Commit: works[3].cid, Title: "Single", Notes: "First\nrelease", Isrcs: []string{"FRZ039800212"}, Upc: "614141999996",
		Publisher: guitarist.address, Licence: "CC-BY-4.0", Height: 1, Time: genesisTime,
	}, res.Release)

	refused(f, types.ErrReleaseExists, f.msgs.PublishRelease, release("v1", works[2]))
	must(f, f.msgs.PublishRelease, release("v0", works[1]))
	tree, err := f.queries.Tree(f.ctx, &types.QueryTreeRequest{SongId: songID, Release: "v0"})
	require.NoError(t, err)
	require.Equal(t, works[1].tree, tree.Tree)
	require.Equal(t, works[1].cid, tree.Commit)

	wrong := release("v2", works[1])
	wrong.Tree = stems("cowbell")
	refused(f, types.ErrTreeMismatch, f.msgs.PublishRelease, wrong)
	refused(f, types.ErrNotDescendant, f.msgs.PublishRelease, release("v2", aside))
	refused(f, types.ErrCommitNotFound, f.msgs.PublishRelease, release("v2", record(drummer, "unknown", stems())))
	dev := release("v2", aside)
	dev.Branch = "dev"
	must(f, f.msgs.PublishRelease, dev)
	for want, spoil := range map[error]func(*types.MsgPublishRelease){
		types.ErrUnauthorized:    func(m *types.MsgPublishRelease) { m.Signer = singer.address },
		types.ErrInvalidName:     func(m *types.MsgPublishRelease) { m.Tag = "v/3" },
		types.ErrInvalidMetadata: func(m *types.MsgPublishRelease) { m.Title = "a\u202eb" },
		types.ErrInvalidCode:     func(m *types.MsgPublishRelease) { m.Iswc = "T0345246802" },
		types.ErrBranchNotFound:  func(m *types.MsgPublishRelease) { m.Branch = "nowhere" },
		types.ErrInvalidID:       func(m *types.MsgPublishRelease) { m.Commit = "bafkqaaa" },
		types.ErrLimit:           func(m *types.MsgPublishRelease) { m.Isrcs = make([]string, 1000) },
	} {
		msg := release("v3", works[3])
		spoil(msg)
		refused(f, want, f.msgs.PublishRelease, msg)
	}

	// A release outlives its branch, and whatever the branch does.
	must(f, f.msgs.DeleteBranch, &types.MsgDeleteBranch{Signer: drummer.address, SongId: songID, Branch: "dev", ExpectedHead: aside.cid})
	_, err = f.queries.Tree(f.ctx, &types.QueryTreeRequest{SongId: songID, Release: "v2"})
	require.NoError(t, err)
}

func TestReleaseAcrossAMerge(t *testing.T) {
	f := newFixture(t)
	songID := f.createSong(drummer, "blue-bossa")
	base := record(drummer, "base", stems("kick"))
	left := record(drummer, "left", stems("kick", "a"), base.cid)
	right := record(drummer, "right", stems("kick", "b"), base.cid)
	merge := record(drummer, "merge", stems("kick", "a", "b"), left.cid, right.cid)
	top := record(drummer, "top", stems("kick", "a", "b", "c"), merge.cid)
	f.push(drummer, songID, "main", "", base, left, right, merge, top)
	msg := &types.MsgPublishRelease{Signer: drummer.address, SongId: songID, Tag: "v1", Commit: right.cid, Tree: right.tree}
	refused(f, types.ErrNotDescendant, f.msgs.PublishRelease, msg)
	for _, edge := range []types.MergeEdge{
		{Commit: merge.cid, Parent: 0}, {Commit: merge.cid, Parent: 2}, {Commit: merge.cid, Parent: 1 << 31},
		{Commit: right.cid, Parent: 1}, {Commit: base.cid, Parent: 1},
	} {
		msg.MergeEdges = []types.MergeEdge{edge}
		refused(f, types.ErrInvalidMergeEdge, f.msgs.PublishRelease, msg)
	}
	msg.MergeEdges = []types.MergeEdge{{Commit: merge.cid, Parent: 1}}
	must(f, f.msgs.PublishRelease, msg)
}

func TestCodesAreAttachedOnce(t *testing.T) {
	f := newFixture(t)
	songID := f.createSong(drummer, "blue-bossa")
	base := record(drummer, "base", stems("kick"))
	f.push(drummer, songID, "main", "", base)
	must(f, f.msgs.PublishRelease, &types.MsgPublishRelease{
		Signer: drummer.address, SongId: songID, Tag: "v1", Commit: base.cid, Iswc: "T0345246801",
	})
	attach := func() *types.MsgAttachCodes {
		return &types.MsgAttachCodes{Signer: drummer.address, SongId: songID, Tag: "v1"}
	}
	refused(f, types.ErrInvalidCode, f.msgs.AttachCodes, attach())
	msg := attach()
	msg.Isrcs, msg.Upc, msg.Iswc = []string{"FRZ039800212"}, "614141999996", "T0000000010"
	refused(f, types.ErrCodeAttached, f.msgs.AttachCodes, msg) // all or nothing
	msg.Iswc = ""
	_, events, err := deliver(f, f.msgs.AttachCodes, msg)
	require.NoError(t, err)
	require.Equal(t, []string{"EventCodesAttached"}, eventTypes(events))
	res, err := f.queries.Release(f.ctx, &types.QueryReleaseRequest{SongId: songID, Tag: "v1"})
	require.NoError(t, err)
	require.Equal(t, []string{"FRZ039800212"}, res.Release.Isrcs)
	require.Equal(t, "T0345246801", res.Release.Iswc)
	require.Equal(t, "614141999996", res.Release.Upc)

	refused(f, types.ErrCodeAttached, f.msgs.AttachCodes, msg)
	msg = attach()
	msg.Upc = "036000291452"
	refused(f, types.ErrCodeAttached, f.msgs.AttachCodes, msg)
	msg.Tag = "v2"
	refused(f, types.ErrReleaseNotFound, f.msgs.AttachCodes, msg)
	msg.Tag, msg.Signer = "v1", stranger.address
	refused(f, types.ErrUnauthorized, f.msgs.AttachCodes, msg)
}
