package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/x/credit/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// maxPageLimit is the most results of one page.
const maxPageLimit = 200

type queryServer struct{ k Keeper }

// NewQueryServer returns the Query service over a keeper.
func NewQueryServer(k Keeper) types.QueryServer { return queryServer{k} }

// page bounds what a stranger asks for. Counting everything and skipping by number
// would read as much of the state as they like.
func page(req *query.PageRequest) (*query.PageRequest, error) {
	if req == nil {
		return &query.PageRequest{Limit: query.DefaultLimit}, nil
	}
	if req.CountTotal || req.Offset != 0 {
		return nil, errorsmod.Wrap(types.ErrInvalidPage, "neither count_total nor offset; continue with next_key")
	}
	limit := req.Limit
	if limit == 0 {
		limit = query.DefaultLimit
	}
	return &query.PageRequest{Key: req.Key, Limit: min(limit, maxPageLimit), Reverse: req.Reverse}, nil
}

// paginate is the SDK's, within bounds and below a prefix.
func paginate[K, V any, C query.Collection[K, V], T any](
	ctx context.Context, list C, req *query.PageRequest, prefix K, show func(K, V) (T, error),
) ([]T, *query.PageResponse, error) {
	p, err := page(req)
	if err != nil {
		return nil, nil, err
	}
	return query.CollectionPaginate(ctx, list, p, show, func(o *query.CollectionsPaginateOptions[K]) { o.Prefix = &prefix })
}

func (s queryServer) Params(ctx context.Context, _ *types.QueryParamsRequest) (*types.QueryParamsResponse, error) {
	params, err := s.k.params.Get(ctx)
	return &types.QueryParamsResponse{Params: params}, err
}

func (s queryServer) Credit(ctx context.Context, req *types.QueryCreditRequest) (*types.QueryCreditResponse, error) {
	c, err := s.k.credit(ctx, req.Commit, req.Contributor)
	if err != nil {
		return nil, err
	}
	shown, err := s.k.show(c)
	return &types.QueryCreditResponse{Credit: shown}, err
}

func (s queryServer) CreditsByCommit(ctx context.Context, req *types.QueryCreditsByCommitRequest) (*types.QueryCreditsByCommitResponse, error) {
	digest, err := songtypes.ParseDigest(req.Commit)
	if err != nil {
		return nil, err
	}
	base, err := s.k.withCommit(ctx, credit{digest: digest})
	if err != nil {
		return nil, err
	}
	res := new(types.QueryCreditsByCommitResponse)
	// A commit has at most 64 contributions.
	rng := collections.NewPrefixedPairRange[songtypes.Digest, []byte](digest)
	err = s.k.credits.Walk(ctx, rng, func(key creditKey, record types.CreditRecord) (bool, error) {
		c := base
		c.record = record
		if c.contributor, err = s.k.rawWallet(key.K2()); err != nil {
			return true, err
		}
		shown, err := s.k.show(c)
		res.Credits = append(res.Credits, shown)
		return err != nil, err
	})
	if err != nil {
		return nil, err
	}
	res.Guests, err = s.k.showGuests(ctx, base)
	return res, err
}

func (s queryServer) CreditsByWallet(ctx context.Context, req *types.QueryCreditsByWalletRequest) (*types.QueryCreditsByWalletResponse, error) {
	wallet, err := s.k.wallet(req.Wallet)
	if err != nil {
		return nil, err
	}
	prefix := collections.QuadPrefix[[]byte, uint32, uint64, songtypes.Digest](wallet.Raw)
	if req.Status != types.Status_STATUS_UNSPECIFIED {
		prefix = collections.QuadSuperPrefix[[]byte, uint32, uint64, songtypes.Digest](wallet.Raw, uint32(req.Status))
	}
	list, next, err := paginate(ctx, s.k.byWallet, req.Pagination, prefix,
		func(key walletKey, _ collections.NoValue) (types.Credit, error) {
			return s.k.showAt(ctx, key.K4(), wallet.Raw)
		})
	return &types.QueryCreditsByWalletResponse{Credits: list, Pagination: next}, err
}

