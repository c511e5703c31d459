package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/x/credit/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

func TestHonorOfSongsAndForks(t *testing.T) {
	f := newFixture(t)
	songID, _ := f.bossa()
	for _, m := range []musician{guitarist, singer, drummer} {
		must(f, f.song.ForkSong, &songtypes.MsgForkSong{Creator: m.address, ParentId: songID, Name: "my-bossa"})
	}
	require.Zero(t, f.honor(drummer), "counted at the end of the block")
	f.nextBlock()
	require.Equal(t, types.Honor{Songs: 1, Forks: 2}, f.honor(drummer))
	require.Zero(t, f.honor(guitarist), "a fork is no song of one's own")

	require.NoError(t, f.keeper.AddRespects(f.ctx, drummer.raw(), 3))
	require.NoError(t, f.keeper.AddRespects(f.ctx, drummer.raw(), -1))
	f.nextBlock()
	require.EqualValues(t, 2, f.honor(drummer).Respects)
}

// Who writes and pushes alone has nobody behind their credits; a maintainer who brings
// another's signed commit stands behind it, a writer does not.
func TestHonorOfWorkThatIsTakenIn(t *testing.T) {
	f := newFixture(t)
	songID, w := f.bossa()
	f.setRole(drummer, songID, singer, songtypes.Role_ROLE_WRITER)
	byMaintainer := commit(guitarist, []string{"solo"}, []string{w.cid}, played(guitarist, "Guitar"))
	byWriter := commit(guitarist, []string{"solo two"}, []string{w.cid}, played(guitarist, "Guitar"))
	f.push(singer, songID, "demo", byWriter.signedBy(guitarist))
	f.nextBlock()
	require.Zero(t, f.honor(guitarist).Credits)
	require.Zero(t, f.honor(drummer).Credits)
	f.push(drummer, songID, "solo", byMaintainer.signedBy(guitarist))
	f.nextBlock()
	require.Equal(t, types.Honor{Credits: 1, People: 1}, f.honor(guitarist))
	require.Equal(t, drummer.address, f.credit(byMaintainer.cid, guitarist).Other)
	require.Empty(t, f.credit(byWriter.cid, guitarist).Other)
}

func TestHonorOfMergedAuditions(t *testing.T) {
	f := newFixture(t)
	songID, w := f.bossa()
	fork := must(f, f.song.ForkSong, &songtypes.MsgForkSong{Creator: guitarist.address, ParentId: songID}).SongId
	one := commit(guitarist, []string{"drums", "solo"}, []string{w.cid}, played(guitarist, "Guitar"), played(singer, ""))
	two := commit(guitarist, []string{"drums", "solo", "rhythm"}, []string{one.cid}, played(guitarist, "Guitar"), played(drummer, ""))
	f.push(guitarist, fork, "solo", one, two)
	base, head := digest(w.cid), digest(two.cid)
	id, err := songtypes.ParseSongID(songID)
	require.NoError(t, err)
	require.NoError(t, f.keeper.Hooks().AfterAuditionMerged(f.ctx, id, 1, guitarist.raw(), drummer.raw(), base, head))
	f.nextBlock()
	require.Equal(t, types.Honor{Credits: 2, People: 1, Auditions: 1}, f.honor(guitarist))
	require.Equal(t, drummer.address, f.credit(two.cid, guitarist).Other)
	require.Equal(t, guitarist.address, f.credit(one.cid, singer).Other, "the author stands behind what they claim of others")
	require.Empty(t, f.credit(w.cid, drummer).Other, "what the branch had is not looked at again")

	// Merged once more elsewhere: nothing counts twice. One's own audition does not count.
	require.NoError(t, f.keeper.Hooks().AfterAuditionMerged(f.ctx, id, 1, guitarist.raw(), guitarist.raw(), base, head))
	f.nextBlock()
	require.Equal(t, types.Honor{Credits: 2, People: 1, Auditions: 1}, f.honor(guitarist))
}

// A merge commit of the maintainer's leads to what was offered by its second parent.
func TestHonorOfAnAuditionMergedByACommit(t *testing.T) {
	f := newFixture(t)
	songID, w := f.bossa()
	fork := must(f, f.song.ForkSong, &songtypes.MsgForkSong{Creator: guitarist.address, ParentId: songID}).SongId
	solo := commit(guitarist, []string{"drums", "solo"}, []string{w.cid}, played(guitarist, "Guitar"))
	f.push(guitarist, fork, "solo", solo)
	meanwhile := commit(drummer, []string{"drums", "bass"}, []string{w.cid}, played(drummer, "Bass"))
	must(f, f.song.Push, pushOf(drummer, songID, "main", w.cid, meanwhile))
	merged := commit(drummer, []string{"drums", "bass", "solo"}, []string{meanwhile.cid, solo.cid}, played(drummer, ""))
	must(f, f.song.Push, pushOf(drummer, songID, "main", meanwhile.cid, merged))
	require.NoError(t, f.keeper.Hooks().AfterAuditionMerged(f.ctx, songtypes.SongID{}, 1,
		guitarist.raw(), drummer.raw(), digest(meanwhile.cid), digest(merged.cid)))
	f.nextBlock()
	require.Equal(t, types.Honor{Credits: 1, People: 1, Auditions: 1}, f.honor(guitarist))
	require.Zero(t, f.honor(drummer).Credits)
}

// The walk ends at the parameter, whatever the history.
func TestMergedAuditionIsBounded(t *testing.T) {
	f := newFixture(t)
	params := types.DefaultParams()
	params.MaxAuditionCommits = 2
	must(f, f.msgs.UpdateParams, &types.MsgUpdateParams{Authority: f.authority, Params: params})
	songID, w := f.bossa()
	fork := must(f, f.song.ForkSong, &songtypes.MsgForkSong{Creator: guitarist.address, ParentId: songID}).SongId
	var works []work
	parent := w.cid
	for _, stem := range []string{"a", "b", "c"} {
		works = append(works, commit(guitarist, []string{stem}, []string{parent}, played(guitarist, "Guitar")))
		parent = works[len(works)-1].cid
	}
	f.push(guitarist, fork, "solo", works...)
	require.NoError(t, f.keeper.Hooks().AfterAuditionMerged(f.ctx, songtypes.SongID{}, 1, guitarist.raw(), drummer.raw(), digest(w.cid), digest(parent)))
	f.nextBlock()
	require.EqualValues(t, 2, f.honor(guitarist).Credits)
	require.Empty(t, f.credit(works[0].cid, guitarist).Other)
}

func digest(cid string) songtypes.Digest {
	d, err := songtypes.ParseDigest(cid)
	if err != nil {
		panic(err)
	}
	return d
}
