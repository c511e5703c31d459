package cli

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/parrots-music/parrots/internal/repo"
	"github.com/parrots-music/parrots/internal/sync"
)

const restoreLong = `Put files back as they are in the last commit, in another one (--from), or in work
that was saved when a command changed the folder (--saved). What is in the folder
now is saved first. "parrots restore --list" shows saved work.`

const restoreExample = `  parrots restore bass.wav
  parrots restore --from HEAD~1 drums
  parrots restore --all
  parrots restore --saved`

func restoreCommand(a *app) *cobra.Command {
	var flags restoreFlags
	c := &cobra.Command{
		Use:     "restore [PATH...]",
		Short:   "put files back as they were",
		Long:    restoreLong,
		Example: restoreExample,
		RunE: func(cmd *cobra.Command, args []string) error {
			song, done, err := a.openSong()
			if err != nil {
				return err
			}
			defer done()
			if flags.list {
				return a.listSaved(song)
			}
			return a.restore(cmd.Context(), song, flags, args)
		},
	}
	flags.add(c)
	return c
}

// restoreFlags say what is put back.
type restoreFlags struct {
	from, saved string
	all, list   bool
}

// savedLatest is --saved without a commit.
const savedLatest = "latest"

func (f *restoreFlags) add(c *cobra.Command) {
	flags := c.Flags()
	flags.StringVar(&f.from, "from", "", "the commit to take the files from (default: the last one)")
	flags.StringVar(&f.saved, "saved", "", "bring back saved work; the latest if none is named")
	flags.Lookup("saved").NoOptDefVal = savedLatest
	flags.BoolVar(&f.all, "all", false, "put everything back")
	flags.BoolVar(&f.list, "list", false, "list saved work")
}

// revision names the commit to take the files from.
func (f *restoreFlags) revision(song *sync.Song) (string, error) {
	switch {
	case f.saved != "" && f.from != "":
		return "", usagef("--saved and --from exclude each other")
	case f.saved == savedLatest:
		work, err := song.Repo.Saved()
		if err != nil {
			return "", err
		}
		if len(work) == 0 {
			return "", errNoSaved
		}
		return work[0].Commit.String(), nil
	}
	return cmp.Or(f.saved, f.from, "HEAD"), nil
}

func (a *app) restore(ctx context.Context, song *sync.Song, flags restoreFlags, args []string) error {
	revision, err := flags.revision(song)
	if err != nil {
		return err
	}
	if len(args) == 0 && !flags.all && flags.saved == "" {
		return usagef("name the files to put back, or --all")
	}
	paths, err := a.songPaths(song, args)
	if err != nil {
		return err
	}
	commit, err := song.Resolve(ctx, revision)
	if err != nil {
		return err
	}
	changed, err := song.Restore(ctx, commit, paths)
	if err != nil {
		return err
	}
	a.tellChanged(changed)
	out := struct {
		From    string `json:"from"`
		Written int    `json:"written"`
		Removed int    `json:"removed"`
		Saved   string `json:"saved,omitempty"`
	}{commit.String(), changed.Checkout.Written, changed.Checkout.Removed, savedText(changed.Saved)}
	return a.ui.Emit(out, func() {
		a.ui.Printf("restored from %s: %d written, %d removed", sync.Short(commit), out.Written, out.Removed)
	})
}

var errNoSaved = errors.New("there is no saved work")

// songPaths makes paths that a person typed relative to the song's folder.
func (a *app) songPaths(song *sync.Song, args []string) ([]string, error) {
	var paths []string
	for _, arg := range args {
		rel, err := filepath.Rel(song.Repo.Root(), a.path(arg))
		if err != nil || !filepath.IsLocal(rel) {
			if _, err := os.Lstat(a.path(arg)); err != nil {
				return nil, usagef("%s is not there, and outside the song's folder", arg)
			}
			return nil, usagef("%s is outside the song's folder", arg)
		}
		paths = append(paths, filepath.ToSlash(rel))
	}
	return paths, nil
}

func isNoBranch(err error) bool { return errors.Is(err, repo.ErrNoRef) }

type savedJSON struct {
	Commit  string    `json:"commit"`
	Branch  string    `json:"branch,omitempty"`
	Reason  string    `json:"reason"`
	Created time.Time `json:"created"`
}

func (a *app) listSaved(song *sync.Song) error {
	work, err := song.Repo.Saved()
	if err != nil {
		return err
	}
	list := []savedJSON{}
	for _, w := range work {
		list = append(list, savedJSON{w.Commit.String(), w.Branch, w.Reason, time.UnixMilli(w.Created).UTC()})
	}
	return a.ui.Emit(list, func() {
		for i, w := range list {
			a.ui.Printf("%s  %s  %s  before %s", sync.Short(work[i].Commit), w.Created.Format("2006-01-02 15:04"), w.Branch, w.Reason)
		}
		if len(list) == 0 {
			a.ui.Notef("no saved work")
		}
	})
}
