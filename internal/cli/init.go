package cli

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/parrots-music/parrots/internal/object"
	"github.com/parrots-music/parrots/internal/repo"
	"github.com/parrots-music/parrots/internal/songfile"
	"github.com/parrots-music/parrots/internal/worktree"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

const initLong = `Make a folder a song. Its files stay as they are, and are read by the first commit.
The song's name is the folder's, as far as a name may hold it; song.yaml, which says
what the song is, is made with the folder's name as title and the stems in it, each
where its recorder says that it begins (the time reference of a broadcast WAV).`

func initCommand(a *app) *cobra.Command {
	var name string
	c := &cobra.Command{
		Use:     "init [FOLDER]",
		Short:   "make a folder a song",
		Long:    initLong,
		Example: "  parrots init\n  parrots init --name night-train ~/Music/night\\ train",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := a.env.Dir
			if len(args) == 1 {
				dir = a.path(args[0])
			}
			return a.initSong(cmd.Context(), dir, name)
		},
	}
	c.Flags().StringVar(&name, "name", "", "the song's name: a-z, 0-9 and single hyphens")
	return c
}

func (a *app) initSong(ctx context.Context, dir, name string) error {
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
	a.warnOn("make "+songfile.Name, beginSongFile(ctx, r))
	out := struct {
		Folder string `json:"folder"`
		Name   string `json:"name"`
	}{r.Root(), name}
	return a.ui.Emit(out, func() {
		a.ui.Notef("%s is the song %q now", r.Root(), name)
		a.ui.Hintf("`parrots commit -m \"first take\"` saves the folder as it is")
	})
}

// beginSongFile makes the song file of a new song, if there is none.
func beginSongFile(ctx context.Context, r *repo.Repo) error {
	work, err := worktree.Open(r, nil) // no content is read
	if err != nil {
		return err
	}
	defer work.Close() //nolint:errcheck // the song file is closed by then
	if data, err := work.ReadSongFile(); err != nil || data != nil {
		return err
	}
	audio, err := work.Audio(ctx, object.Tree{})
	if err != nil {
		return err
	}
	stems := make([]string, len(audio))
	for i, e := range audio {
		stems[i] = e.Path
	}
	title := filepath.Base(r.Root())
	if object.CheckText("title", title, songfile.MaxTitleBytes) != nil {
		title = ""
	}
	data := songfile.Begin(title, stems)
	starts := work.Starts(audio)
	for _, path := range stems {
		if at, ok := starts[path]; ok {
			if data, err = songfile.Set(data, songfile.FormatSeconds(at), "stems", path, "start"); err != nil {
				return err
			}
		}
	}
	return work.WriteSongFile(data)
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
