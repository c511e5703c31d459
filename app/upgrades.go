package app

import (
	"context"
	"fmt"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	"github.com/cosmos/cosmos-sdk/types/module"
	upgradetypes "github.com/cosmos/cosmos-sdk/x/upgrade/types"
)

// upgradeStep is what a node does at the height of a plan of that name, which
// governance schedules.
type upgradeStep struct {
	name string
	// stores are added, renamed and deleted before the block is run.
	stores storetypes.StoreUpgrades
	// migrate runs before the modules' own migrations; it may be nil.
	migrate func(ctx context.Context, app *App) error
}

// upgrades are those that this release can go through. There is none yet: a binary
// that knows a plan before its height refuses to run, so an entry is added in the
// release that the plan is for, and not earlier.
var upgrades []upgradeStep

// setUpgrades registers the handlers. Where the node stopped for one of the
// upgrades, it also prepares that upgrade's stores, which has to be done before
// the state is loaded.
func (app *App) setUpgrades(list []upgradeStep) {
	for _, u := range list {
		app.UpgradeKeeper.SetUpgradeHandler(u.name, app.upgradeHandler(u))
	}
	pending, err := app.UpgradeKeeper.ReadUpgradeInfoFromDisk()
	if err != nil {
		panic(fmt.Errorf("read upgrade info: %w", err))
	}
	if app.UpgradeKeeper.IsSkipHeight(pending.Height) {
		return
	}
	for _, u := range list {
		if u.name == pending.Name {
			app.SetStoreLoader(upgradetypes.UpgradeStoreLoader(pending.Height, &u.stores))
		}
	}
}

func (app *App) upgradeHandler(u upgradeStep) upgradetypes.UpgradeHandler {
	return func(ctx context.Context, _ upgradetypes.Plan, from module.VersionMap) (module.VersionMap, error) {
		if u.migrate != nil {
			if err := u.migrate(ctx, app); err != nil {
				return nil, fmt.Errorf("upgrade %s: %w", u.name, err)
			}
		}
		return app.ModuleManager.RunMigrations(ctx, app.configurator, from)
	}
}
