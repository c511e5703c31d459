package cli

import (
	"errors"
	"slices"

	"github.com/spf13/cobra"

	"github.com/parrots-music/parrots/internal/sync"
	"github.com/parrots-music/parrots/internal/ui"
)

const undoLong = `Drop the last commit and keep the files as they are. Only a commit that was not
pushed can be dropped; "parrots revert" takes back one that was.`

func undoCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "undo",
		Short:   "drop the last commit that is not pushed, keep the files",
		Long:    undoLong,
		Example: "  parrots undo",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			song, done, err := a.openSong()
			if err != nil {
				return err
			}
			defer done()
			undone, err := song.Undo(cmd.Context())
			if errors.Is(err, sync.ErrPublished) {
				return withHint(err, "`parrots revert HEAD` takes back what it changed")
			}
			if err != nil {
				return err
			}
			out := struct {
				Dropped string `json:"dropped"`
				Head    string `json:"head,omitempty"`
			}{Dropped: undone.Commit.String()}
			if undone.Head.Defined() {
				out.Head = undone.Head.String()
			}
			return a.ui.Emit(out, func() {
				a.ui.Printf("dropped %s %s", sync.Short(undone.Commit), firstLine(undone.Message))
				a.ui.Notef("the files are as they were")
			})
		},
	}
}

const revertLong = `Make a commit that takes back what an earlier one changed. The earlier one stays
in the history.`

func revertCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "revert COMMIT",
		Short:   "take back what a commit changed, by a new commit",
		Long:    revertLong,
		Example: "  parrots revert HEAD\n  parrots revert k5x2q7",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			song, done, err := a.openSong()
			if err != nil {
				return err
			}
			defer done()
			commit, err := song.Resolve(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			author, _, err := a.author(cmd.Context())
			if err != nil {
				return err
			}
			reverted, err := song.Revert(cmd.Context(), commit, author)
			if err != nil {
				return err
			}
			a.tellChanged(reverted.Changed)
			out := struct {
				Commit   string `json:"commit"`
				Reverted string `json:"reverted"`
			}{reverted.Commit.String(), commit.String()}
			return a.ui.Emit(out, func() {
				a.ui.Printf("took back %s by %s", sync.Short(commit), sync.Short(reverted.Commit))
			})
		},
	}
}

// tellChanged says what became of work that was not committed.
func (a *app) tellChanged(c sync.Changed) {
	for _, n := range c.Checkout.Notices {
		a.ui.Notef("%s", n)
	}
	if c.Saved != nil {
		a.ui.Notef("saved what was not committed as %s", sync.Short(c.Saved.Commit))
		a.ui.Hintf("`parrots restore --saved %s` brings it back", sync.Short(c.Saved.Commit))
	}
	if c.Carried {
		a.ui.Notef("what you have not committed is still in the folder")
	}
}

func firstLine(message string) string {
	for i := range message {
		if message[i] == '\n' {
			message = message[:i]
			break
		}
	}
	return ui.Clean(message)
}

func sortedUnique(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}
