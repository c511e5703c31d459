package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/server"
	"github.com/cosmos/cosmos-sdk/types/module"
	genutilcli "github.com/cosmos/cosmos-sdk/x/genutil/client/cli"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"

	"github.com/parrots-music/parrots/app"
)

// initCmd is the SDK's init with the limits of our blocks in the genesis file.
func initCmd(modules module.BasicManager) *cobra.Command {
	cmd := genutilcli.InitCmd(modules, app.DefaultNodeHome)
	write := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := write(cmd, args); err != nil {
			return err
		}
		return limitBlocks(server.GetServerContextFromCmd(cmd).Config.GenesisFile())
	}
	return cmd
}

func limitBlocks(file string) error {
	genesis, err := genutiltypes.AppGenesisFromFile(file)
	if err != nil {
		return fmt.Errorf("read genesis: %w", err)
	}
	genesis.Consensus.Params.Block = app.ConsensusParams().Block
	return genesis.SaveAs(file)
}
