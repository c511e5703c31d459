package keeper

import (
	"context"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/parrots-music/parrots/x/social/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// Every page reads a bounded number of keys for each of its results, and none that
// it does not show, wherever in a list it is and however long the list.

func (s queryServer) Profiles(ctx context.Context, req *types.QueryProfilesRequest) (*types.QueryProfilesResponse, error) {
	if err := types.CheckUsernamePrefix(req.Prefix); err != nil {
		return nil, err
	}
	profiles, next, err := paginate(ctx, s.k.usernames, req.Pagination,
		func(_ string, wallet []byte) (types.Profile, error) { return s.k.profiles.Get(ctx, wallet) },
		under(req.Prefix))
	return &types.QueryProfilesResponse{Profiles: profiles, Pagination: next}, err
}

func (s queryServer) RespectsOfSong(ctx context.Context, req *types.QueryRespectsOfSongRequest) (*types.QueryRespectsOfSongResponse, error) {
	id, _, err := s.k.song(ctx, req.SongId)
	if err != nil {
		return nil, err
	}
	v := s.k.view(ctx)
	respects, next, err := paginate(ctx, s.k.respectsOfSong, req.Pagination,
		func(key collections.Triple[songtypes.SongID, uint64, []byte], _ collections.NoValue) (types.SongRespect, error) {
			name, err := v.name(key.K3())
			return types.SongRespect{Wallet: name, Height: int64(^key.K2())}, err
		}, under(collections.TriplePrefix[songtypes.SongID, uint64, []byte](id)))
	return &types.QueryRespectsOfSongResponse{Respects: respects, Pagination: next}, err
}

func (s queryServer) RespectsOfWallet(ctx context.Context, req *types.QueryRespectsOfWalletRequest) (*types.QueryRespectsOfWalletResponse, error) {
	wallet, err := s.k.wallet(req.Address)
	if err != nil {
		return nil, err
	}
	v := s.k.view(ctx)
	respects, next, err := paginate(ctx, s.k.respectsOfWallet, req.Pagination,
		func(key collections.Triple[[]byte, uint64, songtypes.SongID], _ collections.NoValue) (types.WalletRespect, error) {
			song, owner, err := v.song(key.K3())
			return types.WalletRespect{SongId: song.Id, SongName: song.Name, SongOwner: owner, Height: int64(^key.K2())}, err
		}, under(collections.TriplePrefix[[]byte, uint64, songtypes.SongID](wallet.Raw)))
	return &types.QueryRespectsOfWalletResponse{Respects: respects, Pagination: next}, err
}

func (s queryServer) Comments(ctx context.Context, req *types.QueryCommentsRequest) (*types.QueryCommentsResponse, error) {
	topic, err := s.topic(ctx, req)
	if err != nil {
		return nil, err
	}
	comments, next, err := paginate(ctx, s.k.threads, req.Pagination, s.commentAt(ctx),
		query.WithCollectionPaginationPairPrefix[[]byte, types.Moment](topic))
	return &types.QueryCommentsResponse{Comments: comments, Pagination: next}, err
}

// commentAt shows the comment of a moment.
func (s queryServer) commentAt(ctx context.Context) func(walletMoment, collections.NoValue) (types.Comment, error) {
	v := s.k.view(ctx)
	return func(key walletMoment, _ collections.NoValue) (types.Comment, error) {
		return v.comment(types.CommentID(key.K2().What()))
	}
}

// Replies are read from the end of the list, which has the newest first.
func (s queryServer) Replies(ctx context.Context, req *types.QueryRepliesRequest) (*types.QueryRepliesResponse, error) {
	id, _, err := s.k.comment(ctx, req.CommentId)
	if err != nil {
		return nil, err
	}
	p, err := page(req.Pagination)
	if err != nil {
		return nil, err
	}
	p.Reverse = !p.Reverse
	v := s.k.view(ctx)
	comments, next, err := query.CollectionPaginate(ctx, s.k.replies, p,
		func(key collections.Pair[types.CommentID, types.Moment], _ collections.NoValue) (types.Comment, error) {
			return v.comment(types.CommentID(key.K2().What()))
		}, query.WithCollectionPaginationPairPrefix[types.CommentID, types.Moment](id))
	return &types.QueryRepliesResponse{Comments: comments, Pagination: next}, err
}

// CommentsOfWallet needs no list: ids are made from the author and a number.
func (s queryServer) CommentsOfWallet(ctx context.Context, req *types.QueryCommentsOfWalletRequest) (*types.QueryCommentsOfWalletResponse, error) {
	wallet, err := s.k.wallet(req.Address)
	if err != nil {
		return nil, err
	}
	counts, err := s.k.countsOf(ctx, wallet.Raw)
	if err != nil {
		return nil, err
	}
	v := s.k.view(ctx)
	comments, next, err := countdown(counts.Comments, req.Pagination, func(n uint64) (types.Comment, error) {
		return v.comment(types.NewCommentID(wallet.Raw, n))
	})
	return &types.QueryCommentsOfWalletResponse{Comments: comments, Pagination: next}, err
}

func (s queryServer) Inbox(ctx context.Context, req *types.QueryInboxRequest) (*types.QueryInboxResponse, error) {
	wallet, err := s.k.wallet(req.Address)
	if err != nil {
		return nil, err
	}
	comments, next, err := paginate(ctx, s.k.inbox, req.Pagination, s.commentAt(ctx),
		query.WithCollectionPaginationPairPrefix[[]byte, types.Moment](wallet.Raw))
	return &types.QueryInboxResponse{Comments: comments, Pagination: next}, err
}

func (s queryServer) Following(ctx context.Context, req *types.QueryFollowingRequest) (*types.QueryFollowingResponse, error) {
	wallet, err := s.k.wallet(req.Address)
	if err != nil {
		return nil, err
	}
	v := s.k.view(ctx)
	names, next, err := paginate(ctx, s.k.follows, req.Pagination,
		func(key walletPair, _ uint64) (types.Name, error) { return v.name(key.K2()) },
		query.WithCollectionPaginationPairPrefix[[]byte, []byte](wallet.Raw))
	return &types.QueryFollowingResponse{Wallets: names, Pagination: next}, err
}

func (s queryServer) Followers(ctx context.Context, req *types.QueryFollowersRequest) (*types.QueryFollowersResponse, error) {
	wallet, err := s.k.wallet(req.Address)
	if err != nil {
		return nil, err
	}
	v := s.k.view(ctx)
	names, next, err := paginate(ctx, s.k.followers, req.Pagination,
		func(key collections.Triple[[]byte, uint64, []byte], _ collections.NoValue) (types.Name, error) {
			return v.name(key.K3())
		}, under(collections.TriplePrefix[[]byte, uint64, []byte](wallet.Raw)))
	return &types.QueryFollowersResponse{Wallets: names, Pagination: next}, err
}

func (s queryServer) Blocks(ctx context.Context, req *types.QueryBlocksRequest) (*types.QueryBlocksResponse, error) {
	wallet, err := s.k.wallet(req.Address)
	if err != nil {
		return nil, err
	}
	v := s.k.view(ctx)
	names, next, err := paginate(ctx, s.k.blocks, req.Pagination,
		func(key walletPair, _ collections.NoValue) (types.Name, error) { return v.name(key.K2()) },
		query.WithCollectionPaginationPairPrefix[[]byte, []byte](wallet.Raw))
	return &types.QueryBlocksResponse{Wallets: names, Pagination: next}, err
}

func (s queryServer) Feed(ctx context.Context, req *types.QueryFeedRequest) (*types.QueryFeedResponse, error) {
	v := s.k.view(ctx)
	entries, next, err := paginate(ctx, s.k.feed, req.Pagination,
		func(_ types.Moment, r types.FeedRecord) (types.FeedEntry, error) { return v.entry(r) })
	return &types.QueryFeedResponse{Entries: entries, Pagination: next}, err
}

func (s queryServer) FeedOfWallet(ctx context.Context, req *types.QueryFeedOfWalletRequest) (*types.QueryFeedOfWalletResponse, error) {
	wallet, err := s.k.wallet(req.Address)
	if err != nil {
		return nil, err
	}
	v := s.k.view(ctx)
	entries, next, err := paginate(ctx, s.k.feedOfWallet, req.Pagination,
		func(key walletMoment, _ collections.NoValue) (types.FeedEntry, error) { return v.entryAt(key.K2()) },
		query.WithCollectionPaginationPairPrefix[[]byte, types.Moment](wallet.Raw))
	return &types.QueryFeedOfWalletResponse{Entries: entries, Pagination: next}, err
}

func (s queryServer) FeedOfSong(ctx context.Context, req *types.QueryFeedOfSongRequest) (*types.QueryFeedOfSongResponse, error) {
	id, _, err := s.k.song(ctx, req.SongId)
	if err != nil {
		return nil, err
	}
	v := s.k.view(ctx)
	entries, next, err := paginate(ctx, s.k.feedOfSong, req.Pagination,
		func(key songMoment, _ collections.NoValue) (types.FeedEntry, error) { return v.entryAt(key.K2()) },
		query.WithCollectionPaginationPairPrefix[songtypes.SongID, types.Moment](id))
	return &types.QueryFeedOfSongResponse{Entries: entries, Pagination: next}, err
}

func (s queryServer) FeedOfFollowing(ctx context.Context, req *types.QueryFeedOfFollowingRequest) (*types.QueryFeedOfFollowingResponse, error) {
	wallet, err := s.k.wallet(req.Address)
	if err != nil {
		return nil, err
	}
	p, err := page(req.Pagination)
	if err != nil {
		return nil, err
	}
	var after *types.Moment
	if len(p.Key) != 0 {
		if len(p.Key) != len(types.Moment{}) || p.Reverse {
			return nil, errorsmod.Wrap(types.ErrInvalidPage, "key is not of this list")
		}
		m := types.Moment(p.Key)
		after = &m
	}
	entries, next, err := s.merged(ctx, wallet.Raw, after, int(p.Limit))
	return &types.QueryFeedOfFollowingResponse{Entries: entries, Pagination: next}, err
}

// merged is a page of the feeds of those whom a wallet follows.
func (s queryServer) merged(ctx context.Context, wallet []byte, after *types.Moment, limit int) ([]types.FeedEntry, *query.PageResponse, error) {
	f := following{k: s.k}
	err := s.k.follows.Walk(ctx, collections.NewPrefixedPairRange[[]byte, []byte](wallet), func(key walletPair, _ uint64) (bool, error) {
		return false, f.push(ctx, key.K2(), after)
	})
	if err != nil {
		return nil, nil, err
	}
	v, next := s.k.view(ctx), new(query.PageResponse)
	var entries []types.FeedEntry
	for len(f.heads) > 0 && len(entries) < limit {
		h := f.pop()
		entry, err := v.entryAt(h.moment)
		if err != nil {
			return nil, nil, err
		}
		entries = append(entries, entry)
		if err := f.push(ctx, h.wallet, &h.moment); err != nil {
			return nil, nil, err
		}
		next.NextKey = h.moment[:]
	}
	if len(f.heads) == 0 {
		next.NextKey = nil
	}
	return entries, next, nil
}
