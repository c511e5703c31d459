package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/parrots-music/parrots/internal/derived"
	"github.com/parrots-music/parrots/internal/ipfs/packstore"
	"github.com/parrots-music/parrots/internal/repo"
	"github.com/parrots-music/parrots/internal/sync"
)

// openSong opens the song that the working directory is in. Call close when done.
func (a *app) openSong() (song *sync.Song, close func(), err error) {
	r, err := repo.Find(a.env.Dir)
	if err != nil {
		return nil, nil, err
	}
	return a.open(r)
}

// open opens a song's folder with the person's blocks.
func (a *app) open(r *repo.Repo) (song *sync.Song, close func(), err error) {
	if err := a.keepApart(r.Root()); err != nil {
		return nil, nil, err
	}
	store, err := a.openBlocks()
	if err != nil {
		return nil, nil, err
	}
	home, err := a.env.home()
	if err != nil {
		return nil, nil, err
	}
	a.warnOn("remember the song's folder", register(home, r.Root()))
	song = &sync.Song{
		Repo:     r,
		Blocks:   store,
		Now:      a.env.Now,
		Progress: a.ui.Progress(),
		Derived:  derived.Open(filepath.Join(home, "peaks"), derived.DefaultMax),
		Notice:   func(s string) { a.ui.Notef("%s", s) },
	}
	return song, func() { a.warnOn("close the block store", tidyAndClose(store)) }, nil
}

// tidyAndClose closes a store after a command. A command that has written may find
// that packs have become many and small; merging them is safe to be cut off.
func tidyAndClose(store *packstore.Store) error {
	_, err := store.Compact(context.Background())
	return errors.Join(err, store.Close())
}

// openBlocks opens the store of the person's blocks, which all songs share.
func (a *app) openBlocks() (*packstore.Store, error) {
	home, err := a.env.home()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(home, 0o700); err != nil {
		return nil, err
	}
	return packstore.Open(filepath.Join(home, "blocks"), packstore.Options{Now: a.env.Now})
}

// warnOn reports an error that does not change what the command has done.
func (a *app) warnOn(what string, err error) {
	if err != nil {
		a.ui.Warnf("%s: %v", what, err)
	}
}

// loadConfig reads the person's configuration.
func (a *app) loadConfig() (config, error) {
	home, err := a.env.home()
	if err != nil {
		return config{}, err
	}
	return loadConfig(home)
}

// author returns the wallet that commits; the first time, it makes one.
func (a *app) author(ctx context.Context) (sync.Author, *wallet, error) {
	w, err := a.wallet(ctx, true)
	if err != nil {
		return sync.Author{}, nil, err
	}
	c, err := a.loadConfig()
	if err != nil {
		return sync.Author{}, nil, err
	}
	author := sync.Author{Key: w.Key, SignText: w.SignText}
	if c.Network != nil {
		author.ChainID = c.Network.ChainID
	}
	return author, w, nil
}

// keepApart refuses a song's folder that the person's own one, with the keys, is
// inside of: a commit would take them in, and a push would publish them.
func (a *app) keepApart(root string) error {
	home, err := a.env.home()
	if err != nil {
		return err
	}
	rel, err := filepath.Rel(resolved(root), resolved(home))
	if err == nil && filepath.IsLocal(rel) {
		return withHint(fmt.Errorf("%w: %s", errHomeInside, home), "make a folder of its own for the song, or set PARROTS_HOME to a folder elsewhere")
	}
	return nil
}

// resolved follows links as far as the path exists.
func resolved(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	dir := filepath.Dir(path)
	if dir == path {
		return path
	}
	return filepath.Join(resolved(dir), filepath.Base(path))
}
