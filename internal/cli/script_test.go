package cli_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/parrots-music/parrots/internal/cli"
)

// now is the time in every script, unless it sets PARROTS_TEST_TIME.
const now = "2026-01-02T03:04:05Z"

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"parrots": runParrots})
}

// runParrots is the program with a fixed clock. Keys come from words in the
// scripts, so every CID that they show is the same on every machine.
func runParrots() {
	at := os.Getenv("PARROTS_TEST_TIME")
	if at == "" {
		at = now
	}
	clock, err := time.Parse(time.RFC3339, at)
	if err != nil {
		panic(err)
	}
	dir, err := os.Getwd()
	if err != nil {
		panic(err)
	}
	os.Exit(cli.Run(context.Background(), cli.Env{
		Args: os.Args[1:], Dir: dir, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		Interactive: os.Getenv("PARROTS_TEST_PERSON") != "",
		Getenv:      os.Getenv,
		Now:         func() time.Time { return clock },
		Rand:        strings.NewReader(""),
		Version:     cli.Version{Version: "test", Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH},
	}))
}

// Words of keys for tests; anybody knows them.
const (
	drummerWords   = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about"
	guitaristWords = "legal winner thank year wave sausage worth useful legal winner thank yellow"
)

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:             "testdata/script",
		UpdateScripts:   os.Getenv("UPDATE_SCRIPTS") != "", // UPDATE_SCRIPTS=1 rewrites what cmp compares
		ContinueOnError: true,
		Setup: func(env *testscript.Env) error {
			// Homes lie outside of the folder that a script makes a song.
			people := t.TempDir()
			env.Setenv("PEOPLE", people)
			env.Setenv("PARROTS_HOME", filepath.Join(people, "drummer"))
			env.Setenv("PARROTS_KEYRING_BACKEND", "test")
			for name, words := range map[string]string{"drummer": drummerWords, "guitarist": guitaristWords} {
				file := filepath.Join(people, name+".words")
				if err := os.WriteFile(file, []byte(words+"\n"), 0o600); err != nil {
					return err
				}
			}
			return nil
		},
		Condition: func(name string) (bool, error) {
			if name != "root" {
				return false, errors.New("unknown condition " + name)
			}
			return os.Geteuid() == 0, nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits": exits, "rewrite": rewrite, "as": as, "sound": sound,
			"noise": noise, "takes": takes,
			"tone": tone, "waveforms": waveforms,
		},
	})
}

// exits runs a command and compares its exit code: exits 4 parrots pull.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var failed *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &failed) {
		got = failed.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// rewrite replaces bytes of a file: rewrite FILE OFFSET TEXT.
func rewrite(ts *testscript.TestScript, _ bool, args []string) {
	offset, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_WRONLY, 0)
	ts.Check(err)
	_, err = f.WriteAt([]byte(args[2]), offset)
	ts.Check(err)
	ts.Check(f.Close())
}

// as makes the following commands those of somebody: as drummer.
func as(ts *testscript.TestScript, _ bool, args []string) {
	ts.Setenv("PARROTS_HOME", filepath.Join(ts.Getenv("PEOPLE"), args[0]))
}
