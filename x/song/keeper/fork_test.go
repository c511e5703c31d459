package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/x/song/types"
)

func TestForkSong(t *testing.T) {
	f := newFixture(t)
	parentID := f.createSong(drummer, "blue-bossa")
	refused(f, types.ErrEmptySong, f.msgs.ForkSong, &types.MsgForkSong{Creator: guitarist.address, ParentId: parentID})
	works := line(drummer, "take", 3)
	f.push(drummer, parentID, "main", "", works...)
	f.push(drummer, parentID, "dev", "", works[0])
	// The licence of what comes: the head stays under the one that it was pushed under.
	must(f, f.msgs.UpdateSong, &types.MsgUpdateSong{
		Signer: drummer.address, SongId: parentID, Metadata: types.Metadata{Title: "Blue Bossa", Tags: []string{"jazz"}, Licence: "CC-BY-SA-4.0"},
	})

	f.nextBlock()
	res, events, err := deliver(f, f.msgs.ForkSong, &types.MsgForkSong{Creator: guitarist.address, ParentId: parentID})
	require.NoError(t, err)
	require.Equal(t, []string{
		"EventSongCreated", "EventSongForked", "EventBranchMoved", "EventBranchProtected", "EventObligationAdded", "EventObligationAdded",
	}, eventTypes(events))
	require.Equal(t, works[2].cid, res.Head)
	fork := f.song(res.SongId)
	require.Equal(t, types.Song{
		Id: res.SongId, Owner: guitarist.address, Name: "blue-bossa",
		Metadata:      types.Metadata{Title: "Blue Bossa", Tags: []string{"jazz"}, Licence: "CC-BY-4.0"},
		DefaultBranch: "main", Parent: parentID, Network: parentID, ForkCommit: works[2].cid,
		CreatedHeight: 2, CreatedTime: f.ctx.BlockTime(), Revision: 1,
		Obligations: []types.Obligation{{Licence: "CC-BY-4.0", Song: parentID, Height: 2}, {Song: parentID, Height: 2}},
	}, fork)
	branches, err := f.queries.Branches(f.ctx, &types.QueryBranchesRequest{SongId: fork.Id})
	require.NoError(t, err)
	require.Equal(t, []types.Branch{{Name: "main", Head: works[2].cid, Protected: true, UpdatedHeight: 2}}, branches.Branches)
	tree, err := f.queries.Tree(f.ctx, &types.QueryTreeRequest{SongId: fork.Id})
	require.NoError(t, err)
	require.Equal(t, works[2].tree, tree.Tree)

	// The fork goes its own way; the parent's people have no say in it.
	solo := record(guitarist, "solo", stems("kick", "guitar"), works[2].cid)
	f.push(guitarist, fork.Id, "main", works[2].cid, solo)
	require.Equal(t, works[2].cid, f.head(parentID, "main"))
	refused(f, types.ErrUnauthorized, f.msgs.Push, pushOf(drummer, fork.Id, "dev", "", works[0]))

	// A fork of the fork is of the same network; what was pushed there says so.
	again := must(f, f.msgs.ForkSong, &types.MsgForkSong{Creator: singer.address, ParentId: fork.Id, Name: "blue"})
	require.Equal(t, parentID, f.song(again.SongId).Network)
	require.Equal(t, fork.Id, f.song(again.SongId).Parent)
	commit, err := f.queries.Commit(f.ctx, &types.QueryCommitRequest{Cid: solo.cid})
	require.NoError(t, err)
	require.Equal(t, fork.Id, commit.Commit.Song)
	require.Equal(t, parentID, commit.Commit.Network)
	require.Equal(t, "CC-BY-4.0", commit.Commit.Licence)

	// The parent takes the solo back: by pull, no new commit is needed.
	must(f, f.msgs.Push, &types.MsgPush{
		Signer: drummer.address, SongId: parentID, Branch: "main", ExpectedHead: works[2].cid, Head: solo.cid, Tree: solo.tree,
	})

	refused(f, types.ErrNameTaken, f.msgs.ForkSong, &types.MsgForkSong{Creator: drummer.address, ParentId: parentID})
	must(f, f.msgs.ForkSong, &types.MsgForkSong{Creator: drummer.address, ParentId: parentID, Name: "blue-bossa-live"})
	refused(f, types.ErrSongNotFound, f.msgs.ForkSong, &types.MsgForkSong{
		Creator: drummer.address, ParentId: types.NewSongID([]byte("nobody"), 0).String(),
	})
	forks, err := f.queries.Forks(f.ctx, &types.QueryForksRequest{SongId: parentID})
	require.NoError(t, err)
	require.Len(t, forks.Songs, 2)
}
