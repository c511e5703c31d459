package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/parrots-music/parrots/x/audition/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

const (
	// maxPageLimit is the most results of one page.
	maxPageLimit = 200
	// maxWaitingLimit is the most of what waits: for each, the song's maintainers are
	// asked.
	maxWaitingLimit = 50
)

type queryServer struct{ k Keeper }

// NewQueryServer returns the Query service over a keeper.
func NewQueryServer(k Keeper) types.QueryServer { return queryServer{k} }

// page bounds what a stranger asks for. Counting everything and skipping by number
// would read as much of the state as they like.
func page(req *query.PageRequest, most uint64) (*query.PageRequest, error) {
	if req == nil {
		req = new(query.PageRequest)
	}
	if req.CountTotal || req.Offset != 0 {
		return nil, errorsmod.Wrap(types.ErrInvalidPage, "neither count_total nor offset; continue with next_key")
	}
	limit := req.Limit
	if limit == 0 {
		limit = query.DefaultLimit
	}
	return &query.PageRequest{Key: req.Key, Limit: min(limit, most), Reverse: req.Reverse}, nil
}

// list shows a page of what begins with a prefix.
func list[K, V any, C query.Collection[K, V], T any](
	ctx context.Context, from C, prefix K, p *query.PageRequest, show func(K, V) (T, error),
) ([]T, *query.PageResponse, error) {
	return query.CollectionPaginate(ctx, from, p, show,
		func(o *query.CollectionsPaginateOptions[K]) { o.Prefix = &prefix })
}

func (s queryServer) Params(ctx context.Context, _ *types.QueryParamsRequest) (*types.QueryParamsResponse, error) {
	params, err := s.k.params.Get(ctx)
	return &types.QueryParamsResponse{Params: params}, err
}

func (s queryServer) Settings(ctx context.Context, req *types.QuerySettingsRequest) (*types.QuerySettingsResponse, error) {
	id, _, err := s.k.song(ctx, req.SongId)
	if err != nil {
		return nil, err
	}
	settings, err := orZero(s.k.settings.Get(ctx, id))
	return &types.QuerySettingsResponse{Settings: settings}, err
}

func (s queryServer) Audition(ctx context.Context, req *types.QueryAuditionRequest) (*types.QueryAuditionResponse, error) {
	id, song, err := s.k.song(ctx, req.SongId)
	if err != nil {
		return nil, err
	}
	a, err := s.k.audition(ctx, id, req.Number)
	if err != nil {
		return nil, err
	}
	latest, err := s.k.latest(ctx, id, a)
	if err != nil {
		return nil, err
	}
	source, err := s.k.source(ctx, a, latest)
	if err != nil {
		return nil, err
	}
	standing, err := s.k.shownStanding(ctx, id, song, a)
	return &types.QueryAuditionResponse{Audition: a, Latest: latest, Source: source, Standing: standing}, err
}

// source says what became of a source branch.
func (k Keeper) source(ctx context.Context, a types.Audition, latest types.Revision) (types.Source, error) {
	head, err := k.sourceHead(ctx, a, "")
	if errors.Is(err, types.ErrSourceGone) {
		return types.Source{Gone: true}, nil
	}
	return types.Source{Head: head.String(), Moved: head.String() != latest.Head}, err
}

// shownStanding is a standing with what follows from it.
func (k Keeper) shownStanding(ctx context.Context, id songtypes.SongID, song songtypes.Song, a types.Audition) (types.Standing, error) {
	standing, err := k.standing(ctx, id, song, a)
	if err != nil {
		return standing, err
	}
	why := mayMerge(a, standing)
	if why == nil && song.Archived {
		why = errorsmod.Wrap(songtypes.ErrArchived, song.Id)
	}
	if why == nil {
		_, why = k.songs.Branch(ctx, id, a.Branch)
	}
	if standing.Mergeable = why == nil; why != nil {
		standing.WhyNot = why.Error()
	}
	return standing, nil
}

func (s queryServer) Auditions(ctx context.Context, req *types.QueryAuditionsRequest) (*types.QueryAuditionsResponse, error) {
	id, _, err := s.k.song(ctx, req.SongId)
	if err != nil {
		return nil, err
	}
	p, err := page(req.Pagination, maxPageLimit)
	if err != nil {
		return nil, err
	}
	if req.Status == types.Status_STATUS_UNSPECIFIED {
		p.Reverse = !p.Reverse // the records are by rising number
		auditions, next, err := list(ctx, s.k.auditions, collections.PairPrefix[songtypes.SongID, uint64](id), p,
			func(_ auditionKey, a types.Audition) (types.Audition, error) { return a, nil })
		return &types.QueryAuditionsResponse{Auditions: auditions, Pagination: next}, err
	}
	auditions, next, err := list(ctx, s.k.byStatus,
		collections.TripleSuperPrefix[songtypes.SongID, uint32, uint64](id, uint32(req.Status)), p,
		func(key statusKey, _ collections.NoValue) (types.Audition, error) {
			return s.k.audition(ctx, id, ^key.K3())
		})
	return &types.QueryAuditionsResponse{Auditions: auditions, Pagination: next}, err
}

