package cli

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/parrots-music/parrots/internal/repo"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

const initLong = `Make a folder a song. Nothing in it is read or changed: the first commit does
that. The song's name is the folder's, as far as a name may hold it.`

func initCommand(a *app) *cobra.Command {
	var name string
	c := &cobra.Command{
		Use:     "init [FOLDER]",
		Short:   "make a folder a song",
		Long:    initLong,
		Example: "  parrots init\n  parrots init --name night-train ~/Music/night\\ train",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			dir := a.env.Dir
			if len(args) == 1 {
				dir = a.path(args[0])
			}
			return a.initSong(dir, name)
		},
	}
	c.Flags().StringVar(&name, "name", "", "the song's name: a-z, 0-9 and single hyphens")
	return c
}

func (a *app) initSong(dir, name string) error {
	if name == "" {
		name = songName(filepath.Base(dir))
	} else if songtypes.CheckSongName(name) != nil {
		return usagef("%q is no song name: a-z, 0-9 and single hyphens; %q would be", name, songName(name))
	}
	if err := a.keepApart(dir); err != nil {
		return err
	}
	if _, err := repo.Open(dir); err == nil {
		return withHint(repo.ErrExists, "`parrots status` shows where it stands")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	r, err := repo.Init(dir, repo.Config{Name: name})
	if err != nil {
		return err
	}
	out := struct {
		Folder string `json:"folder"`
		Name   string `json:"name"`
	}{r.Root(), name}
	return a.ui.Emit(out, func() {
		a.ui.Notef("%s is the song %q now", r.Root(), name)
		a.ui.Hintf("`parrots commit -m \"first take\"` saves the folder as it is")
	})
}

// songName makes the nearest song name of a folder's name.
func songName(folder string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(folder) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	name := b.String()
	name = strings.Trim(name[:min(songtypes.MaxSongNameBytes, len(name))], "-")
	if name == "" {
		return "song"
	}
	return name
}
