package simulation

import (
	"context"
	"fmt"

	"github.com/cosmos/cosmos-sdk/testutil/simsx"
	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/parrots-music/parrots/x/song/types"
)

// Factories make messages that have to succeed.
type Factories struct {
	queries types.QueryServer
}

// NewFactories returns factories over the module's queries.
func NewFactories(queries types.QueryServer) Factories { return Factories{queries} }

// name is new for all practical purposes, so that names do not collide.
func name(td *simsx.ChainDataSource) string {
	return fmt.Sprintf("song-%016x", td.Rand().Uint64())
}

func metadata(td *simsx.ChainDataSource) types.Metadata {
	r := td.Rand()
	m := types.Metadata{
		Title:         r.StringN(40),
		TempoMbpm:     uint32(60_000 + r.Intn(140_000)),
		Key:           simsx.OneOf(r, []string{"", "A", "F# minor", "Bb major"}),
		TimeSignature: simsx.OneOf(r, []string{"", "4/4", "7/8", "3+2/8"}),
		Licence:       simsx.OneOf(r, types.Licences()),
		AiTraining:    types.AiTraining(r.Intn(len(types.AiTraining_name))),
		Hints:         []string{"https://hub.example"},
	}
	for _, tag := range []string{"jazz", "live", "bossa"} {
		if r.Bool() {
			m.Tags = append(m.Tags, tag)
		}
	}
	return m
}

// songs are up to 100 of the newest.
func (f Factories) songs(ctx context.Context) []types.Song {
	res, err := f.queries.Songs(ctx, &types.QuerySongsRequest{Pagination: &query.PageRequest{Limit: 100}})
	if err != nil {
		return nil
	}
	return res.Songs
}

// anySong picks a song that suits, or skips. Its owner is one of the accounts.
func (f Factories) anySong(ctx context.Context, td *simsx.ChainDataSource, rep simsx.SimulationReporter, suits func(types.Song) bool) (types.Song, simsx.SimAccount, bool) {
	var fitting []types.Song
	for _, song := range f.songs(ctx) {
		if td.HasAccount(song.Owner) && suits(song) {
			fitting = append(fitting, song)
		}
	}
	if len(fitting) == 0 {
		rep.Skip("no song suits")
		return types.Song{}, simsx.SimAccount{}, false
	}
	song := simsx.OneOf(td.Rand(), fitting)
	return song, td.GetAccount(rep, song.Owner), true
}

func active(song types.Song) bool { return !song.Archived }

func (f Factories) branches(ctx context.Context, songID string) []types.Branch {
	res, err := f.queries.Branches(ctx, &types.QueryBranchesRequest{SongId: songID})
	if err != nil {
		return nil
	}
	return res.Branches
}

// CreateSong makes MsgCreateSong.
func (f Factories) CreateSong() simsx.SimMsgFactoryFn[*types.MsgCreateSong] {
	return func(_ context.Context, td *simsx.ChainDataSource, rep simsx.SimulationReporter) ([]simsx.SimAccount, *types.MsgCreateSong) {
		creator := td.AnyAccount(rep, simsx.WithSpendableBalance())
		if rep.IsSkipped() {
			return nil, nil
		}
		return []simsx.SimAccount{creator}, &types.MsgCreateSong{Creator: creator.AddressBech32, Name: name(td), Metadata: metadata(td)}
	}
}

// UpdateSong makes MsgUpdateSong, and now and then archives or un-archives.
func (f Factories) UpdateSong() simsx.SimMsgFactoryFn[*types.MsgUpdateSong] {
	return func(ctx context.Context, td *simsx.ChainDataSource, rep simsx.SimulationReporter) ([]simsx.SimAccount, *types.MsgUpdateSong) {
		song, owner, ok := f.anySong(ctx, td, rep, func(types.Song) bool { return true })
		if !ok {
			return nil, nil
		}
		msg := &types.MsgUpdateSong{
			Signer: owner.AddressBech32, SongId: song.Id, Metadata: metadata(td),
			Archived: !song.Archived && td.Rand().Intn(20) == 0,
		}
		// Other terms would need the consent of everybody with a part in the song.
		msg.Metadata.Licence, msg.Metadata.AiTraining = song.Metadata.Licence, song.Metadata.AiTraining
		if td.Rand().Bool() {
			msg.Name, msg.ExpectedRevision = name(td), song.Revision
		}
		if branches := f.branches(ctx, song.Id); len(branches) > 0 {
			msg.DefaultBranch = simsx.OneOf(td.Rand(), branches).Name
		}
		return []simsx.SimAccount{owner}, msg
	}
}

