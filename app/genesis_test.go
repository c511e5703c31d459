package app

import (
	"encoding/json"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/stretchr/testify/require"

	servertypes "github.com/cosmos/cosmos-sdk/server/types"
	"github.com/cosmos/cosmos-sdk/x/authz"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
)

func TestDefaultGenesisIsValid(t *testing.T) {
	app := setup{}.build(t)
	genesis := app.DefaultGenesis()
	require.NoError(t, app.BasicModuleManager.ValidateGenesis(app.AppCodec(), app.TxConfig(), genesis))

	var bank banktypes.GenesisState
	app.AppCodec().MustUnmarshalJSON(genesis[banktypes.ModuleName], &bank)
	require.Len(t, bank.DenomMetadata, 1)
	require.NoError(t, bank.DenomMetadata[0].Validate())
	require.NoError(t, ConsensusParams().ValidateBasic())
}

// A chain that begins with what another exported exports the same.
func TestExportImport(t *testing.T) {
	c := newTestChain(t, setup{wallets: 3})
	res := c.block(t, c.sign(t, 0, c.sendMsg(0, 1, 77)),
		c.sign(t, 1, grant(t, c.wallets[1].address, c.wallets[2].address, authz.NewGenericAuthorization("/cosmos.bank.v1beta1.MsgSend"))))
	for _, tx := range res.TxResults {
		require.Zero(t, tx.Code, tx.Log)
	}
	c.addSongs(t)
	for _, tx := range c.block(t, c.sign(t, 1, c.respectMsg(1, c.songID(0, 0)), c.commentMsg(1, c.songID(0, 0)))).TxResults {
		require.Zero(t, tx.Code, tx.Log)
	}
	c.block(t)

	first, err := c.ExportAppStateAndValidators(false, nil, nil)
	require.NoError(t, err)
	require.Equal(t, c.LastBlockHeight()+1, first.Height)
	require.Len(t, first.Validators, 1)

	imported := setup{}.build(t)
	var genesis GenesisState
	require.NoError(t, json.Unmarshal(first.AppState, &genesis))
	ctx := imported.NewContextLegacy(true, cmtproto.Header{Height: first.Height, ChainID: testChainID, Time: c.now})
	require.NoError(t, imported.StoreConsensusParams(ctx, first.ConsensusParams))
	_, err = imported.ModuleManager.InitGenesis(ctx, imported.AppCodec(), genesis)
	require.NoError(t, err)

	second, err := imported.ExportAppStateAndValidators(false, nil, nil)
	require.NoError(t, err)
	requireSameState(t, first.AppState, second.AppState)
	requireStarts(t, first, c)
}

// requireStarts starts a chain from what was exported, and makes its first block.
func requireStarts(t *testing.T, exported servertypes.ExportedApp, from *testChain) {
	t.Helper()
	app := setup{}.build(t)
	_, err := app.InitChain(&abci.RequestInitChain{
		ChainId: testChainID, ConsensusParams: &exported.ConsensusParams, AppStateBytes: exported.AppState,
		Time: from.now, InitialHeight: exported.Height,
	})
	require.NoError(t, err)
	_, err = app.FinalizeBlock(&abci.RequestFinalizeBlock{Height: exported.Height, Time: from.now})
	require.NoError(t, err)
	_, err = app.Commit()
	require.NoError(t, err)
	require.Equal(t, exported.Height, app.LastBlockHeight())
}

// requireSameState compares module by module, so that a difference can be read.
func requireSameState(t *testing.T, want, got json.RawMessage) {
	t.Helper()
	var a, b map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(want, &a))
	require.NoError(t, json.Unmarshal(got, &b))
	require.Len(t, b, len(a))
	for module := range a {
		require.JSONEq(t, string(a[module]), string(b[module]), module)
	}
}

func TestExportForZeroHeightIsRefused(t *testing.T) {
	c := newTestChain(t, setup{})
	_, err := c.ExportAppStateAndValidators(true, nil, nil)
	require.ErrorIs(t, err, errZeroHeight)
}
