package app

import (
	"context"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/client/flags"
	sdk "github.com/cosmos/cosmos-sdk/types"
	govv1 "github.com/cosmos/cosmos-sdk/x/gov/types/v1"
	upgradetypes "github.com/cosmos/cosmos-sdk/x/upgrade/types"
)

// Governance schedules an upgrade; the old binary stops at its height, and the new
// one, over the same files, goes through it and on.
func TestUpgrade(t *testing.T) {
	s := setup{wallets: 2, db: dbm.NewMemDB(), options: map[string]any{flags.FlagHome: t.TempDir()}}
	c := newTestChain(t, s)
	c.addSongs(t)
	height := c.LastBlockHeight() + 10
	c.passProposal(t, &upgradetypes.MsgSoftwareUpgrade{
		Authority: authority(), Plan: upgradetypes.Plan{Name: "v2", Height: height},
	})
	for c.LastBlockHeight() < height-1 {
		c.block(t)
	}
	_, err := c.FinalizeBlock(&abci.RequestFinalizeBlock{Height: height, Time: c.now})
	require.ErrorContains(t, err, `UPGRADE "v2" NEEDED`)

	var migrated []int64
	s.wiring.upgrades = []upgradeStep{{name: "v2", migrate: func(ctx context.Context, app *App) error {
		migrated = append(migrated, sdk.UnwrapSDKContext(ctx).BlockHeight())
		return app.SongKeeper.CheckInvariants(ctx)
	}}}
	c.App = s.build(t)
	require.Equal(t, height-1, c.LastBlockHeight(), "the old binary committed nothing of the block")
	c.block(t)
	c.block(t)
	require.Equal(t, []int64{height}, migrated)

	name, at, err := c.UpgradeKeeper.GetLastCompletedUpgrade(c.context())
	require.NoError(t, err)
	require.Equal(t, "v2", name)
	require.Equal(t, height, at)
	versions, err := c.UpgradeKeeper.GetModuleVersionMap(c.context())
	require.NoError(t, err)
	require.Equal(t, c.ModuleManager.GetVersionMap(), versions)

	mine := c.session(0, c.songID(0, 0), "verse")
	require.Zero(t, c.deliver(t, 0, mine.push(t, 2)).Code, "the songs are there, and go on")

	c.App = s.build(t)
	c.block(t)
	require.Equal(t, []int64{height}, migrated, "a restart does not upgrade again")

	s.wiring.upgrades = nil
	old := s.build(t)
	_, err = old.FinalizeBlock(&abci.RequestFinalizeBlock{Height: old.LastBlockHeight() + 1, Time: c.now})
	require.ErrorContains(t, err, "upgrade handler is missing for v2", "the old binary does not go on")
}

func TestReleaseKnowsNoFutureUpgrade(t *testing.T) {
	app := setup{wiring: wiring{upgrades: upgrades}}.build(t)
	for _, u := range upgrades {
		require.True(t, app.UpgradeKeeper.HasHandler(u.name))
	}
	require.False(t, app.UpgradeKeeper.HasHandler("v2"), "a node that knew v2 would refuse to run until then")
}

// passProposal lets wallet 0, to whom all stake belongs, propose and vote, and then
// lets the voting period pass.
func (c *testChain) passProposal(t *testing.T, msg sdk.Msg) {
	t.Helper()
	params, err := c.GovKeeper.Params.Get(c.context())
	require.NoError(t, err)
	proposal, err := govv1.NewMsgSubmitProposal(
		[]sdk.Msg{msg}, params.MinDeposit, c.wallets[0].address.String(), "", "upgrade", "upgrade the chain", false)
	require.NoError(t, err)
	res := c.deliver(t, 0, proposal)
	require.Zero(t, res.Code, res.Log)
	res = c.deliver(t, 0, govv1.NewMsgVote(c.wallets[0].address, 1, govv1.OptionYes, ""))
	require.Zero(t, res.Code, res.Log)

	c.now = c.now.Add(*params.VotingPeriod + time.Hour)
	c.block(t)
	done, err := c.GovKeeper.Proposals.Get(c.context(), 1)
	require.NoError(t, err)
	require.Equal(t, govv1.StatusPassed, done.Status, done.FailedReason)
}
