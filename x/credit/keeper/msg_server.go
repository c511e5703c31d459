package keeper

import (
	"context"

	"github.com/parrots-music/parrots/x/credit/types"
)

type msgServer struct{ k Keeper }

// NewMsgServer returns the Msg service over a keeper.
func NewMsgServer(k Keeper) types.MsgServer { return msgServer{k} }

func (s msgServer) ConfirmCredit(ctx context.Context, msg *types.MsgConfirmCredit) (*types.MsgConfirmCreditResponse, error) {
	sequence, err := s.k.confirmCredit(ctx, msg)
	return &types.MsgConfirmCreditResponse{Sequence: sequence}, err
}

func (s msgServer) DisputeCredit(ctx context.Context, msg *types.MsgDisputeCredit) (*types.MsgDisputeCreditResponse, error) {
	sequence, err := s.k.disputeCredit(ctx, msg)
	return &types.MsgDisputeCreditResponse{Sequence: sequence}, err
}

func (s msgServer) AnswerDispute(ctx context.Context, msg *types.MsgAnswerDispute) (*types.MsgAnswerDisputeResponse, error) {
	return &types.MsgAnswerDisputeResponse{}, s.k.answerDispute(ctx, msg)
}

func (s msgServer) ClaimGuestCredit(ctx context.Context, msg *types.MsgClaimGuestCredit) (*types.MsgClaimGuestCreditResponse, error) {
	sequence, err := s.k.claimGuest(ctx, msg)
	return &types.MsgClaimGuestCreditResponse{Sequence: sequence}, err
}

func (s msgServer) ConsentToLicence(ctx context.Context, msg *types.MsgConsentToLicence) (*types.MsgConsentToLicenceResponse, error) {
	return &types.MsgConsentToLicenceResponse{}, s.k.consentToLicence(ctx, msg)
}

func (s msgServer) UpdateParams(ctx context.Context, msg *types.MsgUpdateParams) (*types.MsgUpdateParamsResponse, error) {
	return &types.MsgUpdateParamsResponse{}, s.k.updateParams(ctx, msg)
}
