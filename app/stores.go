package app

import (
	"maps"
	"slices"

	"cosmossdk.io/core/store"

	"github.com/cosmos/cosmos-sdk/runtime"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	authzkeeper "github.com/cosmos/cosmos-sdk/x/authz/keeper"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	consensustypes "github.com/cosmos/cosmos-sdk/x/consensus/types"
	distrtypes "github.com/cosmos/cosmos-sdk/x/distribution/types"
	evidencetypes "github.com/cosmos/cosmos-sdk/x/evidence/types"
	"github.com/cosmos/cosmos-sdk/x/feegrant"
	govtypes "github.com/cosmos/cosmos-sdk/x/gov/types"
	minttypes "github.com/cosmos/cosmos-sdk/x/mint/types"
	slashingtypes "github.com/cosmos/cosmos-sdk/x/slashing/types"
	stakingtypes "github.com/cosmos/cosmos-sdk/x/staking/types"
	upgradetypes "github.com/cosmos/cosmos-sdk/x/upgrade/types"

	icahosttypes "github.com/cosmos/ibc-go/v11/modules/apps/27-interchain-accounts/host/types"
	ibctransfertypes "github.com/cosmos/ibc-go/v11/modules/apps/transfer/types"
	ibcexported "github.com/cosmos/ibc-go/v11/modules/core/exported"

	auditiontypes "github.com/parrots-music/parrots/x/audition/types"
	credittypes "github.com/parrots-music/parrots/x/credit/types"
	socialtypes "github.com/parrots-music/parrots/x/social/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// stores are the keys of the application's stores.
type stores struct {
	kv map[string]*storetypes.KVStoreKey
	// object stores live for one block and are never written to disk.
	object map[string]*storetypes.ObjectStoreKey
}

func newStores() stores {
	return stores{
		kv: storetypes.NewKVStoreKeys(
			authtypes.StoreKey, banktypes.StoreKey, stakingtypes.StoreKey, minttypes.StoreKey,
			distrtypes.StoreKey, slashingtypes.StoreKey, govtypes.StoreKey, consensustypes.StoreKey,
			upgradetypes.StoreKey, evidencetypes.StoreKey, feegrant.StoreKey, authzkeeper.StoreKey,
			ibcexported.StoreKey, ibctransfertypes.StoreKey, icahosttypes.StoreKey,
			songtypes.StoreKey, credittypes.StoreKey, auditiontypes.StoreKey, socialtypes.StoreKey,
		),
		object: storetypes.NewObjectStoreKeys(
			banktypes.ObjectStoreKey, songtypes.ObjectStoreKey, credittypes.ObjectStoreKey, socialtypes.ObjectStoreKey),
	}
}

// service opens a module's store for its keeper.
func (s stores) service(name string) store.KVStoreService {
	return runtime.NewKVStoreService(s.kv[name])
}

// tally is where a module's counters wait for the end of a block; nil where they
// change at once.
func (s stores) tally(name string, w wiring) *storetypes.ObjectStoreKey {
	if w.direct {
		return nil
	}
	return s.object[name]
}

// all returns every key, sorted by name.
func (s stores) all() []storetypes.StoreKey {
	var keys []storetypes.StoreKey
	for _, name := range slices.Sorted(maps.Keys(s.kv)) {
		keys = append(keys, s.kv[name])
	}
	for _, name := range slices.Sorted(maps.Keys(s.object)) {
		keys = append(keys, s.object[name])
	}
	return keys
}

// GetKey returns the key of a module's store.
func (app *App) GetKey(name string) *storetypes.KVStoreKey { return app.stores.kv[name] }

// GetStoreKeys returns the keys of the stores that are kept on disk.
func (app *App) GetStoreKeys() []storetypes.StoreKey {
	var keys []storetypes.StoreKey
	for _, name := range slices.Sorted(maps.Keys(app.stores.kv)) {
		keys = append(keys, app.stores.kv[name])
	}
	return keys
}
