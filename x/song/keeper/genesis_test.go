package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/x/song/types"
)

// band is a state with something of everything.
func band(t *testing.T) *fixture {
	f := newFixture(t)
	songID := f.createSong(drummer, "blue-bossa")
	f.setRole(drummer, songID, guitarist, types.Role_ROLE_WRITER)
	works := line(drummer, "take", 12)
	solo := record(guitarist, "solo", stems("guitar"), works[3].cid)
	f.push(drummer, songID, "main", "", works...)
	f.push(drummer, songID, "solo", "", solo.signedBy(guitarist, chainID))
	must(f, f.msgs.PublishRelease, &types.MsgPublishRelease{
		Signer: drummer.address, SongId: songID, Tag: "v1", Commit: works[2].cid, Tree: works[2].tree, Iswc: "T0345246801",
	})
	forkID := must(f, f.msgs.ForkSong, &types.MsgForkSong{Creator: singer.address, ParentId: songID}).SongId
	f.push(singer, forkID, "old", "", works[0])
	must(f, f.msgs.GrantFork, &types.MsgGrantFork{Signer: drummer.address, SongId: songID, Address: stranger.address, Granted: true})
	return f
}

func TestGenesisRefusesWhatDoesNotFit(t *testing.T) {
	exported := band(t).export()
	load := func() (gs types.GenesisState) {
		f := emptyFixture(t)
		require.NoError(t, f.cdc.UnmarshalJSON(exported, &gs))
		return gs
	}
	require.NoError(t, load().Validate())
	parentIndex := func(gs types.GenesisState) int {
		if gs.Songs[0].Song.Parent == "" {
			return 0
		}
		return 1
	}
	fork := func(gs *types.GenesisState) *types.GenesisSong { return &gs.Songs[1-parentIndex(*gs)] }
	for what, spoil := range map[string]func(gs *types.GenesisState){
		"params":                 func(gs *types.GenesisState) { gs.Params.MaxBranches = 0 },
		"commit missing":         func(gs *types.GenesisState) { gs.Commits = gs.Commits[1:] },
		"commit twice":           func(gs *types.GenesisState) { gs.Commits = append(gs.Commits, gs.Commits[0]) },
		"commit changed":         func(gs *types.GenesisState) { gs.Commits[0].Block[40] ^= 1 },
		"not canonical":          func(gs *types.GenesisState) { gs.Commits[0].Block = append(gs.Commits[0].Block, 0) },
		"generation":             func(gs *types.GenesisState) { gs.Commits[0].Generation++ },
		"depth":                  func(gs *types.GenesisState) { gs.Commits[0].Depth++ },
		"jump":                   func(gs *types.GenesisState) { gs.Commits[0].Jump = []byte("x") },
		"commit's song":          func(gs *types.GenesisState) { gs.Commits[0].Song = make([]byte, 20) },
		"commit's song's length": func(gs *types.GenesisState) { gs.Commits[0].Song = nil },
		"commit's licence":       func(gs *types.GenesisState) { gs.Commits[0].Licence = "MIT" },
		"commit's pusher":        func(gs *types.GenesisState) { gs.Commits[0].Pusher = []byte("x") },
		"song twice":             func(gs *types.GenesisState) { gs.Songs = append(gs.Songs, gs.Songs[0]) },
		"song id":                func(gs *types.GenesisState) { gs.Songs[0].Song.Id = "song1x" },
		"song name":              func(gs *types.GenesisState) { gs.Songs[0].Song.Name = "A" },
		"names of one owner":     func(gs *types.GenesisState) { gs.Songs[0].Song.Owner = gs.Songs[1].Song.Owner },
		"metadata":               func(gs *types.GenesisState) { gs.Songs[0].Song.Metadata.Licence = "MIT" },
		"revision":               func(gs *types.GenesisState) { gs.Songs[0].Song.Revision = 0 },
		"height":                 func(gs *types.GenesisState) { gs.Songs[0].Song.CreatedHeight = -1 },
		"default branch":         func(gs *types.GenesisState) { gs.Songs[0].Song.DefaultBranch = "" },
		"parent missing": func(gs *types.GenesisState) {
			i := parentIndex(*gs)
			gs.Songs = append(gs.Songs[:i], gs.Songs[i+1:]...)
		},
		"network": func(gs *types.GenesisState) {
			gs.Songs[parentIndex(*gs)].Song.Network = gs.Songs[1-parentIndex(*gs)].Song.Id
		},
		"fork commit":          func(gs *types.GenesisState) { gs.Songs[1-parentIndex(*gs)].Song.ForkCommit = gs.Commits[0].String() },
		"branch head":          func(gs *types.GenesisState) { gs.Songs[0].Branches[0].Record.Head = make([]byte, 32) },
		"branch head's length": func(gs *types.GenesisState) { gs.Songs[0].Branches[0].Record.Head = nil },
		"branch name":          func(gs *types.GenesisState) { gs.Songs[0].Branches[0].Name = "../x" },
		"branch twice": func(gs *types.GenesisState) {
			gs.Songs[0].Branches = append(gs.Songs[0].Branches, gs.Songs[0].Branches[0])
		},
		"branch's tree":  func(gs *types.GenesisState) { gs.Songs[0].Branches[0].Tree = nil },
		"release's tree": func(gs *types.GenesisState) { gs.Songs[parentIndex(*gs)].Releases[0].Tree[9] ^= 1 },
		"release's code": func(gs *types.GenesisState) { gs.Songs[parentIndex(*gs)].Releases[0].Release.Iswc = "T0345246802" },
		"role": func(gs *types.GenesisState) {
			gs.Songs[parentIndex(*gs)].Collaborators[0].Role = types.Role_ROLE_UNSPECIFIED
		},
		"obligation's song": func(gs *types.GenesisState) {
			fork(gs).Song.Obligations[0].Song = types.NewSongID([]byte("x"), 1).String()
		},
		"obligation to itself":   func(gs *types.GenesisState) { fork(gs).Song.Obligations[0].Song = fork(gs).Song.Id },
		"obligation's licence":   func(gs *types.GenesisState) { fork(gs).Song.Obligations[0].Licence = "MIT" },
		"obligation not met":     func(gs *types.GenesisState) { fork(gs).Song.Obligations[0].Licence = "CC-BY-SA-4.0" },
		"obligation before time": func(gs *types.GenesisState) { fork(gs).Song.Obligations[0].Height = 0 },
		"obligation of consent": func(gs *types.GenesisState) {
			fork(gs).Song.Obligations[1].AiTraining = types.AiTraining_AI_TRAINING_CONSENT
		},
		"obligation of both": func(gs *types.GenesisState) {
			fork(gs).Song.Obligations[0].AiTraining = types.AiTraining_AI_TRAINING_REFUSAL
		},
		"obligation twice": func(gs *types.GenesisState) {
			fork(gs).Song.Obligations = append(fork(gs).Song.Obligations, fork(gs).Song.Obligations[0])
		},
		"commit's word on training": func(gs *types.GenesisState) { gs.Commits[0].AiTraining = 3 },
		"song's word on training":   func(gs *types.GenesisState) { gs.Songs[0].Song.Metadata.AiTraining = 3 },
		"admitted twice":            func(gs *types.GenesisState) { fork(gs).Admitted = append(fork(gs).Admitted, fork(gs).Admitted[0]) },
		"admitted of its own": func(gs *types.GenesisState) {
			gs.Songs[parentIndex(*gs)].Admitted = fork(gs).Admitted
		},
		"admitted unknown": func(gs *types.GenesisState) { fork(gs).Admitted = []string{types.Digest{}.String()} },
		"admitted nothing": func(gs *types.GenesisState) { fork(gs).Admitted = []string{"x"} },
		"granted twice": func(gs *types.GenesisState) {
			p := &gs.Songs[parentIndex(*gs)]
			p.ForkGrants = append(p.ForkGrants, p.ForkGrants[0])
		},
		"granted to nobody": func(gs *types.GenesisState) { gs.Songs[0].ForkGrants = []string{"cosmos1qqqq"} },
		"count twice":       func(gs *types.GenesisState) { gs.Counts = append(gs.Counts, gs.Counts[0]) },
		"count too low":     func(gs *types.GenesisState) { gs.Counts[0].Count-- },
		"count too high":    func(gs *types.GenesisState) { gs.Counts[0].Count = 1 << 60 },
		"count missing":     func(gs *types.GenesisState) { gs.Counts = gs.Counts[1:] },
		"count of another": func(gs *types.GenesisState) {
			gs.Counts[0].Creator = guitarist.address
		},
		"owner's address": func(gs *types.GenesisState) {
			gs.Songs[0].Song.Owner = "cosmos1qqqq"
		},
	} {
		t.Run(what, func(t *testing.T) {
			gs := load()
			spoil(&gs)
			f := emptyFixture(t)
			require.Error(t, f.keeper.InitGenesis(f.ctx, gs))
		})
	}
}
