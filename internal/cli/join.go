package cli

import (
	"github.com/spf13/cobra"
)

const joinLong = `Join a network by the URL of one of its hubs. The hub says which chain it follows
and who may pay a newcomer's fees. From then on your commits are signed for that
chain. Songs that you published by way of another hub stay with it: to move one, join
the new hub, then "parrots remote remove origin" and "parrots remote add origin SONG".`

func joinCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "join URL",
		Short:   "join a network by a hub's URL",
		Long:    joinLong,
		Example: "  parrots join https://hub.example\n  parrots join http://127.0.0.1:4180",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			found, err := a.ask(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if _, err := a.dial(cmd.Context(), found); err != nil {
				return err
			}
			home, err := a.env.home()
			if err != nil {
				return err
			}
			c, err := loadConfig(home)
			if err != nil {
				return err
			}
			if c.KeyringBackend == "test" && !found.Local {
				return withHint(errTestKeys, "`parrots key` with --keyring-backend os or file makes a key for this network")
			}
			c.Network = &found
			if err := c.save(home); err != nil {
				return err
			}
			return a.ui.Emit(found, func() {
				a.ui.Printf("joined %s by %s", found.ChainID, found.Hub)
				if found.Welcomes {
					a.ui.Notef("the hub pays a newcomer's first fees")
				}
				if found.Sponsor != "" {
					a.ui.Notef("%s may pay your fees", found.Sponsor)
				}
			})
		},
	}
}
