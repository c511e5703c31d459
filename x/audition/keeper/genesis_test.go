package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/x/audition/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// busy is a state with something of everything: an open, a closed and a merged
// audition, in this order.
func busy(t *testing.T) *band {
	b := newBand(t)
	b.require(1)
	number := b.open()
	b.reviewed(singer, number, 1, ask)
	b.reviewed(stranger, number, 1, comment)
	b.nextBlock()
	b.another(number, "Take 2")
	b.reviewed(singer, number, 2, approve)
	for i, name := range []string{"riff", "coda"} {
		b.setHead(guitarist, b.fork, name, b.base)
		b.record(guitarist, b.fork, name, name)
		msg := b.offer()
		msg.SourceBranch = name
		n := must(b.fixture, b.msgs.OpenAudition, msg).Number
		if i == 0 {
			must(b.fixture, b.msgs.CloseAudition, &types.MsgCloseAudition{Signer: drummer, SongId: b.song, Number: n})
			continue
		}
		b.reviewed(singer, n, 1, approve)
		must(b.fixture, b.msgs.MergeAudition, b.merge(drummer, n))
	}
	return b
}

func TestGenesisRefusesWhatDoesNotFit(t *testing.T) {
	b := busy(t)
	exported := b.export()
	songs, err := b.songsK.ExportGenesis(b.ctx)
	require.NoError(t, err)
	missing := songtypes.NewSongID([]byte("x"), 9).String()
	_, nowhere := commitOn(drummer, "never pushed")
	unrelated := b.createSong(drummer, "unrelated")

	on := func(spoil func(open, closed, merged *types.GenesisAudition)) func(*types.GenesisState) {
		return func(gs *types.GenesisState) {
			a := gs.Songs[0].Auditions
			spoil(&a[0], &a[1], &a[2])
		}
	}
	for what, spoil := range map[string]func(*types.GenesisState){
		"params":           func(gs *types.GenesisState) { gs.Params.MaxWaiting = 0 },
		"song twice":       func(gs *types.GenesisState) { gs.Songs = append(gs.Songs, gs.Songs[0]) },
		"song's id":        func(gs *types.GenesisState) { gs.Songs[0].SongId = "song1x" },
		"song missing":     func(gs *types.GenesisState) { gs.Songs[0].SongId = missing },
		"settings":         func(gs *types.GenesisState) { gs.Songs[0].Settings.RequiredApprovals = 1001 },
		"audition missing": func(gs *types.GenesisState) { gs.Songs[0].Auditions = gs.Songs[0].Auditions[1:] },
		"audition's song":  on(func(open, _, _ *types.GenesisAudition) { open.Audition.SongId = b.fork }),
		"number":           on(func(open, _, _ *types.GenesisAudition) { open.Audition.Number = 7 }),
		"opener":           on(func(open, _, _ *types.GenesisAudition) { open.Audition.Opener = "x" }),
		"title":            on(func(open, _, _ *types.GenesisAudition) { open.Audition.Title = "" }),
		"message":          on(func(open, _, _ *types.GenesisAudition) { open.Audition.Message = "\u202e" }),
		"branch":           on(func(open, _, _ *types.GenesisAudition) { open.Audition.Branch = "" }),
		"source branch":    on(func(open, _, _ *types.GenesisAudition) { open.Audition.SourceBranch = "../x" }),
		"source":           on(func(open, _, _ *types.GenesisAudition) { open.Audition.SourceSongId = missing }),
		"source's id":      on(func(open, _, _ *types.GenesisAudition) { open.Audition.SourceSongId = "x" }),
		"unrelated source": on(func(open, _, _ *types.GenesisAudition) { open.Audition.SourceSongId = unrelated }),
		"onto itself": on(func(open, _, _ *types.GenesisAudition) {
			open.Audition.SourceSongId, open.Audition.SourceBranch = b.song, "main"
		}),
		"height":             on(func(open, _, _ *types.GenesisAudition) { open.Audition.OpenedHeight = -1 }),
		"status":             on(func(open, _, _ *types.GenesisAudition) { open.Audition.Status = 4 }),
		"no status":          on(func(open, _, _ *types.GenesisAudition) { open.Audition.Status = 0 }),
		"closed, unsaid":     on(func(_, closed, _ *types.GenesisAudition) { closed.Audition.Closing = nil }),
		"closer":             on(func(_, closed, _ *types.GenesisAudition) { closed.Audition.Closing.Closer = "x" }),
		"reason":             on(func(_, closed, _ *types.GenesisAudition) { closed.Audition.Closing.Reason = "\u2028" }),
		"closed waits":       on(func(_, closed, _ *types.GenesisAudition) { closed.Waiting = []string{drummer} }),
		"merged, unsaid":     on(func(_, _, merged *types.GenesisAudition) { merged.Audition.Merge = nil }),
		"merger":             on(func(_, _, merged *types.GenesisAudition) { merged.Audition.Merge.Merger = "x" }),
		"merged revision":    on(func(_, _, merged *types.GenesisAudition) { merged.Audition.Merge.Revision = 7 }),
		"merge's base":       on(func(_, _, merged *types.GenesisAudition) { merged.Audition.Merge.Base = "x" }),
		"merge's head":       on(func(_, _, merged *types.GenesisAudition) { merged.Audition.Merge.Head = nowhere }),
		"revision missing":   on(func(open, _, _ *types.GenesisAudition) { open.Revisions = open.Revisions[1:] }),
		"no revisions":       on(func(open, _, _ *types.GenesisAudition) { open.Audition.Revision, open.Revisions = 0, nil }),
		"revision's number":  on(func(open, _, _ *types.GenesisAudition) { open.Revisions[1].Number = 1 }),
		"revision's head":    on(func(open, _, _ *types.GenesisAudition) { open.Revisions[1].Head = nowhere }),
		"revision's author":  on(func(open, _, _ *types.GenesisAudition) { open.Revisions[1].Author = "x" }),
		"revision's message": on(func(open, _, _ *types.GenesisAudition) { open.Revisions[1].Message = "\u202e" }),
		"review's revision":  on(func(open, _, _ *types.GenesisAudition) { open.Reviews[0].Revision = 3 }),
		"review's zero":      on(func(open, _, _ *types.GenesisAudition) { open.Reviews[0].Revision = 0 }),
		"review twice":       on(func(open, _, _ *types.GenesisAudition) { open.Reviews = append(open.Reviews, open.Reviews[0]) }),
		"reviewer":           on(func(open, _, _ *types.GenesisAudition) { open.Reviews[0].Reviewer = "x" }),
		"verdict":            on(func(open, _, _ *types.GenesisAudition) { open.Reviews[0].Verdict = 9 }),
		"waiter":             on(func(open, _, _ *types.GenesisAudition) { open.Waiting = []string{"x"} }),
		"offered twice": func(gs *types.GenesisState) {
			again := gs.Songs[0].Auditions[0]
			again.Audition.Number = 4
			gs.Songs[0].Auditions = append(gs.Songs[0].Auditions, again)
		},
	} {
		t.Run(what, func(t *testing.T) {
			f := emptyFixture(t)
			require.NoError(t, f.songsK.InitGenesis(f.ctx, *songs))
			gs := f.parse(exported)
			spoil(&gs)
			require.Error(t, f.keeper.InitGenesis(f.ctx, gs))
		})
	}
}
