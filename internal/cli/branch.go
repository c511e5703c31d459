package cli

import (
	"context"

	"github.com/ipfs/go-cid"
	"github.com/spf13/cobra"

	"github.com/parrots-music/parrots/internal/repo"
	"github.com/parrots-music/parrots/internal/sync"
)

const branchLong = `List the branches, make one, or delete one. A branch is a line of work: try an
idea on one, and the others stay as they are.

--protect and --unprotect are about a published branch: a protected one takes pushes
of maintainers only. "parrots push --delete BRANCH" deletes a published one.`

func branchCommand(a *app) *cobra.Command {
	var remove, protect, unprotect string
	c := &cobra.Command{
		Use:     "branch [NAME [START]]",
		Short:   "list, make or delete branches",
		Long:    branchLong,
		Example: "  parrots branch\n  parrots branch solo\n  parrots branch --delete solo",
		Args:    cobra.MaximumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if protect+unprotect != "" {
				if len(args) > 0 || remove != "" || protect != "" && unprotect != "" {
					return usagef("a branch is made, deleted, protected or unprotected: one at a time")
				}
				return a.protectBranch(cmd.Context(), protect+unprotect, protect != "")
			}
			song, done, err := a.openSong()
			if err != nil {
				return err
			}
			defer done()
			switch {
			case remove != "":
				return a.deleteBranch(cmd.Context(), song, remove)
			case len(args) == 0:
				return a.listBranches(song)
			}
			start := "HEAD"
			if len(args) == 2 {
				start = args[1]
			}
			at, err := song.Resolve(cmd.Context(), start)
			if err != nil {
				return err
			}
			if err := song.MakeBranch(cmd.Context(), args[0], at); err != nil {
				return err
			}
			return a.ui.Emit(branchJSON{Name: args[0], Commit: at.String()}, func() {
				a.ui.Printf("branch %s at %s", args[0], sync.Short(at))
				a.ui.Hintf("`parrots switch %s` goes there", args[0])
			})
		},
	}
	c.Flags().StringVarP(&remove, "delete", "d", "", "delete this branch; its commits are kept as saved work")
	c.Flags().StringVar(&protect, "protect", "", "let only maintainers push to this published branch")
	c.Flags().StringVar(&unprotect, "unprotect", "", "let writers push to this published branch too")
	return c
}

type branchJSON struct {
	Name    string `json:"name"`
	Commit  string `json:"commit"`
	Current bool   `json:"current"`
	Remote  bool   `json:"remote,omitempty"`
	// Protected is known of published branches only.
	Protected bool `json:"protected,omitempty"`
}

func (a *app) listBranches(song *sync.Song) error {
	head, err := song.Repo.Head()
	if err != nil {
		return err
	}
	refs, err := song.Repo.Branches()
	if err != nil {
		return err
	}
	list := []branchJSON{}
	for _, r := range refs {
		list = append(list, branchJSON{Name: r.Name.Short(), Commit: r.Commit.String(), Current: r.Name.Branch() == head.Branch})
	}
	config, err := song.Repo.Config()
	if err != nil {
		return err
	}
	for _, remote := range sortedKeys(config.Remotes) {
		refs, err := song.Repo.RemoteBranches(remote)
		if err != nil {
			return err
		}
		for _, r := range refs {
			list = append(list, branchJSON{Name: r.Name.Short(), Commit: r.Commit.String(), Remote: true})
		}
	}
	return a.ui.Emit(list, func() {
		for _, b := range list {
			mark := " "
			if b.Current {
				mark = "*"
			}
			a.ui.Printf("%s %-24s %s", mark, b.Name, shortText(b.Commit))
		}
		if len(refs) == 0 {
			a.ui.Notef("on branch %s, no commits yet", head.Branch)
		}
	})
}

func (a *app) deleteBranch(ctx context.Context, song *sync.Song, name string) error {
	at, err := song.DeleteBranch(ctx, name)
	if err != nil {
		return err
	}
	return a.ui.Emit(branchJSON{Name: name, Commit: at.String()}, func() {
		a.ui.Printf("deleted branch %s, which was at %s", name, sync.Short(at))
		a.ui.Hintf("`parrots branch %s %s` brings it back", name, sync.Short(at))
	})
}

// shortText shortens a CID in its text form.
func shortText(text string) string {
	c, err := cid.Decode(text)
	if err != nil {
		return text
	}
	return sync.Short(c)
}

const switchLong = `Stand on another branch: the folder becomes what that branch says. Work that is not
committed is saved first, and comes back with "parrots restore --saved". With
--create a new branch begins here and takes that work along.`

func switchCommand(a *app) *cobra.Command {
	var create, detach bool
	c := &cobra.Command{
		Use:     "switch BRANCH [START]",
		Short:   "go to another branch",
		Long:    switchLong,
		Example: "  parrots switch solo\n  parrots switch --create solo\n  parrots switch --detach HEAD~2",
		Args:    cobra.RangeArgs(1, 2),

		ValidArgsFunction: a.completeBranches,
		RunE: func(cmd *cobra.Command, args []string) error {
			song, done, err := a.openSong()
			if err != nil {
				return err
			}
			defer done()
			req := sync.SwitchRequest{Branch: args[0], Create: create, Detach: detach}
			start := ""
			switch {
			case detach:
				start = args[0]
			case len(args) == 2 && !create:
				return usagef("a start is for a new branch: parrots switch --create %s %s", args[0], args[1])
			case len(args) == 2:
				start = args[1]
			}
			if start != "" {
				if req.Start, err = song.Resolve(cmd.Context(), start); err != nil {
					return err
				}
			}
			switched, err := song.Switch(cmd.Context(), req)
			if err != nil {
				return switchHint(err, args[0])
			}
			return a.showSwitched(switched)
		},
	}
	c.Flags().BoolVarP(&create, "create", "c", false, "make the branch")
	c.Flags().BoolVar(&detach, "detach", false, "stand on a commit, on no branch")
	return c
}

func switchHint(err error, name string) error {
	if isNoBranch(err) {
		return withHint(err, "`parrots switch --create %s` makes it", name)
	}
	return err
}

type switchedJSON struct {
	Branch string   `json:"branch,omitempty"`
	Commit string   `json:"commit,omitempty"`
	Saved  string   `json:"saved,omitempty"`
	Wait   []string `json:"waiting,omitempty"`
}

func (a *app) showSwitched(s sync.Switched) error {
	a.tellChanged(s.Changed)
	out := switchedJSON{Branch: s.Head.Branch, Saved: savedText(s.Saved)}
	if s.Head.Commit.Defined() {
		out.Commit = s.Head.Commit.String()
	}
	for _, w := range s.Waiting {
		out.Wait = append(out.Wait, w.Commit.String())
	}
	return a.ui.Emit(out, func() {
		if s.Head.Detached() {
			a.ui.Printf("on no branch, at %s", sync.Short(s.Head.Commit))
		} else {
			a.ui.Printf("on branch %s", s.Head.Branch)
		}
		for _, w := range s.Waiting {
			a.ui.Notef("work from before %s is saved as %s", w.Reason, sync.Short(w.Commit))
		}
		if len(s.Waiting) > 0 {
			a.ui.Hintf("`parrots restore --saved %s` brings it back", sync.Short(s.Waiting[0].Commit))
		}
	})
}

func savedText(s *repo.Saved) string {
	if s == nil {
		return ""
	}
	return s.Commit.String()
}
