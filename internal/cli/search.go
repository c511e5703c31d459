package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/parrots-music/parrots/internal/repo"
	"github.com/parrots-music/parrots/internal/ui"
	socialtypes "github.com/parrots-music/parrots/x/social/types"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

const searchLong = `Find songs, people and tags by how their names begin; with --tag, the songs that carry
a tag. A song's name and a tag are of a-z, 0-9 and hyphens.`

const searchExample = `  parrots search blue
  parrots search @dru
  parrots search --tag jazz`

func searchCommand(a *app) *cobra.Command {
	var tag string
	var limit uint64
	c := &cobra.Command{
		Use:     "search BEGINNING | --tag TAG",
		Short:   "find songs, people and tags",
		Long:    searchLong,
		Example: searchExample,
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if (tag == "") == (len(args) == 0) {
				return usagef("say how the name begins, or --tag TAG")
			}
			return a.search(cmd.Context(), first(args), tag, pageFlags{limit: limit})
		},
	}
	c.Flags().StringVar(&tag, "tag", "", "songs that carry this tag")
	c.Flags().Uint64Var(&limit, "limit", 20, "how many of each kind to show, up to 200")
	return c
}

type foundSong struct {
	Song  string `json:"song"`
	Owner string `json:"owner"`
	Name  string `json:"name"`
	Title string `json:"title,omitempty"`
}

type foundTag struct {
	Tag   string `json:"tag"`
	Songs uint64 `json:"songs"`
}

type searchJSON struct {
	Songs  []foundSong `json:"songs"`
	People []nameJSON  `json:"people"`
	Tags   []foundTag  `json:"tags"`
	// More says that there is more of something than was asked for.
	More bool `json:"more,omitempty"`
}

func (a *app) search(ctx context.Context, begins, tag string, f pageFlags) error {
	page, err := f.page()
	if err != nil {
		return err
	}
	net, err := a.online(ctx, repo.Remote{})
	if err != nil {
		return err
	}
	out := searchJSON{Songs: []foundSong{}, People: []nameJSON{}, Tags: []foundTag{}}
	if tag != "" {
		songs, next, err := net.chain.SongsByTag(ctx, tag, page)
		if err != nil {
			return err
		}
		out.add(songs, next)
		return a.emitFound(out)
	}
	begins = strings.ToLower(begins)
	username := strings.TrimPrefix(begins, "@")
	if socialtypes.CheckUsernamePrefix(username) == nil {
		people, next, err := net.chain.Profiles(ctx, username, page)
		if err != nil {
			return err
		}
		out.More = len(next) > 0
		for _, p := range people {
			out.People = append(out.People, nameJSON{p.Address, p.Username, p.DisplayName})
		}
	}
	if username == begins && isSlug(begins) {
		songs, next, err := net.chain.SongsByPrefix(ctx, begins, page)
		if err != nil {
			return err
		}
		out.add(songs, next)
		tags, next, err := net.chain.Tags(ctx, begins, page)
		if err != nil {
			return err
		}
		out.More = out.More || len(next) > 0
		for _, t := range tags {
			out.Tags = append(out.Tags, foundTag(t))
		}
	}
	return a.emitFound(out)
}

// isSlug says whether names of songs and tags may begin so.
func isSlug(s string) bool {
	return strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == "" && len(s) <= songtypes.MaxSongNameBytes
}

func (s *searchJSON) add(songs []songtypes.Song, next []byte) {
	s.More = s.More || len(next) > 0
	for _, song := range songs {
		s.Songs = append(s.Songs, foundSong{song.Id, song.Owner, song.Name, song.Metadata.Title})
	}
}

func (a *app) emitFound(out searchJSON) error {
	return a.ui.Emit(out, func() {
		for _, s := range out.Songs {
			a.ui.Printf("song    %s  %s/%s  %s", ui.Clean(s.Song), ui.Clean(s.Owner), ui.Clean(s.Name), ui.Clean(s.Title))
		}
		for _, p := range out.People {
			a.ui.Printf("person  %s  %s  %s", p, ui.Clean(p.Address), ui.Clean(p.DisplayName))
		}
		for _, t := range out.Tags {
			a.ui.Printf("tag     %s  %s", ui.Clean(t.Tag), counted(int(t.Songs), "song"))
		}
		if len(out.Songs)+len(out.People)+len(out.Tags) == 0 {
			a.ui.Notef("nothing is called like that")
		}
		if out.More {
			a.ui.Hintf("there is more: name more of the beginning, or --limit 200")
		}
	})
}
