package cli

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/ipfs/go-cid"
	"github.com/spf13/cobra"

	"github.com/parrots-music/parrots/internal/audio/mix"
	"github.com/parrots-music/parrots/internal/audio/pcm"
	"github.com/parrots-music/parrots/internal/songfile"
	"github.com/parrots-music/parrots/internal/sync"
	"github.com/parrots-music/parrots/internal/ui"
	"github.com/parrots-music/parrots/internal/worktree"
)

const bounceLong = `Mix the stems to one file: of a commit, or of the folder as it is now. Where each stem
begins, its gain and its pan come from song.yaml. Stems, tracks and comps play; takes
and mixes do not, unless song.yaml says "mute: false".

The same commit gives the same bytes on every machine. Nothing is limited or
normalised: a sample beyond full scale is cut, and you are told.`

const bounceExample = `  parrots bounce -o night-train.wav
  parrots bounce v1.0 -o night-train.flac --depth 16 --dither
  parrots bounce -o no-drums.wav --mute drums/kick.wav,drums/snare.wav`

// mixFlags say what to mix.
type mixFlags struct {
	only, mute []string
	depth      string
	dither     bool
	rate       int
}

func (f *mixFlags) add(c *cobra.Command) {
	flags := c.Flags()
	flags.StringArrayVar(&f.only, "stems", nil, "only these stems, with commas between them, also those that are muted")
	flags.StringArrayVar(&f.only, "solo", nil, "the same as --stems")
	flags.StringArrayVar(&f.mute, "mute", nil, "not these stems")
	flags.StringVar(&f.depth, "depth", "24", "16, 24, or 32f for floats")
	flags.BoolVar(&f.dither, "dither", false, "add triangular dither before rounding, from a fixed seed")
	flags.IntVar(&f.rate, "resample", 0, "convert to this sample rate, in Hz, what has another one")
}

// request checks the flags. Stems are paths as a person types them.
func (a *app) bounceRequest(song *sync.Song, f mixFlags) (sync.BounceRequest, error) {
	req := sync.BounceRequest{Rate: f.rate, Dither: f.dither}
	switch f.depth {
	case "16", "24":
		req.BitDepth = map[string]int{"16": 16, "24": 24}[f.depth]
	case "32f":
		req.BitDepth, req.Float = 32, true
	default:
		return req, usagef("--depth is 16, 24 or 32f")
	}
	if f.rate < 0 || f.rate > pcm.MaxSampleRate {
		return req, usagef("--resample is a sample rate in Hz, 44100 or 48000")
	}
	var err error
	if req.Only, err = a.songPaths(song, a.splitPaths(f.only)); err != nil {
		return req, err
	}
	req.Mute, err = a.songPaths(song, a.splitPaths(f.mute))
	return req, err
}

// splitPaths divides lists of paths at their commas, but for those of a file that is
// there.
func (a *app) splitPaths(lists []string) (paths []string) {
	for _, list := range lists {
		parts := strings.Split(list, ",")
		for len(parts) > 0 {
			n := len(parts)
			for n > 1 && !a.isThere(strings.Join(parts[:n], ",")) {
				n--
			}
			paths = append(paths, strings.Join(parts[:n], ","))
			parts = parts[n:]
		}
	}
	return paths
}

func (a *app) isThere(path string) bool {
	_, err := os.Lstat(a.path(path))
	return err == nil
}

func bounceCommand(a *app) *cobra.Command {
	var out string
	var flags mixFlags
	c := &cobra.Command{
		Use:     "bounce [REV] -o FILE",
		Short:   "mix the stems to one file",
		Long:    bounceLong,
		Example: bounceExample,
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if out == "" {
				return usagef("name the file to write: -o mix.wav")
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
			if req.Commit, err = a.revisionOrFolder(cmd.Context(), song, args); err != nil {
				return err
			}
			return a.bounce(cmd.Context(), song, req, a.path(out))
		},
	}
	c.Flags().StringVarP(&out, "output", "o", "", "the file to write: .wav, .flac, .aiff, .w64 or .rf64")
	flags.add(c)
	return c
}

// revisionOrFolder resolves a revision; none stands for the folder as it is.
func (a *app) revisionOrFolder(ctx context.Context, song *sync.Song, args []string) (cid.Cid, error) {
	if len(args) == 0 {
		return cid.Undef, nil
	}
	return song.Resolve(ctx, args[0])
}

// containers are what a bounce is written as, by the file's extension.
var containers = map[string]string{
	".wav": "wav", ".flac": "flac", ".aif": "aiff", ".aiff": "aiff", ".w64": "w64", ".rf64": "rf64",
}

func (a *app) bounce(ctx context.Context, song *sync.Song, req sync.BounceRequest, path string) error {
	container, ok := containers[strings.ToLower(filepath.Ext(path))]
	if !ok {
		return usagef("%s ends in none of %s", path, strings.Join(sortedKeys(containers), ", "))
	}
	if container == "flac" && req.Float {
		return usagef("FLAC holds no floats: --depth 24, or a .wav")
	}
	if _, err := os.Lstat(path); err == nil && !a.flags.yes {
		replace, err := a.ui.Confirm(fmt.Sprintf("%s is there already; replace it?", path))
		if err != nil {
			return fmt.Errorf("%s is there already: %w", path, err)
		}
		if !replace {
			return errDeclined
		}
	}
	bounced, err := bounceTo(ctx, song, req, path, container)
	if err != nil {
		return bounceHint(err)
	}
	a.warnOfInput(song, path)
	return a.showBounced(bounced, path)
}

