package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/x/social/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// scene is a state with something of everything.
func scene(t *testing.T) *fixture {
	f := newFixture(t)
	song, head := f.createSong(drummer, "blue-bossa")
	must(f, f.songMsgs.PublishRelease, &songtypes.MsgPublishRelease{Signer: drummer, SongId: song, Tag: "v1", Commit: head})
	f.call(drummer, "drummer")
	f.call(singer, "singer")
	f.after(31 * day)
	f.call(singer, "soprano")
	f.respect(singer, song)
	f.respect(guitarist, song)
	first := f.say(singer, song, "first")
	f.answer(drummer, first, "second")
	must(f, f.msgs.DeleteComment, &types.MsgDeleteComment{Author: singer, CommentId: f.say(singer, song, "oops")})
	must(f, f.msgs.Comment, &types.MsgComment{Author: guitarist, SongId: song, Target: types.Target_TARGET_RELEASE, Release: "v1", Body: "third"})
	must(f, f.msgs.HideComment, &types.MsgHideComment{Signer: drummer, CommentId: first, Hidden: true})
	f.follow(singer, drummer)
	f.follow(guitarist, drummer)
	must(f, f.msgs.Block, &types.MsgBlock{Wallet: drummer, Blocked: stranger})
	return f
}

// The first block begins in the state that was loaded, object stores and all.
func TestGenesisIsCountedOnce(t *testing.T) {
	f := scene(t)
	var gs types.GenesisState
	require.NoError(t, f.cdc.UnmarshalJSON(f.export(), &gs))
	songs, err := f.songs.ExportGenesis(f.ctx)
	require.NoError(t, err)
	again := emptyFixture(t)
	require.NoError(t, again.songs.InitGenesis(again.ctx, *songs))
	require.NoError(t, again.keeper.InitGenesis(again.ctx, gs))
	require.NoError(t, again.keeper.EndBlock(again.ctx))
	require.NoError(t, again.keeper.CheckInvariants(again.ctx))
}

func TestGenesisRefusesWhatDoesNotFit(t *testing.T) {
	f := scene(t)
	exported := f.export()
	songs, err := f.songs.ExportGenesis(f.ctx)
	require.NoError(t, err)
	load := func() (gs types.GenesisState) {
		require.NoError(t, f.cdc.UnmarshalJSON(exported, &gs))
		return gs
	}
	reply := func(gs *types.GenesisState) *types.CommentRecord {
		for i := range gs.Comments {
			if len(gs.Comments[i].Parent) != 0 {
				return &gs.Comments[i]
			}
		}
		panic("no reply")
	}
	for what, spoil := range map[string]func(gs *types.GenesisState){
		"params":              func(gs *types.GenesisState) { gs.Params.MaxCommentBytes = 0 },
		"profile twice":       func(gs *types.GenesisState) { gs.Profiles = append(gs.Profiles, gs.Profiles[0]) },
		"username":            func(gs *types.GenesisState) { gs.Profiles[0].Username = "Drummer" },
		"usernames alike":     func(gs *types.GenesisState) { gs.Profiles[0].Username, gs.Profiles[1].Username = "drummer", "drurnmer" },
		"reserved and in use": func(gs *types.GenesisState) { gs.Profiles[0].Username = "s1nger" },
		"reserved for no time": func(gs *types.GenesisState) {
			gs.Reserved[0].ReservedUntil = 0
		},
		"reserved for nobody":     func(gs *types.GenesisState) { gs.Reserved[0].Owner = nil },
		"bio":                     func(gs *types.GenesisState) { gs.Profiles[0].Bio = "\u202e" },
		"profile's address":       func(gs *types.GenesisState) { gs.Profiles[0].Address = "parrot1qqqq" },
		"respect twice":           func(gs *types.GenesisState) { gs.Respects = append(gs.Respects, gs.Respects[0]) },
		"respect's song":          func(gs *types.GenesisState) { gs.Respects[0].SongId = songtypes.NewSongID(raw(stranger), 3).String() },
		"respect's owner":         func(gs *types.GenesisState) { gs.Respects[0].Owner = "" },
		"respect's height":        func(gs *types.GenesisState) { gs.Respects[0].Height = -1 },
		"comment twice":           func(gs *types.GenesisState) { gs.Comments = append(gs.Comments, gs.Comments[0]) },
		"comment missing":         func(gs *types.GenesisState) { gs.Comments = gs.Comments[:1] },
		"comment's number":        func(gs *types.GenesisState) { gs.Comments[0].Number += 5 },
		"absurd number":           func(gs *types.GenesisState) { gs.Comments[0].Number = 1<<64 - 1 },
		"comment's author":        func(gs *types.GenesisState) { gs.Comments[0].Author = []byte("x") },
		"comment's song":          func(gs *types.GenesisState) { gs.Comments[0].Song = make([]byte, 20) },
		"comment's song is no id": func(gs *types.GenesisState) { gs.Comments[0].Song = nil },
		"comment's position":      func(gs *types.GenesisState) { gs.Comments[0].Place = types.Place{Timed: true, Position: -1} },
		"comment's target":        func(gs *types.GenesisState) { gs.Comments[0].Target = 9 },
		"comment's commit":        func(gs *types.GenesisState) { gs.Comments[0].Commit = []byte("x") },
		"comment's text":          func(gs *types.GenesisState) { reply(gs).Body = "" },
		"deleted with a text":     func(gs *types.GenesisState) { reply(gs).Deleted = true },
		"reply's parent":          func(gs *types.GenesisState) { reply(gs).Parent = make([]byte, 20) },
		"follow twice":            func(gs *types.GenesisState) { gs.Follows = append(gs.Follows, gs.Follows[0]) },
		"follows itself":          func(gs *types.GenesisState) { gs.Follows[0].Followee = gs.Follows[0].Wallet },
		"follow's address":        func(gs *types.GenesisState) { gs.Follows[0].Followee = "drummer" },
		"block twice":             func(gs *types.GenesisState) { gs.Blocks = append(gs.Blocks, gs.Blocks[0]) },
		"feed entry twice":        func(gs *types.GenesisState) { gs.Feed = append(gs.Feed, gs.Feed[0]) },
		"feed entry's kind":       func(gs *types.GenesisState) { gs.Feed[0].Kind = 0 },
		"feed entry's actor":      func(gs *types.GenesisState) { gs.Feed[0].Actor = nil },
		"feed entry's song":       func(gs *types.GenesisState) { gs.Feed[0].Song = make([]byte, 20) },
		"feed entry's comment": func(gs *types.GenesisState) {
			gs.Feed[0].Kind, gs.Feed[0].Comment = types.FeedKind_FEED_KIND_COMMENT, make([]byte, 20)
		},
	} {
		t.Run(what, func(t *testing.T) {
			gs := load()
			spoil(&gs)
			again := emptyFixture(t)
			require.NoError(t, again.songs.InitGenesis(again.ctx, *songs))
			require.Error(t, again.keeper.InitGenesis(again.ctx, gs))
		})
	}
}
