package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/parrots-music/parrots/internal/ipfs"
	"github.com/parrots-music/parrots/internal/repo"
	"github.com/parrots-music/parrots/internal/sync"
	"github.com/parrots-music/parrots/internal/ui"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// song finds a song by its id or by OWNER/NAME.
func (o *online) song(ctx context.Context, name string) (songtypes.Song, error) {
	if owner, title, ok := strings.Cut(name, "/"); ok {
		return o.chain.SongByName(ctx, owner, title)
	}
	if _, err := songtypes.ParseSongID(name); err != nil {
		return songtypes.Song{}, usagef("%q is neither a song's id (song1...) nor OWNER/NAME", name)
	}
	return o.chain.Song(ctx, name)
}

// find dials the network that a song's name speaks of and finds the song there.
func (a *app) find(ctx context.Context, text string) (*online, songtypes.Song, error) {
	hubURL, name, err := parseSongName(text)
	if err != nil {
		return nil, songtypes.Song{}, err
	}
	net, err := a.online(ctx, repo.Remote{Hub: hubURL})
	if err != nil {
		return nil, songtypes.Song{}, err
	}
	song, err := net.song(ctx, name)
	return net, song, err
}

const cloneLong = `Get a song with its history and audio. SONG is its id (song1...), OWNER/NAME, or
either below a hub's URL. Every byte is checked. What the hub lacks comes from the
other hubs that the song names. If it is interrupted, run it again: it goes on where
it was.`

func cloneCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "clone SONG [FOLDER]",
		Short:   "get a song",
		Long:    cloneLong,
		Example: "  parrots clone song1...\n  parrots clone parrot1.../night-train\n  parrots clone https://hub.example/song1... train",
		Args:    cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			net, song, err := a.find(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			remotes := map[string]repo.Remote{
				repo.OriginRemote: {Song: song.Id, Hub: net.Hub, ChainID: net.ChainID},
			}
			if song.Parent != "" {
				remotes[repo.UpstreamRemote] = repo.Remote{Song: song.Parent, Hub: net.Hub, ChainID: net.ChainID}
			}
			return a.clone(cmd.Context(), net, song, remotes, folderFor(args[1:], song))
		},
	}
}

// folderFor is the folder that a song is cloned into.
func folderFor(args []string, song songtypes.Song) string {
	if len(args) > 0 {
		return args[0]
	}
	return songName(song.Name) // a stranger's text must not lead elsewhere
}

func (a *app) clone(ctx context.Context, net *online, song songtypes.Song, remotes map[string]repo.Remote, dir string) error {
	r, err := sync.Prepare(sync.CloneRequest{Dir: a.path(dir), Remotes: remotes}, song)
	if err != nil {
		return err
	}
	local, done, err := a.open(r)
	if err != nil {
		return err
	}
	defer done()
	remote, err := net.remote(repo.OriginRemote, song.Id)
	if err != nil {
		return err
	}
	cloned, err := local.Clone(ctx, remote, song)
	if err != nil {
		return cloneHint(err, song, dir)
	}
	out := struct {
		Song    string `json:"song"`
		Folder  string `json:"folder"`
		Branch  string `json:"branch"`
		Head    string `json:"head,omitempty"`
		Commits int    `json:"commits"`
		Bytes   int64  `json:"bytes"`
	}{Song: song.Id, Folder: r.Root(), Branch: cloned.Head.Branch, Commits: cloned.Fetched.Commits, Bytes: cloned.Fetched.Bytes}
	if cloned.Head.Commit.Defined() {
		out.Head = cloned.Head.Commit.String()
	}
	return a.ui.Emit(out, func() {
		a.ui.Printf("%s is in %s: %s, %s", ui.Clean(song.Name), r.Root(), ui.Count(out.Commits, "commit"), ui.Bytes(out.Bytes))
	})
}

// cloneHint says how to go on, also where neither this hub nor those that the song
// names have it all.
func cloneHint(err error, song songtypes.Song, dir string) error {
	again := fmt.Sprintf("`parrots clone %s %s` goes on where it was", song.Id, shellWord(dir))
	if errors.Is(err, ipfs.ErrNotFound) {
		again = "no hub that was asked has it all: try later, or name another before the song's id; " + again
	}
	return withHint(err, "%s", again)
}

const forkLong = `Make a song of your own that begins where another one is, and get it. What you push
goes to yours; "parrots pull upstream" takes in what they do. Inside a clone, the
song is the one you are in, and the folder becomes your fork's.`

func forkCommand(a *app) *cobra.Command {
	var name string
	c := &cobra.Command{
		Use:     "fork [SONG [FOLDER]]",
		Short:   "make a song of your own out of another one",
		Long:    forkLong,
		Example: "  parrots fork song1...\n  parrots fork parrot1.../night-train my-train\n  cd night-train && parrots fork",
		Args:    cobra.MaximumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return a.forkHere(cmd.Context(), name)
			}
			net, parent, err := a.find(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			fork, err := a.makeFork(cmd.Context(), net, parent.Id, name)
			if err != nil {
				return err
			}
			return a.clone(cmd.Context(), net, fork, forkRemotes(net, fork), folderFor(args[1:], fork))
		},
	}
	c.Flags().StringVar(&name, "name", "", "the fork's name (default: the song's)")
	return c
}

func forkRemotes(net *online, fork songtypes.Song) map[string]repo.Remote {
	return map[string]repo.Remote{
		repo.OriginRemote:   {Song: fork.Id, Hub: net.Hub, ChainID: net.ChainID},
		repo.UpstreamRemote: {Song: fork.Parent, Hub: net.Hub, ChainID: net.ChainID},
	}
}

// makeFork makes the fork on the chain.
func (a *app) makeFork(ctx context.Context, net *online, parent, name string) (songtypes.Song, error) {
	w, err := a.wallet(ctx, true)
	if err != nil {
		return songtypes.Song{}, err
	}
	signer, err := w.keyring.Signer(w.Name)
	if err != nil {
		return songtypes.Song{}, err
	}
	fork, original, err := sync.Fork(ctx, net.chain, sync.ForkRequest{
		Parent: parent, Name: name, Author: sync.Author{Key: w.Key}, Signer: signer,
	})
	if err != nil {
		return songtypes.Song{}, err
	}
	a.ui.Notef("your fork of %s is %s", ui.Clean(original.Name), fork.Id)
	return fork, nil
}

// forkHere forks the song of a clone and points the clone at the fork.
func (a *app) forkHere(ctx context.Context, name string) error {
	song, done, err := a.openSong()
	if err != nil {
		return err
	}
	defer done()
	config, err := song.Repo.Config()
	if err != nil {
		return err
	}
	origin, ok := config.Remotes[repo.OriginRemote]
	if !ok {
		return fmt.Errorf("%w: this song is not published", sync.ErrNoRemote)
	}
	net, err := a.online(ctx, origin)
	if err != nil {
		return err
	}
	fork, err := a.makeFork(ctx, net, origin.Song, name)
	if err != nil {
		return err
	}
	if err := song.BecomeFork(ctx, fork.Id, fork.Name, forkRemotes(net, fork)); err != nil {
		return err
	}
	out := struct {
		Song     string `json:"song"`
		Upstream string `json:"upstream"`
	}{fork.Id, fork.Parent}
	return a.ui.Emit(out, func() { a.ui.Printf("this folder is your fork %s now; upstream is %s", fork.Id, fork.Parent) })
}
