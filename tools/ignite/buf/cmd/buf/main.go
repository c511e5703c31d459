// Command buf runs the buf that is pinned in tools/go.mod.
//
// Ignite calls "go tool github.com/bufbuild/buf/cmd/buf", which has to resolve in
// the chain's own go.mod. Requiring buf itself there would let buf's dependencies
// raise the versions that consensus code is built with, so go.mod replaces it by
// this.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
)

func main() {
	args := append([]string{"tool", "-modfile=tools/go.mod", "buf"}, os.Args[1:]...)
	cmd := exec.Command("go", args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		os.Exit(exit.ExitCode())
	case err != nil:
		fmt.Fprintln(os.Stderr, "buf:", err)
		os.Exit(1)
	}
}
