package cli

import (
	"context"

	"github.com/spf13/cobra"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/internal/chain"
	auditiontypes "github.com/parrots-music/parrots/x/audition/types"
)

const reviewLong = `Say what you think of what is offered. Maintainers of the song approve or ask for
changes, anybody comments. A review is of the revision that this folder has fetched
last, by listen or checkout, else of the latest; if a newer one has come meanwhile you
are told to listen first. Your newer review of a revision replaces the older one.`

func auditionReview(a *app, on *string) *cobra.Command {
	var approve, ask, comment bool
	var body string
	c := &cobra.Command{
		Use:               "review NUMBER --approve | --ask-changes | --comment",
		Short:             "approve, ask for changes, or comment",
		Long:              reviewLong,
		Example:           "  parrots audition review 7 --approve\n  parrots audition review 7 --ask-changes -m \"once more, behind the beat\"\n  parrots audition review 7 --comment -m \"nice tone\"",
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: completeNumbers(a, on),
		RunE: func(cmd *cobra.Command, args []string) error {
			if countTrue(approve, ask, comment) != 1 {
				return usagef("one of --approve, --ask-changes and --comment")
			}
			if comment && body == "" {
				return usagef("a comment says something: -m \"nice tone\"")
			}
			verdict := auditiontypes.Verdict_VERDICT_COMMENT
			switch {
			case approve:
				verdict = auditiontypes.Verdict_VERDICT_APPROVE
			case ask:
				verdict = auditiontypes.Verdict_VERDICT_ASK_CHANGES
			}
			return a.onNumber(cmd.Context(), *on, args[0], func(s *stage, number uint64) error {
				return a.review(cmd.Context(), s, &auditiontypes.MsgReviewAudition{Number: number, Verdict: verdict, Body: body})
			})
		},
	}
	c.Flags().BoolVar(&approve, "approve", false, "it can be merged")
	c.Flags().BoolVar(&ask, "ask-changes", false, "it cannot be merged like this")
	c.Flags().BoolVar(&comment, "comment", false, "only say something")
	c.Flags().StringVarP(&body, "message", "m", "", "what you say")
	return c
}

func (a *app) review(ctx context.Context, s *stage, msg *auditiontypes.MsgReviewAudition) error {
	audition, err := s.net.chain.Audition(ctx, s.target, msg.Number)
	if err != nil {
		return err
	}
	msg.SongId = s.target
	if msg.Revision, err = s.heard(ctx, audition); err != nil {
		return err
	}
	if err := a.sendOn(ctx, s, func(from string) sdk.Msg {
		msg.Reviewer = from
		return msg
	}); err != nil {
		return err
	}
	out := reviewJSON{Revision: msg.Revision, Reviewer: msg.Reviewer, Verdict: word(msg.Verdict.String(), "VERDICT_"), Body: msg.Body}
	return a.ui.Emit(out, func() {
		a.ui.Printf("%s: revision %d of audition %d", out.Verdict, msg.Revision, msg.Number)
	})
}

// heard is the revision that the folder has fetched last, else the latest.
func (s *stage) heard(ctx context.Context, audition chain.Audition) (uint32, error) {
	number := audition.Audition.Number
	ref, err := s.song.Repo.Ref(auditionRef(s.target, number))
	if err != nil || ref.Equals(audition.Offered) {
		return audition.Latest.Number, nil //nolint:nilerr // nothing was fetched
	}
	revisions, err := s.revisions(ctx, number)
	if err != nil {
		return 0, err
	}
	for _, r := range revisions {
		if r.Head == ref.String() {
			return r.Number, nil
		}
	}
	return audition.Latest.Number, nil
}

func auditionClose(a *app, on *string) *cobra.Command {
	var reason string
	c := &cobra.Command{
		Use:               "close NUMBER",
		Short:             "turn an audition down, or withdraw your own",
		Example:           "  parrots audition close 7 -m \"we keep it a duo\"",
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: completeNumbers(a, on),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.setOpen(cmd.Context(), *on, args[0], "closed", func(from, song string, number uint64) sdk.Msg {
				return &auditiontypes.MsgCloseAudition{Signer: from, SongId: song, Number: number, Reason: reason}
			})
		},
	}
	c.Flags().StringVarP(&reason, "message", "m", "", "why")
	return c
}

func auditionReopen(a *app, on *string) *cobra.Command {
	return &cobra.Command{
		Use:     "reopen NUMBER",
		Short:   "open a closed audition again",
		Example: "  parrots audition reopen 7",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.setOpen(cmd.Context(), *on, args[0], "open", func(from, song string, number uint64) sdk.Msg {
				return &auditiontypes.MsgReopenAudition{Signer: from, SongId: song, Number: number}
			})
		},
	}
}

func (a *app) setOpen(ctx context.Context, on, text, status string, message func(from, song string, number uint64) sdk.Msg) error {
	return a.onNumber(ctx, on, text, func(s *stage, number uint64) error {
		if err := a.sendOn(ctx, s, func(from string) sdk.Msg { return message(from, s.target, number) }); err != nil {
			return err
		}
		out := struct {
			Number uint64 `json:"number"`
			Status string `json:"status"`
		}{number, status}
		return a.ui.Emit(out, func() { a.ui.Printf("audition %d is %s", number, status) })
	})
}

func auditionSettings(a *app, on *string) *cobra.Command {
	var approvals uint32
	c := &cobra.Command{
		Use:     "settings",
		Short:   "show or set how many maintainers have to approve",
		Example: "  parrots audition settings\n  parrots audition settings --song origin --approvals 2",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.onStage(cmd.Context(), *on, func(s *stage) error {
				if cmd.Flags().Changed("approvals") {
					if err := a.sendOn(cmd.Context(), s, func(from string) sdk.Msg {
						return &auditiontypes.MsgSetAuditionSettings{
							Signer: from, SongId: s.target, Settings: auditiontypes.Settings{RequiredApprovals: approvals},
						}
					}); err != nil {
						return err
					}
				}
				return a.showSettings(cmd.Context(), s)
			})
		},
	}
	c.Flags().Uint32Var(&approvals, "approvals", 0, "maintainers, others than the opener, who have to approve before a merge")
	return c
}

func (a *app) showSettings(ctx context.Context, s *stage) error {
	settings, err := s.net.chain.AuditionSettings(ctx, s.target)
	if err != nil {
		return err
	}
	out := struct {
		Song     string `json:"song"`
		Required uint32 `json:"required_approvals"`
	}{s.target, settings.RequiredApprovals}
	return a.ui.Emit(out, func() {
		a.ui.Printf("auditions at %s need %d approvals", s.target, settings.RequiredApprovals)
	})
}
