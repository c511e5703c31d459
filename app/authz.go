package app

import (
	"slices"

	errorsmod "cosmossdk.io/errors"

	"github.com/cosmos/cosmos-sdk/baseapp"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	"github.com/cosmos/cosmos-sdk/x/authz"
)

// ownHandMessages can only be signed by the wallet that they speak for. Under authz
// a handler sees the granter alone: whoever holds a grant for one of these could
// put another's name to work or credit, and nobody could tell.
var ownHandMessages = []string{
	"/parrots.song.v1.MsgPush",
	"/parrots.credit.v1.MsgConfirmCredit",
	"/parrots.audition.v1.MsgMergeAudition",
	"/parrots.credit.v1.MsgDisputeCredit",
	"/parrots.credit.v1.MsgClaimGuestCredit",
	"/parrots.credit.v1.MsgConsentToLicence",
}

// maxExecDepth bounds how deep one MsgExec may be in another. The SDK does not
// decode more than ten levels of nesting; nobody needs more than two.
const maxExecDepth = 6

func needsOwnHand(typeURL string) bool { return slices.Contains(ownHandMessages, typeURL) }

func errOwnHand(typeURL string) error {
	return errorsmod.Wrapf(sdkerrors.ErrUnauthorized,
		"%s cannot be granted or sent through authz: sign it with the wallet it speaks for", typeURL)
}

// ownHandDecorator refuses a transaction that grants one of ownHandMessages, or that
// sends one through MsgExec, before any fee is taken.
type ownHandDecorator struct{}

var _ sdk.AnteDecorator = ownHandDecorator{}

// AnteHandle checks every message of the transaction.
func (ownHandDecorator) AnteHandle(ctx sdk.Context, tx sdk.Tx, simulate bool, next sdk.AnteHandler) (sdk.Context, error) {
	for _, msg := range tx.GetMsgs() {
		if err := checkOwnHand(msg, 0); err != nil {
			return ctx, err
		}
	}
	return next(ctx, tx, simulate)
}

// checkOwnHand looks at one message that is inside depth others.
func checkOwnHand(msg sdk.Msg, depth int) error {
	if depth > 0 && needsOwnHand(sdk.MsgTypeURL(msg)) {
		return errOwnHand(sdk.MsgTypeURL(msg))
	}
	switch msg := msg.(type) {
	case *authz.MsgGrant:
		return checkGrant(msg)
	case *authz.MsgExec:
		return checkExec(msg, depth)
	}
	return nil
}

func checkGrant(msg *authz.MsgGrant) error {
	authorization, err := msg.GetAuthorization()
	if err != nil {
		return err
	}
	if needsOwnHand(authorization.MsgTypeURL()) {
		return errOwnHand(authorization.MsgTypeURL())
	}
	return nil
}

func checkExec(msg *authz.MsgExec, depth int) error {
	if depth >= maxExecDepth {
		return errorsmod.Wrapf(sdkerrors.ErrInvalidRequest, "more than %d levels of MsgExec", maxExecDepth)
	}
	inner, err := msg.GetMessages()
	if err != nil {
		return err
	}
	for _, msg := range inner {
		if err := checkOwnHand(msg, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// ownHandRouter is authz's way to the handlers. Governance and interchain accounts
// run messages that no decorator has seen; what they wrap in a MsgExec ends here.
type ownHandRouter struct{ baseapp.MessageRouter }

// Handler returns the handler of a message, or one that refuses it.
func (r ownHandRouter) Handler(msg sdk.Msg) baseapp.MsgServiceHandler {
	return r.HandlerByTypeURL(sdk.MsgTypeURL(msg))
}

// HandlerByTypeURL returns the handler of a type of message, or one that refuses it.
func (r ownHandRouter) HandlerByTypeURL(typeURL string) baseapp.MsgServiceHandler {
	if needsOwnHand(typeURL) {
		return func(sdk.Context, sdk.Msg) (*sdk.Result, error) { return nil, errOwnHand(typeURL) }
	}
	return r.MessageRouter.HandlerByTypeURL(typeURL)
}
