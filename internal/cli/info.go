package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/repo"
	"github.com/parrots-music/parrots/internal/sync"
	"github.com/parrots-music/parrots/internal/ui"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

const infoLong = `Show what the chain says of a song: its owner, licence, branches and releases. SONG
is its id, OWNER/NAME, or either below a hub's URL; inside a song's folder it is that
song.`

func infoCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "info [SONG]",
		Short:   "show what the chain says of a song",
		Long:    infoLong,
		Example: "  parrots info\n  parrots info parrot1.../night-train --json",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			if len(args) == 1 {
				net, song, err := a.find(ctx, args[0])
				if err != nil {
					return err
				}
				return a.showInfo(ctx, net, song)
			}
			r, err := repo.Find(a.env.Dir)
			if err != nil {
				return err
			}
			config, err := r.Config()
			if err != nil {
				return err
			}
			origin, ok := config.Remotes[repo.OriginRemote]
			if !ok {
				return withHint(sync.ErrNoRemote, "this song is not published yet: `parrots push`")
			}
			net, err := a.online(ctx, origin)
			if err != nil {
				return err
			}
			song, err := net.chain.Song(ctx, origin.Song)
			if err != nil {
				return err
			}
			return a.showInfo(ctx, net, song)
		},
	}
}

type infoJSON struct {
	Song     songtypes.Song      `json:"song"`
	Branches []branchJSON        `json:"branches"`
	Releases []songtypes.Release `json:"releases"`
}

func (a *app) showInfo(ctx context.Context, net *online, song songtypes.Song) error {
	out := infoJSON{Song: song, Branches: []branchJSON{}}
	branches, more, err := net.chain.Branches(ctx, song.Id, chain.Page{})
	if err != nil {
		return err
	}
	for _, b := range branches {
		out.Branches = append(out.Branches, branchJSON{b.Name, b.Head.String(), b.Name == song.DefaultBranch, false})
	}
	if out.Releases, _, err = net.chain.Releases(ctx, song.Id, chain.Page{}); err != nil {
		return err
	}
	return a.ui.Emit(out, func() {
		a.ui.Printf("%s", song.Id)
		for _, line := range [][2]string{
			{"name", song.Name}, {"title", song.Metadata.Title}, {"owner", song.Owner},
			{"licence", song.Metadata.Licence}, {"forked from", song.Parent},
		} {
			if line[1] != "" {
				a.ui.Printf("  %-12s %s", line[0], ui.Clean(line[1]))
			}
		}
		for _, b := range out.Branches {
			a.ui.Printf("  branch       %s at %s", ui.Clean(b.Name), shortText(b.Commit))
		}
		if len(more) > 0 {
			a.ui.Notef("there are more branches")
		}
		for _, r := range out.Releases {
			a.ui.Printf("  release      %s at %s  %s", ui.Clean(r.Tag), shortText(r.Commit), ui.Clean(r.Title))
		}
	})
}
