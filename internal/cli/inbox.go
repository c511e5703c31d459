package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/repo"
	"github.com/parrots-music/parrots/internal/ui"
	auditiontypes "github.com/parrots-music/parrots/x/audition/types"
)

const inboxLong = `Show what waits for you, the newest first: credits to confirm, auditions to review, to
revise and to merge, replies to what you wrote, and comments on your songs.`

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

// turnJSON is an audition that waits for the wallet.
type turnJSON struct {
	// Turn is what it waits for: review, revise or merge.
	Turn   string `json:"turn"`
	Song   string `json:"song"`
	Number uint64 `json:"number"`
	Title  string `json:"title"`
	Opener string `json:"opener"`
}

type inboxJSON struct {
	Credits   []creditJSON  `json:"credits"`
	Auditions []turnJSON    `json:"auditions"`
	Comments  []commentJSON `json:"comments"`
	// Next goes on with the comments.
	Next string `json:"next,omitempty"`
}

// turns are what an audition waits for, as scripts read it.
var turns = map[auditiontypes.Turn]string{
	auditiontypes.Turn_TURN_REVIEW: "review",
	auditiontypes.Turn_TURN_REVISE: "revise",
	auditiontypes.Turn_TURN_MERGE:  "merge",
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
	out := inboxJSON{Credits: []creditJSON{}, Auditions: []turnJSON{}}
	if len(page.Key) == 0 {
		if out.Credits, err = pendingCredits(ctx, net, address); err != nil {
			return err
		}
		if out.Auditions, err = waitingAuditions(ctx, net, address); err != nil {
			return err
		}
	}
	comments, next, err := net.chain.Inbox(ctx, address, page)
	if err != nil {
		return err
	}
	out.Comments, out.Next = commentsOf(comments), encodeKey(next)
	return a.ui.Emit(out, func() { a.printInbox(out) })
}

// maxWaiting bounds the auditions that are listed, and with them what a node may
// claim that waits.
const maxWaiting = 100

func waitingAuditions(ctx context.Context, net *online, address string) ([]turnJSON, error) {
	list := []turnJSON{}
	var page chain.Page
	for range maxWaiting { // a page may be empty and have a next one
		found, next, err := net.chain.AuditionsWaiting(ctx, address, page)
		if err != nil {
			return nil, err
		}
		for _, w := range found {
			list = append(list, turnJSON{
				Turn: turns[w.Turn], Song: w.Audition.SongId, Number: w.Audition.Number,
				Title: w.Audition.Title, Opener: w.Audition.Opener,
			})
		}
		if len(next) == 0 || len(list) >= maxWaiting {
			break
		}
		page.Key = next
	}
	return list, nil
}

func (a *app) printInbox(out inboxJSON) {
	for _, c := range out.Credits {
		a.printCredit(c)
	}
	if len(out.Credits) > 0 {
		a.ui.Hintf("`parrots credit confirm COMMIT` says that it is right, `parrots credit dispute COMMIT STATEMENT` that it is not")
		a.ui.Printf("")
	}
	for _, t := range out.Auditions {
		a.ui.Printf("%-7s audition %d of %s: %s", t.Turn, t.Number, ui.Clean(t.Song), ui.Clean(t.Title))
		a.ui.Printf("        by %s", ui.Clean(t.Opener))
	}
	if len(out.Auditions) > 0 {
		a.ui.Printf("")
	}
	for _, c := range out.Comments {
		a.printComment(c)
	}
	if len(out.Credits)+len(out.Auditions)+len(out.Comments) == 0 {
		a.ui.Notef("nothing waits for you")
		return
	}
	if len(out.Comments) > 0 {
		a.ui.Hintf("`parrots comment reply COMMENT TEXT` answers")
	}
	a.hintNext("inbox", out.Next)
}
