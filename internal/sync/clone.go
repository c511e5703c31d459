package sync

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/ipfs/go-cid"

	"github.com/parrots-music/parrots/internal/chain"
	"github.com/parrots-music/parrots/internal/repo"
	songtypes "github.com/parrots-music/parrots/x/song/types"
)

// CloneRequest says what to clone and where to.
type CloneRequest struct {
	// Dir is the folder; it is made if it is not there, and else must be empty or
	// an interrupted clone of the same song.
	Dir string
	// Remotes are what the folder will know: origin, and for a fork upstream.
	Remotes map[string]repo.Remote
}

// Cloned is a new song folder.
type Cloned struct {
	Song    songtypes.Song
	Head    repo.Head
	Fetched Fetched
	Entries int
}

// Prepare makes or reopens the folder of a clone. It returns the song's id in it,
// so that a caller can open it as a Song.
func Prepare(req CloneRequest, song songtypes.Song) (*repo.Repo, error) {
	if r, err := repo.Open(req.Dir); err == nil {
		config, err := r.Config()
		if err != nil {
			return nil, err
		}
		if config.Song != song.Id {
			return nil, fmt.Errorf("%w: %s holds another song", ErrFolder, req.Dir)
		}
		head, err := r.Head()
		if err != nil || head.Commit.Defined() {
			return r, err
		}
		config.Remotes = req.Remotes // it may go on at another hub
		return r, r.SetConfig(config)
	}
	entries, err := os.ReadDir(req.Dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for _, e := range entries {
		// A clone that ended before it was a song's folder left no more than this.
		if e.Name() != repo.DirName {
			return nil, fmt.Errorf("%w: %s", ErrFolder, req.Dir)
		}
	}
	if err := os.MkdirAll(req.Dir, 0o755); err != nil {
		return nil, err
	}
	return repo.Init(req.Dir, repo.Config{Name: song.Name, Song: song.Id, Remotes: req.Remotes})
}

// Clone fills a folder that Prepare made. One that was interrupted goes on where
// it was.
func (s *Song) Clone(ctx context.Context, remote *Remote, song songtypes.Song) (Cloned, error) {
	out := Cloned{Song: song}
	var err error
	if out.Fetched, err = s.Fetch(ctx, remote); err != nil {
		return out, err
	}
	branch := song.DefaultBranch
	if err := repo.CheckBranchName(branch); err != nil {
		return out, err
	}
	err = s.locked(ctx, "clone", func() error {
		head, err := s.Repo.Head()
		if err != nil {
			return err
		}
		if head.Commit.Defined() { // it was complete already
			out.Head = head
			return nil
		}
		at, err := s.refOrNone(repo.RemoteRef(remote.Name, branch))
		if err != nil {
			return err
		}
		out.Head = repo.Head{Branch: branch, Commit: at}
		after := repo.Transition{Head: &repo.Head{Branch: branch}}
		if !at.Defined() { // a song without commits
			return s.Repo.Apply(after)
		}
		tree, err := s.treeOf(ctx, at)
		if err != nil {
			return err
		}
		out.Entries = len(tree.Entries)
		after.Refs = []repo.RefUpdate{{Name: repo.BranchRef(branch), Old: cid.Undef, New: at}}
		_, err = s.change(ctx, "cloning", tree, after, false)
		return err
	})
	return out, err
}

// ForkRequest says what to fork and who.
type ForkRequest struct {
	Parent string
	Name   string // the parent's if empty
	Author Author
	Signer chain.Signer
}

// Fork makes a song on the chain that begins where another one's default branch
// is. A fork that was made before and interrupted is found again by its name.
func Fork(ctx context.Context, c Chain, req ForkRequest) (song songtypes.Song, parent songtypes.Song, err error) {
	parent, err = c.Song(ctx, req.Parent)
	if err != nil {
		return song, parent, err
	}
	name := req.Name
	if name == "" {
		name = parent.Name
	}
	song, err = c.SongByName(ctx, req.Author.Address, name)
	switch {
	case err == nil && song.Parent == parent.Id:
		return song, parent, nil
	case err == nil:
		return song, parent, fmt.Errorf("%w: you have another song called %q, %s", songtypes.ErrNameTaken, name, song.Id)
	case !errors.Is(err, chain.ErrNotFound) && !errors.Is(err, songtypes.ErrSongNotFound):
		return song, parent, err
	}
	msg := &songtypes.MsgForkSong{Creator: req.Author.Address, ParentId: parent.Id, Name: name}
	result, err := c.Broadcast(ctx, req.Signer, chain.TxOptions{}, msg)
	if err != nil {
		return song, parent, err
	}
	var answer songtypes.MsgForkSongResponse
	if err := result.Response(0, &answer); err != nil {
		return song, parent, err
	}
	song, err = c.Song(ctx, answer.SongId)
	return song, parent, err
}
