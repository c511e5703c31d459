package main

import (
	"os"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/spf13/cobra"

	"cosmossdk.io/log/v2"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/config"
	"github.com/cosmos/cosmos-sdk/server"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/parrots-music/parrots/app"
)

func newRootCmd() *cobra.Command {
	described := newStatelessApp()
	clientCtx := client.Context{}.
		WithCodec(described.AppCodec()).
		WithInterfaceRegistry(described.InterfaceRegistry()).
		WithLegacyAmino(described.LegacyAmino()).
		WithTxConfig(described.TxConfig()).
		WithInput(os.Stdin).
		WithAccountRetriever(authtypes.AccountRetriever{}).
		WithHomeDir(app.DefaultNodeHome).
		WithViper(app.EnvPrefix)

	root := &cobra.Command{
		Use:           "parrotsd",
		Short:         "Run a node of the Parrots chain",
		SilenceErrors: true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			return prepare(cmd, clientCtx)
		},
	}
	addCommands(root, described)

	commands := described.AutoCliOpts()
	commands.ClientCtx = clientCtx
	if err := commands.EnhanceRootCommand(root); err != nil {
		panic(err) // a module describes a command of a message or query that it does not have
	}
	return root
}

// newStatelessApp returns an application without a database, which serves for its
// codecs, genesis states and commands.
func newStatelessApp() *app.App {
	return app.New(log.NewNopLogger(), dbm.NewMemDB(), false, noOptions{})
}

// noOptions are application options of which none is set.
type noOptions struct{}

func (noOptions) Get(string) any { return nil }

// prepare reads the flags, the environment and the configuration files, and writes
// the files that are missing.
func prepare(cmd *cobra.Command, clientCtx client.Context) error {
	cmd.SetOut(cmd.OutOrStdout())
	cmd.SetErr(cmd.ErrOrStderr())

	ctx, err := client.ReadPersistentCommandFlags(clientCtx.WithCmdContext(cmd.Context()), cmd.Flags())
	if err != nil {
		return err
	}
	if ctx, err = config.ReadFromClientConfig(ctx); err != nil {
		return err
	}
	if err := client.SetCmdClientContextHandler(ctx, cmd); err != nil {
		return err
	}
	template, appConfig := newAppConfig()
	return server.InterceptConfigsPreRunHandler(cmd, template, appConfig, newCometConfig())
}
