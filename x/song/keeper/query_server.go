package keeper

import (
	"context"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/x/song/types"
)

type queryServer struct{ k Keeper }

// NewQueryServer returns the Query service over a keeper.
func NewQueryServer(k Keeper) types.QueryServer { return queryServer{k} }

func (s queryServer) Params(ctx context.Context, _ *types.QueryParamsRequest) (*types.QueryParamsResponse, error) {
	params, err := s.k.params.Get(ctx)
	return &types.QueryParamsResponse{Params: params}, err
}

func (s queryServer) Song(ctx context.Context, req *types.QuerySongRequest) (*types.QuerySongResponse, error) {
	_, song, err := s.k.song(ctx, req.SongId)
	return &types.QuerySongResponse{Song: song}, err
}

func (s queryServer) SongByName(ctx context.Context, req *types.QuerySongByNameRequest) (*types.QuerySongByNameResponse, error) {
	owner, err := s.k.wallet(req.Owner)
	if err != nil {
		return nil, err
	}
	if err := types.CheckSongName(req.Name); err != nil {
		return nil, err
	}
	id, err := get(ctx, s.k.names, collections.Join(owner.Raw, req.Name), types.ErrSongNotFound, owner.Text+"/"+req.Name)
	if err != nil {
		return nil, err
	}
	song, err := s.k.songs.Get(ctx, id)
	return &types.QuerySongByNameResponse{Song: song}, err
}

func (s queryServer) Songs(ctx context.Context, req *types.QuerySongsRequest) (*types.QuerySongsResponse, error) {
	songs, next, err := paginate(ctx, s.k.newest, req.Pagination,
		func(key collections.Pair[uint64, types.SongID], _ collections.NoValue) (types.Song, error) {
			return s.k.songs.Get(ctx, key.K2())
		})
	return &types.QuerySongsResponse{Songs: songs, Pagination: next}, err
}

func (s queryServer) SongsByOwner(ctx context.Context, req *types.QuerySongsByOwnerRequest) (*types.QuerySongsByOwnerResponse, error) {
	owner, err := s.k.wallet(req.Owner)
	if err != nil {
		return nil, err
	}
	songs, next, err := paginate(ctx, s.k.names, req.Pagination,
		func(_ collections.Pair[[]byte, string], id types.SongID) (types.Song, error) {
			return s.k.songs.Get(ctx, id)
		},
		query.WithCollectionPaginationPairPrefix[[]byte, string](owner.Raw))
	return &types.QuerySongsByOwnerResponse{Songs: songs, Pagination: next}, err
}

func (s queryServer) SongsByTag(ctx context.Context, req *types.QuerySongsByTagRequest) (*types.QuerySongsByTagResponse, error) {
	if err := types.CheckTag(req.Tag); err != nil {
		return nil, err
	}
	songs, next, err := paginate(ctx, s.k.tags, req.Pagination,
		func(key collections.Pair[string, types.SongID], _ collections.NoValue) (types.Song, error) {
			return s.k.songs.Get(ctx, key.K2())
		},
		query.WithCollectionPaginationPairPrefix[string, types.SongID](req.Tag))
	return &types.QuerySongsByTagResponse{Songs: songs, Pagination: next}, err
}

func (s queryServer) SongsByCollaborator(ctx context.Context, req *types.QuerySongsByCollaboratorRequest) (*types.QuerySongsByCollaboratorResponse, error) {
	who, err := s.k.wallet(req.Address)
	if err != nil {
		return nil, err
	}
	songs, next, err := paginate(ctx, s.k.roles, req.Pagination,
		func(key collections.Pair[[]byte, types.SongID], _ collections.NoValue) (types.CollaboratorSong, error) {
			song, err := s.k.songs.Get(ctx, key.K2())
			if err != nil {
				return types.CollaboratorSong{}, err
			}
			role, err := s.k.collaborators.Get(ctx, collections.Join(key.K2(), who.Raw))
			return types.CollaboratorSong{Song: song, Role: types.Role(role)}, err
		},
		query.WithCollectionPaginationPairPrefix[[]byte, types.SongID](who.Raw))
	return &types.QuerySongsByCollaboratorResponse{Songs: songs, Pagination: next}, err
}

func (s queryServer) SongsByPrefix(ctx context.Context, req *types.QuerySongsByPrefixRequest) (*types.QuerySongsByPrefixResponse, error) {
	if err := types.CheckNamePrefix(req.Prefix); err != nil {
		return nil, err
	}
	songs, next, err := paginateText(ctx, s.k.allNames, req.Prefix, req.Pagination,
		func(key collections.Pair[string, types.SongID], _ collections.NoValue) (types.Song, error) {
			return s.k.songs.Get(ctx, key.K2())
		})
	return &types.QuerySongsByPrefixResponse{Songs: songs, Pagination: next}, err
}

