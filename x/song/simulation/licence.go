package simulation

import (
	"context"

	"github.com/cosmos/cosmos-sdk/testutil/simsx"

	"github.com/parrots-music/parrots/x/song/types"
)

// What follows says which messages succeed, from what clients see. It knows fewer ways
// than the chain: grants of forks are left out.

// GrantFork makes MsgGrantFork.
func (f Factories) GrantFork() simsx.SimMsgFactoryFn[*types.MsgGrantFork] {
	return func(ctx context.Context, td *simsx.ChainDataSource, rep simsx.SimulationReporter) ([]simsx.SimAccount, *types.MsgGrantFork) {
		song, owner, ok := f.anySong(ctx, td, rep, active)
		if !ok {
			return nil, nil
		}
		who := td.AnyAccountN(10, rep)
		if rep.IsSkipped() {
			return nil, nil
		}
		return []simsx.SimAccount{owner}, &types.MsgGrantFork{
			Signer: owner.AddressBech32, SongId: song.Id, Address: who.AddressBech32, Granted: td.Rand().Intn(3) > 0,
		}
	}
}

// fits says whether what a song says of itself meets obligations, its owner being who.
func (f Factories) fits(ctx context.Context, m types.Metadata, who string, list []types.Obligation) bool {
	for _, o := range list {
		if o.Met(m) {
			continue
		}
		res, err := f.queries.Song(ctx, &types.QuerySongRequest{SongId: o.Song})
		if o.BindsAll() || err != nil || res.Song.Owner != who {
			return false
		}
	}
	return true
}

// offered are the obligations that come with a commit that who takes to another song.
func (f Factories) offered(ctx context.Context, who, to, commit string) (list []types.Obligation, ok bool) {
	res, err := f.queries.Commit(ctx, &types.QueryCommitRequest{Cid: commit})
	if err != nil {
		return nil, false
	}
	c := res.Commit
	if c.Song == to {
		return nil, true
	}
	source, err := f.queries.Song(ctx, &types.QuerySongRequest{SongId: c.Song})
	if err != nil {
		return nil, false
	}
	own := types.Obligation{Licence: types.FullLicence(c.Licence), Song: c.Song}
	if c.Pusher != c.Commit.Author && c.Commit.Author != who {
		own.Licence = types.AllRightsReserved
	}
	list = append(list, own)
	if training := taken(c, who); training != types.AiTraining_AI_TRAINING_CONSENT {
		list = append(list, types.Obligation{AiTraining: training, Song: c.Song})
	}
	for _, o := range source.Song.Obligations {
		if o.Song != to {
			list = append(list, o)
		}
	}
	return list, true
}

// taken is what a commit says to AI training when who takes it.
func taken(c types.CommitInfo, who string) types.AiTraining {
	if c.Pusher != c.Commit.Author && c.Commit.Author != who && c.AiTraining == types.AiTraining_AI_TRAINING_CONSENT {
		return types.AiTraining_AI_TRAINING_UNSPECIFIED
	}
	return c.AiTraining
}

// forkable says whether a wallet may fork a song.
func (f Factories) forkable(ctx context.Context, song types.Song, who string) bool {
	branch, err := f.queries.Branch(ctx, &types.QueryBranchRequest{SongId: song.Id})
	if err != nil {
		return false
	}
	commit, err := f.queries.Commit(ctx, &types.QueryCommitRequest{Cid: branch.Branch.Head})
	if err != nil {
		return false
	}
	list, ok := f.offered(ctx, who, "", branch.Branch.Head)
	fork := types.Metadata{Licence: commit.Commit.Licence, AiTraining: taken(commit.Commit, who)}
	return ok && f.fits(ctx, fork, who, list)
}

// elsewhere is the head of another song that a song may take in; empty if the first few
// that come up are none.
func (f Factories) elsewhere(ctx context.Context, td *simsx.ChainDataSource, song types.Song, signer string) string {
	songs := f.songs(ctx)
	for range min(3, len(songs)) {
		other := simsx.OneOf(td.Rand(), songs)
		branch, err := f.queries.Branch(ctx, &types.QueryBranchRequest{SongId: other.Id})
		if err != nil {
			continue
		}
		head := branch.Branch.Head
		if list, ok := f.offered(ctx, signer, song.Id, head); ok && f.fits(ctx, song.Metadata, song.Owner, list) {
			return head
		}
	}
	return ""
}
