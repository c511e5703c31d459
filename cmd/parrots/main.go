// Command parrots is the musician's tool.
package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/mattn/go-isatty"
	"golang.org/x/term"

	"github.com/parrots-music/parrots/internal/cli"
)

// version is set by the linker for releases.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	dir, err := os.Getwd()
	if err != nil {
		fmt.Fprintln(os.Stderr, "parrots: the working directory:", err)
		os.Exit(1)
	}
	home, _ := os.UserHomeDir()      // a service may have none; PARROTS_HOME then names one
	executable, _ := os.Executable() // only a hint where to look for parrotsd
	stdin := os.Stdin.Fd()
	code := cli.Run(ctx, cli.Env{
		Args:        os.Args[1:],
		Dir:         dir,
		Stdin:       os.Stdin,
		Stdout:      os.Stdout,
		Stderr:      os.Stderr,
		Interactive: isTerminal(stdin) && isTerminal(os.Stderr.Fd()),
		Terminal:    isTerminal(os.Stderr.Fd()),
		Password: func() (string, error) {
			secret, err := term.ReadPassword(int(stdin))
			return string(secret), err
		},
		Getenv:     os.Getenv,
		UserHome:   home,
		Now:        time.Now,
		Rand:       rand.Reader,
		Executable: executable,
		Version:    build(),
	})
	stop()
	os.Exit(code)
}

func isTerminal(fd uintptr) bool { return isatty.IsTerminal(fd) || isatty.IsCygwinTerminal(fd) }

func build() cli.Version {
	v := cli.Version{Version: version, Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			v.Commit = s.Value
		}
	}
	return v
}
