package types_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	songtypes "github.com/parrots-music/parrots/x/song/types"
	"github.com/parrots-music/parrots/x/sponsor/types"
)

// The list follows from what is linked in: here that is the song module.
func TestMessages(t *testing.T) {
	list := types.Messages()
	require.True(t, slices.IsSorted(list))
	for _, msg := range []sdk.Msg{
		&songtypes.MsgCreateSong{}, &songtypes.MsgPush{}, &songtypes.MsgForkSong{}, &songtypes.MsgPublishRelease{},
		&songtypes.MsgAcceptSong{}, &songtypes.MsgSetCollaborator{},
	} {
		require.Contains(t, list, sdk.MsgTypeURL(msg))
		require.True(t, types.Pays(sdk.MsgTypeURL(msg)))
	}
	require.NotContains(t, list, sdk.MsgTypeURL(&songtypes.MsgUpdateParams{}), "governance pays for itself")
	require.False(t, types.Pays(sdk.MsgTypeURL(&banktypes.MsgSend{})))
	require.False(t, types.Pays("/parrots.song.v1.QuerySongRequest"))
	require.False(t, types.Pays(""))

	list[0] = "/cosmos.bank.v1beta1.MsgSend"
	require.False(t, types.Pays(list[0]), "the list is the caller's own")
}
