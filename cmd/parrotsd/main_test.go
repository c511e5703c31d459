package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"

	svrcmd "github.com/cosmos/cosmos-sdk/server/cmd"

	"github.com/parrots-music/parrots/app"
)

// run runs one command line over a home folder and returns what it wrote to stdout.
func run(t *testing.T, home string, args ...string) string {
	t.Helper()
	root := newRootCmd()
	var out bytes.Buffer
	root.SetOut(&out)
	root.SetErr(&bytes.Buffer{})
	root.SetArgs(append(args, "--home", home))
	require.NoError(t, svrcmd.Execute(root, app.EnvPrefix, home), "%v", args)
	return out.String()
}

func TestInit(t *testing.T) {
	home := t.TempDir()
	run(t, home, "init", "node", "--chain-id", "parrots-test-1")
	run(t, home, "genesis", "validate")

	var genesis struct {
		ChainID   string `json:"chain_id"`
		Consensus struct {
			Params struct {
				Block struct {
					MaxBytes string `json:"max_bytes"`
					MaxGas   string `json:"max_gas"`
				}
			}
		}
		AppState map[string]json.RawMessage `json:"app_state"`
	}
	require.NoError(t, json.Unmarshal(read(t, home, "genesis.json"), &genesis))
	require.Equal(t, "parrots-test-1", genesis.ChainID)
	require.Equal(t, "4194304", genesis.Consensus.Params.Block.MaxBytes)
	require.Equal(t, "500000000", genesis.Consensus.Params.Block.MaxGas)
	require.Contains(t, genesis.AppState, "song")

	config, appConfig := string(read(t, home, "config.toml")), string(read(t, home, "app.toml"))
	require.Contains(t, config, `timeout_commit = "999ms"`)
	require.NotContains(t, config, "0.0.0.0", "nothing listens beyond this machine by default")
	require.Contains(t, appConfig, `minimum-gas-prices = "0.001ufeather"`)
	require.Contains(t, appConfig, `block-executor = "sequential"`)
	require.Contains(t, appConfig, "swagger = true")
}

func read(t *testing.T, home, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(home, "config", name))
	require.NoError(t, err)
	return content
}

func TestEveryModuleHasCommands(t *testing.T) {
	root := newRootCmd()
	for _, path := range [][]string{
		{"tx", "song", "push"}, {"tx", "song", "create"}, {"query", "song", "log"},
		{"tx", "bank", "send"}, {"tx", "feegrant", "grant"}, {"tx", "gov", "submit-proposal"},
		{"tx", "upgrade", "software-upgrade"}, {"query", "ibc-transfer", "params"},
		{"query", "interchain-accounts", "host", "params"}, {"query", "consensus", "params"},
	} {
		found, rest, err := root.Find(path)
		require.NoError(t, err)
		require.Empty(t, rest, "%v leads to %q only", path, found.CommandPath())
	}
	eachCommand(root, func(cmd *cobra.Command) {
		require.NotEmpty(t, cmd.Short, cmd.CommandPath())
	})
}

func eachCommand(cmd *cobra.Command, visit func(*cobra.Command)) {
	visit(cmd)
	for _, sub := range cmd.Commands() {
		eachCommand(sub, visit)
	}
}
