package cli

import (
	"context"
	"fmt"

	"github.com/ipfs/go-cid"
	"github.com/spf13/cobra"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/repo"
	"github.com/parrots-music/parrots/internal/sync"
	"github.com/parrots-music/parrots/internal/ui"
)

const releaseLong = `Put a name on a published commit for good: a tag that never moves, which it asks about
first. Recording codes may come with it, or later by --attach, each once.`

const releaseExample = `  parrots release v1.0 --title "Night Train"
  parrots release v1.0 --attach --isrc USRC17607839
  parrots release --list`

func releaseCommand(a *app) *cobra.Command {
	var req sync.ReleaseRequest
	var list, attach bool
	c := &cobra.Command{
		Use:     "release TAG [COMMIT] | --list",
		Short:   "put a name on a published commit for good",
		Long:    releaseLong,
		Example: releaseExample,
		Args:    cobra.MaximumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if list != (len(args) == 0) {
				return usagef("name a tag, or --list")
			}
			if !list && args[0] == "list" {
				return usagef("a release stays for good, and \"list\" looks like a question: --list lists them")
			}
			song, done, err := a.openSong()
			if err != nil {
				return err
			}
			defer done()
			remote, net, err := a.remoteOf(cmd.Context(), song, repo.OriginRemote)
			if err != nil {
				return err
			}
			if list {
				return a.listReleases(cmd.Context(), net, remote.Song)
			}
			req.Tag, req.Attach = args[0], attach
			req.Commit, err = releaseCommit(cmd.Context(), song, args[1:])
			if err != nil {
				return err
			}
			return a.release(cmd.Context(), song, remote, req)
		},
	}
	flags := c.Flags()
	flags.StringVar(&req.Title, "title", "", "the release's title")
	flags.StringVar(&req.Notes, "notes", "", "what to say of it")
	flags.StringSliceVar(&req.ISRCs, "isrc", nil, "recording codes, 12 characters each")
	flags.StringVar(&req.ISWC, "iswc", "", "the work's code")
	flags.StringVar(&req.UPC, "upc", "", "the product's code")
	flags.StringVar(&req.Branch, "branch", "", "the branch whose history holds the commit (default: the current one)")
	flags.BoolVar(&attach, "attach", false, "add codes to a release that is there")
	flags.BoolVar(&list, "list", false, "list the releases")
	return c
}

func releaseQuestion(req sync.ReleaseRequest) string {
	if req.Attach {
		return fmt.Sprintf("codes stay with %s for good. Attach them?", req.Tag)
	}
	return fmt.Sprintf("%s becomes %s for good: a release is never moved or deleted. Release it?", sync.Short(req.Commit), req.Tag)
}

func releaseCommit(ctx context.Context, song *sync.Song, args []string) (cid.Cid, error) {
	revision := "HEAD"
	if len(args) == 1 {
		revision = args[0]
	}
	return song.Resolve(ctx, revision)
}

func (a *app) release(ctx context.Context, song *sync.Song, remote *sync.Remote, req sync.ReleaseRequest) error {
	who, err := a.sender(ctx)
	if err != nil {
		return err
	}
	req.Address, req.Signer = who.address, who.signer
	if err := a.confirm(releaseQuestion(req)); err != nil {
		return err
	}
	if err := song.Release(ctx, remote, req); err != nil {
		return err
	}
	out := struct {
		Tag    string `json:"tag"`
		Commit string `json:"commit,omitempty"`
	}{Tag: req.Tag}
	if !req.Attach {
		out.Commit = req.Commit.String()
	}
	return a.ui.Emit(out, func() {
		if req.Attach {
			a.ui.Printf("attached the codes to %s", req.Tag)
			return
		}
		a.ui.Printf("released %s as %s", sync.Short(req.Commit), req.Tag)
	})
}

func (a *app) listReleases(ctx context.Context, net *online, song string) error {
	releases, _, err := net.chain.Releases(ctx, song, chain.Page{})
	if err != nil {
		return err
	}
	return a.ui.Emit(releases, func() {
		for _, r := range releases {
			a.ui.Printf("%-16s %s  %s  %s", ui.Clean(r.Tag), shortText(r.Commit), r.Time.UTC().Format("2006-01-02"), ui.Clean(r.Title))
		}
		if len(releases) == 0 {
			a.ui.Notef("no releases yet")
		}
	})
}