func (s queryServer) Tags(ctx context.Context, req *types.QueryTagsRequest) (*types.QueryTagsResponse, error) {
	if err := types.CheckNamePrefix(req.Prefix); err != nil {
		return nil, err
	}
	tags, next, err := paginateText(ctx, s.k.tagTotals, req.Prefix, req.Pagination,
		func(tag string, n uint64) (types.TagCount, error) { return types.TagCount{Tag: tag, Songs: n}, nil })
	return &types.QueryTagsResponse{Tags: tags, Pagination: next}, err
}

func (s queryServer) ForkGrants(ctx context.Context, req *types.QueryForkGrantsRequest) (*types.QueryForkGrantsResponse, error) {
	id, _, err := s.k.song(ctx, req.SongId)
	if err != nil {
		return nil, err
	}
	addresses, next, err := paginate(ctx, s.k.forkGrants, req.Pagination,
		func(key collections.Pair[types.SongID, []byte], _ collections.NoValue) (string, error) {
			return s.k.addresses.BytesToString(key.K2())
		},
		query.WithCollectionPaginationPairPrefix[types.SongID, []byte](id))
	return &types.QueryForkGrantsResponse{Addresses: addresses, Pagination: next}, err
}

func (s queryServer) Forks(ctx context.Context, req *types.QueryForksRequest) (*types.QueryForksResponse, error) {
	id, _, err := s.k.song(ctx, req.SongId)
	if err != nil {
		return nil, err
	}
	songs, next, err := paginate(ctx, s.k.forks, req.Pagination,
		func(key collections.Pair[types.SongID, types.SongID], _ collections.NoValue) (types.Song, error) {
			return s.k.songs.Get(ctx, key.K2())
		},
		query.WithCollectionPaginationPairPrefix[types.SongID, types.SongID](id))
	return &types.QueryForksResponse{Songs: songs, Pagination: next}, err
}

func (s queryServer) Collaborators(ctx context.Context, req *types.QueryCollaboratorsRequest) (*types.QueryCollaboratorsResponse, error) {
	id, _, err := s.k.song(ctx, req.SongId)
	if err != nil {
		return nil, err
	}
	people, next, err := paginate(ctx, s.k.collaborators, req.Pagination,
		func(key collections.Pair[types.SongID, []byte], role uint32) (types.Collaborator, error) {
			address, err := s.k.addresses.BytesToString(key.K2())
			return types.Collaborator{Address: address, Role: types.Role(role)}, err
		},
		query.WithCollectionPaginationPairPrefix[types.SongID, []byte](id))
	return &types.QueryCollaboratorsResponse{Collaborators: people, Pagination: next}, err
}

func (s queryServer) Branch(ctx context.Context, req *types.QueryBranchRequest) (*types.QueryBranchResponse, error) {
	_, name, record, err := s.namedBranch(ctx, req.SongId, req.Branch)
	if err != nil {
		return nil, err
	}
	return &types.QueryBranchResponse{Branch: shownBranch(name, record)}, nil
}

// namedBranch reads a branch, the default one if no name is given.
func (s queryServer) namedBranch(ctx context.Context, songID, name string) (types.SongID, string, types.BranchRecord, error) {
	id, song, err := s.k.song(ctx, songID)
	if err != nil {
		return id, name, types.BranchRecord{}, err
	}
	if name == "" {
		name = song.DefaultBranch
	}
	if err := types.CheckBranchName(name); err != nil {
		return id, name, types.BranchRecord{}, err
	}
	record, err := s.k.branch(ctx, id, name)
	return id, name, record, err
}

func shownBranch(name string, record types.BranchRecord) types.Branch {
	return types.Branch{
		Name: name, Head: types.Digest(record.Head).String(),
		Protected: record.Protected, UpdatedHeight: record.UpdatedHeight,
	}
}

func (s queryServer) Branches(ctx context.Context, req *types.QueryBranchesRequest) (*types.QueryBranchesResponse, error) {
	id, _, err := s.k.song(ctx, req.SongId)
	if err != nil {
		return nil, err
	}
	branches, next, err := paginate(ctx, s.k.branches, req.Pagination,
		func(key collections.Pair[types.SongID, string], record types.BranchRecord) (types.Branch, error) {
			return shownBranch(key.K2(), record), nil
		},
		query.WithCollectionPaginationPairPrefix[types.SongID, string](id))
	return &types.QueryBranchesResponse{Branches: branches, Pagination: next}, err
}

func (s queryServer) Log(ctx context.Context, req *types.QueryLogRequest) (*types.QueryLogResponse, error) {
	if req.Limit > maxLogLimit {
		return nil, errorsmod.Wrapf(types.ErrInvalidPage, "limit is %d, not up to %d", req.Limit, maxLogLimit)
	}
	limit := int(req.Limit)
	if limit == 0 {
		limit = defaultLogLimit
	}
	f, err := s.logFrontier(ctx, req)
	if err != nil {
		return nil, err
	}
	commits, err := s.k.log(ctx, f, limit)
	if err != nil {
		return nil, err
	}
	return &types.QueryLogResponse{Commits: commits, NextCursor: f.cursor()}, nil
}