func (s queryServer) AuditionsByOpener(ctx context.Context, req *types.QueryAuditionsByOpenerRequest) (*types.QueryAuditionsByOpenerResponse, error) {
	opener, err := s.k.wallet(req.Opener)
	if err != nil {
		return nil, err
	}
	p, err := page(req.Pagination, maxPageLimit)
	if err != nil {
		return nil, err
	}
	auditions, next, err := list(ctx, s.k.byOpener, ofWallet(opener.Raw), p,
		func(key walletKey, _ collections.NoValue) (types.Audition, error) {
			return s.k.audition(ctx, key.K3(), key.K4())
		})
	return &types.QueryAuditionsByOpenerResponse{Auditions: auditions, Pagination: next}, err
}

func ofWallet(wallet []byte) walletKey {
	return collections.QuadPrefix[[]byte, uint64, songtypes.SongID, uint64](wallet)
}

// Waiting looks at as many entries as the page is long, and leaves out those that
// wait for nothing.
func (s queryServer) Waiting(ctx context.Context, req *types.QueryWaitingRequest) (*types.QueryWaitingResponse, error) {
	wallet, err := s.k.wallet(req.Wallet)
	if err != nil {
		return nil, err
	}
	p, err := page(req.Pagination, maxWaitingLimit)
	if err != nil {
		return nil, err
	}
	res := new(types.QueryWaitingResponse)
	entries, next, err := list(ctx, s.k.waiting, ofWallet(wallet.Raw), p,
		func(key walletKey, _ collections.NoValue) (w types.Waiting, err error) {
			if w.Audition, err = s.k.audition(ctx, key.K3(), key.K4()); err != nil {
				return w, err
			}
			w.Turn, err = s.k.turn(ctx, wallet.Raw, key.K3(), w.Audition)
			return w, err
		})
	for _, w := range entries {
		if w.Turn != types.Turn_TURN_UNSPECIFIED {
			res.Waiting = append(res.Waiting, w)
		}
	}
	res.Pagination = next
	return res, err
}

// named reads an audition that a query names.
func (s queryServer) named(ctx context.Context, songID string, number uint64) (songtypes.SongID, types.Audition, error) {
	id, err := songtypes.ParseSongID(songID)
	if err != nil {
		return id, types.Audition{}, err
	}
	a, err := s.k.audition(ctx, id, number)
	return id, a, err
}

func (s queryServer) Revisions(ctx context.Context, req *types.QueryRevisionsRequest) (*types.QueryRevisionsResponse, error) {
	id, a, err := s.named(ctx, req.SongId, req.Number)
	if err != nil {
		return nil, err
	}
	p, err := page(req.Pagination, maxPageLimit)
	if err != nil {
		return nil, err
	}
	revisions, next, err := list(ctx, s.k.revisions,
		collections.TripleSuperPrefix[songtypes.SongID, uint64, uint32](id, a.Number), p,
		func(_ revisionKey, r types.Revision) (types.Revision, error) { return r, nil })
	return &types.QueryRevisionsResponse{Revisions: revisions, Pagination: next}, err
}

func (s queryServer) Reviews(ctx context.Context, req *types.QueryReviewsRequest) (*types.QueryReviewsResponse, error) {
	id, a, err := s.named(ctx, req.SongId, req.Number)
	if err != nil {
		return nil, err
	}
	p, err := page(req.Pagination, maxPageLimit)
	if err != nil {
		return nil, err
	}
	prefix := collections.QuadSuperPrefix[songtypes.SongID, uint64, uint32, []byte](id, a.Number)
	if req.Revision != 0 {
		prefix = collections.QuadSuperPrefix3[songtypes.SongID, uint64, uint32, []byte](id, a.Number, req.Revision)
	}
	reviews, next, err := list(ctx, s.k.reviews, prefix, p,
		func(_ reviewKey, r types.Review) (types.ShownReview, error) {
			return types.ShownReview{Review: r, Stale: r.Revision != a.Revision}, nil
		})
	return &types.QueryReviewsResponse{Reviews: reviews, Pagination: next}, err
}
