package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/parrots-music/parrots/internal/history"
	"github.com/parrots-music/parrots/internal/sync"
	"github.com/parrots-music/parrots/internal/ui"
)

const mergeLong = `Take another branch into this one, file by file. Where both sides changed the same
file, both versions are put side by side and nothing is committed: keep what you
want in the folder, then --continue; or --abort.`

func mergeCommand(a *app) *cobra.Command {
	var proceed, abort bool
	var message string
	c := &cobra.Command{
		Use:     "merge BRANCH | --continue | --abort",
		Short:   "take another branch in, or end a merge",
		Long:    mergeLong,
		Example: "  parrots merge solo\n  parrots merge --continue\n  parrots merge --abort",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if (len(args) == 1) == (proceed || abort) || proceed && abort {
				return usagef("name a branch, or --continue, or --abort")
			}
			song, done, err := a.openSong()
			if err != nil {
				return err
			}
			defer done()
			switch {
			case abort:
				changed, err := song.AbortMerge(cmd.Context())
				if err != nil {
					return err
				}
				a.tellChanged(changed)
				return a.ui.Emit(struct{}{}, func() { a.ui.Printf("gave up the merge") })
			case proceed:
				return a.continueMerge(cmd.Context(), song, message)
			}
			theirs, err := song.Resolve(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			merged, err := song.Merge(cmd.Context(), sync.MergeRequest{
				Theirs: theirs, Name: args[0], Author: a.authorLater(cmd.Context()),
			})
			if err != nil {
				return err
			}
			return a.showMerged(merged, args[0])
		},
	}
	c.Flags().BoolVar(&proceed, "continue", false, "commit the folder as the merge's end")
	c.Flags().BoolVar(&abort, "abort", false, "give the merge up")
	c.Flags().StringVarP(&message, "message", "m", "", "the merge commit's message")
	return c
}

// authorLater opens the wallet only where a commit has to be made.
func (a *app) authorLater(ctx context.Context) func() (sync.Author, error) {
	return func() (sync.Author, error) {
		author, _, err := a.author(ctx)
		return author, err
	}
}

func (a *app) continueMerge(ctx context.Context, song *sync.Song, message string) error {
	author, _, err := a.author(ctx)
	if err != nil {
		return err
	}
	committed, err := song.ContinueMerge(ctx, sync.CommitRequest{Author: author, Message: ended(message)})
	if err != nil {
		return err
	}
	if message == "" {
		message = "merged"
	}
	return a.showCommitted(committed, message)
}

// mergedJSON is what a merge or pull did.
type mergedJSON struct {
	Outcome   sync.Outcome   `json:"outcome"`
	Head      string         `json:"head,omitempty"`
	Saved     string         `json:"saved,omitempty"`
	Conflicts []conflictJSON `json:"conflicts,omitempty"`
}

func (a *app) showMerged(m sync.MergeResult, name string) error {
	a.tellChanged(m.Changed)
	out := mergedJSON{Outcome: m.Outcome, Saved: savedText(m.Saved)}
	if m.Head.Defined() {
		out.Head = m.Head.String()
	}
	for _, c := range m.Conflicts {
		out.Conflicts = append(out.Conflicts, conflictJSON{c.Path, c.OursPath, c.TheirsPath})
	}
	err := a.ui.Emit(out, func() {
		switch m.Outcome {
		case sync.UpToDate:
			a.ui.Printf("up to date with %s", name)
		case sync.FastForward:
			a.ui.Printf("moved forward to %s: %s written, %d removed", sync.Short(m.Head), ui.Count(m.Checkout.Written, "file"), m.Checkout.Removed)
		case sync.MergeCommit:
			a.ui.Printf("merged %s as %s", name, sync.Short(m.Head))
		case sync.Conflicted:
			for _, c := range m.Conflicts {
				a.ui.Printf("both sides: %s (%s)", ui.Clean(c.Path), conflictText(c.Kind))
				a.showSides(c.OursPath, c.TheirsPath)
			}
		}
	})
	if err == nil && m.Outcome == sync.Conflicted {
		return withHint(sync.ErrConflict, "both versions are in the folder: listen, keep what you want, then `parrots merge --continue`; `parrots merge --abort` gives the merge up")
	}
	return err
}

func conflictText(kind history.ConflictKind) string {
	switch kind {
	case history.BothChanged:
		return "you and they changed it"
	case history.BothAdded:
		return "you and they added different files"
	case history.DeletedByOurs:
		return "you deleted what they changed"
	case history.DeletedByTheirs:
		return "they deleted what you changed"
	case history.BothMoved:
		return "you and they moved it to different places"
	case history.Details:
		return "you and they labelled it differently"
	}
	return "the names get in each other's way"
}
