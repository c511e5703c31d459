package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"github.com/parrots-music/parrots/x/social/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

type queryServer struct{ k Keeper }

// NewQueryServer returns the Query service over a keeper.
func NewQueryServer(k Keeper) types.QueryServer { return queryServer{k} }

func (s queryServer) Params(ctx context.Context, _ *types.QueryParamsRequest) (*types.QueryParamsResponse, error) {
	params, err := s.k.params.Get(ctx)
	return &types.QueryParamsResponse{Params: params}, err
}

// Profile answers for every wallet: one that never said anything has an empty
// profile.
func (s queryServer) Profile(ctx context.Context, req *types.QueryProfileRequest) (*types.QueryProfileResponse, error) {
	wallet, err := s.k.wallet(req.Address)
	if err != nil {
		return nil, err
	}
	profile, err := s.k.profile(ctx, wallet)
	if err != nil {
		return nil, err
	}
	counts, err := s.k.countsOf(ctx, wallet.Raw)
	if err != nil {
		return nil, err
	}
	followers, err := s.k.followerCounts.Total(ctx, wallet.Raw)
	return &types.QueryProfileResponse{
		Profile: profile, Followers: followers,
		Following: counts.Following, Respects: counts.Respects, Comments: counts.Comments,
	}, err
}

func (s queryServer) ProfileByUsername(ctx context.Context, req *types.QueryProfileByUsernameRequest) (*types.QueryProfileByUsernameResponse, error) {
	if err := types.CheckUsername(req.Username); err != nil {
		return nil, err
	}
	wallet, err := s.k.usernames.Get(ctx, req.Username)
	if errors.Is(err, collections.ErrNotFound) {
		return nil, errorsmod.Wrapf(types.ErrProfileNotFound, "nobody is called %s", req.Username)
	}
	if err != nil {
		return nil, err
	}
	profile, err := s.k.profiles.Get(ctx, wallet)
	return &types.QueryProfileByUsernameResponse{Profile: profile}, err
}

func (s queryServer) Song(ctx context.Context, req *types.QuerySongRequest) (*types.QuerySongResponse, error) {
	id, _, err := s.k.song(ctx, req.SongId)
	if err != nil {
		return nil, err
	}
	respects, err := s.k.respectCounts.Total(ctx, id)
	if err != nil {
		return nil, err
	}
	comments, err := s.k.commentCounts.Total(ctx, id)
	return &types.QuerySongResponse{Respects: respects, Comments: comments}, err
}

func (s queryServer) Respect(ctx context.Context, req *types.QueryRespectRequest) (*types.QueryRespectResponse, error) {
	id, _, err := s.k.song(ctx, req.SongId)
	if err != nil {
		return nil, err
	}
	wallet, err := s.k.wallet(req.Address)
	if err != nil {
		return nil, err
	}
	record, err := getOr(ctx, s.k.respects, collections.Join(id, wallet.Raw), types.RespectRecord{})
	return &types.QueryRespectResponse{Respected: len(record.Owner) != 0, Height: record.Height}, err
}

func (s queryServer) Comment(ctx context.Context, req *types.QueryCommentRequest) (*types.QueryCommentResponse, error) {
	id, _, err := s.k.comment(ctx, req.CommentId)
	if err != nil {
		return nil, err
	}
	comment, err := s.k.view(ctx).comment(id)
	return &types.QueryCommentResponse{Comment: comment}, err
}

func (s queryServer) Follows(ctx context.Context, req *types.QueryFollowsRequest) (*types.QueryFollowsResponse, error) {
	wallet, followee, err := s.k.two(req.Address, req.Followee)
	if errors.Is(err, types.ErrSelf) {
		return &types.QueryFollowsResponse{}, nil
	}
	if err != nil {
		return nil, err
	}
	follows, err := s.k.follows.Has(ctx, collections.Join(wallet.Raw, followee.Raw))
	return &types.QueryFollowsResponse{Follows: follows}, err
}

// topic is the thread that a query names.
func (s queryServer) topic(ctx context.Context, req *types.QueryCommentsRequest) ([]byte, error) {
	id, _, err := s.k.song(ctx, req.SongId)
	if err != nil {
		return nil, err
	}
	var commit []byte
	switch req.Target {
	case types.Target_TARGET_UNSPECIFIED, types.Target_TARGET_AUDITION:
	case types.Target_TARGET_COMMIT:
		digest, err := songtypes.ParseDigest(req.Commit)
		if err != nil {
			return nil, err
		}
		commit = digest[:]
	case types.Target_TARGET_RELEASE:
		if err := songtypes.CheckReleaseTag(req.Release); err != nil {
			return nil, err
		}
	default:
		return nil, errorsmod.Wrapf(types.ErrInvalidTarget, "%d", req.Target)
	}
	return types.Topic(id, req.Target, commit, req.Audition, req.Release), nil
}
