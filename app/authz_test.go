package app

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	"github.com/cosmos/cosmos-sdk/x/authz"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	auditiontypes "github.com/parrots-music/parrots/x/audition/types"
	credittypes "github.com/parrots-music/parrots/x/credit/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// A grant speaks of a message by its URL: a misspelt entry would refuse nothing.
func TestOwnHandMessagesExist(t *testing.T) {
	require.True(t, needsOwnHand(sdk.MsgTypeURL(&songtypes.MsgPush{})))
	require.True(t, needsOwnHand(sdk.MsgTypeURL(&auditiontypes.MsgMergeAudition{})), "it contains a push")
	for _, msg := range []sdk.Msg{
		&credittypes.MsgConfirmCredit{}, &credittypes.MsgDisputeCredit{}, &credittypes.MsgClaimGuestCredit{},
		&credittypes.MsgConsentToLicence{},
	} {
		require.True(t, needsOwnHand(sdk.MsgTypeURL(msg)))
	}
	require.False(t, needsOwnHand(sdk.MsgTypeURL(&songtypes.MsgCreateSong{})))
}

// wrap puts msg into n MsgExec.
func wrap(grantee sdk.AccAddress, n int, msg sdk.Msg) sdk.Msg {
	for range n {
		exec := authz.NewMsgExec(grantee, []sdk.Msg{msg})
		msg = &exec
	}
	return msg
}

func grant(t *testing.T, granter, grantee sdk.AccAddress, a authz.Authorization) sdk.Msg {
	t.Helper()
	expires := time.Unix(2_000_000_000, 0)
	msg, err := authz.NewMsgGrant(granter, grantee, a, &expires)
	require.NoError(t, err)
	return msg
}

func TestOwnHand(t *testing.T) {
	c := newTestChain(t, setup{wallets: 2})
	granter, grantee := c.wallets[0].address, c.wallets[1].address
	push := &songtypes.MsgPush{Signer: granter.String(), SongId: "song1", Branch: "main"}
	ownPush := &songtypes.MsgPush{Signer: grantee.String(), SongId: "song1", Branch: "main"}
	send := banktypes.NewMsgSend(granter, grantee, feathers(1))
	pushURL := sdk.MsgTypeURL(push)

	refused := func(code uint32) bool { return code == sdkerrors.ErrUnauthorized.ABCICode() }
	for _, tc := range []struct {
		name   string
		signer int
		msgs   []sdk.Msg
		refuse bool
	}{
		{"grant of push", 0, []sdk.Msg{grant(t, granter, grantee, authz.NewGenericAuthorization(pushURL))}, true},
		{"grant of send", 0, []sdk.Msg{grant(t, granter, grantee, authz.NewGenericAuthorization(sdk.MsgTypeURL(send)))}, false},
		{"bounded grant of send", 0, []sdk.Msg{grant(t, granter, grantee, banktypes.NewSendAuthorization(feathers(9), nil))}, false},
		{"grant of exec", 0, []sdk.Msg{grant(t, granter, grantee, authz.NewGenericAuthorization("/cosmos.authz.v1beta1.MsgExec"))}, false},
		{"push for another", 1, []sdk.Msg{wrap(grantee, 1, push)}, true},
		{"push for oneself", 1, []sdk.Msg{wrap(grantee, 1, ownPush)}, true},
		{"push three levels deep", 1, []sdk.Msg{wrap(grantee, 3, push)}, true},
		{"grant of push inside exec", 1, []sdk.Msg{wrap(grantee, 2, grant(t, granter, grantee, authz.NewGenericAuthorization(pushURL)))}, true},
		{"push behind a harmless message", 1, []sdk.Msg{wrap(grantee, 1, send), wrap(grantee, 1, push)}, true},
		{"granted send", 1, []sdk.Msg{wrap(grantee, 1, send)}, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			spent := c.wallets[tc.signer].sequence
			res := c.deliver(t, tc.signer, tc.msgs...)
			require.Equal(t, tc.refuse, refused(res.Code) && res.Codespace == sdkerrors.RootCodespace, res.Log)
			if tc.refuse {
				require.Contains(t, res.Log, "cannot be granted or sent through authz")
				c.wallets[tc.signer].sequence = spent // refused before the sequence was used
			} else {
				require.Zero(t, res.Code, res.Log)
			}
		})
	}
}

func TestOwnHandBoundsNesting(t *testing.T) {
	grantee := sdk.AccAddress("grantee_____________")
	send := banktypes.NewMsgSend(grantee, grantee, feathers(1))
	require.NoError(t, checkOwnHand(wrap(grantee, maxExecDepth, send), 0))
	require.ErrorIs(t, checkOwnHand(wrap(grantee, maxExecDepth+1, send), 0), sdkerrors.ErrInvalidRequest)
}

// Governance and interchain accounts reach authz without the decorator.
func TestOwnHandWithoutTheDecorator(t *testing.T) {
	c := newTestChain(t, setup{})
	signer := c.wallets[0].address
	push := &songtypes.MsgPush{Signer: signer.String(), SongId: "song1", Branch: "main"}
	for name, msg := range map[string]sdk.Msg{"push": push, "nested push": wrap(signer, 2, push)} {
		_, err := c.AuthzKeeper.DispatchActions(c.context(), signer, []sdk.Msg{msg})
		require.ErrorIs(t, err, sdkerrors.ErrUnauthorized, name)
	}
	_, err := c.AuthzKeeper.DispatchActions(c.context(), signer, []sdk.Msg{c.sendMsg(0, 0, 1)})
	require.NoError(t, err)
}
