package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/repo"
	"github.com/parrots-music/parrots/internal/sync"
	"github.com/parrots-music/parrots/internal/ui"
)

const auditionMergeLong = `Take what is offered into the song: it is merged into the branch here, as "parrots
merge" would, audio included, and the result is pushed. The chain takes it only if it
holds both heads, enough maintainers approve, and nobody asks for changes.

You stand on the branch that it is offered to, as it is on the chain. Where both sides
changed the same place, decide with "parrots merge" as ever, then run this again.`

func auditionMerge(a *app, on *string) *cobra.Command {
	var options sync.MergeOptions
	c := &cobra.Command{
		Use:               "merge NUMBER",
		Short:             "take an audition into the song",
		Long:              auditionMergeLong,
		Example:           "  parrots pull\n  parrots audition merge 7",
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: completeNumbers(a, on),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkMergeOptions(options); err != nil {
				return err
			}
			return a.onNumber(cmd.Context(), *on, args[0], func(s *stage, number uint64) error {
				return a.mergeAudition(cmd.Context(), s, number, options)
			})
		},
	}
	addMergeOptions(c, &options)
	return c
}

func (a *app) mergeAudition(ctx context.Context, s *stage, number uint64, options sync.MergeOptions) error {
	// Whether it can be merged is asked first: the folder changes for nothing else.
	audition, err := s.net.chain.Audition(ctx, s.target, number)
	if err != nil {
		return err
	}
	if !audition.Standing.Mergeable {
		return withHint(fmt.Errorf("%w: %s", errNotMergeable, ui.Clean(audition.Standing.WhyNot)), "`parrots audition show %d` shows what it waits for", number)
	}
	if err := a.fetchTarget(ctx, s); err != nil {
		return err
	}
	if err := s.standsOn(ctx, audition.Audition.Branch); err != nil {
		return err
	}
	if audition, err = a.fetchOffer(ctx, s, number, 0); err != nil {
		return err
	}
	merged, err := s.song.Merge(ctx, sync.MergeRequest{
		Theirs: audition.Offered, Name: fmt.Sprintf("audition %d", number), Who: shortWallet(audition.Audition.Opener),
		Author: a.authorLater(ctx), Options: options,
	})
	if err != nil {
		return err
	}
	if merged.Outcome == sync.Conflicted {
		if err := a.showMerged(merged, "what is offered"); err != nil {
			return withHint(err, "%s; then `parrots audition merge %d` again", conflictHint, number)
		}
	}
	return a.pushAudition(ctx, s, audition, merged)
}

// standsOn refuses to merge anywhere but on the branch that is offered to, with all
// that the chain has of it.
func (s *stage) standsOn(ctx context.Context, branch string) error {
	head, err := s.song.Repo.Head()
	if err != nil {
		return err
	}
	if head.Branch != branch {
		return withHint(fmt.Errorf("%w: it is offered to %q", errElsewhere, branch), "`parrots switch %s` goes there", branch)
	}
	there, err := s.song.Repo.Ref(repo.RemoteRef(s.remote, branch))
	if err != nil {
		return err
	}
	has, err := s.song.Holds(ctx, head.Commit, there)
	if err == nil && !has {
		err = withHint(fmt.Errorf("%w: %s/%s", sync.ErrNonFastForward, s.remote, branch), "`parrots pull` takes it in; then merge the audition")
	}
	return err
}

type mergedAuditionJSON struct {
	Number       uint64            `json:"number"`
	Revision     uint32            `json:"revision"`
	Head         string            `json:"head"`
	Outcome      sync.Outcome      `json:"outcome"`
	Joined       []decidedFileJSON `json:"joined,omitempty"`
	Transactions []string          `json:"transactions"`
}

// pushAudition sends the merge to the chain.
func (a *app) pushAudition(ctx context.Context, s *stage, audition chain.Audition, merged sync.MergeResult) error {
	a.tellChanged(merged.Changed)
	number := audition.Audition.Number
	pushed, err := a.publish(ctx, s.song, s.remote, sync.PushRequest{
		Branch:   audition.Audition.Branch,
		Audition: &sync.Audition{Number: number, Revision: audition.Latest.Number, Offered: audition.Offered},
	})
	if err != nil {
		return auditionHint(pushHint(err))
	}
	out := mergedAuditionJSON{
		Number: number, Revision: audition.Latest.Number, Head: pushed.Moved.New.String(), Outcome: merged.Outcome,
		Transactions: pushed.Transactions,
	}
	for _, f := range merged.Joined {
		out.Joined = append(out.Joined, decidedFileJSON(f))
	}
	return a.ui.Emit(out, func() {
		for _, f := range merged.Joined {
			a.showJoined(f)
		}
		a.ui.Printf("merged audition %d by %s: %s is at %s", number, audition.Audition.Opener, audition.Audition.Branch, sync.Short(pushed.Moved.New))
	})
}

// shortWallet is how files of a merge name who made them.
func shortWallet(text string) string {
	raw, err := chain.ParseAddress(text)
	if err != nil {
		return "them"
	}
	return shortAddress(raw)
}
