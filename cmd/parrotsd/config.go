package main

import (
	"time"

	cmtcfg "github.com/cometbft/cometbft/config"

	serverconfig "github.com/cosmos/cosmos-sdk/server/config"

	"github.com/parrots-music/parrots/app"
)

const (
	minGasPrices = "0.001" + app.BondDenom
	// queryGasLimit bounds what one query may read, to about 16 MB of state.
	queryGasLimit = 50_000_000
	// snapshotInterval is in blocks: a node that joins replays at most about half
	// an hour of them.
	snapshotInterval = 2_000
	snapshotKeep     = 2
	// timeoutCommit is the pause between two blocks. It is not one second sharp:
	// the SDK takes CometBFT's default for an absent value and makes it five.
	timeoutCommit = 999 * time.Millisecond
)

// newCometConfig returns the config.toml that `parrotsd init` writes. Nothing in it
// listens beyond this machine until its operator says so.
func newCometConfig() *cmtcfg.Config {
	cfg := cmtcfg.DefaultConfig()
	cfg.Consensus.TimeoutCommit = timeoutCommit
	cfg.P2P.ListenAddress = "tcp://127.0.0.1:26656"
	return cfg
}

// newAppConfig returns the app.toml that `parrotsd init` writes, with its template.
// The REST API is on: the web app and the musician's tool need it.
func newAppConfig() (string, any) {
	cfg := serverconfig.DefaultConfig()
	cfg.MinGasPrices = minGasPrices
	cfg.QueryGasLimit = queryGasLimit
	cfg.API.Enable = true
	cfg.API.Swagger = true
	cfg.API.Address = "tcp://127.0.0.1:1317"
	cfg.GRPC.Address = "127.0.0.1:9090"
	cfg.StateSync.SnapshotInterval = snapshotInterval
	cfg.StateSync.SnapshotKeepRecent = snapshotKeep
	return serverconfig.DefaultConfigTemplate, cfg
}
