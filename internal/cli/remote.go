package cli

import (
	"github.com/spf13/cobra"

	"github.com/parrots-music/parrots/internal/repo"
)

const remoteLong = `List the songs that this folder exchanges commits with, or add or remove one. origin
is where push goes; upstream is the song that this one was forked from.`

func remoteCommand(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:     "remote",
		Short:   "list, add and remove the songs to exchange with",
		Long:    remoteLong,
		Example: "  parrots remote\n  parrots remote add guitarist song1...\n  parrots remote remove guitarist",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return a.listRemotes() },
	}
	c.AddCommand(remoteAdd(a), remoteRemove(a), remoteInfo(a))
	return c
}

type remoteJSON struct {
	Name    string `json:"name"`
	Song    string `json:"song"`
	Hub     string `json:"hub"`
	ChainID string `json:"chain_id"`
}

func (a *app) listRemotes() error {
	r, err := repo.Find(a.env.Dir)
	if err != nil {
		return err
	}
	config, err := r.Config()
	if err != nil {
		return err
	}
	list := []remoteJSON{}
	for _, name := range sortedKeys(config.Remotes) {
		remote := config.Remotes[name]
		list = append(list, remoteJSON{name, remote.Song, remote.Hub, remote.ChainID})
	}
	return a.ui.Emit(list, func() {
		for _, r := range list {
			a.ui.Printf("%-16s %s  %s  %s", r.Name, r.Song, r.Hub, r.ChainID)
		}
		if len(list) == 0 {
			a.ui.Notef("no remotes: the first push makes origin")
		}
	})
}

func remoteAdd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "add NAME SONG",
		Short:   "remember a song to exchange with",
		Example: "  parrots remote add guitarist song1...",
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := repo.CheckRemoteName(args[0]); err != nil {
				return err
			}
			song, done, err := a.openSong()
			if err != nil {
				return err
			}
			defer done()
			net, found, err := a.find(cmd.Context(), args[1])
			if err != nil {
				return err
			}
			remote := repo.Remote{Song: found.Id, Hub: net.Hub, ChainID: net.ChainID}
			if err := song.AddRemote(cmd.Context(), args[0], remote); err != nil {
				return err
			}
			return a.ui.Emit(remoteJSON{args[0], remote.Song, remote.Hub, remote.ChainID}, func() {
				a.ui.Printf("%s is %s", args[0], found.Id)
			})
		},
	}
}

func remoteInfo(a *app) *cobra.Command {
	c := infoCommand(a)
	c.Use, c.Example = "info [REMOTE | SONG]", "  parrots remote info upstream"
	return c
}

func remoteRemove(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "remove NAME",
		Short:   "forget a song to exchange with",
		Example: "  parrots remote remove guitarist",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			song, done, err := a.openSong()
			if err != nil {
				return err
			}
			defer done()
			if err := song.RemoveRemote(cmd.Context(), args[0]); err != nil {
				return err
			}
			return a.ui.Emit(struct {
				Removed string `json:"removed"`
			}{args[0]}, func() { a.ui.Printf("forgot %s", args[0]) })
		},
	}
}
