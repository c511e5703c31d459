package simulation

import (
	"context"
	"slices"

	"github.com/cosmos/cosmos-sdk/testutil/simsx"
	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/parrots-music/parrots/x/audition/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// Factories make messages that have to succeed.
type Factories struct {
	queries types.QueryServer
	songs   songtypes.QueryServer
}

// NewFactories returns factories over the module's queries and those of songs.
func NewFactories(queries types.QueryServer, songs songtypes.QueryServer) Factories {
	return Factories{queries, songs}
}

// someSongs are up to 100 of the newest.
func (f Factories) someSongs(ctx context.Context) []songtypes.Song {
	res, err := f.songs.Songs(ctx, &songtypes.QuerySongsRequest{Pagination: &query.PageRequest{Limit: 100}})
	if err != nil {
		return nil
	}
	return res.Songs
}

func (f Factories) song(ctx context.Context, id string) (songtypes.Song, bool) {
	res, err := f.songs.Song(ctx, &songtypes.QuerySongRequest{SongId: id})
	if err != nil {
		return songtypes.Song{}, false
	}
	return res.Song, true
}

func (f Factories) branches(ctx context.Context, songID string) []songtypes.Branch {
	res, err := f.songs.Branches(ctx, &songtypes.QueryBranchesRequest{SongId: songID})
	if err != nil {
		return nil
	}
	return res.Branches
}

func (f Factories) branch(ctx context.Context, songID, name string) (songtypes.Branch, bool) {
	for _, branch := range f.branches(ctx, songID) {
		if branch.Name == name {
			return branch, true
		}
	}
	return songtypes.Branch{}, false
}

// people are the accounts that have at least a role in a song.
func (f Factories) people(ctx context.Context, td *simsx.ChainDataSource, song songtypes.Song, least songtypes.Role) []string {
	list := []string{song.Owner}
	res, err := f.songs.Collaborators(ctx, &songtypes.QueryCollaboratorsRequest{SongId: song.Id})
	if err != nil {
		return nil
	}
	for _, c := range res.Collaborators {
		if c.Role >= least {
			list = append(list, c.Address)
		}
	}
	return slices.DeleteFunc(list, func(address string) bool { return !td.HasAccount(address) })
}

// shown is an audition as a query shows it, with its song.
type shown struct {
	*types.QueryAuditionResponse
	song songtypes.Song
}

// maxLooks bounds the auditions that are looked at for one that suits.
const maxLooks = 20

// some picks an audition that suits.
func (f Factories) some(ctx context.Context, td *simsx.ChainDataSource, suits func(shown) bool) (shown, bool) {
	looks := 0
	songs := f.someSongs(ctx)
	td.Rand().Shuffle(len(songs), func(i, j int) { songs[i], songs[j] = songs[j], songs[i] })
	for _, song := range songs {
		res, err := f.queries.Auditions(ctx, &types.QueryAuditionsRequest{SongId: song.Id})
		if err != nil {
			continue
		}
		for _, i := range td.Rand().Perm(len(res.Auditions)) {
			if looks++; looks > maxLooks {
				return shown{}, false
			}
			one, err := f.queries.Audition(ctx, &types.QueryAuditionRequest{SongId: song.Id, Number: res.Auditions[i].Number})
			if s := (shown{one, song}); err == nil && suits(s) {
				return s, true
			}
		}
	}
	return shown{}, false
}

// leads says whether a commit is on the first-parent line of a head, as the chain
// looks for it.
func (f Factories) leads(ctx context.Context, head, target string) bool {
	for head != target {
		res, err := f.songs.Commit(ctx, &songtypes.QueryCommitRequest{Cid: head})
		if err != nil || len(res.Commit.Commit.Parents) == 0 {
			return false
		}
		head = res.Commit.Commit.Parents[0]
	}
	return true
}

// text is a few words that are no words.
func text(td *simsx.ChainDataSource) string { return "take " + td.Rand().StringN(20) }
