package cli

import (
	"fmt"

	"github.com/spf13/cobra"
)

const completionLong = `Print the completion script of a shell to stdout.`

const completionExample = `  source <(parrots completion bash)
  parrots completion zsh > "${fpath[1]}/_parrots"
  parrots completion fish > ~/.config/fish/completions/parrots.fish
  parrots completion powershell | Out-String | Invoke-Expression`

func completionCommand(a *app) *cobra.Command {
	shells := []string{"bash", "zsh", "fish", "powershell"}
	return &cobra.Command{
		Use:       "completion bash|zsh|fish|powershell",
		Short:     "print a shell's completion script",
		Long:      completionLong,
		Example:   completionExample,
		ValidArgs: shells,
		Args:      cobra.MatchAll(cobra.ExactArgs(1), cobra.OnlyValidArgs),
		RunE: func(cmd *cobra.Command, args []string) error {
			root, out := cmd.Root(), a.ui.Out()
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(out, true)
			case "zsh":
				return root.GenZshCompletion(out)
			case "fish":
				return root.GenFishCompletion(out, true)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(out)
			}
			return fmt.Errorf("no completion for %q", args[0])
		},
	}
}
