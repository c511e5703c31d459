package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/ipfs/go-cid"
	"github.com/spf13/cobra"

	"github.com/parrots-music/parrots/internal/repo"
	"github.com/parrots-music/parrots/internal/sync"
	"github.com/parrots-music/parrots/internal/ui"
)

const pullLong = `Bring what others published and take it into the branch you are on; or, given a
file that "parrots bundle" wrote, what is in it. REMOTE is origin if not given;
a fork can pull from "upstream", and any song of the network by its id or
OWNER/NAME.

If only they moved, your branch moves forward. If both sides did, the two are merged
as "parrots merge" does it.`

func pullCommand(a *app) *cobra.Command {
	var branch string
	var options sync.MergeOptions
	c := &cobra.Command{
		Use:     "pull [REMOTE | SONG | FILE]",
		Short:   "bring what others published and take it in",
		Long:    pullLong,
		Example: "  parrots pull\n  parrots pull upstream\n  parrots pull song1...\n  parrots pull from-mina.parrots",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkMergeOptions(options); err != nil {
				return err
			}
			song, done, err := a.openSong()
			if err != nil {
				return err
			}
			defer done()
			from := repo.OriginRemote
			if len(args) == 1 {
				from = args[0]
			}
			remote, fetched, err := a.fetchFrom(cmd.Context(), song, from)
			if err != nil {
				return err
			}
			return a.takeIn(cmd.Context(), song, remote, branch, fetched, options)
		},
	}
	c.Flags().StringVar(&branch, "branch", "", "their branch (default: the one of the same name)")
	addMergeOptions(c, &options)
	return c
}

// fetchFrom brings what a remote, a song or a file holds and returns the name of
// the remote that it is kept under.
func (a *app) fetchFrom(ctx context.Context, song *sync.Song, from string) (string, sync.Fetched, error) {
	config, err := song.Repo.Config()
	if err != nil {
		return "", sync.Fetched{}, err
	}
	_, known := config.Remotes[from]
	if !known && from != repo.OriginRemote {
		if info, err := os.Stat(a.path(from)); err == nil && info.Mode().IsRegular() {
			fetched, err := a.readBundle(ctx, song, a.path(from))
			return sync.BundleRemote, fetched, err
		}
		if from, err = a.addRemoteFor(ctx, song, from); err != nil {
			return "", sync.Fetched{}, err
		}
	}
	remote, _, err := a.remoteOf(ctx, song, from)
	if err != nil {
		return "", sync.Fetched{}, err
	}
	fetched, err := song.Fetch(ctx, remote)
	return from, fetched, err
}

func (a *app) readBundle(ctx context.Context, song *sync.Song, path string) (sync.Fetched, error) {
	f, err := os.Open(path)
	if err != nil {
		return sync.Fetched{}, err
	}
	defer f.Close() //nolint:errcheck // it was only read
	return song.ReadBundle(ctx, f)
}

// addRemoteFor remembers a song of the network as a remote, named by its owner's
// name for it or its id.
func (a *app) addRemoteFor(ctx context.Context, song *sync.Song, text string) (string, error) {
	hubURL, name, err := parseSongName(text)
	if err != nil {
		return "", err
	}
	if !strings.HasPrefix(name, "song1") && !strings.Contains(name, "/") {
		return "", fmt.Errorf("%w: %q is no remote, song or file", sync.ErrNoRemote, text)
	}
	net, err := a.online(ctx, repo.Remote{Hub: hubURL})
	if err != nil {
		return "", err
	}
	found, err := net.song(ctx, name)
	if err != nil {
		return "", err
	}
	remoteName := found.Id[:min(len(found.Id), 16)]
	return remoteName, song.AddRemote(ctx, remoteName, repo.Remote{Song: found.Id, Hub: net.Hub, ChainID: net.ChainID})
}

// takeIn merges the remote's branch into the one that the folder stands on.
func (a *app) takeIn(ctx context.Context, song *sync.Song, remote, branch string, fetched sync.Fetched, options sync.MergeOptions) error {
	a.tellFetched(fetched)
	head, err := song.Repo.Head()
	if err != nil {
		return err
	}
	if branch == "" {
		branch = head.Branch
	}
	if branch == "" {
		return usagef("you are on no branch: name theirs with --branch")
	}
	theirs, name, err := theirBranch(song, remote, branch)
	if err != nil {
		return err
	}
	commit, err := song.Objects().Commit(ctx, theirs)
	if err != nil {
		return err
	}
	merged, err := song.Merge(ctx, sync.MergeRequest{
		Theirs: theirs, Name: name, Who: shortAddress(commit.Author), Author: a.authorLater(ctx), Options: options,
	})
	if err != nil {
		return err
	}
	return a.showMerged(merged, name)
}