// TransferSong makes MsgTransferSong: offers, and withdrawals of offers.
func (f Factories) TransferSong() simsx.SimMsgFactoryFn[*types.MsgTransferSong] {
	return func(ctx context.Context, td *simsx.ChainDataSource, rep simsx.SimulationReporter) ([]simsx.SimAccount, *types.MsgTransferSong) {
		song, owner, ok := f.anySong(ctx, td, rep, active)
		if !ok {
			return nil, nil
		}
		msg := &types.MsgTransferSong{Owner: owner.AddressBech32, SongId: song.Id}
		if song.PendingOwner == "" || td.Rand().Bool() {
			heir := td.AnyAccountN(10, rep, simsx.ExcludeAccounts(owner))
			if rep.IsSkipped() {
				return nil, nil
			}
			msg.NewOwner = heir.AddressBech32
		}
		return []simsx.SimAccount{owner}, msg
	}
}

// AcceptSong makes MsgAcceptSong.
func (f Factories) AcceptSong() simsx.SimMsgFactoryFn[*types.MsgAcceptSong] {
	return func(ctx context.Context, td *simsx.ChainDataSource, rep simsx.SimulationReporter) ([]simsx.SimAccount, *types.MsgAcceptSong) {
		song, _, ok := f.anySong(ctx, td, rep, func(song types.Song) bool {
			return active(song) && td.HasAccount(song.PendingOwner)
		})
		if !ok {
			return nil, nil
		}
		heir := td.GetAccount(rep, song.PendingOwner)
		return []simsx.SimAccount{heir}, &types.MsgAcceptSong{NewOwner: heir.AddressBech32, SongId: song.Id, Name: name(td)}
	}
}

// SetCollaborator makes MsgSetCollaborator.
func (f Factories) SetCollaborator() simsx.SimMsgFactoryFn[*types.MsgSetCollaborator] {
	return func(ctx context.Context, td *simsx.ChainDataSource, rep simsx.SimulationReporter) ([]simsx.SimAccount, *types.MsgSetCollaborator) {
		song, owner, ok := f.anySong(ctx, td, rep, active)
		if !ok {
			return nil, nil
		}
		people, err := f.queries.Collaborators(ctx, &types.QueryCollaboratorsRequest{SongId: song.Id})
		if err != nil || len(people.Collaborators) >= 10 {
			rep.Skip("enough collaborators")
			return nil, nil
		}
		person := td.AnyAccountN(10, rep, simsx.ExcludeAccounts(owner))
		if rep.IsSkipped() {
			return nil, nil
		}
		return []simsx.SimAccount{owner}, &types.MsgSetCollaborator{
			Signer: owner.AddressBech32, SongId: song.Id, Address: person.AddressBech32,
			Role: types.Role(td.Rand().Intn(len(types.Role_name))),
		}
	}
}

// ForkSong makes MsgForkSong.
func (f Factories) ForkSong() simsx.SimMsgFactoryFn[*types.MsgForkSong] {
	return func(ctx context.Context, td *simsx.ChainDataSource, rep simsx.SimulationReporter) ([]simsx.SimAccount, *types.MsgForkSong) {
		creator := td.AnyAccount(rep, simsx.WithSpendableBalance())
		if rep.IsSkipped() {
			return nil, nil
		}
		song, _, ok := f.anySong(ctx, td, rep, func(types.Song) bool { return true })
		if !ok {
			return nil, nil
		}
		if !f.forkable(ctx, song, creator.AddressBech32) {
			rep.Skip("the song cannot be forked")
			return nil, nil
		}
		return []simsx.SimAccount{creator}, &types.MsgForkSong{Creator: creator.AddressBech32, ParentId: song.Id, Name: name(td)}
	}
}

// UpdateParams makes the message of a governance proposal.
func (f Factories) UpdateParams() simsx.SimMsgFactoryFn[*types.MsgUpdateParams] {
	return func(_ context.Context, td *simsx.ChainDataSource, rep simsx.SimulationReporter) ([]simsx.SimAccount, *types.MsgUpdateParams) {
		params := types.DefaultParams()
		params.MaxBranches = uint32(4 + td.Rand().Intn(100))
		params.GasPerByte = uint64(td.Rand().Intn(10))
		return nil, &types.MsgUpdateParams{Authority: td.ModuleAccountAddress(rep, "gov"), Params: params}
	}
}
