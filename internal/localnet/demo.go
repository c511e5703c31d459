package localnet

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/parrots-music/parrots/sample"
)

const (
	songName  = "night-train"
	songStems = "cc0-song/v1"
	// newGuitar is what the guitarist records over the guitar of songStems.
	newGuitar = "cc0-song/v3/guitar.flac"
)

// ErrStory means that the demo did not come out as it should.
var ErrStory = errors.New("the story went wrong")

// Played says whether this folder's demo was played already.
func (n *Net) Played() bool { return n.state.Fork != "" }

// Play plays the story: a drummer publishes a song, a guitarist forks it and plays
// over it, the drummer takes that in, and an IPFS node keeps it all alive without
// the hub.
func (n *Net) Play(ctx context.Context) error {
	for _, chapter := range []func(context.Context) error{
		n.drummerPublishes, n.guitaristForks, n.drummerPulls, n.singerListens, n.kuboKeeps,
	} {
		if err := chapter(ctx); err != nil {
			return err
		}
	}
	return n.save()
}

// Folder is where a wallet has the song.
func (n *Net) Folder(who string) string { return n.path("songs", who, songName) }

func (n *Net) drummerPublishes(ctx context.Context) error {
	n.cfg.Teller.Chapter("the drummer makes a song from a folder of stems and publishes it")
	folder := n.Folder("drummer")
	if err := writeStems(folder, songStems); err != nil {
		return err
	}
	for _, args := range [][]string{
		{"init", "--name", songName},
		{"song", "set", "title", "Night Train"},
		{"commit", "-m", "tabla, bass, choir and a first guitar", "--role", "Producer"},
		{"push", "--yes", "--licence", "CC0-1.0"},
	} {
		if err := n.tell(ctx, "drummer", folder, args...); err != nil {
			return err
		}
	}
	var err error
	n.state.Song, err = n.songID(ctx, "drummer")
	return err
}

func (n *Net) guitaristForks(ctx context.Context) error {
	n.cfg.Teller.Chapter("the guitarist forks it and plays over eight bars")
	folder := n.Folder("guitarist")
	parent := filepath.Dir(folder)
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return err
	}
	if err := n.tell(ctx, "guitarist", parent, "fork", n.state.Song, songName); err != nil {
		return err
	}
	if err := writeStem(newGuitar, folder); err != nil {
		return err
	}
	for _, args := range [][]string{
		{"status"},
		{"diff"},
		{"commit", "-m", "guitar over eight bars", "--role", "StudioMusician", "--instrument", "guitar", "--path", "guitar.flac"},
		{"push", "--yes"},
	} {
		if err := n.tell(ctx, "guitarist", folder, args...); err != nil {
			return err
		}
	}
	var err error
	n.state.Fork, err = n.songID(ctx, "guitarist")
	return err
}

func (n *Net) drummerPulls(ctx context.Context) error {
	n.cfg.Teller.Chapter("the drummer pulls that version, hears it, and keeps it")
	folder := n.Folder("drummer")
	for _, args := range [][]string{{"pull", n.state.Fork}, {"push", "--yes"}, {"log", "--graph"}} {
		if err := n.tell(ctx, "drummer", folder, args...); err != nil {
			return err
		}
	}
	return n.checkGuitar(folder)
}

func (n *Net) singerListens(ctx context.Context) error {
	n.cfg.Teller.Chapter("the singer, who has seen nothing of this yet, gets the song")
	folder := n.Folder("singer")
	if err := os.MkdirAll(filepath.Dir(folder), 0o755); err != nil {
		return err
	}
	if err := n.tell(ctx, "singer", filepath.Dir(folder), "clone", n.state.Song, songName); err != nil {
		return err
	}
	return n.checkGuitar(folder)
}

// checkGuitar compares the guitar of a folder with what the guitarist played.
func (n *Net) checkGuitar(folder string) error {
	want, err := fs.ReadFile(sample.Song, newGuitar)
	if err != nil {
		return err
	}
	got, err := os.ReadFile(filepath.Join(folder, "guitar.flac"))
	if err != nil {
		return err
	}
	if !bytes.Equal(want, got) {
		return fmt.Errorf("%w: the guitar in %s is not what the guitarist played", ErrStory, folder)
	}
	n.cfg.Teller.Output("guitar.flac is the guitarist's, bit for bit")
	return nil
}

// tell runs a command of a wallet's and tells what it printed.
func (n *Net) tell(ctx context.Context, who, dir string, args ...string) error {
	n.cfg.Teller.Command(who, "parrots "+quoted(args))
	out, err := n.run(ctx, who, dir, args...)
	for line := range strings.Lines(out) {
		n.cfg.Teller.Output(strings.TrimRight(line, "\n"))
	}
	return err
}

// songID is the id of the song that a wallet's folder pushes to.
func (n *Net) songID(ctx context.Context, who string) (string, error) {
	out, err := n.run(ctx, who, n.Folder(who), "remote", "--json")
	if err != nil {
		return "", err
	}
	var remotes []struct {
		Name string `json:"name"`
		Song string `json:"song"`
	}
	if err := json.Unmarshal([]byte(out), &remotes); err != nil {
		return "", fmt.Errorf("parrots remote: %w", err)
	}
	for _, r := range remotes {
		if r.Name == "origin" {
			return r.Song, nil
		}
	}
	return "", fmt.Errorf("%w: %s has no origin", ErrStory, who)
}

func writeStems(folder, from string) error {
	entries, err := fs.ReadDir(sample.Song, from)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := writeStem(from+"/"+e.Name(), folder); err != nil {
			return err
		}
	}
	return nil
}

func writeStem(from, folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	data, err := fs.ReadFile(sample.Song, from)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, filepath.Base(from)), data, 0o644)
}

// quoted writes arguments as a person would type them.
func quoted(args []string) string {
	words := make([]string, len(args))
	for i, a := range args {
		words[i] = a
		if strings.ContainsAny(a, " \"'$") {
			words[i] = fmt.Sprintf("%q", a)
		}
	}
	return strings.Join(words, " ")
}
