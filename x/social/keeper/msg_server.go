package keeper

import (
	"context"

	"github.com/parrots-music/parrots/x/social/types"
)

type msgServer struct{ k Keeper }

// NewMsgServer returns the Msg service over a keeper.
func NewMsgServer(k Keeper) types.MsgServer { return msgServer{k} }

func (s msgServer) SetProfile(ctx context.Context, msg *types.MsgSetProfile) (*types.MsgSetProfileResponse, error) {
	return &types.MsgSetProfileResponse{}, s.k.setProfile(ctx, msg)
}

func (s msgServer) Respect(ctx context.Context, msg *types.MsgRespect) (*types.MsgRespectResponse, error) {
	return &types.MsgRespectResponse{}, s.k.respect(ctx, msg)
}

func (s msgServer) Unrespect(ctx context.Context, msg *types.MsgUnrespect) (*types.MsgUnrespectResponse, error) {
	return &types.MsgUnrespectResponse{}, s.k.unrespect(ctx, msg)
}

func (s msgServer) Comment(ctx context.Context, msg *types.MsgComment) (*types.MsgCommentResponse, error) {
	id, err := s.k.addComment(ctx, msg)
	if err != nil {
		return nil, err
	}
	return &types.MsgCommentResponse{CommentId: id.String()}, nil
}

func (s msgServer) EditComment(ctx context.Context, msg *types.MsgEditComment) (*types.MsgEditCommentResponse, error) {
	return &types.MsgEditCommentResponse{}, s.k.editComment(ctx, msg)
}

func (s msgServer) DeleteComment(ctx context.Context, msg *types.MsgDeleteComment) (*types.MsgDeleteCommentResponse, error) {
	return &types.MsgDeleteCommentResponse{}, s.k.deleteComment(ctx, msg)
}

func (s msgServer) HideComment(ctx context.Context, msg *types.MsgHideComment) (*types.MsgHideCommentResponse, error) {
	return &types.MsgHideCommentResponse{}, s.k.hideComment(ctx, msg)
}

func (s msgServer) Follow(ctx context.Context, msg *types.MsgFollow) (*types.MsgFollowResponse, error) {
	return &types.MsgFollowResponse{}, s.k.follow(ctx, msg)
}

func (s msgServer) Unfollow(ctx context.Context, msg *types.MsgUnfollow) (*types.MsgUnfollowResponse, error) {
	return &types.MsgUnfollowResponse{}, s.k.unfollow(ctx, msg)
}

func (s msgServer) Block(ctx context.Context, msg *types.MsgBlock) (*types.MsgBlockResponse, error) {
	return &types.MsgBlockResponse{}, s.k.block(ctx, msg)
}

func (s msgServer) Unblock(ctx context.Context, msg *types.MsgUnblock) (*types.MsgUnblockResponse, error) {
	return &types.MsgUnblockResponse{}, s.k.unblock(ctx, msg)
}

func (s msgServer) UpdateParams(ctx context.Context, msg *types.MsgUpdateParams) (*types.MsgUpdateParamsResponse, error) {
	return &types.MsgUpdateParamsResponse{}, s.k.updateParams(ctx, msg)
}
