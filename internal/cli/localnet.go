package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/parrots-music/parrots/internal/localnet"
	"github.com/parrots-music/parrots/internal/ui"
)

const localnetLong = `Start a whole network on this machine: a node, a hub and three funded wallets, the
drummer, the guitarist and the singer. Nothing is reachable from outside. It keeps
its state in one folder, goes on with it the next time, and runs until Ctrl-C. With
--demo it first plays the story of a song that travels between the three.`

func localnetCommand(a *app) *cobra.Command {
	var cfg localnet.Config
	var demo, reset bool
	c := &cobra.Command{
		Use:     "localnet",
		Short:   "start a node, a hub and three wallets on this machine",
		Long:    localnetLong,
		Example: "  parrots localnet\n  parrots localnet --demo\n  parrots localnet --demo --reset --first-port 30000",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if cfg.Dir == "" {
				home, err := a.env.home()
				if err != nil {
					return err
				}
				cfg.Dir = filepath.Join(home, "localnet")
			}
			cfg.Dir = a.path(cfg.Dir)
			cfg.Teller = teller{a.ui}
			if err := a.findPrograms(&cfg, demo); err != nil {
				return err
			}
			if reset {
				if err := resetLocalnet(cfg.Dir); err != nil {
					return err
				}
			}
			return a.runLocalnet(cmd.Context(), cfg, demo)
		},
	}
	flags := c.Flags()
	flags.StringVar(&cfg.Dir, "dir", "", "where everything is kept (default: localnet in your parrots folder)")
	flags.IntVar(&cfg.FirstPort, "first-port", 0, "use this port and the five after it instead of the usual ones")
	flags.StringVar(&cfg.Parrotsd, "parrotsd", "", "the node's program (default: beside this one, then on PATH)")
	flags.StringVar(&cfg.Ipfs, "ipfs", "", "a stock IPFS program for the demo (default: .cache/tools/ipfs, then on PATH)")
	flags.BoolVar(&demo, "demo", false, "play the story of a song")
	flags.BoolVar(&reset, "reset", false, "remove the old state first")
	return c
}

// findPrograms finds the programs that a localnet runs.
func (a *app) findPrograms(cfg *localnet.Config, demo bool) error {
	cfg.Parrots = a.env.Executable
	beside := filepath.Dir(a.env.Executable)
	if cfg.Parrotsd == "" {
		cfg.Parrotsd = program("parrotsd", filepath.Join(beside, "parrotsd"))
	}
	if cfg.Parrotsd == "" {
		return withHint(fmt.Errorf("%w: parrotsd is neither beside parrots nor on PATH", localnet.ErrTool), "`make build` builds it, or name it with --parrotsd")
	}
	if demo && cfg.Ipfs == "" {
		cfg.Ipfs = program("ipfs", a.path(".cache/tools/ipfs"), filepath.Join(beside, "..", ".cache", "tools", "ipfs"))
	}
	return nil
}

// program returns the first of the places that holds a program, else the one on
// PATH; empty for none.
func program(name string, places ...string) string {
	for _, place := range places {
		if runtime.GOOS == "windows" {
			place += ".exe"
		}
		if info, err := os.Stat(place); err == nil && info.Mode().IsRegular() {
			return place
		}
	}
	found, err := exec.LookPath(name)
	if err != nil {
		return ""
	}
	return found
}

// resetLocalnet removes the state of a localnet, and nothing that is not one.
func resetLocalnet(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) || err == nil && len(entries) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !slices.Contains(localnetNames, strings.TrimSuffix(e.Name(), filepath.Ext(e.Name()))) {
			return withHint(fmt.Errorf("%w alone, and is not removed: %s", localnet.ErrState, filepath.Join(dir, e.Name())),
				"move it elsewhere, or name another folder with --dir")
		}
	}
	return os.RemoveAll(dir)
}