func (s queryServer) CreditsBySong(ctx context.Context, req *types.QueryCreditsBySongRequest) (*types.QueryCreditsBySongResponse, error) {
	id, err := s.k.songID(ctx, req.SongId)
	if err != nil {
		return nil, err
	}
	prefix := collections.QuadPrefix[songtypes.SongID, uint64, songtypes.Digest, []byte](id)
	list, next, err := paginate(ctx, s.k.bySong, req.Pagination, prefix,
		func(key songKey, _ collections.NoValue) (types.Credit, error) {
			return s.k.showAt(ctx, key.K3(), key.K4())
		})
	return &types.QueryCreditsBySongResponse{Credits: list, Pagination: next}, err
}

func (s queryServer) SignText(ctx context.Context, req *types.QuerySignTextRequest) (*types.QuerySignTextResponse, error) {
	c, err := s.k.credit(ctx, req.Commit, req.Contributor)
	if err != nil {
		return nil, err
	}
	action := object.ConfirmCredit
	switch req.Action {
	case types.Action_ACTION_UNSPECIFIED, types.Action_ACTION_CONFIRM:
		if req.Statement != "" {
			return nil, errorsmod.Wrap(types.ErrInvalidAction, "a statement goes with a dispute")
		}
	case types.Action_ACTION_DISPUTE:
		action = object.DisputeCredit
		if err := s.k.checkStatement(ctx, req.Statement); err != nil {
			return nil, err
		}
	default:
		return nil, errorsmod.Wrapf(types.ErrInvalidAction, "%d", req.Action)
	}
	text := c.text(sdk.UnwrapSDKContext(ctx).ChainID(), action, req.Statement)
	return &types.QuerySignTextResponse{
		Text: string(text), SignBytes: object.ADR036SignBytes(c.contributor.Text, text), Sequence: c.record.Sequence,
	}, nil
}

func (s queryServer) Contributors(ctx context.Context, req *types.QueryContributorsRequest) (*types.QueryContributorsResponse, error) {
	id, err := s.k.songID(ctx, req.SongId)
	if err != nil {
		return nil, err
	}
	list, next, err := paginate(ctx, s.k.confirmed, req.Pagination, collections.PairPrefix[songtypes.SongID, []byte](id),
		func(key personKey, n uint64) (types.Contributor, error) {
			address, err := s.k.addresses.BytesToString(key.K2())
			if err != nil {
				return types.Contributor{}, err
			}
			shown := types.Contributor{Address: address, Credits: n}
			consent, err := s.k.consents.Get(ctx, key)
			switch {
			case err == nil:
				shown.Consent = &consent
			case errors.Is(err, collections.ErrNotFound):
				err = nil
			}
			return shown, err
		})
	return &types.QueryContributorsResponse{Contributors: list, Pagination: next}, err
}

func (s queryServer) Honor(ctx context.Context, req *types.QueryHonorRequest) (*types.QueryHonorResponse, error) {
	wallet, err := s.k.wallet(req.Wallet)
	if err != nil {
		return nil, err
	}
	honor, err := s.k.honorOf(ctx, wallet.Raw)
	return &types.QueryHonorResponse{Honor: honor}, err
}

func (s queryServer) FirstClaim(ctx context.Context, req *types.QueryFirstClaimRequest) (*types.QueryFirstClaimResponse, error) {
	record, err := s.k.firstClaim(ctx, req)
	if err != nil {
		return nil, err
	}
	digest := songtypes.Digest(record.Commit)
	info, commit, err := s.k.songKeeper.Commit(ctx, digest)
	if err != nil {
		return nil, err
	}
	claim := types.FirstClaim{
		Commit: digest.String(), SongId: songtypes.SongID(info.Song).String(), Height: record.Height, Time: info.Time,
	}
	if claim.Author, err = s.k.addresses.BytesToString(commit.Author); err != nil {
		return nil, err
	}
	claim.Pusher = claim.Author
	if len(info.Pusher) != 0 {
		claim.Pusher, err = s.k.addresses.BytesToString(info.Pusher)
	}
	return &types.QueryFirstClaimResponse{Claim: claim}, err
}
