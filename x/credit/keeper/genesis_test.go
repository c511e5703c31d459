package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/parrots-music/parrots/x/credit/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// band is a state with something of everything.
func band(t *testing.T) *fixture {
	f := newFixture(t)
	songID, w := f.bossa()
	key := newMusician("key")
	more := commit(drummer, []string{"drums", "bass"}, []string{w.cid}, played(singer, ""), asGuest(key, "Kenny"))
	f.push(drummer, songID, "more", more)
	f.nextBlock()
	must(f, f.msgs.ConfirmCredit, relay(guitarist.address, w.cid, guitarist.sign(f.text(w.cid, guitarist, toConfirm, ""))))
	must(f, f.msgs.DisputeCredit, dispute(singer, more.cid, "I was away"))
	must(f, f.msgs.AnswerDispute, &types.MsgAnswerDispute{Author: drummer.address, Commit: more.cid, Contributor: singer.address, Statement: "You were not"})
	must(f, f.msgs.ClaimGuestCredit, claimGuest(key, stranger, more.cid))
	must(f, f.msgs.ConsentToLicence, consent(guitarist, songID, "CC0-1.0"))
	must(f, f.song.ForkSong, &songtypes.MsgForkSong{Creator: singer.address, ParentId: songID})
	require.NoError(t, f.keeper.AddRespects(f.ctx, drummer.raw(), 2))
	require.NoError(t, f.keeper.Hooks().AfterAuditionMerged(f.ctx, songtypes.SongID{}, 1, singer.raw(), drummer.raw(), digest(w.cid), digest(more.cid)))
	f.nextBlock()
	return f
}

func TestGenesisRefusesWhatDoesNotFit(t *testing.T) {
	f := band(t)
	exported := f.export()
	songs, err := f.songs.ExportGenesis(f.ctx)
	require.NoError(t, err)
	load := func(t *testing.T, spoil func(gs *types.GenesisState)) error {
		again := emptyFixture(t)
		var gs types.GenesisState
		require.NoError(t, again.cdc.UnmarshalJSON(exported, &gs))
		require.NoError(t, again.songs.InitGenesis(again.ctx, *songs))
		spoil(&gs)
		return again.keeper.InitGenesis(again.ctx, gs)
	}
	require.NoError(t, load(t, func(*types.GenesisState) {}))
	with := func(status types.Status, do func(c *types.GenesisCredit)) func(gs *types.GenesisState) {
		return func(gs *types.GenesisState) {
			for i := range gs.Credits {
				if gs.Credits[i].Record.Status == status {
					do(&gs.Credits[i])
					return
				}
			}
			t.Fatalf("no credit is %s", status)
		}
	}
	for what, spoil := range map[string]func(gs *types.GenesisState){
		"params":               func(gs *types.GenesisState) { gs.Params.MaxMultisigKeys = 0 },
		"credit twice":         func(gs *types.GenesisState) { gs.Credits = append(gs.Credits, gs.Credits[0]) },
		"unknown commit":       func(gs *types.GenesisState) { gs.Credits[0].Commit = make([]byte, 32) },
		"commit's length":      func(gs *types.GenesisState) { gs.Credits[0].Commit = nil },
		"contributor's length": func(gs *types.GenesisState) { gs.Credits[0].Contributor = []byte{1} },
		"not in the commit":    func(gs *types.GenesisState) { gs.Credits[0].Contributor = make([]byte, 20) },
		"no status":            with(confirmed, func(c *types.GenesisCredit) { c.Record.Status = 0 }),
		"unknown status":       with(confirmed, func(c *types.GenesisCredit) { c.Record.Status = 9 }),
		"without a step":       with(confirmed, func(c *types.GenesisCredit) { c.Record.Sequence = 0 }),
		"height":               with(confirmed, func(c *types.GenesisCredit) { c.Record.ConfirmedHeight = -1 }),
		"statement":            with(confirmed, func(c *types.GenesisCredit) { c.Record.Statement = "x" }),
		"no statement":         with(disputed, func(c *types.GenesisCredit) { c.Record.Statement = "" }),
		"answer":               with(confirmed, func(c *types.GenesisCredit) { c.Record.Answer = "x" }),
		"behind oneself":       with(confirmed, func(c *types.GenesisCredit) { c.Record.Other = c.Contributor }),
		"guest's key":          with(confirmed, func(c *types.GenesisCredit) { c.Record.Guests = [][]byte{{1}} }),
		"guest not claimed":    func(gs *types.GenesisState) { gs.Guests = nil },
		"guest of another":     func(gs *types.GenesisState) { gs.Guests[0].Record.Wallet = make([]byte, 20) },
		"no such guest":        func(gs *types.GenesisState) { gs.Guests[0].Key = make([]byte, 33) },
		"guest without wallet": func(gs *types.GenesisState) { gs.Guests[0].Record.Wallet = nil },
		"stem twice":           func(gs *types.GenesisState) { gs.Stems = append(gs.Stems, gs.Stems[0]) },
		"stem's digest":        func(gs *types.GenesisState) { gs.Stems[0].Hash = nil },
		"stem's commit":        func(gs *types.GenesisState) { gs.Stems[0].Record.Commit = make([]byte, 32) },
		"stem's height":        func(gs *types.GenesisState) { gs.Stems[0].Record.Height = 77 },
		"samples' commit":      func(gs *types.GenesisState) { gs.Samples[0].Record.Commit = nil },
		"samples' hash":        func(gs *types.GenesisState) { gs.Samples[0].Hash = nil },
		"consent twice":        func(gs *types.GenesisState) { gs.Consents = append(gs.Consents, gs.Consents[0]) },
		"consent to nothing":   func(gs *types.GenesisState) { gs.Consents[0].Record.Licence = "" },
		"song's id":            func(gs *types.GenesisState) { gs.Songs[0].Song = nil },
		"unknown song":         func(gs *types.GenesisState) { gs.Songs[0].Song = make([]byte, 20) },
		"song counted twice":   func(gs *types.GenesisState) { gs.Songs = append(gs.Songs, gs.Songs[0]) },
		"fork as a song": func(gs *types.GenesisState) {
			gs.Songs[0].Creator, gs.Songs[0].Forked = gs.Songs[0].Forked, gs.Songs[0].Creator
		},
		"empty honor": func(gs *types.GenesisState) { gs.Honor[0].Auditions, gs.Honor[0].Respects = 0, 0 },
		"honor twice": func(gs *types.GenesisState) { gs.Honor = append(gs.Honor, gs.Honor[0]) },
	} {
		t.Run(what, func(t *testing.T) { require.Error(t, load(t, spoil)) })
	}
}
