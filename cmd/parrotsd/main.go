// Command parrotsd is a node of the Parrots chain, and the operator's tool for it.
// It has no rule of its own: the chain is wired in app, and lives under x.
package main

import (
	"fmt"
	"os"

	svrcmd "github.com/cosmos/cosmos-sdk/server/cmd"

	"github.com/parrots-music/parrots/app"
)

func main() {
	root := newRootCmd()
	if err := svrcmd.Execute(root, app.EnvPrefix, app.DefaultNodeHome); err != nil {
		fmt.Fprintln(root.ErrOrStderr(), "error:", err)
		os.Exit(1)
	}
}
