package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/parrots-music/parrots/internal/repo"
	"github.com/parrots-music/parrots/internal/sync"
)

const checkoutLong = `Get what an audition offers into a branch of this folder, audition/NUMBER, and stand on
it. When it is revised, check it out again; a branch on which you worked yourself is
left as it is.`

func auditionCheckout(a *app, on *string) *cobra.Command {
	var revision uint32
	c := &cobra.Command{
		Use:               "checkout NUMBER",
		Short:             "get what is offered into a branch, and go there",
		Long:              checkoutLong,
		Example:           "  parrots audition checkout 7\n  parrots switch main",
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: completeNumbers(a, on),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.onNumber(cmd.Context(), *on, args[0], func(s *stage, number uint64) error {
				return a.checkoutOffer(cmd.Context(), s, number, revision)
			})
		},
	}
	c.Flags().Uint32Var(&revision, "revision", 0, "an earlier revision, on no branch (default: the latest)")
	return c
}

func (a *app) checkoutOffer(ctx context.Context, s *stage, number uint64, revision uint32) error {
	audition, err := a.fetchOffer(ctx, s, number, revision)
	if err != nil {
		return err
	}
	branch := auditionBranch(number)
	req := sync.SwitchRequest{Branch: branch}
	if audition.Latest.Number != audition.Audition.Revision {
		req = sync.SwitchRequest{Detach: true, Start: audition.Offered}
		switched, err := s.song.Switch(ctx, req)
		if err != nil {
			return err
		}
		return a.showSwitched(switched)
	}
	forward, err := s.song.FollowCommit(ctx, branch, audition.Offered)
	if err != nil {
		return err
	}
	switched, err := s.song.Switch(ctx, req)
	if err != nil {
		return err
	}
	if !forward {
		if err := a.showSwitched(switched); err != nil {
			return err
		}
		return a.warnOwnWork(s, branch, number)
	}
	a.tellChanged(switched.Changed)
	merged, err := s.song.Merge(ctx, sync.MergeRequest{Theirs: audition.Offered, Name: branch, Author: a.authorLater(ctx)})
	if err != nil {
		return err
	}
	return a.showMerged(merged, fmt.Sprintf("audition %d", number))
}

// warnOwnWork says so where the branch is not what is offered.
func (a *app) warnOwnWork(s *stage, branch string, number uint64) error {
	here, err := s.song.Repo.Ref(repo.BranchRef(branch))
	if err != nil {
		return err
	}
	offered, err := s.song.Repo.Ref(auditionRef(s.target, number))
	if err == nil && !here.Equals(offered) {
		a.ui.Notef("%s has commits of yours and stays as it is", branch)
		a.ui.Hintf("`parrots merge %s` takes the revision in", auditionRef(s.target, number).Short())
	}
	return err
}

const listenLong = `Play what an audition offers, as "parrots play" would; or write it to a file with -o; or
say with --diff how it differs from what it builds on. Nothing in the folder changes.`

func auditionListen(a *app, on *string) *cobra.Command {
	var flags listenFlags
	c := &cobra.Command{
		Use:               "listen NUMBER",
		Short:             "play what is offered, or say how it differs",
		Long:              listenLong,
		Example:           "  parrots audition listen 7\n  parrots audition listen 7 --diff\n  parrots audition listen 7 --revision 1 -o first-take.wav",
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: completeNumbers(a, on),
		RunE: func(cmd *cobra.Command, args []string) error {
			if flags.diff && flags.out != "" {
				return usagef("--diff or -o, not both")
			}
			return a.onNumber(cmd.Context(), *on, args[0], func(s *stage, number uint64) error {
				return a.listen(cmd.Context(), s, number, flags)
			})
		},
	}
	c.Flags().StringVarP(&flags.out, "output", "o", "", "write the mix to this file instead")
	c.Flags().BoolVar(&flags.diff, "diff", false, "say how it differs instead")
	c.Flags().Uint32Var(&flags.revision, "revision", 0, "an earlier revision (default: the latest)")
	flags.mix.add(c)
	return c
}

type listenFlags struct {
	out      string
	diff     bool
	revision uint32
	mix      mixFlags
}

func (a *app) listen(ctx context.Context, s *stage, number uint64, flags listenFlags) error {
	var p player
	if !flags.diff && flags.out == "" {
		var err error
		if p, err = findPlayer(); err != nil {
			return withHint(err, "-o FILE writes the mix to a file, --diff says how it differs")
		}
	}
	req, err := a.bounceRequest(s.song, flags.mix)
	if err != nil {
		return err
	}
	audition, err := a.fetchOffer(ctx, s, number, flags.revision)
	if err != nil {
		return err
	}
	req.Commit = audition.Offered
	switch {
	case flags.diff:
		if err := a.fetchTarget(ctx, s); err != nil {
			return err
		}
		from, err := baseOf(ctx, s, audition)
		if err != nil {
			return err
		}
		return a.diffVersions(ctx, s.song, diffArgs{from: from.Commit, to: sync.Version{Commit: audition.Offered}}, diffFlags{})
	case flags.out != "":
		return a.bounce(ctx, s.song, req, a.path(flags.out))
	}
	return a.play(ctx, s.song, req, p)
}