// localnetNames are what a localnet makes in its folder, with or without an ending.
var localnetNames = []string{"data", "hub", "ipfs", "localnet", "localnet.json", "node", "songs", "wallets"}

func (a *app) runLocalnet(ctx context.Context, cfg localnet.Config, demo bool) (err error) {
	a.ui.Notef("starting a node, a hub and three wallets in %s", cfg.Dir)
	net, err := localnet.Start(ctx, cfg)
	switch {
	case errors.Is(err, localnet.ErrPort):
		return withHint(err, "end what uses it, or `parrots localnet --first-port 30000`")
	case errors.Is(err, localnet.ErrState):
		return withHint(err, "`parrots localnet --reset` begins anew, or name another folder with --dir")
	case err != nil:
		return err
	}
	defer func() {
		a.ui.Notef("stopping")
		err = errors.Join(err, net.Stop())
		if ctx.Err() != nil && errors.Is(err, context.Canceled) {
			err = nil
		}
	}()
	if demo && net.Played() {
		a.ui.Notef("the story was played in this folder before; --reset plays it again")
	} else if demo {
		if err := net.Play(ctx); err != nil {
			return err
		}
	}
	if err := a.showLocalnet(net, cfg.Dir); err != nil {
		return err
	}
	return net.Wait(ctx)
}

type localnetJSON struct {
	ChainID string            `json:"chain_id"`
	RPC     string            `json:"rpc"`
	REST    string            `json:"rest"`
	Hub     string            `json:"hub"`
	Dir     string            `json:"dir"`
	Wallets map[string]string `json:"wallets"`
}

func (a *app) showLocalnet(net *localnet.Net, dir string) error {
	out := localnetJSON{localnet.ChainID, net.RPC(), net.REST(), net.HubURL(), dir, map[string]string{}}
	for _, name := range localnet.Names {
		out.Wallets[name] = net.Address(name)
	}
	return a.ui.Emit(out, func() {
		a.ui.Printf("")
		a.ui.Printf("chain  %s", out.ChainID)
		a.ui.Printf("node   %s (rpc), %s (rest)", out.RPC, out.REST)
		a.ui.Printf("hub    %s", out.Hub)
		for _, name := range localnet.Names {
			a.ui.Printf("       %-10s %s", name, out.Wallets[name])
		}
		a.ui.Printf("")
		a.ui.Printf("be the singer in another terminal:")
		a.ui.Printf("  export PARROTS_HOME=%s PARROTS_KEYRING_BACKEND=test PARROTS_KEY=singer", shellWord(net.Home("singer")))
		for _, line := range toTry(net, a.env.Executable) {
			a.ui.Printf("  %s", line)
		}
		a.ui.Printf("")
		a.ui.Notef("everything is in %s; Ctrl-C ends it, and the next start goes on", dir)
	})
}

// toTry are commands for another terminal, to be pasted.
func toTry(net *localnet.Net, parrots string) []string {
	parrots = shellWord(parrots)
	if net.Played() {
		return []string{"cd " + shellWord(net.Folder("singer")), parrots + " log --graph", parrots + " info"}
	}
	return []string{
		"mkdir my-song && cd my-song    # and put some stems into it",
		parrots + " init", parrots + " commit -m \"first take\"", parrots + " push",
	}
}

// shellWord writes a path so that a shell reads it as one word.
func shellWord(path string) string {
	if strings.ContainsFunc(path, func(r rune) bool { return !strings.ContainsRune("/._-+:@%", r) && !isAlphanumeric(r) }) {
		return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
	}
	return path
}

func isAlphanumeric(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}

// teller shows a localnet's story.
type teller struct{ ui *ui.UI }

// Chapter begins a part.
func (t teller) Chapter(text string) { t.ui.Notef("\n== %s", text) }

// Command shows what is run.
func (t teller) Command(who, command string) { t.ui.Notef("%s$ %s", who, command) }

// Output shows what was printed.
func (t teller) Output(line string) { t.ui.Notef("  %s", ui.Clean(line)) }
