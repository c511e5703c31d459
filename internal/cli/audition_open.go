package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/repo"
	"github.com/parrots-music/parrots/internal/sync"
	auditiontypes "github.com/parrots-music/parrots/x/audition/types"
)

const openLong = `Offer a branch that you have pushed, the one you stand on if you name none, to the song
that this one was forked from, or to another branch of your own. What is offered is
its head as it is now; what you push later is offered by "parrots audition revise".`

func auditionOpen(a *app, on *string) *cobra.Command {
	msg := new(auditiontypes.MsgOpenAudition)
	c := &cobra.Command{
		Use:     "open [BRANCH] --title TEXT",
		Short:   "offer a branch to a song",
		Long:    openLong,
		Example: "  parrots push solo\n  parrots audition open solo --title \"A solo over the bridge\" -m \"two takes, the second is better\"\n  parrots audition open mix --song origin --to main --title \"New mix\"",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if msg.Title == "" {
				return usagef("say in one line what you offer: --title \"A solo over the bridge\"")
			}
			return a.onStage(cmd.Context(), *on, func(s *stage) error { return a.openAudition(cmd.Context(), s, args, msg) })
		},
		ValidArgsFunction: completeBranches(a),
	}
	c.Flags().StringVarP(&msg.Title, "title", "t", "", "what you offer, in one line")
	c.Flags().StringVarP(&msg.Message, "message", "m", "", "what there is to say about it")
	c.Flags().StringVar(&msg.Branch, "to", "", "the song's branch to offer to (default: its default branch)")
	return c
}

type openedJSON struct {
	Song   string `json:"song"`
	Number uint64 `json:"number"`
	Head   string `json:"head"`
}

func (a *app) openAudition(ctx context.Context, s *stage, args []string, msg *auditiontypes.MsgOpenAudition) error {
	branch, err := branchToPush(s.song, args)
	if err != nil {
		return err
	}
	head, err := s.song.Repo.Ref(repo.BranchRef(branch))
	if err != nil {
		return err
	}
	origin := s.config.Remotes[repo.OriginRemote].Song
	if origin == "" {
		return withHint(fmt.Errorf("%w: this song is not published", sync.ErrNoRemote), "`parrots push %s` publishes it", branch)
	}
	msg.SongId, msg.SourceSongId, msg.SourceBranch, msg.Head = s.target, origin, branch, head.String()
	who := ""
	if err := a.sendOn(ctx, s, func(from string) sdk.Msg {
		who, msg.Opener = from, from
		return msg
	}); err != nil {
		return err
	}
	number, err := openedAs(ctx, s, who, msg)
	if err != nil {
		return err
	}
	return a.ui.Emit(openedJSON{s.target, number, msg.Head}, func() {
		a.ui.Printf("opened audition %d: %s offers %s", number, branch, sync.Short(head))
		a.ui.Hintf("`parrots audition show %d` shows what they say of it", number)
	})
}

// openedAs finds the number of an audition that was just opened: it is the only open
// one of this branch to that one.
func openedAs(ctx context.Context, s *stage, who string, msg *auditiontypes.MsgOpenAudition) (uint64, error) {
	mine, _, err := s.net.chain.AuditionsByOpener(ctx, who, chain.Page{})
	if err != nil {
		return 0, err
	}
	for _, one := range mine {
		if one.SongId == msg.SongId && one.SourceSongId == msg.SourceSongId && one.SourceBranch == msg.SourceBranch &&
			one.Status == auditiontypes.Status_STATUS_OPEN && (msg.Branch == "" || msg.Branch == one.Branch) {
			return one.Number, nil
		}
	}
	return 0, fmt.Errorf("%w: the audition that was opened is not among yours", chain.ErrBadAnswer)
}

func auditionRevise(a *app, on *string) *cobra.Command {
	var message string
	c := &cobra.Command{
		Use:     "revise NUMBER",
		Short:   "offer your newest take",
		Long:    "Offer what the branch of an audition is at now, after you have pushed it. Reviews of\nearlier revisions stay, and count no more.",
		Example: "  parrots push solo\n  parrots audition revise 7 -m \"one more take, behind the beat\"",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.onNumber(cmd.Context(), *on, args[0], func(s *stage, number uint64) error {
				return a.revise(cmd.Context(), s, number, message)
			})
		},
		ValidArgsFunction: completeNumbers(a, on),
	}
	c.Flags().StringVarP(&message, "message", "m", "", "what is new")
	return c
}

type revisedJSON struct {
	Number   uint64 `json:"number"`
	Revision uint32 `json:"revision"`
	Head     string `json:"head"`
}

func (a *app) revise(ctx context.Context, s *stage, number uint64, message string) error {
	before, err := s.net.chain.Audition(ctx, s.target, number)
	if err != nil {
		return err
	}
	msg := &auditiontypes.MsgReviseAudition{SongId: s.target, Number: number, Message: message}
	// Where the branch is here, what is offered is what lies in this folder.
	if s.config.Remotes[repo.OriginRemote].Song == before.Audition.SourceSongId {
		if head, err := s.song.Repo.Ref(repo.BranchRef(before.Audition.SourceBranch)); err == nil {
			msg.Head = head.String()
		}
	}
	if err := a.sendOn(ctx, s, func(from string) sdk.Msg {
		msg.Signer = from
		return msg
	}); err != nil {
		return err
	}
	after, err := s.net.chain.Audition(ctx, s.target, number)
	if err != nil {
		return err
	}
	return a.ui.Emit(revisedJSON{number, after.Latest.Number, after.Latest.Head}, func() {
		a.ui.Printf("audition %d offers %s, revision %d", number, sync.Short(after.Offered), after.Latest.Number)
	})
}
