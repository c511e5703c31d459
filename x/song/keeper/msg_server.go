package keeper

import (
	"context"

	"github.com/parrots-music/parrots/x/song/types"
)

type msgServer struct{ k Keeper }

// NewMsgServer returns the Msg service over a keeper.
func NewMsgServer(k Keeper) types.MsgServer { return msgServer{k} }

func (s msgServer) CreateSong(ctx context.Context, msg *types.MsgCreateSong) (*types.MsgCreateSongResponse, error) {
	id, err := s.k.createSong(ctx, msg)
	if err != nil {
		return nil, err
	}
	return &types.MsgCreateSongResponse{SongId: id.String()}, nil
}

func (s msgServer) UpdateSong(ctx context.Context, msg *types.MsgUpdateSong) (*types.MsgUpdateSongResponse, error) {
	return &types.MsgUpdateSongResponse{}, s.k.updateSong(ctx, msg)
}

func (s msgServer) TransferSong(ctx context.Context, msg *types.MsgTransferSong) (*types.MsgTransferSongResponse, error) {
	return &types.MsgTransferSongResponse{}, s.k.offerSong(ctx, msg)
}

func (s msgServer) AcceptSong(ctx context.Context, msg *types.MsgAcceptSong) (*types.MsgAcceptSongResponse, error) {
	return &types.MsgAcceptSongResponse{}, s.k.acceptSong(ctx, msg)
}

func (s msgServer) SetCollaborator(ctx context.Context, msg *types.MsgSetCollaborator) (*types.MsgSetCollaboratorResponse, error) {
	return &types.MsgSetCollaboratorResponse{}, s.k.setCollaborator(ctx, msg)
}

func (s msgServer) Push(ctx context.Context, msg *types.MsgPush) (*types.MsgPushResponse, error) {
	return s.k.push(ctx, msg, nil)
}

func (s msgServer) ProtectBranch(ctx context.Context, msg *types.MsgProtectBranch) (*types.MsgProtectBranchResponse, error) {
	return &types.MsgProtectBranchResponse{}, s.k.protectBranch(ctx, msg)
}

func (s msgServer) DeleteBranch(ctx context.Context, msg *types.MsgDeleteBranch) (*types.MsgDeleteBranchResponse, error) {
	return &types.MsgDeleteBranchResponse{}, s.k.deleteBranch(ctx, msg)
}

func (s msgServer) ForkSong(ctx context.Context, msg *types.MsgForkSong) (*types.MsgForkSongResponse, error) {
	id, head, err := s.k.forkSong(ctx, msg)
	if err != nil {
		return nil, err
	}
	return &types.MsgForkSongResponse{SongId: id.String(), Head: head.String()}, nil
}

func (s msgServer) PublishRelease(ctx context.Context, msg *types.MsgPublishRelease) (*types.MsgPublishReleaseResponse, error) {
	return &types.MsgPublishReleaseResponse{}, s.k.publishRelease(ctx, msg)
}

func (s msgServer) AttachCodes(ctx context.Context, msg *types.MsgAttachCodes) (*types.MsgAttachCodesResponse, error) {
	return &types.MsgAttachCodesResponse{}, s.k.attachCodes(ctx, msg)
}

func (s msgServer) GrantFork(ctx context.Context, msg *types.MsgGrantFork) (*types.MsgGrantForkResponse, error) {
	return &types.MsgGrantForkResponse{}, s.k.grantFork(ctx, msg)
}

func (s msgServer) UpdateParams(ctx context.Context, msg *types.MsgUpdateParams) (*types.MsgUpdateParamsResponse, error) {
	return &types.MsgUpdateParamsResponse{}, s.k.updateParams(ctx, msg)
}
