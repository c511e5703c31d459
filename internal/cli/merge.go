package cli

import (
	"context"
	"path"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/parrots-music/parrots/internal/history"
	"github.com/parrots-music/parrots/internal/sync"
	"github.com/parrots-music/parrots/internal/ui"
)

const mergeLong = `Take another branch into this one, file by file. Where both sides changed one
recording in different places, the result has both, bit for bit; so do lyrics, line
by line, and song.yaml, field by field.

Where both changed the same place, nothing is guessed: both versions are put side by
side, with previews to listen to, and nothing is committed. Decide with --ours PATH or
--theirs PATH (what the other side changed elsewhere in the file stays), or put what
you want into the folder; then --continue. Or --abort.

A side that was only rendered again (dithered anew) counts as unchanged, and merge says
so; --exact turns that off. Joints are plain cuts unless --crossfade is given.`

const mergeExample = `  parrots merge solo
  parrots merge --theirs bass.wav
  parrots merge --ours .
  parrots merge --continue
  parrots merge --abort`

// maxCrossfade is the longest crossfade that can be asked for.
const maxCrossfade = time.Second

func mergeCommand(a *app) *cobra.Command {
	var proceed, abort bool
	var ours, theirs []string
	var message string
	var options sync.MergeOptions
	c := &cobra.Command{
		Use:     "merge BRANCH | --ours PATH | --theirs PATH | --continue | --abort",
		Short:   "take another branch in, or end a merge",
		Long:    mergeLong,
		Example: mergeExample,
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			decide := len(ours)+len(theirs) > 0
			if countTrue(len(args) == 1, decide, proceed, abort) != 1 {
				return usagef("name a branch, or --ours PATH, --theirs PATH, --continue or --abort")
			}
			if err := checkMergeOptions(options); err != nil {
				return err
			}
			song, done, err := a.openSong()
			if err != nil {
				return err
			}
			defer done()
			switch {
			case decide:
				return a.decideMerge(cmd.Context(), song, ours, theirs)
			case abort:
				return a.abortMerge(cmd.Context(), song)
			case proceed:
				return a.continueMerge(cmd.Context(), song, message)
			}
			return a.mergeBranch(cmd.Context(), song, args[0], options)
		},
	}
	c.Flags().StringArrayVar(&ours, "ours", nil, "decide a conflict for your version; . decides all")
	c.Flags().StringArrayVar(&theirs, "theirs", nil, "decide a conflict for their version; . decides all")
	c.Flags().BoolVar(&proceed, "continue", false, "commit the folder as the merge's end")
	c.Flags().BoolVar(&abort, "abort", false, "give the merge up")
	c.Flags().StringVarP(&message, "message", "m", "", "the merge commit's message")
	addMergeOptions(c, &options)
	return c
}

// addMergeOptions adds the flags of every command that merges.
func addMergeOptions(c *cobra.Command, options *sync.MergeOptions) {
	c.Flags().BoolVar(&options.Exact, "exact", false, "take audio that was only rendered again for changed")
	c.Flags().DurationVar(&options.Crossfade, "crossfade", 0, "fade merged changes of audio in and out, such as 5ms")
}

func checkMergeOptions(options sync.MergeOptions) error {
	if options.Crossfade < 0 || options.Crossfade > maxCrossfade {
		return usagef("a crossfade is 0 to %s long", maxCrossfade)
	}
	return nil
}

func countTrue(list ...bool) int {
	n := 0
	for _, yes := range list {
		if yes {
			n++
		}
	}
	return n
}

func (a *app) mergeBranch(ctx context.Context, song *sync.Song, name string, options sync.MergeOptions) error {
	theirs, err := song.Resolve(ctx, name)
	if err != nil {
		return err
	}
	merged, err := song.Merge(ctx, sync.MergeRequest{
		Theirs: theirs, Name: name, Author: a.authorLater(ctx), Options: options,
	})
	if err != nil {
		return err
	}
	return a.showMerged(merged, name)
}

func (a *app) abortMerge(ctx context.Context, song *sync.Song) error {
	changed, err := song.AbortMerge(ctx)
	if err != nil {
		return err
	}
	a.tellChanged(changed)
	return a.ui.Emit(struct{}{}, func() { a.ui.Printf("gave up the merge") })
}

// decidedJSON is what deciding conflicts did.
type decidedJSON struct {
	Files []decidedFileJSON `json:"files"`
	Saved string            `json:"saved,omitempty"`
	Left  int               `json:"left"`
}

type decidedFileJSON struct {
	Path  string   `json:"path,omitempty"`
	Notes []string `json:"notes,omitempty"`
}

