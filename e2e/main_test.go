// Package e2e tells stories over real processes: a node, hubs, an IPFS node, and
// musicians who run parrots. Each test is named after what a musician does.
//
// All tests share one node and one hub; every musician has a folder and a wallet of
// their own. `make e2e` builds the programs and runs the stories; PARROTS_BUILD
// names another folder with parrots and parrotsd than build/.
//
// Nothing imports this package.
package e2e

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// The programs, and the network that all tests share.
var (
	parrots, parrotsd string
	shared            *network
)

const (
	// patience bounds every wait. A busy machine is slow; a test must not depend on
	// how slow.
	patience = 4 * time.Minute
	pollEach = 100 * time.Millisecond
)

func TestMain(m *testing.M) {
	code, err := runAll(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "e2e:", err)
		code = 1
	}
	os.Exit(code)
}

func runAll(m *testing.M) (code int, err error) {
	if err := findPrograms(); err != nil {
		return 1, err
	}
	dir, err := os.MkdirTemp("", "parrots-e2e-")
	if err != nil {
		return 1, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	shared, err = startNetwork(ctx, dir)
	if err != nil {
		return 1, fmt.Errorf("%w (everything is in %s)", err, dir)
	}
	code = m.Run()
	if err := shared.stop(); err != nil {
		return 1, err
	}
	if code != 0 {
		fmt.Fprintln(os.Stderr, "e2e: what the node and the hub said is in", dir)
		return code, nil
	}
	return 0, os.RemoveAll(dir)
}

func findPrograms() error {
	build := os.Getenv("PARROTS_BUILD")
	if build == "" {
		build = filepath.Join("..", "build")
	}
	build, err := filepath.Abs(build)
	if err != nil {
		return err
	}
	parrots, parrotsd = filepath.Join(build, "parrots"), filepath.Join(build, "parrotsd")
	for _, program := range []string{parrots, parrotsd} {
		if _, err := os.Stat(program); err != nil {
			return fmt.Errorf("%s is missing: run `make build` first", program)
		}
	}
	return nil
}

// dice is a source of chance for one test. It logs its seed; E2E_SEED repeats a run.
func dice(t *testing.T) *rand.Rand {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	if text := os.Getenv("E2E_SEED"); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatalf("E2E_SEED: %v", err)
		}
	}
	t.Logf("E2E_SEED=%d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}
