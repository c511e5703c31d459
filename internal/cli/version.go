package cli

import "github.com/spf13/cobra"

func versionCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "print what was built",
		Example: "  parrots version --json",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			v := a.env.Version
			return a.ui.Emit(v, func() {
				a.ui.Printf("parrots %s (%s, %s/%s)", v.Version, v.Go, v.OS, v.Arch)
			})
		},
	}
}