// decideMerge decides conflicts, those for us first.
func (a *app) decideMerge(ctx context.Context, song *sync.Song, ours, theirs []string) error {
	out := decidedJSON{Files: []decidedFileJSON{}}
	for i, paths := range [][]string{ours, theirs} {
		if len(paths) == 0 {
			continue
		}
		paths, err := a.songPaths(song, paths)
		if err != nil {
			return err
		}
		decided, err := song.DecideConflicts(ctx, sync.DecideRequest{Paths: paths, Theirs: i == 1})
		if err != nil {
			return err
		}
		a.tellChanged(decided.Changed)
		for _, f := range decided.Files {
			out.Files = append(out.Files, decidedFileJSON(f))
		}
		out.Left = decided.Left
		if s := savedText(decided.Saved); s != "" {
			out.Saved = s
		}
	}
	err := a.ui.Emit(out, func() { a.showDecided(out) })
	if err == nil && out.Left == 0 {
		a.ui.Hintf("`parrots merge --continue` commits the merge")
	}
	return err
}

func (a *app) showDecided(d decidedJSON) {
	for _, f := range d.Files {
		switch {
		case f.Path == "":
			a.ui.Printf("decided: removed")
		case len(f.Notes) > 0:
			a.ui.Printf("decided: %s (%s)", ui.Clean(f.Path), strings.Join(f.Notes, "; "))
		default:
			a.ui.Printf("decided: %s", ui.Clean(f.Path))
		}
	}
	if d.Left > 0 {
		a.ui.Printf("%s left", ui.Count(d.Left, "conflict"))
	}
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
	Outcome   sync.Outcome      `json:"outcome"`
	Head      string            `json:"head,omitempty"`
	Saved     string            `json:"saved,omitempty"`
	Joined    []decidedFileJSON `json:"joined,omitempty"`
	Conflicts []conflictJSON    `json:"conflicts,omitempty"`
}

func (a *app) showMerged(m sync.MergeResult, name string) error {
	a.tellChanged(m.Changed)
	out := mergedJSON{Outcome: m.Outcome, Saved: savedText(m.Saved)}
	if m.Head.Defined() {
		out.Head = m.Head.String()
	}
	for _, f := range m.Joined {
		out.Joined = append(out.Joined, decidedFileJSON(f))
	}
	for _, c := range m.Conflicts {
		out.Conflicts = append(out.Conflicts, conflictOf(c))
	}
	err := a.ui.Emit(out, func() {
		for _, f := range m.Joined {
			a.showJoined(f)
		}
		switch m.Outcome {
		case sync.UpToDate:
			a.ui.Printf("up to date with %s", name)
		case sync.FastForward:
			a.ui.Printf("moved forward to %s: %s written, %d removed", sync.Short(m.Head), ui.Count(m.Checkout.Written, "file"), m.Checkout.Removed)
		case sync.MergeCommit:
			a.ui.Printf("merged %s as %s", name, sync.Short(m.Head))
		case sync.Conflicted:
			for _, c := range out.Conflicts {
				a.showConflict(c)
			}
		}
	})
	if err == nil && m.Outcome == sync.Conflicted {
		return withHint(sync.ErrConflict, "%s", conflictHint)
	}
	return err
}

const conflictHint = "both versions are in the folder: listen, then `parrots merge --ours PATH` or `--theirs PATH`, or keep what you want there; `parrots merge --continue` ends the merge, `parrots merge --abort` gives it up"

func (a *app) showJoined(f sync.Joined) {
	if len(f.Notes) == 0 {
		a.ui.Printf("merged: %s", ui.Clean(f.Path))
		return
	}
	a.ui.Printf("merged: %s (%s)", ui.Clean(f.Path), strings.Join(f.Notes, "; "))
}

func conflictOf(c sync.Conflict) conflictJSON {
	out := conflictJSON{
		Path: c.Path, Ours: c.OursPath, Theirs: c.TheirsPath, Kind: string(c.Kind), Reason: c.Reason,
		SampleRate: c.SampleRate, Previews: c.Previews,
	}
	for _, r := range c.Regions {
		out.Regions = append(out.Regions, regionJSON{r.From, r.To})
	}
	return out
}

// showConflict says what two sides disagree about and where to listen.
func (a *app) showConflict(c conflictJSON) {
	reason := c.Reason
	if reason == "" {
		reason = conflictText(history.ConflictKind(c.Kind))
	}
	a.ui.Printf("both sides: %s (%s)", ui.Clean(c.Path), ui.Clean(reason))
	a.showSides(c.Ours, c.Theirs)
	if len(c.Previews) > 0 {
		a.ui.Printf("    preview %s", ui.Clean(path.Dir(c.Previews[0])+"/"))
	}
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