// theirBranch finds the remote's branch of that name, or its only one.
func theirBranch(song *sync.Song, remote, branch string) (cid.Cid, string, error) {
	name := repo.RemoteRef(remote, branch)
	c, err := song.Repo.Ref(name)
	if err == nil || !errors.Is(err, repo.ErrNoRef) {
		return c, name.Short(), err
	}
	refs, listErr := song.Repo.RemoteBranches(remote)
	if listErr != nil {
		return cid.Undef, "", listErr
	}
	if len(refs) == 1 {
		return refs[0].Commit, refs[0].Name.Short(), nil
	}
	return cid.Undef, "", err
}

// shortAddress is how files of a merge name who made them.
func shortAddress(raw []byte) string {
	text := address(raw)
	return text[:min(len(text), 13)]
}

func (a *app) tellFetched(f sync.Fetched) {
	if f.Commits > 0 {
		a.ui.Notef("brought %s, %s", ui.Count(f.Commits, "commit"), ui.Bytes(f.Bytes))
	}
	for _, m := range f.Moved {
		a.ui.Notef("%s is at %s", m.Ref.Short(), sync.Short(m.New))
	}
}

const fetchLong = `Bring what others published without changing your branches or files. "parrots merge
origin/main" takes it in.`

func fetchCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "fetch [REMOTE | SONG | FILE]",
		Short:   "bring what others published, change nothing",
		Long:    fetchLong,
		Example: "  parrots fetch\n  parrots log origin/main",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			song, done, err := a.openSong()
			if err != nil {
				return err
			}
			defer done()
			from := repo.OriginRemote
			if len(args) == 1 {
				from = args[0]
			}
			_, fetched, err := a.fetchFrom(cmd.Context(), song, from)
			if err != nil {
				return err
			}
			return a.ui.Emit(fetchedOf(fetched), func() {
				a.tellFetched(fetched)
				if len(fetched.Moved) == 0 {
					a.ui.Printf("nothing new")
				}
			})
		},
	}
}

type fetchedJSON struct {
	Commits int         `json:"commits"`
	Bytes   int64       `json:"bytes"`
	Moved   []movedJSON `json:"moved"`
}

type movedJSON struct {
	Branch string `json:"branch"`
	Old    string `json:"old,omitempty"`
	New    string `json:"new"`
}

func fetchedOf(f sync.Fetched) fetchedJSON {
	out := fetchedJSON{Commits: f.Commits, Bytes: f.Bytes, Moved: []movedJSON{}}
	for _, m := range f.Moved {
		j := movedJSON{Branch: m.Ref.Short(), New: m.New.String()}
		if m.Old.Defined() {
			j.Old = m.Old.String()
		}
		out.Moved = append(out.Moved, j)
	}
	return out
}

const bundleLong = `Write a branch with its history and audio into a file, to hand it to somebody with
no hub and no chain: "parrots pull FILE" reads it. If you have joined a network your
commits in it carry your signature, so that others can push them for you.`

func bundleCommand(a *app) *cobra.Command {
	var since string
	var branches []string
	c := &cobra.Command{
		Use:     "bundle FILE",
		Short:   "write commits into a file to hand over",
		Long:    bundleLong,
		Example: "  parrots bundle night-train.parrots\n  parrots bundle --since origin/main idea.parrots",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			song, done, err := a.openSong()
			if err != nil {
				return err
			}
			defer done()
			req := sync.BundleRequest{Branches: branches}
			if since != "" {
				if req.Since, err = song.Resolve(cmd.Context(), since); err != nil {
					return err
				}
			}
			c, err := a.loadConfig()
			if err != nil {
				return err
			}
			if c.Network != nil {
				author, _, err := a.author(cmd.Context())
				if err != nil {
					return err
				}
				req.Author = &author
			}
			return a.writeBundle(cmd.Context(), song, a.path(args[0]), req)
		},
	}
	c.Flags().StringVar(&since, "since", "", "leave out what this commit reaches; the other side must have it")
	c.Flags().StringArrayVar(&branches, "branch", nil, "a branch to write (default: the current one); can be repeated")
	return c
}

func (a *app) writeBundle(ctx context.Context, song *sync.Song, path string, req sync.BundleRequest) error {
	var bundled sync.Bundled
	err := writeNew(path, func(w io.Writer) (err error) {
		bundled, err = song.WriteBundle(ctx, w, req)
		return err
	})
	if err != nil {
		return err
	}
	out := struct {
		File     string `json:"file"`
		Commits  int    `json:"commits"`
		Unsigned int    `json:"unsigned"`
		Bytes    int64  `json:"bytes"`
	}{path, bundled.Commits, bundled.Unsigned, bundled.Bytes}
	return a.ui.Emit(out, func() {
		a.ui.Printf("wrote %s, %s, to %s", ui.Count(bundled.Commits, "commit"), ui.Bytes(bundled.Bytes), path)
		if bundled.Unsigned > 0 {
			a.ui.Notef("%s without a signature: only the author can push those", ui.Count(bundled.Unsigned, "commit"))
			a.ui.Hintf("`parrots join URL`, then bundle again, signs yours")
		}
	})
}