// logFrontier is where a page begins: at the cursor, a commit, or a branch's head.
func (s queryServer) logFrontier(ctx context.Context, req *types.QueryLogRequest) (*frontier, error) {
	if len(req.Cursor) != 0 {
		if _, _, err := s.k.song(ctx, req.SongId); err != nil {
			return nil, err
		}
		return parseCursor(req.Cursor)
	}
	digest, err := s.logStart(ctx, req)
	if err != nil {
		return nil, err
	}
	record, err := s.k.commit(ctx, digest)
	if err != nil {
		return nil, err
	}
	f, err := parseCursor(nil)
	if err == nil {
		f.add(pending{record.Generation, digest})
	}
	return f, err
}

func (s queryServer) logStart(ctx context.Context, req *types.QueryLogRequest) (types.Digest, error) {
	if req.Commit == "" {
		_, _, record, err := s.namedBranch(ctx, req.SongId, req.Branch)
		if err != nil {
			return types.Digest{}, err
		}
		return types.Digest(record.Head), nil
	}
	if _, _, err := s.k.song(ctx, req.SongId); err != nil {
		return types.Digest{}, err
	}
	return types.ParseDigest(req.Commit)
}

func (s queryServer) Tree(ctx context.Context, req *types.QueryTreeRequest) (*types.QueryTreeResponse, error) {
	commit, block, err := s.storedTree(ctx, req)
	if err != nil {
		return nil, err
	}
	o, err := object.DecodeTree(block)
	if err != nil {
		return nil, errorsmod.Wrap(types.ErrInvalidObject, err.Error())
	}
	tree, err := types.NewTree(o)
	if err != nil {
		return nil, err
	}
	return &types.QueryTreeResponse{Commit: commit, Cid: object.CIDOf(block).String(), Tree: tree, Block: block}, nil
}

func (s queryServer) storedTree(ctx context.Context, req *types.QueryTreeRequest) (commit string, block []byte, err error) {
	if req.Release == "" {
		id, name, record, err := s.namedBranch(ctx, req.SongId, req.Branch)
		if err != nil {
			return "", nil, err
		}
		block, err := s.k.branchTrees.Get(ctx, collections.Join(id, name))
		return types.Digest(record.Head).String(), block, err
	}
	if req.Branch != "" {
		return "", nil, errorsmod.Wrap(types.ErrInvalidName, "give a branch or a release, not both")
	}
	id, release, err := s.namedRelease(ctx, req.SongId, req.Release)
	if err != nil {
		return "", nil, err
	}
	block, err = s.k.releaseTrees.Get(ctx, collections.Join(id, release.Tag))
	return release.Commit, block, err
}

func (s queryServer) Commit(ctx context.Context, req *types.QueryCommitRequest) (*types.QueryCommitResponse, error) {
	digest, err := types.ParseDigest(req.Cid)
	if err != nil {
		return nil, err
	}
	record, err := s.k.commit(ctx, digest)
	if err != nil {
		return nil, err
	}
	o, err := fields(record)
	if err != nil {
		return nil, err
	}
	info, err := s.k.commitInfo(ctx, digest, record, o, make(map[types.SongID]string))
	return &types.QueryCommitResponse{Commit: info}, err
}

func (s queryServer) CommitBlock(ctx context.Context, req *types.QueryCommitBlockRequest) (*types.QueryCommitBlockResponse, error) {
	digest, err := types.ParseDigest(req.Cid)
	if err != nil {
		return nil, err
	}
	record, err := s.k.commit(ctx, digest)
	return &types.QueryCommitBlockResponse{Block: record.Block}, err
}

func (s queryServer) Release(ctx context.Context, req *types.QueryReleaseRequest) (*types.QueryReleaseResponse, error) {
	_, release, err := s.namedRelease(ctx, req.SongId, req.Tag)
	return &types.QueryReleaseResponse{Release: release}, err
}

func (s queryServer) namedRelease(ctx context.Context, songID, tag string) (types.SongID, types.Release, error) {
	id, _, err := s.k.song(ctx, songID)
	if err != nil {
		return id, types.Release{}, err
	}
	if err := types.CheckReleaseTag(tag); err != nil {
		return id, types.Release{}, err
	}
	release, err := s.k.release(ctx, id, tag)
	return id, release, err
}

func (s queryServer) Releases(ctx context.Context, req *types.QueryReleasesRequest) (*types.QueryReleasesResponse, error) {
	id, _, err := s.k.song(ctx, req.SongId)
	if err != nil {
		return nil, err
	}
	releases, next, err := paginate(ctx, s.k.releases, req.Pagination,
		func(_ collections.Pair[types.SongID, string], release types.Release) (types.Release, error) {
			return release, nil
		},
		query.WithCollectionPaginationPairPrefix[types.SongID, string](id))
	return &types.QueryReleasesResponse{Releases: releases, Pagination: next}, err
}
