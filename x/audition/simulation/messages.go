package simulation

import (
	"context"
	"slices"

	"github.com/cosmos/cosmos-sdk/testutil/simsx"

	"github.com/parrots-music/parrots/x/audition/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

type accounts = []simsx.SimAccount

// Open makes MsgOpenAudition of a branch to another one of the same network.
func (f Factories) Open() simsx.SimMsgFactoryFn[*types.MsgOpenAudition] {
	return func(ctx context.Context, td *simsx.ChainDataSource, rep simsx.SimulationReporter) (accounts, *types.MsgOpenAudition) {
		songs := f.someSongs(ctx)
		for range 10 {
			if len(songs) == 0 {
				break
			}
			if msg := f.offer(ctx, td, simsx.OneOf(td.Rand(), songs), songs); msg != nil {
				return accounts{td.GetAccount(rep, msg.Opener)}, msg
			}
		}
		rep.Skip("nothing to offer")
		return nil, nil
	}
}

// offer is an audition to a song, or nil.
func (f Factories) offer(ctx context.Context, td *simsx.ChainDataSource, song songtypes.Song, songs []songtypes.Song) *types.MsgOpenAudition {
	r := td.Rand()
	related := slices.DeleteFunc(slices.Clone(songs), func(s songtypes.Song) bool { return s.Network != song.Network })
	if song.Archived || len(related) == 0 {
		return nil
	}
	source := simsx.OneOf(r, related)
	targets, branches := f.branches(ctx, song.Id), f.branches(ctx, source.Id)
	people := f.people(ctx, td, source, songtypes.Role_ROLE_WRITER)
	if len(targets) == 0 || len(branches) == 0 || len(people) == 0 {
		return nil
	}
	target, branch := simsx.OneOf(r, targets), simsx.OneOf(r, branches)
	if source.Id == song.Id && target.Name == branch.Name || f.leads(ctx, target.Head, branch.Head) || f.isOffered(ctx, song, target, source, branch) {
		return nil
	}
	return &types.MsgOpenAudition{
		Opener: simsx.OneOf(r, people), SongId: song.Id, Branch: target.Name,
		SourceSongId: source.Id, SourceBranch: branch.Name, Head: branch.Head, Title: text(td), Message: text(td),
	}
}

func (f Factories) isOffered(ctx context.Context, song songtypes.Song, target songtypes.Branch, source songtypes.Song, branch songtypes.Branch) bool {
	res, err := f.queries.Auditions(ctx, &types.QueryAuditionsRequest{SongId: song.Id, Status: types.Status_STATUS_OPEN})
	return err != nil || slices.ContainsFunc(res.Auditions, func(a types.Audition) bool {
		return a.Branch == target.Name && a.SourceSongId == source.Id && a.SourceBranch == branch.Name
	})
}

// isOpen suits messages to open auditions of songs that take something.
func isOpen(s shown) bool { return s.Audition.Status == types.Status_STATUS_OPEN && !s.song.Archived }

// Revise makes MsgReviseAudition where the source branch has moved.
func (f Factories) Revise() simsx.SimMsgFactoryFn[*types.MsgReviseAudition] {
	return func(ctx context.Context, td *simsx.ChainDataSource, rep simsx.SimulationReporter) (accounts, *types.MsgReviseAudition) {
		a, ok := f.some(ctx, td, func(s shown) bool {
			target, ok := f.branch(ctx, s.song.Id, s.Audition.Branch)
			return isOpen(s) && ok && s.Source.Moved && !f.leads(ctx, target.Head, s.Source.Head)
		})
		if !ok {
			rep.Skip("nothing to revise")
			return nil, nil
		}
		signers := []string{a.Audition.Opener}
		if source, ok := f.song(ctx, a.Audition.SourceSongId); ok {
			signers = append(signers, f.people(ctx, td, source, songtypes.Role_ROLE_WRITER)...)
		}
		signer := simsx.OneOf(td.Rand(), signers)
		return accounts{td.GetAccount(rep, signer)}, &types.MsgReviseAudition{
			Signer: signer, SongId: a.song.Id, Number: a.Audition.Number, Head: a.Source.Head, Message: text(td),
		}
	}
}

// Review makes MsgReviewAudition: verdicts of maintainers, comments of anybody.
func (f Factories) Review() simsx.SimMsgFactoryFn[*types.MsgReviewAudition] {
	return func(ctx context.Context, td *simsx.ChainDataSource, rep simsx.SimulationReporter) (accounts, *types.MsgReviewAudition) {
		a, ok := f.some(ctx, td, isOpen)
		if !ok {
			rep.Skip("nothing to review")
			return nil, nil
		}
		msg := &types.MsgReviewAudition{
			SongId: a.song.Id, Number: a.Audition.Number, Revision: a.Audition.Revision,
			Verdict: types.Verdict_VERDICT_COMMENT, Body: text(td),
		}
		judges := slices.DeleteFunc(f.people(ctx, td, a.song, songtypes.Role_ROLE_MAINTAINER),
			func(address string) bool { return address == a.Audition.Opener })
		if len(judges) == 0 || td.Rand().Intn(4) == 0 {
			msg.Reviewer = td.AnyAccount(rep).AddressBech32
		} else {
			msg.Reviewer = simsx.OneOf(td.Rand(), judges)
			msg.Verdict = types.Verdict(1 + td.Rand().Intn(3))
		}
		if rep.IsSkipped() {
			return nil, nil
		}
		return accounts{td.GetAccount(rep, msg.Reviewer)}, msg
	}
}

// Close makes MsgCloseAudition.
func (f Factories) Close() simsx.SimMsgFactoryFn[*types.MsgCloseAudition] {
	return func(ctx context.Context, td *simsx.ChainDataSource, rep simsx.SimulationReporter) (accounts, *types.MsgCloseAudition) {
		a, ok := f.some(ctx, td, func(s shown) bool { return s.Audition.Status == types.Status_STATUS_OPEN })
		if !ok {
			rep.Skip("nothing to close")
			return nil, nil
		}
		signer := simsx.OneOf(td.Rand(), append(f.people(ctx, td, a.song, songtypes.Role_ROLE_MAINTAINER), a.Audition.Opener))
		return accounts{td.GetAccount(rep, signer)}, &types.MsgCloseAudition{
			Signer: signer, SongId: a.song.Id, Number: a.Audition.Number, Reason: text(td),
		}
	}
}

// Reopen makes MsgReopenAudition.
func (f Factories) Reopen() simsx.SimMsgFactoryFn[*types.MsgReopenAudition] {
	return func(ctx context.Context, td *simsx.ChainDataSource, rep simsx.SimulationReporter) (accounts, *types.MsgReopenAudition) {
		var signers []string
		a, ok := f.some(ctx, td, func(s shown) bool {
			return s.Audition.Status == types.Status_STATUS_CLOSED && !s.song.Archived && !f.isOffered(ctx, s.song,
				songtypes.Branch{Name: s.Audition.Branch}, songtypes.Song{Id: s.Audition.SourceSongId}, songtypes.Branch{Name: s.Audition.SourceBranch})
		})
		if ok {
			signers = f.people(ctx, td, a.song, songtypes.Role_ROLE_MAINTAINER)
			if !a.Audition.Closing.Maintained {
				signers = append(signers, a.Audition.Opener)
			}
		}
		if len(signers) == 0 {
			rep.Skip("nothing to reopen")
			return nil, nil
		}
		signer := simsx.OneOf(td.Rand(), signers)
		return accounts{td.GetAccount(rep, signer)}, &types.MsgReopenAudition{Signer: signer, SongId: a.song.Id, Number: a.Audition.Number}
	}
}

// SetSettings makes MsgSetAuditionSettings.
func (f Factories) SetSettings() simsx.SimMsgFactoryFn[*types.MsgSetAuditionSettings] {
	return func(ctx context.Context, td *simsx.ChainDataSource, rep simsx.SimulationReporter) (accounts, *types.MsgSetAuditionSettings) {
		songs := slices.DeleteFunc(f.someSongs(ctx), func(s songtypes.Song) bool { return s.Archived || !td.HasAccount(s.Owner) })
		params, err := f.queries.Params(ctx, &types.QueryParamsRequest{})
		if len(songs) == 0 || err != nil {
			rep.Skip("no song")
			return nil, nil
		}
		song := simsx.OneOf(td.Rand(), songs)
		most := min(params.Params.MaxRequiredApprovals, 2)
		return accounts{td.GetAccount(rep, song.Owner)}, &types.MsgSetAuditionSettings{
			Signer: song.Owner, SongId: song.Id,
			Settings: types.Settings{RequiredApprovals: uint32(td.Rand().Intn(int(most) + 1))},
		}
	}
}

// UpdateParams makes the message of a governance proposal.
func (f Factories) UpdateParams() simsx.SimMsgFactoryFn[*types.MsgUpdateParams] {
	return func(_ context.Context, td *simsx.ChainDataSource, rep simsx.SimulationReporter) (accounts, *types.MsgUpdateParams) {
		params := types.DefaultParams()
		params.MaxWaiting = uint32(1 + td.Rand().Intn(20))
		params.MaxRequiredApprovals = uint32(1 + td.Rand().Intn(20))
		return nil, &types.MsgUpdateParams{Authority: td.ModuleAccountAddress(rep, "gov"), Params: params}
	}
}
