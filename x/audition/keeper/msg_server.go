package keeper

import (
	"context"

	"github.com/parrots-music/parrots/x/audition/types"
)

type msgServer struct{ k Keeper }

// NewMsgServer returns the Msg service over a keeper.
func NewMsgServer(k Keeper) types.MsgServer { return msgServer{k} }

func (s msgServer) OpenAudition(ctx context.Context, msg *types.MsgOpenAudition) (*types.MsgOpenAuditionResponse, error) {
	a, first, err := s.k.openAudition(ctx, msg)
	if err != nil {
		return nil, err
	}
	return &types.MsgOpenAuditionResponse{Number: a.Number, Head: first.Head}, nil
}

func (s msgServer) ReviseAudition(ctx context.Context, msg *types.MsgReviseAudition) (*types.MsgReviseAuditionResponse, error) {
	r, err := s.k.reviseAudition(ctx, msg)
	if err != nil {
		return nil, err
	}
	return &types.MsgReviseAuditionResponse{Revision: r.Number, Head: r.Head}, nil
}

func (s msgServer) ReviewAudition(ctx context.Context, msg *types.MsgReviewAudition) (*types.MsgReviewAuditionResponse, error) {
	return &types.MsgReviewAuditionResponse{}, s.k.reviewAudition(ctx, msg)
}

func (s msgServer) MergeAudition(ctx context.Context, msg *types.MsgMergeAudition) (*types.MsgMergeAuditionResponse, error) {
	pushed, err := s.k.mergeAudition(ctx, msg)
	if err != nil {
		return nil, err
	}
	return &types.MsgMergeAuditionResponse{Head: pushed.Head, Commits: pushed.Commits}, nil
}

func (s msgServer) CloseAudition(ctx context.Context, msg *types.MsgCloseAudition) (*types.MsgCloseAuditionResponse, error) {
	return &types.MsgCloseAuditionResponse{}, s.k.closeAudition(ctx, msg)
}

func (s msgServer) ReopenAudition(ctx context.Context, msg *types.MsgReopenAudition) (*types.MsgReopenAuditionResponse, error) {
	return &types.MsgReopenAuditionResponse{}, s.k.reopenAudition(ctx, msg)
}

func (s msgServer) SetAuditionSettings(ctx context.Context, msg *types.MsgSetAuditionSettings) (*types.MsgSetAuditionSettingsResponse, error) {
	return &types.MsgSetAuditionSettingsResponse{}, s.k.setSettings(ctx, msg)
}

func (s msgServer) UpdateParams(ctx context.Context, msg *types.MsgUpdateParams) (*types.MsgUpdateParamsResponse, error) {
	return &types.MsgUpdateParamsResponse{}, s.k.updateParams(ctx, msg)
}