// bounceTo writes a bounce beside its place and moves it there when it is whole.
func bounceTo(ctx context.Context, song *sync.Song, req sync.BounceRequest, path, container string) (sync.Bounced, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return sync.Bounced{}, err
	}
	var bounced sync.Bounced
	err := replacePlainFile(path, ".bounce-*.tmp", func(f *os.File) (err error) {
		bounced, err = song.Bounce(ctx, req, f, container)
		return err
	})
	return bounced, err
}

// warnOfInput tells when a bounce lies where the next one would take it for a stem.
func (a *app) warnOfInput(song *sync.Song, path string) {
	rel, err := filepath.Rel(song.Repo.Root(), path)
	if err == nil && filepath.IsLocal(rel) && sync.Plays(worktree.KindOf(filepath.ToSlash(rel))) {
		a.ui.Hintf("in this place the file is a stem of the song and plays in the next bounce; put it into %s instead", filepath.Join("bounces", filepath.Base(path)))
	}
}

func bounceHint(err error) error {
	var rate *mix.RateError
	var stem *sync.NotMixableError
	switch {
	case errors.As(err, &rate):
		return withHint(err, "`--resample %d` converts them, or `parrots song set sample_rate` sets the song's rate", rate.Rate)
	case errors.As(err, &stem):
		path := shellWord(stem.Path)
		return withHint(err, "`--mute %s` leaves it out, `parrots song set %s mute true` does for good", path, path)
	case errors.Is(err, sync.ErrNoFile):
		return withHint(err, "`parrots song` shows what there is")
	case errors.Is(err, sync.ErrNothingPlays):
		return withHint(err, "`--stems PATH` plays what is muted, `parrots song` shows what there is")
	}
	return err
}

type bouncedJSON struct {
	File       string   `json:"file,omitempty"`
	SampleRate int      `json:"sample_rate"`
	Channels   int      `json:"channels"`
	BitDepth   int      `json:"bit_depth"`
	Float      bool     `json:"float"`
	Frames     int64    `json:"frames"`
	PeakDBFS   *float64 `json:"peak_dbfs"` // null for silence
	Clipped    int64    `json:"clipped"`
	Invalid    int64    `json:"invalid,omitempty"`
	PCM        string   `json:"pcm"`
	Tracks     []string `json:"tracks"`
	Muted      []string `json:"muted,omitempty"`
	Missing    []string `json:"missing,omitempty"`
}

func bouncedOf(b sync.Bounced, path string) bouncedJSON {
	out := bouncedJSON{
		path, b.Format.SampleRate, b.Format.Channels, b.Format.BitDepth, b.Format.Float, b.Frames,
		nil, b.Clipped, b.Invalid, hex.EncodeToString(b.PCM), b.Tracks, b.Muted, b.Missing,
	}
	if b.Peak > 0 {
		peak := math.Round(100*pcm.DBFS(b.Peak)) / 100
		out.PeakDBFS = &peak
	}
	return out
}

func (a *app) showBounced(b sync.Bounced, path string) error {
	out := bouncedOf(b, path)
	return a.ui.Emit(out, func() {
		a.ui.Printf("%s  %s, %s", ui.Clean(path), ui.Clock(lengthOf(b)), b.Format)
		a.tellMixed(b)
	})
}

func lengthOf(b sync.Bounced) time.Duration {
	return time.Duration(float64(b.Frames) / float64(b.Format.SampleRate) * float64(time.Second))
}

// tellMixed tells what a person should know of a mix.
func (a *app) tellMixed(b sync.Bounced) {
	level := "silence"
	if b.Peak > 0 {
		level = fmt.Sprintf("peak %.2f dBFS", pcm.DBFS(b.Peak))
	}
	what := ui.Count(len(b.Tracks), "stem")
	if b.Chosen {
		what = ui.Clean(strings.Join(b.Tracks, ", "))
	}
	a.ui.Notef("%s, %s", what, level)
	if len(b.Muted) > 0 && !b.Chosen {
		a.ui.Notef("muted: %s", ui.Clean(strings.Join(b.Muted, ", ")))
	}
	for _, path := range b.Missing {
		a.ui.Warnf("%s is in %s, and the file is not there", ui.Clean(path), songfile.Name)
	}
	if b.Clipped > 0 {
		a.ui.Warnf("%s beyond full scale: turn stems down by %.1f dB", ui.Count(int(b.Clipped), "sample"), math.Ceil(10*max(0.1, pcm.DBFS(b.Peak)))/10)
	}
	if b.Invalid > 0 {
		a.ui.Warnf("%s no numbers, and became silence", ui.Count(int(b.Invalid), "sample"))
	}
}
