// Package cli is the musician's tool, parrots: one file per command, each of them
// thin. It reads flags, calls the rooms that do the work, and shows what they
// return through internal/ui.
//
// It may import every other internal room; none imports it. A rule of the product
// does not belong here: one that combines rooms goes to internal/sync.
package cli

import (
	"context"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/parrots-music/parrots/internal/ui"
)

// app is one run of the tool.
type app struct {
	env   Env
	ui    *ui.UI
	flags globalFlags
	// paid are the transactions of this run that are in a block.
	paid payments
	// started is set once a command's arguments were accepted, so that an error
	// before it is the usage's.
	started bool
	// command is the one that ran, without the program's name.
	command string
}

type globalFlags struct {
	dir     string
	json    bool
	quiet   bool
	yes     bool
	backend string
	key     string
}

// Run runs one command and returns the exit code.
func Run(ctx context.Context, env Env) int {
	a := &app{env: env, ui: env.newUI()}
	root := a.root()
	root.SetArgs(env.Args)
	command, err := root.ExecuteContextC(ctx)
	a.command = strings.TrimPrefix(strings.TrimPrefix(command.CommandPath(), root.Name()), " ")
	a.sayWhoPaid()
	return a.exit(ctx, err)
}

const rootLong = `parrots keeps a song's history: every take, who played it, and where it is.

A song is a folder. "parrots commit" saves the folder as it is; "parrots push"
publishes what was saved. Nothing that you did is lost by a command: work that is
not committed yet is saved before anything changes the folder.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not a song's folder, 4 conflict or
the other side moved, 5 network, node or hub out of reach, 6 refused by the chain,
7 bad or corrupt data, 8 no key or signature, 130 interrupted.`

const rootExample = `  parrots init                        make this folder a song
  parrots commit -m "first take"      save the folder as it is
  parrots push                        publish it
  parrots clone song1...              get somebody else's song`

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "parrots",
		Short:         "version control for music",
		Long:          rootLong,
		Example:       rootExample,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			a.started = true
			return a.prepare()
		},
	}
	root.CompletionOptions.DisableDefaultCmd = true
	cobra.EnableCommandSorting = false // the table's order says what comes first
	root.SetIn(a.env.Stdin)
	root.SetOut(a.env.Stdout)
	root.SetErr(a.env.Stderr)
	flags := root.PersistentFlags()
	flags.StringVarP(&a.flags.dir, "directory", "C", "", "run as if started in this folder")
	flags.BoolVar(&a.flags.json, "json", false, "print JSON")
	flags.BoolVarP(&a.flags.quiet, "quiet", "q", false, "print data, warnings and errors only")
	flags.BoolVarP(&a.flags.yes, "yes", "y", false, "answer yes to every question")
	flags.StringVar(&a.flags.backend, "keyring-backend", "", "where keys are kept: os, file or test (default $PARROTS_KEYRING_BACKEND, then os)")
	flags.StringVar(&a.flags.key, "key", "", "the key to sign with (default: the configured one)")
	for _, group := range groups {
		root.AddGroup(&cobra.Group{ID: group.id, Title: group.title})
		for _, command := range group.commands {
			c := command(a)
			c.GroupID = group.id
			root.AddCommand(c)
		}
	}
	root.SetHelpCommandGroupID("tool")
	root.InitDefaultHelpCmd()
	for _, c := range root.Commands() {
		if c.Name() == "help" {
			c.Short, c.Example = "show the commands, or one of them", "  parrots help commit"
		}
	}
	return root
}

// groups is the table of all commands in the order in which help shows them.
var groups = []struct {
	id, title string
	commands  []func(*app) *cobra.Command
}{
	{"start", "Begin a song:", []func(*app) *cobra.Command{
		initCommand, cloneCommand, forkCommand,
	}},
	{"work", "Work on it:", []func(*app) *cobra.Command{
		statusCommand, commitCommand, undoCommand, revertCommand, restoreCommand, songCommand, bounceCommand, playCommand,
	}},
	{"history", "Look at its history:", []func(*app) *cobra.Command{
		logCommand, showCommand, diffCommand, branchCommand, switchCommand, mergeCommand, releaseCommand,
	}},
	{"share", "Share it:", []func(*app) *cobra.Command{
		joinCommand, pushCommand, pullCommand, fetchCommand, auditionCommand, bundleCommand, remoteCommand,
		collaboratorCommand, infoCommand, editCommand, licenceCommand, transferCommand,
	}},
	{"people", "Meet people:", []func(*app) *cobra.Command{
		profileCommand, feedCommand, inboxCommand, searchCommand, commentCommand, respectCommand, followCommand, blockCommand,
	}},
	{"credit", "Credit, and its proof:", []func(*app) *cobra.Command{
		creditCommand, proveCommand, verifyCommand,
	}},
	{"tool", "Keys, servers and this tool:", []func(*app) *cobra.Command{
		keyCommand, sponsorCommand, doctorCommand, hubCommand, localnetCommand, completionCommand, versionCommand,
	}},
}

// prepare applies the flags that hold for every command.
func (a *app) prepare() error {
	a.ui.SetJSON(a.flags.json)
	a.ui.SetQuiet(a.flags.quiet)
	if a.flags.dir != "" {
		a.env.Dir = a.path(a.flags.dir)
	}
	return nil
}

// path makes a path that a person typed absolute.
func (a *app) path(p string) string {
	if filepath.IsAbs(p) {
		return filepath.Clean(p)
	}
	return filepath.Join(a.env.Dir, p)
}
