package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/parrots-music/parrots/internal/repo"
)

const inboxLong = `Show what came in for you, the newest first: replies to what you wrote, and comments on
your songs.`

func inboxCommand(a *app) *cobra.Command {
	var page pageFlags
	c := &cobra.Command{
		Use:     "inbox",
		Short:   "show what waits for you",
		Long:    inboxLong,
		Example: "  parrots inbox\n  parrots inbox --limit 5 --json",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.inbox(cmd.Context(), page) },
	}
	page.add(c)
	return c
}

type inboxJSON struct {
	Comments []commentJSON `json:"comments"`
	Next     string        `json:"next,omitempty"`
}

func (a *app) inbox(ctx context.Context, f pageFlags) error {
	page, err := f.page()
	if err != nil {
		return err
	}
	net, err := a.online(ctx, repo.Remote{})
	if err != nil {
		return err
	}
	address, err := a.person(ctx, net, "")
	if err != nil {
		return err
	}
	comments, next, err := net.chain.Inbox(ctx, address, page)
	if err != nil {
		return err
	}
	out := inboxJSON{Comments: commentsOf(comments), Next: encodeKey(next)}
	return a.ui.Emit(out, func() {
		for _, c := range out.Comments {
			a.printComment(c)
		}
		if len(out.Comments) == 0 {
			a.ui.Notef("nothing waits for you")
			return
		}
		a.ui.Hintf("`parrots comment reply COMMENT TEXT` answers")
		a.hintNext("inbox", out.Next)
	})
}
