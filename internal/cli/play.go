package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/parrots-music/parrots/internal/sync"
	"github.com/parrots-music/parrots/internal/ui"
	"github.com/parrots-music/parrots/internal/worktree"
)

const playLong = `Play the song as "parrots bounce" would mix it: a commit, or the folder as it is now;
or one stem, as it is in the file. It plays through a program that this machine has:
ffplay, mpv, play (SoX), pw-play, paplay, aplay or afplay. Ctrl-C ends it.`

const playExample = `  parrots play
  parrots play HEAD~1
  parrots play takes/solo.wav
  parrots play --mute drums.wav`

func playCommand(a *app) *cobra.Command {
	var flags mixFlags
	c := &cobra.Command{
		Use:     "play [REV | STEM]",
		Short:   "play the song, or a stem",
		Long:    playLong,
		Example: playExample,
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			player, err := findPlayer()
			if err != nil {
				return err
			}
			song, done, err := a.openSong()
			if err != nil {
				return err
			}
			defer done()
			req, err := a.bounceRequest(song, flags)
			if err != nil {
				return err
			}
			if err := a.choosePlay(cmd.Context(), song, args, &req); err != nil {
				return err
			}
			return a.play(cmd.Context(), song, req, player)
		},
	}
	flags.add(c)
	return c
}

// choosePlay takes the argument for a stem if there is such a file, and for a revision
// else.
func (a *app) choosePlay(ctx context.Context, song *sync.Song, args []string, req *sync.BounceRequest) (err error) {
	if len(args) == 1 && worktree.IsAudio(args[0]) {
		if _, err := os.Stat(a.path(args[0])); err == nil {
			req.Raw = true
			req.Only, err = a.songPaths(song, args)
			return err
		}
	}
	req.Commit, err = a.revisionOrFolder(ctx, song, args)
	return err
}

// player is a program that plays a WAV file.
type player struct {
	path string
	args []string // before the file
}

// players are the programs that are looked for, in this order.
var players = []struct {
	name string
	args []string
}{
	{"ffplay", []string{"-nodisp", "-autoexit", "-loglevel", "quiet"}},
	{"mpv", []string{"--no-video", "--really-quiet"}},
	{"play", []string{"-q"}},
	{"pw-play", nil},
	{"paplay", nil},
	{"aplay", []string{"-q"}},
	{"afplay", nil},
}

var errNoPlayer = errors.New("this machine has no program to play audio with")

func findPlayer() (player, error) {
	names := make([]string, len(players))
	for i, p := range players {
		names[i] = p.name
		if path, err := exec.LookPath(p.name); err == nil {
			return player{path, p.args}, nil
		}
	}
	return player{}, withHint(errNoPlayer, "install one of %s, or `parrots bounce -o mix.wav` and play that file", strings.Join(names, ", "))
}

func (a *app) play(ctx context.Context, song *sync.Song, req sync.BounceRequest, p player) error {
	dir, err := os.MkdirTemp("", "parrots-play-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // the system clears it in the end
	file := filepath.Join(dir, "play.wav")
	bounced, err := bounceTo(ctx, song, req, file, "wav")
	if err != nil {
		return bounceHint(err)
	}
	if !a.ui.JSON() {
		a.tellMixed(bounced)
	}
	if err := a.runPlayer(ctx, p, file, lengthOf(bounced)); err != nil {
		return err
	}
	return a.ui.Emit(bouncedOf(bounced, ""), func() {})
}

// runPlayer plays a file to its end, or until ctx does.
func (a *app) runPlayer(ctx context.Context, p player, file string, length time.Duration) error {
	cmd := exec.CommandContext(ctx, p.path, append(p.args, file)...) //nolint:gosec // one of players, by the person's own PATH
	var said strings.Builder
	cmd.Stderr = &limited{&said}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", p.path, err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	progress := a.ui.Progress()
	progress.StartClock("playing", length)
	defer progress.Done()
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case err := <-ended:
			if err != nil && ctx.Err() == nil {
				return fmt.Errorf("%s cannot play it: %w %s", filepath.Base(p.path), err, ui.Clean(strings.TrimSpace(said.String())))
			}
			return ctx.Err()
		case <-tick.C:
			progress.Add(int64(250 * time.Millisecond))
		}
	}
}

// limited keeps the first of what a program says.
type limited struct{ b *strings.Builder }

func (l *limited) Write(p []byte) (int, error) {
	l.b.Write(p[:min(len(p), max(0, 1000-l.b.Len()))])
	return len(p), nil
}
