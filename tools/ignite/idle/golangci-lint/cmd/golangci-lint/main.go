// Command golangci-lint fails: it is listed in go.mod because Ignite offers to install what
// it misses there, and would add the tool's dependencies to those of the chain.
package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "golangci-lint: not used by this chain")
	os.Exit(1)
}
